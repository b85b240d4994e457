//! The metrics of the overview: each is defined here and nowhere else. The guide (docs/guide/en/numbers.md) says the same to
//! people, and a test compares every one with its SQL.
//!
//! What they have in common: days are those of the business; an order is an `order_key` with a line of kind sale and is placed when
//! its first such line is; money counts on the day of its line; adjustments never count; lines without a customer count for
//! money and orders, for no customer.

use base::amount::{format_scaled, round_half_even};
use base::{Problem, Zone};

use crate::day::Period;
use crate::index::{Sums, Who};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Money, in 1/10000.
    Money,
    /// A whole number.
    Count,
    /// A part of something, in millionths.
    Share,
}

impl Unit {
    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Count => "count",
            Self::Share => "share",
        }
    }

    /// A value as decimal text.
    pub fn write(self, value: i128) -> String {
        match self {
            Self::Money => format_scaled(value, 4, 2),
            Self::Count => value.to_string(),
            Self::Share => format_scaled(value, 6, 0),
        }
    }
}

/// A metric.
#[derive(Debug)]
pub struct Metric {
    /// The stable name.
    pub name: &'static str,
    /// What people call it: English, Chinese.
    pub label: (&'static str, &'static str),
    /// What it says.
    pub description: (&'static str, &'static str),
    /// How it is computed, in words.
    pub formula: (&'static str, &'static str),
    /// The same in SQL; `{from}` and `{until}` stand for the first instant and the first one after the period.
    pub sql: &'static str,
    /// What the value is.
    pub unit: Unit,
    /// Whether more is better.
    pub more_is_better: bool,
    /// The customers behind it, when it counts customers.
    pub who: Option<Who>,
    /// The kind of the orders behind it, when it counts orders or money.
    pub orders: Option<Option<&'static str>>,
    value: fn(&Sums) -> Option<i128>,
}

/// All metrics, in the order of the page.
pub static METRICS: [Metric; 8] = [
    Metric {
        name: "revenue",
        label: ("Revenue", "净销售额"),
        description: ("Sales less returns, also of unknown customers", "销售减去退货，含未识别客户"),
        formula: ("Σ amount of lines of kinds sale and return", "销售行与退货行金额之和"),
        sql: "select sum(amount) from order_line\nwhere kind in ('sale', 'return') and time >= '{from}' and time < '{until}'",
        unit: Unit::Money,
        more_is_better: true,
        who: None,
        orders: Some(None),
        value: |s| Some(s.sales + s.returns),
    },
    Metric {
        name: "orders",
        label: ("Orders", "订单数"),
        description: ("Orders with a sale, placed in the period", "期内下单且有销售的订单"),
        formula: ("number of order keys whose first sale line is in the period", "首个销售行在期内的订单数"),
        sql: "select count(*) from (\n  select min(time) as placed from order_line where kind = 'sale' group by order_key)\nwhere placed >= '{from}' and placed < '{until}'",
        unit: Unit::Count,
        more_is_better: true,
        who: None,
        orders: Some(Some("sale")),
        value: |s| Some(s.orders.into()),
    },
    Metric {
        name: "active_customers",
        label: ("Active customers", "活跃客户"),
        description: ("Known customers who placed an order in the period", "期内下过单的已识别客户"),
        formula: ("number of different customers of the orders of the period", "期内订单的不同客户数"),
        sql: "select count(distinct customer_id) from (\n  select customer_id, min(time) as placed from order_line\n  where kind = 'sale' and customer_id is not null group by customer_id, order_key)\nwhere placed >= '{from}' and placed < '{until}'",
        unit: Unit::Count,
        more_is_better: true,
        who: Some(Who::Active),
        orders: None,
        value: |s| Some(s.active.into()),
    },
    Metric {
        name: "new_customers",
        label: ("New customers", "新客户"),
        description: ("Customers who placed their first order in the period", "首单在期内的客户"),
        formula: ("number of customers whose first sale is in the period", "首次购买在期内的客户数"),
        sql: "select count(*) from (\n  select min(time) as first from order_line\n  where kind = 'sale' and customer_id is not null group by customer_id)\nwhere first >= '{from}' and first < '{until}'",
        unit: Unit::Count,
        more_is_better: true,
        who: Some(Who::New),
        orders: None,
        value: |s| Some(s.new.into()),
    },
    Metric {
        name: "returning_customers",
        label: ("Returning customers", "回头客"),
        description: ("Active customers who had bought before the period", "期前已购买过的活跃客户"),
        formula: ("active customers − new customers", "活跃客户 − 新客户"),
        sql: "select count(*) from (\n  select customer_id from (\n    select customer_id, min(time) as placed from order_line\n    where kind = 'sale' and customer_id is not null group by customer_id, order_key)\n  group by customer_id\n  having min(placed) < '{from}' and count(case when placed >= '{from}' and placed < '{until}' then 1 end) > 0)",
        unit: Unit::Count,
        more_is_better: true,
        who: Some(Who::Returning),
        orders: None,
        value: |s| Some((s.active - s.new).into()),
    },
    Metric {
        name: "repurchase_rate",
        label: ("Repurchase rate", "复购率"),
        description: (
            "Share of active customers with two orders or more in the period",
            "活跃客户中期内下单两次及以上者的占比",
        ),
        formula: ("customers with ≥ 2 orders in the period ÷ active customers", "期内下单 ≥ 2 次的客户数 ÷ 活跃客户数"),
        sql: "select count(case when orders >= 2 then 1 end) * 1.0 / count(*) from (\n  select customer_id, count(*) as orders from (\n    select customer_id, min(time) as placed from order_line\n    where kind = 'sale' and customer_id is not null group by customer_id, order_key)\n  where placed >= '{from}' and placed < '{until}' group by customer_id)",
        unit: Unit::Share,
        more_is_better: true,
        who: Some(Who::Repeat),
        orders: None,
        value: |s| ratio(s.repeat.into(), s.active.into(), 1_000_000),
    },
    Metric {
        name: "average_order",
        label: ("Average order", "平均订单金额"),
        description: ("Amount of sales per order, before returns", "平均每单销售额（退货前）"),
        formula: ("Σ amount of lines of kind sale ÷ orders", "销售行金额之和 ÷ 订单数"),
        sql: "select s.amount / o.orders from\n  (select sum(amount) as amount from order_line\n   where kind = 'sale' and time >= '{from}' and time < '{until}') s,\n  (select count(*) as orders from (\n     select min(time) as placed from order_line where kind = 'sale' group by order_key)\n   where placed >= '{from}' and placed < '{until}') o",
        unit: Unit::Money,
        more_is_better: true,
        who: None,
        orders: Some(Some("sale")),
        value: |s| ratio(s.sales, s.orders.into(), 1),
    },
    Metric {
        name: "return_rate",
        label: ("Return rate", "退货率"),
        description: ("Returned amount by sold amount of the period", "期内退货金额占销售金额的比例"),
        formula: (
            "−Σ amount of lines of kind return ÷ Σ amount of lines of kind sale",
            "退货行金额（取正）÷ 销售行金额",
        ),
        sql: "select -sum(case when kind = 'return' then cast(amount as double) else 0 end)\n     / sum(case when kind = 'sale' then cast(amount as double) else 0 end)\nfrom order_line where time >= '{from}' and time < '{until}'",
        unit: Unit::Share,
        more_is_better: false,
        who: None,
        orders: Some(Some("return")),
        value: |s| ratio(-s.returns, s.sales, 1_000_000),
    },
];

/// `scale · n / d`, rounded half to even; `None` when there is nothing to divide by.
fn ratio(n: i128, d: i128, scale: i128) -> Option<i128> {
    (d > 0).then(|| round_half_even(n * scale, d))
}

impl Metric {
    /// The metric of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        METRICS.iter().find(|m| m.name == name)
    }

    /// The value over some sums, in the units of [`Unit`].
    pub fn value(&self, sums: &Sums) -> Option<i128> {
        (self.value)(sums)
    }

    /// The SQL that gives the value of a period.
    pub fn sql(&self, period: Period, zone: &Zone) -> Result<String, Problem> {
        let instants = period.instants(zone)?;
        let text = |at| web::Instant(at).to_string();
        Ok(self.sql.replace("{from}", &text(instants.start)).replace("{until}", &text(instants.end)))
    }

    /// How much it changed: relative to before; of shares the difference.
    pub fn change(&self, value: Option<i128>, before: Option<i128>) -> Option<f64> {
        let (value, before) = (value? as f64, before? as f64);
        match self.unit {
            Unit::Share => Some((value - before) / 1e6),
            _ => (before != 0.0).then(|| (value - before) / before.abs()),
        }
    }
}
