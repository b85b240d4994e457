//! Search by name, pinyin, initials, telephone, e-mail and card: ranges of sorted keys, never a scan.

use base::{CustomerId, Problem};
use rustc_hash::{FxHashMap, FxHashSet};
use store::Tx;

use super::probe::{Found, Probe, id_of, other_kinds, probes};
use super::read::with_identities;
use crate::model::{Customer, Identity, IdentityKind};
use crate::rules::Region;
use crate::store::customer::customer_load;
use crate::store::range::{Range, range_customers};

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

/// How several words are brought together. No bound makes an answer incomplete: it decides by which way it is found.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// The rarest word is looked up and the others are checked on what it finds, if that is fewer customers than this …
    pub(super) checked: usize,
    /// … otherwise the database intersects the first so many keys of each word, which fills a page when the words often meet …
    pub(super) first: usize,
    /// … and then all keys, after counting up to so many of each.
    pub(super) counted: usize,
}

const BOUNDS: Bounds = Bounds { checked: 500, first: 20_000, counted: 100_000 };

/// The customers that `text` fits best, at most `limit`: exact before beginning, telephone numbers also by their last digits
/// (four or more). Several words must all fit, in any order, and nobody is missed. An answer takes a few milliseconds with a million
/// customers; words that each fit a hundred thousand of them and hardly ever meet in one take 50 to 250.
pub async fn customer_search(tx: &mut Tx, region: Region, text: &str, limit: usize) -> Result<Vec<Hit>, Problem> {
    search(tx, region, text, limit, BOUNDS).await
}

pub(super) async fn search(
    tx: &mut Tx,
    region: Region,
    text: &str,
    limit: usize,
    bounds: Bounds,
) -> Result<Vec<Hit>, Problem> {
    let others = other_kinds(tx).await?;
    let own = |customer| Found { customer, rank: 0, matched: Matched::Name };
    let mut found: Vec<Found> = id_of(text).map(own).into_iter().collect();
    for probe in probes(text, region, &others) {
        found.extend(page(tx, &probe, limit).await?);
    }
    found.sort_by_key(|f| f.rank);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && found.len() < limit {
        let words = words.iter().map(|w| probes(w, region, &others)).filter(|w| !w.is_empty()).collect();
        found.extend(all_words(tx, words, limit, bounds).await?);
    }
    let mut seen = FxHashSet::default();
    found.retain(|f| seen.insert(f.customer));
    found.truncate(limit);
    hits(tx, found).await
}

/// The first `limit` customers of a probe, each once.
async fn page(tx: &mut Tx, probe: &Probe, limit: usize) -> Result<Vec<Found>, Problem> {
    let mut keys = limit * 3;
    loop {
        let mut found = probe.run(tx, keys).await?;
        let all = found.len() < keys;
        // A customer may be found under several keys; the first is the best.
        let mut seen = FxHashSet::default();
        found.retain(|f| seen.insert(f.customer));
        if all || found.len() >= limit {
            return Ok(found);
        }
        keys *= 4;
    }
}

/// Customers whom every word fits.
async fn all_words(tx: &mut Tx, words: Vec<Vec<Probe>>, limit: usize, bounds: Bounds) -> Result<Vec<Found>, Problem> {
    let (words, rarest) = most_frequent_first(tx, words, bounds.checked).await?;
    let Some(word) = words.last() else { return Ok(Vec::new()) };
    if rarest < bounds.checked {
        let mut candidates = Vec::new();
        for probe in word {
            candidates.extend(probe.run(tx, bounds.checked).await?.iter().map(|f| f.customer));
        }
        return fitting(tx, &words, candidates).await;
    }
    let candidates = range_customers(tx, &ranges(&words), Some(bounds.first), limit).await?;
    if candidates.len() >= limit {
        return fitting(tx, &words, candidates).await;
    }
    let (words, _) = most_frequent_first(tx, words, bounds.counted).await?;
    let candidates = range_customers(tx, &ranges(&words), None, limit).await?;
    fitting(tx, &words, candidates).await
}

/// Sorts words by how many keys they fit, counted up to `most`, and says how many the last and rarest fits.
async fn most_frequent_first(
    tx: &mut Tx,
    words: Vec<Vec<Probe>>,
    most: usize,
) -> Result<(Vec<Vec<Probe>>, usize), Problem> {
    let mut counted = Vec::with_capacity(words.len());
    for word in words {
        let mut keys = 0;
        for probe in &word {
            keys += probe.count(tx, most).await?;
        }
        counted.push((keys, word));
    }
    counted.sort_by_key(|(keys, _)| std::cmp::Reverse(*keys));
    let rarest = counted.last().map_or(0, |(keys, _)| *keys);
    Ok((counted.into_iter().map(|(_, word)| word).collect(), rarest))
}

fn ranges(words: &[Vec<Probe>]) -> Vec<Vec<Range<'_>>> {
    words.iter().map(|word| word.iter().map(Probe::range).collect()).collect()
}

/// Those candidates whom every word fits, with where the last word was found.
async fn fitting(tx: &mut Tx, words: &[Vec<Probe>], candidates: Vec<CustomerId>) -> Result<Vec<Found>, Problem> {
    let people = people(tx, candidates.iter().copied()).await?;
    let found = |customer: CustomerId| {
        let person = people.get(&customer)?;
        let holds = |probe: &&Probe| probe.holds(person.name.as_deref(), &person.identities);
        let matched = words.last()?.iter().find(holds)?.matched();
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
