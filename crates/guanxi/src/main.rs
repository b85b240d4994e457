//! Guanxi: the one binary.

mod app;
mod archive;
mod checkup;
mod cli;
mod config;
mod erase;
mod follow;
mod http;
mod output;
mod presence;
mod refresh;
mod server;
mod tables;
mod telemetry;
mod text;
mod upkeep;
mod when;
mod work;

use std::process::ExitCode;

use clap::FromArgMatches;

fn main() -> ExitCode {
    let matches = cli::examples::command().get_matches();
    let cli = cli::Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let _telemetry = telemetry::init(&cli);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start: {error}");
            return ExitCode::from(4);
        }
    };
    let json = cli.json;
    if let Some(language) = &cli.lang {
        text::speak(language);
    }
    match runtime.block_on(cli::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output::problem(&problem, json);
            ExitCode::from(problem.code.exit_code())
        }
    }
}
