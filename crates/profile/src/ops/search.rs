//! Search by name, pinyin, initials, telephone, e-mail and card: ranges of sorted keys, never a scan.

use base::{CustomerId, Problem};
use rustc_hash::{FxHashMap, FxHashSet};
use store::Tx;

use super::probe::{Found, Probe, other_kinds, probes};
use super::read::with_identities;
use crate::model::{Customer, Identity, IdentityKind};
use crate::rules::Region;
use crate::store::customer::customer_load;
use crate::store::range::range_customers;

/// Where the text was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    /// In the name, its pinyin or initials.
    Name,
    /// In an identity of this kind.
    Identity(IdentityKind),
}

/// A customer found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Who.
    pub id: CustomerId,
    /// His name.
    pub name: Option<String>,
    /// Where the text was found.
    pub matched: Matched,
    /// The first few of his identities, by kind.
    pub identities: Vec<Identity>,
}

const SHOWN_IDENTITIES: usize = 4;
/// Of several words the rarest is looked up and the others are checked on what it finds, if that is so few customers …
const MOST_CHECKED: usize = 500;
/// … otherwise the database intersects the keys of all words, at most so many of each: an answer takes a bounded time, and words
/// that are all this frequent meet more often than anybody wants to read.
const MOST_INTERSECTED: usize = 100_000;

/// The customers that `text` fits best, at most `limit`: exact before beginning, telephone numbers also by their last digits
/// (four or more). Several words must all fit, in any order. An answer takes a few milliseconds with a million customers.
pub async fn customer_search(tx: &mut Tx, region: Region, text: &str, limit: usize) -> Result<Vec<Hit>, Problem> {
    let others = other_kinds(tx).await?;
    let mut found: Vec<Found> = Vec::new();
    for probe in probes(text, region, &others) {
        // A customer may be found under several keys.
        found.extend(probe.run(tx, limit * 3).await?);
    }
    found.sort_by_key(|f| f.rank);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && found.len() < limit {
        found.extend(all_words(tx, &words, region, &others, limit).await?);
    }
    let mut seen = FxHashSet::default();
    found.retain(|f| seen.insert(f.customer));
    found.truncate(limit);
    hits(tx, found).await
}

async fn all_words(
    tx: &mut Tx,
    words: &[&str],
    region: Region,
    others: &[IdentityKind],
    limit: usize,
) -> Result<Vec<Found>, Problem> {
    let words: Vec<Vec<Probe>> = words.iter().map(|w| probes(w, region, others)).filter(|w| !w.is_empty()).collect();
    let mut rarest = (usize::MAX, 0);
    for (index, word) in words.iter().enumerate() {
        let mut count = 0;
        for probe in word {
            count += probe.count(tx, MOST_CHECKED).await?;
        }
        rarest = rarest.min((count, index));
    }
    let Some(word) = words.get(rarest.1) else { return Ok(Vec::new()) };
    let mut candidates = Vec::new();
    if rarest.0 < MOST_CHECKED {
        for probe in word {
            candidates.extend(probe.run(tx, MOST_CHECKED).await?.iter().map(|f| f.customer));
        }
    } else {
        let ranges: Vec<_> = words.iter().map(|word| word.iter().map(Probe::range).collect()).collect();
        candidates = range_customers(tx, &ranges, MOST_INTERSECTED, limit).await?;
    }
    let people = people(tx, candidates.iter().copied()).await?;
    let found = |customer: CustomerId| {
        let person = people.get(&customer)?;
        let holds = |probe: &&Probe| probe.holds(person.name.as_deref(), &person.identities);
        let matched = word.iter().find(holds)?.matched();
        words.iter().all(|w| w.iter().any(|p| holds(&p))).then_some(Found { customer, rank: 1, matched })
    };
    Ok(candidates.into_iter().filter_map(found).collect())
}

async fn people(
    tx: &mut Tx,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<FxHashMap<CustomerId, Customer>, Problem> {
    let ids: Vec<CustomerId> = ids.collect::<FxHashSet<_>>().into_iter().collect();
    let mut found = customer_load(tx, &ids).await?;
    with_identities(tx, &mut found).await?;
    Ok(found.into_iter().map(|c| (c.id, c)).collect())
}

async fn hits(tx: &mut Tx, found: Vec<Found>) -> Result<Vec<Hit>, Problem> {
    let mut people = people(tx, found.iter().map(|f| f.customer)).await?;
    let hit = |f: Found| {
        let mut customer = people.remove(&f.customer)?;
        customer.identities.truncate(SHOWN_IDENTITIES);
        Some(Hit { id: f.customer, name: customer.name, matched: f.matched, identities: customer.identities })
    };
    Ok(found.into_iter().filter_map(hit).collect())
}
