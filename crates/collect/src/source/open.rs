//! Opens a file of any kind: finds out what it is, shows its beginning, and streams its rows.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base::{Code, Problem};
use calamine::Reader as _;

use super::chunk::RawChunk;
use super::csv::{self, Dialect};
use super::names::{BAD_ROW, column_names};
use super::options::{Compression, Encoding, Format, Options, Separator};
use super::{detect, dialect, input, jsonl, parquet, xlsx};

/// How much of the beginning is looked at, in bytes after decompression.
const HEAD_BYTES: usize = 1 << 20;
/// How many rows the sample has at most.
const SAMPLE_ROWS: usize = 1_000;

/// A file whose kind is known, ready to be read (several times, if need be).
#[derive(Debug)]
pub struct Opened {
    /// The kind of file.
    pub format: Format,
    /// How the file is compressed.
    pub compression: Compression,
    /// The encoding (UTF-8 for workbooks and Parquet).
    pub encoding: Encoding,
    /// What lies between two cells (text files only).
    pub separator: Option<Separator>,
    /// The quote (text files only; `None` with columns separated by spaces).
    pub quote: Option<u8>,
    /// Whether the first row was taken as names of columns.
    pub has_header: bool,
    /// The names of the columns, all different; `column_1` … where the file names none.
    pub header: Vec<String>,
    /// The first rows, 1000 at most.
    pub sample: Vec<Vec<String>>,
    /// The sheet that is read, and all there are (workbooks only).
    pub sheet: Option<String>,
    /// The names of all sheets (workbooks only).
    pub sheets: Vec<String>,
    /// Size of the file as it lies on disk, in bytes.
    pub total_bytes: u64,
    pub(super) path: PathBuf,
    pub(super) block_bytes: usize,
    pub(super) keys: Arc<jsonl::Columns>,
    pub(super) progress: Arc<AtomicU64>,
    pub(super) ignored: Arc<AtomicU64>,
}

/// Opens the file at `path`. Whatever `options` leave open is told from the content, never from the name.
pub fn open(path: &Path, options: &Options) -> Result<Opened, Problem> {
    let total_bytes = input::open_file(path)?.metadata()?.len();
    let mut magic = Vec::new();
    input::open_file(path)?.take(4).read_to_end(&mut magic)?;
    let compression = detect::compression(&magic);
    let mut head = Vec::new();
    let content = input::content(path, compression, Arc::default())?;
    content.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|e| input::read_problem(e, compression))?;
    if head.is_empty() {
        return Err(Problem::new(Code::InvalidInput, format!("{} is empty", path.display())));
    }
    let mut opened = Opened {
        format: Format::Csv,
        compression,
        encoding: Encoding::Utf8,
        separator: None,
        quote: None,
        has_header: true,
        header: Vec::new(),
        sample: Vec::new(),
        sheet: None,
        sheets: Vec::new(),
        total_bytes,
        path: path.to_owned(),
        block_bytes: options.block_bytes,
        keys: Arc::default(),
        progress: Arc::default(),
        ignored: Arc::default(),
    };
    let binary = match options.format {
        Some(format) => Some(format).filter(|f| matches!(f, Format::Xlsx | Format::Parquet)),
        None => detect::binary_format(&head)?,
    };
    match binary {
        Some(format) => opened.binary(format, options)?,
        None => opened.text(&head, options)?,
    }
    if opened.header.is_empty() {
        return Err(Problem::new(Code::InvalidInput, format!("{} holds no rows", path.display())));
    }
    Ok(opened)
}

impl Opened {
    /// Bytes of the file whose rows have been delivered, up to `total_bytes`; begins anew with each [`Self::rows`].
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.progress)
    }

    /// How many values were passed over because their key is not among the columns (JSON lines only).
    pub fn ignored_values(&self) -> u64 {
        self.ignored.load(Ordering::Relaxed)
    }

    /// The column that says which row of which import a row was, if the file is one of our files of bad rows.
    pub fn bad_row_column(&self) -> Option<usize> {
        self.header.iter().position(|name| name == BAD_ROW)
    }

    pub(super) fn dialect(&self, width: usize) -> Dialect {
        Dialect { separator: self.separator.unwrap_or(Separator::Comma), quote: self.quote, width }
    }

    fn binary(&mut self, format: Format, options: &Options) -> Result<(), Problem> {
        self.format = format;
        if self.compression != Compression::None {
            return Err(Problem::new(
                Code::InvalidInput,
                "workbooks and Parquet files are not read from within an archive",
            )
            .hint(format!("unpack the .{} file first", self.compression.as_str())));
        }
        let mut rows = Vec::new();
        let mut keep = |chunk: &RawChunk| rows.extend((0..chunk.len()).map(|row| chunk.row(row)));
        if format == Format::Xlsx {
            let mut book = xlsx::workbook(&self.path, Arc::default())?;
            let sheet = xlsx::choose(&mut book, options.sheet.as_ref())?;
            xlsx::read(&mut book, &sheet, 0, SAMPLE_ROWS + 1, |chunk| {
                keep(&chunk);
                false
            })?;
            self.sheets = book.sheet_names();
            self.sheet = Some(sheet);
            self.take_header(rows, options.has_header);
        } else {
            let mut table = parquet::open(&self.path, HEAD_BYTES)?;
            if let Some(batch) = table.next()? {
                keep(&parquet::rows(&batch.slice(0, batch.num_rows().min(SAMPLE_ROWS)), 1).chunk);
            }
            self.header = column_names(Some(&table.columns), 0);
            self.sample = rows;
        }
        Ok(())
    }

    fn text(&mut self, head: &[u8], options: &Options) -> Result<(), Problem> {
        let whole = head.len() < HEAD_BYTES;
        self.encoding = match options.encoding {
            Some(encoding) => encoding,
            None if !whole && head.is_ascii() && !head.contains(&0) && self.compression == Compression::None => {
                detect::encoding_by_probes(&mut input::open_file(&self.path)?, self.total_bytes)?
            }
            None => detect::encoding(head, whole),
        };
        let mut text = Vec::new();
        input::text(Box::new(Cursor::new(head.to_vec())), self.encoding).read_to_end(&mut text)?;
        self.format = match options.format {
            Some(format) => format,
            None => detect::text_format(&text)?,
        };
        if self.format == Format::Jsonl {
            if !whole && let Some(end) = memchr::memrchr(b'\n', &text) {
                text.truncate(end);
            }
            let keys = jsonl::Columns::discover(&text)?;
            self.header.clone_from(&keys.names);
            self.sample = jsonl::sample(&text, &keys, SAMPLE_ROWS);
            self.keys = Arc::new(keys);
            return Ok(());
        }
        let quote = options.quote.unwrap_or(b'"');
        // A file of bad rows that we wrote is told by its first name: its rows, being bad, may mislead.
        let ours =
            text.strip_prefix(BAD_ROW.as_bytes()).and_then(|rest| Separator::from_char(char::from(*rest.first()?)));
        let separator = options.separator.or(ours).unwrap_or_else(|| dialect::separator(&text, quote, whole));
        self.separator = Some(separator);
        self.quote = (separator != Separator::Whitespace).then_some(quote);
        let chunk = csv::parse(&text, self.dialect(0)).chunk;
        let rows = chunk.len() - usize::from(!whole && chunk.len() > 1);
        self.take_header((0..rows.min(SAMPLE_ROWS + 1)).map(|row| chunk.row(row)).collect(), options.has_header);
        Ok(())
    }

    /// Names the columns from the first row, or by position, and keeps the other rows as the sample.
    fn take_header(&mut self, mut rows: Vec<Vec<String>>, has_header: Option<bool>) {
        self.has_header = has_header.unwrap_or_else(|| dialect::has_header(&rows));
        let mut cells = if self.has_header && !rows.is_empty() { rows.remove(0) } else { Vec::new() };
        if self.has_header {
            // Empty columns at the end are the shape of the sheet it came from, not part of the table.
            let used = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
            while cells.last().is_some_and(|name| name.trim().is_empty()) && !used(cells.len() - 1) {
                cells.pop();
            }
        } else {
            let widths: Vec<usize> = rows.iter().map(Vec::len).collect();
            let (common, share) = dialect::most_common(&widths);
            let width = if share >= 0.5 { common } else { widths.into_iter().max().unwrap_or_default() };
            cells = vec![String::new(); width];
        }
        self.header = column_names(Some(&cells), 0);
        rows.truncate(SAMPLE_ROWS);
        self.sample = rows;
    }
}
