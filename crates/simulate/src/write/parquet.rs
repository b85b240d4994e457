//! The order lines as Parquet: the columns of the CSV, typed.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use base::Problem;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::{Numbers, Progress, card, in_order};
use crate::coupon::CODES;
use crate::line::{CHANNELS, DEVICES, Line};
use crate::plan::{Plan, STORES};
use crate::spill::Spill;
use crate::text::push_number;

const MONEY: DataType = DataType::Decimal128(12, 2);

/// Writes all lines to `out`.
pub(super) fn write(
    plan: &Plan,
    spill: Spill,
    out: impl Write + Send,
    progress: &mut dyn FnMut(Progress),
    total: u64,
) -> Result<(), Problem> {
    let broken = |e| Problem::internal("the Parquet file could not be written", e);
    let columns = Columns::new(plan)?;
    let level = ZstdLevel::try_new(1).map_err(broken)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(524_288))
        .set_column_dictionary_enabled(ColumnPath::from("order_id"), false)
        .set_column_dictionary_enabled(ColumnPath::from("customer_no"), false)
        .build();
    let mut writer = ArrowWriter::try_new(out, columns.schema.clone(), Some(properties)).map_err(broken)?;
    let mut numbers = Numbers::default();
    let form = |lines: &[Line]| columns.batch(plan, &mut numbers, lines);
    in_order(spill, form, |batch| writer.write(&batch).map_err(disk), progress, total)?;
    writer.close().map_err(disk)?;
    Ok(())
}

/// A failed disk is the surroundings' fault, anything else ours.
fn disk(error: parquet::errors::ParquetError) -> Problem {
    match error {
        parquet::errors::ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(io) => Problem::from(*io),
            Err(other) => Problem::internal("the Parquet file could not be written", other),
        },
        other => Problem::internal("the Parquet file could not be written", other),
    }
}

struct Columns {
    schema: SchemaRef,
    /// Wall-clock microseconds since 1970 at the start.
    start: i64,
    codes: Vec<String>,
}

impl Columns {
    fn new(plan: &Plan) -> Result<Self, Problem> {
        let text = |name, null| Field::new(name, DataType::Utf8, null);
        let money = |name| Field::new(name, MONEY, false);
        let schema = Schema::new(vec![
            text("order_id", false),
            Field::new("order_time", DataType::Timestamp(TimeUnit::Microsecond, None), false),
            text("customer_no", true),
            text("product_code", false),
            text("product_name", false),
            text("category", false),
            Field::new("quantity", DataType::Int32, false),
            money("unit_price"),
            money("discount"),
            money("amount"),
            text("coupon", true),
            text("store", true),
            text("channel", false),
            text("device", true),
            text("type", false),
        ]);
        let midnight = plan.calendar.start.to_zoned(jiff::tz::TimeZone::UTC);
        let start = midnight.map_err(|e| Problem::internal("the first day is out of range", e))?;
        Ok(Self {
            schema: Arc::new(schema),
            start: start.timestamp().as_microsecond(),
            codes: plan.goods.all.iter().map(crate::goods::Product::code).collect(),
        })
    }

    fn batch(&self, plan: &Plan, numbers: &mut Numbers, lines: &[Line]) -> Result<RecordBatch, Problem> {
        let (orders, cards) = identifiers(plan, numbers, lines);
        let goods = |line: &Line| &plan.goods.all[usize::from(line.product)];
        let times = lines.iter().map(|l| self.start + i64::from(l.second) * 1_000_000);
        let columns: Vec<ArrayRef> = vec![
            orders,
            Arc::new(TimestampMicrosecondArray::from_iter_values(times)),
            cards,
            names(lines, |l| &self.codes[usize::from(l.product)]),
            names(lines, |l| goods(l).name()),
            names(lines, |l| goods(l).group().name),
            Arc::new(Int32Array::from_iter_values(lines.iter().map(|l| i32::from(l.quantity)))),
            money(lines, |l| i64::from(l.unit_price))?,
            money(lines, |l| i64::from(l.discount))?,
            money(lines, Line::amount)?,
            optional(lines, |l| CODES.get(usize::from(l.coupon)).copied().filter(|c| !c.is_empty())),
            optional(lines, |l| STORES.get(usize::from(l.store)).map(|s| s.0)),
            names(lines, |l| CHANNELS[usize::from(l.channel)]),
            optional(lines, |l| DEVICES.get(usize::from(l.device)).copied().filter(|d| !d.is_empty())),
            names(lines, |l| if l.comes_back { "return" } else { "sale" }),
        ];
        RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(|e| Problem::internal("the columns of the lines do not fit", e))
    }
}

fn identifiers(plan: &Plan, numbers: &mut Numbers, lines: &[Line]) -> (ArrayRef, ArrayRef) {
    let mut orders = StringBuilder::with_capacity(lines.len(), lines.len() * 10);
    let mut cards = StringBuilder::with_capacity(lines.len(), lines.len() * 9);
    let mut text = Vec::new();
    for line in lines {
        let (letter, order) = numbers.next(line);
        text.clear();
        push_number(&mut text, letter, order);
        orders.append_value(String::from_utf8_lossy(&text));
        text.clear();
        match card(plan, line) {
            Some(number) => {
                push_number(&mut text, b'C', number);
                cards.append_value(String::from_utf8_lossy(&text));
            }
            None => cards.append_null(),
        }
    }
    (Arc::new(orders.finish()), Arc::new(cards.finish()))
}

fn names<'a>(lines: &[Line], of: impl Fn(&Line) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(lines.iter().map(of)))
}

fn optional<'a>(lines: &[Line], of: impl Fn(&Line) -> Option<&'a str>) -> ArrayRef {
    Arc::new(lines.iter().map(of).collect::<StringArray>())
}

fn money(lines: &[Line], of: impl Fn(&Line) -> i64) -> Result<ArrayRef, Problem> {
    Decimal128Array::from_iter_values(lines.iter().map(|l| i128::from(of(l))))
        .with_precision_and_scale(12, 2)
        .map(|a| Arc::new(a) as ArrayRef)
        .map_err(|e| Problem::internal("an amount does not fit into decimal(12, 2)", e))
}
