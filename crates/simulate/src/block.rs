//! A block of customers, made by one thread: its lines, and its rows of the other files.

use crate::coupon::{CODES, THANK_YOU};
use crate::life::{self, Life};
use crate::line::Line;
use crate::orders::Shopper;
use crate::people::{self, number};
use crate::plan::Plan;
use crate::tally::Totals;
use crate::text::Row;
use crate::{service, truth, walk_in};

/// The files written customer by customer, and their headers; positions as in `Block::rows`.
pub(crate) const FILES: [(&str, &str); 6] = [
    ("customers.csv", people::HEADER),
    ("appointments.csv", service::APPOINTMENTS),
    ("complaints.csv", service::COMPLAINTS),
    ("referrals.csv", "at,referrer,referred\n"),
    ("coupons.csv", "coupon,customer_no,sent_at,valid_to\n"),
    ("truth.csv", truth::HEADER),
];
const CUSTOMERS: usize = 0;
const APPOINTMENTS: usize = 1;
const COMPLAINTS: usize = 2;
const REFERRALS: usize = 3;
const COUPONS: usize = 4;
const TRUTH: usize = 5;

/// What a block holds.
pub(crate) struct Block {
    pub(crate) lines: Vec<Line>,
    pub(crate) rows: [Vec<u8>; FILES.len()],
    pub(crate) totals: Totals,
}

/// The split of a scenario into blocks of bounded size: first the customers, then the orders without a card.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks {
    customers: u64,
    walk_ins: u64,
    by_customer: u64,
    by_walk_in: u64,
}

impl Blocks {
    /// Blocks of about 200 000 lines.
    pub(crate) fn of(plan: &Plan) -> Self {
        let by_customer = (200_000.0 / plan.scenario.lines_per_customer) as u64;
        Self {
            customers: plan.scenario.customers,
            walk_ins: u64::from(plan.walk_ins),
            by_customer: by_customer.clamp(64, 8192),
            by_walk_in: 65_536,
        }
    }

    /// How many blocks there are.
    pub(crate) const fn count(self) -> u64 {
        self.customers.div_ceil(self.by_customer) + self.walk_ins.div_ceil(self.by_walk_in)
    }

    /// Makes block `number`.
    pub(crate) fn make(self, plan: &Plan, number: u64) -> Block {
        let mut block = Block {
            lines: Vec::new(),
            rows: std::array::from_fn(|_| Vec::new()),
            totals: Totals::new(plan.scenario.months),
        };
        let of_customers = self.customers.div_ceil(self.by_customer);
        if number < of_customers {
            let from = number * self.by_customer;
            for index in from..self.customers.min(from + self.by_customer) {
                block.customer(plan, index as u32);
            }
        } else {
            let from = (number - of_customers) * self.by_walk_in;
            block.walk_ins(plan, from, self.walk_ins.min(from + self.by_walk_in));
        }
        for line in &block.lines {
            block.totals.add_line(plan.calendar.days[line.day() as usize].month, line);
        }
        block
    }
}

impl Block {
    fn customer(&mut self, plan: &Plan, index: u32) {
        let life = Life::of(plan, index);
        let referrer = life::referrer(plan, &life);
        let tally = Shopper::new(plan, &life).shop(&mut self.lines);
        people::row(plan, &life, referrer, &mut self.rows[CUSTOMERS]);
        truth::row(plan, &life, referrer, &tally, &mut self.rows[TRUTH]);
        service::complaints(plan, &life, &mut self.rows[COMPLAINTS]);
        let totals = &mut self.totals;
        totals.appointments += service::appointments(plan, &life, &mut self.rows[APPOINTMENTS]);
        totals.complaints += life.complaints.len() as u64;
        totals.customers += 1;
        totals.buyers += u64::from(tally.orders > 0);
        totals.churned += u64::from(life.cause.is_some());
        totals.sale_orders += tally.orders;
        totals.return_orders += tally.returns;
        if let Some(referrer) = referrer {
            totals.referrals += 1;
            let (from, to) = (number(referrer), number(index));
            let mut row = Row(&mut self.rows[REFERRALS]);
            row.text(plan.calendar.text(life.joined)).number(b'C', from).number(b'C', to).end();
        }
        if life.coupon.sent() {
            totals.coupons += 1;
            Row(&mut self.rows[COUPONS])
                .text(CODES[usize::from(THANK_YOU)])
                .number(b'C', number(index))
                .moment(plan.calendar.text(plan.window.from - 1), 18 * 3600)
                .text(plan.calendar.text(plan.window.until - 1))
                .end();
        }
    }

    fn walk_ins(&mut self, plan: &Plan, from: u64, to: u64) {
        let mut rng = plan.walk_in_stream(from);
        for number in from..to {
            walk_in::order(plan, &mut rng, number as u32, &mut self.lines);
        }
        self.totals.sale_orders += to - from;
        self.totals.anonymous_orders += to - from;
        self.totals.anonymous_lines += self.lines.len() as u64;
    }
}
