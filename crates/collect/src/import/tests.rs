//! What others write while a file is being imported, on both databases.

use jobs::{Cancel, Progress};
use store::testing::TestDb;

use super::publish::{Outcome, Publishing};
use super::{Importer, Mode, ReadingOptions, Report, Request};
use crate::mapping::FileKind;
use crate::tests::{Nothing, Shop, shop};

const SALES: &str = "order_no,date,card,email,product,quantity,amount\n\
    A1,2026-03-01 10:00,C1,one@example.com,Tea,1,30.00\n\
    A2,2026-03-02 11:00,C2,,Rice,2,50.50\n\
    A2,2026-03-02 11:00,C2,,Oil,1,7.00\n\
    A3,2026-03-03 12:00,,three@example.com,Oil,1,80.00\n";

impl Shop {
    fn request(&self, text: &str) -> Request {
        let path = self.folder.path().join("sales.csv");
        std::fs::write(&path, text).unwrap();
        let reading = ReadingOptions::default();
        let opened = Importer::open(&path, &reading).unwrap();
        let mapping = self.importer.propose(FileKind::Orders, &opened).mapping;
        Request { path, mapping, reading, source: "till".into(), mode: Mode::Difference }
    }

    /// Imports a file step by step; what `meanwhile` does happens after it was compared and before it is published.
    async fn import_beside(&self, text: &str, meanwhile: &[&str]) -> (Outcome, Report) {
        let (ready, opened) = self.importer.prepare(self.request(text)).unwrap();
        let mut tx = self.lake.db().write().await.unwrap();
        let id = self.importer.begin(&mut tx, &ready).await.unwrap();
        tx.commit().await.unwrap();
        let (progress, cancel, request) = (Progress::default(), Cancel::default(), &ready.request);
        let (staged, bad) = self.importer.stage(id, request, &opened, &progress, &cancel).await.unwrap();
        let known = self.lake.snapshot_sealed().await.unwrap();
        let difference = self.importer.compare(id, request, &known, staged.most_orders, false, &cancel).await.unwrap();
        for orders in meanwhile {
            self.intake(orders).await;
        }
        let (all_new, report) = (false, Report::default());
        let publishing =
            Publishing { id, staged: &staged, difference, known, all_new, bad: &bad, report, cancel: &cancel };
        let first = self.importer.publish(publishing).await.unwrap();
        (first, self.importer.go_on(id, &progress, &cancel).await.unwrap_or_default())
    }

    async fn intake(&self, orders: &str) {
        self.importer.accept("till", orders).await.unwrap();
        let (done, failed) = self.importer.apply_waiting(&Nothing).await.unwrap();
        assert!(failed.is_empty() && done.iter().all(|d| d.bad.is_empty()), "{done:?} {failed:?}");
    }

    async fn cents(&self) -> i64 {
        self.count("SELECT CAST(sum(amount) * 100 AS BIGINT) FROM order_line").await
    }

    async fn customers(&self) -> i64 {
        self.count("SELECT count(DISTINCT customer_id) FROM order_line").await
    }
}

async fn an_order_that_comes_in_meanwhile_is_compared(t: TestDb) {
    let shop = shop(&t).await;
    // One of the file's orders, as it was before it was corrected; its customer is known already.
    shop.intake(r#"{"order_id": "B1", "time": "2026-03-01 09:00", "customer": "C2", "amount": 1}"#).await;
    let order = r#"{"order_id": "A2", "time": "2026-03-02 11:00", "customer": "C2", "amount": 12}"#;
    let (first, report) = shop.import_beside(SALES, &[order]).await;
    assert!(matches!(first, Outcome::HistoryChanged));
    assert_eq!((report.applied.orders_changed, report.applied.lines_removed), (1, 1));
    assert_eq!((shop.cents().await, shop.customers().await), (100 + 16_750, 3));
    // Others do not matter, as long as no files were swapped.
    let other = r#"{"order_id": "B2", "time": "2026-03-02 11:00", "customer": "C2", "amount": 1}"#;
    let (second, _) = shop.import_beside(&SALES.replace("80.00", "81.00"), &[other]).await;
    let Outcome::Visible(report) = second else { panic!("compared again for nothing") };
    assert_eq!((report.applied.orders_changed, report.applied.orders_unchanged), (1, 2));
    assert_eq!((shop.cents().await, shop.customers().await), (200 + 16_850, 3));
}

async fn a_customer_who_is_made_meanwhile_is_the_same(t: TestDb) {
    let shop = shop(&t).await;
    let order =
        r#"{"order_id": "B1", "time": "2026-03-01 09:00", "customer": "C9", "customer_email": "three@example.com",
        "product": "Ink", "product_name": "Blue ink", "amount": 1}"#
            .replace('\n', " ");
    let (first, report) = shop.import_beside(SALES, &[&order]).await;
    assert!(matches!(first, Outcome::PeopleChanged));
    assert_eq!((report.applied.customers_added, report.applied.lines_added), (2, 4), "{report:?}");
    assert_eq!((shop.cents().await, shop.customers().await), (100 + 16_750, 3));
    // What the intake told of a product and of a customer known since is kept.
    let ink = crate::store::product::products_of(&mut t.db.read().await.unwrap(), &["Ink", "Tea"]).await.unwrap();
    assert_eq!((ink.len(), ink["Ink"].name.as_deref()), (2, Some("Blue ink")));
    let told = r#"{"order_id": "B2", "time": "2026-03-05 09:00", "customer": "C1", "customer_phone": "13800000001", "customer_name": "王芳", "amount": 1}"#;
    shop.intake(told).await;
    let mut tx = t.db.read().await.unwrap();
    let telephone = ["+8613800000001".to_owned()];
    let found = profile::ops::identity_resolve(&mut tx, &profile::IdentityKind::PHONE, &telephone).await.unwrap();
    let customer = profile::ops::customer_get(&mut tx, found[0].expect("the telephone is his")).await.unwrap();
    assert_eq!((customer.name.as_deref(), customer.identities.len()), (Some("王芳"), 3));
    assert_eq!(customer.attributes["phone"], "+8613800000001");
}

store::on_both!(an_order_that_comes_in_meanwhile_is_compared, a_customer_who_is_made_meanwhile_is_the_same);
