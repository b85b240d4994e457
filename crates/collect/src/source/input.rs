//! From the bytes on disk to UTF-8: counting, decompression, transcoding, each a reader around a reader.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base::{Code, Problem};
use encoding_rs::{Decoder, DecoderResult};

use super::options::{Compression, Encoding};

/// How much of the encoded file is decoded at a time, in bytes.
const PIECE: usize = 64 << 10;
/// Stands for bytes that mean nothing in the encoding: no valid UTF-8, so the row's parser sees and reports it.
const INVALID: u8 = 0xff;

/// Counts what is read through it.
pub(super) struct Counting<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counting<R> {
    /// Counts the bytes of `inner` into `count`.
    pub(super) const fn new(inner: R, count: Arc<AtomicU64>) -> Self {
        Self { inner, count }
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// The content of the file, decompressed; `count` follows the bytes of the file itself.
pub(super) fn content(
    path: &Path,
    compression: Compression,
    count: Arc<AtomicU64>,
) -> Result<Box<dyn Read + Send>, Problem> {
    let file = Counting::new(open_file(path)?, count);
    Ok(match compression {
        Compression::None => Box::new(file),
        Compression::Gz => Box::new(flate2::bufread::MultiGzDecoder::new(io::BufReader::with_capacity(PIECE, file))),
        Compression::Zst => Box::new(zstd::stream::read::Decoder::new(file)?),
    })
}

/// Opens a file with a message that names it.
pub(super) fn open_file(path: &Path) -> Result<File, Problem> {
    File::open(path).map_err(|e| {
        let code = if e.kind() == io::ErrorKind::NotFound { Code::NotFound } else { Code::Unavailable };
        Problem::new(code, format!("{} cannot be opened: {e}", path.display())).caused_by(e)
    })
}

/// What a failed read means to the user.
pub(super) fn read_problem(error: io::Error, compression: Compression) -> Problem {
    if compression == Compression::None {
        return Problem::from(error);
    }
    Problem::new(Code::InvalidInput, format!("the {} file is damaged or incomplete: {error}", compression.as_str()))
        .hint("fetch or pack the file again; what was read before the damage is good")
        .caused_by(error)
}

/// `content` as UTF-8 without a byte order mark; bytes that mean nothing become 0xFF.
pub(super) fn text(content: Box<dyn Read + Send>, encoding: Encoding) -> Box<dyn Read + Send> {
    let decoder = match encoding {
        Encoding::Utf8 => return content,
        Encoding::Utf8Bom => return Box::new(SkipBom { inner: content, head: [0; 3], left: None }),
        Encoding::Utf16Le => encoding_rs::UTF_16LE.new_decoder_with_bom_removal(),
        Encoding::Utf16Be => encoding_rs::UTF_16BE.new_decoder_with_bom_removal(),
        Encoding::Gb18030 => encoding_rs::GB18030.new_decoder_with_bom_removal(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.new_decoder_without_bom_handling(),
    };
    Box::new(Transcode {
        inner: content,
        decoder,
        input: vec![0; PIECE],
        held: 0..0,
        ended: false,
        output: Vec::new(),
        given: 0,
    })
}

/// Drops a UTF-8 byte order mark if there is one.
struct SkipBom<R> {
    inner: R,
    head: [u8; 3],
    left: Option<std::ops::Range<usize>>,
}

impl<R: Read> Read for SkipBom<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left.is_none() {
            let mut got = 0;
            while got < 3 {
                match self.inner.read(&mut self.head[got..])? {
                    0 => break,
                    n => got += n,
                }
            }
            self.left = Some(if self.head[..got] == *b"\xef\xbb\xbf" { 3..3 } else { 0..got });
        }
        match &mut self.left {
            Some(left) if left.start < left.end => {
                let n = left.len().min(buf.len());
                buf[..n].copy_from_slice(&self.head[left.start..left.start + n]);
                left.start += n;
                Ok(n)
            }
            _ => self.inner.read(buf),
        }
    }
}

/// Decodes as it is read.
struct Transcode<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    held: std::ops::Range<usize>,
    ended: bool,
    output: Vec<u8>,
    given: usize,
}

impl<R: Read> Read for Transcode<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            if self.ended && self.held.is_empty() {
                return Ok(0);
            }
            self.decode()?;
        }
        let n = (self.output.len() - self.given).min(buf.len());
        buf[..n].copy_from_slice(&self.output[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

impl<R: Read> Transcode<R> {
    /// Reads another piece and decodes it all into `output`.
    fn decode(&mut self) -> io::Result<()> {
        let got = loop {
            match self.inner.read(&mut self.input) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = got == 0;
        self.held = 0..got;
        self.given = 0;
        self.output.clear();
        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(self.held.len()).unwrap_or(4 * PIECE);
            let start = self.output.len();
            self.output.resize(start + room, 0);
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.input[self.held.clone()],
                &mut self.output[start..],
                self.ended,
            );
            self.held.start += read;
            self.output.truncate(start + written);
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.output.push(INVALID),
            }
        }
        self.held = 0..0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives one byte at a time.
    struct Dribble(std::io::Cursor<Vec<u8>>);

    impl Read for Dribble {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buf[..1])
        }
    }

    fn read(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        text(Box::new(Dribble(std::io::Cursor::new(bytes.to_vec()))), encoding).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn characters_split_between_reads_come_out_whole() {
        assert_eq!(read(b"\xef\xbb\xbfa\xc3\xa9", Encoding::Utf8Bom), "aé".as_bytes());
        assert_eq!(read(b"ab", Encoding::Utf8Bom), b"ab");
        assert_eq!(read(b"\xff\xfea\0\x3d\xd8\x00\xde", Encoding::Utf16Le), "a😀".as_bytes());
        assert_eq!(read(b"\xc4\xe3\xba\xc3\x84\x31\xa4\x37", Encoding::Gb18030), "你好\u{fffd}".as_bytes());
        assert_eq!(read(b"\xc4\xe3\xff,\xba", Encoding::Gb18030), b"\xe4\xbd\xa0\xff,\xff");
        assert_eq!(read(b"\xa3 caf\xe9", Encoding::Windows1252), "£ café".as_bytes());
    }
}
