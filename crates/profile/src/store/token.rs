//! Table `customer_token`: the keys of the search.

use std::cmp::Ordering;

use base::{CustomerId, Problem};
use store::{Dialect, Tx, args};

use super::{end_of, int, rows, text};
use crate::model::{Identity, IdentityKind};
use crate::rules::name_keys;

/// Marks a telephone number written backwards, so that its last digits are found by a range. No folded text begins with it.
pub(crate) const BACKWARDS: char = '~';

/// The search keys of a customer besides his identities, which are searched where they are: those of the name, and telephone
/// numbers backwards.
pub(crate) fn tokens<'a>(name: Option<&str>, identities: impl IntoIterator<Item = &'a Identity>) -> Vec<String> {
    let mut tokens = name.map(name_keys).unwrap_or_default();
    let phones = identities.into_iter().filter(|i| i.kind == IdentityKind::PHONE);
    tokens.extend(phones.map(|i| backwards(&i.value)));
    tokens
}

/// The key under which a telephone number, or the end of one, is found.
pub(crate) fn backwards(digits: &str) -> String {
    std::iter::once(BACKWARDS).chain(digits.chars().rev().filter(char::is_ascii_digit)).collect()
}

const MANY: usize = 20_000;

/// Many tokens, sorted with little memory: the texts in one string, compared by their first sixteen bytes most of the time.
#[derive(Default)]
pub(crate) struct Tokens {
    texts: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    head: u128,
    at: u32,
    length: u32,
    customer: i64,
}

impl Tokens {
    /// A caller flushes when this many bytes of texts are in; with their entries they take some four times as much.
    pub(crate) const FULL: usize = 1 << 27;

    pub(crate) fn push(&mut self, token: &str, customer: CustomerId) {
        let mut head = [0; 16];
        let known = token.len().min(16);
        head[..known].copy_from_slice(&token.as_bytes()[..known]);
        let at = self.texts.len() as u32;
        self.entries.push(Entry {
            head: u128::from_be_bytes(head),
            at,
            length: token.len() as u32,
            customer: customer.0,
        });
        self.texts.push_str(token);
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.texts.len() >= Self::FULL
    }

    fn text(&self, entry: &Entry) -> &str {
        &self.texts[entry.at as usize..(entry.at + entry.length) as usize]
    }

    /// Inserts them in the order of the index, each of its pages being written once.
    pub(crate) async fn insert(mut self, tx: &mut Tx) -> Result<(), Problem> {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_unstable_by(|a, b| {
            // Equal heads of short texts are equal texts.
            let rest = || if a.length.max(b.length) > 16 { self.text(a).cmp(self.text(b)) } else { Ordering::Equal };
            a.head.cmp(&b.head).then_with(rest).then(a.customer.cmp(&b.customer))
        });
        let head = "INSERT INTO customer_token (token, customer_id) VALUES";
        let rows = rows(&entries, |e| args![self.text(e), e.customer]);
        tx.insert_many(head, 2, rows, "ON CONFLICT (token, customer_id) DO NOTHING").await?;
        if tx.dialect() == Dialect::Postgres && entries.len() > MANY {
            // Without fresh statistics its planner takes the tables for empty and reads them whole at every look-up.
            tx.script("ANALYZE customer, identity, customer_token").await?;
        }
        Ok(())
    }
}

pub(crate) async fn token_delete(tx: &mut Tx, mut gone: Vec<(String, CustomerId)>) -> Result<(), Problem> {
    gone.sort_unstable();
    let gone = rows(gone, |(token, customer)| args![token, customer.0]);
    tx.execute_many("DELETE FROM customer_token WHERE (token, customer_id) IN ({rows})", 2, gone).await?;
    Ok(())
}

/// Deletes every key of a customer, whichever rules made it: reads the whole table.
pub(crate) async fn token_delete_all_of(tx: &mut Tx, customer: CustomerId) -> Result<(), Problem> {
    tx.execute("DELETE FROM customer_token WHERE customer_id = $1", args![customer.0]).await?;
    Ok(())
}

/// Up to `limit` keys that begin with `prefix`, in order.
pub(crate) async fn token_range(tx: &mut Tx, prefix: &str, limit: usize) -> Result<Vec<(String, CustomerId)>, Problem> {
    let sql = "SELECT token, customer_id FROM customer_token WHERE token >= $1 AND token < $2
               ORDER BY token, customer_id LIMIT $3";
    let found = tx.fetch_all(sql, args![prefix, end_of(prefix), limit as i64]).await?;
    found.iter().map(|row| Ok((text(row, 0)?, CustomerId(int(row, 1)?)))).collect()
}

/// How many keys begin with `prefix`, counted up to `most`.
pub(crate) async fn token_count(tx: &mut Tx, prefix: &str, most: usize) -> Result<usize, Problem> {
    let sql = "SELECT CAST(count(*) AS BIGINT) FROM
               (SELECT 1 FROM customer_token WHERE token >= $1 AND token < $2 LIMIT $3) AS counted";
    let row = tx.fetch_one(sql, args![prefix, end_of(prefix), most as i64]).await?;
    Ok(int(&row, 0)? as usize)
}
