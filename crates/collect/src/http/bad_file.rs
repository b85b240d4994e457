//! The file of bad rows in Chinese. On disk its reasons are English; what is told is put into Chinese where it leaves
//! (docs/adr/0009-problems-are-translated-at-the-edge.md).

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::sync::mpsc;

use crate::words;

/// Bytes sent at once, about.
const PIECE: usize = 64 << 10;
/// The column of the reasons.
const REASON: usize = 1;

/// The file with its reasons in Chinese. Its header and all other cells stay, so that a mended copy is known again.
pub(super) fn in_chinese(path: PathBuf) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (send, receive) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        if let Err(e) = translate(&path, |piece| send.blocking_send(Ok(piece.into())).is_ok()) {
            drop(send.blocking_send(Err(e)));
        }
    });
    // Whoever compresses asks again after the end.
    futures::stream::unfold(receive, |mut receive| async move { receive.recv().await.map(|piece| (piece, receive)) })
        .fuse()
}

/// Gives the file piece by piece, as long as they are taken.
fn translate(path: &Path, mut give: impl FnMut(Vec<u8>) -> bool) -> io::Result<()> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_path(path)?;
    let mut writer = piece();
    let mut record = csv::ByteRecord::new();
    let mut header = true;
    while reader.read_byte_record(&mut record)? {
        let cell = |(at, cell)| if at == REASON && !header { reason(cell) } else { Cow::Borrowed(cell) };
        writer.write_record(record.iter().enumerate().map(cell))?;
        header = false;
        if writer.get_ref().len() >= PIECE {
            let full = std::mem::replace(&mut writer, piece());
            if !give(full.into_inner().map_err(csv::IntoInnerError::into_error)?) {
                return Ok(());
            }
        }
    }
    give(writer.into_inner().map_err(csv::IntoInnerError::into_error)?);
    Ok(())
}

fn piece() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().flexible(true).from_writer(Vec::with_capacity(PIECE))
}

fn reason(english: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(english) {
        Ok(text) => Cow::Owned(words::phrase(text).zh.into_bytes()),
        Err(_) => Cow::Borrowed(english),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn only_the_reasons_change_however_long_the_file_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("imp_1.bad.csv");
        let file = |why: &str| {
            let mut text = "guanxi_bad_row,guanxi_reason,no,text\n".to_owned();
            for row in 1..=5_000 {
                writeln!(text, "imp_1:{row},{why},\"A,{row}\",\"he said \"\"the id is empty\"\"\"").unwrap();
            }
            text
        };
        std::fs::write(&path, file("the id is empty")).unwrap();
        let mut pieces = Vec::new();
        translate(&path, |piece| {
            pieces.push(piece);
            true
        })
        .unwrap();
        assert!(pieces.len() > 2, "{}", pieces.len());
        assert_eq!(String::from_utf8(pieces.concat()).unwrap(), file("编号为空"));
    }
}
