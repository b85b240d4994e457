//! Table `erased_identity`: keyed hashes of what erased people were known by.

use std::fmt::Write as _;

use base::{Code, Micros, Problem};
use hmac::{Hmac, KeyInit, Mac};
use rustc_hash::FxHashSet;
use sha2::Sha256;
use store::{Tx, Value, args};

use crate::model::{Identity, IdentityKind};

/// The name of the key among the settings: 64 hexadecimal digits, made by the first erasure.
const KEY: &str = "erased_identity_key";

/// What keeps the hashes from being guessed by those who have only them.
#[derive(Clone)]
pub(crate) struct ErasedKey(Hmac<Sha256>);

impl ErasedKey {
    fn new(hex: &str) -> Result<Self, Problem> {
        let bytes: Option<Vec<u8>> =
            hex.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()).collect();
        let bytes = bytes.filter(|b| b.len() == 32).ok_or_else(|| {
            Problem::new(Code::IncompatibleStore, format!("the setting {KEY} is damaged"))
                .hint("restore a back-up: without it erased people are not recognised")
        })?;
        let state = Hmac::new_from_slice(&bytes).map_err(|e| Problem::internal("the key has no good length", e))?;
        Ok(Self(state))
    }

    /// The hash of an identity. The kind counts: a card number may look like a telephone number.
    pub(crate) fn hash(&self, kind: &IdentityKind, value: &str) -> String {
        let mut state = self.0.clone();
        state.update(kind.as_str().as_bytes());
        state.update(b"\0");
        state.update(value.as_bytes());
        hex(&state.finalize().into_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The key, when somebody was erased.
pub(crate) async fn erased_key(tx: &mut Tx) -> Result<Option<ErasedKey>, Problem> {
    let row = tx.fetch_optional("SELECT value FROM setting WHERE name = $1", args![KEY]).await?;
    row.map(|row| ErasedKey::new(&row.at::<String>(0)?)).transpose()
}

/// Keeps the hashes of identities; `fresh` becomes the key when there is none yet.
pub(crate) async fn erased_insert(
    tx: &mut Tx,
    identities: &[Identity],
    fresh: &[u8; 32],
    at: Micros,
) -> Result<(), Problem> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    tx.execute(sql, args![KEY, hex(fresh)]).await?;
    let Some(key) = erased_key(tx).await? else { return Ok(()) };
    let rows: Vec<Vec<Value>> = identities.iter().map(|i| args![key.hash(&i.kind, &i.value), at]).collect();
    tx.insert_many("INSERT INTO erased_identity (hash, at) VALUES", 2, rows, "ON CONFLICT (hash) DO NOTHING").await?;
    Ok(())
}

/// Which of these hashes are those of erased people.
pub(crate) async fn erased_among(tx: &mut Tx, hashes: &[String]) -> Result<FxHashSet<String>, Problem> {
    let mut found = FxHashSet::default();
    let rows: Vec<Vec<Value>> = hashes.iter().map(|hash| args![hash]).collect();
    let sql = "SELECT hash FROM erased_identity WHERE hash IN ({rows})";
    tx.fetch_many(sql, 1, rows, |row| {
        found.insert(row.at(0)?);
        Ok(())
    })
    .await?;
    Ok(found)
}
