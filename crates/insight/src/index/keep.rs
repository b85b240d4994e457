//! What was made of the history, on disk, so that a restart reads a few bytes per order and not the history. Only a cache: whatever
//! cannot be read is made again.

use std::fs;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base::hash::{stable, stable_parts};
use lake::FileEntry;

use super::extract::{Extract, Money};
use super::pack::{self, Pack, Packed, Unpack, from_bytes};
use super::{Hour, Index, Made};

/// The endings of names of what is kept, and of what was not written to its end.
const ENDINGS: [&str; 4] = [Shelf::ORDERS, Shelf::INDEX, Shelf::COHORTS, "part"];

/// Where it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    dir: PathBuf,
    zone: u64,
}

impl Shelf {
    /// An [`Extract`] of a file.
    pub(crate) const ORDERS: &str = "orders";
    /// The [`super::Index`] of all files.
    pub(crate) const INDEX: &str = "index";
    /// Its cohorts.
    pub(crate) const COHORTS: &str = "cohorts";

    pub(crate) fn new(dir: &Path, zone: &str) -> Self {
        Self { dir: dir.to_path_buf(), zone: stable(zone.as_bytes()) }
    }

    /// The name of what belongs to some files, whatever they are called in another copy of the data.
    pub(crate) fn name(&self, files: &[&FileEntry], ending: &str) -> String {
        let numbers = files.iter().flat_map(|f| [f.id.to_le_bytes(), f.hash.to_le_bytes()]);
        let parts: Vec<[u8; 8]> = numbers.chain([self.zone.to_le_bytes()]).collect();
        format!("{:016x}.{ending}", stable_parts(parts.iter().map(<[u8; 8]>::as_slice)))
    }

    /// What was kept under a name.
    pub(crate) fn load<T: Packed>(&self, name: &str) -> Option<T> {
        from_bytes(&fs::read(self.dir.join(name)).ok()?)
    }

    /// Whether something is kept under a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.dir.join(name).is_file()
    }

    /// Keeps something under a name. Whole or not at all.
    pub(crate) fn save<T: Packed>(&self, name: &str, value: &T) {
        let path = self.dir.join(name);
        let part = self.dir.join(format!("{name}.part"));
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.dir)?;
            pack::write(value, fs::File::create(&part)?)?;
            fs::rename(&part, &path)
        };
        if let Err(error) = write() {
            tracing::warn!(path = %path.display(), %error, "a summary of the history could not be kept");
        }
    }

    /// Deletes what belongs to files that are not there any more.
    pub(crate) fn sweep(&self, files: &[&FileEntry]) {
        let of_each = files.iter().map(|file| self.name(&[file], Self::ORDERS));
        let of_all = [Self::INDEX, Self::COHORTS].map(|ending| self.name(files, ending));
        let live: std::collections::HashSet<String> = of_each.chain(of_all).collect();
        let Ok(entries) = fs::read_dir(&self.dir) else { return };
        for name in entries.filter_map(Result::ok).map(|e| e.file_name().to_string_lossy().into_owned()) {
            let ours = name.rsplit('.').next().is_some_and(|ending| ENDINGS.contains(&ending));
            if ours && !live.contains(&name) {
                let _ = fs::remove_file(self.dir.join(name));
            }
        }
    }
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
