//! The customers that were met in a file, as they are handed on.

use profile::Identity;
use rustc_hash::FxHashMap;

use super::people::{KINDS, Person};
use crate::decode::{Dictionary, NULL};

/// The values of one kind of identity that were met.
#[derive(Default)]
pub(super) struct Values {
    pub texts: Dictionary,
    /// Whose each is: an index of a person, [`NULL`] while nobody has it.
    pub owner: Vec<u32>,
    /// Whether its owner has it from this file.
    pub told: Vec<bool>,
}

impl Values {
    fn is_told(&self, code: u32) -> bool {
        self.told[code as usize] && self.owner[code as usize] != NULL
    }
}

/// A customer with what the file says of him besides his lines.
#[derive(Clone)]
pub(super) struct Met {
    pub person: Person,
    /// The identities that he has from this file.
    pub told: Vec<Identity>,
    pub name: Option<String>,
}

/// The customers of [`People::take`], as compact as they were there.
pub(super) struct Taken {
    pub values: [Values; 3],
    pub persons: Vec<Person>,
    pub names: FxHashMap<u32, Box<str>>,
}

impl Taken {
    /// The customers and their names, in the order in which they were met.
    pub(super) fn persons(&self) -> impl Iterator<Item = (&Person, Option<&str>)> {
        let named = |(index, person)| (person, self.names.get(&(index as u32)).map(|name| &**name));
        self.persons.iter().enumerate().filter(|(_, person)| person.seen).map(named)
    }

    /// The identities that customers have from the file: kind, value and whose; in the order of kind and value.
    pub(super) fn told(&self) -> impl Iterator<Item = (usize, &str, i64)> {
        let sorted = |(kind, values): (usize, &'_ Values)| {
            let mut codes: Vec<u32> = (0..values.owner.len() as u32).filter(|code| values.is_told(*code)).collect();
            codes.sort_unstable_by_key(|code| values.texts.get(*code));
            (kind, codes)
        };
        let sorted: Vec<(usize, Vec<u32>)> = self.values.iter().enumerate().map(sorted).collect();
        sorted.into_iter().flat_map(move |(kind, codes)| {
            codes.into_iter().filter_map(move |code| {
                let values = &self.values[kind];
                Some((kind, values.texts.get(code)?, self.persons[values.owner[code as usize] as usize].id))
            })
        })
    }

    /// One by one, in the order in which they were met.
    pub(super) fn met(mut self) -> Vec<Met> {
        let mut told: Vec<Vec<Identity>> = vec![Vec::new(); self.persons.len()];
        for (values, (_, kind)) in self.values.iter().zip(KINDS) {
            for (code, value) in (0..).zip(values.texts.iter()).filter(|(code, _)| values.is_told(*code)) {
                let identity = Identity { kind: kind.clone(), value: value.to_owned() };
                told[values.owner[code as usize] as usize].push(identity);
            }
        }
        let persons = self.persons.into_iter().zip(told).enumerate();
        let met = persons.map(|(index, (person, told))| Met {
            name: self.names.remove(&(index as u32)).map(String::from),
            person,
            told,
        });
        met.filter(|m| m.person.seen).collect()
    }
}
