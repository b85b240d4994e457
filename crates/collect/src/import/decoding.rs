//! Rows decoded on several threads, in file order.

use std::sync::Arc;
use std::thread;

use base::Problem;
use crossbeam_channel::{Receiver, bounded};

use crate::decode::{Decoder, LineBatch};
use crate::source::{RawChunk, Rows};

/// A decoded chunk and the text of its bad rows, for the file of bad rows.
pub(super) struct Decoded {
    pub rows: u64,
    pub lines: LineBatch,
    pub bad_text: Vec<String>,
}

/// Starts decoding; at most a few chunks are in flight. Dropping the receiver stops it.
pub(super) fn start(
    rows: Rows,
    decoder: &Arc<Decoder>,
    threads: usize,
) -> Receiver<Receiver<Result<Decoded, Problem>>> {
    let (order, ordered) = bounded(threads);
    let (jobs, work) = bounded::<(RawChunk, crossbeam_channel::Sender<Result<Decoded, Problem>>)>(1);
    for _ in 0..threads {
        let (work, decoder) = (work.clone(), Arc::clone(decoder));
        thread::spawn(move || {
            for (chunk, done) in work {
                // Fails only when nobody listens any more.
                let _ = done.send(Ok(decode(&decoder, &chunk)));
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

fn decode(decoder: &Decoder, chunk: &RawChunk) -> Decoded {
    let lines = decoder.decode(chunk);
    let bad_text = lines.bad.iter().map(|b| chunk.row_text((b.row - chunk.first_row) as usize)).collect();
    Decoded { rows: chunk.len() as u64, lines, bad_text }
}
