//! Writing all files: first the customers, block by block on all cores, their lines dealt into buckets of days; then the
//! lines in order of time, read, formed and compressed by three threads in a row. The bytes do not depend on the number of threads.

mod csv;
mod parquet;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use base::{Code, Problem};

use crate::block::{Block, Blocks, FILES};
use crate::line::Line;
use crate::people::number;
use crate::plan::Plan;
use crate::scenario::Format;
use crate::spill::Spill;
use crate::tally::Totals;
use crate::text::Row;
use crate::truth;

const PRODUCTS: &str = "products.csv";
const TRUTH: &str = "truth.json";
/// Lines formed at a time.
const CHUNK: usize = 65_536;

/// How far the writing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Units done, up to `total`.
    pub done: u64,
    /// Units in all: blocks of customers, or lines.
    pub total: u64,
}

/// The two halves of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Customers are made.
    Customers,
    /// Their lines are written in order of time.
    Lines,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file of order lines.
    pub orders: PathBuf,
    /// All files, the order lines first, the truth last.
    pub files: Vec<PathBuf>,
    /// What they hold.
    pub totals: Totals,
}

/// Writes everything; `workers` threads make the customers.
pub(crate) fn all(
    plan: &Plan,
    dir: &Path,
    format: Format,
    workers: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Written, Problem> {
    fs::create_dir_all(dir)?;
    let orders = dir.join(format!("orders.{}", format.as_str()));
    let names = FILES.iter().map(|f| f.0).chain([PRODUCTS, TRUTH]);
    let files: Vec<PathBuf> = std::iter::once(orders.clone()).chain(names.map(|n| dir.join(n))).collect();
    if let Some(there) = files.iter().find(|f| f.exists()) {
        return Err(Problem::new(Code::Conflict, format!("{} is there already", there.display()))
            .hint("choose an empty folder, or remove the files of the earlier run"));
    }
    let mut spill = Spill::new(plan, dir);
    let totals = customers(plan, dir, &mut spill, workers.max(1), progress)?;
    fs::write(dir.join(PRODUCTS), products(plan))?;
    let file = BufWriter::with_capacity(1 << 20, File::create_new(&orders)?);
    match format {
        Format::Csv => csv::write(plan, spill, file, progress, totals.lines())?,
        Format::CsvGz => {
            let encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            csv::write(plan, spill, encoder, progress, totals.lines())?;
        }
        Format::CsvZst => {
            let encoder = zstd::Encoder::new(file, 1)?.auto_finish();
            csv::write(plan, spill, encoder, progress, totals.lines())?;
        }
        Format::Parquet => parquet::write(plan, spill, file, progress, totals.lines())?,
    }
    fs::write(dir.join(TRUTH), format!("{:#}\n", truth::summary(plan, &totals)))?;
    Ok(Written { orders, files, totals })
}

/// Makes all blocks, each worker every n-th one, and takes them in order.
fn customers(
    plan: &Plan,
    dir: &Path,
    spill: &mut Spill,
    workers: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Totals, Problem> {
    let mut files = Vec::new();
    for (name, header) in FILES {
        let mut file = BufWriter::new(File::create_new(dir.join(name))?);
        file.write_all(header.as_bytes())?;
        files.push(file);
    }
    let (blocks, mut totals) = (Blocks::of(plan), Totals::new(plan.scenario.months));
    let count = blocks.count();
    thread::scope(|scope| {
        let receivers: Vec<Receiver<Block>> = (0..workers)
            .map(|worker| {
                let (sender, receiver) = sync_channel(1);
                scope.spawn(move || {
                    // A closed channel means that the writer gave up and says why.
                    (worker as u64..count).step_by(workers).all(|n| sender.send(blocks.make(plan, n)).is_ok())
                });
                receiver
            })
            .collect();
        for n in 0..count {
            let worker = &receivers[n as usize % workers];
            let block = worker.recv().map_err(|e| Problem::internal("a worker stopped early", e))?;
            for (file, rows) in files.iter_mut().zip(&block.rows) {
                file.write_all(rows)?;
            }
            spill.add(&block.lines)?;
            totals.merge(&block.totals);
            progress(Progress { stage: Stage::Customers, done: n + 1, total: count });
        }
        Ok::<_, Problem>(())
    })?;
    for mut file in files {
        file.flush()?;
    }
    Ok(totals)
}

/// Runs the lines of all buckets through `form` (a thread of its own) to `store` (this thread).
fn in_order<T: Send>(
    mut spill: Spill,
    mut form: impl FnMut(&[Line]) -> Result<T, Problem> + Send,
    mut store: impl FnMut(T) -> Result<(), Problem>,
    progress: &mut dyn FnMut(Progress),
    total: u64,
) -> Result<(), Problem> {
    thread::scope(|scope| {
        let (to_form, sorted) = sync_channel(1);
        let (to_store, formed) = sync_channel(4);
        scope.spawn(move || (0..spill.len()).all(|b| to_form.send(spill.take(b)).is_ok()));
        scope.spawn(move || {
            for lines in sorted {
                let sent = match lines {
                    Ok(lines) => {
                        let mut chunks = lines.chunks(CHUNK);
                        chunks.all(|c| to_store.send(form(c).map(|t| (c.len() as u64, t))).is_ok())
                    }
                    Err(problem) => to_store.send(Err(problem)).is_ok(),
                };
                if !sent {
                    return;
                }
            }
        });
        let mut done = 0;
        for chunk in formed {
            let (lines, chunk) = chunk?;
            store(chunk)?;
            done += lines;
            progress(Progress { stage: Stage::Lines, done, total });
        }
        Ok(())
    })
}

/// Gives orders their numbers, in the order of the file.
#[derive(Default)]
struct Numbers {
    sales: u64,
    returns: u64,
    last: Option<Line>,
}

impl Numbers {
    /// Letter and number of the order of the next line: `S…` for sales, `R…` for returns.
    fn next(&mut self, line: &Line) -> (u8, u64) {
        let begins = !self.last.replace(*line).is_some_and(|last| last.same_order(line));
        let (letter, n) = if line.comes_back { (b'R', &mut self.returns) } else { (b'S', &mut self.sales) };
        *n += u64::from(begins);
        (letter, *n)
    }
}

/// The number on the card used for a line, `None` without one.
fn card(plan: &Plan, line: &Line) -> Option<u64> {
    (u64::from(line.customer) < plan.scenario.customers).then(|| number(line.customer))
}

/// `products.csv`, with today's prices.
fn products(plan: &Plan) -> Vec<u8> {
    let mut out = b"product_code,name,name_zh,name_en,category,price,cost\n".to_vec();
    for product in &plan.goods.all {
        Row(&mut out)
            .text(product.code())
            .text(product.name())
            .text(product.name_zh)
            .text(product.name_en)
            .text(product.group().name)
            .money(i64::from(product.price[1]))
            .money(i64::from(product.cost))
            .end();
    }
    out
}
