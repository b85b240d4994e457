use store::testing::TestDb;

use super::{Shop, shop};

store::on_both!(what_an_earlier_file_took_back_is_gone, what_the_till_took_back_is_gone);

/// Order and purchase of every return.
async fn links(shop: &Shop) -> Vec<String> {
    shop.rows("SELECT order_id, return_of FROM order_line WHERE kind = 'return' ORDER BY order_id").await
}

async fn what_an_earlier_file_took_back_is_gone(t: TestDb) {
    let mut shop = shop(&t).await;
    shop.imported("A1,2026-03-01,C1,Tea,2,20\n").await;
    shop.imported("R1,2026-03-02,C1,Tea,-2,-20\n").await;
    shop.imported("R2,2026-03-03,C1,Tea,-1,-10\n").await;
    assert_eq!(links(&shop).await, ["R1 A1", "R2 "]);
    // An order that comes again counts once: as it is now, and what its return says now.
    shop.imported("A1,2026-03-01,C1,Tea,3,30\nR1,2026-03-02,C1,Tea,-1,-10\nR3,2026-03-04,C1,Tea,-2,-20\n").await;
    assert_eq!(links(&shop).await, ["R1 A1", "R2 ", "R3 A1"]);
    shop.imported("R4,2026-03-05,C1,Tea,-1,-10\n").await;
    assert_eq!(links(&shop).await[3], "R4 ", "all three are taken back");
}

async fn what_the_till_took_back_is_gone(t: TestDb) {
    let mut shop = shop(&t).await;
    shop.imported("A1,2026-03-01,C1,Tea,2,20\nA2,2026-03-02,C1,Tea,1,10\n").await;
    shop.order("R1", "2026-03-03", ("Tea", -1)).await;
    shop.order("R2", "2026-03-04", ("Tea", -2)).await;
    shop.order("R3", "2026-03-05", ("Tea", -1)).await;
    shop.imported("R4,2026-03-06,C1,Tea,-1,-10\n").await;
    assert_eq!(links(&shop).await, ["R1 A2", "R2 A1", "R3 ", "R4 "]);
}
