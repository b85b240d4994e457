//! What tells of a person in texts that others wrote, and what only looks like it.
//!
//! An e-mail address, a telephone number, a long card number or a full name tells of the person wherever it stands as a whole. A card
//! "12" or the name "Li" does not: such a value counts only where a card or a name is meant.

use collect::mapping::Field;
use profile::rules::{fold, hanzi, normalise_or_missing, phone};
use profile::{Customer, Identity, IdentityKind, Region};
use serde_json::Value as Json;

/// What stands in place of a text that named the person.
const INSTEAD: &str = "(erased)";
/// A telephone number of fewer digits is not looked for in texts.
const SHORTEST_PHONE: usize = 6;
/// A number of fewer digits may be an amount, a date or the number of something else.
const LONG_NUMBER: usize = 10;
/// A code of letters and digits that is shorter may be that of a product.
const LONG_CODE: usize = 6;
/// Marks that people write within a number.
const MARKS: [char; 8] = [' ', '\u{a0}', '-', '(', ')', '.', '/', '_'];

/// What a column of an imported file is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Card,
    /// The id in another system.
    External,
    Email,
    Phone,
    Name,
    Given,
    Family,
    Address,
    Referrer,
    /// A number, a date, the key of something else.
    Figure,
    Text,
}

impl Role {
    /// Of the column that a field is read from.
    pub(super) const fn of(field: Field) -> Self {
        use Field as F;
        match field {
            F::Customer => Self::Card,
            F::CustomerEmail | F::Email => Self::Email,
            F::CustomerPhone | F::Phone => Self::Phone,
            F::CustomerName | F::Name => Self::Name,
            F::GivenName => Self::Given,
            F::FamilyName => Self::Family,
            F::Address => Self::Address,
            F::ReferredBy => Self::Referrer,
            F::OrderId
            | F::Time
            | F::TimeOfDay
            | F::Product
            | F::Quantity
            | F::UnitPrice
            | F::Amount
            | F::Discount
            | F::Coupon
            | F::Birthday
            | F::Joined
            | F::Price
            | F::Cost => Self::Figure,
            _ => Self::Text,
        }
    }

    fn kind(self) -> Option<IdentityKind> {
        match self {
            Self::Card => Some(IdentityKind::CARD),
            Self::Email => Some(IdentityKind::EMAIL),
            Self::Phone => Some(IdentityKind::PHONE),
            _ => None,
        }
    }
}

/// What is to be done with a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Leave,
    /// It is another's and names him as who referred that person: these cells are emptied.
    Empty(Vec<usize>),
    Remove,
}

/// What would tell of the person in a text.
pub(super) struct Traces {
    region: Region,
    identities: Vec<Identity>,
    /// His name, folded.
    name: String,
    /// Whether the name tells of him wherever it stands.
    full_name: bool,
    /// His address, folded.
    address: String,
    /// In small letters.
    emails: Vec<String>,
    /// Card numbers and the like that tell of him wherever they stand; in small letters.
    codes: Vec<String>,
    /// The ways his telephone numbers are written, and long card numbers; digits only.
    numbers: Vec<String>,
}

impl Traces {
    pub(super) fn of(customer: &Customer, region: Region) -> Self {
        let attribute = |name: &str| customer.attributes.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
        let name = fold(customer.name.as_deref().unwrap_or_default());
        let mut traces = Self {
            region,
            identities: customer.identities.clone(),
            full_name: is_full(&name),
            name,
            address: fold(&attribute("address").unwrap_or_default()),
            emails: attribute("email").into_iter().collect(),
            codes: Vec::new(),
            numbers: Vec::new(),
        };
        let mut phones = Vec::from_iter(attribute("phone"));
        for identity in &customer.identities {
            match &identity.kind {
                kind if *kind == IdentityKind::PHONE => phones.push(identity.value.clone()),
                kind if *kind == IdentityKind::EMAIL => traces.emails.push(identity.value.clone()),
                _ => traces.code(&identity.value),
            }
        }
        for phone in &phones {
            traces.phone(phone);
        }
        traces.emails = traces.emails.iter().map(|e| e.trim().to_lowercase()).filter(|e| e.contains('@')).collect();
        traces
    }

    fn code(&mut self, value: &str) {
        let signs = || value.chars().filter(|c| c.is_alphanumeric());
        let digits = signs().filter(char::is_ascii_digit).count();
        if digits == signs().count() && digits >= LONG_NUMBER {
            self.numbers.push(signs().collect());
        } else if digits > 0 && digits < signs().count() && signs().count() >= LONG_CODE {
            self.codes.push(value.to_lowercase());
        }
    }

    fn phone(&mut self, value: &str) {
        let whole: String = value.chars().filter(char::is_ascii_digit).collect();
        let national = phone::national(value).unwrap_or_else(|| whole.clone());
        if national.len() >= SHORTEST_PHONE {
            self.numbers.extend([format!("0{national}"), format!("00{whole}"), national, whole]);
        }
    }

    /// Whether a text is one of his identities or his name, and nothing else.
    pub(super) fn whole(&self, text: &str) -> bool {
        let same =
            |id: &Identity| matches!(normalise_or_missing(&id.kind, text, self.region), Ok(Some(v)) if v == id.value);
        self.is_name(text) || self.identities.iter().any(same)
    }

    /// His ids in other systems.
    fn others(&self) -> impl Iterator<Item = &Identity> {
        let usual = [IdentityKind::CARD, IdentityKind::EMAIL, IdentityKind::PHONE];
        self.identities.iter().filter(move |id| !usual.contains(&id.kind))
    }

    fn is_name(&self, text: &str) -> bool {
        !self.name.is_empty() && fold(text) == self.name
    }

    /// Whether a text holds what tells of him wherever it stands.
    pub(super) fn tells(&self, text: &str) -> bool {
        self.reaches(text, !is_figure(text)) || (self.full_name && has_words(&fold(text), &self.name))
    }

    /// Whether an e-mail address, a telephone or a card number of his stands in a text; `short`: also numbers of few digits.
    fn reaches(&self, text: &str, short: bool) -> bool {
        let small = text.to_lowercase();
        self.emails.iter().any(|e| has_email(&small, e))
            || self.codes.iter().any(|c| stands(&small, c))
            || self.numbers.iter().any(|n| (short || n.len() >= LONG_NUMBER) && stands(&small, n))
    }

    /// Whether a cell of a column names him by itself.
    pub(super) fn in_cell(&self, role: Role, text: &str) -> bool {
        let whole = |kind: &IdentityKind| {
            let value = normalise_or_missing(kind, text, self.region).ok().flatten();
            value.is_some_and(|v| self.identities.iter().any(|id| id.kind == *kind && id.value == v))
        };
        match role {
            Role::Card => whole(&IdentityKind::CARD) || self.reaches(text, false),
            Role::External => self.others().any(|id| id.value == text.trim()) || self.reaches(text, false),
            Role::Email | Role::Phone => role.kind().is_some_and(|kind| whole(&kind)) || self.tells(text),
            Role::Figure => self.reaches(text, false) || (self.full_name && has_words(&fold(text), &self.name)),
            Role::Referrer => self.whole(text) || self.tells(text),
            Role::Name | Role::Given | Role::Family | Role::Address => self.reaches(text, true),
            Role::Text => self.tells(text),
        }
    }

    /// What is to be done with a row of cells. A name or an address is that of whom the row's identities say.
    pub(super) fn judge(&self, cells: &[(Role, &str)]) -> Verdict {
        let in_cell = |(role, text): &(Role, &str)| *role != Role::Referrer && self.in_cell(*role, text);
        if cells.iter().any(in_cell) || (!self.names_another(cells) && self.is_called(cells)) {
            return Verdict::Remove;
        }
        let referring =
            |(_, (role, text)): &(usize, &(Role, &str))| *role == Role::Referrer && self.in_cell(*role, text);
        let empty: Vec<usize> = cells.iter().enumerate().filter(referring).map(|(at, _)| at).collect();
        if empty.is_empty() { Verdict::Leave } else { Verdict::Empty(empty) }
    }

    /// Whether a cell is an identity; called where none of them is his.
    fn names_another(&self, cells: &[(Role, &str)]) -> bool {
        cells.iter().any(|(role, text)| {
            (*role == Role::External && !text.trim().is_empty())
                || role.kind().is_some_and(|kind| matches!(normalise_or_missing(&kind, text, self.region), Ok(Some(_))))
        })
    }

    fn is_called(&self, cells: &[(Role, &str)]) -> bool {
        let of = |wanted: Role| cells.iter().find(|(role, _)| *role == wanted).map_or("", |(_, text)| *text);
        let named = |text: &str| self.is_name(text) || (self.full_name && has_words(&fold(text), &self.name));
        let (given, family) = (of(Role::Given), of(Role::Family));
        named(of(Role::Name))
            || [format!("{given} {family}"), format!("{family} {given}"), format!("{family}{given}")]
                .iter()
                .any(|n| named(n))
            || (!self.address.is_empty() && fold(of(Role::Address)) == self.address)
    }

    /// A report without the sentences that name the person; `None` when none does.
    pub(super) fn blank(&self, report: &str) -> Option<String> {
        match serde_json::from_str::<Json>(report) {
            Ok(mut value) => self.walk("", &mut value).then(|| value.to_string()),
            Err(_) => self.tells(report).then(|| INSTEAD.to_owned()),
        }
    }

    fn walk(&self, key: &str, value: &mut Json) -> bool {
        let mut changed = false;
        match value {
            Json::String(text) if self.in_member(key, text) => {
                INSTEAD.clone_into(text);
                changed = true;
            }
            Json::Array(list) => list.iter_mut().for_each(|v| changed |= self.walk(key, v)),
            Json::Object(map) => map.iter_mut().for_each(|(key, v)| changed |= self.walk(key, v)),
            _ => {}
        }
        changed
    }

    /// Whether a member of a report or of a job names him.
    fn in_member(&self, key: &str, text: &str) -> bool {
        match key {
            // A user of the console.
            "by" => false,
            "q" => self.whole(text) || self.tells(text),
            "filter" => {
                let mut parts = text.splitn(3, ':');
                let (column, value) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
                let identity = |id: &Identity| id.kind.as_str() == column;
                (column == "name" || self.identities.iter().any(identity)) && self.whole(value) || self.tells(text)
            }
            _ => self.tells(text),
        }
    }
}

/// Whether a folded name is one that few share: two words, or two Chinese characters.
fn is_full(name: &str) -> bool {
    let letters = name.chars().filter(|c| *c != ' ').count();
    let chinese = name.chars().filter(|c| hanzi::is_hanzi(*c)).count();
    chinese >= 2 || (name.contains(' ') && letters >= 5)
}

/// Whether a folded name stands in a folded text as whole words; Chinese has none, so that a name of three characters is one anywhere.
fn has_words(text: &str, name: &str) -> bool {
    let chinese = name.chars().count() >= 3 && name.chars().all(hanzi::is_hanzi);
    if chinese { text.contains(name) } else { format!(" {text} ").contains(&format!(" {name} ")) }
}

/// Whether an address stands in a text, and not as a part of a longer one.
fn has_email(text: &str, email: &str) -> bool {
    text.match_indices(email).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + email.len()..].chars();
        let (next, further) = (after.next(), after.next());
        let inner = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let longer = match next {
            Some('.') => further.is_some_and(char::is_alphanumeric),
            other => other.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-'),
        };
        !before.is_some_and(inner) && !longer
    })
}

/// Whether a number or code stands in a text, with or without marks between its characters, and not as a part of a longer one.
fn stands(text: &str, number: &str) -> bool {
    let mut before = (None, None);
    text.char_indices().any(|(at, c)| {
        let starts = !longer(before.1, before.0);
        before = (before.1, Some(c));
        if !starts {
            return false;
        }
        let mut rest = text[at..].chars();
        for (place, wanted) in number.chars().enumerate() {
            let mut next = rest.next();
            while place > 0 && next != Some(wanted) && next.is_some_and(|c| MARKS.contains(&c)) {
                next = rest.next();
            }
            if next != Some(wanted) {
                return false;
            }
        }
        let next = rest.next();
        !longer(next, rest.next())
    })
}

/// Whether what stands beside a number (and behind that) makes it a longer one: `12` in `112`, `12.50`.
fn longer(beside: Option<char>, behind: Option<char>) -> bool {
    match beside {
        Some('.' | ',') => behind.is_some_and(|c| c.is_ascii_digit()),
        other => other.is_some_and(|c| c.is_ascii_alphanumeric()),
    }
}

/// Whether a text is a bare number, date or time.
fn is_figure(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || MARKS.contains(&c) || matches!(c, ':' | ',' | 'T' | 'Z' | '+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, ids: &[(IdentityKind, &str)]) -> Traces {
        let identities = ids.iter().map(|(kind, value)| Identity { kind: kind.clone(), value: (*value).to_owned() });
        let customer = Customer {
            id: base::CustomerId(1),
            name: Some(name.to_owned()),
            attributes: profile::Attributes::new(),
            identities: identities.collect(),
            first_seen: None,
            last_seen: None,
            created_at: 0,
            created_import: None,
            updated_at: 0,
        };
        Traces::of(&customer, Region::CHINA)
    }

    fn li() -> Traces {
        person("Li", &[(IdentityKind::CARD, "12")])
    }

    fn ann() -> Traces {
        let (email, phone) = ((IdentityKind::EMAIL, "ann@x.example"), (IdentityKind::PHONE, "+8613817172007"));
        person("Ann Lee", &[(IdentityKind::CARD, "KD0007"), email, phone])
    }

    #[test]
    fn short_values_count_where_they_are_meant() {
        use Role::{Card, Figure, Name, Text};
        let li = li();
        for text in ["12", "2012-12-12", "12.50", "Li", "Li Wei", "P-12", "{\"by\":\"Li\"}"] {
            assert!(!li.tells(text) && li.blank(text).is_none(), "{text}");
        }
        assert_eq!(
            li.blank(r#"{"amount":"12","by":"Li","q":"li","filter":["card:eq:12","frequency:ge:12"]}"#).unwrap(),
            r#"{"amount":"12","by":"Li","filter":["(erased)","frequency:ge:12"],"q":"(erased)"}"#
        );
        let judged = |card, name, amount| li.judge(&[(Card, card), (Name, name), (Figure, amount), (Text, "Li 12")]);
        assert_eq!(judged(" 12 ", "", ""), Verdict::Remove);
        assert_eq!(judged("12.0", "Wu", "x"), Verdict::Remove);
        assert_eq!(judged("", "LI", "x"), Verdict::Remove);
        assert_eq!(judged("13", "Li", "12"), Verdict::Leave, "a namesake");
        assert_eq!(judged("", "Li Wei", "12"), Verdict::Leave);
        assert_eq!(li.judge(&[(Card, "13"), (Role::Referrer, "12")]), Verdict::Empty(vec![1]));
        let wu = person("Wu", &[(IdentityKind::named("wechat"), "w7")]);
        let judged = |id, name| wu.judge(&[(Role::External, id), (Name, name), (Text, "w7")]);
        assert_eq!(
            (judged("w7", ""), judged("w8", "Wu"), judged("", "Wu")),
            (Verdict::Remove, Verdict::Leave, Verdict::Remove)
        );
    }

    #[test]
    fn telling_values_count_anywhere_as_a_whole() {
        let ann = ann();
        for text in [
            "\"ANN@x.example\" is bad",
            "call 138-1717 2007",
            "+86 13817172007.",
            "0086 138 1717 2007",
            "kd-0007!",
            "lee: ann-lee",
            "ANN@X.EXAMPLE.",
        ] {
            assert!(ann.tells(text), "{text}");
        }
        for text in [
            "joann@x.example",
            "ann@x.example.org",
            "913817172007",
            "138171720071",
            "KD-00071",
            "Annlee",
            "ann@x.examples",
            "13817172007.50",
        ] {
            assert!(!ann.tells(text), "{text}");
        }
        let wang = person("王小明", &[(IdentityKind::CARD, "20240501")]);
        assert!(wang.tells("请联系王小明。") && !wang.tells("20240501") && !wang.tells("2024-05-01"));
        let wang = person("王芳", &[]);
        assert!(wang.tells("\"王芳\" ?") && !wang.tells("王芳芳"));
    }
}
