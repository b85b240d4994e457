//! Traits in words: what a person would say of a customer's habits.

use serde_json::Value as Json;

use super::definition::Words;

/// A habit in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What is said.
    pub text: Words,
    /// The traits it is said of.
    pub traits: Vec<&'static str>,
}

/// With fewer orders than this nobody has habits.
const ENOUGH: f64 = 3.0;
/// The part of the orders from which on something is a habit.
const MOSTLY: f64 = 0.5;

const DAYS: [(&str, &str, &str); 7] = [
    ("share_monday", "Monday", "周一"),
    ("share_tuesday", "Tuesday", "周二"),
    ("share_wednesday", "Wednesday", "周三"),
    ("share_thursday", "Thursday", "周四"),
    ("share_friday", "Friday", "周五"),
    ("share_saturday", "Saturday", "周六"),
    ("share_sunday", "Sunday", "周日"),
];
const PARTS: [(&str, &str, &str); 4] = [
    ("share_night", "night", "深夜"),
    ("share_morning", "morning", "上午"),
    ("share_afternoon", "afternoon", "下午"),
    ("share_evening", "evening", "晚上"),
];

/// What the values say, by the names of the product's own traits; one that is not known says nothing.
pub fn sentences(value: impl Fn(&str) -> Option<Json>) -> Vec<Sentence> {
    let number = |name: &str| value(name).and_then(|v| v.as_f64());
    let text = |name: &str| value(name).and_then(|v| v.as_str().map(ToOwned::to_owned)).filter(|t| !t.is_empty());
    let mut all = Vec::new();
    let mut say = |traits: Vec<&'static str>, en: String, zh: String| {
        all.push(Sentence { text: Words { en, zh }, traits });
    };
    let orders = number("frequency").unwrap_or_default();
    if orders < 1.0 {
        return all;
    }
    // With a spread there are three days or more: two visits in a row are no habit.
    if let Some(gap) = number("gap_mean").filter(|g| *g >= 0.5 && number("gap_sd").is_some()) {
        let days = gap.round();
        let en = if days <= 1.0 { "Buys almost every day".to_owned() } else { format!("Buys about every {days} days") };
        say(
            vec!["gap_mean"],
            en,
            if days <= 1.0 { "几乎每天购买".to_owned() } else { format!("大约每 {days} 天购买一次") },
        );
    }
    if orders >= ENOUGH
        && let Some((traits, en, zh)) = when(&number)
    {
        say(traits, format!("Buys {en}"), format!("常在{zh}购买"));
    }
    if let Some(category) = text("top_category") {
        say(vec!["top_category"], format!("Mostly {category}"), format!("主要购买{category}"));
    }
    if let Some(share) = number("share_mobile").filter(|s| *s >= MOSTLY) {
        let (en, zh) = if share >= 0.9 {
            ("From the phone", "用手机下单")
        } else {
            ("Mostly from the phone", "多用手机下单")
        };
        say(vec!["share_mobile"], en.to_owned(), zh.to_owned());
    }
    match (text("top_channel"), text("top_store")) {
        (Some(channel), Some(store)) => {
            say(
                vec!["top_channel", "top_store"],
                format!("Through {channel}, at {store}"),
                format!("常用渠道{channel}，常去{store}"),
            );
        }
        (Some(channel), None) => say(vec!["top_channel"], format!("Through {channel}"), format!("常用渠道{channel}")),
        (None, Some(store)) => say(vec!["top_store"], format!("At {store}"), format!("常去{store}")),
        (None, None) => {}
    }
    let percent = |share: f64| (share * 100.0).round();
    if let Some(share) = number("discount_share").filter(|s| *s >= 0.1) {
        let p = percent(share);
        say(
            vec!["discount_share"],
            format!("Likes a discount: {p}% off on average"),
            format!("偏好折扣：平均优惠 {p}%"),
        );
    }
    if let Some(rate) = number("return_rate").filter(|r| *r >= 0.2) {
        let p = percent(rate);
        say(
            vec!["return_rate"],
            format!("Returns much: {p}% of what was bought"),
            format!("退货较多：占购买金额的 {p}%"),
        );
    }
    all
}

/// On which days and at which time of the day, when there is a habit.
fn when(number: &impl Fn(&str) -> Option<f64>) -> Option<(Vec<&'static str>, String, String)> {
    let most = |of: &[(&'static str, &'static str, &'static str)]| {
        let known = of.iter().filter_map(|one| Some((number(one.0)?, *one)));
        known.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(share, _)| *share >= MOSTLY).map(|(_, one)| one)
    };
    let (day, part) = (most(&DAYS), most(&PARTS));
    let weekend = number("share_saturday").zip(number("share_sunday")).is_some_and(|(a, b)| a + b >= 0.6);
    let en = |day: &str, part: &str| format!("on {day} {part}s");
    Some(match (day, weekend, part) {
        (Some(day), _, Some(part)) => (vec![day.0, part.0], en(day.1, part.1), format!("{}{}", day.2, part.2)),
        (Some(day), _, None) => (vec![day.0], format!("on {}s", day.1), day.2.to_owned()),
        (None, true, Some(part)) => {
            (vec!["share_saturday", "share_sunday", part.0], en("weekend", part.1), format!("周末{}", part.2))
        }
        (None, true, None) => (vec!["share_saturday", "share_sunday"], "at weekends".to_owned(), "周末".to_owned()),
        (None, false, Some(("share_night", ..))) => (vec!["share_night"], "at night".to_owned(), "深夜".to_owned()),
        (None, false, Some(part)) => (vec![part.0], format!("in the {}", part.1), part.2.to_owned()),
        (None, false, None) => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn habits_read_as_people_say_them() {
        let values = json!({"frequency": 12, "gap_mean": 13.6, "gap_sd": 4.0, "share_friday": 0.7, "share_evening": 0.8, "share_sunday": 0.3,
            "top_category": "红酒", "share_mobile": 0.95, "discount_share": 0.02});
        let said = sentences(|name| values.get(name).cloned());
        let english: Vec<&str> = said.iter().map(|s| s.text.en.as_str()).collect();
        assert_eq!(english, ["Buys about every 14 days", "Buys on Friday evenings", "Mostly 红酒", "From the phone"]);
        assert_eq!(
            (said[1].text.zh.as_str(), &said[1].traits[..]),
            ("常在周五晚上购买", &["share_friday", "share_evening"][..])
        );
        // Many orders on two days in a row.
        let values = json!({"frequency": 34, "gap_mean": 1.0});
        assert_eq!(sentences(|name| values.get(name).cloned()), []);
        assert_eq!(sentences(|_| None), []);
    }
}
