//! An erased person leaves no byte behind, and no sum changes.

use std::fmt::Write;
use std::fs::File;

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::crash::files;
use crate::support::{Shop, plain};

/// The number of the person to whom the most happens.
const SHE: usize = 7;
const PEOPLE: usize = 60;

/// A shop that knows sixty people in every way a shop can: files, orders, bad rows, single orders, traits, groups.
pub(crate) struct Town {
    pub(crate) shop: Shop,
}

/// Receipts of a batch as JSON lines, over two months, of fifty of the people.
pub(crate) fn receipts(batch: usize, lines: usize) -> String {
    (0..lines).fold(String::new(), |mut text, i| {
        let (day, month, customer) = (1 + i % 28, 1 + i % 2, i % 50);
        let order = format!(r#""order_id":"B{batch}-{i}","time":"2026-{month:02}-{day:02} 10:00""#);
        let rest = format!(r#""customer":"KD-{:04}","product":"P{}","amount":{}.25"#, customer + 1, i % 7, i % 90);
        writeln!(text, "{{{order},{rest},\"quantity\":1}}").expect("a text takes it");
        text
    })
}

#[expect(clippy::unused_self, reason = "who lives in the town reads best as asked of it")]
impl Town {
    pub(crate) fn new(shop: Shop) -> Self {
        let town = Self { shop };
        let shop = &town.shop;
        let people = town.customers();
        shop.run(&["import", "customers", plain(&shop.file("customers.csv", people))]);
        shop.import(&shop.file("orders.csv", town.orders(1)), &[]);
        // Known orders with other amounts: the lines they replace are kept for an undo.
        shop.import(&shop.file("changed.csv", town.orders(2)), &[]);
        shop.run(&["traits", "rebuild"]);
        shop.run(&["segment", "rfm"]);
        shop.feed(&["intake"], &receipts(1, 200));
        shop.run(&["maintain"]);
        shop.feed(&["intake"], &receipts(2, 200));
        // The report of a batch quotes what it could not read.
        let quoted = format!(r#"{{"order_id":"Q1","time":"{}","product":"P1","amount":1}}"#, town.name(SHE));
        shop.feed(&["intake"], &quoted);
        town
    }

    pub(crate) fn name(&self, n: usize) -> String {
        format!("欧阳测试{}", char::from_u32(0x4e00 + n as u32 * 7).expect("a Chinese character"))
    }

    fn card(&self, n: usize) -> String {
        format!("KD-{n:04}")
    }

    pub(crate) fn email(&self, n: usize) -> String {
        format!("ou_yang.{n:04}@mail.example")
    }

    fn phone(&self, n: usize) -> String {
        format!("138 1717 {:04}", 2000 + n)
    }

    /// All that must not be found any more, in all the ways it is written.
    pub(crate) fn told_of(&self, n: usize) -> Vec<String> {
        let phone = self.phone(n);
        let digits = phone.replace(' ', "");
        vec![
            self.name(n),
            self.card(n),
            self.email(n),
            self.email(n).to_uppercase(),
            phone.replace(' ', "-"),
            phone,
            format!("+86{digits}"),
            digits,
        ]
    }

    fn customers(&self) -> String {
        let mut text = "customer_no,name,phone,email,city,referred_by\n".to_owned();
        for n in 1..=PEOPLE {
            let by = if n == SHE + 1 { self.card(SHE) } else { String::new() };
            let (card, name, phone, email) = (self.card(n), self.name(n), self.phone(n), self.email(n));
            writeln!(text, "{card},{name},+86 {phone},{email},上海,{by}").expect("a text takes it");
        }
        let (name, phone, email) = (self.name(SHE), self.phone(SHE).replace(' ', "-"), self.email(SHE).to_uppercase());
        for bad in [
            format!("X-1,,,{name} @,,"),
            format!("X-2,,{phone} or so,,,"),
            format!("X-3,,,{email} and another@@,,"),
            format!("X-4,,,\"two\nlines, {name} @\",,"),
        ] {
            text.push_str(&bad);
            text.push('\n');
        }
        text
    }

    fn orders(&self, price: usize) -> String {
        let mut text =
            "order_id,order_time,customer_no,customer_name,customer_email,customer_phone,product,quantity,amount\n"
                .to_owned();
        for i in 0..1_200 {
            let n = 1 + i % PEOPLE;
            let amount = if n == SHE { 10 * price } else { i % 80 };
            let (card, name, email) = (self.card(n), self.name(n), self.email(n));
            let time = format!("2025-{:02}-{:02} 12:00", 1 + i % 12, 1 + i % 28);
            writeln!(text, "A{i},{time},{card},{name},{email},+86 {},P{},1,{amount}", self.phone(n), i % 9)
                .expect("a text takes it");
        }
        let (card, name, email, phone) = (self.card(SHE), self.name(SHE), self.email(SHE), self.phone(SHE));
        for bad in [
            format!("Z1,2025-13-77 12:00,{card},,,,P1,1,1"),
            format!("Z2,never,,{name},,,P1,1,1"),
            format!("Z3,2025-01-01 12:00,,,{},,P1,one,1", email.to_uppercase()),
            format!("Z4,2025-01-01 12:00,,,,{phone},P1,1,much"),
            // A good row with a telephone number that is none: the report quotes it.
            format!("Z5,2025-01-01 12:00,KD-0001,,,{} ext {email},P1,1,1", phone.replace(' ', "-")),
        ] {
            text.push_str(&bad);
            text.push('\n');
        }
        text
    }

    /// The id of a person and how many lines are his; `None` when nobody is found.
    pub(crate) fn found(&self, n: usize) -> Option<(String, i64)> {
        let hits = self.shop.run(&["customer", "search", &self.email(n)]);
        let id = hits.as_array()?.first()?["id"].as_str()?.to_owned();
        let number = id.trim_start_matches("cus_");
        Some((id.clone(), self.shop.count(&format!("select count(*) n from order_line where customer_id = {number}"))))
    }

    /// Erases her and looks for what is left.
    fn erased(&self, look: impl Fn(&[String]) -> Vec<String>) {
        let shop = &self.shop;
        let needles = self.told_of(SHE);
        let before = look(&needles);
        for needle in &needles {
            assert!(before.iter().any(|b| b.ends_with(needle)), "{needle} is nowhere before: the test sees nothing");
        }
        let sums = shop.sums();
        let (id, lines) = self.found(SHE).expect("she is known");
        assert_eq!(lines, 20 + 8, "orders of files and single ones");
        // What a server has kept of everybody's purchases.
        let cache = shop.path("data").join("cache");
        std::fs::create_dir_all(&cache).expect("a folder can be made");
        let kept = ["0123456789abcdef.purchases", "0123456789abcdef.purchases.part"].map(|name| cache.join(name));
        for file in &kept {
            std::fs::write(file, &id).expect("a file can be written");
        }
        shop.run(&["customer", "erase", &self.email(SHE), "--yes"]);
        assert_eq!(look(&needles), Vec::<String>::new());
        assert!(kept.iter().all(|file| !file.exists()));
        assert_eq!(shop.sums(), sums);
        for who in [&id, &needles[1], &needles[2], &needles[6]] {
            let (code, error) = shop.refused(&["customer", "show", who]);
            assert_eq!((code, &error["code"]), (Some(3), &"not_found".into()), "{who}: {error}");
            assert_eq!(shop.run(&["customer", "search", who]), serde_json::json!([]), "{who}");
        }
        assert_eq!(shop.run(&["customer", "search", &self.name(SHE)]), serde_json::json!([]));
        shop.run(&["traits", "rebuild"]);
        shop.run(&["segment", "rfm"]);
        let number = id.trim_start_matches("cus_");
        for table in ["order_line", "trait", "rfm"] {
            let sql = format!("select count(*) n from {table} where customer_id = {number}");
            assert_eq!(shop.count(&sql), 0, "{table}");
        }
        assert_eq!(self.found(SHE + 1).expect("others stay").1, 20 + 8);
        assert_eq!(shop.count("select count(*) n from customer"), PEOPLE as i64 - 1 + 4);
        assert_eq!(shop.run(&["doctor"])["ok"], true);
        assert_eq!(look(&needles), Vec::<String>::new());
        assert_eq!(shop.sums(), sums);
    }
}

/// Where one of the texts stands: in the bytes of any file of the data folder, in the rows of its Parquet files.
pub(crate) fn traces(shop: &Shop, needles: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for path in files(&shop.path("data")) {
        let bytes = std::fs::read(&path).expect("a file can be read");
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if path.ends_with(".parquet") {
            let reader = SerializedFileReader::new(File::open(&path).expect("it opens")).expect("it is Parquet");
            for row in reader.get_row_iter(None).expect("it has rows") {
                text.push_str(&row.expect("a row can be read").to_string());
            }
        }
        found.extend(needles.iter().filter(|n| text.contains(*n)).map(|n| format!("{path}: {n}")));
    }
    found
}

/// Where one of the texts stands in the rows of a PostgreSQL database.
fn rows(db: &store::Db, needles: &[String]) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let db = store::Db::open(db.url()).await.expect("it opens");
        let mut tx = db.read().await.expect("it reads");
        let mut found = Vec::new();
        for table in store::dump::tables(db.dialect()) {
            let sql = format!("SELECT CAST(t AS TEXT) AS row FROM {table} t");
            for row in tx.fetch_all(&sql, Vec::new()).await.expect("the table is there") {
                let text: String = row.get("row").expect("it is text");
                found.extend(needles.iter().filter(|n| text.contains(*n)).map(|n| format!("{table}: {n}")));
            }
        }
        drop(tx);
        db.close().await;
        found
    })
}

#[test]
fn nothing_of_an_erased_person_is_left_in_any_file() {
    let town = Town::new(Shop::new());
    town.erased(|needles| traces(&town.shop, needles));
}

#[test]
fn nothing_of_an_erased_person_is_left_in_postgresql() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let Some(server) = runtime.block_on(store::testing::postgres()) else {
        println!("skipped: no PostgreSQL server answers on 127.0.0.1:5432 (set GUANXI_TEST_POSTGRES)");
        return;
    };
    let town = Town::new(Shop::with(&["--database", server.db.url()]));
    town.erased(|needles| [traces(&town.shop, needles), rows(&server.db, needles)].concat());
}

/// Changes the store of a shop behind its back.
pub(crate) fn change(shop: &Shop, statements: &[&str]) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let path = shop.path("data").join("guanxi.db");
        let db = store::Db::open(&format!("sqlite://{}", path.display())).await.expect("it opens");
        let mut tx = db.write().await.expect("it writes");
        for sql in statements {
            tx.execute(sql, Vec::new()).await.expect("the statement is right");
        }
        tx.commit().await.expect("it commits");
        db.close().await;
    });
}

/// What a query of the store of a shop answers, its one column as text.
fn asked(shop: &Shop, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let path = shop.path("data").join("guanxi.db");
        let db = store::Db::open(&format!("sqlite://{}", path.display())).await.expect("it opens");
        let mut tx = db.read().await.expect("it reads");
        let rows = tx.fetch_all(sql, Vec::new()).await.expect("the query is right");
        let rows = rows.iter().map(|row| row.at(0).expect("it is text")).collect();
        drop(tx);
        db.close().await;
        rows
    })
}

#[test]
fn a_short_card_and_a_common_name_take_nothing_of_others() {
    let shop = Shop::new();
    let customers = "customer_no,name,email,city,referred_by\n12,Li,li@mail.example,London,\n13,Li,l13@mail.example,,\n\
        12,Li,li at home,London,\n14,Li,other at home,,\n15,Li Wei,12 at home,,\n16,Wu,Li 12,,12\n";
    shop.run(&["import", "customers", plain(&shop.file("customers.csv", customers))]);
    let orders = "order_id,order_time,customer_no,product,quantity,amount\n1,2012-12-12,12,12,12,12\n2,2012-12-12,13,12,12,12\n\
        12,never,13,P12,12,12.50\n3,never,12,P1,1,5\n4,2012-12-12,13,Li,Li,12\n";
    shop.import(&shop.file("orders.csv", orders), &[]);
    shop.feed(&["intake"], r#"{"order_id":"12","time":"Li 12","customer":"13","product":"P1","amount":12}"#);
    change(
        &shop,
        &[
            r#"INSERT INTO job (id, name, payload, state, attempts, max_attempts, run_at, cancel_asked, done, total, stage,
             result, created_at) SELECT 900, 'backup.make', '{"make":{"by":"Li","note":"Li 12, 12.00"}}',
             'done', 1, 3, 0, 0, 0, 0, 'Li 12', '{"rows":12,"day":"2012-12-12"}', 0"#,
        ],
    );
    let file = |name: &str| {
        let text = std::fs::read_to_string(shop.path("data").join("imports").join(name)).expect("it is there");
        text.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let told = || {
        [
            "SELECT report FROM import ORDER BY id",
            "SELECT report FROM intake_batch",
            "SELECT payload || result FROM job",
        ]
        .map(|sql| asked(&shop, sql))
    };
    let listed = "SELECT import_id || ':' || row_no || value FROM import_bad_row ORDER BY import_id, row_no";
    let before = (file("imp_1.bad.csv"), file("imp_2.bad.csv"), told(), asked(&shop, listed));
    assert_eq!((before.0.len(), before.1.len(), before.3.len()), (5, 4, 7), "{before:?}");

    shop.run(&["customer", "erase", "12", "--yes"]);
    let without = |rows: &[String], at: usize| [&rows[..at], &rows[at + 1..]].concat();
    let mut others = without(&before.0, 1);
    others[3] = others[3].trim_end_matches("12").to_owned();
    assert_eq!(file("imp_1.bad.csv"), others, "his row is gone, and that he referred another");
    assert_eq!(file("imp_2.bad.csv"), without(&before.1, 2));
    assert_eq!(told(), before.2);
    let mut others = without(&without(&before.3, 5), 0);
    others[2] = others[2].trim_end_matches("12").to_owned();
    assert_eq!(asked(&shop, listed), others);
    assert_eq!(shop.count("select count(*) n from order_line where customer_id is null"), 1);
}

#[test]
fn an_old_file_does_not_bring_an_erased_person_back() {
    let town = Town::new(Shop::new());
    let shop = &town.shop;
    let gone = |what: &str| {
        for who in town.told_of(SHE) {
            assert_eq!(shop.run(&["customer", "search", &who]), serde_json::json!([]), "{who} after {what}");
        }
        assert_eq!(shop.count("select count(*) n from customer"), PEOPLE as i64 - 1 + 4, "after {what}");
    };
    // A fourth import that was stopped after its first part (here: a part that is noted and not there).
    let her = format!("order_id,order_time,customer_no,amount\nN1,2026-03-01 10:00,{},5\n", town.card(SHE));
    shop.import(&shop.file("new.csv", her), &[]);
    shop.undo(4);
    let stopped = "UPDATE import SET state = 'cancelled', report = NULL WHERE id = 4";
    change(shop, &[stopped, "INSERT INTO import_part (import_id, part) VALUES (4, 0)"]);

    let lock = File::open(shop.path("data").join("imports/import.lock")).expect("imports have one");
    lock.try_lock().expect("no import is running");
    let (code, error) = shop.refused(&["customer", "erase", &town.email(SHE), "--yes"]);
    assert_eq!((code, &error["code"]), (Some(3), &"conflict".into()), "{error}");
    assert!(town.found(SHE).is_some());
    drop(lock);

    shop.run(&["customer", "erase", &town.email(SHE), "--yes"]);
    gone("the erasure");
    let sums = shop.sums();
    let report = shop.run(&["import", "resume", "imp_4"])["report"].clone();
    assert_eq!((&report["applied"]["lines_added"], &report["erased_rows"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(shop.count("select count(*) n from order_line where order_id = 'N1' and customer_id is null"), 1);
    gone("an import that had been stopped");
    shop.undo(4);

    let customers = shop.run(&["import", "customers", plain(&shop.path("customers.csv"))])["report"].clone();
    let changed = (&customers["applied"]["customers_added"], &customers["applied"]["customers_changed"]);
    assert_eq!((changed, &customers["erased_rows"]), ((&0.into(), &0.into()), &1.into()), "{customers}");
    gone("the customers");
    let orders = shop.import(&shop.path("changed.csv"), &[]);
    assert_eq!((&orders["applied"]["orders_changed"], &orders["erased_rows"]), (&0.into(), &20.into()), "{orders}");
    gone("the orders");
    let one = format!(
        r#"{{"order_id":"Q2","time":"2026-03-01 10:00","customer":"NEW-1","customer_email":"{}","product":"P1","amount":1}}"#,
        town.email(SHE)
    );
    shop.feed(&["intake"], &one);
    gone("a single order");
    assert_eq!(shop.sums()[0].lines, sums[0].lines + 1);
    assert_eq!(town.found(SHE + 1).expect("others stay").1, 20 + 8);
}
