//! The order lines as CSV.

use std::io::Write;

use base::Problem;

use super::{Numbers, Progress, card, in_order};
use crate::coupon::CODES;
use crate::line::{CHANNELS, DEVICES, Line};
use crate::plan::{Plan, STORES};
use crate::spill::Spill;
use crate::text::Row;

const HEADER: &[u8] =
    b"order_id,order_time,customer_no,product_code,product_name,category,quantity,unit_price,discount,\
    amount,coupon,store,channel,device,type\n";

/// Writes all lines to `out`.
pub(super) fn write(
    plan: &Plan,
    spill: Spill,
    mut out: impl Write,
    progress: &mut dyn FnMut(Progress),
    total: u64,
) -> Result<(), Problem> {
    out.write_all(HEADER)?;
    let goods: Vec<String> =
        plan.goods.all.iter().map(|p| format!("{},{},{}", p.code(), p.name(), p.group().name)).collect();
    let mut numbers = Numbers::default();
    let form = |lines: &[Line]| {
        let mut text = Vec::with_capacity(lines.len() * 160);
        for line in lines {
            row(plan, &goods, numbers.next(line), line, &mut text);
        }
        Ok(text)
    };
    in_order(spill, form, |text| Ok(out.write_all(&text)?), progress, total)?;
    Ok(out.flush()?)
}

fn row(plan: &Plan, goods: &[String], (letter, order): (u8, u64), line: &Line, out: &mut Vec<u8>) {
    let mut row = Row(out);
    row.number(letter, order).moment(plan.calendar.text(line.day()), line.second % 86_400);
    match card(plan, line) {
        Some(number) => row.number(b'C', number),
        None => row.none(),
    };
    row.text(&goods[usize::from(line.product)])
        .int(i64::from(line.quantity))
        .money(i64::from(line.unit_price))
        .money(i64::from(line.discount))
        .money(line.amount())
        .text(CODES[usize::from(line.coupon)])
        .text(STORES.get(usize::from(line.store)).map_or("", |s| s.0))
        .text(CHANNELS[usize::from(line.channel)])
        .text(DEVICES[usize::from(line.device)])
        .text(if line.comes_back { "return" } else { "sale" })
        .end();
}
