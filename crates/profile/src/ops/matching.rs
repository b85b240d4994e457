//! Everybody whom a text fits, as a set: for lists that are searched and filtered at once.

use base::{CustomerId, Problem};
use rustc_hash::FxHashSet;
use store::Tx;

use super::probe::{Probe, id_of, other_kinds, probes};
use crate::rules::Region;

/// Keys read per place; a text that fits more than so many customers is narrowed by nothing worth reading.
const MOST: usize = 100_000;

/// Who fits a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// The customers, ascending.
    pub customers: Vec<CustomerId>,
    /// Whether these are all.
    pub complete: bool,
}

/// Everybody whom [`super::customer_search`] would find, however many; with `whole` only those of whom the text is a whole key: a
/// full name, number or address.
pub async fn customer_matching(tx: &mut Tx, region: Region, text: &str, whole: bool) -> Result<Matching, Problem> {
    let others = other_kinds(tx).await?;
    let mut complete = true;
    let mut all: FxHashSet<CustomerId> = id_of(text).into_iter().collect();
    all.extend(set(tx, &probes(text, region, &others), whole, &mut complete).await?);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && !whole {
        let mut every: Option<FxHashSet<CustomerId>> = None;
        for word in words {
            let probes = probes(word, region, &others);
            if probes.is_empty() {
                continue;
            }
            let found = set(tx, &probes, false, &mut complete).await?;
            every = Some(match every {
                Some(before) => before.into_iter().filter(|c| found.contains(c)).collect(),
                None => found,
            });
        }
        all.extend(every.unwrap_or_default());
    }
    let mut customers: Vec<CustomerId> = all.into_iter().collect();
    customers.sort_unstable();
    Ok(Matching { customers, complete })
}

async fn set(
    tx: &mut Tx,
    probes: &[Probe],
    whole: bool,
    complete: &mut bool,
) -> Result<FxHashSet<CustomerId>, Problem> {
    let mut found = FxHashSet::default();
    for probe in probes {
        let ids = probe.customers(tx, whole, MOST).await?;
        *complete &= ids.len() < MOST;
        found.extend(ids);
    }
    Ok(found)
}
