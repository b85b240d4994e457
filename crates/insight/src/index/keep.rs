//! Extracts on disk, so that a restart reads a few bytes per order and not the history. Only a cache: whatever cannot be read is
//! made again.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base::hash::stable;
use lake::FileEntry;

use super::extract::{Extract, Money};

/// What a file of this form begins with; another number for another form.
const MAGIC: u64 = u64::from_le_bytes(*b"gxnum\0\0\x01");
const HEADER: usize = 5 * 8;

/// Where extracts are kept.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    dir: PathBuf,
    zone: u64,
}

impl Shelf {
    pub(crate) fn new(dir: &Path, zone: &str) -> Self {
        Self { dir: dir.to_path_buf(), zone: stable(zone.as_bytes()) }
    }

    fn name(&self, entry: &FileEntry) -> String {
        format!("{}-{:016x}-{:08x}.orders", entry.id, entry.hash.cast_unsigned(), self.zone as u32)
    }

    /// What was kept of a file.
    pub(crate) fn load(&self, entry: &FileEntry) -> Option<Extract> {
        decode(&fs::read(self.dir.join(self.name(entry))).ok()?)
    }

    /// Keeps what was made of a file. Whole or not at all.
    pub(crate) fn save(&self, entry: &FileEntry, extract: &Extract) {
        let path = self.dir.join(self.name(entry));
        let part = path.with_extension("part");
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(&self.dir)?;
            fs::File::create(&part)?.write_all(&encode(extract))?;
            fs::rename(&part, &path)
        };
        if let Err(error) = write() {
            tracing::warn!(path = %path.display(), %error, "a summary of the history could not be kept");
        }
    }

    /// Deletes what belongs to files that are not there any more.
    pub(crate) fn sweep<'a>(&self, live: impl Iterator<Item = &'a FileEntry>) {
        let live: HashSet<String> = live.map(|entry| self.name(entry)).collect();
        let Ok(entries) = fs::read_dir(&self.dir) else { return };
        for name in entries.filter_map(Result::ok).map(|e| e.file_name().to_string_lossy().into_owned()) {
            if name.ends_with(".orders") && !live.contains(&name) {
                let _ = fs::remove_file(self.dir.join(name));
            }
        }
    }
}

fn encode(extract: &Extract) -> Vec<u8> {
    let (rows, hours) = (extract.key.len(), extract.money.len());
    let mut out = Vec::with_capacity(HEADER + rows * 16 + hours * 32);
    for number in [MAGIC, 0, rows as u64, u64::from(extract.first_hour), hours as u64] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    extract.key.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
    extract.customer.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
    extract.sold.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
    for money in &extract.money {
        out.extend_from_slice(&money.sales.to_le_bytes());
        out.extend_from_slice(&money.returns.to_le_bytes());
    }
    let sum = stable(&out[16..]);
    out[8..16].copy_from_slice(&sum.to_le_bytes());
    out
}

fn decode(bytes: &[u8]) -> Option<Extract> {
    let (header, body) = bytes.split_at_checked(HEADER)?;
    let summed = &bytes[16..];
    let mut header = header.as_chunks::<8>().0.iter().map(|b| u64::from_le_bytes(*b));
    let (magic, sum, rows) = (header.next()?, header.next()?, usize::try_from(header.next()?).ok()?);
    let (first_hour, hours) = (u32::try_from(header.next()?).ok()?, usize::try_from(header.next()?).ok()?);
    let length = rows.checked_mul(16)?.checked_add(hours.checked_mul(32)?)?;
    if magic != MAGIC || body.len() != length || stable(summed) != sum {
        return None;
    }
    let (keys, rest) = body.split_at(rows * 8);
    let (customers, rest) = rest.split_at(rows * 4);
    let (sold, money) = rest.split_at(rows * 4);
    let small = |bytes: &[u8]| bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
    let money = money.as_chunks::<32>().0.iter().map(|b| {
        let (sales, returns) = b.split_at(16);
        let number = |b: &[u8]| i128::from_le_bytes(b.try_into().unwrap_or_default());
        Money { sales: number(sales), returns: number(returns) }
    });
    Some(Extract {
        key: keys.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect(),
        customer: small(customers),
        sold: small(sold),
        first_hour,
        money: money.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_whole_or_not_at_all() {
        let money = vec![Money { sales: 5, returns: -7 }, Money::default(), Money { sales: i128::MAX, returns: 1 }];
        let extract = Extract { key: vec![-1, 2], customer: vec![0, 9], sold: vec![3, 0], first_hour: 4, money };
        let bytes = encode(&extract);
        assert_eq!(decode(&bytes), Some(extract));
        for cut in [0, 7, HEADER, bytes.len() - 1] {
            assert_eq!(decode(&bytes[..cut]), None);
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;

            assert_eq!(decode(&damaged), None, "{at}");
        }
    }
}
