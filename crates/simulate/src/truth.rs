//! The truth files: what is true of every customer, and of the business as a whole. Nothing in the product reads them;
//! tests and benchmarks compare with them what the product found out.

use serde_json::{Value, json};

use crate::coupon;
use crate::life::{AFTER_PRICE_RISE, Cause, HANDLED, HURT, Life, REFERRED, REFERRED_LEAVE, SOOTHED};
use crate::orders::{BEER_OTHERWISE, BEER_WITH_NAPPIES, FAMILY_NAPPIES, OTHERS_NAPPIES};
use crate::people::number;
use crate::plan::{ANONYMOUS, MEMBERS_BEFORE, PRICE_RISE, Plan};
use crate::scenario::Scenario;
use crate::tally::{Tally, Totals};
use crate::text::{Row, push_money};
use crate::types::Type;

/// Header of `truth.csv`.
pub(crate) const HEADER: &str = "customer_no,type,joined,churned_at,churn_cause,coupon_eligible,coupon_sent,coupon_reacts,\
    coupon_lift,orders_per_year,referred_by,orders,sale_lines,return_lines,sales,returned\n";

/// Writes the truth of a customer.
pub(crate) fn row(plan: &Plan, life: &Life, referrer: Option<u32>, tally: &Tally, out: &mut Vec<u8>) {
    let yes = |b: bool| if b { "yes" } else { "no" };
    let part = life.coupon;
    // The effect the coupon has, or would have had on a member who did not get it.
    let lift = if part.eligible && part.reacts { coupon::extra(tally.window) } else { 0 };
    let mut row = Row(out);
    row.number(b'C', number(life.index)).text(life.kind.as_str()).text(plan.calendar.text(life.joined));
    match life.cause {
        Some(cause) => row.text(plan.calendar.text(life.until)).text(cause.as_str()),
        None => row.none().text("none"),
    };
    row.text(yes(part.eligible)).text(yes(part.sent())).text(yes(part.reacts)).money(lift);
    row.money((life.rate * 365.0 * 100.0).round() as i64);
    match referrer {
        Some(index) => row.number(b'C', number(index)),
        None => row.none(),
    };
    row.int(tally.orders as i64)
        .int(tally.sale_lines as i64)
        .int(tally.return_lines as i64)
        .money(tally.sales)
        .money(tally.returned)
        .end();
}

/// `truth.json`.
pub(crate) fn summary(plan: &Plan, totals: &Totals) -> Value {
    let scenario = &plan.scenario;
    let date = |day: i32| String::from_utf8_lossy(plan.calendar.text(day)).into_owned();
    json!({
        "scenario": {
            "customers": scenario.customers,
            "seed": scenario.seed,
            "start": scenario.start.to_string(),
            "months": scenario.months,
            "zone": scenario.zone,
            "lines_per_customer": scenario.lines_per_customer,
            "currency": Scenario::CURRENCY,
        },
        "totals": sums(totals),
        "months": totals.months.iter().map(|m| json!({
            "sale_lines": m.sale_lines,
            "return_lines": m.return_lines,
            "sales": money(m.sales),
            "returned": money(m.returned),
        })).collect::<Vec<_>>(),
        "coupon": {
            "code": coupon::CODES[usize::from(coupon::THANK_YOU)],
            "lift": coupon::LIFT_PERCENT as f64 / 100.0,
            "first_day": date(plan.window.from),
            "last_day": date(plan.window.until - 1),
        },
        "nappies_and_beer": {
            "family_weekend_nappies": FAMILY_NAPPIES[0],
            "family_weekday_nappies": FAMILY_NAPPIES[1],
            "others_nappies": OTHERS_NAPPIES,
            "family_weekend_beer_with_nappies": BEER_WITH_NAPPIES,
            "beer_otherwise": BEER_OTHERWISE,
        },
        "season_by_month": crate::calendar::SEASON,
        "festivals": plan.calendar.festivals.iter().map(|f| json!({
            "name": f.name,
            "from": f.from.to_string(),
            "to": f.to.to_string(),
            "factor": f.factor,
            "code": f.promotion.map(|c| coupon::CODES[usize::from(c)]),
        })).collect::<Vec<_>>(),
        "price_rise": { "first_day": date(plan.price_rise), "rise": PRICE_RISE, "leave_over_price_factor": AFTER_PRICE_RISE },
        "complaints": { "well_badly_open": HANDLED, "leave_per_30_days_after_badly": HURT, "leave_factor_after_well": SOOTHED },
        "word_of_mouth": { "newcomers_who_ask": REFERRED, "leave_factor_of_referred": REFERRED_LEAVE },
        "anonymous_lines": ANONYMOUS,
        "members_before_start": MEMBERS_BEFORE,
        "types": Type::ALL.iter().map(|t| behaviour(*t)).collect::<Vec<_>>(),
    })
}

fn sums(totals: &Totals) -> Value {
    json!({
        "customers": totals.customers,
        "buyers": totals.buyers,
        "churned": totals.churned,
        "lines": totals.lines(),
        "sale_lines": totals.sale_lines(),
        "return_lines": totals.return_lines(),
        "anonymous_lines": totals.anonymous_lines,
        "sale_orders": totals.sale_orders,
        "return_orders": totals.return_orders,
        "anonymous_orders": totals.anonymous_orders,
        "sales": money(totals.sales()),
        "returned": money(totals.returned()),
        "appointments": totals.appointments,
        "complaints": totals.complaints,
        "referrals": totals.referrals,
        "coupons": totals.coupons,
    })
}

/// Money as text, exact.
fn money(hundredths: i64) -> String {
    let mut text = Vec::new();
    push_money(&mut text, hundredths);
    String::from_utf8_lossy(&text).into_owned()
}

fn behaviour(of: Type) -> Value {
    let b = of.behaviour();
    let causes = Cause::ALL.iter().zip(b.leave);
    json!({
        "type": of.as_str(),
        "share": b.share,
        "visits": b.visits,
        "late": b.late,
        "weekend": b.weekend,
        "online": b.online,
        "mobile": b.mobile,
        "discount": b.discount,
        "price_tilt": b.tilt,
        "lines_per_order": 1.0 + b.extra,
        "returns": b.returns,
        "leave_per_30_days": causes.map(|(c, h)| (c.as_str().to_owned(), h.into())).collect::<serde_json::Map<_, _>>(),
        "complaints_per_30_days": b.complains,
        "coupon_reacts": b.reacts,
        "appointments_per_order": b.appointments,
        "recommends": b.advocate,
    })
}
