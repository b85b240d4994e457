//! `guanxi query`.

use base::{Code, Problem};
use insight::Format;
use insight::data::Operational as _;

use super::args::QueryArgs;
use super::audit;
use crate::app::App;
use crate::follow::Follow;
use crate::output::{self, count};
use crate::tables::Tables;
use crate::text;

pub(crate) async fn run(app: &App, args: QueryArgs, json: bool) -> Result<(), Problem> {
    if args.tables {
        return tables(app, json).await;
    }
    let format = args.out.as_deref().map(Format::of).transpose()?;
    let sql = args.sql.unwrap_or_default();
    audit::sql(app, &sql, format).await?;
    let extra = Tables::new(app.db.clone()).readable().await?;
    let follow = Follow::start();
    follow.progress.begin("asking", 0);
    if let Some((path, format)) = args.out.zip(format) {
        let (snapshot, mut truncated) = (app.lake.snapshot().await?, false);
        let progress = follow.progress.clone();
        let told = move |rows| progress.add(rows as u64);
        let rows = insight::export_arriving(path.clone(), format, told, async |to| {
            let ask = async { snapshot.query_into(&sql, app.limits(), extra, to).await.map_err(timed_out) };
            truncated = follow.unless_stopped(ask).await?;
            Ok(())
        });
        let rows = rows.await?;
        drop(follow);
        cut(app, truncated);
        return output::written("{0} [row|rows] written to {1}", rows, &path, json);
    }
    let ask = async { app.lake.query(&sql, app.limits(), extra).await.map_err(timed_out) };
    let answer = follow.unless_stopped(ask).await?;
    drop(follow);
    cut(app, answer.truncated);
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
    let n = rows.len();
    output::grid(&columns, rows);
    output::line(text::say("{0} [row|rows]", &[&count(n as i64)]));
    Ok(())
}

/// Says that there are more rows than were given.
fn cut(app: &App, truncated: bool) {
    if truncated {
        output::note(text::say(
            "only the first {0} [row is|rows are] given: raise engine.query_rows or ask for fewer",
            &[&count(app.limits().rows as i64)],
        ));
    }
}

/// Whom his own limit of time stopped did not press Ctrl-C.
fn timed_out(problem: Problem) -> Problem {
    match problem.code {
        Code::Cancelled => Problem { code: Code::Unavailable, ..problem }
            .hint("ask for fewer months or columns, or raise engine.query_seconds"),
        _ => problem,
    }
}

async fn tables(app: &App, json: bool) -> Result<(), Problem> {
    let mut tables = app.lake.snapshot().await?.schema();
    let others = Tables::new(app.db.clone()).list().await?;
    tables.extend(others.into_iter().map(|t| (t.name.to_owned(), t.schema)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_time_is_no_interruption() {
        let stopped = Problem::new(Code::Cancelled, "the query took longer than 60 s and was stopped");
        assert_eq!(timed_out(stopped).code.exit_code(), 4);
        assert_eq!(timed_out(Problem::new(Code::InvalidArgument, "no SQL")).code, Code::InvalidArgument);
    }
}
