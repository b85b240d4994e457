//! The customers of a file: whose lines are whose, who is new.

use base::{CustomerId, Micros, Problem};
use profile::ops::{ERASED, ErasedPeople};
use profile::rules::{Region, normalise_or_missing};
use profile::{Identity, IdentityKind};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::decode::{LineBatch, LineKind, NULL, TextColumn, TextField};

/// One customer met in the file.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, counted one by one")]
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
    /// What the lines say of him; of a known customer only where they say more than who he is.
    pub also: Vec<Identity>,
    pub name: Option<String>,
}

/// Where the ids of new customers come from: blocks reserved in the database.
pub(super) trait NewIds {
    fn next(&mut self) -> Result<i64, Problem>;
}

/// All customers of the file, known and new.
pub(super) struct People {
    region: Region,
    /// Normalised identity → index into `persons`.
    known: FxHashMap<(u8, Box<str>), u32>,
    pub persons: Vec<Person>,
    /// What erased people were known by.
    erased: ErasedPeople,
    /// The index that stands for all of them, once one was met.
    nobody: Option<u32>,
    /// Lines that name an erased person; they are nobody's.
    pub erased_lines: u64,
    /// Values that could not be an identity, with the reason; the first hundred.
    pub refused: Vec<String>,
}

const KINDS: [(TextField, IdentityKind); 3] = [
    (TextField::Customer, IdentityKind::CARD),
    (TextField::CustomerEmail, IdentityKind::EMAIL),
    (TextField::CustomerPhone, IdentityKind::PHONE),
];

impl People {
    pub(super) fn new(region: Region) -> Self {
        Self {
            region,
            known: FxHashMap::default(),
            persons: Vec::new(),
            erased: ErasedPeople::default(),
            nobody: None,
            erased_lines: 0,
            refused: Vec::new(),
        }
    }

    /// Takes note of the erased people: lines that name one become nobody's. Those that come by [`People::load`] need not be told.
    pub(super) fn shun(&mut self, erased: ErasedPeople) {
        self.erased = erased;
    }

    /// The kinds of identity that customers of order files are found by.
    pub(super) fn kinds() -> [IdentityKind; 3] {
        KINDS.map(|(_, kind)| kind)
    }

    /// Takes over the identities already in the database; several may be of one customer.
    pub(super) fn load(&mut self, kind: &IdentityKind, identities: FxHashMap<Box<str>, CustomerId>) {
        let Some(at) = KINDS.iter().position(|(_, k)| k == kind) else { return };
        let mut by_id: FxHashMap<i64, u32> = FxHashMap::default();
        if at > 0 {
            by_id.extend(self.persons.iter().enumerate().map(|(i, p)| (p.id, i as u32)));
        }
        for (value, id) in identities {
            let index = *by_id.entry(id.0).or_insert_with(|| add(&mut self.persons, id.0, false));
            if id == ERASED {
                self.nobody = Some(index);
            }
            self.known.insert((at as u8, value), index);
        }
    }

    /// The normalised identities that a chunk names, by kind: what to [`People::load`] when not everything is loaded.
    pub(super) fn named(&mut self, batch: &LineBatch) -> Vec<(IdentityKind, Vec<String>)> {
        let mut all = Vec::new();
        for (at, (field, kind)) in KINDS.into_iter().enumerate() {
            let raw: Vec<String> = batch.text(field).values.iter().map(ToOwned::to_owned).collect();
            let mut values: Vec<String> = raw.iter().filter_map(|raw| self.normal(at, raw)).collect();
            values.sort_unstable();
            values.dedup();
            all.push((kind, values));
        }
        all
    }

    /// The customer of every line of a chunk: an index into `persons`, [`NULL`] when nobody is named.
    pub(super) fn resolve(&mut self, batch: &LineBatch, ids: &mut dyn NewIds) -> Result<Vec<u32>, Problem> {
        let mut found: Vec<u32> = vec![NULL; batch.len()];
        let shunned = self.shunned(batch);
        for (kind, (field, _)) in KINDS.iter().enumerate() {
            let column = batch.text(*field);
            if column.values.is_empty() {
                continue;
            }
            self.column(kind, column, &shunned, &mut found, ids)?;
        }
        for index in found.iter_mut().filter(|i| self.nobody == Some(**i)) {
            *index = NULL;
            self.erased_lines += 1;
        }
        self.details(batch, &shunned, &found);
        for (line, index) in found.iter().enumerate().filter(|(_, i)| **i != NULL) {
            let person = &mut self.persons[*index as usize];
            let at = batch.time[line];
            person.first = if person.seen { person.first.min(at) } else { at };
            person.last = if person.seen { person.last.max(at) } else { at };
            person.seen = true;
            person.bought |= batch.kind[line] != LineKind::Return;
            person.sale |= batch.kind[line] == LineKind::Sale;
        }
        Ok(found)
    }

    /// The lines that name an erased person, by whatever identity; empty when there are none. They make nobody new and tell nothing
    /// of anybody: the first identity that is known decides whose they are.
    fn shunned(&mut self, batch: &LineBatch) -> Vec<bool> {
        if self.erased.is_empty() && self.nobody.is_none() {
            return Vec::new();
        }
        let mut shunned = vec![false; batch.len()];
        for (kind, (field, _)) in KINDS.iter().enumerate() {
            let column = batch.text(*field);
            let raw: Vec<String> = column.values.iter().map(ToOwned::to_owned).collect();
            let mut erased = Vec::with_capacity(raw.len());
            for raw in &raw {
                let index = self.normal(kind, raw).and_then(|value| self.find(kind, value.into_boxed_str()));
                erased.push(index.is_some() && index == self.nobody);
            }
            for (line, code) in column.codes.iter().enumerate() {
                shunned[line] |= *code != NULL && erased[*code as usize];
            }
        }
        if shunned.contains(&true) { shunned } else { Vec::new() }
    }

    /// Whose a normalised identity is, if it is known; the erased are one.
    fn find(&mut self, kind: usize, value: Box<str>) -> Option<u32> {
        let key = (kind as u8, value);
        if let Some(index) = self.known.get(&key) {
            return Some(*index);
        }
        if !self.erased.contains(&KINDS[kind].1, &key.1) {
            return None;
        }
        let index = self.nobody.unwrap_or_else(|| add(&mut self.persons, ERASED.0, false));
        self.nobody = Some(index);
        self.known.insert(key, index);
        Some(index)
    }

    /// Fills the lines that have no customer yet from one identity column.
    fn column(
        &mut self,
        kind: usize,
        column: &TextColumn,
        shunned: &[bool],
        found: &mut [u32],
        ids: &mut dyn NewIds,
    ) -> Result<(), Problem> {
        const UNSEEN: u32 = NULL - 1;
        let mut of_code = vec![UNSEEN; column.values.len()];
        for (line, code) in column.codes.iter().enumerate() {
            if *code == NULL || found[line] != NULL {
                continue;
            }
            let known = &mut of_code[*code as usize];
            if *known == UNSEEN {
                let raw = column.values.get(*code).unwrap_or_default();
                *known = match self.normal(kind, raw).map(String::into_boxed_str) {
                    None => NULL,
                    Some(value) => match self.find(kind, value.clone()) {
                        Some(index) => index,
                        None if shunned.get(line) == Some(&true) => continue,
                        None => self.person(kind, value, ids)?,
                    },
                };
            }
            found[line] = *known;
        }
        Ok(())
    }

    fn person(&mut self, kind: usize, value: Box<str>, ids: &mut dyn NewIds) -> Result<u32, Problem> {
        let key = (kind as u8, value);
        let index = add(&mut self.persons, ids.next()?, true);
        self.persons[index as usize].also.push(Identity { kind: KINDS[kind].1.clone(), value: key.1.to_string() });
        self.known.insert(key, index);
        Ok(index)
    }

    /// Further identities and names that stand beside the one a customer was found by.
    fn details(&mut self, batch: &LineBatch, shunned: &[bool], found: &[u32]) {
        let columns = [TextField::CustomerEmail, TextField::CustomerPhone, TextField::CustomerName];
        if columns.iter().all(|f| batch.text(*f).values.is_empty()) {
            return;
        }
        let mut met = FxHashSet::default();
        let telling = |line: &usize| found[*line] != NULL && shunned.get(*line) != Some(&true);
        for line in (0..batch.len()).filter(telling) {
            let index = &found[line];
            let codes = columns.map(|f| batch.text(f).codes[line]);
            if !met.insert((*index, codes)) {
                continue;
            }
            let key = batch.text(TextField::Customer).get(line).and_then(|raw| self.normal(0, raw));
            if let Some(value) = key {
                let identity = Identity { kind: KINDS[0].1.clone(), value };
                let also = &mut self.persons[*index as usize].also;
                if !also.contains(&identity) {
                    also.push(identity);
                }
            }
            for (kind, field) in [(1, TextField::CustomerEmail), (2, TextField::CustomerPhone)] {
                let Some(value) = batch.text(field).get(line).and_then(|raw| self.normal(kind, raw)) else { continue };
                // An identity that belongs to somebody else stays his: people are never merged silently.
                let owner = *self.known.entry((kind as u8, value.as_str().into())).or_insert(*index);
                let person = &mut self.persons[*index as usize];
                let identity = Identity { kind: KINDS[kind].1.clone(), value };
                if owner == *index && !person.also.contains(&identity) {
                    person.also.push(identity);
                }
            }
            if let Some(name) = batch.text(TextField::CustomerName).get(line) {
                self.persons[*index as usize].name = Some(name.to_owned());
            }
        }
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

fn add(persons: &mut Vec<Person>, id: i64, new: bool) -> u32 {
    persons.push(Person {
        id,
        new,
        first: 0,
        last: 0,
        bought: false,
        sale: false,
        seen: false,
        also: Vec::new(),
        name: None,
    });
    persons.len() as u32 - 1
}
