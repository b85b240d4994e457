//! Properties of the rules as a whole, and the errors of the rule file.

use base::Amount;
use proptest::prelude::*;

use super::book::{Book, DEFAULT};
use super::classify::{Learned, axis_values};
use super::groups::Cell;
use super::moves::{Move, Moves};
use super::rfm::{Bins, Settings, five};
use crate::model::{Dimension, Facts, History, InWindow, Place, days_between};

const TODAY: i32 = 20_000;

/// Few different values on every axis, so that ties are common.
fn someone() -> impl Strategy<Value = Facts> {
    let history = (0..400i32, 0..700i32, 1..12u32, 1..8u32, 0..400i32);
    let history = history.prop_map(|(ago, tenure, orders, days, gap)| {
        let span = if days == 1 { 0 } else { tenure.max(days as i32 - 1) };
        let last_gap = if days == 1 { 0 } else { gap.min(span - (days as i32 - 2)).max(1) };
        let last_day = TODAY - ago;
        let first_day = last_day - span;
        History { first_day, last_day, orders: orders.max(days), purchase_days: days, last_gap_days: last_gap as u32 }
    });
    let money = prop_oneof![Just(-5_0000i64), Just(0), 1..60i64].prop_map(|m| Amount(m * 2_5000));
    (prop::option::weighted(0.9, history), prop::option::weighted(0.8, 1..6u32), money).prop_map(
        |(history, frequency, monetary)| {
            let window =
                history.zip(frequency).map(|(h, frequency)| InWindow { last_day: h.last_day, frequency, monetary });
            Facts { customer: 0, history, window }
        },
    )
}

fn people() -> impl Strategy<Value = Vec<Facts>> {
    prop::collection::vec(someone(), 1..120).prop_map(|mut all| {
        all.iter_mut().zip(1..).for_each(|(f, id)| f.customer = id);
        all
    })
}

fn run(people: &[Facts], bins: u8) -> Option<(Book, Learned, Vec<Place>)> {
    let book = Book::standard();
    let learned = Learned::from(people.iter(), (0, TODAY), Settings::default().with_bins(bins), &book).ok()?;
    let places = people.iter().map(|f| learned.place(f, &book)).collect();
    Some((book, learned, places))
}

proptest! {
    #[test]
    fn scores_follow_the_definition_by_rank(people in people(), bins in 2..=10u8) {
        let Some((_, _, places)) = run(&people, bins) else {
            prop_assert!((people.iter().filter(|f| f.window.is_some()).count() as u64) < u64::from(bins));
            return Ok(());
        };
        let buyers: Vec<_> = people.iter().filter_map(|f| f.window).map(|w| axis_values(&w, TODAY)).collect();
        for (facts, place) in people.iter().zip(&places) {
            let Some((window, rfm)) = facts.window.zip(place.rfm) else { continue };
            let values = axis_values(&window, TODAY);
            let scores = [rfm.scores.r, rfm.scores.f, rfm.scores.m];
            for axis in 0..3 {
                let worse = buyers.iter().filter(|b| b[axis] < values[axis]).count();
                prop_assert_eq!(usize::from(scores[axis]), 1 + usize::from(bins) * worse / buyers.len());
            }
            prop_assert!((0.0..=100.0).contains(&rfm.score));
        }
    }

    #[test]
    fn tiers_follow_the_definition_by_larger_values(people in people()) {
        let Some((_, learned, places)) = run(&people, 2) else { return Ok(()) };
        let money: Vec<i64> = people.iter().filter_map(|f| f.window).map(|w| w.monetary.0).collect();
        let revenue: i64 = money.iter().filter(|m| **m > 0).sum();
        prop_assert_eq!(learned.tiers.revenue, i128::from(revenue));
        for rfm in places.iter().filter_map(|p| p.rfm) {
            let larger: i64 = money.iter().filter(|m| **m > rfm.monetary.0 && **m > 0).sum();
            let tier = if rfm.monetary.0 > 0 && larger * 100 < revenue * 80 { 0 }
                else if rfm.monetary.0 > 0 && larger * 100 < revenue * 95 { 1 } else { 2 };
            prop_assert_eq!(rfm.tier, tier);
        }
    }

    #[test]
    fn order_and_currency_unit_play_no_part(people in people(), seed in any::<u64>(), factor in 2..50i64) {
        let Some((_, _, places)) = run(&people, 5) else { return Ok(()) };
        let mut other = people;
        other.sort_by_key(|f| base::hash::mix(f.customer as u64 ^ seed));
        for f in &mut other {
            if let Some(w) = &mut f.window { w.monetary.0 *= factor }
        }
        let (_, _, mut again) = run(&other, 5).expect("the same people");
        again.sort_by_key(|p| p.customer);
        for (a, b) in places.iter().zip(&again) {
            let rank = |p: &Place| (p.rfm.map(|r| (r.scores, r.group, r.tier)), p.stage);
            prop_assert_eq!(rank(a), rank(b));
        }
    }

    #[test]
    fn stored_cuts_place_everyone_as_the_run_did(people in people(), bins in 2..=10u8) {
        let Some((book, learned, places)) = run(&people, bins) else { return Ok(()) };
        let stored: Learned = serde_json::from_str(&serde_json::to_string(&learned).unwrap()).unwrap();
        for (facts, place) in people.iter().zip(&places) {
            prop_assert_eq!(stored.place(facts, &book), *place);
        }
    }

    #[test]
    fn a_larger_value_never_scores_less(people in people(), bins in 2..=10u8, probes in prop::collection::vec(-100..100i64, 2..20)) {
        let Some((_, learned, _)) = run(&people, bins) else { return Ok(()) };
        let mut probes = probes;
        probes.sort_unstable();
        for cuts in &learned.cuts {
            prop_assert!(cuts.0.is_sorted());
            prop_assert!(probes.is_sorted_by_key(|p| cuts.score(*p)));
            for p in &probes {
                let (low, high) = cuts.range(cuts.score(*p));
                prop_assert!(low.is_none_or(|l| l <= *p) && high.is_none_or(|h| *p <= h));
            }
        }
        prop_assert!(probes.is_sorted_by(|a, b| learned.tiers.tier(*a) >= learned.tiers.tier(*b)));
    }

    #[test]
    fn moves_add_up_to_both_dates(before in people(), after in people()) {
        let book = Book::standard();
        let place = |people: &[Facts]| run(people, 2).map(|(_, _, places)| places);
        let (Some(before), Some(after)) = (place(&before), place(&after)) else { return Ok(()) };
        for dimension in Dimension::ALL {
            let moves = Moves::between(dimension, &book, &Move::all(before.clone(), after.clone()));
            let none = moves.places.len() - 1;
            prop_assert_eq!(moves.cells[none][none], 0);
            for (places, totals) in [(&before, moves.from_totals()), (&after, moves.to_totals())] {
                let at = |spot: usize| places.iter().filter(|p| p.buyer && match dimension {
                    Dimension::Stage => usize::from(p.stage) == spot,
                    _ => p.rfm.map_or(none - 1, |r| usize::from(if dimension == Dimension::Tier { r.tier } else { r.group })) == spot,
                }).count() as u64;
                for (spot, total) in totals.iter().enumerate().take(none) {
                    prop_assert_eq!(*total, at(spot), "{:?} {}", dimension, moves.places[spot]);
                }
            }
        }
    }

    #[test]
    fn stages_are_counted_in_own_rhythms(h in someone().prop_filter_map("bought", |f| f.history), stand_in in 1..120u32) {
        let book = Book::standard();
        let name = |h: &History| {
            let standing = book.lifecycle.standing(Some(h), TODAY, f64::from(stand_in));
            book.lifecycle.all()[usize::from(book.lifecycle.of(&standing))].title.name.clone()
        };
        let rhythm = if h.purchase_days >= 3 { f64::from(h.last_day - h.first_day) / f64::from(h.purchase_days - 1) } else { f64::from(stand_in) };
        let silent = days_between(h.last_day, TODAY) as f64;
        let stage = name(&h);
        if silent > (4.0 * rhythm).clamp(90.0, 365.0) {
            prop_assert_eq!(stage, "lapsed");
        } else if silent > (2.0 * rhythm).clamp(30.0, 180.0) {
            prop_assert_eq!(stage, "at_risk");
        } else {
            prop_assert!(["won_back", "new", "loyal", "active"].contains(&stage.as_str()), "{}", stage);
        }
    }
}

#[test]
fn ten_bins_are_spread_over_five_in_pairs_and_few_bins_reach_both_ends() {
    assert_eq!((1..=10).map(|s| five(s, 10)).collect::<Vec<_>>(), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!((1..=5).map(|s| five(s, 5)).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!((five(1, 2), five(2, 2), five(2, 3)), (1, 5, 3));
}

#[test]
fn the_eleven_groups_lie_where_the_field_draws_them() {
    let book = Book::standard();
    assert_eq!(book.notes, Vec::<String>::new());
    let at = |r, f, m| book.groups.all()[usize::from(book.groups.of(Cell([r, f, m])))].title.name.as_str();
    for (cell, name) in [
        ([5, 5, 5], "champions"),
        ([4, 4, 4], "champions"),
        ([3, 5, 5], "loyal"),
        ([5, 3, 4], "loyal"),
        ([5, 2, 2], "potential_loyalists"),
        ([5, 1, 1], "new_customers"),
        ([4, 1, 2], "promising"),
        ([3, 2, 3], "need_attention"),
        ([3, 1, 1], "about_to_sleep"),
        ([2, 3, 3], "at_risk"),
        ([1, 5, 4], "cannot_lose"),
        ([2, 1, 1], "hibernating"),
        ([1, 1, 1], "lost"),
    ] {
        assert_eq!(at(cell[0], cell[1], cell[2]), name, "{cell:?}");
    }
    assert_eq!(book.groups.all().len(), 11);
}

#[test]
fn who_came_back_after_his_own_long_silence_is_won_back() {
    let book = Book::standard();
    let stage = |h: &History| {
        let standing = book.lifecycle.standing(Some(h), TODAY, 60.0);
        book.lifecycle.all()[usize::from(book.lifecycle.of(&standing))].title.name.as_str()
    };
    let last_day = TODAY - 5;
    // Every ten days, then 100 of silence: the lapse limit before that gap was 90 days.
    let back = History { first_day: last_day - 140, last_day, orders: 5, purchase_days: 6, last_gap_days: 100 };
    assert_eq!(stage(&back), "won_back");
    // The same gap is usual for one who buys every seventy-five days.
    let slow = History { first_day: last_day - 250, purchase_days: 4, ..back };
    assert_eq!(stage(&slow), "loyal");
}

#[test]
fn mistakes_in_the_rule_file_are_named() {
    let with = |from: &str, to: &str| {
        assert!(DEFAULT.contains(from), "{from}");
        Book::parse(&DEFAULT.replacen(from, to, 1))
    };
    for (from, to, said) in [
        ("bins = 5", "bins = 11", "11 bins for recency are not possible"),
        ("bins = 5", "bins = ", "line 16"),
        ("bins = 5", "bns = 5", "unknown field `bns`"),
        ("bins = 5", "bins = 5\nbounds.monetary = [10, 5]", "bounds of monetary are not in order"),
        ("recency = 1, frequency = 1, monetary = 1", "recency = 0, frequency = 0, monetary = 0", "weights"),
        (
            "when = \"r = 2\"",
            "when = \"r = 9\"",
            "leave 6 of 125 combinations without a group, such as r = 2, f = 1, m = 1",
        ),
        ("when = \"r >= 4 and fm", "when = \"r >= 4 and fn", "group \"champions\": \"fn\" is not known"),
        ("name = \"lost\"", "name = \"at_risk\"", "two groups called \"at_risk\""),
        ("name = \"lost\"", "name = \"none\"", "cannot be the name of a group"),
        ("share = 0.95", "share = 0.75", "value tiers are not in order"),
        ("share = 0.95", "from = 0.75", "tier \"b\" is not drawn as the method asks"),
        ("min_days = 90", "min_days = 900", "the limit \"lapse\" does not hold together"),
        ("when = \"recency_days > lapse\"", "when = \"recency_days > laps\"", "neither a number nor a limit"),
        ("when = \"recency_days > lapse\"", "", "stage \"lapsed\" takes everyone"),
    ] {
        let problem = with(from, to).unwrap_err();
        assert!(problem.message.contains(said), "{to}: {}", problem.message);
        assert!(problem.hint.is_some(), "{said}");
    }
    let hidden = with("when = \"r = 3\"", "when = \"r >= 4\"").unwrap_err();
    assert!(hidden.message.contains("combinations"), "{}", hidden.message);
    let hidden = with("when = \"r = 4 and f <= 1\"", "when = \"r >= 5 and f < 1\"").unwrap();
    assert_eq!(
        hidden.notes,
        ["group \"promising\" can never take anyone: no combination of scores fulfils its condition"]
    );
}

#[test]
fn fixed_bounds_count_days_downwards() {
    let bounds = "bins = 5\nbounds.recency_days = [30, 60]\nbounds.frequency = [2]\nbounds.monetary = [100.5]";
    let book = Book::parse(&DEFAULT.replacen("bins = 5", bounds, 1)).unwrap();
    assert_eq!(book.settings.bins, [Bins::Fixed(vec![-60, -30]), Bins::Fixed(vec![2]), Bins::Fixed(vec![100_5000])]);
    let at = |days: i32, frequency, monetary| {
        let window = InWindow { last_day: TODAY - days, frequency, monetary: Amount(monetary) };
        let facts = Facts { customer: 1, history: None, window: Some(window) };
        let learned = Learned::from([facts].iter(), (0, TODAY), book.settings.clone(), &book).unwrap();
        let scores = learned.place(&facts, &book).rfm.unwrap().scores;
        (scores.r, scores.f, scores.m)
    };
    assert_eq!(at(30, 1, 100_4999), (3, 1, 1));
    assert_eq!(at(31, 2, 100_5000), (2, 2, 2));
    assert_eq!(at(61, 9, 0).0, 1);
}

#[test]
fn too_few_customers_for_the_bins_are_refused_with_what_is_needed() {
    let facts = Facts {
        customer: 1,
        history: None,
        window: Some(InWindow { last_day: TODAY, frequency: 1, monetary: Amount(1) }),
    };
    let problem = Learned::from([facts; 4].iter(), (0, TODAY), Settings::default(), &Book::standard()).unwrap_err();
    assert_eq!(problem.code, base::Code::TooLittleData);
    assert!(problem.hint.unwrap().contains("at least 5"));
}
