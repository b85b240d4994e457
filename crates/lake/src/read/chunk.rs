//! Bytes of a file for the Parquet reader: the wanted pages are fetched ahead in few reads, the rest on demand.

use std::io::Cursor;
use std::ops::Range;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::files::OpenFile;

/// A file with parts of it in memory.
pub(crate) struct Chunks {
    file: OpenFile,
    parts: Vec<(u64, Bytes)>,
}

impl Chunks {
    /// Nothing fetched ahead.
    pub(crate) fn new(file: OpenFile) -> Self {
        Self { file, parts: Vec::new() }
    }

    /// Fetches `ranges` (ascending), joining those that are near each other.
    pub(crate) fn fetch(file: OpenFile, ranges: &[Range<u64>]) -> Result<Self> {
        // Reading over a small gap is cheaper than another call; look-ups must stay small, so the gap does too.
        const GAP: u64 = 4 << 10;
        let mut parts = Vec::with_capacity(ranges.len());
        let mut pending: Option<Range<u64>> = None;
        for range in ranges {
            pending = match pending {
                Some(p) if range.start <= p.end + GAP => Some(p.start..p.end.max(range.end)),
                Some(p) => {
                    parts.push((p.start, file.bytes(p.start, (p.end - p.start) as usize)?));
                    Some(range.clone())
                }
                None => Some(range.clone()),
            };
        }
        if let Some(p) = pending {
            parts.push((p.start, file.bytes(p.start, (p.end - p.start) as usize)?));
        }
        Ok(Self { file, parts })
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Chunks {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        // Headers of pages whose positions are not known: from what is fetched already, to its end.
        let at = self.parts.partition_point(|(first, _)| *first <= start);
        if let Some((first, bytes)) = at.checked_sub(1).map(|i| &self.parts[i])
            && start < first + bytes.len() as u64
        {
            return Ok(Cursor::new(bytes.slice((start - first) as usize..)));
        }
        let len = self.file.len().checked_sub(start).ok_or_else(|| ParquetError::EOF("past the end".into()))?;
        self.get_bytes(start, len as usize).map(Cursor::new)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start + length as u64;
        // Parts are ascending: the last one that begins at or before `start`.
        let at = self.parts.partition_point(|(first, _)| *first <= start);
        if let Some((first, bytes)) = at.checked_sub(1).map(|i| &self.parts[i])
            && end <= first + bytes.len() as u64
        {
            let from = (start - first) as usize;
            return Ok(bytes.slice(from..from + length));
        }
        Ok(self.file.bytes(start, length)?)
    }
}
