//! The receipt lines of a customer: when, what, how many, at which price, and what comes back.

use base::Rng;

use crate::coupon::{self, THANK_YOU};
use crate::draw::Draw;
use crate::goods::{BEER, NAPPIES, UPGRADES};
use crate::life::Life;
use crate::line::{APP, CHANNEL_PHONE, DESKTOP, Line, MOBILE, STORE, TABLET, WEB};
use crate::plan::{Plan, Stream};
use crate::tally::Tally;
use crate::types::Type;

/// Chance of nappies in an order of a family at the weekend and on other days, and in any other order.
pub(crate) const FAMILY_NAPPIES: [f64; 2] = [0.5, 0.2];
pub(crate) const OTHERS_NAPPIES: f64 = 0.025;
/// Chance of beer at the weekend in a family's order with nappies, and in every other order of anyone.
pub(crate) const BEER_WITH_NAPPIES: f64 = 0.7;
pub(crate) const BEER_OTHERWISE: f64 = 0.07;
/// Share of lines that take one of the customer's four favourites.
const FAVOURITE: f64 = 0.35;
/// Discounts in per mille of the price, and how often each.
const DISCOUNTS: [u32; 5] = [50, 100, 150, 200, 300];
const DISCOUNT_WEIGHTS: [f64; 5] = [0.2, 0.35, 0.2, 0.2, 0.05];
/// Chance of a discount in a promotion relative to other days.
const PROMOTION_DISCOUNT: f64 = 1.8;
/// Opening hours of the stores; outside them only web and app sell.
const OPEN: std::ops::Range<u32> = 9..22;
/// Most lines beyond the first in an order.
const MOST_EXTRA: u32 = 12;
const DAY: u32 = 86_400;

/// Mean lines of an order of this type, returns included.
pub(crate) fn lines_per_order(of: Type) -> f64 {
    let behaviour = of.behaviour();
    let companions = if of == Type::Family { 0.75 } else { OTHERS_NAPPIES + BEER_OTHERWISE };
    (1.0 + behaviour.extra + companions) * (1.0 + behaviour.returns * 0.8)
}

/// One customer at the till.
pub(crate) struct Shopper<'a> {
    plan: &'a Plan,
    life: &'a Life,
    rng: Rng,
    favourites: [u16; 4],
    next_order: u16,
}

impl<'a> Shopper<'a> {
    pub(crate) fn new(plan: &'a Plan, life: &'a Life) -> Self {
        let mut rng = plan.stream(life.index, Stream::Orders);
        let season = rng.below(4) as u8;
        let menu = plan.goods.menu(life.kind, season);
        let favourites = std::array::from_fn(|_| menu.draw(&mut rng) as u16);
        Self { plan, life, rng, favourites, next_order: 0 }
    }

    /// Appends all lines of the customer, returns right behind the purchase.
    pub(crate) fn shop(mut self, out: &mut Vec<Line>) -> Tally {
        let mut tally = Tally::default();
        let tempo = self.plan.tempo(self.life.kind);
        let (mut at, end) = (tempo.at(self.life.from()), tempo.at(self.life.until));
        if self.life.joined >= 0 {
            self.order(self.life.joined, out, &mut tally);
        }
        loop {
            at += self.rng.exponential() / self.life.rate;
            if at >= end || self.next_order > u16::MAX - 64 {
                return tally;
            }
            self.order(tempo.day(at), out, &mut tally);
        }
    }

    fn order(&mut self, day: i32, out: &mut Vec<Line>, tally: &mut Tally) {
        let first = out.len();
        let mut head = self.head(day);
        let works = self.life.coupon.works(self.plan, day);
        if works {
            head.coupon = THANK_YOU;
        }
        self.companions(head, day, out);
        for _ in 0..=extra(&mut self.rng, self.life.kind.behaviour().extra) {
            let product = self.pick(day);
            out.push(self.line(head, day, product));
        }
        let net: i64 = out[first..].iter().map(Line::amount).sum();
        if self.plan.window.holds(day) {
            tally.window += net;
        }
        let bought = out.len();
        if works && net > 0 {
            let product = self.plan.goods.range(UPGRADES).start as u16;
            out.push(Line { product, quantity: 1, unit_price: coupon::extra(net) as u32, discount: 0, ..head });
        }
        for (number, line) in (0u8..).zip(&mut out[first..]) {
            line.number = number;
            tally.add(line);
        }
        tally.orders += 1;
        self.next_order += 1;
        self.bring_back(first..bought, day, out, tally);
    }

    /// Place and time of an order.
    fn head(&mut self, day: i32) -> Line {
        let behaviour = self.life.kind.behaviour();
        let hour = self.plan.hours(self.life.kind).draw(&mut self.rng) as u32;
        let online = self.rng.chance(behaviour.online) || !OPEN.contains(&hour);
        let (channel, device) = if online {
            self.online(behaviour.mobile)
        } else if self.rng.chance(0.02) {
            (CHANNEL_PHONE, 0)
        } else {
            (STORE, 0)
        };
        let away = self.rng.chance(0.1);
        let store = if away { self.rng.below(self.plan.stores.len() as u32) as u8 } else { self.life.store };
        let facts = self.plan.calendar.days[day as usize];
        Line {
            second: day as u32 * DAY + hour * 3600 + self.rng.below(3600),
            customer: self.life.index,
            order: self.next_order,
            number: 0,
            comes_back: false,
            product: 0,
            quantity: 0,
            unit_price: 0,
            discount: 0,
            coupon: facts.code,
            store: if online { u8::MAX } else { store },
            channel,
            device,
        }
    }

    fn online(&mut self, mobile: f64) -> (u8, u8) {
        let u = self.rng.unit();
        if u < mobile {
            (if u < mobile * 0.7 { APP } else { WEB }, MOBILE)
        } else if u < mobile + (1.0 - mobile) * 0.85 {
            (WEB, DESKTOP)
        } else {
            (WEB, TABLET)
        }
    }

    /// Nappies and beer: together in the weekend baskets of families, independent everywhere else.
    fn companions(&mut self, head: Line, day: i32, out: &mut Vec<Line>) {
        let weekend = self.plan.calendar.days[day as usize].weekend;
        let family = self.life.kind == Type::Family;
        let nappies = if family { FAMILY_NAPPIES[usize::from(!weekend)] } else { OTHERS_NAPPIES };
        let has_nappies = self.rng.chance(nappies);
        let beer = if has_nappies && weekend && family { BEER_WITH_NAPPIES } else { BEER_OTHERWISE };
        for (category, bought) in [(NAPPIES, has_nappies), (BEER, self.rng.chance(beer))] {
            if bought {
                let range = self.plan.goods.range(category);
                let product = range.start + self.rng.below(range.len() as u32) as usize;
                out.push(self.line(head, day, product as u16));
            }
        }
    }

    fn pick(&mut self, day: i32) -> u16 {
        if self.rng.chance(FAVOURITE) {
            return *self.rng.one_of(&self.favourites);
        }
        let season = self.plan.calendar.days[day as usize].season;
        self.plan.goods.menu(self.life.kind, season).draw(&mut self.rng) as u16
    }

    fn line(&mut self, head: Line, day: i32, product: u16) -> Line {
        let line = priced(self.plan, &mut self.rng, head, day, product);
        let promotion = self.plan.calendar.days[day as usize].code > 0;
        let busy = if promotion { PROMOTION_DISCOUNT } else { 1.0 };
        if !self.rng.chance((self.life.kind.behaviour().discount * busy).min(0.95)) {
            // Without a discount the promotion's code was not used.
            return Line { coupon: if head.coupon == THANK_YOU { THANK_YOU } else { 0 }, ..line };
        }
        let per_mille = DISCOUNTS[self.rng.weighted(&DISCOUNT_WEIGHTS)];
        Line { discount: line.unit_price * per_mille / 10_000 * 10 * line.quantity as u32, ..line }
    }

    /// Returns of an order: some goods come back within three weeks at what was paid for them.
    fn bring_back(&mut self, bought: std::ops::Range<usize>, day: i32, out: &mut Vec<Line>, tally: &mut Tally) {
        let share = self.life.kind.behaviour().returns;
        for i in bought {
            let line = out[i];
            if self.plan.goods.all[usize::from(line.product)].group().service || !self.rng.chance(share) {
                continue;
            }
            let back = day + 1 + self.rng.below(21) as i32;
            let second = back as u32 * DAY + (10 + self.rng.below(10)) * 3600 + self.rng.below(3600);
            let pieces = 1 + self.rng.below(line.quantity as u32) as i16;
            if back < self.life.until {
                let paid = line.unit_price - line.discount / line.quantity as u32;
                let order = self.next_order;
                self.next_order += 1;
                let back = Line { second, order, number: 0, comes_back: true, coupon: 0, ..line };
                let back = Line { quantity: -pieces, unit_price: paid, discount: 0, ..back };
                tally.add(&back);
                tally.returns += 1;
                out.push(back);
            }
        }
    }
}

/// Lines beyond the first: geometric with the given mean.
pub(crate) fn extra(rng: &mut Rng, mean: f64) -> u32 {
    let stay = mean / (1.0 + mean);
    ((rng.unit().ln() / stay.ln()) as u32).min(MOST_EXTRA)
}

/// A line of `product` at its list price of the day: mostly one piece, beer by the handful.
pub(crate) fn priced(plan: &Plan, rng: &mut Rng, head: Line, day: i32, product: u16) -> Line {
    let goods = &plan.goods.all[usize::from(product)];
    let quantity = if goods.group().service {
        1
    } else if goods.category == BEER {
        2 + rng.below(5) as i16
    } else {
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3][rng.below(16) as usize]
    };
    Line { product, quantity, unit_price: goods.price[usize::from(day >= plan.price_rise)], ..head }
}
