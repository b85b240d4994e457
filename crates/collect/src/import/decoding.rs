//! Rows decoded on several threads, in file order.

use std::sync::Arc;
use std::thread;

use base::Problem;
use crossbeam_channel::{Receiver, bounded};

use super::bad::{Kept, Layout};
use super::mended::{Mended, MendedRow};
use crate::decode::{Decoder, LineBatch};
use crate::source::{RawChunk, Rows};

/// A decoded chunk.
pub(super) struct Decoded {
    pub rows: u64,
    pub lines: LineBatch,
    pub bad: Vec<Kept>,
    /// In a mended file: the bad rows that its good lines were.
    pub mended: Vec<MendedRow>,
    /// In a mended file: rows that came in before.
    pub mended_before: u64,
}

/// What decoding needs besides the rows.
pub(super) struct Work {
    pub decoder: Decoder,
    pub layout: Layout,
    pub mended: Option<Mended>,
}

/// Starts decoding; at most a few chunks are in flight. Dropping the receiver stops it.
pub(super) fn start(rows: Rows, work: &Arc<Work>, threads: usize) -> Receiver<Receiver<Result<Decoded, Problem>>> {
    let (order, ordered) = bounded(threads);
    let (jobs, waiting) = bounded::<(RawChunk, crossbeam_channel::Sender<Result<Decoded, Problem>>)>(1);
    for _ in 0..threads {
        let (waiting, work) = (waiting.clone(), Arc::clone(work));
        thread::spawn(move || {
            for (chunk, done) in waiting {
                // Fails only when nobody listens any more.
                let _ = done.send(Ok(decode(&work, chunk)));
            }
        });
    }
    thread::spawn(move || {
        for chunk in rows {
            let (done, result) = bounded(1);
            if order.send(result).is_err() {
                return;
            }
            let sent = match chunk {
                Ok(chunk) => jobs.send((chunk, done)).is_ok(),
                Err(problem) => done.send(Err(problem)).is_ok(),
            };
            if !sent {
                return;
            }
        }
    });
    ordered
}

fn decode(work: &Work, chunk: RawChunk) -> Decoded {
    let rows = chunk.len();
    let chunk = match &work.mended {
        Some(mended) => mended.fresh(&chunk),
        None => chunk,
    };
    let mut lines = work.decoder.decode(&chunk);
    let bad = work.layout.keep(&chunk, std::mem::take(&mut lines.bad));
    let mended = work.mended.as_ref().map_or_else(Vec::new, |mended| mended.rows(&chunk, &lines));
    Decoded { rows: rows as u64, mended_before: (rows - chunk.len()) as u64, lines, bad, mended }
}
