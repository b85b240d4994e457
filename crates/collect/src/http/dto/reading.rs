//! How a file is read.

use base::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::import::ReadingOptions;
use crate::source::{Encoding, Format, Opened, Separator, Sheet};

/// How a file is read. What is left out is found out.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"format": "csv", "encoding": "utf-8", "separator": "comma", "has_header": true}))]
pub(crate) struct Reading {
    /// csv, fixed (columns separated by spaces), xlsx, jsonl or parquet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReadingFormat>)]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Encoding>)]
    encoding: Option<String>,
    /// By name; the character itself is taken as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Separator>)]
    separator: Option<String>,
    /// Whether the first row names the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_header: Option<bool>,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
}

/// The kind of a file.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "for the document only: `fixed` is a kind of csv inside")]
pub(crate) enum ReadingFormat {
    Csv,
    Fixed,
    Xlsx,
    Jsonl,
    Parquet,
}

impl Reading {
    /// As the importer takes it.
    pub(crate) fn options(&self) -> Result<ReadingOptions, Problem> {
        let at = |name: &str, problem: Problem| {
            let message = problem.message.clone();
            problem.field(format!("reading.{name}"), message)
        };
        let given = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
        let fixed = self.format.as_deref() == Some("fixed");
        let format =
            given(&self.format).filter(|_| !fixed).map(|t| t.parse()).transpose().map_err(|p| at("format", p))?;
        let separator = given(&self.separator).map(|t| separator(&t)).transpose().map_err(|p| at("separator", p))?;
        let encoding = given(&self.encoding).map(|t| t.parse()).transpose().map_err(|p| at("encoding", p))?;
        Ok(ReadingOptions {
            format: if fixed { Some(Format::Csv) } else { format },
            encoding,
            separator: if fixed { Some(Separator::Whitespace) } else { separator },
            has_header: self.has_header,
            sheet: given(&self.sheet).map(Sheet::Name),
        })
    }

    /// What was asked for when an import began.
    pub(crate) fn asked(options: &ReadingOptions) -> Self {
        Self {
            format: options.format.map(|f| format(f, options.separator)),
            encoding: options.encoding.map(|e| e.as_str().to_owned()),
            separator: options.separator.map(|s| s.as_str().to_owned()),
            has_header: options.has_header,
            sheet: options.sheet.as_ref().map(|sheet| match sheet {
                Sheet::Name(name) => name.clone(),
                Sheet::Index(at) => at.to_string(),
            }),
        }
    }

    /// What was found out.
    pub(crate) fn found(opened: &Opened) -> Self {
        let text = opened.separator.is_some();
        Self {
            format: Some(format(opened.format, opened.separator)),
            encoding: Some(opened.encoding.as_str().to_owned()),
            separator: opened.separator.map(|s| s.as_str().to_owned()),
            has_header: (text || opened.format == Format::Xlsx).then_some(opened.has_header),
            sheet: opened.sheet.clone(),
        }
    }
}

fn format(format: Format, separator: Option<Separator>) -> String {
    if separator == Some(Separator::Whitespace) { "fixed".to_owned() } else { format.as_str().to_owned() }
}

fn separator(text: &str) -> Result<Separator, Problem> {
    let mut chars = text.chars();
    match (chars.next().and_then(Separator::from_char), chars.next()) {
        (Some(separator), None) => Ok(separator),
        _ => text.parse(),
    }
}
