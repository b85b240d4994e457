use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use base::clock::DAY;
use base::{Amount, Quantity};
use lake::catalog::file::file_add;
use lake::order::Purchase;
use lake::{FileState, FileWriter, Lake, Month, ORDER_LINE, WriteOptions};
use store::testing::TestDb;

use super::*;

/// Customer, day, order, kind, pieces, amount, the purchase of a return.
type Sold = (i64, i64, &'static str, Kind, i64, i64, Option<&'static str>);

fn batch(lines: &[Sold]) -> RecordBatch {
    let texts = |f: &dyn Fn(&Sold) -> Option<&'static str>| -> ArrayRef {
        Arc::new(lines.iter().map(f).collect::<StringArray>())
    };
    let whole =
        |f: &dyn Fn(usize) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values((0..lines.len()).map(f))) };
    let money = |scale, f: &dyn Fn(&Sold) -> Option<i64>| -> ArrayRef {
        let values = lines.iter().map(|l| f(l).map(i128::from)).collect::<Decimal128Array>();
        Arc::new(values.with_precision_and_scale(18, scale).unwrap())
    };
    let columns = ORDER_LINE.columns.iter().map(|c| match c.name.as_str() {
        "customer_id" => whole(&|i| lines[i].0),
        "time" => {
            let times = lines.iter().map(|l| l.1 * DAY);
            Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"))
        }
        "order_id" => texts(&|l| Some(l.2)),
        "order_key" => whole(&|i| base::hash::stable(lines[i].2.as_bytes()) as i64),
        "line_no" => Arc::new(Int32Array::from_iter_values(0..lines.len() as i32)),
        "kind" => texts(&|l| Some(l.3.as_str())),
        "quantity" => money(3, &|l| Some(l.4 * 1_000)),
        "amount" => money(4, &|l| Some(l.5 * 10_000)),
        "unit_price" => money(4, &|l| Some(l.5.abs() * 10_000)),
        "discount" => money(4, &|_| None),
        "product" => texts(&|l| Some(if l.4 == 2 { "P2" } else { "P1" })),
        "currency" => texts(&|_| Some("CNY")),
        "return_of" => texts(&|l| l.6),
        "line_hash" | "import_id" => whole(&|_| 1),
        _ => texts(&|_| None),
    });
    RecordBatch::try_new(ORDER_LINE.schema(), columns.collect()).unwrap()
}

async fn shows_orders_newest_first(t: TestDb) {
    let lake = Lake::open(t.db.clone(), &t.dir.path().join("lake")).await.unwrap();
    // January 1970, sorted by customer and time.
    let lines: [Sold; 7] = [
        (1, 1, "A1", Kind::Sale, 2, 30, None),
        (1, 1, "A1", Kind::Sale, 1, 10, None),
        (1, 3, "A2", Kind::Sale, 1, 5, None),
        (1, 5, "R1", Kind::Return, -2, -30, Some("A1")),
        (1, 6, "R2", Kind::Return, -1, -7, Some("old")),
        (1, 8, "X1", Kind::Adjustment, -1, 0, None),
        (2, 2, "B1", Kind::Sale, 1, 99, None),
    ];
    let month: Month = "1970-01".parse().unwrap();
    let ids = lake.file_ids().await.unwrap();
    let mut writer = FileWriter::new(&lake, &ORDER_LINE, Some(month), &ids, WriteOptions::default()).unwrap();
    writer.write(&batch(&lines)).unwrap();
    let file = writer.finish().unwrap().unwrap();
    let mut tx = t.db.write().await.unwrap();
    file_add(&mut tx, &lake, 0, &[file], FileState::Live, None).await.unwrap();
    tx.commit().await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let timeline = |customer, filter| {
        timeline_of(&snapshot.of_customer(&ORDER_LINE, customer, &COLUMNS).unwrap(), &filter).unwrap()
    };
    let shown =
        |filter: TimelineFilter| -> Vec<String> { timeline(1, filter).into_iter().map(|o| o.order_id).collect() };
    assert_eq!(shown(TimelineFilter::default()), ["X1", "R2", "R1", "A2", "A1"]);
    assert_eq!(shown(TimelineFilter { kind: Some(Kind::Return), ..TimelineFilter::default() }), ["R2", "R1"]);
    assert_eq!(
        shown(TimelineFilter { from: Some(3 * DAY), to: Some(6 * DAY), ..TimelineFilter::default() }),
        ["R1", "A2"]
    );
    assert_eq!(shown(TimelineFilter { limit: 2, ..TimelineFilter::default() }), ["X1", "R2"]);
    let all = timeline(1, TimelineFilter::default());
    let first = &all[4];
    assert_eq!((first.amount, first.pieces, first.lines.len()), (Amount(400_000), Quantity(3_000), 2));
    assert_eq!((first.lines[0].product.as_deref(), first.lines[0].discount), (Some("P2"), None));
    assert_eq!(all[2].return_of, [Purchase { order_id: "A1".into(), time: Some(DAY) }]);
    assert_eq!(all[1].return_of, [Purchase { order_id: "old".into(), time: None }]);
    assert_eq!((all[0].kind, all[0].pieces), (Kind::Adjustment, Quantity(0)));
    assert!(timeline(3, TimelineFilter::default()).is_empty());
}

store::on_both!(shows_orders_newest_first);
