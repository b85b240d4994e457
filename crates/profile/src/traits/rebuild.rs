//! The fold over the lake: all customers, or those touched.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::RecordBatch;
use base::{CustomerId, Micros, Problem};
use lake::{ORDER_LINE, Reading, Snapshot};

use super::folder::{Folder, Prepared};
use super::plan::Plan;

/// Customers between two reports of progress.
const STEP: u64 = 4096;

/// The fold of a range of customers, and how many are done since the last report.
struct Range {
    folder: Folder,
    done: u64,
}

/// Computes the traits of every known customer at `as_of` in one pass over the lake: batches of the table `trait`, ordered by
/// customer. `progress` is told now and then how many more customers are done, from any thread. Setting `cancel` ends the call
/// with a problem of the code `cancelled`.
pub fn rebuild(
    snapshot: &Snapshot,
    plan: &Arc<Plan>,
    as_of: Micros,
    threads: usize,
    cancel: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<RecordBatch>, Problem> {
    let reading = Reading { columns: plan.columns(), threads, cancel };
    let ranges = snapshot.by_customer(
        &ORDER_LINE,
        reading,
        |_| Ok(OnceCell::<Prepared>::new()),
        || Range { folder: Folder::new(plan, as_of), done: 0 },
        |range, customer, rows| {
            for slice in rows.iter() {
                let prepared = if let Some(known) = slice.prepared.get() {
                    known
                } else {
                    let prepared = range.folder.prepare(slice.batch)?;
                    slice.prepared.get_or_init(|| prepared)
                };
                range.folder.fold(prepared, slice.rows());
            }
            range.folder.finish(CustomerId(customer))?;
            range.done += 1;
            if range.done == STEP {
                progress(std::mem::take(&mut range.done));
            }
            Ok(())
        },
    )?;
    let mut batches = Vec::with_capacity(ranges.len());
    for mut range in ranges {
        progress(range.done);
        if range.folder.finished() > 0 {
            batches.push(range.folder.take()?);
        }
    }
    Ok(batches)
}

/// Computes the traits of some customers at `as_of` by looking each up: the same fold, the same rows as [`rebuild`] gives them,
/// in the order of `customers`. One without lines gets a row of zeros and nulls.
pub fn of_customers(
    snapshot: &Snapshot,
    plan: &Arc<Plan>,
    as_of: Micros,
    customers: &[CustomerId],
) -> Result<RecordBatch, Problem> {
    let mut folder = Folder::new(plan, as_of);
    for customer in customers {
        let batches = snapshot.of_customer(&ORDER_LINE, customer.0, plan.columns())?;
        folder.customer(*customer, &batches)?;
    }
    folder.take()
}

/// As [`of_customers`] for one, from all his lines with at least the columns of the plan.
pub fn of_lines(
    plan: &Arc<Plan>,
    as_of: Micros,
    customer: CustomerId,
    lines: &[RecordBatch],
) -> Result<RecordBatch, Problem> {
    let mut folder = Folder::new(plan, as_of);
    folder.customer(customer, lines)?;
    folder.take()
}
