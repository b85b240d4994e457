//! From batches of the lake to lines.

use arrow::array::{Array, AsArray, DictionaryArray, PrimitiveArray, RecordBatch, StringArray};
use arrow::datatypes::{ArrowPrimitiveType, Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::{Amount, Code, Problem, Quantity};

use super::{Kind, Line, Row};

/// The columns of order lines that a timeline is made from.
pub const COLUMNS: [&str; 18] = [
    "order_id",
    "order_key",
    "time",
    "line_no",
    "kind",
    "product",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "amount",
    "discount",
    "currency",
    "store",
    "channel",
    "device",
    "coupon",
    "return_of",
];

/// Appends the lines of a batch in the types of the lake's readers: text with its dictionary, decimals of 64 bits.
pub(super) fn rows(batch: &RecordBatch, rows: &mut Vec<Row>) -> Result<(), Problem> {
    let (time, order_key) =
        (number::<TimestampMicrosecondType>(batch, "time")?, number::<Int64Type>(batch, "order_key")?);
    let line_no = number::<Int32Type>(batch, "line_no")?;
    let money = |name| number::<Decimal64Type>(batch, name);
    let (quantity, amount) = (money("quantity")?, money("amount")?);
    let (unit_price, discount) = (money("unit_price")?, money("discount")?);
    let (order_id, currency, kind) =
        (Text::of(batch, "order_id")?, Text::of(batch, "currency")?, Text::of(batch, "kind")?);
    let (product, product_name) = (Text::of(batch, "product")?, Text::of(batch, "product_name")?);
    let (category, return_of) = (Text::of(batch, "category")?, Text::of(batch, "return_of")?);
    let (store, channel) = (Text::of(batch, "store")?, Text::of(batch, "channel")?);
    let (device, coupon) = (Text::of(batch, "device")?, Text::of(batch, "coupon")?);
    for i in 0..batch.num_rows() {
        let known = kind.at(i).as_deref().and_then(Kind::named);
        rows.push(Row {
            order_id: order_id.at(i).unwrap_or_default(),
            order_key: order_key.value(i),
            time: time.value(i),
            currency: currency.at(i).unwrap_or_default(),
            store: store.at(i),
            channel: channel.at(i),
            device: device.at(i),
            coupon: coupon.at(i),
            return_of: return_of.at(i),
            line: Line {
                line_no: line_no.value(i),
                kind: known.ok_or_else(|| wrong("kind"))?,
                product: product.at(i),
                product_name: product_name.at(i),
                category: category.at(i),
                quantity: Quantity(quantity.value(i)),
                unit_price: unit_price.is_valid(i).then(|| Amount(unit_price.value(i))),
                amount: Amount(amount.value(i)),
                discount: discount.is_valid(i).then(|| Amount(discount.value(i))),
            },
        });
    }
    Ok(())
}

struct Text<'a> {
    array: &'a DictionaryArray<Int32Type>,
    values: &'a StringArray,
}

impl<'a> Text<'a> {
    fn of(batch: &'a RecordBatch, name: &str) -> Result<Self, Problem> {
        let array =
            batch.column_by_name(name).and_then(|c| c.as_dictionary_opt::<Int32Type>()).ok_or_else(|| wrong(name))?;
        let values = array.values().as_string_opt::<i32>().ok_or_else(|| wrong(name))?;
        Ok(Self { array, values })
    }

    fn at(&self, row: usize) -> Option<String> {
        self.array.key(row).map(|key| self.values.value(key).to_owned())
    }
}

fn number<'a, T: ArrowPrimitiveType>(batch: &'a RecordBatch, name: &str) -> Result<&'a PrimitiveArray<T>, Problem> {
    batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<T>()).ok_or_else(|| wrong(name))
}

fn wrong(name: &str) -> Problem {
    Problem::new(Code::Internal, format!("the column {name} of the history is not of its type"))
}
