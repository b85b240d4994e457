use base::Code;
use jobs::Cancel;
use store::testing::TestDb;

use super::{COLUMNS, shop};

store::on_both!(
    an_order_that_came_anew_stays_as_it_is,
    rows_added_later_stay_with_what_comes_back,
    a_history_that_changed_meanwhile_is_looked_at_again,
    products_are_what_the_lines_that_stay_say,
);

const LINES: &str = "SELECT order_id, product, CAST(quantity AS INT) FROM order_line ORDER BY order_id, product";

async fn an_order_that_came_anew_stays_as_it_is(t: TestDb) {
    let mut shop = shop(&t).await;
    shop.imported("A1,2026-03-01,C1,Tea,1,10\nA2,2026-03-01,C1,Tea,1,10\n").await;
    let second = shop.imported("A1,2026-03-01,C1,Tea,2,20\nA2,2026-03-01,C1,Tea,2,20\n").await;
    shop.order("A1", "2026-03-01", ("Tea", 3)).await;
    let fourth = shop.imported("A3,2026-03-05,C1,Tea,1,10\n").await;
    assert_eq!(shop.rows(LINES).await, ["A1 Tea 3", "A2 Tea 2", "A3 Tea 1"]);
    shop.undo(second).await;
    assert_eq!(shop.rows(LINES).await, ["A1 Tea 3", "A2 Tea 1", "A3 Tea 1"]);
    shop.undo(fourth).await;
    assert_eq!(shop.rows(LINES).await, ["A1 Tea 3", "A2 Tea 1"]);
}

async fn rows_added_later_stay_with_what_comes_back(t: TestDb) {
    let mut shop = shop(&t).await;
    shop.imported("A1,2026-03-01,C1,Tea,1,10\n").await;
    let second = shop.imported("A1,2026-03-01,C1,Tea,2,20\n").await;
    shop.import_as("append", &format!("{COLUMNS}A1,2026-03-01,C1,Rice,1,5\n")).await;
    shop.work().await;
    shop.undo(second).await;
    assert_eq!(shop.rows(LINES).await, ["A1 Rice 1", "A1 Tea 1"]);
}

async fn a_history_that_changed_meanwhile_is_looked_at_again(t: TestDb) {
    let mut shop = shop(&t).await;
    let first = shop.imported("A1,2026-03-01,C1,Tea,1,10\n").await;
    let before = shop.lake.snapshot().await.unwrap();
    shop.order("A2", "2026-03-02", ("Tea", 1)).await;
    let problem = shop.importer.take_out(&before, first, &Cancel::default()).await.unwrap_err();
    assert_eq!(problem.code, Code::Conflict, "a new hot row");
    shop.order("A1", "2026-03-01", ("Tea", 2)).await;
    let problem = shop.importer.take_out(&before, first, &Cancel::default()).await.unwrap_err();
    assert_eq!(problem.code, Code::Conflict, "a rewritten file");
    shop.undo(first).await;
    assert_eq!(shop.rows(LINES).await, ["A1 Tea 2", "A2 Tea 1"]);
    let named = "SELECT count(*) FROM order_line WHERE customer_id IS NOT NULL";
    assert_eq!(shop.count(named).await, 2);
    let mut tx = t.db.read().await.unwrap();
    let row = tx.fetch_one("SELECT created_import FROM customer", store::args![]).await.unwrap();
    assert_eq!(row.get::<Option<i64>>("created_import").unwrap(), None, "the till needs him, which is no import");
}

async fn products_are_what_the_lines_that_stay_say(t: TestDb) {
    let mut shop = shop(&t).await;
    let day = |day: i64| 1_772_294_400_000_000 + (day - 1) * 86_400_000_000; // 2026-03-01 in Shanghai
    let line = |order: &str, day: u8, name: &str| format!("{order},2026-03-{day:02},C1,1,10,T1,{name}\n");
    let head = "order_no,date,customer,quantity,amount,product_code,product_name\n";
    let wide = shop.imported_text(&format!("{head}{}{}", line("A1", 1, "Old tea"), line("A2", 9, "New tea"))).await;
    let narrow = shop.imported_text(&format!("{head}{}", line("B1", 5, "Tea"))).await;
    let newest = shop.imported_text(&format!("{head}{}", line("C1", 12, "Newest tea"))).await;
    let product = async |shop: &super::Shop| {
        let mut tx = shop.lake.db().read().await.unwrap();
        let products = crate::store::product::product_map(&mut tx).await.unwrap();
        products.into_values().next().map(|p| (p.name.unwrap_or_default(), p.first_sold, p.last_sold))
    };
    assert_eq!(product(&shop).await, Some(("Newest tea".into(), Some(day(1)), Some(day(12)))));
    shop.undo(wide).await;
    assert_eq!(product(&shop).await, Some(("Newest tea".into(), Some(day(5)), Some(day(12)))));
    shop.undo(newest).await;
    assert_eq!(product(&shop).await, Some(("Tea".into(), Some(day(5)), Some(day(5)))), "made by what is undone");
    shop.undo(narrow).await;
    assert_eq!(product(&shop).await, None);
}
