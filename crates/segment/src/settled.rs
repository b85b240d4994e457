//! What a pass over everybody gave, kept while the data stays the same: moves between two dates.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use base::{Code, Micros, Problem, hash};
use jiff::civil::Date;

use crate::facts::{FactsPlan, Pass};
use crate::kept;
use crate::list::filter::span_of;
use crate::list::frame::{blocking, mix};
use crate::ops::{MovesRun, Request, between, check};
use crate::purchases::MOST;
use crate::rules::book::Book;
use crate::rules::rfm::Settings;
use crate::stage::{Setting, Stage};

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
    pub(crate) async fn moves(&self, days: Between<'_>) -> Result<Arc<Moved>, Problem> {
        let span = self.span(days)?;
        let stamp = self.moves_stamp(&days).await?;
        let (stage, book) = (self.clone(), self.book()?);
        let settings = days.settings(&book);
        let make = async move {
            let (snapshot, traits) = (stage.lake.snapshot().await?, stage.traits()?);
            let turn = Arc::clone(&stage.folding).lock_owned().await;
            blocking(move || {
                // A pass goes on when nobody waits for it any more, and so does its turn.
                let _turn = turn;
                let Setting { zone, threads, .. } = &**stage;
                let request = Request { book: &book, settings: &settings, traits: &traits, zone, known: &[] };
                check(request, span)?;
                let plan = FactsPlan::new(&traits, &settings.window, zone)?;
                let pass = Pass { threads: *threads, cancel: &NEVER, progress: &|_| {} };
                let all = kept::everybody(stage.kept_in(), &snapshot, &plan, &[span.0, span.1], pass)?;
                let run = between(&plan, request, [(span.0, &all[0]), (span.1, &all[1])], *threads)?;
                let bytes = run.bytes();
                Ok((Moved { run }, bytes))
            })
            .await
        };
        self.memory.get("moves", stamp, make).await
    }

    /// Makes ready what [`Stage::moves`] needs to know, whatever the days, and keeps it over a restart.
    pub(crate) async fn moves_prepare(&self) -> Result<(), Problem> {
        let (snapshot, stage) = (self.lake.snapshot().await?, self.clone());
        let turn = Arc::clone(&self.folding).lock_owned().await;
        let ready = blocking(move || {
            let _turn = turn;
            let plan = FactsPlan::new(&*stage.traits()?, &stage.book()?.settings.window, &stage.zone)?;
            let pass = Pass { threads: stage.threads, cancel: &NEVER, progress: &|_| {} };
            kept::prepare(stage.kept_in(), &snapshot, &plan, pass)
        });
        let (ready, stage) = (ready.await?, self.clone());
        let written = blocking(move || Ok(ready.and_then(|ready| ready.save(&stage.cache)))).await?;
        let Some(written) = written else { return Ok(()) };
        // Who was erased meanwhile is in a file that is not there any more.
        let now = self.lake.snapshot_sealed().await?;
        if written.iter().any(|id| !now.files(&lake::ORDER_LINE).any(|file| file.id == *id)) {
            crate::purchases::forget(&self.cache)?;
        }
        Ok(())
    }

    /// Where purchases are kept.
    pub(crate) fn kept_in(&self) -> kept::Place<'_> {
        kept::Place { memory: &self.memory, folder: &self.cache, most: MOST }
    }

    /// Tells apart what [`Stage::moves`] is made of: the history, rules and definitions, the days.
    pub(crate) async fn moves_stamp(&self, days: &Between<'_>) -> Result<u64, Problem> {
        let span = self.span(*days)?;
        let book = self.book()?;
        let plan = FactsPlan::new(&*self.traits()?, &days.settings(&book).window, &self.zone)?;
        let lines = self.lake.snapshot().await?.stamp(&lake::ORDER_LINE);
        let rules = hash::stable_parts([book.text.as_bytes(), days.to_string().as_bytes()]);
        Ok(mix(&[lines.cast_signed(), rules.cast_signed(), plan.stamp().cast_signed(), span.0, span.1]))
    }

    fn span(&self, days: Between<'_>) -> Result<(Micros, Micros), Problem> {
        Ok((self.end_of(days.from)?, self.end_of(days.to)?))
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
