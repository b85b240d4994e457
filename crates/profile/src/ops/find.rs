//! The one customer that a text names exactly.

use base::{CustomerId, Problem};
use store::Tx;

use super::probe::other_kinds;
use crate::model::IdentityKind;
use crate::rules::{Region, normalise_or_missing};
use crate::store::customer::customer_load;
use crate::store::identity::identity_owners;

/// The customers that `text` names exactly, as their id (`cus_12`), card number, e-mail address, telephone number or id in a
/// source: none, one, or several when the text is, say, one person's card and another's id.
pub async fn customer_find(tx: &mut Tx, region: Region, text: &str) -> Result<Vec<CustomerId>, Problem> {
    let text = text.trim();
    if text.starts_with("cus_") {
        let Ok(id) = text.parse::<CustomerId>() else { return Ok(Vec::new()) };
        return Ok(customer_load(tx, &[id]).await?.into_iter().map(|c| c.id).collect());
    }
    let mut kinds = kinds_like(text);
    kinds.extend(other_kinds(tx).await?);
    let mut found = Vec::new();
    for kind in &kinds {
        if let Ok(Some(value)) = normalise_or_missing(kind, text, region) {
            found.extend(identity_owners(tx, kind, &[&value]).await?.into_values());
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The kinds of identity that a text can be by its looks, besides ids in a source.
pub(super) fn kinds_like(text: &str) -> Vec<IdentityKind> {
    let mut kinds = vec![IdentityKind::CARD];
    if text.contains(['@', '＠']) {
        kinds.push(IdentityKind::EMAIL);
    }
    // Only what can be a telephone number: the table of all countries is loaded at its first use.
    if (7..=24).contains(&text.chars().filter(|c| c.is_numeric()).count()) && !text.chars().any(char::is_alphabetic) {
        kinds.push(IdentityKind::PHONE);
    }
    kinds
}
