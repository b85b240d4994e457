//! What a file is, told from its first bytes: compression, format, encoding.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use base::{Code, Problem};
use encoding_rs::DecoderResult;

use super::options::{Compression, Encoding, Format};

/// How many places of a long file are looked at when its beginning is plain ASCII.
const PROBES: u64 = 16;
/// How much is read at each of them, in bytes.
const PROBE_BYTES: u64 = 64 << 10;

/// By the magic number.
pub(super) fn compression(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, ..] => Compression::Gz,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zst,
        _ => Compression::None,
    }
}

/// A format that is not text, by its magic number; an error for formats that are known but not read.
pub(super) fn binary_format(head: &[u8]) -> Result<Option<Format>, Problem> {
    let refuse = |what: &str, hint: &str| Err(Problem::new(Code::InvalidInput, what).hint(hint));
    match head {
        [b'P', b'A', b'R', b'1', ..] => Ok(Some(Format::Parquet)),
        [b'P', b'K', 3, 4, ..] if contains(&head[..head.len().min(200)], b"opendocument") => refuse(
            "this is an OpenDocument file, which is not read",
            "open it in LibreOffice, WPS or Excel and save it as .xlsx or .csv",
        ),
        [b'P', b'K', 3, 4, ..] => Ok(Some(Format::Xlsx)),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => refuse(
            "this is an old Excel file (.xls) or a workbook protected by a password, neither of which is read",
            "open it in Excel or WPS, remove the password if there is one, and save it as .xlsx",
        ),
        [b'%', b'P', b'D', b'F', ..] => {
            refuse("this is a PDF document, not a table", "export the table as .xlsx or .csv")
        }
        _ => Ok(None),
    }
}

/// A format of text by its first characters.
pub(super) fn text_format(text: &[u8]) -> Result<Format, Problem> {
    let start = String::from_utf8_lossy(&text[..text.len().min(4096)]);
    let odd = |c: &char| *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace());
    let (odd, all) = (start.chars().filter(odd).count(), start.chars().count());
    // Some exports end with or contain a stray control or damaged character; a file of another kind is full of them.
    if odd > 4 && odd * 50 > all {
        return Err(Problem::new(Code::InvalidInput, "this is not text, nor a workbook or Parquet file")
            .hint("give a table as .csv, .xlsx, .jsonl or .parquet; text may be compressed with gzip or zstd"));
    }
    let text = text.trim_ascii_start();
    let second = text.get(1..).unwrap_or_default().trim_ascii_start().first();
    let markup = text.get(..9).unwrap_or(text).to_ascii_lowercase();
    match text.first() {
        Some(b'{') if matches!(second, Some(b'"' | b'}')) => Ok(Format::Jsonl),
        Some(b'[') if matches!(second, Some(b'{')) => {
            Err(Problem::new(Code::InvalidInput, "this is one JSON array, not one JSON object per line")
                .hint("write each object on a line of its own, e.g. with: jq -c '.[]' file.json > file.jsonl"))
        }
        Some(b'<') if [&b"<html"[..], b"<!doctype", b"<?xml", b"<table"].iter().any(|tag| markup.starts_with(tag)) => {
            Err(Problem::new(Code::InvalidInput, "this is a web page or XML, not a table, whatever its name says")
                .hint("open it in Excel or WPS and save it as .xlsx or .csv"))
        }
        _ => Ok(Format::Csv),
    }
}

/// The encoding of a text by its beginning, `head`; `whole`: there is no more of it.
pub(super) fn encoding(head: &[u8], whole: bool) -> Encoding {
    match head {
        [0xef, 0xbb, 0xbf, ..] => return Encoding::Utf8Bom,
        [0xff, 0xfe, ..] => return Encoding::Utf16Le,
        [0xfe, 0xff, ..] => return Encoding::Utf16Be,
        _ => {}
    }
    utf16(head).unwrap_or_else(|| narrow(if whole { head } else { whole_lines(head) }))
}

/// The encoding of a long uncompressed text whose beginning is plain ASCII, by samples from all over it.
pub(super) fn encoding_by_probes(file: &mut File, total: u64) -> std::io::Result<Encoding> {
    let mut text = Vec::new();
    for probe in 0..PROBES {
        file.seek(SeekFrom::Start(total / PROBES * probe))?;
        let mut piece = Vec::new();
        file.take(PROBE_BYTES).read_to_end(&mut piece)?;
        let lines = whole_lines(&piece);
        let start = memchr::memchr(b'\n', lines).map_or(0, |i| i + 1);
        if !lines[start..].is_ascii() {
            text.extend_from_slice(&lines[start..]);
        }
    }
    Ok(narrow(&text))
}

/// UTF-16 without a byte order mark: NUL bytes abound, nearly all on one side of the pairs, and line ends are pairs too.
fn utf16(head: &[u8]) -> Option<Encoding> {
    let head = &head[..head.len().min(64 << 10)];
    let (pairs, _) = head.as_chunks::<2>();
    let count = |wanted: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| wanted(pair)).count();
    let (first, second) = (count(|pair| pair[0] == 0), count(|pair| pair[1] == 0));
    let newlines = memchr::memchr_iter(b'\n', head).count();
    if first + second < (pairs.len() / 20).max(2) {
        None
    } else if second > 3 * first && 2 * count(|pair| *pair == [b'\n', 0]) >= newlines {
        Some(Encoding::Utf16Le)
    } else if first > 3 * second && 2 * count(|pair| *pair == [0, b'\n']) >= newlines {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// UTF-8, GB 18030 or Windows-1252.
fn narrow(text: &[u8]) -> Encoding {
    let (mut broken, mut good) = (0, 0);
    for chunk in text.utf8_chunks() {
        broken += usize::from(!chunk.invalid().is_empty());
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
    }
    // A few damaged bytes do not make good UTF-8 another encoding.
    if broken == 0 || good > 2 * broken {
        return Encoding::Utf8;
    }
    let (malformed, characters) = gb18030(text);
    let (mut hanzi, mut pairs, mut at) = (0, 0, 0);
    while at < text.len() {
        if text[at] < 0x80 {
            at += 1;
            continue;
        }
        pairs += 1;
        hanzi += usize::from(text[at] >= 0xa1 && text.get(at + 1).is_some_and(|&b| b >= 0xa1));
        at += 2;
    }
    // Western letters with accents stand among ASCII; Chinese comes in pairs of high bytes.
    if malformed * 20 <= characters && hanzi * 2 >= pairs { Encoding::Gb18030 } else { Encoding::Windows1252 }
}

/// How many sequences of `text` mean nothing in GB 18030, and how many non-ASCII characters there are in it.
fn gb18030(text: &[u8]) -> (usize, usize) {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let mut out = vec![0u8; 16 << 10];
    let (mut malformed, mut characters, mut at) = (0, 0, 0);
    loop {
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(&text[at..], &mut out, true);
        at += read;
        characters += std::str::from_utf8(&out[..written]).map_or(0, |t| t.chars().filter(|c| !c.is_ascii()).count());
        match result {
            DecoderResult::InputEmpty => return (malformed, characters),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => malformed += 1,
        }
    }
}

/// `text` up to its last line end, so that no character is cut; all of it when there is no line end.
fn whole_lines(text: &[u8]) -> &[u8] {
    memchr::memrchr2(b'\n', b'\r', text).map_or(text, |i| &text[..=i])
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}
