//! What kind of file it is: the words shared by detection and by the user's overrides.

use std::str::FromStr;

use base::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// The name as written on the command line and in files.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some([$($word),+]))
                    .description(Some(concat!($($doc),+).trim()))
                    .build()
                    .into()
            }
        }

        impl ToSchema for $name {}

        impl FromStr for $name {
            type Err = Problem;

            fn from_str(text: &str) -> Result<Self, Problem> {
                match text.to_ascii_lowercase().as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Problem::new(Code::InvalidArgument, format!(concat!("\"{}\" is not ", $what), text))
                        .hint(format!("use one of: {}", [$($word),+].join(", ")))),
                }
            }
        }
    };
}

words!(
    /// The kind of file.
    Format, "a file format", {
        /// Text with separated cells (comma, semicolon, tab, bar or runs of spaces).
        Csv = "csv",
        /// An Excel workbook.
        Xlsx = "xlsx",
        /// One JSON object per line.
        Jsonl = "jsonl",
        /// Apache Parquet.
        Parquet = "parquet",
    }
);

words!(
    /// How the file is compressed as a whole.
    Compression, "a compression", {
        /// Not at all.
        None = "none",
        /// gzip, one member or several.
        Gz = "gz",
        /// Zstandard.
        Zst = "zst",
    }
);

words!(
    /// How text is encoded.
    Encoding, "an encoding", {
        /// UTF-8.
        Utf8 = "utf-8",
        /// UTF-8 after a byte order mark, as Excel writes it.
        Utf8Bom = "utf-8-bom",
        /// UTF-16, little endian.
        Utf16Le = "utf-16le",
        /// UTF-16, big endian.
        Utf16Be = "utf-16be",
        /// GB 18030, with its subsets GBK and GB 2312.
        Gb18030 = "gb18030",
        /// Windows-1252, with its subset ISO 8859-1.
        Windows1252 = "windows-1252",
    }
);

words!(
    /// What lies between two cells.
    Separator, "a separator", {
        /// `,`
        Comma = "comma",
        /// `;`
        Semicolon = "semicolon",
        /// A tab.
        Tab = "tab",
        /// `|`
        Bar = "bar",
        /// A run of spaces or tabs, as in tables with columns of fixed width. There is no quoting.
        Whitespace = "whitespace",
    }
);

impl Separator {
    /// The byte, when it is one byte.
    pub const fn byte(self) -> Option<u8> {
        match self {
            Self::Comma => Some(b','),
            Self::Semicolon => Some(b';'),
            Self::Tab => Some(b'\t'),
            Self::Bar => Some(b'|'),
            Self::Whitespace => None,
        }
    }

    /// From the character itself, e.g. `;`.
    pub const fn from_char(c: char) -> Option<Self> {
        match c {
            ',' => Some(Self::Comma),
            ';' => Some(Self::Semicolon),
            '\t' => Some(Self::Tab),
            '|' => Some(Self::Bar),
            ' ' => Some(Self::Whitespace),
            _ => None,
        }
    }
}

/// Which sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sheet {
    /// By its name.
    Name(String),
    /// By its position, counted from 1.
    Index(usize),
}

/// What the user says about the file; all that is `None` is found out from its content.
#[derive(Clone, Debug)]
pub struct Options {
    /// The kind of file.
    pub format: Option<Format>,
    /// The encoding of a text file.
    pub encoding: Option<Encoding>,
    /// What lies between two cells of a text file.
    pub separator: Option<Separator>,
    /// The quote of a text file; `"` when nothing is said. Never `\r`, `\n` or the separator.
    pub quote: Option<u8>,
    /// Whether the first row names the columns (text files and workbooks).
    pub has_header: Option<bool>,
    /// Which sheet of a workbook; the first that is not empty when nothing is said.
    pub sheet: Option<Sheet>,
    /// How much is read and handed to a thread at a time, in bytes.
    pub block_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            encoding: None,
            separator: None,
            quote: None,
            has_header: None,
            sheet: None,
            block_bytes: 4 << 20,
        }
    }
}
