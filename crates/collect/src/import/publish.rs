//! Makes an order import visible: files, customers and products in one transaction.

use std::collections::BTreeSet;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::{CustomerId, ImportId, Problem};
use jobs::Cancel;
use lake::catalog::file::{file_add, file_drop, file_publish, file_retire};
use lake::{FileState, NewFile, ORDER_LINE, Reading, Snapshot, Split};
use profile::ops::{Target, UpdateRow, customers_create_as, customers_seen, customers_update};
use profile::{NewCustomer, Origin};
use store::Tx;

use super::bad::BadRows;
use super::difference::Difference;
use super::importer::Importer;
use super::model::{Applied, Mode, Report, Request};
use super::people::{People, Person};
use super::stage::Staged;
use crate::store::import as rows;
use crate::store::product::{Product, product_map, product_put};

impl Importer {
    #[expect(clippy::too_many_arguments, reason = "everything that becomes visible together")]
    pub(super) async fn publish(
        &self,
        id: ImportId,
        request: &Request,
        staged: &Staged,
        difference: &Difference,
        known: &Snapshot,
        bad: &BadRows,
        report: &mut Report,
        cancel: &Cancel,
    ) -> Result<(), Problem> {
        let file = self.lake.snapshot_staged(id.0).await?;
        let same = self.split(&file, difference.same.clone(), false, cancel).await?;
        let mut replaced = difference.missing.clone();
        if request.mode != Mode::Append {
            replaced.extend(&difference.changed);
            replaced.sort_unstable();
        }
        let gone = self.split(known, replaced.clone(), true, cancel).await?;
        let losers = imports_in(&gone);
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        swap_staged(&mut tx, &self.lake, now, id, &same).await?;
        swap_known(&mut tx, &self.lake, now, id, &gone).await?;
        file_publish(&mut tx, now, id.0).await?;
        rows::replaced_add(&mut tx, id, &losers).await?;
        // Mended rows that were replaced may come again.
        rows::mended_forget(&mut tx, &replaced).await?;
        rows::mended_add(&mut tx, id, &staged.mended).await?;
        let added = self.customers_put(&mut tx, id, staged).await?;
        let products = self.products_put(&mut tx, id, staged).await?;
        rows::bad_rows_add(&mut tx, id, &bad.listed).await?;
        // Of orders that are known already nothing is new, so neither are their links.
        let linked = staged.linked.iter().filter(|(key, _)| difference.same.binary_search(&key.cast_signed()).is_err());
        report.applied = Applied {
            lines_added: difference.new_lines,
            lines_removed: gone.iter().filter_map(|s| s.taken.as_ref()).map(|f| f.rows as u64).sum(),
            orders_unchanged: difference.same.len() as u64,
            orders_changed: difference.changed.len() as u64,
            orders_removed: difference.missing.len() as u64,
            returns_linked: linked.map(|(_, lines)| u64::from(*lines)).sum(),
            customers_added: added,
            products_added: products.0,
            products_changed: products.1,
            ..Applied::default()
        };
        let mut figures = staged.figures.clone();
        (figures.orders, figures.return_orders) = (difference.orders, difference.return_orders);
        figures.customer_orders = difference.customer_orders;
        report.figures = Some(figures);
        rows::import_finish(&mut tx, now, id, report).await?;
        tx.commit().await
    }

    /// Takes the lines of these orders (keys, sorted) out of the files of a snapshot.
    async fn split(
        &self,
        snapshot: &Snapshot,
        keys: Vec<i64>,
        keep_taken: bool,
        cancel: &Cancel,
    ) -> Result<Vec<Split>, Problem> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let ids = self.lake.file_ids().await?;
        let (snapshot, cancel, threads) = (snapshot.clone(), cancel.clone(), self.threads);
        let work = move || {
            let reading = Reading { columns: &["order_key"], threads, cancel: cancel.flag() };
            snapshot.split(&ORDER_LINE, &ids, reading, keep_taken, |batch: &RecordBatch| {
                let column = batch.column(0).as_primitive_opt::<Int64Type>();
                let column =
                    column.ok_or_else(|| Problem::new(base::Code::Internal, "order_key is of another type"))?;
                Ok(column.values().iter().map(|k| Some(keys.binary_search(k).is_ok())).collect::<BooleanArray>())
            })
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("rewriting files was cut off", e))?
    }

    async fn customers_put(&self, tx: &mut Tx, id: ImportId, staged: &Staged) -> Result<u64, Problem> {
        let seen = || staged.people.persons.iter().filter(|p| p.seen);
        let origin = Origin { import: Some(id), at: self.clock.now() };
        let ids: Vec<CustomerId> = seen().filter(|p| p.new).map(|p| CustomerId(p.id)).collect();
        let new: Vec<NewCustomer> = seen().filter(|p| p.new).map(new_customer).collect();
        customers_create_as(tx, &ids, &new, origin).await?;
        let known: Vec<_> = seen().filter(|p| !p.new).map(|p| (CustomerId(p.id), p.first, p.last)).collect();
        customers_seen(tx, &known).await?;
        let told: Vec<UpdateRow> = seen().filter(|p| !p.new && !p.also.is_empty()).map(told).collect();
        let [card, email, phone] = People::kinds();
        let targets = [card, email, phone].into_iter().map(Target::Identity).chain([Target::Attribute("name".into())]);
        customers_update(tx, targets.collect(), &told, self.business.region, origin).await?;
        Ok(new.len() as u64)
    }

    async fn products_put(&self, tx: &mut Tx, id: ImportId, staged: &Staged) -> Result<(u64, u64), Problem> {
        let known = product_map(tx).await?;
        let mut changes = Vec::new();
        let mut added = 0;
        for (code, seen) in &staged.products.by_code {
            let before = known.get(code);
            let mut product = before.cloned().unwrap_or_else(|| Product { code: code.clone(), ..Product::default() });
            product.first_sold = Some(product.first_sold.map_or(seen.first, |t| t.min(seen.first)));
            // A name from a product list stays; one from older sales gives way to a newer one.
            let newer = product.last_sold.is_none_or(|t| seen.last >= t);
            product.last_sold = Some(product.last_sold.map_or(seen.last, |t| t.max(seen.last)));
            if before.is_none_or(|b| b.price.is_none() && b.brand.is_none() && newer) {
                product.name = seen.name.clone().or(product.name);
                product.category = seen.category.clone().or(product.category);
            }
            if before != Some(&product) {
                added += u64::from(before.is_none());
                changes.push((before, product));
            }
        }
        product_put(tx, self.clock.now(), id, &changes).await?;
        Ok((added, changes.len() as u64 - added))
    }
}

pub(super) fn new_customer(person: &Person) -> NewCustomer {
    NewCustomer {
        ids: person.also.clone(),
        name: person.name.clone(),
        first_seen: Some(person.first),
        last_seen: Some(person.last),
        ..NewCustomer::default()
    }
}

/// The imports whose lines were taken out.
fn imports_in(splits: &[Split]) -> Vec<i64> {
    let mut imports = BTreeSet::new();
    let column = ORDER_LINE.column("import_id").map(|c| c.field_id);
    for file in splits.iter().filter_map(|s| s.taken.as_ref()) {
        let stat = file.stats.iter().find(|s| Some(s.field_id) == column);
        let bound = |text: &Option<String>| text.as_deref().and_then(|t| t.parse::<i64>().ok());
        if let Some((min, max)) = stat.and_then(|s| Some((bound(&s.min)?, bound(&s.max)?))) {
            // Bounds, not the exact set: at worst an import that lost nothing asks to be undone later.
            imports.extend(min..=max);
        }
    }
    imports.into_iter().collect()
}

/// A known customer's row of identities and name, as in a file of customers.
fn told(person: &Person) -> UpdateRow {
    let cell = |kind| person.also.iter().find(|i| i.kind == kind).map_or(String::new(), |i| i.value.clone());
    let mut cells: Vec<String> = People::kinds().into_iter().map(cell).collect();
    cells.push(person.name.clone().unwrap_or_default());
    UpdateRow { row: 0, cells }
}

/// Staged files lose the lines that are known already.
async fn swap_staged(tx: &mut Tx, lake: &lake::Lake, now: i64, id: ImportId, splits: &[Split]) -> Result<(), Problem> {
    let kept: Vec<NewFile> = splits.iter().filter_map(|s| s.kept.clone()).collect();
    let old: Vec<i64> = splits.iter().map(|s| s.old.id).collect();
    file_drop(tx, now, &old).await?;
    file_add(tx, lake, now, &kept, FileState::Staged, Some(id.0)).await
}

/// Live files lose the lines that this import replaces; those are kept aside, so that it can be undone.
async fn swap_known(tx: &mut Tx, lake: &lake::Lake, now: i64, id: ImportId, splits: &[Split]) -> Result<(), Problem> {
    if splits.is_empty() {
        return Ok(());
    }
    let kept: Vec<NewFile> = splits.iter().filter_map(|s| s.kept.clone()).collect();
    let taken: Vec<NewFile> = splits.iter().filter_map(|s| s.taken.clone()).collect();
    let old: Vec<i64> = splits.iter().map(|s| s.old.id).collect();
    file_drop(tx, now, &old).await?;
    file_add(tx, lake, now, &kept, FileState::Live, None).await?;
    file_add(tx, lake, now, &taken, FileState::Live, None).await?;
    let taken: Vec<i64> = taken.iter().map(|f| f.id).collect();
    file_retire(tx, now, &taken, id.0).await
}
