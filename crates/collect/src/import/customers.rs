//! Importing a file of customers: identities and attributes, in one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{ImportId, Problem, Zone};
use jobs::{Cancel, Progress};
use profile::ops::{CustomersUpdate, RowError, Target, UpdateRow};
use profile::{BIRTHDAY_WITHOUT_YEAR, IdentityKind, Origin};
use tokio::sync::mpsc;

use super::bad::BadRows;
use super::importer::Importer;
use super::model::{Applied, Report, Request};
use crate::decode::{BadReason, BadRow, CustomerRecord, Decoder};
use crate::mapping::attribute::system;
use crate::mapping::{Field, Mapping};
use crate::source::{Opened, RawChunk};
use crate::store::import as rows;

/// Rows given to the profile at a time: with more of them it writes a page of the database fewer times.
const BATCH: usize = 20_000;

/// The attributes that a file of customers may fill besides its own columns.
const ATTRIBUTES: [&str; 10] =
    ["name", "gender", "birthday", "city", "country", "address", "joined", "store", "language", "referred_by"];

impl Importer {
    pub(super) async fn customers(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Report, Problem> {
        let decoder = Arc::new(self.decoder(request, opened)?);
        let own: BTreeSet<String> = request.mapping.attributes.iter().map(|a| a.name.clone()).collect();
        let mut bad = BadRows::new(&self.dir, id, opened);
        progress.begin("reading the file", opened.total_bytes);
        let mut chunks = read(opened, Arc::clone(&decoder), self.threads, Decoder::decode_customers);
        let mut tx = self.lake.db().write().await?;
        let origin = Origin { import: Some(id), at: self.clock.now() };
        let mut update = CustomersUpdate::new(targets(&own), self.business.region, origin);
        let mut count = 0;
        while let Some(chunk) = chunks.recv().await {
            cancel.check()?;
            let (raw, batch) = chunk?;
            count += raw.len() as u64;
            let mut found = batch.bad;
            found.extend(batch.dropped);
            for records in batch.records.chunks(BATCH) {
                let cells: Vec<UpdateRow> = records.iter().map(|r| cells(r, &own, decoder.zone())).collect();
                update.rows(&mut tx, &cells).await?;
                found.extend(update.take_errors().into_iter().map(|e| refused(&raw, &request.mapping, e)));
            }
            let kept = bad.layout.keep(&raw, found);
            bad.add(kept)?;
            progress.set(opened.progress().load(std::sync::atomic::Ordering::Relaxed));
        }
        let told = update.finish(&mut tx).await?;
        let mut report = Report {
            rows: count,
            bad_rows: bad.count,
            bad_by_reason: bad.by_reason.clone(),
            bad_file: bad.finish()?,
            erased_rows: told.erased,
            ..Report::default()
        };
        report.applied =
            Applied { customers_added: told.created, customers_changed: told.updated, ..Applied::default() };
        rows::bad_rows_add(&mut tx, id, &bad.listed).await?;
        rows::import_finish(&mut tx, self.clock.now(), id, &report).await?;
        tx.commit().await?;
        Ok(report)
    }
}

/// Reads and decodes a file on threads of its own; at most two chunks wait.
pub(super) fn read<T: Send + 'static>(
    opened: &Opened,
    decoder: Arc<Decoder>,
    threads: usize,
    decode: impl Fn(&Decoder, &RawChunk) -> T + Send + 'static,
) -> mpsc::Receiver<Result<(RawChunk, T), Problem>> {
    let (send, receive) = mpsc::channel(2);
    let rows = opened.rows(threads);
    std::thread::spawn(move || {
        for chunk in rows {
            let decoded = chunk.map(|chunk| {
                let decoded = decode(&decoder, &chunk);
                (chunk, decoded)
            });
            if send.blocking_send(decoded).is_err() {
                return;
            }
        }
    });
    receive
}

fn targets(own: &BTreeSet<String>) -> Vec<Target> {
    let identities = [IdentityKind::CARD, IdentityKind::EMAIL, IdentityKind::PHONE].map(Target::Identity);
    let attributes = ATTRIBUTES.into_iter().map(ToOwned::to_owned).chain([BIRTHDAY_WITHOUT_YEAR.to_owned()]);
    let own = own.iter().map(|name| match system(name) {
        Some(system) => Target::Identity(IdentityKind::named(system)),
        None => Target::Attribute(name.clone()),
    });
    identities.into_iter().chain(attributes.map(Target::Attribute)).chain(own).collect()
}

/// The cells of a record in the order of [`targets`].
fn cells(record: &CustomerRecord, own: &BTreeSet<String>, zone: &Zone) -> UpdateRow {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let birthday = record.birthday.as_ref();
    let dated = birthday.filter(|b| b.year.is_some()).map(ToString::to_string).unwrap_or_default();
    let undated = birthday.filter(|b| b.year.is_none()).map(ToString::to_string).unwrap_or_default();
    let joined = record.joined.and_then(|at| jiff::Timestamp::from_microsecond(at).ok());
    let joined = joined.map(|t| t.to_zoned(zone.tz().clone()).date().to_string()).unwrap_or_default();
    let mut cells = vec![
        text(&record.customer),
        text(&record.email),
        text(&record.phone),
        name(record),
        text(&record.gender),
        dated,
        text(&record.city),
        text(&record.country),
        text(&record.address),
        joined,
        text(&record.store),
        text(&record.language),
        text(&record.referred_by),
        undated,
    ];
    cells.extend(own.iter().map(|wanted| {
        let value = record.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        match value {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }));
    UpdateRow { row: record.row, cells }
}

/// The whole name; from its parts in the order of their script.
fn name(record: &CustomerRecord) -> String {
    if let Some(name) = &record.name {
        return name.clone();
    }
    match (&record.family_name, &record.given_name) {
        (Some(family), Some(given)) if given.is_ascii() => format!("{given} {family}"),
        (Some(family), Some(given)) => format!("{family}{given}"),
        (family, given) => family.clone().or_else(|| given.clone()).unwrap_or_default(),
    }
}

/// The column of the file that fills a target of the profile, which has names of its own for them.
fn column<'a>(mapping: &'a Mapping, target: &'a str) -> &'a str {
    let field = match target {
        "card" => Some(Field::Customer),
        BIRTHDAY_WITHOUT_YEAR => Some(Field::Birthday),
        name => Field::ALL.iter().copied().find(|field| field.as_str() == name),
    };
    let fills = |own: &str| system(own).map_or(own == target, |s| IdentityKind::named(s).as_str() == target);
    let own = || mapping.attributes.iter().find(|a| fills(&a.name)).map(|a| a.column.as_str());
    field.and_then(|field| mapping.column(field)).or_else(own).unwrap_or(target)
}

fn refused(raw: &RawChunk, mapping: &Mapping, error: RowError) -> BadRow {
    let at = (error.row - raw.first_row) as usize;
    let hint = error.hint.map_or(String::new(), |hint| format!("; {hint}"));
    BadRow {
        row: error.row,
        line: raw.line(at),
        column: error.column.map_or_else(String::new, |target| column(mapping, &target).to_owned()),
        value: raw.row_text(at).chars().take(200).collect(),
        reason: BadReason::Refused,
        message: format!("{}{hint}", error.message),
    }
}
