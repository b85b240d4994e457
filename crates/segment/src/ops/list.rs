//! The list behind a group, tier or stage.

use std::ops::ControlFlow;

use base::{Code, CustomerId, Problem};
use lake::Snapshot;

use super::NEVER;
use crate::model::Dimension;
use crate::rules::book::Book;
use crate::rules::moves::place_named;
use crate::store::RfmRun;
use crate::table::{Listed, each_row};

/// A page of the customers of a group, tier or stage of the newest run, ascending, behind the customer `after`.
pub fn group_list(
    snapshot: &Snapshot,
    run: &RfmRun,
    name: &str,
    after: Option<CustomerId>,
    limit: usize,
) -> Result<Vec<Listed>, Problem> {
    let mut page = Vec::new();
    group_each(snapshot, run, name, after, |row| {
        if page.len() < limit {
            page.push(row);
        }
        if page.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(page)
}

/// Hands the customers of a group, tier or stage of the newest run to `each`, ascending, for exports of any size. `name` is
/// the name in the rules; where groups, tiers and stages share one (such as `at_risk`), the group is meant unless it is
/// written `stage:at_risk` (`group:`, `tier:`). `all` stands for everyone.
pub fn group_each(
    snapshot: &Snapshot,
    run: &RfmRun,
    name: &str,
    after: Option<CustomerId>,
    mut each: impl FnMut(Listed) -> ControlFlow<()> + Send,
) -> Result<(), Problem> {
    let wanted = group_find(run, name)?;
    let mut ended = false;
    let read = each_row(snapshot, wanted, after.map_or(i64::MIN, |c| c.0), &NEVER, |row| match each(row) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => {
            ended = true;
            Err(Problem::new(Code::Cancelled, "enough"))
        }
    });
    if ended { Ok(()) } else { read }
}

/// Which group, tier or stage of a run a name means, see [`group_each`]; `None` is everyone.
pub fn group_find<'a>(run: &RfmRun, name: &'a str) -> Result<Option<(Dimension, &'a str)>, Problem> {
    place_find(&run.book, name)
}

/// As [`group_find`], by rules.
pub fn place_find<'a>(book: &Book, name: &'a str) -> Result<Option<(Dimension, &'a str)>, Problem> {
    if name == "all" {
        return Ok(None);
    }
    let names = |d: Dimension| book.titles(d).into_iter().map(|t| t.name.clone()).collect::<Vec<String>>();
    if let Some((dimension, name)) = name.split_once(':') {
        let dimension = Dimension::ALL.into_iter().find(|d| d.as_str() == dimension).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{dimension}\" is not a kind of place"))
                .hint("write group:, tier: or stage: before the name")
        })?;
        return place_named(name, &names(dimension)).map(|_| Some((dimension, name)));
    }
    if let Some(dimension) = Dimension::ALL.into_iter().find(|d| names(*d).iter().any(|n| n == name)) {
        return Ok(Some((dimension, name)));
    }
    let mut all: Vec<String> = Vec::new();
    for name in Dimension::ALL.into_iter().flat_map(names) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    place_named(name, &all).map(|_| None)
}
