//! Bad rows, and mended ones.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Mask, Text, Total};

use super::import::ImportStarted;
use super::look::LookRow;
use crate::import::ListedRow;
use crate::words;

/// A row that could not be taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"row": 17, "line": 18, "column": "date", "value": "31.02.2026", "reason": "impossible_date", "text": {"en": "is in no calendar", "zh": "日期不存在"}, "cells": ["A17", "31.02.2026"], "mended": false}))]
pub(crate) struct BadRow {
    /// Its number, without the header.
    #[schema(minimum = 1)]
    row: u64,
    /// The line of the file on which it begins.
    #[schema(minimum = 1)]
    line: u64,
    /// The column concerned; empty: the whole row.
    column: String,
    /// What stands there.
    value: String,
    reason: &'static str,
    text: Text,
    /// The whole row, one cell for each column; none when the file of bad rows is gone.
    cells: Vec<String>,
    /// Whether it was mended and imported.
    mended: bool,
}

impl BadRow {
    /// As somebody sees it who may or may not see personal data; without, only what is wrong is told.
    pub(crate) fn of(row: ListedRow, mask: Mask) -> Self {
        let bad = row.bad;
        let hidden = |text: String| mask.other(&text);
        let text = words::why(&bad, mask);
        Self {
            row: bad.row,
            line: bad.line,
            column: bad.column,
            value: hidden(bad.value),
            reason: bad.reason.as_str(),
            text,
            cells: row.cells.into_iter().map(hidden).collect(),
            mended: row.mended,
        }
    }
}

/// A page of bad rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"columns": ["order_id", "date"], "items": [{"row": 17, "line": 18, "column": "date", "value": "31.02.2026",
    "reason": "impossible_date", "text": {"en": "is in no calendar", "zh": "日期不存在"}, "cells": ["A17", "31.02.2026"], "mended": false}],
    "total": {"value": 1, "exact": true}}))]
pub(crate) struct BadRowPage {
    /// The columns of the file.
    pub(crate) columns: Vec<String>,
    pub(crate) items: Vec<BadRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    pub(crate) total: Total,
}

/// A row as it should have been.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MendRow {
    /// The number of the bad row.
    #[schema(minimum = 1)]
    pub(crate) row: u64,
    /// One cell for each column.
    pub(crate) cells: Vec<String>,
}

/// Mended rows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rows": [{"row": 17, "cells": ["A17", "28.02.2026"]}], "dry_run": true}))]
pub(crate) struct Mend {
    pub(crate) rows: Vec<MendRow>,
    /// Only check them.
    pub(crate) dry_run: bool,
}

/// How mended rows are understood, and the import that takes them in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"rows": [{"row": 17, "cells": ["A17", "28.02.2026"], "understood": {"order_id": "A17"}}], "good": 1, "bad": 0}))]
pub(crate) struct MendResult {
    pub(crate) rows: Vec<LookRow>,
    pub(crate) good: usize,
    pub(crate) bad: usize,
    /// Not when they were only checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) started: Option<ImportStarted>,
}
