//! The product table.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use base::{ImportId, Micros, Problem};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use store::{Row, Tx, Value, args};

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

/// Puts the products back as they were before an import. Where a later import has changed a product since, what that one
/// would restore is corrected instead.
pub async fn product_undo(tx: &mut Tx, now: Micros, import: ImportId) -> Result<(), Problem> {
    let rows = tx.fetch_all("SELECT code, before FROM product_before WHERE import_id = $1", args![import.0]).await?;
    let mut back = Vec::new();
    for row in &rows {
        let (code, before) = (row.get::<String>("code")?, row.get::<Option<String>>("before")?);
        let later = "UPDATE product_before SET before = $1 WHERE code = $2 AND import_id =
            (SELECT min(import_id) FROM product_before WHERE code = $2 AND import_id > $3)";
        if tx.execute(later, args![before.as_deref(), &code, import.0]).await? > 0 {
            continue;
        }
        match before {
            Some(text) => {
                let product: Product = serde_json::from_str(&text)
                    .map_err(|e| Problem::internal("a product's earlier state cannot be read", e))?;
                back.push(values(&product, Some(import), now));
            }
            None => {
                tx.execute("DELETE FROM product WHERE code = $1", args![code]).await?;
            }
        }
    }
    put(tx, back).await?;
    tx.execute("DELETE FROM product_before WHERE import_id = $1", args![import.0]).await?;
    Ok(())
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
    let products: Vec<Product> = product_map(tx).await?.into_values().collect();
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
