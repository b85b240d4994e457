//! The tables of the operational store that questions may name: customers, by what they can be reached, products.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::hash::stable_parts;
use base::{Code, Problem};
use collect::store::product::{product_batch, product_schema};
use collect::store::shown::intake_changed;
use futures::{StreamExt, stream};
use insight::data::{Boxed, Operational, OperationalTable};
use lake::engine::{ExtraTable, Rows, Source};
use profile::ops::{
    CustomerColumns, contact_page, contact_schema, customer_completeness, customer_stamp, customers_about,
};
use store::{Db, Tx};
use tokio::runtime::Handle;

/// How many rows are read at once.
const PAGE: usize = 8_192;

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
        let customers = CustomerColumns::all(&mut tx).await?;
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

    fn readable(&self) -> Boxed<'_, Vec<ExtraTable>> {
        Box::pin(async move {
            let mut tx = self.db.read().await?;
            let customers = CustomerColumns::all(&mut tx).await?;
            let about = customers_about(&mut tx).await? as usize;
            let view = View { db: self.db.clone(), tx: Arc::default(), home: Handle::current() };
            let table = |name: &str, schema, rows, kind| ExtraTable {
                name: name.to_owned(),
                schema,
                rows,
                source: Arc::new(Reader { view: view.clone(), kind }),
            };
            Ok(vec![
                table("customer", customers.schema(), about, Kind::Customers(customers)),
                table("contact", contact_schema(), about, Kind::Contacts),
                table("product", product_schema()?, PAGE.min(about), Kind::Products),
            ])
        })
    }

    fn page<'a>(&'a self, name: &'a str, after: Option<&'a str>, limit: usize) -> Boxed<'a, RecordBatch> {
        Box::pin(async move {
            let mut tx = self.db.read().await?;
            let id = || after.map_or(Ok(0), |text| text.parse().map_err(|_| wrong_cursor()));
            match name {
                "customer" => Ok(CustomerColumns::all(&mut tx).await?.page(&mut tx, id()?, limit).await?.0),
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

/// What a table is made of.
#[derive(Clone)]
enum Kind {
    Customers(CustomerColumns),
    Contacts,
    Products,
}

/// The tables as of the instant at which a question reads the first row of one. However often it names them, it takes one
/// connection, so that questions never leave the server without.
#[derive(Clone)]
struct View {
    db: Db,
    tx: Arc<tokio::sync::Mutex<Option<Tx>>>,
    /// Where connections are opened: they outlive the question, and the threads for questions.
    home: Handle,
}

impl View {
    async fn open(&self) -> Result<Tx, Problem> {
        let db = self.db.clone();
        let opened = self.home.spawn(async move { db.read().await });
        opened.await.map_err(|e| Problem::internal("a query was cut off", e))?
    }
}

/// Reads a table page by page.
struct Reader {
    view: View,
    kind: Kind,
}

/// A table that is being read.
struct Reading {
    view: View,
    kind: Kind,
    columns: Vec<usize>,
    /// The last id that was read; `None`: there is no more.
    after: Option<i64>,
}

impl Source for Reader {
    fn read(&self, columns: &[usize]) -> Rows {
        let (view, kind, columns) = (self.view.clone(), self.kind.clone(), columns.to_vec());
        let reading = Reading { view, kind, columns, after: Some(0) };
        let next = |mut reading: Reading| async move {
            let page = reading.next().await?;
            Ok::<_, Problem>(page.map(|page| (page, reading)))
        };
        stream::try_unfold(reading, next).boxed()
    }
}

impl Reading {
    async fn next(&mut self) -> Result<Option<RecordBatch>, Problem> {
        let Some(after) = self.after else { return Ok(None) };
        let mut view = self.view.tx.lock().await;
        let tx = match &mut *view {
            Some(tx) => tx,
            none => none.insert(self.view.open().await?),
        };
        let page = match &self.kind {
            Kind::Customers(all) => {
                let (page, last) = all.only(&self.columns)?.page(tx, after, PAGE).await?;
                self.after = last;
                return Ok(Some(page));
            }
            Kind::Contacts => {
                let page = contact_page(tx, after, PAGE).await?;
                self.after = page.column(0).as_primitive::<Int64Type>().values().last().copied();
                page
            }
            Kind::Products => {
                self.after = None;
                product_batch(tx).await?
            }
        };
        page.project(&self.columns).map(Some).map_err(|e| Problem::internal("a table has no such column", e))
    }
}

fn unknown(name: &str) -> Problem {
    Problem::new(Code::NotFound, format!("there is no table \"{name}\""))
}

fn wrong_cursor() -> Problem {
    Problem::new(Code::InvalidArgument, "the cursor is not one of this list")
        .field("cursor", "does not belong to this list")
}
