//! The date that behaviour is told as of when nobody names one: the end of the day of the last order.

use base::{Micros, Problem, Zone};
use lake::{Lake, ORDER_LINE};
use store::args;

use crate::list::filter::span_of;

/// The last instant of a day on the clocks of the business.
pub fn end_of_day(at: Micros, zone: &Zone) -> Micros {
    let day = jiff::Timestamp::from_microsecond(at).ok().map(|t| t.to_zoned(zone.tz().clone()).date());
    day.and_then(|day| span_of(day, zone)).map_or(at, |span| span.1)
}

/// The instant of the newest order line of today or earlier; `None` where there is no line.
///
/// A till with a wrong clock must not make everybody look as if he had not come for months: lines ahead of today are passed over (data
/// quality counts them). Of a file that holds lines of both sides of today, and where all lines are ahead, it is the end of today.
async fn last_order(lake: &Lake, zone: &Zone, now: Micros) -> Result<Option<Micros>, Problem> {
    let until = end_of_day(now, zone);
    // Asked for with every order that comes in: what is in no file is not loaded for it. And first, so that what gets into one
    // meanwhile is met there.
    let mut tx = lake.db().read().await?;
    let sql = "SELECT max(CASE WHEN time <= $1 THEN time END), max(time) FROM hot_order_line";
    let row = tx.fetch_one(sql, args![until]).await?;
    let (hot, any) = (row.at::<Option<i64>>(0)?, row.at::<Option<i64>>(1)?);
    drop(tx);
    let snapshot = lake.snapshot_sealed().await?;
    let spans = || snapshot.files(&ORDER_LINE).filter_map(|f| f.time);
    let sealed = spans().filter(|span| span.0 <= until).map(|span| span.1.min(until)).max();
    let ahead = (any.is_some() || spans().next().is_some()).then_some(until);
    Ok(sealed.max(hot).or(ahead))
}

/// The usual reference date: the end of the day of [`last_order`].
pub async fn reference(lake: &Lake, zone: &Zone, now: Micros) -> Result<Option<Micros>, Problem> {
    Ok(last_order(lake, zone, now).await?.map(|last| end_of_day(last, zone)))
}

/// The instant of the first order line of all; `None` where there is none.
pub async fn first_order(lake: &Lake) -> Result<Option<Micros>, Problem> {
    let mut tx = lake.db().read().await?;
    let hot: Option<i64> = tx.fetch_one("SELECT min(time) FROM hot_order_line", args![]).await?.at(0)?;
    drop(tx);
    let snapshot = lake.snapshot_sealed().await?;
    Ok(snapshot.files(&ORDER_LINE).filter_map(|f| f.time).map(|span| span.0).chain(hot).min())
}
