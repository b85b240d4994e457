//! Sales without a card: cash customers the business cannot recognise.

use base::Rng;

use crate::draw::Draw;
use crate::goods::{BEER, NAPPIES};
use crate::line::{Line, STORE};
use crate::orders::{self, BEER_OTHERWISE, OTHERS_NAPPIES};
use crate::plan::{Plan, WALK_IN_EXTRA};
use crate::types::Type;

/// Appends the lines of order `number` of those without a card.
pub(crate) fn order(plan: &Plan, rng: &mut Rng, number: u32, out: &mut Vec<Line>) {
    let kind = Type::ALL[rng.weighted(&plan.shares)];
    let end = plan.walk_in_tempo.at(plan.calendar.len());
    let day = plan.walk_in_tempo.day(rng.unit() * end);
    let head = Line {
        second: day as u32 * 86_400 + (9 + rng.below(13)) * 3600 + rng.below(3600),
        customer: plan.scenario.customers as u32 + number,
        order: 0,
        number: 0,
        comes_back: false,
        product: 0,
        quantity: 0,
        unit_price: 0,
        discount: 0,
        coupon: 0,
        store: rng.weighted(&plan.stores) as u8,
        channel: STORE,
        device: 0,
    };
    let first = out.len();
    for (category, chance) in [(NAPPIES, OTHERS_NAPPIES), (BEER, BEER_OTHERWISE)] {
        if rng.chance(chance) {
            let range = plan.goods.range(category);
            let product = range.start + rng.below(range.len() as u32) as usize;
            let line = orders::priced(plan, rng, head, day, product as u16);
            out.push(line);
        }
    }
    let menu = plan.goods.menu(kind, plan.calendar.days[day as usize].season);
    for _ in 0..=orders::extra(rng, WALK_IN_EXTRA) {
        let product = menu.draw(rng) as u16;
        let line = orders::priced(plan, rng, head, day, product);
        out.push(line);
    }
    for (number, line) in (0u8..).zip(&mut out[first..]) {
        line.number = number;
    }
}
