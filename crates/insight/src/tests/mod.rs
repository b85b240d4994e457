//! Numbers over a small business whose lines are as awkward as they come, each compared with SQL or with a plain count.

mod api;
mod lists;
mod numbers;
mod retail;
mod shop;

/// What the guide says is what is computed.
#[test]
fn the_guide_has_every_metric_with_its_sql() {
    let guides =
        [include_str!("../../../../docs/guide/en/numbers.md"), include_str!("../../../../docs/guide/zh/numbers.md")];
    let (quarter, zone) = (shop::period("2026-01-01..2026-03-31"), base::Zone::named("Asia/Shanghai").unwrap());
    for metric in &crate::metrics::METRICS {
        let sql = metric.sql(quarter, &zone).unwrap();
        for guide in guides {
            assert!(guide.contains(&format!("| `{}` |", metric.name)), "{}", metric.name);
            assert!(guide.contains(&format!("```sql\n{sql}\n```")), "{}:\n{sql}", metric.name);
        }
    }
}
