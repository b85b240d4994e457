//! How good the data of one customer is.

use base::{Micros, Zone};
use jiff::Timestamp;
use jiff::civil::Date;
use profile::{BIRTHDAY_WITHOUT_YEAR, Customer, IdentityKind};
use serde::Serialize;
use utoipa::ToSchema;
use web::api::Text;

/// What a warning and a remark take off the score.
const COSTS: [(&str, f64); 3] = [("error", 0.3), ("warning", 0.15), ("info", 0.05)];

/// Something that is missing or not right.
#[derive(Serialize, ToSchema)]
pub(crate) struct QualityIssue {
    /// The attribute.
    field: &'static str,
    /// `complete`, `valid`, `unique`, `consistent` or `fresh`.
    check: &'static str,
    /// `info`, `warning` or `error`.
    severity: &'static str,
    /// What it is.
    text: Text,
}

/// How good the data is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"score": 0.95, "issues": [{"field": "email", "check": "complete", "severity": "info",
    "text": {"en": "The e-mail address is missing", "zh": "缺少邮箱"}}]}))]
pub(crate) struct CustomerQuality {
    /// 0 … 1.
    score: f64,
    /// What is missing or not right.
    issues: Vec<QualityIssue>,
}

pub(crate) fn quality(customer: &Customer, now: Micros, zone: &Zone) -> CustomerQuality {
    let mut issues = Vec::new();
    let mut say = |field, check, severity, en: &str, zh: &str| {
        issues.push(QualityIssue { field, check, severity, text: Text::new(en, zh) });
    };
    if customer.name.is_none() {
        say("name", "complete", "warning", "The name is missing", "缺少姓名");
    }
    let known = |kind: &IdentityKind| customer.identities.iter().any(|i| i.kind == *kind);
    match (known(&IdentityKind::PHONE), known(&IdentityKind::EMAIL)) {
        (false, false) => {
            say("phone", "complete", "warning", "There is no way to reach him", "没有手机号和邮箱，无法联系");
        }
        (true, false) => say("email", "complete", "info", "The e-mail address is missing", "缺少邮箱"),
        (false, true) => say("phone", "complete", "info", "The telephone number is missing", "缺少手机号"),
        (true, true) => {}
    }
    let missing = |name: &str| customer.attributes.get(name).is_none_or(serde_json::Value::is_null);
    for (field, en, zh) in [
        ("birthday", "The birthday is missing", "缺少生日"),
        ("gender", "The gender is missing", "缺少性别"),
        ("city", "The city is missing", "缺少城市"),
    ] {
        if missing(field) && (field != "birthday" || missing(BIRTHDAY_WITHOUT_YEAR)) {
            say(field, "complete", "info", en, zh);
        }
    }
    let day = |at: Micros| Timestamp::from_microsecond(at).ok().map(|t| t.to_zoned(zone.tz().clone()).date());
    let date = |name: &str| customer.attributes.get(name).and_then(|v| v.as_str()).and_then(|t| t.parse::<Date>().ok());
    let today = day(now).unwrap_or_default();
    if let Some(born) = date("birthday").filter(|b| *b > today || today.year() - b.year() > 120) {
        let (en, zh) = (format!("{born} cannot be a birthday"), format!("{born} 不可能是生日"));
        say("birthday", "valid", "error", &en, &zh);
    }
    if let Some((joined, first)) = date("joined").zip(customer.first_seen.and_then(day)).filter(|(j, f)| f < j) {
        let en = format!("He bought on {first}, before he joined on {joined}");
        say("joined", "consistent", "info", &en, &format!("{first} 已有购买，早于入会日期 {joined}"));
    }
    let cost = |issue: &QualityIssue| COSTS.iter().find(|c| c.0 == issue.severity).map_or(0.0, |c| c.1);
    let score = 1.0 - issues.iter().map(cost).sum::<f64>();
    CustomerQuality { score: (score.max(0.0) * 100.0).round() / 100.0, issues }
}
