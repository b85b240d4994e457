//! The command line.

pub(crate) mod args;
mod args_server;
mod audit;
mod customer;
mod data;
mod demo;
pub(crate) mod doctor;
pub(crate) mod examples;
mod import;
mod import_show;
pub(crate) mod init;
mod intake;
mod key;
mod query;
mod segment;
mod segment_print;
mod serve;
mod simulate;
mod traits;
mod user;

use base::Problem;

pub(crate) use args::Cli;
use args::{Command, CustomerCommand, ImportCommand, SegmentCommand, TraitsCommand};

use crate::app::App;
use crate::follow::Follow;
use crate::upkeep;

/// Runs a command.
pub(crate) async fn run(cli: Cli) -> Result<(), Problem> {
    let (json, lang) = (cli.json, cli.lang.as_deref());
    match cli.command {
        Command::Init(args) => init::run(&args, lang, json).await,
        Command::Demo(args) => demo::run(args, cli.data, lang, json).await,
        Command::Simulate(args) => simulate::run(&args, json),
        Command::Restore(args) => data::restore(&args, cli.data, lang, json).await,
        Command::Serve(args) => serve::run(App::open(cli.data, lang).await?, args, json).await,
        Command::Openapi => serve::openapi().await,
        command => {
            let app = App::open(cli.data, lang).await?;
            with_app(&app, command, json).await
        }
    }
}

/// Whether a command changes what the overview follows from.
const fn changes_history(command: &Command) -> bool {
    match command {
        Command::Import(command) => match command {
            ImportCommand::Orders(args) | ImportCommand::Customers(args) | ImportCommand::Products(args) => {
                !args.preview
            }
            ImportCommand::Resume { .. } | ImportCommand::Undo { .. } => true,
            _ => false,
        },
        Command::Customer(CustomerCommand::Erase { .. })
        | Command::Traits(TraitsCommand::Rebuild { .. })
        | Command::Segment(SegmentCommand::Rfm(_))
        | Command::Maintain => true,
        _ => false,
    }
}

async fn with_app(app: &App, command: Command, json: bool) -> Result<(), Problem> {
    let changes = changes_history(&command);
    dispatch(app, command, json).await?;
    if changes {
        prepared(app).await;
    }
    Ok(())
}

/// Leaves what the overview follows from to the server that starts next. Who stops that has lost nothing.
async fn prepared(app: &App) {
    let follow = Follow::start();
    follow.progress.begin("preparing the overview", 0);
    let work = async {
        upkeep::leave_ready(app).await;
        Ok(())
    };
    let stopped = follow.unless_stopped(work).await;
    drop(stopped);
}

async fn dispatch(app: &App, command: Command, json: bool) -> Result<(), Problem> {
    match command {
        Command::Config => init::config(app, json),
        Command::Import(command) => match command {
            ImportCommand::Orders(args) => import::run(app, collect::mapping::FileKind::Orders, args, json).await,
            ImportCommand::Customers(args) => import::run(app, collect::mapping::FileKind::Customers, args, json).await,
            ImportCommand::Products(args) => import::run(app, collect::mapping::FileKind::Products, args, json).await,
            ImportCommand::List => import_show::list(app, json).await,
            ImportCommand::Show { id } => import_show::show(app, &id, json).await,
            ImportCommand::Bad { id, limit } => import_show::bad(app, &id, limit, json).await,
            ImportCommand::Resume { id } => import::resume(app, &id, json).await,
            ImportCommand::Undo { id } => import::undo(app, &id, json).await,
            ImportCommand::Mappings { name: Some(name), rename: Some(new) } => {
                import::rename_mapping(app, &name, &new, json).await
            }
            ImportCommand::Mappings { name, .. } => import_show::mappings(app, name.as_deref(), json).await,
        },
        Command::Intake(args) => intake::run(app, &args, json).await,
        Command::Customer(command) => match command {
            CustomerCommand::Show { who, orders, as_of } => {
                customer::show(app, &who, orders, as_of.as_deref(), json).await
            }
            CustomerCommand::Search { text, limit } => customer::search(app, &text.join(" "), limit, json).await,
            CustomerCommand::Erase { who, yes } => customer::erase(app, &who, yes, json).await,
        },
        Command::Traits(command) => match command {
            TraitsCommand::Rebuild { as_of } => traits::rebuild(app, as_of.as_deref(), json).await,
            TraitsCommand::List => traits::list(app, json),
            TraitsCommand::Explain { name, who, as_of } => {
                traits::explain(app, &name, &who, as_of.as_deref(), json).await
            }
        },
        Command::Segment(command) => match command {
            SegmentCommand::Rfm(args) => segment::rfm(app, &args, json).await,
            SegmentCommand::List { name, limit, out } => segment::list(app, &name, limit, out, json).await,
            SegmentCommand::Explain { who } => segment::explain(app, &who, json).await,
            SegmentCommand::Moves(args) => segment::moves(app, &args, json).await,
        },
        Command::User(command) => user::run(app, command, json).await,
        Command::Key(command) => key::run(app, command, json).await,
        Command::Query(args) => query::run(app, args, json).await,
        Command::Backup(args) => data::backup(app, &args, json).await,
        Command::Doctor { fix, quick } => doctor::run(app, fix, quick, json).await,
        Command::Maintain => doctor::maintain(app, json).await,
        Command::Init(_)
        | Command::Demo(_)
        | Command::Simulate(_)
        | Command::Restore(_)
        | Command::Serve(_)
        | Command::Openapi => Ok(()),
    }
}
