//! Guanxi: the one binary.

mod app;
mod archive;
mod cli;
mod config;
mod erase;
mod follow;
mod output;
mod when;
mod work;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("GUANXI_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start: {error}");
            return ExitCode::from(4);
        }
    };
    let json = cli.json;
    match runtime.block_on(cli::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output::problem(&problem, json);
            ExitCode::from(problem.code.exit_code())
        }
    }
}
