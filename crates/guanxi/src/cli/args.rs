//! What can be written on the command line, with the help it comes with.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use super::args_server::{KeyCommand, ServeArgs, UserCommand};

/// Know your customers: import sales, see groups, values and life cycles, ask any question in SQL.
#[derive(Debug, Parser)]
#[command(
    name = "guanxi",
    version,
    after_help = "A first hour:
  guanxi init shop                          make a data folder
  guanxi import orders sales.csv.gz         read a file of sales
  guanxi segment rfm                        group the customers
  guanxi segment list champions             who are the best
  guanxi customer show 17850                one customer
  guanxi query \"select kind, sum(amount) from order_line group by kind\"
  guanxi serve                              open the console in a browser

Exit codes: 0 done · 1 defect of Guanxi · 2 wrong call, option or configuration · 3 missing, conflicting, unreadable or too little
data · 4 database, disk or network not available, or a question over its limits · 130 stopped by Ctrl-C"
)]
pub(crate) struct Cli {
    /// Data folder; otherwise GUANXI_DATA, the current folder or one above it, or the only one inside it.
    #[arg(long, global = true, env = "GUANXI_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON instead of tables.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of tables, notes and errors: en or zh; otherwise business.language of the configuration.
    #[arg(long, global = true, value_name = "LANG", value_parser = ["en", "zh"])]
    pub lang: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a data folder.
    Init(InitArgs),
    /// Show the configuration in force.
    Config,
    /// Read files of orders, customers or products.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Take in single orders as JSON lines: durable first, then applied.
    Intake(IntakeArgs),
    /// Find, show and erase customers.
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// Compute what is known of every customer's behaviour.
    #[command(subcommand)]
    Traits(TraitsCommand),
    /// RFM groups, value tiers and life-cycle stages.
    #[command(subcommand)]
    Segment(SegmentCommand),
    /// Ask a question in SQL (tables: order_line, customer, contact, product, trait, rfm).
    Query(QueryArgs),
    /// Write the files of a simulated business with known truth.
    Simulate(SimulateArgs),
    /// Serve the console and the API, and do the background work.
    Serve(ServeArgs),
    /// Manage who may sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Manage the keys with which programs call the API.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Make a simulated business (or read a file of yours), show what it tells, and serve the console.
    Demo(DemoArgs),
    /// Copy everything to a folder, consistently, while work goes on.
    Backup(BackupArgs),
    /// Fill a new data folder (or database) from a back-up.
    Restore(RestoreArgs),
    /// Check integrity, versions, disk, lag and left-over files.
    Doctor {
        /// Also remove left-over files.
        #[arg(long)]
        fix: bool,
        /// Do not read every byte of the history, only sizes and footers.
        #[arg(long)]
        quick: bool,
    },
    /// Seal fresh orders into files, merge small files, remove replaced ones.
    Maintain,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  guanxi init shop\n  guanxi init shop --zone Europe/London --currency GBP --region GB\n  guanxi init chain --database postgres://guanxi@db/guanxi"
)]
pub(crate) struct InitArgs {
    /// The folder to make.
    pub dir: PathBuf,
    /// Name of the business.
    #[arg(long)]
    pub name: Option<String>,
    /// IANA time zone.
    #[arg(long)]
    pub zone: Option<String>,
    /// ISO 4217 currency.
    #[arg(long)]
    pub currency: Option<String>,
    /// ISO 3166 country of local telephone numbers.
    #[arg(long)]
    pub region: Option<String>,
    /// Language of labels: en or zh.
    #[arg(long)]
    pub language: Option<String>,
    /// Address of a PostgreSQL database; SQLite in the folder otherwise.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Read a file of orders: a row per line, or per order.
    Orders(ImportArgs),
    /// Read a file of customers.
    Customers(ImportArgs),
    /// Read a list of products.
    Products(ImportArgs),
    /// List the imports.
    List,
    /// Show one import: figures, what changed, how the columns were read.
    Show {
        /// e.g. imp_3
        id: String,
    },
    /// List the bad rows of an import.
    Bad {
        /// e.g. imp_3
        id: String,
        /// How many rows to show.
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Go on with an import that was stopped.
    Resume {
        /// e.g. imp_3
        id: String,
    },
    /// Take an import back; what it replaced is restored.
    Undo {
        /// e.g. imp_3
        id: String,
    },
    /// List the saved mappings, print one, or give it another name.
    Mappings {
        /// The mapping to print as TOML.
        name: Option<String>,
        /// Its new name.
        #[arg(long, value_name = "NEW", requires = "name")]
        rename: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Reads CSV, TSV (also .gz and .zst), XLSX, JSON lines and Parquet in UTF-8, UTF-16 or GB 18030. What it finds out is shown with --preview and
can be overridden.

Examples:
  guanxi import orders sales.csv.gz --preview
  guanxi import orders sales.csv.gz
  guanxi import orders till.xlsx --sheet 2 --map \"order_id=小票号,time=交易时间,customer=会员卡号,amount=实付金额\"
  guanxi import orders old.csv --option date=dmy --option decimal=comma --save-mapping till
  guanxi import orders new.csv --mapping till
  guanxi import orders fixed.txt --separator whitespace --no-header --map \"order_id=column_1,customer=column_2,time=column_3,amount=column_4\"
  guanxi import orders mended.csv                          the bad rows of an import, mended"
)]
pub(crate) struct ImportArgs {
    /// The file.
    pub file: PathBuf,
    /// Only show how the first rows will be understood.
    #[arg(long)]
    pub preview: bool,
    /// Which field is read from which column: "field=column,…"; "field=" leaves one out.
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    pub map: Vec<String>,
    /// How it is read: date=…, decimal=…, zone=…, currency=…, return_prefix=… (see the guide).
    #[arg(long, value_name = "KEY=VALUE")]
    pub option: Vec<String>,
    /// Use a saved mapping, or a TOML file.
    #[arg(long, value_name = "NAME|FILE")]
    pub mapping: Option<String>,
    /// Save the mapping under this name.
    #[arg(long, value_name = "NAME")]
    pub save_mapping: Option<String>,
    /// Let it take the place of another one that is saved under this name.
    #[arg(long, requires = "save_mapping")]
    pub overwrite_mapping: bool,
    /// Name of the source, main unless given; order numbers are unique within one, so files of one shop need the same.
    #[arg(long)]
    pub source: Option<String>,
    /// What happens to known orders: difference (replace changed ones), append (add to them), complete (also remove missing ones).
    #[arg(long, default_value = "difference")]
    pub mode: String,
    /// csv, xlsx, jsonl or parquet.
    #[arg(long)]
    pub format: Option<String>,
    /// utf-8, utf-16le, utf-16be, gb18030, windows-1252.
    #[arg(long)]
    pub encoding: Option<String>,
    /// comma, semicolon, tab, bar or whitespace.
    #[arg(long)]
    pub separator: Option<String>,
    /// The first row holds data, not names; columns are column_1, column_2 …
    #[arg(long)]
    pub no_header: bool,
    /// Name or number of the sheet of a workbook.
    #[arg(long)]
    pub sheet: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  echo '{\"order_id\":\"A1\",\"time\":\"2026-11-21 10:00\",\"customer\":\"17850\",\"product\":\"85123A\",\"quantity\":1,\"unit_price\":2.55}' | guanxi intake"
)]
pub(crate) struct IntakeArgs {
    /// File of JSON lines; standard input otherwise.
    pub file: Option<PathBuf>,
    /// Name of the source.
    #[arg(long, default_value = collect::import::MAIN_SOURCE)]
    pub source: String,
    /// Take the text in batches of so many JSON lines, each in a transaction of its own; all at once otherwise.
    #[arg(long, value_name = "N")]
    pub batch_lines: Option<NonZeroUsize>,
    /// Try the batches again that could not be applied, and read nothing.
    #[arg(long, conflicts_with_all = ["file", "batch_lines"])]
    pub retry: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CustomerCommand {
    /// Show one customer: who, value, group, behaviour, orders.
    #[command(
        after_help = "Examples:\n  guanxi customer show cus_12\n  guanxi customer show 17850\n  guanxi customer show 13812345678"
    )]
    Show {
        /// Id, card number, e-mail address or telephone number.
        who: String,
        /// How many orders to list.
        #[arg(long, default_value_t = 10)]
        orders: usize,
        /// Behaviour and orders up to this day instead of that of the last order.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// Search by name, pinyin, initials, phone, e-mail or card number.
    #[command(
        after_help = "Examples:\n  guanxi customer search wxm\n  guanxi customer search 小明\n  guanxi customer search 5678"
    )]
    Search {
        /// What to look for; several words must all match.
        #[arg(required = true)]
        text: Vec<String>,
        /// How many customers to show.
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Erase a person for good: name, identities, attributes; his orders stay without a customer.
    Erase {
        /// Id, card number, e-mail address or telephone number.
        who: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TraitsCommand {
    /// Compute all traits of all customers.
    Rebuild {
        /// Reference date; the day of the last order otherwise.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// List the definitions in use.
    List,
    /// Say how a trait of one customer comes about.
    #[command(
        after_help = "Examples:\n  guanxi traits explain return_rate 17850\n  guanxi traits explain recency 17850 --as-of 2011-12-09"
    )]
    Explain {
        /// The trait.
        name: String,
        /// Id, card number, e-mail address or telephone number.
        who: String,
        /// Reference date; the day of the last order otherwise.
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SegmentCommand {
    /// Score recency, frequency and monetary value; form groups, value tiers and life-cycle stages.
    Rfm(RfmArgs),
    /// List the customers of a group, tier or stage.
    #[command(
        after_help = "A name that a group and a stage share, such as at_risk, means the group; group:at_risk and stage:at_risk are exact.

Examples:\n  guanxi segment list champions\n  guanxi segment list at_risk --out at-risk.xlsx\n  guanxi segment list stage:at_risk"
    )]
    List {
        /// e.g. champions, tier:a, stage:at_risk; all for everyone.
        name: String,
        /// How many to show; all go to --out.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Write the whole list to a .csv, .xlsx or .jsonl file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say why a customer is where he is.
    Explain {
        /// Id, card number, e-mail address or telephone number.
        who: String,
    },
    /// Show how customers moved between two dates.
    Moves(MovesArgs),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  guanxi segment rfm\n  guanxi segment rfm --as-of 2011-12-10 --window 365d --bins 4\n  guanxi segment rfm --weights 1,2,3 --list champions"
)]
pub(crate) struct RfmArgs {
    /// Reference date; the day of the last order otherwise.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Which sales count: all, 365d, 12 months, 2011-01-01..2011-06-30.
    #[arg(long)]
    pub window: Option<String>,
    /// How many scores per axis, 2 to 10.
    #[arg(long)]
    pub bins: Option<u8>,
    /// Weights of recency, frequency and monetary value in the combined score.
    #[arg(long, value_name = "R,F,M")]
    pub weights: Option<String>,
    /// Also list the customers of this group, tier or stage.
    #[arg(long, value_name = "GROUP")]
    pub list: Option<String>,
    /// Write that list to a .csv, .xlsx or .jsonl file.
    #[arg(long, value_name = "FILE", requires = "list")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  guanxi segment moves --from 2011-06-30 --to 2011-12-09\n  guanxi segment moves --from 2011-06-30 --to 2011-12-09 --by stage --who active,lapsed --out lapsed.xlsx"
)]
pub(crate) struct MovesArgs {
    /// The first date.
    #[arg(long, value_name = "DATE")]
    pub from: String,
    /// The second date.
    #[arg(long, value_name = "DATE")]
    pub to: String,
    /// group, tier or stage.
    #[arg(long, default_value = "group")]
    pub by: String,
    /// List who went from one place to another.
    #[arg(long, value_name = "FROM,TO")]
    pub who: Option<String>,
    /// Write them to a .csv, .xlsx or .jsonl file.
    #[arg(long, value_name = "FILE", requires = "who")]
    pub out: Option<PathBuf>,
    /// Which sales count (see `segment rfm`).
    #[arg(long)]
    pub window: Option<String>,
    /// How many scores per axis, 2 to 10.
    #[arg(long)]
    pub bins: Option<u8>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  guanxi query --tables\n  guanxi query \"select rfm_group, count(*) from rfm group by 1 order by 2 desc\"\n  guanxi query \"select * from customer where city = '上海'\" --out shanghai.xlsx"
)]
pub(crate) struct QueryArgs {
    /// The question. One statement that only reads.
    #[arg(required_unless_present = "tables")]
    pub sql: Option<String>,
    /// List tables and columns.
    #[arg(long)]
    pub tables: bool,
    /// Write the answer to a .csv, .xlsx or .jsonl file.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  guanxi simulate club --customers 20000 --seed 7")]
pub(crate) struct SimulateArgs {
    /// The folder to write to.
    pub dir: PathBuf,
    /// How many customers, 1 thousand to 10 million.
    #[arg(long, default_value_t = 10_000)]
    pub customers: u64,
    /// The same seed makes the same files.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// First day.
    #[arg(long, value_name = "DATE", default_value = "2024-01-01")]
    pub start: String,
    /// How many months.
    #[arg(long, default_value_t = 24)]
    pub months: u32,
    /// Receipt lines per customer in the mean.
    #[arg(long, default_value_t = 10.0)]
    pub lines: f64,
    /// Form of the orders: csv, csv.gz, csv.zst or parquet.
    #[arg(long, default_value = "csv.gz")]
    pub format: String,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// A file of orders of your own; a simulated business otherwise.
    pub file: Option<PathBuf>,
    /// How many simulated customers.
    #[arg(long, default_value_t = 10_000)]
    pub customers: u64,
    /// Only compute and print; do not serve the console.
    #[arg(long)]
    pub no_serve: bool,
    /// Address and port of the console instead of server.listen.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The folder to make.
    pub to: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The folder that `guanxi backup` made.
    pub from: PathBuf,
    /// The data folder to make.
    pub to: PathBuf,
    /// Another database than the one of the back-up's configuration.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}
