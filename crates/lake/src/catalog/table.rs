//! Tables and their columns in the catalog.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Code, Micros, Problem};
use store::{Tx, args};

use super::snapshot_add;
use crate::tables::{ColumnDef, ColumnType, TableDef};

/// Registers a table as it is defined; nothing happens when it is there already.
pub async fn table_add(tx: &mut Tx, table: &TableDef) -> Result<(), Problem> {
    if tx.fetch_optional("SELECT id FROM lake_table WHERE id = $1", args![table.id]).await?.is_some() {
        return Ok(());
    }
    let snapshot = snapshot_add(tx, 0, &format!("created_table:\"main\".\"{}\"", table.name), true).await?;
    let (monthly, sort) = (i64::from(table.monthly), table.sort.join(","));
    tx.execute(
        "INSERT INTO lake_table (id, name, monthly, sort, begin_snapshot) VALUES ($1, $2, $3, $4, $5)",
        args![table.id, &table.name, monthly, sort, snapshot],
    )
    .await?;
    for column in &table.columns {
        column_add(tx, table.id, column, snapshot).await?;
    }
    Ok(())
}

async fn column_add(tx: &mut Tx, table: i64, column: &ColumnDef, snapshot: i64) -> Result<(), Problem> {
    let nullable = i64::from(column.nullable);
    tx.execute(
        "INSERT INTO lake_column (table_id, field_id, name, type, nullable, begin_snapshot) VALUES ($1, $2, $3, $4, $5, $6)",
        args![table, column.field_id, &column.name, column.kind.name(), nullable, snapshot],
    )
    .await?;
    Ok(())
}

/// All tables by name, as they are now.
pub async fn table_list(tx: &mut Tx) -> Result<BTreeMap<String, Arc<TableDef>>, Problem> {
    let mut tables = BTreeMap::new();
    for row in tx.fetch_all("SELECT id, name, monthly, sort FROM lake_table ORDER BY id", args![]).await? {
        let (name, sort): (String, String) = (row.get("name")?, row.get("sort")?);
        let table = TableDef {
            id: row.get("id")?,
            name: name.clone(),
            columns: Vec::new(),
            monthly: row.get("monthly")?,
            sort: sort.split(',').map(Into::into).collect(),
        };
        tables.insert(table.id, table);
    }
    let sql = "SELECT table_id, field_id, name, type, nullable FROM lake_column WHERE end_snapshot IS NULL
               ORDER BY table_id, field_id";
    for row in tx.fetch_all(sql, args![]).await? {
        if let Some(table) = tables.get_mut(&row.get::<i64>("table_id")?) {
            table.columns.push(ColumnDef {
                field_id: row.get::<i64>("field_id")? as i32,
                name: row.get("name")?,
                kind: ColumnType::parse(&row.get::<String>("type")?)?,
                nullable: row.get("nullable")?,
            });
        }
    }
    Ok(tables.into_values().map(|t| (t.name.clone(), Arc::new(t))).collect())
}

/// Makes sure that a derived table (replaced as a whole, sorted by `customer_id`, which comes first) has these columns and
/// returns its definition with them, in the order given. A column whose type changed gets a new field id; columns that the
/// definition lacks end when [`super::file::file_replace`] publishes it.
pub async fn table_define(
    tx: &mut Tx,
    now: Micros,
    name: &str,
    columns: &[(&str, ColumnType)],
) -> Result<TableDef, Problem> {
    if columns.first() != Some(&("customer_id", ColumnType::Int64)) {
        return Err(Problem::new(Code::Internal, format!("the first column of {name} must be customer_id")));
    }
    let known = table_list(tx).await?.remove(name);
    let mut table = match known {
        Some(table) if table.monthly => {
            return Err(Problem::new(Code::Conflict, format!("{name} is not a derived table")));
        }
        Some(table) => TableDef::clone(&table),
        None => create(tx, now, name).await?,
    };
    let row = tx
        .fetch_one(
            "SELECT CAST(COALESCE(max(field_id), 0) AS BIGINT) AS last FROM lake_column WHERE table_id = $1",
            args![table.id],
        )
        .await?;
    let mut field_id = row.get::<i64>("last")? as i32;
    let mut snapshot = None;
    let mut result = Vec::with_capacity(columns.len());
    for (column, kind) in columns {
        let known = table.columns.iter().find(|c| c.name == *column).cloned();
        if let Some(same) = known.clone().filter(|c| c.kind == *kind) {
            result.push(same);
            continue;
        }
        let id = match snapshot {
            Some(id) => id,
            None => *snapshot.insert(snapshot_add(tx, now, &format!("altered_table:{}", table.id), true).await?),
        };
        if let Some(other) = known {
            column_end(tx, table.id, other.field_id, id).await?;
        }
        field_id += 1;
        let added = ColumnDef { field_id, name: (*column).into(), kind: *kind, nullable: *column != "customer_id" };
        column_add(tx, table.id, &added, id).await?;
        result.push(added);
    }
    table.columns = result;
    Ok(table)
}

async fn create(tx: &mut Tx, now: Micros, name: &str) -> Result<TableDef, Problem> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain {
        return Err(Problem::new(Code::InvalidArgument, format!("\"{name}\" cannot be the name of a table"))
            .hint("use lower-case letters, digits and _"));
    }
    let snapshot = snapshot_add(tx, now, &format!("created_table:\"main\".\"{name}\""), true).await?;
    let row = tx.fetch_one("SELECT CAST(COALESCE(max(id), 0) + 1 AS BIGINT) AS id FROM lake_table", args![]).await?;
    let id: i64 = row.get("id")?;
    tx.execute(
        "INSERT INTO lake_table (id, name, monthly, sort, begin_snapshot) VALUES ($1, $2, 0, 'customer_id', $3)",
        args![id, name, snapshot],
    )
    .await?;
    Ok(TableDef { id, name: name.into(), columns: Vec::new(), monthly: false, sort: vec!["customer_id".into()] })
}

/// Ends a column: its field id is never used again.
pub(super) async fn column_end(tx: &mut Tx, table: i64, field_id: i32, snapshot: i64) -> Result<(), Problem> {
    tx.execute(
        "UPDATE lake_column SET end_snapshot = $1 WHERE table_id = $2 AND field_id = $3",
        args![snapshot, table, field_id],
    )
    .await?;
    Ok(())
}
