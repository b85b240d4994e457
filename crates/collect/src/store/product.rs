//! The product table.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;

use base::{ImportId, Micros, Problem};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use store::{Row, Tx, Value, args};

use crate::import::left::Sold;

/// A product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// The code in sales and lists.
    pub code: String,
    /// The name.
    pub name: Option<String>,
    /// The English name.
    pub name_en: Option<String>,
    /// The Chinese name.
    pub name_zh: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// The brand.
    pub brand: Option<String>,
    /// List price, 1/10000.
    pub price: Option<i64>,
    /// Cost, 1/10000.
    pub cost: Option<i64>,
    /// First sale, microseconds UTC.
    pub first_sold: Option<Micros>,
    /// Last sale, microseconds UTC.
    pub last_sold: Option<Micros>,
}

const COLUMNS: &str = "code, name, name_en, name_zh, category, brand, price, cost, first_sold, last_sold";

/// All products, by code.
pub async fn product_map(tx: &mut Tx) -> Result<BTreeMap<String, Product>, Problem> {
    let rows = tx.fetch_all(&format!("SELECT {COLUMNS} FROM product"), args![]).await?;
    rows.iter().map(|row| read(row).map(|p| (p.code.clone(), p))).collect()
}

/// The products of these codes.
pub(crate) async fn products_of(tx: &mut Tx, codes: &[&str]) -> Result<FxHashMap<String, Product>, Problem> {
    let mut found = FxHashMap::default();
    let sql = format!("SELECT {COLUMNS} FROM product WHERE code IN ({{rows}})");
    tx.fetch_many(&sql, 1, codes.iter().map(|code| args![*code]), |row| {
        let product = read(&row)?;
        found.insert(product.code.clone(), product);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// Writes products and keeps what they were, so that the import can be undone.
pub async fn product_put(
    tx: &mut Tx,
    now: Micros,
    import: Option<ImportId>,
    changes: &[(Option<&Product>, Product)],
) -> Result<(), Problem> {
    if let Some(import) = import {
        let before = changes.iter().map(|(before, p)| {
            let before = before.and_then(|b| serde_json::to_string(b).ok());
            args![import.0, &p.code, before]
        });
        let head = "INSERT INTO product_before (import_id, code, before) VALUES";
        tx.insert_many(head, 3, before.collect::<Vec<_>>(), "ON CONFLICT DO NOTHING").await?;
    }
    let rows: Vec<Vec<Value>> = changes.iter().map(|(_, p)| values(p, import, now)).collect();
    put(tx, rows).await
}

async fn put(tx: &mut Tx, rows: Vec<Vec<Value>>) -> Result<(), Problem> {
    let head = format!("INSERT INTO product ({COLUMNS}, created_import, updated_at) VALUES");
    let tail = "ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
        name_zh = excluded.name_zh, category = excluded.category, brand = excluded.brand, price = excluded.price,
        cost = excluded.cost, first_sold = excluded.first_sold, last_sold = excluded.last_sold,
        updated_at = excluded.updated_at";
    tx.insert_many(&head, 12, rows, tail).await?;
    Ok(())
}

/// A product as it was before an import changed it.
struct Before {
    code: String,
    import: i64,
    product: Option<Product>,
}

/// Makes the products what they would be without an import: what it changed is again what it was before, what later imports
/// changed stays, and when they were sold is what is left of the history (`sold`, by code).
pub(crate) async fn product_undo(
    tx: &mut Tx,
    now: Micros,
    import: ImportId,
    sold: &FxHashMap<String, Sold>,
) -> Result<(), Problem> {
    let known = product_map(tx).await?;
    let steps = steps_with(tx, import).await?;
    let (mut back, mut corrected, mut heirs) = (Vec::new(), Vec::new(), Vec::new());
    for chain in steps.chunk_by(|a, b| a.code == b.code) {
        let Some(at) = chain.iter().position(|step| step.import == import.0) else { continue };
        let code = &chain[at].code;
        let mut value = chain[at].product.clone();
        for (step, next) in chain.iter().zip(chain[1..].iter().map(Some).chain([None])).skip(at + 1) {
            let after = next.map_or_else(|| known.get(code), |next| next.product.as_ref());
            let without = after.map(|after| replayed(value.as_ref(), step.product.as_ref(), after));
            if step.product != value {
                corrected.push((step.import, code, value));
            }
            value = without;
        }
        let sold = sold.get(code);
        let heir = sold.and_then(|s| s.rest.import);
        if let (None, Some(heir)) = (&value, heir.filter(|heir| *heir > 0)) {
            heirs.push(args![heir, code, None::<String>]);
        }
        match settled(code, value, sold) {
            Some(product) => back.push(values(&product, Some(import), now)),
            None => drop(tx.execute("DELETE FROM product WHERE code = $1", args![code]).await?),
        }
    }
    // Those of which the import only repeated what was known.
    let repeated = sold
        .iter()
        .filter(|(code, s)| s.rest.touched && steps.binary_search_by(|step| step.code.as_str().cmp(code)).is_err());
    for (code, sold) in repeated {
        let Some(before) = known.get(code) else { continue };
        if let Some(product) = settled(code, Some(before.clone()), Some(sold)).filter(|product| product != before) {
            back.push(values(&product, Some(import), now));
        }
    }
    put(tx, back).await?;
    for (later, code, before) in corrected {
        let sql = "UPDATE product_before SET before = $1 WHERE code = $2 AND import_id = $3";
        tx.execute(sql, args![before.map(|p| json(&p)).transpose()?, code, later]).await?;
    }
    tx.execute("DELETE FROM product_before WHERE import_id = $1", args![import.0]).await?;
    // Another import has lines of a product that this one made: it goes with that one.
    let head = "INSERT INTO product_before (import_id, code, before) VALUES";
    tx.insert_many(head, 3, heirs, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

/// All that was noted of the products that an import changed, by code, in the order in which it became visible.
async fn steps_with(tx: &mut Tx, import: ImportId) -> Result<Vec<Before>, Problem> {
    let sql = "SELECT b.code AS code, b.import_id AS import_id, b.before AS before FROM product_before b
        JOIN import i ON i.id = b.import_id
        WHERE b.code IN (SELECT code FROM product_before WHERE import_id = $1) ORDER BY i.ended_at, b.import_id";
    let step = |row: &Row| {
        let text = row.get::<Option<String>>("before")?;
        let product = text.map(|text| serde_json::from_str(&text)).transpose();
        let product = product.map_err(|e| Problem::internal("a product's earlier state cannot be read", e))?;
        Ok(Before { code: row.get("code")?, import: row.get("import_id")?, product })
    };
    let mut steps = tx.fetch_all(sql, args![import.0]).await?.iter().map(step).collect::<Result<Vec<_>, Problem>>()?;
    // Here and not in SQL: databases order texts in their own ways.
    steps.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(steps)
}

/// `base` with what an import had changed from `before` to `after`.
fn replayed(base: Option<&Product>, before: Option<&Product>, after: &Product) -> Product {
    let nothing = Product::default();
    let (base, before) = (base.unwrap_or(&nothing), before.unwrap_or(&nothing));
    macro_rules! each {
        ($($field:ident),*) => {
            Product {
                code: after.code.clone(),
                $($field: if before.$field == after.$field { &base.$field } else { &after.$field }.clone(),)*
            }
        };
    }
    each!(name, name_en, name_zh, category, brand, price, cost, first_sold, last_sold)
}

/// A product with what is left of its sales; `None` when nobody knows it any more.
fn settled(code: &str, product: Option<Product>, sold: Option<&Sold>) -> Option<Product> {
    let sold = sold.filter(|s| s.rest.import.is_some());
    let Some(sold) = sold else {
        return product.map(|p| Product { first_sold: None, last_sold: None, ..p });
    };
    let mut product = product.unwrap_or_else(|| Product { code: code.to_owned(), ..Product::default() });
    let told = |said: &Option<(Micros, String)>| said.as_ref().map(|(_, text)| text.clone());
    let (name, category) = (told(&sold.name), told(&sold.category));
    // As when orders come in: newer sales name a product that no list has.
    let newer = product.last_sold.is_none_or(|last| sold.rest.span.1 > last);
    match (product.price.is_none() && product.brand.is_none(), newer) {
        (true, true) => (product.name, product.category) = (name.or(product.name), category.or(product.category)),
        (true, false) => (product.name, product.category) = (product.name.or(name), product.category.or(category)),
        (false, _) => {}
    }
    (product.first_sold, product.last_sold) = (Some(sold.rest.span.0), Some(sold.rest.span.1));
    Some(product)
}

fn json(product: &Product) -> Result<String, Problem> {
    serde_json::to_string(product).map_err(|e| Problem::internal("a product cannot be written", e))
}

fn values(p: &Product, import: Option<ImportId>, now: Micros) -> Vec<Value> {
    args![
        &p.code,
        p.name.as_deref(),
        p.name_en.as_deref(),
        p.name_zh.as_deref(),
        p.category.as_deref(),
        p.brand.as_deref(),
        p.price,
        p.cost,
        p.first_sold,
        p.last_sold,
        import.map(|i| i.0),
        now
    ]
}

fn read(row: &Row) -> Result<Product, Problem> {
    Ok(Product {
        code: row.at(0)?,
        name: row.at(1)?,
        name_en: row.at(2)?,
        name_zh: row.at(3)?,
        category: row.at(4)?,
        brand: row.at(5)?,
        price: row.at(6)?,
        cost: row.at(7)?,
        first_sold: row.at(8)?,
        last_sold: row.at(9)?,
    })
}

/// All products as a table: text as text, prices as decimals, instants as instants.
pub async fn product_batch(tx: &mut Tx) -> Result<RecordBatch, Problem> {
    batch(&product_map(tx).await?.into_values().collect::<Vec<_>>())
}

/// The columns of [`product_batch`].
pub fn product_schema() -> Result<SchemaRef, Problem> {
    Ok(batch(&[])?.schema())
}

fn batch(products: &[Product]) -> Result<RecordBatch, Problem> {
    let text =
        |get: fn(&Product) -> Option<&str>| Arc::new(products.iter().map(get).collect::<StringArray>()) as ArrayRef;
    let money = |get: fn(&Product) -> Option<i64>| {
        let values = products.iter().map(|p| get(p).map(i128::from)).collect::<Decimal128Array>();
        values.with_precision_and_scale(18, 4).map(|a| Arc::new(a) as ArrayRef)
    };
    let time = |get: fn(&Product) -> Option<i64>| {
        Arc::new(products.iter().map(get).collect::<TimestampMicrosecondArray>().with_timezone("UTC")) as ArrayRef
    };
    let failed = |e| Problem::internal("products cannot be put in columns", e);
    let columns = [
        ("code", text(|p| Some(&p.code))),
        ("name", text(|p| p.name.as_deref())),
        ("name_en", text(|p| p.name_en.as_deref())),
        ("name_zh", text(|p| p.name_zh.as_deref())),
        ("category", text(|p| p.category.as_deref())),
        ("brand", text(|p| p.brand.as_deref())),
        ("price", money(|p| p.price).map_err(failed)?),
        ("cost", money(|p| p.cost).map_err(failed)?),
        ("first_sold", time(|p| p.first_sold)),
        ("last_sold", time(|p| p.last_sold)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, name != "code"))).map_err(failed)
}
