//! What a search text may mean: beginnings of search keys and of identities.

use base::{CustomerId, Problem};
use rustc_hash::FxHashSet;
use store::Tx;

use super::search::Matched;
use crate::model::{Identity, IdentityKind};
use crate::rules::name::cut;
use crate::rules::{Region, fold};
use crate::store::identity::{identity_count, identity_kinds, identity_range};
use crate::store::range::{Range, range_ids};
use crate::store::token::{BACKWARDS, backwards, token_count, token_range, tokens};

/// Where a beginning is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// Keys of names.
    Name,
    /// Telephone numbers from their end.
    PhoneEnd,
    /// Identities of a kind.
    Identity(IdentityKind),
}

/// One beginning in one place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Probe {
    place: Place,
    prefix: String,
}

/// A customer found by a probe. The smaller `rank`, the better.
pub(crate) struct Found {
    pub(crate) customer: CustomerId,
    pub(crate) rank: u8,
    pub(crate) matched: Matched,
}

/// The kinds of identities there are besides e-mail, telephone and card.
pub(crate) async fn other_kinds(tx: &mut Tx) -> Result<Vec<IdentityKind>, Problem> {
    let own = [IdentityKind::EMAIL, IdentityKind::PHONE, IdentityKind::CARD];
    Ok(identity_kinds(tx).await?.into_iter().filter(|kind| !own.contains(kind)).collect())
}

/// The customer whose id `text` is, as the API writes it.
pub(crate) fn id_of(text: &str) -> Option<CustomerId> {
    text.starts_with("cus_").then(|| text.parse().ok()).flatten()
}

/// All that `text` may be the beginning of (and for telephone numbers the end).
pub(crate) fn probes(text: &str, region: Region, others: &[IdentityKind]) -> Vec<Probe> {
    let plain: String = unicode_normalization::UnicodeNormalization::nfkc(text.trim()).collect();
    let name = fold(&plain);
    let mut probes = vec![(Place::Name, cut(&name).to_owned())];
    if name.contains(' ') {
        // Pinyin is often typed in syllables.
        probes.push((Place::Name, cut(&name.replace(' ', "")).to_owned()));
    }
    probes.push((Place::Identity(IdentityKind::EMAIL), plain.to_lowercase()));
    let card = plain.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect();
    probes.push((Place::Identity(IdentityKind::CARD), card));
    probes.extend(others.iter().map(|kind| (Place::Identity(kind.clone()), plain.clone())));
    if let Some(digits) = phone_digits(&plain) {
        let phone = |digits: String| (Place::Identity(IdentityKind::PHONE), format!("+{digits}"));
        if plain.starts_with('+') {
            probes.push(phone(digits));
        } else {
            let national = digits.trim_start_matches('0').to_owned();
            probes.push(phone(national.clone()));
            probes.push(phone(format!("{}{national}", region.calling_code())));
            if digits.len() >= 4 {
                probes.push((Place::PhoneEnd, backwards(&national)));
            }
        }
    }
    probes.retain(|(_, prefix)| !prefix.trim_matches(['+', BACKWARDS]).is_empty());
    let mut seen = FxHashSet::default();
    probes.into_iter().map(|(place, prefix)| Probe { place, prefix }).filter(|p| seen.insert(p.clone())).collect()
}

/// The digits of a text that may be (part of) a telephone number: at least three, otherwise only marks.
fn phone_digits(text: &str) -> Option<String> {
    let mark = |c: char| c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 3 && text.chars().all(|c| c.is_ascii_digit() || mark(c))).then_some(digits)
}

impl Probe {
    /// The first `limit` customers, in the order of what was found.
    pub(crate) async fn run(&self, tx: &mut Tx, limit: usize) -> Result<Vec<Found>, Problem> {
        let rows = match &self.place {
            Place::Name | Place::PhoneEnd => token_range(tx, &self.prefix, limit).await?,
            Place::Identity(kind) => identity_range(tx, kind, &self.prefix, limit).await?,
        };
        let found = |(text, customer): (String, CustomerId)| Found {
            customer,
            rank: self.rank(&text),
            matched: self.matched(),
        };
        Ok(rows.into_iter().map(found).collect())
    }

    /// The keys it looks for.
    pub(crate) fn range(&self) -> Range<'_> {
        let kind = if let Place::Identity(kind) = &self.place { Some(kind.as_str()) } else { None };
        Range { kind, prefix: &self.prefix }
    }

    /// The customers it finds, at most `most` keys read; with `whole` only those of whom the text is a whole key.
    pub(crate) async fn customers(&self, tx: &mut Tx, whole: bool, most: usize) -> Result<Vec<CustomerId>, Problem> {
        if whole && self.place == Place::PhoneEnd {
            return Ok(Vec::new());
        }
        range_ids(tx, &self.range(), whole, most).await
    }

    /// How many keys it would find, at most `most`.
    pub(crate) async fn count(&self, tx: &mut Tx, most: usize) -> Result<usize, Problem> {
        match &self.place {
            Place::Name | Place::PhoneEnd => token_count(tx, &self.prefix, most).await,
            Place::Identity(kind) => identity_count(tx, kind, &self.prefix, most).await,
        }
    }

    /// What it finds things in.
    pub(crate) fn matched(&self) -> Matched {
        match &self.place {
            Place::Name => Matched::Name,
            Place::PhoneEnd => Matched::Identity(IdentityKind::PHONE),
            Place::Identity(kind) => Matched::Identity(kind.clone()),
        }
    }

    /// 0 for the whole of a key or of a word of a name, 1 for its beginning, 2 for the end of a telephone number.
    fn rank(&self, text: &str) -> u8 {
        let rest = text.strip_prefix(self.prefix.as_str());
        match &self.place {
            Place::Name => u8::from(!rest.is_some_and(|r| r.is_empty() || r.starts_with(' '))),
            Place::PhoneEnd => 2,
            Place::Identity(_) => u8::from(rest != Some("")),
        }
    }

    /// Whether a customer of this name and these identities would be found.
    pub(crate) fn holds(&self, name: Option<&str>, identities: &[Identity]) -> bool {
        match &self.place {
            Place::Name | Place::PhoneEnd => {
                tokens(name, identities).iter().any(|token| token.starts_with(&self.prefix))
            }
            Place::Identity(kind) => identities.iter().any(|i| i.kind == *kind && i.value.starts_with(&self.prefix)),
        }
    }
}
