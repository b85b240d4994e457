//! The customers behind a number: what `within=` of the customer list means.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use base::{Code, Problem};
use lake::order::{Kind, kinds, number, text, wrong};
use lake::{Month, ORDER_LINE, Reading};

use web::Text;

use crate::Insight;
use crate::day::Period;
use crate::index::numbers::blocking;
use crate::metrics::METRICS;
use crate::store::product_names;
use crate::top::Dimension;

/// The kinds of sets that are found here; others belong to the segments.
pub const KINDS: [&str; 4] = ["metric", "cohort", "bought", "hour"];

/// A set of customers.
#[derive(Clone, Debug)]
pub struct Within {
    /// As it was asked for.
    pub text: String,
    /// The set in words.
    pub label: Text,
    /// Who is in it, ascending, everyone once.
    pub customers: Arc<[i64]>,
}

/// A set as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// Those whom a metric counts.
    Metric(&'static str, Period),
    /// Those who first bought in a month; of them those who bought again so many months later.
    Cohort(i32, Option<i32>),
    /// Those who bought something.
    Bought(Dimension, String, Period),
    /// Those who placed an order on a weekday (Monday = 1) in an hour.
    Hour(u8, u8, Period),
}

fn wrong_set(message: String, hint: &str) -> Problem {
    Problem::new(Code::InvalidArgument, message.clone()).hint(hint).field("within", message)
}

impl Set {
    /// Reads the value of `within=`; `None` when it is of a kind that is not found here.
    pub fn parse(text: &str) -> Result<Option<Self>, Problem> {
        let Some((kind, rest)) = text.split_once(':').filter(|(kind, _)| KINDS.contains(kind)) else {
            return Ok(None);
        };
        let set = match kind {
            "metric" => Self::metric(rest),
            "cohort" => Self::cohort(rest),
            "bought" => Self::bought(rest),
            _ => Self::hour(rest),
        };
        set.map(Some)
    }

    fn metric(text: &str) -> Result<Self, Problem> {
        let (name, period) = at(text)?;
        let counting = || METRICS.iter().filter(|m| m.who.is_some()).map(|m| m.name);
        let name = counting().find(|known| *known == name).ok_or_else(|| {
            let hint = base::problem::did_you_mean(name, counting());
            let all = counting().collect::<Vec<_>>().join(", ");
            wrong_set(
                format!("\"{name}\" is not a metric that counts customers"),
                &hint.unwrap_or(format!("use one of {all}")),
            )
        })?;
        Ok(Self::Metric(name, period))
    }

    fn cohort(text: &str) -> Result<Self, Problem> {
        let (month, after) = text.split_once('/').map_or((text, None), |(month, after)| (month, Some(after)));
        let wrong = || wrong_set(format!("\"{text}\" is not a cohort"), "write cohort:2026-01 or cohort:2026-01/3");
        let month: Month =
            month.parse().ok().filter(|m: &Month| (1970 * 12..2149 * 12).contains(&m.0)).ok_or_else(wrong)?;
        let after = after.map(|n| n.parse::<u16>().ok().filter(|n| *n < 2_160).ok_or_else(wrong)).transpose()?;
        Ok(Self::Cohort(month.0, after.map(i32::from)))
    }

    fn bought(text: &str) -> Result<Self, Problem> {
        let (what, period) = at(text)?;
        let wrong = || {
            wrong_set(
                format!("\"{what}\" does not say what was bought"),
                "write bought:product/SK0003@2026-01-01..2026-03-31",
            )
        };
        let (by, value) = what.split_once('/').filter(|(_, value)| !value.is_empty()).ok_or_else(wrong)?;
        Ok(Self::Bought(Dimension::parse(by, "within")?, value.to_owned(), period))
    }

    fn hour(text: &str) -> Result<Self, Problem> {
        let (cell, period) = at(text)?;
        let numbers = cell.split_once('-').and_then(|(d, h)| d.parse::<u8>().ok().zip(h.parse::<u8>().ok()));
        match numbers {
            Some((weekday @ 1..=7, hour @ 0..=23)) => Ok(Self::Hour(weekday, hour, period)),
            _ => Err(wrong_set(
                format!("\"{cell}\" is not a weekday and an hour"),
                "write hour:5-19@2026-01-01..2026-03-31: Friday, 19:00 to 19:59",
            )),
        }
    }
}

/// Takes `…@2026-01-01..2026-03-31` apart. What comes before may hold any sign.
fn at(text: &str) -> Result<(&str, Period), Problem> {
    let (what, period) = text.rsplit_once('@').ok_or_else(|| {
        wrong_set(format!("\"{text}\" does not say in which days"), "add the days: @2026-01-01..2026-03-31")
    })?;
    Ok((what, Period::parse(period, "within")?))
}

impl Insight {
    /// The customers that `within=` names; `None` when it is of a kind that is not found here.
    pub async fn within(&self, text: &str) -> Result<Option<Within>, Problem> {
        let Some(set) = Set::parse(text)? else { return Ok(None) };
        let (_, index) = self.index().await?;
        let question = format!("within {text}");
        let known = self.memory.get::<Vec<i64>>(index.stamp, &question);
        let customers: Arc<[i64]> = match (&set, known) {
            (_, Some(known)) => known.as_slice().into(),
            (Set::Bought(by, value, period), None) => {
                let found = Arc::new(self.bought(*by, value.clone(), *period).await?);
                self.memory.put(index.stamp, question, found.len() * 8, &found);
                found.as_slice().into()
            }
            (Set::Metric(name, period), None) => {
                let who = METRICS.iter().find(|m| m.name == *name).and_then(|m| m.who);
                who.map_or_else(Vec::new, |who| index.customers(who, *period)).into()
            }
            (Set::Cohort(month, after), None) => index.cohort(*month, *after).into(),
            (Set::Hour(weekday, hour, period), None) => index.customers_at(*weekday, *hour, *period).into(),
        };
        Ok(Some(Within { text: text.to_owned(), label: self.label(&set).await?, customers }))
    }

    /// The known customers with a sale of a value in a period, ascending.
    async fn bought(&self, by: Dimension, value: String, period: Period) -> Result<Vec<i64>, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let (instants, months) = (period.instants(&self.business.zone)?, period.months(&self.business.zone)?);
        let threads = self.threads;
        blocking(move || {
            let go = AtomicBool::new(false);
            let reading = Reading { columns: &["customer_id", "time", "kind", by.as_str()], threads, cancel: &go };
            let add = |found: &mut Vec<i64>, batch: &RecordBatch| -> Result<(), Problem> {
                let values = text(batch, by.as_str())?;
                let names = values.values().as_string_opt::<i32>().ok_or_else(|| wrong(by.as_str()))?;
                let wanted: Vec<bool> = names.iter().map(|name| name == Some(&value)).collect();
                if !wanted.contains(&true) {
                    return Ok(());
                }
                let customers = number::<Int64Type>(batch, "customer_id")?;
                let time = number::<TimestampMicrosecondType>(batch, "time")?.values();
                let (kind, meaning) = kinds(batch)?;
                for row in (0..batch.num_rows()).filter(|row| values.key(*row).is_some_and(|code| wanted[code])) {
                    let sale = meaning[kind.values()[row] as usize] == Kind::Sale;
                    if sale && !customers.is_null(row) && instants.contains(&time[row]) {
                        found.push(customers.value(row));
                    }
                }
                found.dedup();
                Ok(())
            };
            let mut found = snapshot.scan(&ORDER_LINE, reading, Some(&months), Vec::new, add)?.concat();
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
        .await
    }

    /// A set in words.
    async fn label(&self, set: &Set) -> Result<Text, Problem> {
        let days = |period: &Period| format!(" · {} – {}", period.from, period.to);
        Ok(match set {
            Set::Metric(name, period) => {
                let (en, zh) = match *name {
                    "new_customers" => ("New customers", "新客户"),
                    "returning_customers" => ("Returning customers", "回头客"),
                    "repurchase_rate" => ("Bought at least twice", "复购客户"),
                    _ => ("Active customers", "活跃客户"),
                };
                Text::new(format!("{en}{}", days(period)), format!("{zh}{}", days(period)))
            }
            Set::Cohort(month, None) => {
                let month = Month(*month);
                Text::new(format!("First bought in {month}"), format!("{month} 首次购买"))
            }
            Set::Cohort(month, Some(after)) => {
                let (month, later) = (Month(*month), Month(month + after));
                Text::new(
                    format!("First bought in {month}, bought in {later}"),
                    format!("{month} 首次购买，{later} 有购买"),
                )
            }
            Set::Bought(by, value, period) => {
                let name = match by {
                    Dimension::Product => {
                        product_names(&mut self.lake.db().read().await?, &[value]).await?.remove(value)
                    }
                    _ => None,
                };
                let name = name.unwrap_or_else(|| value.clone());
                let (en, zh) = match by {
                    Dimension::Store => ("Bought at", "在此门店购买："),
                    Dimension::Channel => ("Bought by channel", "在此渠道购买："),
                    _ => ("Bought", "购买过 "),
                };
                Text::new(format!("{en} {name}{}", days(period)), format!("{zh}{name}{}", days(period)))
            }
            Set::Hour(weekday, hour, period) => {
                let day = usize::from(weekday - 1);
                let en = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day];
                let zh = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day];
                let hours = format!("{hour}:00–{hour}:59");
                Text::new(
                    format!("Ordered on a {en}, {hours}{}", days(period)),
                    format!("{zh} {hours} 下单{}", days(period)),
                )
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_api_writes() {
        let period = Period::parse("2026-01-01..2026-03-31", "x").unwrap();
        let set = |text: &str| Set::parse(text).unwrap().unwrap();
        assert_eq!(set("metric:new_customers@2026-01-01..2026-03-31"), Set::Metric("new_customers", period));
        assert_eq!(set("cohort:2026-01"), Set::Cohort(2026 * 12, None));
        assert_eq!(set("cohort:2026-01/3"), Set::Cohort(2026 * 12, Some(3)));
        let odd = Set::Bought(Dimension::Category, "a/b@c:d".into(), period);
        assert_eq!(set("bought:category/a/b@c:d@2026-01-01..2026-03-31"), odd);
        assert_eq!(set("hour:5-19@2026-01-01..2026-03-31"), Set::Hour(5, 19, period));
        assert_eq!(Set::parse("group:champions").unwrap(), None);
        for wrong in [
            "metric:revenue@2026-01-01..2026-03-31",
            "metric:new_customers",
            "cohort:x",
            "cohort:2026-01/x",
            "bought:brand/x@2026-01-01..2026-03-31",
            "bought:product/@2026-01-01..2026-03-31",
            "hour:8-1@2026-01-01..2026-03-31",
        ] {
            assert!(Set::parse(wrong).is_err_and(|p| p.hint.is_some() && p.fields[0].field == "within"), "{wrong}");
        }
    }
}
