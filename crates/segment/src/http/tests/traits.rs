//! The SQL of a trait gives the lines it was computed from.

use lake::engine::QueryLimits;
use serde_json::Value as Json;
use store::testing::TestDb;
use web::Role;

use super::shop;

async fn the_sql_of_a_trait_gives_the_lines_behind_it(db: TestDb) {
    let shop = shop(db).await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let (mut compared, mut bounded) = (0, 0);
    let traits = owner.get("/traits").await.json();
    for name in traits.as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()) {
        let told = owner.get(&format!("/customers/cus_20/traits/{name}")).await.json();
        let parts: Vec<i64> = told["parts"].as_array().unwrap().iter().map(|p| p["lines"].as_i64().unwrap()).collect();
        let sql = told["sql"].as_str().unwrap_or_else(|| panic!("{name}: {told}"));
        let answer = shop.stage.lake.query(sql, QueryLimits::default(), Vec::new()).await.unwrap();
        let rows: i64 = answer.batches.iter().map(|b| b.num_rows() as i64).sum();
        // A favourite counts only lines that tell it, and the clock of the business has no column.
        if ["monetary", "frequency"].iter().any(|begin| name.starts_with(begin)) && !sql.contains("--") {
            assert_eq!(rows, parts[0], "{name}: {sql}");
            compared += 1;
        }
        assert!(parts.iter().all(|lines| rows >= *lines), "{name}: {rows} rows, {parts:?}\n{sql}");
        bounded += usize::from(sql.contains("time >="));
        assert!(told["window"]["zh"] != Json::Null, "{told}");
    }
    assert!(compared >= 4 && bounded >= 2, "{compared} {bounded}");
}

store::on_both!(the_sql_of_a_trait_gives_the_lines_behind_it);
