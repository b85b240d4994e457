//! What a pass over everybody gave, kept while the data stays the same: moves between two dates.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use base::{Code, Micros, Problem};
use jiff::civil::Date;
use lake::Snapshot;
use profile::ops::{customer_ids, customers_version};

use crate::facts::{FactsPlan, Pass};
use crate::list::filter::span_of;
use crate::list::frame::{blocking, mix};
use crate::ops::{MovesRun, Request, moves};
use crate::rules::book::Book;
use crate::rules::rfm::Settings;
use crate::stage::Stage;

/// A flag that is never set.
pub(crate) static NEVER: AtomicBool = AtomicBool::new(false);

/// Moves, and the days between which.
pub(crate) struct Moved {
    pub(crate) run: MovesRun,
}

/// Between which days, and by which settings where they are not those of the rules. Written `2026-01-01..2026-03-31;window=365d;bins=4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Between<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) window: Option<&'a str>,
    pub(crate) bins: Option<u8>,
}

impl<'a> Between<'a> {
    /// Reads the written form.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';');
        let (from, to) = parts.next()?.split_once("..")?;
        let mut between = Self { from, to, window: None, bins: None };
        for part in parts {
            match part.split_once('=')? {
                ("window", window) => between.window = Some(window),
                ("bins", bins) => between.bins = Some(bins.parse().ok()?),
                _ => return None,
            }
        }
        Some(between)
    }

    /// The settings that hold.
    pub(crate) fn settings(&self, book: &Book) -> Settings {
        let mut settings = book.settings.clone();
        if let Some(window) = self.window {
            window.clone_into(&mut settings.window);
        }
        match self.bins {
            Some(bins) => settings.with_bins(bins),
            None => settings,
        }
    }
}

impl fmt::Display for Between<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)?;
        self.window.map_or(Ok(()), |window| write!(f, ";window={window}"))?;
        self.bins.map_or(Ok(()), |bins| write!(f, ";bins={bins}"))
    }
}

impl Stage {
    /// The last instant of a day.
    pub(crate) fn end_of(&self, day: &str) -> Result<Micros, Problem> {
        let wrong =
            || Problem::new(Code::InvalidArgument, format!("\"{day}\" is not a date")).hint("write it as 2026-03-31");
        let date: Date = day.parse().map_err(|_| wrong())?;
        span_of(date, &self.zone).map(|span| span.1).ok_or_else(wrong)
    }

    /// Who went from where to where between the ends of two days, by the rules in use.
    pub(crate) async fn moves(&self, between: Between<'_>) -> Result<Arc<Moved>, Problem> {
        let span = (self.end_of(between.from)?, self.end_of(between.to)?);
        let (book, traits) = (self.book()?, self.traits()?);
        let settings = between.settings(&book);
        let snapshot = self.lake.snapshot().await?;
        let stamp = self.moves_stamp_of(&snapshot, &between).await?;
        let (zone, threads, db) = (self.zone.clone(), self.threads, self.app.db.clone());
        let make = async move {
            let known = customer_ids(&mut db.read().await?).await?;
            blocking(move || {
                let request = Request { book: &book, settings: &settings, traits: &traits, zone: &zone, known: &known };
                let pass = Pass { threads, cancel: &NEVER, progress: &|_| {} };
                let run = moves(&snapshot, request, span, pass)?;
                let bytes = run.bytes();
                Ok((Moved { run }, bytes))
            })
            .await
        };
        self.memory.get("moves", stamp, make).await
    }

    /// Tells apart what [`Stage::moves`] is made of: the history, who is known, rules and definitions, the days.
    pub(crate) async fn moves_stamp(&self, between: &Between<'_>) -> Result<u64, Problem> {
        self.moves_stamp_of(&self.lake.snapshot().await?, between).await
    }

    async fn moves_stamp_of(&self, snapshot: &Snapshot, between: &Between<'_>) -> Result<u64, Problem> {
        let span = (self.end_of(between.from)?, self.end_of(between.to)?);
        let (book, traits) = (self.book()?, self.traits()?);
        let lines = snapshot.stamp(&lake::ORDER_LINE);
        let definitions = FactsPlan::definitions(&traits, &between.settings(&book).window)?;
        let days = between.to_string();
        let rules = base::hash::stable_parts([book.text.as_bytes(), definitions.as_bytes(), days.as_bytes()]);
        let (made, changed) = customers_version(&mut self.app.db.read().await?).await?;
        Ok(mix(&[lines.cast_signed(), rules.cast_signed(), span.0, span.1, made, changed]))
    }

    /// The day of an instant on the clocks of the business.
    pub(crate) fn day(&self, at: Micros) -> String {
        let wall = jiff::Timestamp::from_microsecond(at).map(|t| t.to_zoned(self.zone.tz().clone()).date());
        wall.map_or_else(|_| at.to_string(), |date| date.to_string())
    }

    /// The ends of so many months up to an instant, the oldest first; the last is the instant itself.
    pub(crate) fn month_ends(&self, until: Micros, months: i32) -> Vec<Micros> {
        month_ends(&self.zone, until, months)
    }
}

/// The ends of so many months up to an instant, the oldest first; the last is the instant itself.
pub(crate) fn month_ends(zone: &base::Zone, until: Micros, months: i32) -> Vec<Micros> {
    let Ok(at) = jiff::Timestamp::from_microsecond(until) else { return vec![until] };
    let first = at.to_zoned(zone.tz().clone()).date().first_of_month();
    let end = |back: i32| {
        let month = first.checked_sub(jiff::Span::new().months(back)).ok()?;
        zone.instant(month.to_datetime(jiff::civil::Time::midnight())).ok().map(|start| start - 1)
    };
    let mut ends: Vec<Micros> = (0..months - 1).rev().filter_map(end).collect();
    ends.push(until);
    ends
}
