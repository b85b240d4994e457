//! The customers behind a number of the last run: `group:champions`, `cell:5-4/fm`, `move:stage/active/lapsed@2026-01-01..2026-03-31`.
//! The numbers of a run are those of the day it was made, so its sets are too; the columns of a list show how it is now.

use base::{Code, Problem};

use super::column::{Column, Shape};
use super::frame::Frame;
use crate::model::{Dimension, Text};
use crate::rules::book::Book;
use crate::settled::Between;
use crate::stage::{Set, Stage};

/// The axis across a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Across {
    Frequency,
    Monetary,
    Mean,
}

impl Across {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "f" => Self::Frequency,
            "m" => Self::Monetary,
            "fm" => Self::Mean,
            _ => return None,
        })
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Frequency => "f",
            Self::Monetary => "m",
            Self::Mean => "fm",
        }
    }

    /// The score on this axis; the mean of two is rounded up.
    pub(crate) const fn of(self, f: i64, m: i64) -> i64 {
        match self {
            Self::Frequency => f,
            Self::Monetary => m,
            Self::Mean => (f + m + 1) / 2,
        }
    }
}

/// What a text means; `None`: not a kind of ours.
enum Meant<'a> {
    Place(Dimension, &'a str),
    Cell { r: i64, x: i64, across: Across },
    Move { by: Dimension, from: &'a str, to: &'a str, days: Between<'a> },
}

pub(crate) fn wrong(text: &str) -> Problem {
    let message = format!("\"{text}\" is not a set of customers");
    Problem::new(Code::InvalidArgument, &message)
        .hint("write group:champions, tier:a, stage:lapsed, cell:5-4/fm, move:stage/active/lapsed@2026-01-01..2026-03-31, metric:, cohort:, bought: or hour:")
        .field("within", message)
}

fn read(text: &str) -> Result<Option<Meant<'_>>, Problem> {
    let Some((kind, rest)) = text.split_once(':') else { return Err(wrong(text)) };
    if let Some(dimension) = Dimension::ALL.into_iter().find(|d| d.as_str() == kind) {
        return Ok(Some(Meant::Place(dimension, rest)));
    }
    match kind {
        "cell" => {
            let (cell, across) = rest.split_once('/').unwrap_or((rest, "f"));
            let scores = cell.split_once('-').and_then(|(r, x)| r.parse().ok().zip(x.parse().ok()));
            let (r, x) = scores.ok_or_else(|| wrong(text))?;
            Ok(Some(Meant::Cell { r, x, across: Across::named(across).ok_or_else(|| wrong(text))? }))
        }
        "move" => {
            let (way, days) = rest.split_once('@').ok_or_else(|| wrong(text))?;
            let days = Between::read(days).ok_or_else(|| wrong(text))?;
            let [by, from, to] = way.split('/').collect::<Vec<_>>()[..] else { return Err(wrong(text)) };
            let by = Dimension::ALL.into_iter().find(|d| d.as_str() == by).ok_or_else(|| wrong(text))?;
            Ok(Some(Meant::Move { by, from, to, days }))
        }
        _ => Ok(None),
    }
}

/// The customers a text stands for, ascending; `None`: not a kind of ours.
pub(crate) async fn set(stage: &Stage, frame: &Frame, text: &str) -> Result<Option<Set>, Problem> {
    let here = |p: Problem| {
        let message = p.message.clone();
        Problem { code: Code::InvalidArgument, ..p }.field("within", message)
    };
    let set = match read(text)? {
        None => return Ok(None),
        Some(Meant::Place(dimension, name)) => {
            let book = stage.run_book().await?;
            let label = place_label(&book, dimension, name).map_err(here)?;
            Set { label, customers: at_place(frame, dimension, name).await?.into() }
        }
        Some(Meant::Cell { r, x, across }) => {
            let cell = format!("R {r} · {} {x}", across.as_str().to_uppercase());
            let label = Text { en: format!("RFM cell {cell}"), zh: format!("RFM 单元格 {cell}") };
            Set { label, customers: in_cell(frame, r, x, across).await?.into() }
        }
        Some(Meant::Move { by, from, to, days }) => {
            let moves = stage.moves(days).await.map_err(here)?;
            let who = moves.run.who(by, from, to).map_err(here)?;
            let names = [from, to].map(|name| spot_label(&stage.book_now(), by, name));
            let label = Text {
                en: format!("From {} to {}, {} – {}", names[0].en, names[1].en, days.from, days.to),
                zh: format!("从{}到{}，{} – {}", names[0].zh, names[1].zh, days.from, days.to),
            };
            Set { label, customers: who.iter().map(|c| c.0).collect() }
        }
    };
    Ok(Some(set))
}

/// What a place of moves is called, also those outside of all.
pub(crate) fn spot_label(book: &Book, by: Dimension, name: &str) -> Text {
    match name {
        "outside" => Text { en: "No purchase in the window".into(), zh: "窗口内无购买".into() },
        "none" => Text { en: "Had not bought yet".into(), zh: "尚未购买".into() },
        name => place_label(book, by, name).unwrap_or_else(|_| Text { en: name.into(), zh: name.into() }),
    }
}

fn place_label(book: &Book, dimension: Dimension, name: &str) -> Result<Text, Problem> {
    let titles = book.titles(dimension);
    titles.iter().find(|t| t.name == name).map(|t| t.label.clone()).ok_or_else(|| {
        let names: Vec<&str> = titles.iter().map(|t| t.name.as_str()).collect();
        let near = base::problem::did_you_mean(name, names.iter().copied());
        Problem::new(Code::NotFound, format!("there is no {} \"{name}\"", dimension.as_str()))
            .hint(near.unwrap_or_else(|| format!("there are {}", names.join(", "))))
    })
}

async fn at_place(frame: &Frame, dimension: Dimension, name: &str) -> Result<Vec<i64>, Problem> {
    let column = frame.of_run(dimension.column(), Shape::Text).await?;
    let Column::Text { keys, words } = column.as_ref() else { return Ok(Vec::new()) };
    let Ok(wanted) = words.binary_search_by(|w| w.as_ref().cmp(name)) else { return Ok(Vec::new()) };
    let wanted = wanted as u32;
    Ok(keys.iter().zip(frame.ids.iter()).filter(|(key, _)| **key == wanted).map(|(_, id)| *id).collect())
}

async fn in_cell(frame: &Frame, r: i64, x: i64, across: Across) -> Result<Vec<i64>, Problem> {
    let mut scores = Vec::with_capacity(3);
    for name in ["r", "f", "m"] {
        scores.push(frame.of_run(name, Shape::Count).await?);
    }
    let [Column::Int(rs), Column::Int(fs), Column::Int(ms)] = [&*scores[0], &*scores[1], &*scores[2]] else {
        return Ok(Vec::new());
    };
    let inside = |row: &usize| rs[*row] == r && fs[*row] > 0 && across.of(fs[*row], ms[*row]) == x;
    Ok((0..frame.len()).filter(inside).map(|row| frame.ids[row]).collect())
}
