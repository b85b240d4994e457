//! What can be written on the command line about the server and who may use it.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  guanxi serve\n  guanxi serve --listen 0.0.0.0:7080 --owner ann@shop.example\n\nThe first start makes an owner and prints the password, once. Ctrl-C or SIGTERM end it when what was begun is done. Requests are
logged with GUANXI_LOG=info."
)]
pub(crate) struct ServeArgs {
    /// Address and port instead of server.listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// E-mail address of the owner that the first start makes.
    #[arg(long, value_name = "EMAIL", default_value = crate::server::OWNER)]
    pub owner: String,
    /// Keep the generated password in the data folder and tell it at every start: for demonstrations.
    #[arg(long, hide = true)]
    pub keep_log_in: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List the users.
    List,
    /// Add a user; prints the generated password, once.
    #[command(after_help = "Example:\n  guanxi user add li@shop.example --name 李雷 --role marketer")]
    Add {
        /// E-mail address, by which he signs in.
        email: String,
        /// Name; the address otherwise.
        #[arg(long)]
        name: Option<String>,
        /// owner, admin, manager, marketer, analyst, agent or viewer.
        #[arg(long, default_value = "viewer")]
        role: String,
    },
    /// Print a link with which a user sets a new password.
    ResetPassword {
        /// His e-mail address.
        email: String,
    },
    /// Give a user another role.
    Role {
        /// His e-mail address.
        email: String,
        /// owner, admin, manager, marketer, analyst, agent or viewer.
        role: String,
    },
    /// Lock a user out: his sign-ins end, his keys stop.
    Disable {
        /// His e-mail address.
        email: String,
    },
    /// Let a user in again.
    Enable {
        /// His e-mail address.
        email: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List the keys.
    List,
    /// Make a key; prints it, once.
    #[command(
        after_help = "Example:\n  guanxi key make \"till upload\" --scope import.run,import.read --expires 2027-12-31"
    )]
    Make {
        /// What it is for.
        name: String,
        /// What it may do, such as import.run; may be given several times.
        #[arg(long, required = true, value_delimiter = ',', value_name = "PERMISSION")]
        scope: Vec<String>,
        /// The last day it works; for ever otherwise.
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
        /// Whose key it is (e-mail address): it can do no more than he; the first owner otherwise.
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Stop a key for good.
    Revoke {
        /// e.g. key_2
        id: String,
    },
}
