//! The customers of a file: whose lines are whose, who is new.
//!
//! Lines are looked at one by one, in their order, so that the answer does not depend on how the file is cut. Of the identities a
//! line names, the first that is known (card, e-mail, telephone) tells whose it is. A card that nobody has yet goes to the owner of
//! the e-mail address or telephone number beside it, unless he has another card: then somebody else uses his address.

use base::{CustomerId, Micros, Problem};
use profile::IdentityKind;
use profile::ops::ERASED;
use profile::rules::{Region, normalise_or_missing};
use rustc_hash::{FxHashMap, FxHashSet};

use super::met::{Taken, Values};
use crate::decode::{LineBatch, LineKind, NULL, TextField};

/// The identities that customers of order files are found by, the most telling first.
pub(super) const KINDS: [(TextField, IdentityKind); 3] = [
    (TextField::Customer, IdentityKind::CARD),
    (TextField::CustomerEmail, IdentityKind::EMAIL),
    (TextField::CustomerPhone, IdentityKind::PHONE),
];
const CARD: usize = 0;

/// One customer met in the file.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, counted one by one")]
pub(super) struct Person {
    pub id: i64,
    /// Not known before this import.
    pub new: bool,
    pub first: Micros,
    pub last: Micros,
    /// Has a line that is not a return.
    pub bought: bool,
    /// Has a line of kind sale.
    pub sale: bool,
    /// Has a line at all (in this file).
    pub seen: bool,
    /// Has a card number.
    pub card: bool,
}

/// Where the ids of new customers come from: blocks reserved in the database.
pub(super) trait NewIds {
    fn next(&mut self) -> Result<i64, Problem>;
}

/// The identities that a chunk names: for each kind and value of the chunk its code here.
pub(super) struct Named {
    codes: [Vec<u32>; 3],
    /// Those not met before, whose owners must be looked up before [`People::resolve`].
    fresh: [Vec<u32>; 3],
}

impl Named {
    /// Whether there is anything to look up.
    pub(super) fn is_known(&self) -> bool {
        self.fresh.iter().all(Vec::is_empty)
    }
}

/// The customers met since the last [`People::take`].
pub(super) struct People {
    region: Region,
    values: [Values; 3],
    persons: Vec<Person>,
    by_id: FxHashMap<i64, u32>,
    names: FxHashMap<u32, Box<str>>,
    /// Lines that name an erased person; they are nobody's.
    pub erased_lines: u64,
    /// Values that could not be an identity, with the reason; the first hundred.
    pub refused: Vec<String>,
}

impl People {
    pub(super) fn new(region: Region) -> Self {
        Self {
            region,
            values: Default::default(),
            persons: Vec::new(),
            by_id: FxHashMap::default(),
            names: FxHashMap::default(),
            erased_lines: 0,
            refused: Vec::new(),
        }
    }

    /// The identities that a chunk names.
    pub(super) fn named(&mut self, batch: &LineBatch) -> Named {
        let mut named = Named { codes: Default::default(), fresh: Default::default() };
        for (kind, (field, _)) in KINDS.iter().enumerate() {
            let met = self.values[kind].texts.len();
            for raw in batch.text(*field).values.iter() {
                let code = match self.normal(kind, raw) {
                    Some(value) => self.values[kind].texts.intern(value.as_bytes()),
                    None => NULL,
                };
                named.codes[kind].push(code);
            }
            let values = &mut self.values[kind];
            named.fresh[kind] = (met as u32..values.texts.len() as u32).collect();
            values.owner.resize(values.texts.len(), NULL);
            values.told.resize(values.texts.len(), false);
        }
        named
    }

    /// The normalised values of a kind to look up.
    pub(super) fn fresh(&self, named: &Named, kind: usize) -> Vec<String> {
        named.fresh[kind].iter().filter_map(|code| self.values[kind].texts.get(*code)).map(ToOwned::to_owned).collect()
    }

    /// Tells whose the values of [`People::fresh`] are, in their order; `told`: from this file.
    pub(super) fn load(&mut self, named: &Named, kind: usize, owners: &[Option<(CustomerId, bool)>]) {
        for (code, owner) in named.fresh[kind].iter().zip(owners) {
            let Some((id, told)) = owner else { continue };
            let index = self.index(id.0);
            self.values[kind].owner[*code as usize] = index;
            self.values[kind].told[*code as usize] = *told;
            self.persons[index as usize].card |= kind == CARD;
        }
    }

    /// How many of the values that a chunk names are nobody's: the most customers that it can make.
    pub(super) fn unknown(&self, named: &Named) -> usize {
        let free = |(values, codes): (&Values, &Vec<u32>)| {
            codes.iter().filter(|code| **code != NULL && values.owner[**code as usize] == NULL).count()
        };
        self.values.iter().zip(&named.codes).map(free).sum()
    }

    /// What was known of a customer before he was met again.
    pub(super) fn remember(&mut self, known: &Person) {
        let index = self.index(known.id) as usize;
        let card = self.persons[index].card || known.card;
        self.persons[index] = Person { card, ..known.clone() };
    }

    /// Customers that were loaded since `before` and of whom it is not known whether they have a card.
    pub(super) fn cardless(&self, before: usize) -> Vec<CustomerId> {
        self.persons[before..].iter().filter(|p| !p.card && p.id != ERASED.0).map(|p| CustomerId(p.id)).collect()
    }

    /// Notes who of those known has a card.
    pub(super) fn have_cards(&mut self, holders: &FxHashSet<CustomerId>) {
        for id in holders {
            let index = self.index(id.0) as usize;
            self.persons[index].card = true;
        }
    }

    /// How many customers are kept.
    pub(super) fn len(&self) -> usize {
        self.persons.len()
    }

    /// The customers, in the order in which they were met.
    pub(super) fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// The memory taken, about.
    pub(super) fn memory(&self) -> usize {
        let texts: usize = self.values.iter().map(|v| v.texts.memory() + 5 * v.owner.len()).sum();
        texts + self.persons.len() * (size_of::<Person>() + 24) + self.names.len() * 64
    }

    /// The customer id of every line of a chunk, 0 where nobody is named.
    pub(super) fn resolve(
        &mut self,
        batch: &LineBatch,
        named: &Named,
        ids: &mut dyn NewIds,
    ) -> Result<Vec<i64>, Problem> {
        let columns = KINDS.map(|(field, _)| batch.text(field));
        let names = batch.text(TextField::CustomerName);
        let mut found = Vec::with_capacity(batch.len());
        let (mut before, mut index) = ([NULL; 3], NULL);
        let mut told: FxHashMap<u32, u32> = FxHashMap::default();
        for line in 0..batch.len() {
            let code = |kind: usize| match columns[kind].codes.get(line) {
                None | Some(&NULL) => NULL,
                Some(code) => named.codes[kind][*code as usize],
            };
            let codes = [code(0), code(1), code(2)];
            // The lines of an order name the same customer.
            if line == 0 || codes != before {
                index = self.find(codes, ids)?;
                before = codes;
            }
            let erased = index != NULL && self.persons[index as usize].id == ERASED.0;
            self.erased_lines += u64::from(erased);
            if index == NULL || erased {
                found.push(0);
                continue;
            }
            if let Some(name) = names.codes.get(line).filter(|code| **code != NULL && !self.is_erased(codes)) {
                told.insert(index, *name);
            }
            found.push(self.see(index, batch.time[line], batch.kind[line]));
        }
        for (index, name) in told {
            if let Some(name) = names.values.get(name) {
                self.names.insert(index, name.into());
            }
        }
        Ok(found)
    }

    /// All customers with lines and what was told of them; nothing stays.
    pub(super) fn take(&mut self) -> Taken {
        self.by_id = FxHashMap::default();
        Taken {
            values: std::mem::take(&mut self.values),
            persons: std::mem::take(&mut self.persons),
            names: std::mem::take(&mut self.names),
        }
    }

    /// Whose a line with these identities is: an index, [`NULL`] when it names nobody. What else it names becomes his where it is
    /// nobody's yet: people are never merged silently.
    fn find(&mut self, codes: [u32; 3], ids: &mut dyn NewIds) -> Result<u32, Problem> {
        let owner = |kind: usize| (codes[kind] != NULL).then(|| self.values[kind].owner[codes[kind] as usize]);
        let owned = |kind: usize| owner(kind).filter(|index| *index != NULL);
        let new_card = owner(CARD) == Some(NULL);
        let free = |index: &u32| !new_card || !self.persons[*index as usize].card;
        let known = owned(CARD).or_else(|| owned(1).filter(free)).or_else(|| owned(2).filter(free));
        let index = match known {
            Some(index) => index,
            None if codes == [NULL; 3] => return Ok(NULL),
            None if self.is_erased(codes) => self.index(ERASED.0),
            None => {
                let id = ids.next()?;
                self.add(Person { id, new: true, ..Person::default() })
            }
        };
        if !self.is_erased(codes) {
            for (kind, code) in codes.into_iter().enumerate().filter(|(_, code)| *code != NULL) {
                let values = &mut self.values[kind];
                if values.owner[code as usize] == NULL {
                    values.owner[code as usize] = index;
                    values.told[code as usize] = true;
                    self.persons[index as usize].card |= kind == CARD;
                }
            }
        }
        Ok(index)
    }

    /// Whether an erased person is named.
    fn is_erased(&self, codes: [u32; 3]) -> bool {
        let Some(nobody) = self.by_id.get(&ERASED.0) else { return false };
        (0..3).any(|kind| codes[kind] != NULL && self.values[kind].owner[codes[kind] as usize] == *nobody)
    }

    /// Notes a line of a customer; his id.
    fn see(&mut self, index: u32, at: Micros, kind: LineKind) -> i64 {
        let person = &mut self.persons[index as usize];
        person.first = if person.seen { person.first.min(at) } else { at };
        person.last = if person.seen { person.last.max(at) } else { at };
        person.seen = true;
        person.bought |= kind != LineKind::Return;
        person.sale |= kind == LineKind::Sale;
        person.id
    }

    fn index(&mut self, id: i64) -> u32 {
        match self.by_id.get(&id) {
            Some(index) => *index,
            None => self.add(Person { id, card: id == ERASED.0, ..Person::default() }),
        }
    }

    fn add(&mut self, person: Person) -> u32 {
        let index = self.persons.len() as u32;
        self.by_id.insert(person.id, index);
        self.persons.push(person);
        index
    }

    fn normal(&mut self, kind: usize, raw: &str) -> Option<String> {
        match normalise_or_missing(&KINDS[kind].1, raw, self.region) {
            Ok(value) => value,
            Err(problem) => {
                if self.refused.len() < 100 && !self.refused.contains(&problem.message) {
                    self.refused.push(problem.message);
                }
                None
            }
        }
    }
}
