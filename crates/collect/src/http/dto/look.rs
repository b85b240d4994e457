//! How a file is understood.

use std::collections::BTreeMap;

use base::UploadId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Mask, Text};

use super::mapping::Mapping;
use super::reading::Reading;
use crate::decode::BadRow;
use crate::decode::preview::{Counts, PreviewRow};
use crate::mapping::{self, FileKind};
use crate::words;

/// A file to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"upload": "upl_3"}))]
pub(crate) struct LookNew {
    /// The file.
    #[schema(value_type = String)]
    pub(crate) upload: UploadId,
    /// What its rows are; guessed unless given.
    pub(crate) kind: Option<FileKind>,
    /// How it is read.
    #[serde(default)]
    pub(crate) reading: Reading,
    /// What its columns mean; proposed unless given.
    pub(crate) mapping: Option<Mapping>,
    /// The name of a saved mapping to begin with.
    pub(crate) saved_mapping: Option<String>,
}

/// Why a column is taken for a field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Choice {
    field: String,
    column: String,
    /// 0 to 1.
    confidence: f64,
    reason: Text,
}

impl From<&mapping::Choice> for Choice {
    fn from(c: &mapping::Choice) -> Self {
        let said = c.reason.starts_with("--");
        Self {
            field: c.field.as_str().to_owned(),
            column: c.column.clone(),
            confidence: c.confidence,
            reason: words::phrase(if said { "chosen by you" } else { &c.reason }),
        }
    }
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    Info,
    Warning,
    Error,
}

/// Something to look at before the file is imported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "ambiguous_dates", "level": "warning", "text": {"en": "day and month cannot be told apart", "zh": "无法区分日和月"}}))]
pub(crate) struct Notice {
    code: &'static str,
    #[schema(inline)]
    pub(crate) level: Level,
    text: Text,
}

impl From<&mapping::Notice> for Notice {
    fn from(n: &mapping::Notice) -> Self {
        let level = match n.code {
            "missing_field" | "missing_column" => Level::Error,
            "without_customer" | "adjustments" | "discount_rate" => Level::Info,
            _ => Level::Warning,
        };
        let text = words::phrase(&n.message);
        let text = if n.code == "missing_field" { words::with_labels(&text) } else { text };
        Self { code: n.code, level, text }
    }
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"column": "date", "value": "31.02.2026", "reason": "impossible_date", "text": {"en": "is in no calendar", "zh": "日期不存在"}}))]
pub(crate) struct BadCell {
    /// Empty: the whole row.
    column: String,
    value: String,
    reason: &'static str,
    text: Text,
}

impl BadCell {
    fn of(b: BadRow, mask: Mask) -> Self {
        let (value, text) = (mask.other(&b.value), words::why(&b, mask));
        Self { column: b.column, value, reason: b.reason.as_str(), text }
    }
}

/// A row as it stands in the file, and as it is understood.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"row": 1, "cells": ["536365", "12/1/2010 8:26"], "understood": {"order_id": "536365", "time": "2010-12-01T08:26:00Z"}}))]
pub(crate) struct LookRow {
    #[schema(minimum = 1)]
    row: u64,
    cells: Vec<String>,
    /// Field → value.
    understood: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bad: Option<BadCell>,
}

impl LookRow {
    /// As somebody sees it who may or may not see personal data: what a column holds is what its sender says it holds, so
    /// without it all cells are masked.
    pub(crate) fn of(r: PreviewRow, mask: Mask) -> Self {
        Self {
            row: r.row,
            cells: r.cells.iter().map(|cell| mask.other(cell)).collect(),
            understood: r.understood.into_iter().map(|(field, value)| (field, mask.other(&value))).collect(),
            bad: r.bad.map(|bad| BadCell::of(bad, mask)),
        }
    }
}

/// What the sample is made of.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({"rows": 1000, "bad": 2, "sales": 970, "returns": 28, "adjustments": 0, "without_customer": 250, "dropped": 0}))]
pub(crate) struct LookCounts {
    rows: usize,
    bad: usize,
    sales: usize,
    returns: usize,
    adjustments: usize,
    without_customer: usize,
    /// Values left out of rows that are taken.
    dropped: usize,
}

impl From<Counts> for LookCounts {
    fn from(c: Counts) -> Self {
        let Counts { rows, bad, sales, returns, adjustments, without_customer, dropped } = c;
        Self { rows, bad, sales, returns, adjustments, without_customer, dropped }
    }
}

/// A field that a column can fill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldDef {
    name: &'static str,
    label: Text,
    description: Text,
    required: bool,
}

impl FieldDef {
    /// The fields of the kind of file; needed are those that have a column already, or must be given one.
    pub(crate) fn all(mapping: &mapping::Mapping) -> Vec<Self> {
        let (kind, missing) = (mapping.kind, mapping.missing());
        let def = |field: &mapping::Field| Self {
            name: field.as_str(),
            label: words::field_label_in(kind, *field),
            description: words::field_about(*field),
            required: missing.contains(field) || (kind.required().contains(field) && mapping.column(*field).is_some()),
        };
        kind.fields().iter().map(def).collect()
    }
}

/// How a file is understood, on a sample of its first rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"kind": "orders", "reading": {"format": "csv", "encoding": "utf-8", "separator": "comma", "has_header": true},
    "compression": "none", "sheets": [], "columns": ["InvoiceNo", "InvoiceDate", "Note"], "fields": [{"name": "order_id",
    "label": {"en": "Order number", "zh": "订单号"}, "description": {"en": "Unique within a source", "zh": "在一个来源内唯一"}, "required": true}],
    "mapping": {"columns": {"order_id": "InvoiceNo", "time": "InvoiceDate"}, "options": {"date": "month-first"}},
    "choices": [{"field": "order_id", "column": "InvoiceNo", "confidence": 0.9, "reason": {"en": "by its name", "zh": "根据列名"}}],
    "unmapped": ["Note"], "rows": [{"row": 1, "cells": ["536365", "12/1/2010 8:26", ""],
    "understood": {"order_id": "536365", "time": "2010-12-01T08:26:00Z"}}], "counts": {"rows": 1000, "bad": 2, "sales": 970, "returns": 28,
    "adjustments": 0, "without_customer": 250, "dropped": 0}, "notices": [], "saved_mappings": ["till"], "can_run": true, "source": "main",
    "sources": ["main"]}))]
pub(crate) struct Look {
    pub(crate) kind: FileKind,
    pub(crate) reading: Reading,
    /// none, gz or zst.
    pub(crate) compression: &'static str,
    /// The sheets of a workbook.
    pub(crate) sheets: Vec<String>,
    pub(crate) columns: Vec<String>,
    /// What columns can be.
    pub(crate) fields: Vec<FieldDef>,
    pub(crate) mapping: Mapping,
    pub(crate) choices: Vec<Choice>,
    /// Columns that are not read.
    pub(crate) unmapped: Vec<String>,
    /// The first rows.
    pub(crate) rows: Vec<LookRow>,
    /// Of the whole sample.
    pub(crate) counts: LookCounts,
    pub(crate) notices: Vec<Notice>,
    /// Names of saved mappings for files of this kind.
    pub(crate) saved_mappings: Vec<String>,
    /// Whether it can be imported so.
    pub(crate) can_run: bool,
    /// The source it probably comes from: that of the rows it mends, else the one used last for such a file, else `main`.
    pub(crate) source: String,
    /// The sources of such files so far, the one used last first.
    pub(crate) sources: Vec<String>,
}
