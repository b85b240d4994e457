//! Whether a file is of another kind than it was called.

use super::synonyms::name_match;
use super::{Choice, Field, FileKind, Proposal, propose};
use crate::source::RawChunk;

/// The kind of file that header and sample speak for, when it is not `kind`: a list of customers imported as orders, say. `None`
/// when the file can be read as `kind` and has not the columns of receipts, or is nothing we know.
pub fn better_kind(kind: FileKind, header: &[String], sample: &RawChunk) -> Option<FileKind> {
    let of = |kind| propose(kind, Some(header), sample);
    if kind != FileKind::Orders && is_receipts(&of(FileKind::Orders)) {
        return Some(FileKind::Orders);
    }
    if of(kind).mapping.check().is_ok() {
        return None;
    }
    let others = [FileKind::Customers, FileKind::Products].into_iter().filter(|other| *other != kind);
    others.map(of).find(|p| p.mapping.check().is_ok() && is_telling(p)).map(|p| p.mapping.kind)
}

/// Whether columns are named as those of receipts are: an order number and a time, by their whole names, and something bought or paid.
fn is_receipts(proposal: &Proposal) -> bool {
    let whole = |c: &Choice| name_match(FileKind::Orders, c.field, &c.column).is_some_and(|m| m.whole);
    let sure = |field| proposal.choices.iter().any(|c| c.field == field && whole(c));
    let bought = [Field::Product, Field::ProductName, Field::Quantity, Field::UnitPrice, Field::Amount];
    sure(Field::OrderId) && sure(Field::Time) && bought.iter().any(|f| proposal.mapping.column(*f).is_some())
}

/// Whether a list of customers or products says more than a number of each. Of other files e-mail addresses alone say nothing.
fn is_telling(proposal: &Proposal) -> bool {
    use Field::{
        Birthday, Brand, Cost, Email, FamilyName, Gender, GivenName, Joined, Name, NameEn, NameZh, Phone, Price,
    };
    let telling: &[Field] = match proposal.mapping.kind {
        FileKind::Orders => &[],
        FileKind::Customers => &[Name, GivenName, FamilyName, Email, Phone, Gender, Birthday, Joined],
        FileKind::Products => &[Name, NameEn, NameZh, Brand, Price, Cost],
    };
    let keyed = proposal.mapping.kind.required().iter().all(|f| proposal.mapping.column(*f).is_some());
    keyed && telling.iter().any(|f| proposal.mapping.column(*f).is_some())
}
