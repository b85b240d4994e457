//! Purchases on disk, so that nobody waits for a pass over the history after a start.

use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use lake::keep::Shelf;
use lake::keep::pack::{Fixed, Pack, Packed, Unpack};

use super::days::Days;
use super::{Again, Cell, LinesPlan, Lists, Purchases};

/// The ending of its name.
const ENDING: &str = "purchases";

/// Purchases, and what they are made of.
#[derive(Debug)]
pub(crate) struct Base {
    /// The files (id and hash), ascending.
    pub(crate) files: Vec<(i64, i64)>,
    pub(crate) purchases: Purchases,
}

/// As it is on disk.
struct Kept {
    files: Vec<(i64, i64)>,
    /// Which clocks it is told by: the system's knowledge of a zone changes.
    clocks: u64,
    lists: Arc<Lists>,
}

impl Base {
    /// What was kept in a folder.
    pub(crate) fn load(folder: &Path, plan: &LinesPlan) -> Option<Self> {
        let (shelf, days) = (Shelf::new(folder, plan.stamp), Days::new(&plan.zone));
        let kept: Kept = shelf.load(&shelf.name([], ENDING))?;
        (kept.clocks == days.stamp())
            .then_some(Self { files: kept.files, purchases: Purchases { lists: kept.lists, days } })
    }

    /// Keeps it in the place of all that was kept; whether that could be done.
    pub(crate) fn save(&self, folder: &Path, plan: &LinesPlan) -> bool {
        let Purchases { lists, days } = &self.purchases;
        let kept = Kept { files: self.files.clone(), clocks: days.stamp(), lists: Arc::clone(lists) };
        let shelf = Shelf::new(folder, plan.stamp);
        let name = shelf.name([], ENDING);
        let saved = shelf.save(&name, &kept);
        if let Err(error) = shelf.sweep(&[ENDING], |other| other == name) {
            tracing::warn!(%error, "old summaries of purchases stay");
        }
        saved
    }
}

/// Deletes the purchases kept in a folder: somebody in them is no longer to be known.
pub fn forget(folder: &Path) -> io::Result<()> {
    Shelf::new(folder, 0).sweep(&[ENDING], |_| false)
}

impl Packed for Kept {
    const MARK: [u8; 8] = *b"gxbuy\0\0\x01";

    fn pack<W: Write + Seek>(&self, out: &mut Pack<W>) -> io::Result<()> {
        let Lists { customers, ends, cells, again } = &*self.lists;
        out.list(&[self.clocks])?;
        out.list(&self.files.iter().flat_map(|(id, hash)| [*id, *hash]).collect::<Vec<_>>())?;
        out.list(customers)?;
        out.list(ends)?;
        out.list(cells)?;
        out.list(&again.iter().map(|(at, _)| *at).collect::<Vec<_>>())?;
        out.list(&again.iter().flat_map(|(_, Again { before, slot })| [*before, *slot]).collect::<Vec<_>>())
    }

    fn unpack(from: &mut Unpack<'_>) -> Option<Self> {
        let clocks = from.one()?;
        let files = from.list::<i64>()?.as_chunks().0.iter().map(|[id, hash]| (*id, *hash)).collect();
        let (customers, ends, cells) = (from.list()?, from.list()?, from.list()?);
        let (places, slots): (Vec<u32>, Vec<i32>) = (from.list()?, from.list()?);
        let slots = slots.as_chunks().0.iter().map(|[before, slot]| Again { before: *before, slot: *slot });
        let lists = Lists { customers, ends, cells, again: places.into_iter().zip(slots).collect() };
        let fits = lists.customers.len() == lists.ends.len()
            && lists.ends.is_sorted()
            && lists.ends.last().map_or(0, |end| *end as usize) == lists.cells.len();
        fits.then(|| Self { files, clocks, lists: Arc::new(lists) })
    }
}

impl Fixed for Cell {
    fn put_all(values: &[Self], out: &mut Vec<u8>) {
        for Self { money, slot, counted } in values {
            out.extend_from_slice(&money.to_le_bytes());
            out.extend_from_slice(&slot.to_le_bytes());
            out.extend_from_slice(&counted.to_le_bytes());
        }
    }

    fn read_all(bytes: &[u8]) -> Option<Vec<Self>> {
        let (cells, rest) = bytes.as_chunks::<16>();
        let cell = |bytes: &[u8; 16]| {
            let [money, other] = [u64::from_le_bytes(*bytes.first_chunk()?), u64::from_le_bytes(*bytes.last_chunk()?)];
            Some(Self { money: money.cast_signed(), slot: (other as u32).cast_signed(), counted: (other >> 32) as u32 })
        };
        if rest.is_empty() { cells.iter().map(cell).collect() } else { None }
    }
}
