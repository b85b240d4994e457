//! The customers of a file that may have more of them than memory: those met are put aside into a working file when they become
//! too many, and looked up there when they are met again.

use std::borrow::Cow;
use std::path::PathBuf;

use base::{CustomerId, Problem};
use profile::Identity;
use profile::ops::{card_holders, identity_resolve};
use profile::rules::Region;
use rustc_hash::FxHashMap;
use store::{Db, Row, Tx, args};

use super::met::Met;
use super::people::{KINDS, Named, People, Person};

/// Customers are put aside when they take more memory than this, in bytes: somewhat more than a million of them.
const MOST: usize = 160 << 20;

const SCHEMA: &str = "
    CREATE TABLE person (id INTEGER PRIMARY KEY, first INT, last INT, flags INT, name TEXT);
    CREATE TABLE identity (kind INT, value TEXT, person INT, PRIMARY KEY (kind, value)) WITHOUT ROWID;";

/// The customers met so far.
pub(super) struct Crowd {
    pub people: People,
    /// Whether anybody was known before: if not, nobody needs to be looked up in the database.
    anybody: bool,
    most: usize,
    path: PathBuf,
    aside: Option<Db>,
}

/// All customers of a file, once it is read.
pub(super) enum Everyone {
    /// In the order of their ids.
    InMemory(Vec<Met>),
    Aside(Db),
}

/// How many customers there are.
#[derive(Default)]
pub(super) struct Counts {
    pub all: u64,
    /// Have a line that is not a return.
    pub bought: u64,
    /// Have a line of kind sale.
    pub sale: u64,
}

impl Crowd {
    /// Nobody yet; `path` is where a working file is made if it is needed.
    pub(super) fn new(region: Region, anybody: bool, path: PathBuf) -> Self {
        Self { people: People::new(region), anybody, most: MOST, path, aside: None }
    }

    /// With another bound of the memory.
    #[cfg(test)]
    pub(super) fn with_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// Finds out whose the identities of a chunk are.
    pub(super) async fn look_up(&mut self, tx: &mut Tx, named: &Named) -> Result<(), Problem> {
        let before = self.people.len();
        for (kind, (_, known_as)) in KINDS.iter().enumerate() {
            let values = self.people.fresh(named, kind);
            if values.is_empty() {
                continue;
            }
            let mut owners = match &self.aside {
                Some(aside) => owners_aside(aside, kind, &values).await?,
                None => vec![None; values.len()],
            };
            if self.anybody {
                let unknown: Vec<usize> = (0..values.len()).filter(|at| owners[*at].is_none()).collect();
                let asked: Vec<String> = unknown.iter().map(|at| values[*at].clone()).collect();
                for (at, owner) in unknown.into_iter().zip(identity_resolve(tx, known_as, &asked).await?) {
                    owners[at] = owner.map(|id| (id, false));
                }
            }
            self.people.load(named, kind, &owners);
        }
        if let Some(aside) = &self.aside {
            let ids: Vec<i64> = self.people.persons()[before..].iter().map(|p| p.id).collect();
            for person in persons_aside(aside, &ids).await? {
                self.people.remember(&person);
            }
        }
        let cardless = self.people.cardless(before);
        if self.anybody && !cardless.is_empty() {
            let holders = card_holders(tx, &cardless).await?;
            self.people.have_cards(&holders);
        }
        Ok(())
    }

    /// Whether [`Crowd::put_aside`] is due.
    pub(super) fn is_full(&self) -> bool {
        self.people.memory() > self.most
    }

    /// Moves everybody to the working file.
    pub(super) async fn put_aside(&mut self) -> Result<(), Problem> {
        let aside = if let Some(aside) = self.aside.take() {
            aside
        } else {
            let aside = Db::scratch(&self.path).await?;
            let mut tx = aside.write().await?;
            tx.script(SCHEMA).await?;
            tx.commit().await?;
            aside
        };
        let taken = self.people.take();
        let mut tx = aside.write().await?;
        let rows =
            taken.persons().map(|(person, name)| args![person.id, person.first, person.last, flags(person), name]);
        let tail =
            "ON CONFLICT (id) DO UPDATE SET first = excluded.first, last = excluded.last, flags = excluded.flags,
            name = COALESCE(excluded.name, person.name)";
        tx.insert_many("INSERT INTO person (id, first, last, flags, name) VALUES", 5, rows, tail).await?;
        let rows = taken.told().map(|(kind, value, person)| args![kind as i64, value, person]);
        tx.insert_many("INSERT INTO identity (kind, value, person) VALUES", 3, rows, "ON CONFLICT DO NOTHING").await?;
        tx.commit().await?;
        self.aside = Some(aside);
        Ok(())
    }

    /// Ends the reading.
    pub(super) async fn finish(mut self) -> Result<Everyone, Problem> {
        if self.aside.is_some() {
            self.put_aside().await?;
        }
        let Some(aside) = self.aside else {
            let mut met = self.people.take().met();
            met.sort_unstable_by_key(|m| m.person.id);
            return Ok(Everyone::InMemory(met));
        };
        let mut tx = aside.write().await?;
        tx.script("CREATE INDEX identity_by_person ON identity (person)").await?;
        tx.commit().await?;
        Ok(Everyone::Aside(aside))
    }
}

impl Everyone {
    pub(super) async fn counts(&self) -> Result<Counts, Problem> {
        let aside = match self {
            Self::InMemory(met) => {
                let count = |which: fn(&Person) -> bool| met.iter().filter(|m| which(&m.person)).count() as u64;
                return Ok(Counts { all: met.len() as u64, bought: count(|p| p.bought), sale: count(|p| p.sale) });
            }
            Self::Aside(aside) => aside,
        };
        let sql = format!(
            "SELECT count(*), COALESCE(sum((flags & {BOUGHT}) <> 0), 0), COALESCE(sum((flags & {SALE}) <> 0), 0) FROM person"
        );
        let row = aside.read().await?.fetch_one(&sql, args![]).await?;
        let count = |at| row.at::<i64>(at).map(|n| n as u64);
        Ok(Counts { all: count(0)?, bought: count(1)?, sale: count(2)? })
    }

    /// Up to `most` customers whose ids come after `after`, in the order of their ids.
    pub(super) async fn page(&self, after: i64, most: usize) -> Result<Cow<'_, [Met]>, Problem> {
        let aside = match self {
            Self::InMemory(met) => {
                let from = met.partition_point(|m| m.person.id <= after);
                return Ok(Cow::Borrowed(&met[from..met.len().min(from + most)]));
            }
            Self::Aside(aside) => aside,
        };
        let mut tx = aside.read().await?;
        let mut page: Vec<Met> = Vec::new();
        let sql = "SELECT id, first, last, flags, name FROM person WHERE id > $1 ORDER BY id LIMIT $2";
        tx.fetch_each(sql, args![after, most as i64], |row| {
            page.push(Met { person: person(&row)?, told: Vec::new(), name: row.at(4)? });
            Ok(())
        })
        .await?;
        let Some(last) = page.last().map(|m| m.person.id) else { return Ok(Cow::Owned(page)) };
        let sql = "SELECT person, kind, value FROM identity WHERE person > $1 AND person <= $2";
        tx.fetch_each(sql, args![after, last], |row| {
            let (id, kind) = (row.at::<i64>(0)?, row.at::<i64>(1)?);
            if let (Ok(at), Some((_, kind))) =
                (page.binary_search_by_key(&id, |m| m.person.id), KINDS.get(kind as usize))
            {
                page[at].told.push(Identity { kind: kind.clone(), value: row.at(2)? });
            }
            Ok(())
        })
        .await?;
        Ok(Cow::Owned(page))
    }
}

const NEW: i64 = 1;
const BOUGHT: i64 = 2;
const SALE: i64 = 4;
const CARD: i64 = 8;

fn flags(person: &Person) -> i64 {
    let flag = |set: bool, flag: i64| if set { flag } else { 0 };
    flag(person.new, NEW) | flag(person.bought, BOUGHT) | flag(person.sale, SALE) | flag(person.card, CARD)
}

fn person(row: &Row) -> Result<Person, Problem> {
    let flags: i64 = row.at(3)?;
    let has = |flag: i64| flags & flag != 0;
    Ok(Person {
        id: row.at(0)?,
        first: row.at(1)?,
        last: row.at(2)?,
        new: has(NEW),
        bought: has(BOUGHT),
        sale: has(SALE),
        card: has(CARD),
        seen: true,
    })
}

/// Who of those put aside has these values from the file.
async fn owners_aside(aside: &Db, kind: usize, values: &[String]) -> Result<Vec<Option<(CustomerId, bool)>>, Problem> {
    let mut found: FxHashMap<String, i64> = FxHashMap::default();
    let rows = values.iter().map(|value| args![kind as i64, value]);
    let sql = "SELECT value, person FROM identity WHERE (kind, value) IN ({rows})";
    let mut tx = aside.read().await?;
    tx.fetch_many(sql, 2, rows, |row| {
        found.insert(row.at(0)?, row.at(1)?);
        Ok(())
    })
    .await?;
    Ok(values.iter().map(|value| found.get(value).map(|id| (CustomerId(*id), true))).collect())
}

/// Those of these customers who were put aside.
async fn persons_aside(aside: &Db, ids: &[i64]) -> Result<Vec<Person>, Problem> {
    let mut found = Vec::new();
    let rows = ids.iter().map(|id| args![*id]);
    let sql = "SELECT id, first, last, flags FROM person WHERE id IN ({rows})";
    let mut tx = aside.read().await?;
    tx.fetch_many(sql, 1, rows, |row| {
        found.push(person(&row)?);
        Ok(())
    })
    .await?;
    Ok(found)
}

#[cfg(test)]
mod tests;
