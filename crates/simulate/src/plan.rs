//! A scenario made ready: the tables every customer's streams draw from. Shared read-only by all threads.

use base::{Code, Problem, Rng, Zone};

use crate::calendar::Calendar;
use crate::coupon::Window;
use crate::draw::Alias;
use crate::goods::Goods;
use crate::life::Life;
use crate::scenario::Scenario;
use crate::tempo::Tempo;
use crate::types::Type;

/// Stores by name, and their share of the members.
pub(crate) const STORES: [(&str, f64); 4] = [("徐汇店", 0.4), ("浦东店", 0.3), ("静安店", 0.2), ("虹桥 Hongqiao", 0.1)];

/// Share of receipt lines paid in cash without a card.
pub(crate) const ANONYMOUS: f64 = 0.08;
/// Mean lines of an order without a card, and lines beyond the first.
pub(crate) const WALK_IN_EXTRA: f64 = 0.6;
/// Share of customers who were members before the span.
pub(crate) const MEMBERS_BEFORE: f64 = 0.45;
/// They joined within this many days before it.
const JOINED_BEFORE: f64 = 1095.0;
/// The price rise in the middle of the span, and for how many 30-day periods it hurts.
pub(crate) const PRICE_RISE: f64 = 0.06;
pub(crate) const PRICE_RISE_PERIODS: i32 = 3;

/// What a random stream of a customer is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Life,
    Orders,
    Person,
    Service,
    Referrer,
    Complaint,
}

/// Everything precomputed.
pub(crate) struct Plan {
    pub(crate) scenario: Scenario,
    pub(crate) calendar: Calendar,
    pub(crate) goods: Goods,
    pub(crate) window: Window,
    /// First day of the new prices.
    pub(crate) price_rise: i32,
    /// Orders per day of a customer with rate 1.
    pub(crate) scale: f64,
    /// Number of orders without a card.
    pub(crate) walk_ins: u32,
    pub(crate) shares: [f64; 6],
    pub(crate) stores: [f64; 4],
    pub(crate) walk_in_tempo: Tempo,
    tempos: Vec<Tempo>,
    hours: Vec<Alias>,
}

impl Plan {
    /// Checks the scenario and builds the tables.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, Problem> {
        check(scenario)?;
        let calendar = Calendar::new(scenario.start, scenario.months)?;
        let days = calendar.len();
        let mut plan = Self {
            scenario: scenario.clone(),
            goods: Goods::new(PRICE_RISE),
            window: Window::of(days),
            price_rise: days / 2,
            scale: 1.0,
            walk_ins: 0,
            shares: Type::ALL.map(|t| t.behaviour().share),
            stores: STORES.map(|s| s.1),
            walk_in_tempo: Tempo::new(&calendar, 0.4, 0.7),
            tempos: Type::ALL
                .iter()
                .map(|t| Tempo::new(&calendar, t.behaviour().weekend, t.behaviour().pull))
                .collect(),
            hours: Type::ALL.iter().map(|t| Alias::new(&hours(t.behaviour().late))).collect(),
            calendar,
        };
        plan.calibrate();
        Ok(plan)
    }

    /// The random stream of one customer for one purpose: independent of all others.
    pub(crate) fn stream(&self, index: u32, what: Stream) -> Rng {
        base::seeded(self.scenario.seed, u64::from(index) * 8 + what as u64)
    }

    /// The random stream of a block of orders without a card.
    pub(crate) fn walk_in_stream(&self, block: u64) -> Rng {
        base::seeded(self.scenario.seed, (1 << 63) | block)
    }

    /// The day customer `index` joined: card numbers rise with it. Growth within the span is even.
    pub(crate) fn joined(&self, index: u32) -> i32 {
        let place = (f64::from(index) + 0.5) / self.scenario.customers as f64;
        if place < MEMBERS_BEFORE {
            -((1.0 - place / MEMBERS_BEFORE) * JOINED_BEFORE) as i32 - 1
        } else {
            ((place - MEMBERS_BEFORE) / (1.0 - MEMBERS_BEFORE) * f64::from(self.calendar.len())) as i32
        }
    }

    pub(crate) fn tempo(&self, of: Type) -> &Tempo {
        &self.tempos[of as usize]
    }

    /// Hours of the day of a type's orders.
    pub(crate) fn hours(&self, of: Type) -> &Alias {
        &self.hours[of as usize]
    }

    /// Lines expected in all, returns included.
    pub(crate) fn expected_lines(&self) -> f64 {
        self.scenario.lines_per_customer * self.scenario.customers as f64 / (1.0 - ANONYMOUS)
    }

    /// Sets the scale so that customers have the wanted mean number of lines: exposure is taken from a sample of lives,
    /// rates at their mean.
    fn calibrate(&mut self) {
        let customers = self.scenario.customers;
        let sample = customers.min(4096);
        let (mut fixed, mut by_rate) = (0.0, 0.0);
        for i in 0..sample {
            let life = Life::of(self, (i * customers / sample) as u32);
            let lines = crate::orders::lines_per_order(life.kind);
            let tempo = self.tempo(life.kind);
            fixed += if life.joined >= 0 { lines } else { 0.0 };
            by_rate += (tempo.at(life.until) - tempo.at(life.from())) * life.kind.behaviour().visits * lines;
        }
        let wanted = self.scenario.lines_per_customer * sample as f64;
        // The order on joining cannot be scaled away; someone must still come back.
        self.scale = (wanted - fixed).max(wanted * 0.1) / by_rate;
        let orders = self.expected_lines() * ANONYMOUS / (1.0 + WALK_IN_EXTRA);
        self.walk_ins = orders.round() as u32;
    }
}

fn check(scenario: &Scenario) -> Result<(), Problem> {
    let wrong = |message: String, hint: &str| Err(Problem::new(Code::InvalidArgument, message).hint(hint));
    Zone::named(&scenario.zone)?;
    if !(1..=100_000_000).contains(&scenario.customers) {
        return wrong(format!("{} customers cannot be made", scenario.customers), "take 1 to 100 000 000");
    }
    if !(1..=120).contains(&scenario.months) {
        return wrong(format!("{} months cannot be made", scenario.months), "take 1 to 120; 24 by default");
    }
    if !(2.0..=2000.0).contains(&scenario.lines_per_customer) {
        let message = format!("{} lines per customer cannot be made", scenario.lines_per_customer);
        return wrong(message, "take 2 to 2000; 10 by default");
    }
    if scenario.lines_per_customer * scenario.customers as f64 > 2e10 {
        return wrong("that is more than 20 billion lines".into(), "take fewer customers or fewer lines per customer");
    }
    Ok(())
}

/// Weights of the hours: `late` of them from 18:00 on, a few at night, the rest in the daytime.
fn hours(late: f64) -> [f64; 24] {
    const EVENING: [f64; 6] = [0.2, 0.25, 0.25, 0.18, 0.09, 0.03];
    const DAYTIME: [f64; 18] = [
        0.006, 0.002, 0.001, 0.001, 0.001, 0.004, 0.012, 0.03, 0.06, 0.1, 0.13, 0.13, 0.11, 0.08, 0.08, 0.08, 0.083,
        0.09,
    ];
    std::array::from_fn(|h| if h >= 18 { late * EVENING[h - 18] } else { (1.0 - late) * DAYTIME[h] })
}
