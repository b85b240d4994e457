//! The history of one customer: his orders, newest first.

#[cfg(test)]
mod tests;

use arrow::array::RecordBatch;
use base::{Micros, Problem};
use lake::order::{Kind, Order, Orders, link};

pub use lake::order::COLUMNS;

/// Which orders are wanted.
#[derive(Clone, Copy, Debug)]
pub struct TimelineFilter {
    /// Only orders of this kind.
    pub kind: Option<Kind>,
    /// Only from this instant on.
    pub from: Option<Micros>,
    /// Only before this instant; the time of the last order shown asks for the next page.
    pub to: Option<Micros>,
    /// At most so many orders.
    pub limit: usize,
}

impl Default for TimelineFilter {
    fn default() -> Self {
        Self { kind: None, from: None, to: None, limit: 50 }
    }
}

/// The orders that `filter` asks for, newest first, from all lines of a customer with at least the columns [`COLUMNS`].
pub fn timeline_of(lines: &[RecordBatch], filter: &TimelineFilter) -> Result<Vec<Order>, Problem> {
    let mut orders = Orders::default();
    orders.add_all(lines)?;
    let mut orders = orders.finish();
    orders.retain(|o| {
        filter.kind.is_none_or(|kind| kind == o.kind)
            && filter.from.is_none_or(|from| o.time >= from)
            && filter.to.is_none_or(|to| o.time < to)
    });
    orders.sort_unstable_by_key(|o| (std::cmp::Reverse(o.time), o.key));
    orders.truncate(filter.limit);
    link(&mut orders, lines)?;
    Ok(orders)
}
