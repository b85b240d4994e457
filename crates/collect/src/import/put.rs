//! Writes the customers and products that came with order lines, by a file or by the intake.

use base::{CustomerId, ImportId, Micros, Problem};
use profile::ops::{CustomersCreation, CustomersTold, Told, customers_seen};
use profile::{NewCustomer, Origin};
use store::Tx;

use super::crowd::Everyone;
use super::importer::Importer;
use super::met::Met;
use super::products::Products;
use crate::store::product::{Product, product_put, products_of};

/// Customers written at a time: enough that sorted pages of the database are filled, few enough for a small memory.
const PAGE: usize = 200_000;

/// How many were made, how many known ones changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Put {
    pub added: u64,
    pub changed: u64,
}

impl Importer {
    /// Makes the new customers and tells what is new of the known ones. A conflict means that others were given one of the
    /// identities meanwhile; the transaction must be given up.
    pub(super) async fn customers_put(
        &self,
        tx: &mut Tx,
        import: Option<ImportId>,
        everyone: &Everyone,
    ) -> Result<Put, Problem> {
        let origin = Origin { import, at: self.clock.now() };
        let (mut creation, mut telling) = (CustomersCreation::new(origin), CustomersTold::new(origin));
        let (mut put, mut after) = (Put::default(), i64::MIN);
        loop {
            let page = everyone.page(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.person.id;
            let ids: Vec<CustomerId> = page.iter().filter(|m| m.person.new).map(id).collect();
            let new: Vec<NewCustomer> = page.iter().filter(|m| m.person.new).map(new_customer).collect();
            creation.rows(tx, &ids, &new).await?;
            put.added += ids.len() as u64;
            let known = || page.iter().filter(|m| !m.person.new);
            let seen: Vec<(CustomerId, Micros, Micros)> =
                known().map(|m| (id(m), m.person.first, m.person.last)).collect();
            customers_seen(tx, &seen).await?;
            let told: Vec<Told<'_>> = known()
                .filter(|m| !m.told.is_empty() || m.name.is_some())
                .map(|m| Told { customer: id(m), ids: &m.told, name: m.name.as_deref() })
                .collect();
            telling.rows(tx, &told).await?;
        }
        creation.finish(tx).await?;
        put.changed = telling.finish(tx).await?;
        Ok(put)
    }

    /// Notes what was sold, and when first and last.
    pub(super) async fn products_put(
        &self,
        tx: &mut Tx,
        import: Option<ImportId>,
        products: &Products,
    ) -> Result<Put, Problem> {
        let codes: Vec<&str> = products.by_code.keys().map(String::as_str).collect();
        let known = products_of(tx, &codes).await?;
        let mut changes = Vec::new();
        let mut added = 0;
        for (code, seen) in &products.by_code {
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
        product_put(tx, self.clock.now(), import, &changes).await?;
        Ok(Put { added, changed: changes.len() as u64 - added })
    }
}

fn id(met: &Met) -> CustomerId {
    CustomerId(met.person.id)
}

fn new_customer(met: &Met) -> NewCustomer {
    NewCustomer {
        ids: met.told.clone(),
        name: met.name.clone(),
        first_seen: Some(met.person.first),
        last_seen: Some(met.person.last),
        ..NewCustomer::default()
    }
}
