//! What is kept over a restart, so that it reads a few bytes per order and not the history.

use std::collections::HashSet;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::OnceLock;

use base::hash::stable;
use lake::FileEntry;
use lake::keep::Shelf;
use lake::keep::pack::{Pack, Packed, Unpack};

use super::extract::{Extract, Money};
use super::{Hour, Index, Made};

/// An [`Extract`] of a file.
pub(crate) const ORDERS: &str = "orders";
/// The [`super::Index`] of all files.
pub(crate) const INDEX: &str = "index";
/// Its cohorts.
pub(crate) const COHORTS: &str = "cohorts";

/// Where it is kept.
pub(crate) fn shelf(dir: &Path, zone: &str) -> Shelf {
    Shelf::new(dir, stable(zone.as_bytes()))
}

/// Deletes what belongs to files that are not there any more.
pub(crate) fn sweep(shelf: &Shelf, files: &[&FileEntry]) -> io::Result<()> {
    let of_each = files.iter().map(|file| shelf.name([*file], ORDERS));
    let of_all = [INDEX, COHORTS].map(|ending| shelf.name(files.iter().copied(), ending));
    let live: HashSet<String> = of_each.chain(of_all).collect();
    shelf.sweep(&[ORDERS, INDEX, COHORTS], |name| live.contains(name))
}

impl Packed for Extract {
    const MARK: [u8; 8] = *b"gxnum\0\0\x02";

    fn pack<W: Write + Seek>(&self, out: &mut Pack<W>) -> io::Result<()> {
        out.list(&self.key)?;
        out.list(&self.customer)?;
        out.list(&self.sold)?;
        out.list(&[self.first_hour])?;
        out.list(&self.money.iter().map(|m| m.sales).collect::<Vec<_>>())?;
        out.list(&self.money.iter().map(|m| m.returns).collect::<Vec<_>>())
    }

    fn unpack(from: &mut Unpack<'_>) -> Option<Self> {
        let (key, customer, sold) = (from.list()?, from.list()?, from.list()?);
        let first_hour = from.one()?;
        let (sales, returns): (Vec<i128>, Vec<i128>) = (from.list()?, from.list()?);
        let money = sales.into_iter().zip(returns).map(|(sales, returns)| Money { sales, returns }).collect();
        let extract = Self { key, customer, sold, first_hour, money };
        let rows = extract.key.len();
        (extract.customer.len() == rows && extract.sold.len() == rows).then_some(extract)
    }
}

impl Packed for Index {
    const MARK: [u8; 8] = *b"gxidx\0\0\x01";

    fn pack<W: Write + Seek>(&self, out: &mut Pack<W>) -> io::Result<()> {
        out.list(&[i64::from(self.first_day)])?;
        out.list(&self.hours.iter().map(|h| h.sales).collect::<Vec<_>>())?;
        out.list(&self.hours.iter().map(|h| h.returns).collect::<Vec<_>>())?;
        out.list(&self.hours.iter().map(|h| h.orders).collect::<Vec<_>>())?;
        out.list(&self.starts)?;
        out.list(&self.customer)?;
        out.list(&self.hour)?;
        out.list(&self.before)?;
        out.list(&self.second)?;
        out.list(&self.first)?;
        out.list(&self.spread)
    }

    fn unpack(from: &mut Unpack<'_>) -> Option<Self> {
        let first_day = i32::try_from(from.one::<i64>()?).ok()?;
        let (sales, returns, orders): (Vec<i128>, Vec<i128>, Vec<u32>) = (from.list()?, from.list()?, from.list()?);
        let money = sales.into_iter().zip(returns).zip(orders);
        let index = Self {
            stamp: 0,
            as_of: 0,
            made: Made::Whole,
            first_day,
            hours: money.map(|((sales, returns), orders)| Hour { sales, returns, orders }).collect(),
            starts: from.list()?,
            customer: from.list()?,
            hour: from.list()?,
            before: from.list()?,
            second: from.list()?,
            first: from.list()?,
            spread: from.list()?,
            cohorts: OnceLock::new(),
        };
        let orders = index.customer.len();
        let fits = index.hours.len() + 24 == index.starts.len() * 24
            && index.starts.last().is_some_and(|last| *last as usize == orders)
            && [index.hour.len(), index.before.len(), index.second.len()] == [orders; 3];
        fits.then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use lake::keep::pack::{self, from_bytes};

    use super::*;

    fn bytes_of<T: Packed>(value: &T) -> Vec<u8> {
        pack::write(value, io::Cursor::new(Vec::new())).unwrap().into_inner()
    }

    #[test]
    fn comes_back_whole_or_not_at_all() {
        let money = vec![Money { sales: 5, returns: -7 }, Money::default(), Money { sales: i128::MAX, returns: 1 }];
        let extract = Extract { key: vec![-1, 2], customer: vec![0, 9], sold: vec![3, 0], first_hour: 4, money };
        let bytes = bytes_of(&extract);
        assert_eq!(from_bytes(&bytes), Some(extract));
        for cut in 0..bytes.len() {
            assert_eq!(from_bytes::<Extract>(&bytes[..cut]), None);
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(from_bytes::<Extract>(&damaged), None, "{at}");
        }
    }
}
