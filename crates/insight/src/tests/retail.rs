//! Online Retail (UCI): the metrics of the real file, against what the guide says and against SQL.

use base::Zone;
use base::hash::stable;

use super::shop::{Line, Shop, period, seal};
use crate::metrics::METRICS;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/online_retail.csv.gz");

/// All lines, as the importer would understand them.
fn read(zone: &Zone) -> Option<Vec<Line>> {
    let file = std::fs::File::open(FILE).ok()?;
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let mut lines = Vec::new();
    for (number, record) in reader.records().map(Result::unwrap).enumerate() {
        let (invoice, pieces, price) =
            (&record[0], record[3].parse::<i64>().unwrap(), record[5].parse::<f64>().unwrap());
        let price = (price * 1e4).round() as i64;
        let kind = match invoice.as_bytes()[0] {
            b'C' if price > 0 => "return",
            b'0'..=b'9' if price > 0 && pieces > 0 => "sale",
            _ => "adjustment",
        };
        let date: jiff::civil::DateTime = record[4].parse().unwrap();
        lines.push(Line {
            customer: record[6].parse::<f64>().ok().map(|c| c as i64),
            time: zone.instant(date).unwrap(),
            order: (stable(invoice.as_bytes()) >> 1) as i64,
            number: number as i32,
            kind,
            product: record[1].to_owned(),
            category: None,
            store: Some(record[7].to_owned()),
            pieces,
            amount: pieces * price,
            import: 1,
        });
    }
    Some(lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn online_retail() {
    let zone = Zone::named("Europe/London").unwrap();
    let Some(lines) = read(&zone) else {
        println!("skipped: {FILE} is not there");
        return;
    };
    let t = store::testing::sqlite().await;
    let lake = lake::Lake::open(t.db.clone(), &t.dir.path().join("lake")).await.unwrap();
    seal(&lake, &lines, 1).await;
    let shop = Shop::over(&t, &lake, &zone, Vec::new());
    let all = shop.insight.overview(period("2010-12-01..2011-12-09"), None).await.unwrap();
    let value = |name: &str| all.metrics.iter().find(|m| m.metric.name == name).unwrap().value.unwrap();
    // As docs/guide/en/import.md says.
    assert_eq!(value("revenue"), 97_588_099_940);
    assert_eq!((value("active_customers"), value("new_customers"), value("returning_customers")), (4_338, 4_338, 0));
    for text in ["2010-12-01..2011-12-09", "2011-03-27..2011-03-27", "2011-10-30..2011-11-30", "2011-06-05..2011-08-20"]
    {
        let days = period(text);
        let overview = shop.insight.overview(days, None).await.unwrap();
        for (metric, measured) in METRICS.iter().zip(overview.metrics) {
            let scale = match metric.unit.as_str() {
                "money" => 4,
                "share" => 6,
                _ => 0,
            };
            let sql = metric.sql(days, &shop.insight.business.zone).unwrap();
            let expected = shop.sql(&sql, scale).await.or((metric.name == "revenue").then_some(0));
            let near = measured.value.zip(expected).is_some_and(|(a, b)| (a - b).abs() <= 1);
            assert!(near || measured.value == expected, "{} {text}: {:?} {expected:?}", metric.name, measured.value);
        }
    }
}
