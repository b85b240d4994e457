//! Importing a list of products.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{ImportId, Problem};
use jobs::{Cancel, Progress};

use super::bad::BadRows;
use super::customers::read;
use super::importer::Importer;
use super::model::{Applied, Report, Request};
use crate::decode::{Decoder, ProductRecord};
use crate::source::Opened;
use crate::store::import as rows;
use crate::store::product::{Product, product_map, product_put};

impl Importer {
    pub(super) async fn products(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Report, Problem> {
        let decoder = Arc::new(self.decoder(request, opened)?);
        let mut bad = BadRows::new(&self.dir, id, opened);
        progress.begin("reading the file", opened.total_bytes);
        let mut chunks = read(opened, decoder, self.threads, Decoder::decode_products);
        let mut told: BTreeMap<String, ProductRecord> = BTreeMap::new();
        let mut count = 0;
        while let Some(chunk) = chunks.recv().await {
            cancel.check()?;
            let (raw, batch) = chunk?;
            count += raw.len() as u64;
            let mut found = batch.bad;
            found.extend(batch.dropped);
            let kept = bad.layout.keep(&raw, found);
            bad.add(kept)?;
            // Of a product that stands twice the later row counts.
            told.extend(batch.records.into_iter().map(|r| (r.product.clone(), r)));
            progress.set(opened.progress().load(std::sync::atomic::Ordering::Relaxed));
        }
        let mut tx = self.lake.db().write().await?;
        let known = product_map(&mut tx).await?;
        let changes: Vec<_> = told
            .into_values()
            .map(|record| (known.get(&record.product), merged(known.get(&record.product), record)))
            .filter(|(before, product)| *before != Some(product))
            .collect();
        let added = changes.iter().filter(|(before, _)| before.is_none()).count() as u64;
        let applied =
            Applied { products_added: added, products_changed: changes.len() as u64 - added, ..Applied::default() };
        product_put(&mut tx, self.clock.now(), Some(id), &changes).await?;
        let report = Report {
            rows: count,
            bad_rows: bad.count,
            bad_by_reason: bad.by_reason.clone(),
            bad_file: bad.finish()?,
            applied,
            ..Report::default()
        };
        rows::bad_rows_add(&mut tx, id, &bad.listed).await?;
        rows::import_finish(&mut tx, self.clock.now(), id, &report).await?;
        tx.commit().await?;
        Ok(report)
    }
}

/// What the list says replaces what was known; where it is silent, what was known stays.
fn merged(known: Option<&Product>, record: ProductRecord) -> Product {
    let known = known.cloned().unwrap_or_default();
    Product {
        code: record.product,
        name: record.name.or(known.name),
        name_en: record.name_en.or(known.name_en),
        name_zh: record.name_zh.or(known.name_zh),
        category: record.category.or(known.category),
        brand: record.brand.or(known.brand),
        price: record.price.map(|p| p.0).or(known.price),
        cost: record.cost.map(|c| c.0).or(known.cost),
        first_sold: known.first_sold,
        last_sold: known.last_sold,
    }
}
