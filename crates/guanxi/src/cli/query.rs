//! `guanxi query`.

use base::Problem;
use insight::Format;
use lake::engine::ExtraTable;

use super::args::QueryArgs;
use crate::app::App;
use crate::output;

pub(crate) async fn run(app: &App, args: QueryArgs, json: bool) -> Result<(), Problem> {
    if args.tables {
        return tables(app, json).await;
    }
    let format = args.out.as_deref().map(Format::of).transpose()?;
    let sql = args.sql.unwrap_or_default();
    let extra = extra_tables(app, &sql).await?;
    let answer = app.lake.query(&sql, app.limits(), extra).await?;
    if answer.truncated {
        output::note(format!(
            "only the first {} rows are given: raise engine.query_rows or ask for fewer",
            app.limits().rows
        ));
    }
    if let Some((path, format)) = args.out.zip(format) {
        let rows = insight::export(&path, &answer.schema, &answer.batches, format)?;
        output::line(format!("{} rows written to {}", output::count(rows as i64), path.display()));
        return Ok(());
    }
    if json {
        let mut rows = Vec::new();
        for batch in &answer.batches {
            rows.extend(insight::export::json_rows(batch)?);
        }
        return output::json(&rows);
    }
    let columns: Vec<String> = answer
        .schema
        .fields()
        .iter()
        .map(|f| if f.data_type().is_numeric() { format!("{}>", f.name()) } else { f.name().clone() })
        .collect();
    let mut rows = Vec::new();
    for batch in &answer.batches {
        let cells = insight::export::formatters(batch)?;
        rows.extend(
            (0..batch.num_rows()).map(|row| cells.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>()),
        );
    }
    let count = rows.len();
    output::table(&columns.iter().map(String::as_str).collect::<Vec<_>>(), rows);
    output::line(format!("{} rows", output::count(count as i64)));
    Ok(())
}

/// The tables of the operational store that a question may name. Only those it names are read.
async fn extra_tables(app: &App, sql: &str) -> Result<Vec<ExtraTable>, Problem> {
    let words: Vec<String> =
        sql.to_lowercase().split(|c: char| !(c.is_alphanumeric() || c == '_')).map(Into::into).collect();
    let mut tx = app.db.read().await?;
    let mut extra = Vec::new();
    if words.iter().any(|w| w == "customer") {
        let (schema, mut batches) = profile::ops::customer_batches(&mut tx).await?;
        if batches.is_empty() {
            batches.push(arrow::array::RecordBatch::new_empty(schema));
        }
        extra.push(("customer".to_owned(), batches));
    }
    if words.iter().any(|w| w == "product") {
        extra.push(("product".to_owned(), vec![collect::store::product::product_batch(&mut tx).await?]));
    }
    Ok(extra)
}

async fn tables(app: &App, json: bool) -> Result<(), Problem> {
    let mut tables = app.lake.snapshot().await?.schema();
    let extra = extra_tables(app, "customer product").await?;
    tables.extend(extra.into_iter().filter_map(|(name, batches)| Some((name, batches.first()?.schema()))));
    let rows = tables.iter().flat_map(|(table, schema)| {
        schema.fields().iter().map(move |f| vec![table.clone(), f.name().clone(), f.data_type().to_string()])
    });
    if json {
        let value: Vec<_> = rows.map(|r| serde_json::json!({ "table": r[0], "column": r[1], "type": r[2] })).collect();
        return output::json(&value);
    }
    output::table(&["table", "column", "type"], rows);
    Ok(())
}
