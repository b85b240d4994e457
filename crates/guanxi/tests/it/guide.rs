//! The SQL of traits in the guide gives what the product computes.

use crate::repo::text;
use crate::support::filled;

/// What stands between the lines that begin and end an SQL block.
fn blocks(markdown: &str) -> Vec<&str> {
    markdown.split("```sql\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_sql_of_traits_in_the_guide_gives_the_traits() {
    let shop = filled();
    for language in ["en", "zh"] {
        // The shop of the tests is in London.
        let guide = text(&format!("docs/guide/{language}/traits.md")).replace("Asia/Shanghai", "Europe/London");
        let names: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        let sql = blocks(&guide);
        let [purchases, rhythm, favourites, times, ..] = sql[..] else { panic!("{language}: {} blocks", sql.len()) };
        assert!(names.len() > 25, "{language}: {names:?}");
        for name in names {
            let own = name.strip_prefix("top_").map(|of| favourites.replace("category", of));
            let block = match (&own, name.split('_').next()) {
                (Some(own), _) => own.as_str(),
                (None, Some("gap")) => rhythm,
                (None, Some("share")) => times,
                _ => purchases,
            };
            let text = own.is_some() || matches!(name, "first_purchase" | "last_purchase");
            let differs = if text {
                format!("t.{name} is distinct from s.{name}")
            } else {
                format!("coalesce(abs(t.{name} - s.{name}) > 1e-9, (t.{name} is null) <> (s.{name} is null))")
            };
            let asked = format!(
                "select count(*) as n from trait t left join (\n{block}\n) s on s.customer_id = t.customer_id where {differs}"
            );
            assert_eq!(shop.count(&asked), 0, "{language}, {name}: {block}");
        }
    }
}
