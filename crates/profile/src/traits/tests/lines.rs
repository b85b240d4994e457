//! Made-up order lines, as records and as batches.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal64Array, Decimal128Array, DictionaryArray, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use proptest::prelude::*;

/// One order line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) customer: i64,
    pub(super) time: i64,
    pub(super) order: i64,
    pub(super) kind: &'static str,
    pub(super) product: Option<&'static str>,
    pub(super) category: Option<&'static str>,
    pub(super) store: Option<&'static str>,
    pub(super) channel: Option<&'static str>,
    pub(super) device: Option<&'static str>,
    pub(super) quantity: i64,
    pub(super) unit_price: Option<i64>,
    pub(super) amount: i64,
    pub(super) discount: Option<i64>,
}

/// Hours around the clock changes of London and New York, some of them often, and a bit late or early now and then.
pub(super) fn instant() -> impl Strategy<Value = i64> {
    (prop_oneof![3 => 0i64..9_000, 1 => 4_000i64..4_006], prop_oneof![4 => Just(0i64), 1 => Just(1), 1 => Just(-1)])
        .prop_map(|(hours, micro)| 1_700_000_000_000_000 + hours * 3_600_000_000 + micro)
}

fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(0.8, prop::sample::select(values))
}

/// A line of one of three customers, from few values so that ties and repetitions are common.
pub(super) fn line() -> impl Strategy<Value = Line> {
    let goods = (
        some_of(&["P1", "P10", "P2", "茶", "é", "z"]),
        some_of(&["tea", "Tea", "cups"]),
        some_of(&["North", "South"]),
        some_of(&["shop", "online"]),
        some_of(&["mobile", "desktop", "tablet"]),
    );
    let sums = (
        -3i64..9,
        prop::option::of(0i64..200_000),
        prop_oneof![4 => (-3i64..20).prop_map(|n| n * 10_000), 1 => -99_999i64..199_999],
        prop::option::of((0i64..4).prop_map(|n| n * 2_500)),
    );
    let what =
        (1i64..4, instant(), 0i64..12, prop::sample::select(vec!["sale", "sale", "sale", "return", "adjustment"]));
    (what, goods, sums).prop_map(|((customer, time, order, kind), goods, (pieces, unit_price, amount, discount))| {
        Line {
            customer,
            time,
            order: (order - 6).wrapping_mul(0x7234_5678_9abc_def1),
            kind,
            product: goods.0,
            category: goods.1,
            store: goods.2,
            channel: goods.3,
            device: goods.4,
            quantity: pieces * 500,
            unit_price,
            amount,
            discount,
        }
    })
}

/// Lines as a batch; `lake` chooses dictionaries and 64-bit decimals, as the lake reads, over plain text and 128 bits.
pub(super) fn batch(lines: &[Line], lake: bool) -> RecordBatch {
    let time = TimestampMicrosecondArray::from_iter_values(lines.iter().map(|l| l.time)).with_timezone("UTC");
    let text = |of: fn(&Line) -> Option<&'static str>| -> ArrayRef {
        let values = lines.iter().map(of);
        if lake {
            Arc::new(values.collect::<DictionaryArray<Int32Type>>())
        } else {
            Arc::new(values.collect::<StringArray>())
        }
    };
    let decimal = |scale: i8, of: fn(&Line) -> Option<i64>| -> ArrayRef {
        let values = lines.iter().map(of);
        if lake {
            Arc::new(values.collect::<Decimal64Array>().with_precision_and_scale(18, scale).unwrap())
        } else {
            let wide = values.map(|v| v.map(i128::from)).collect::<Decimal128Array>();
            Arc::new(wide.with_precision_and_scale(18, scale).unwrap())
        }
    };
    RecordBatch::try_from_iter_with_nullable([
        ("customer_id", Arc::new(lines.iter().map(|l| l.customer).collect::<Int64Array>()) as ArrayRef, true),
        ("time", Arc::new(time), false),
        ("order_key", Arc::new(lines.iter().map(|l| l.order).collect::<Int64Array>()), false),
        ("kind", text(|l| Some(l.kind)), false),
        ("product", text(|l| l.product), true),
        ("category", text(|l| l.category), true),
        ("store", text(|l| l.store), true),
        ("channel", text(|l| l.channel), true),
        ("device", text(|l| l.device), true),
        ("quantity", decimal(3, |l| Some(l.quantity)), false),
        ("unit_price", decimal(4, |l| l.unit_price), true),
        ("amount", decimal(4, |l| Some(l.amount)), false),
        ("discount", decimal(4, |l| l.discount), true),
    ])
    .unwrap()
}

/// The value of a trait.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Count(i64),
    /// In 1/10000.
    Money(i128),
    Number(f64),
    Text(String),
    Time(i64),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Count(a), Self::Count(b)) | (Self::Time(a), Self::Time(b)) => a == b,
            (Self::Money(a), Self::Money(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
            _ => false,
        }
    }
}

/// The value in a row of a column.
pub(super) fn value(batch: &RecordBatch, column: &str, row: usize) -> Value {
    let array = batch.column_by_name(column).unwrap();
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Int64 => Value::Count(array.as_primitive::<Int64Type>().value(row)),
        DataType::Decimal128(..) => Value::Money(array.as_primitive::<Decimal128Type>().value(row)),
        DataType::Float64 => Value::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Timestamp(..) => Value::Time(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        _ => Value::Text(array.as_string::<i32>().value(row).to_owned()),
    }
}

/// A definition in TOML.
pub(super) fn define(name: &str, value: &str, condition: &str, window: &str) -> String {
    let words = r#"{ en = "x", zh = "x" }"#;
    let condition = if condition.is_empty() { String::new() } else { format!("where = \"{condition}\"\n") };
    format!(
        "[[trait]]\nname = \"{name}\"\nlabel = {words}\ndescription = {words}\nunit = \"x\"\nvalue = \"{value}\"\n\
         {condition}window = \"{window}\"\n"
    )
}
