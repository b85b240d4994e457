//! One fold equals the plain computation, whatever the order and division of the lines.

use std::sync::Arc;

use arrow::array::RecordBatch;
use base::{CustomerId, Zone};
use proptest::prelude::*;

use super::lines::{Line, Value, batch, define, instant, line, value};
use super::oracle::{CORE, Naive, all};
use crate::traits::{Folder, Plan, Traits, explain};

/// Folds the lines of customers 1 to 3, given as several batches of mixed customers in any order.
pub(super) fn run(plan: &Arc<Plan>, as_of: i64, batches: &[RecordBatch], owners: &[Vec<i64>]) -> RecordBatch {
    let mut folder = Folder::new(plan, as_of);
    let prepared: Vec<_> = batches.iter().map(|b| folder.prepare(b).unwrap()).collect();
    for customer in 1..4 {
        for (prepared, owners) in prepared.iter().zip(owners) {
            let mut row = 0;
            for run in owners.chunk_by(|a, b| a == b) {
                if run[0] == customer {
                    folder.fold(prepared, row..row + run.len());
                }
                row += run.len();
            }
        }
        folder.finish(CustomerId(customer)).unwrap();
    }
    folder.take().unwrap()
}

fn split(lines: &[Line], size: usize, lake: bool) -> (Vec<RecordBatch>, Vec<Vec<i64>>) {
    let parts = || lines.chunks(size.max(1));
    (parts().map(|c| batch(c, lake)).collect(), parts().map(|c| c.iter().map(|l| l.customer).collect()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_fold_equals_the_plain_computation(
        lines in prop::collection::vec(line(), 0..60),
        as_of in instant(),
        near in prop::option::of((any::<prop::sample::Index>(), prop::sample::select(vec![0i64, 1, 89, 90, 91]))),
        zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "Europe/London", "America/New_York"]),
        lake in any::<bool>(),
    ) {
        // Often a reference date at which some line is at the very end or beginning of a window.
        let as_of = match near {
            Some((index, days)) if !lines.is_empty() => index.get(&lines).time + days * 86_400_000_000,
            _ => as_of,
        };
        let zone = Zone::named(zone).unwrap();
        let (text, checks) = all();
        let plan = Plan::compile(&Traits::parse(&text).unwrap(), &zone).unwrap();
        let (batches, owners) = split(&lines, 1000, lake);
        let out = run(&plan, as_of, &batches, &owners);
        for customer in 1..4 {
            let own = lines.iter().filter(|l| l.customer == customer && l.time <= as_of).collect();
            let naive = Naive { lines: own, as_of, zone: zone.tz().clone() };
            for (name, check) in &checks {
                let found = value(&out, name, customer as usize - 1);
                prop_assert_eq!(&found, &check(&naive), "{} of customer {}", name, customer);
            }
        }
    }

    #[test]
    fn neither_order_nor_division_of_the_lines_matters(
        (lines, shuffled) in prop::collection::vec(line(), 0..60)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        size in 1usize..20,
        as_of in instant(),
    ) {
        let zone = Zone::named("Europe/London").unwrap();
        let plan = Plan::compile(&Traits::parse(&all().0).unwrap(), &zone).unwrap();
        let (whole, owners) = split(&lines, 1000, true);
        let (parts, part_owners) = split(&shuffled, size, false);
        prop_assert_eq!(run(&plan, as_of, &whole, &owners), run(&plan, as_of, &parts, &part_owners));
    }
}

/// A sale of nothing in particular.
pub(super) fn sale_at(time: i64) -> Line {
    sale(time, 10_000)
}

#[test]
fn long_and_short_runs_of_lines_agree() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let lines = prop::collection::vec(line(), 3_000).new_tree(&mut runner).unwrap().current();
    let plan = Plan::compile(&Traits::parse(&all().0).unwrap(), &Zone::utc()).unwrap();
    let fold = |run: usize| {
        let mut folder = Folder::new(&plan, i64::MAX);
        let prepared = folder.prepare(&batch(&lines, true)).unwrap();
        (0..3_000).step_by(run).for_each(|from| folder.fold(&prepared, from..from + run));
        folder.finish(CustomerId(1)).unwrap();
        folder.take().unwrap()
    };
    let whole = fold(3_000);
    let naive = Naive { lines: lines.iter().collect(), as_of: i64::MAX, zone: Zone::utc().tz().clone() };
    assert_eq!(value(&whole, "monetary", 0), CORE[2].1(&naive));
    assert_eq!(value(&whole, "top_product", 0), CORE[15].1(&naive));
    assert_eq!([fold(100), fold(3), fold(1)], [whole.clone(), whole.clone(), whole]);
}

fn sale(time: i64, amount: i64) -> Line {
    Line {
        customer: 1,
        time,
        order: time,
        kind: "sale",
        product: Some("P1"),
        category: None,
        store: None,
        channel: None,
        device: None,
        quantity: 1000,
        unit_price: None,
        amount,
        discount: None,
    }
}

fn alone(text: &str, as_of: i64, lines: &[Line]) -> Result<RecordBatch, base::Problem> {
    let plan = Plan::compile(&Traits::parse(text)?, &Zone::utc())?;
    let mut folder = Folder::new(&plan, as_of);
    folder.customer(CustomerId(1), &[batch(lines, true)])?;
    folder.take()
}

#[test]
fn before_the_first_line_counts_and_sums_are_zero_and_all_else_is_null() {
    let out = alone(Traits::core_text(), 99, &[sale(100, 5)]).unwrap();
    for (name, _) in CORE {
        let zero = match name {
            "frequency" | "frequency_90d" | "products" => Value::Count(0),
            "monetary" | "monetary_12m" => Value::Money(0),
            _ => Value::Null,
        };
        assert_eq!(value(&out, name, 0), zero, "{name}");
    }
}

#[test]
fn a_trait_added_to_the_file_is_there() {
    let text = Traits::core_text().to_owned() + &define("big_orders", "count()", "amount >= 0.001", "all");
    let out = alone(&text, 100, &[sale(100, 9), sale(100, 10)]).unwrap();
    assert_eq!(out.schema().fields().last().unwrap().name(), "big_orders");
    assert_eq!(value(&out, "big_orders", 0), Value::Count(1));
}

#[test]
fn more_conditions_than_a_word_has_bits_are_kept_apart() {
    let text: String = (0..150).map(|i| define(&format!("t{i}"), "count()", &format!("amount = {i}"), "all")).collect();
    let lines: Vec<Line> = (0..150).flat_map(|i| vec![sale(5, i * 10_000); i as usize % 7]).collect();
    let out = alone(&text, 10, &lines).unwrap();
    for i in 0..150 {
        assert_eq!(value(&out, &format!("t{i}"), 0), Value::Count(i % 7));
    }
}

#[test]
fn money_that_does_not_fit_is_a_problem_and_no_number() {
    let most = 999_999_999_999_999_999;
    let text = define("spend", "sum(amount)", "", "all");
    assert_eq!(value(&alone(&text, 9, &[sale(5, most)]).unwrap(), "spend", 0), Value::Money(most.into()));
    let problem = alone(&text, 9, &[sale(5, most), sale(6, 1)]).unwrap_err();
    assert_eq!(problem.message, "the trait \"spend\" of customer cus_1 is larger than 18 digits");
    // Sums on the way may be larger than the result, far beyond 64 bits.
    let lines: Vec<Line> = (0..40).map(|i| sale(i, if i < 20 { most } else { -most })).collect();
    assert_eq!(value(&alone(&text, 99, &lines).unwrap(), "spend", 0), Value::Money(0));
    let top = define("top", "mode(product by amount)", "", "all");
    assert!(alone(&top, 99, &lines).is_err());
}

#[test]
fn an_explanation_names_the_parts_and_their_lines() {
    let mut lines = vec![sale(5, 25_000), sale(5, 5_000), sale(6, 10_000)];
    lines.push(Line { kind: "return", ..sale(7, -10_000) });
    let traits = Traits::core().unwrap();
    let told = explain(&traits, "average_order", &Zone::utc(), 1_000_000, &[batch(&lines, true)]).unwrap();
    assert_eq!(
        told.to_string(),
        "average_order = 2.00\n  value  sum(amount) / distinct(order)\n  where  kind = 'sale'\n  \
         window all: to 1970-01-01 00:00:01\n  sum(amount) = 4.00, from 3 lines\n  distinct(order) = 2, from 3 lines\n"
    );
    let hint = explain(&traits, "avarage_order", &Zone::utc(), 9, &[]).unwrap_err().hint;
    assert_eq!(hint.as_deref(), Some("did you mean \"average_order\"?"));
}
