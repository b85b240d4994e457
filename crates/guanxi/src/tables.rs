//! The tables of the operational store that questions may name: customers, by what they can be reached, products.

use std::sync::{Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use base::hash::stable_parts;
use base::{Code, Problem};
use collect::store::product::product_batch;
use collect::store::shown::intake_changed;
use insight::data::{Boxed, Operational, OperationalTable};
use profile::ops::{
    contact_page, contact_schema, customer_batches, customer_completeness, customer_page, customer_stamp,
};
use store::Db;

/// The names.
pub(crate) const NAMES: [&str; 3] = ["customer", "contact", "product"];
/// How many rows of contacts are read at once.
const PAGE: usize = 65_536;

/// The tables of a database.
pub(crate) struct Tables {
    db: Db,
    /// What is told of them, as long as nothing changes: counting takes a look at every customer.
    told: Mutex<Option<(u64, Vec<OperationalTable>)>>,
}

impl Tables {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, told: Mutex::default() }
    }

    async fn count(&self) -> Result<Vec<OperationalTable>, Problem> {
        let mut tx = self.db.read().await?;
        let updated_at = intake_changed(&mut tx).await?;
        let complete = customer_completeness(&mut tx).await?;
        let customers = customer_page(&mut tx, i64::MAX, 1).await?;
        let products = product_batch(&mut tx).await?;
        let filled = complete.filled.into_iter().map(|(name, n)| (name, n.cast_signed())).collect();
        let rows = complete.customers.cast_signed();
        let of_products = products
            .schema()
            .fields()
            .iter()
            .zip(products.columns())
            .map(|(f, column)| (f.name().clone(), (column.len() - column.null_count()) as i64))
            .collect();
        let table = |name, schema, rows, filled| OperationalTable { name, schema, rows, filled, updated_at };
        let reached = profile::ops::contact_count(&mut tx).await?;
        Ok(vec![
            table("customer", customers.schema(), rows, filled),
            table("contact", contact_schema(), reached, Vec::new()),
            table("product", products.schema(), products.num_rows() as i64, of_products),
        ])
    }
}

impl Operational for Tables {
    fn names(&self) -> &'static [&'static str] {
        &NAMES
    }

    fn list(&self) -> Boxed<'_, Vec<OperationalTable>> {
        Box::pin(async {
            let stamp = self.stamp().await?;
            let known = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some((_, tables)) = known.filter(|(of, _)| *of == stamp) {
                return Ok(tables);
            }
            let tables = self.count().await?;
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some((stamp, tables.clone()));
            Ok(tables)
        })
    }

    fn rows<'a>(&'a self, name: &'a str) -> Boxed<'a, Vec<RecordBatch>> {
        Box::pin(async move {
            let mut tx = self.db.read().await?;
            let mut batches = match name {
                "customer" => {
                    let (schema, mut batches) = customer_batches(&mut tx).await?;
                    if batches.is_empty() {
                        batches.push(RecordBatch::new_empty(schema));
                    }
                    return Ok(batches);
                }
                "product" => return Ok(vec![product_batch(&mut tx).await?]),
                "contact" => vec![contact_page(&mut tx, 0, PAGE).await?],
                _ => return Err(unknown(name)),
            };
            while let Some(last) = batches.last().filter(|b| b.num_rows() == PAGE) {
                let ids = last.column(0).as_primitive::<arrow::datatypes::Int64Type>();
                let after = ids.value(PAGE - 1);
                batches.push(contact_page(&mut tx, after, PAGE).await?);
            }
            Ok(batches)
        })
    }

    fn page<'a>(&'a self, name: &'a str, after: Option<&'a str>, limit: usize) -> Boxed<'a, RecordBatch> {
        Box::pin(async move {
            let mut tx = self.db.read().await?;
            let id = || after.map_or(Ok(0), |text| text.parse().map_err(|_| wrong_cursor()));
            match name {
                "customer" => customer_page(&mut tx, id()?, limit).await,
                "contact" => contact_page(&mut tx, id()?, limit).await,
                "product" => {
                    let all = product_batch(&mut tx).await?;
                    let codes = all.column(0).as_string::<i32>();
                    let first = codes.iter().take_while(|code| after.is_some_and(|after| *code <= Some(after))).count();
                    Ok(all.slice(first, limit.min(all.num_rows() - first)))
                }
                _ => Err(unknown(name)),
            }
        })
    }

    fn stamp(&self) -> Boxed<'_, u64> {
        Box::pin(async {
            let mut tx = self.db.read().await?;
            let parts = [customer_stamp(&mut tx).await?, intake_changed(&mut tx).await?.unwrap_or(0).cast_unsigned()];
            Ok(stable_parts(parts.map(u64::to_le_bytes).iter().map(|p| &p[..])))
        })
    }
}

fn unknown(name: &str) -> Problem {
    Problem::new(Code::NotFound, format!("there is no table \"{name}\""))
}

fn wrong_cursor() -> Problem {
    Problem::new(Code::InvalidArgument, "the cursor is not one of this list")
        .field("cursor", "does not belong to this list")
}
