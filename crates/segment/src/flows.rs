//! The table of moves as a page shows it. It is small: kept in memory and on disk for as long as nothing changes that it is made of,
//! so that nobody waits for a pass over the history after a start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Code, Problem, hash};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::list::frame::{blocking, mix};
use crate::model::{Dimension, Text};
use crate::reference::reference;
use crate::settled::Between;
use crate::stage::Stage;

/// How many tables of a dimension are kept; those of other days share a place.
const SHELVES: u64 = 16;
/// The pass over a history of fewer lines is over before a page is shown: it is left until somebody asks.
const LARGE: u64 = 500_000;
/// The months of the periods that the overview offers and that are worth it.
const PERIODS: [i32; 2] = [12, 24];
/// Raised when the form of a kept table changes.
const FORM: i64 = 1;

/// Who went from where to where, without their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FlowTable {
    /// The names of the places.
    pub places: Vec<String>,
    /// How many were at each on the earlier day.
    pub from: Vec<u64>,
    /// And on the later.
    pub to: Vec<u64>,
    /// From, to, how many customers, and their sales less returns inside the window of the later day, 1/10000.
    pub flows: Vec<(usize, usize, u64, i64)>,
    /// What a reader should know.
    pub note: Option<Text>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    stamp: u64,
    table: FlowTable,
}

impl Stage {
    /// The table of moves between two days.
    pub(crate) async fn flows(&self, by: Dimension, between: Between<'_>) -> Result<Arc<FlowTable>, Problem> {
        let moves = self.moves_stamp(&between).await?;
        let stamp = mix(&[FORM, moves.cast_signed(), by as i64]);
        let days = hash::stable(between.to_string().as_bytes());
        let name = format!("moves-{}-{:02}", by.as_str(), days % SHELVES);
        let path = self.cache.join(format!("{name}.json"));
        let make = async {
            let (kept, mine) = (path.clone(), stamp);
            if let Some(table) = blocking(move || Ok(read(&kept, mine))).await? {
                return Ok((table, 1));
            }
            let moved = Box::pin(self.moves(between)).await?;
            let table = blocking(move || {
                let table = moved.run.flows(by);
                if let Err(error) = write(&path, &Kept { stamp, table: table.clone() }) {
                    tracing::warn!(%error, "moves cannot be kept over a restart");
                }
                Ok(table)
            });
            Ok((table.await?, 1))
        };
        self.memory.get(&name, stamp, make).await
    }

    /// Makes ready what the moves between any days follow from, unless it is.
    pub async fn warm_moves(&self) -> Result<(), Problem> {
        if self.large().await? { self.moves_prepare().await } else { Ok(()) }
    }

    /// The first and last days of the periods whose overview is to be ready before anybody asks; none where it is made at once anyway.
    pub async fn opening_periods(&self) -> Result<Vec<(String, String)>, Problem> {
        if !self.large().await? {
            return Ok(Vec::new());
        }
        let Some(until) = reference(&self.lake, &self.zone, self.app.now()).await? else { return Ok(Vec::new()) };
        let to = self.day(until);
        let Ok(day) = to.parse::<Date>() else { return Ok(Vec::new()) };
        let begin = |months: i32| day.checked_sub(jiff::Span::new().months(months)).and_then(Date::tomorrow);
        Ok(PERIODS.into_iter().filter_map(|months| Some((begin(months).ok()?.to_string(), to.clone()))).collect())
    }

    async fn large(&self) -> Result<bool, Problem> {
        Ok(self.lake.snapshot_sealed().await?.rows(&lake::ORDER_LINE) >= LARGE)
    }

    /// Makes ready what the overview asks for first: the changes of stage of the last twelve months, and of twenty-four. What did not
    /// change since the last time stays as it is.
    pub async fn warm_flows(&self) -> Result<(), Problem> {
        for (from, to) in self.opening_periods().await? {
            let between = Between { from: &from, to: &to, window: None, bins: None };
            match self.flows(Dimension::Stage, between).await {
                Err(problem) if problem.code != Code::TooLittleData => return Err(problem),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A table that was kept, if it was made of the same data.
fn read(path: &PathBuf, stamp: u64) -> Option<FlowTable> {
    let kept: Kept = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    (kept.stamp == stamp).then_some(kept.table)
}

fn write(path: &Path, kept: &Kept) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let part = path.with_extension("part");
    std::fs::write(&part, serde_json::to_vec(kept)?)?;
    std::fs::rename(part, path)
}
