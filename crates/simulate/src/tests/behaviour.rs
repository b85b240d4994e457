//! What the model promises can be found again in the files.

use std::collections::{HashMap, HashSet};

use super::made::{Made, Row, cents, made, scenario, weekend};
use crate::coupon::extra;
use crate::life::Life;
use crate::orders::Shopper;
use crate::plan::Plan;

#[test]
fn the_coupon_adds_a_fifth_to_those_who_react_and_nothing_to_others() {
    let plan = Plan::new(&scenario(3000, 40.0)).unwrap();
    let mut lifted = 0;
    for index in 0..3000 {
        let spent = |coin: bool| {
            let mut life = Life::of(&plan, index);
            life.coupon.coin = coin;
            let (part, mut lines) = (life.coupon, Vec::new());
            Shopper::new(&plan, &life).shop(&mut lines);
            let (inside, outside): (Vec<_>, Vec<_>) = lines.iter().partition(|l| plan.window.holds(l.day()));
            let money = |lines: Vec<&crate::line::Line>| -> i64 {
                lines.iter().filter(|l| !l.comes_back).map(|l| l.amount()).sum()
            };
            (part, money(inside), money(outside))
        };
        let ((part, with, outside), (_, without, as_ever)) = (spent(true), spent(false));
        let reacts = part.eligible && part.reacts;
        assert_eq!(with * 10, without * if reacts { 12 } else { 10 }, "customer {index}");
        assert_eq!(outside, as_ever);
        lifted += u32::from(with > without);
    }
    assert!(lifted > 300, "{lifted}");
}

#[test]
fn the_truth_of_the_coupon_is_what_the_files_show() {
    let made = made(&scenario(3000, 40.0));
    let upgrades = |rows: &[&Row]| rows.iter().filter(|l| l.category == "Upgrades").map(|l| l.amount).sum::<i64>();
    let sent: HashSet<String> = made.records("coupons.csv").into_iter().map(|r| r["customer_no"].clone()).collect();
    let lines = made.by_customer();
    for (customer, truth) in &made.truth {
        let own = lines.get(customer.as_str()).map_or(0, |rows| upgrades(rows));
        let shown = if truth["coupon_sent"] == "yes" { cents(&truth["coupon_lift"]) } else { 0 };
        assert_eq!(own, shown, "{customer}");
        assert!(truth["coupon_reacts"] == "yes" || cents(&truth["coupon_lift"]) == 0);
        assert_eq!(truth["coupon_sent"] == "yes", sent.contains(customer));
    }
    let eligible = made.truth.values().filter(|t| t["coupon_eligible"] == "yes").count() as f64;
    assert!((sent.len() as f64 / eligible - 0.5).abs() < 0.03, "a fair coin");
    assert_eq!(extra(1000), 200);
}

#[test]
fn families_buy_beer_with_nappies_at_weekends_and_nobody_else_does() {
    let made = made(&scenario(6000, 40.0));
    let baskets = made.baskets();
    let lift = |of: &dyn Fn(&str, bool) -> bool| {
        let chosen: Vec<_> = baskets.iter().filter(|b| of(b.0, b.1)).collect();
        let share = |test: &dyn Fn(bool, bool) -> bool| {
            chosen.iter().filter(|b| test(b.2, b.3)).count() as f64 / chosen.len() as f64
        };
        share(&|n, b| n && b) / (share(&|n, _| n) * share(&|_, b| b))
    };
    let family = lift(&|kind, weekend| kind == "family" && weekend);
    assert!(family > 1.7, "families at weekends: {family}");
    let all = lift(&|_, _| true);
    assert!(all > 3.0, "all baskets: {all}");
    let others = lift(&|kind, _| kind != "family");
    assert!((0.8..1.2).contains(&others), "others: {others}");
    let weekdays = lift(&|kind, weekend| kind == "family" && !weekend);
    assert!((0.7..1.3).contains(&weekdays), "families on weekdays: {weekdays}");
}

/// Traits anyone can compute from the lines: shares of late, weekend, mobile, discounted, service and nappies orders
/// or lines, and the price level within the category.
fn traits(rows: &[&Row], level: &HashMap<&str, f64>) -> [f64; 7] {
    let sales: Vec<&&Row> = rows.iter().filter(|l| !l.comes_back && l.category != "Upgrades").collect();
    let share = |test: &dyn Fn(&Row) -> bool| sales.iter().filter(|l| test(l)).count() as f64 / sales.len() as f64;
    let goods = sales.iter().filter_map(|l| level.get(l.product.as_str()));
    let (sum, n) = goods.fold((0.0, 0.0), |(sum, n), x| (sum + x, n + 1.0));
    [
        share(&|l| &l.time[11..13] >= "18"),
        share(&|l| weekend(&l.time)),
        share(&|l| l.device == "mobile"),
        share(&|l| l.discount > 0),
        share(&|l| ["Beauty service", "Massage", "Personal training", "Packages"].contains(&l.category.as_str())),
        share(&|l| l.category == "Nappies" || l.category == "Baby"),
        sum / f64::max(n, 1.0),
    ]
}

/// The price rank of each product within its category, −1 … 1.
fn levels(made: &Made) -> HashMap<String, f64> {
    let mut categories: HashMap<String, Vec<(i64, String)>> = HashMap::new();
    for p in made.records("products.csv") {
        categories.entry(p["category"].clone()).or_default().push((cents(&p["price"]), p["product_code"].clone()));
    }
    let mut level = HashMap::new();
    for mut goods in categories.into_values() {
        goods.sort();
        let n = goods.len() as f64;
        level.extend(goods.into_iter().enumerate().map(|(i, (_, code))| (code, 2.0 * i as f64 / n - 1.0)));
    }
    level
}

#[test]
fn types_can_be_told_from_behaviour() {
    let made = made(&scenario(2500, 60.0));
    let levels = levels(&made);
    let levels: HashMap<&str, f64> = levels.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    let mut customers: Vec<(&str, Vec<&Row>)> = made.by_customer().into_iter().collect();
    customers.sort_unstable_by_key(|c| c.0);
    let points: Vec<(&str, [f64; 7])> = customers
        .iter()
        .filter(|(customer, _)| made.truth[*customer]["orders"].parse::<u32>().unwrap() >= 12)
        .map(|(customer, rows)| (made.truth[*customer]["type"].as_str(), traits(rows, &levels)))
        .collect();
    assert!(points.len() > 1000, "{}", points.len());
    let (learn, test) = points.split_at(points.len() / 2);
    let (mut centres, mut spread) = (HashMap::<&str, (f64, [f64; 7])>::new(), [0.0; 7]);
    for (kind, x) in learn {
        let centre = centres.entry(kind).or_insert((0.0, [0.0; 7]));
        centre.0 += 1.0;
        centre.1 = std::array::from_fn(|i| centre.1[i] + (x[i] - centre.1[i]) / centre.0);
    }
    for (kind, x) in learn {
        spread = std::array::from_fn(|i| spread[i] + (x[i] - centres[kind].1[i]).powi(2) / learn.len() as f64);
    }
    let distance =
        |x: &[f64; 7], kind: &str| -> f64 { (0..7).map(|i| (x[i] - centres[kind].1[i]).powi(2) / spread[i]).sum() };
    let right = test
        .iter()
        .filter(|(kind, x)| centres.keys().min_by(|a, b| distance(x, a).total_cmp(&distance(x, b))) == Some(kind))
        .count() as f64
        / test.len() as f64;
    assert!(right >= 0.8, "{right}");
}

#[test]
fn badly_handled_complaints_drive_people_away() {
    let made = made(&scenario(12_000, 2.0));
    let mut last: HashMap<String, (String, String)> = HashMap::new();
    for c in made.records("complaints.csv") {
        last.insert(c["customer_no"].clone(), (c["handled"].clone(), c["at"][..10].to_owned()));
    }
    let left = |how: &str| {
        let of: Vec<_> = last.iter().filter(|(_, (handled, _))| handled == how).collect();
        let gone = |(customer, (_, at)): &&(&String, &(String, String))| {
            let date = |text: &str| text.parse::<jiff::civil::Date>().ok();
            let (at, end) = (date(at), date(&made.truth[*customer]["churned_at"]));
            at.zip(end).is_some_and(|(at, end)| at < end && end.duration_since(at).as_hours() <= 90 * 24)
        };
        of.iter().filter(|c| gone(c)).count() as f64 / of.len() as f64
    };
    let (well, badly) = (left("well"), left("badly"));
    assert!(badly > 0.4 && well < 0.12, "left within 90 days: {badly} handled badly, {well} well");
    let over_prices = |kind: &str| {
        let of: Vec<_> = made.truth.values().filter(|t| t["type"] == kind).collect();
        of.iter().filter(|t| t["churn_cause"] == "price").count() as f64 / of.len() as f64
    };
    assert!(over_prices("price") > 3.0 * over_prices("quality"));
}

#[test]
fn newcomers_are_sent_by_members_of_their_day() {
    let made = made(&scenario(3000, 2.0));
    let referrals = made.records("referrals.csv");
    let share = referrals.len() as f64 / 3000.0;
    assert!((0.2..0.3).contains(&share), "{share}");
    for referral in &referrals {
        let (member, new) = (&made.truth[&referral["referrer"]], &made.truth[&referral["referred"]]);
        assert_eq!(new["referred_by"], referral["referrer"]);
        assert!(member["joined"] <= new["joined"], "{referral:?}");
        assert!(member["churned_at"].is_empty() || member["churned_at"] > new["joined"], "{referral:?}");
    }
}

#[test]
fn festivals_show_in_the_sales() {
    let made = made(&scenario(4000, 40.0));
    let mut days: HashMap<&str, f64> = HashMap::new();
    for line in &made.lines {
        *days.entry(&line.time[..10]).or_default() += 1.0;
    }
    let mean = |from: &str, to: &str| {
        let of: Vec<f64> = days.iter().filter(|(d, _)| from <= **d && **d <= to).map(|(_, n)| *n).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    let ordinary = mean("2025-03-10", "2025-04-20");
    assert!(mean("2025-01-28", "2025-02-03") < 0.6 * ordinary, "Spring Festival");
    assert!(mean("2025-01-14", "2025-01-27") > 1.1 * ordinary, "before Spring Festival");
    assert!(mean("2025-06-16", "2025-06-18") > 1.4 * ordinary, "618");
    assert!(mean("2025-11-11", "2025-11-11") > 1.8 * ordinary, "Double 11");
}
