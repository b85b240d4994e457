//! The latent life of a customer: type, rate, when he joined, complained and left, and why. It is drawn from the
//! customer's own stream, so that anyone's life can be looked up without the lives before it.

use crate::coupon::Part;
use crate::draw::Draw;
use crate::plan::{PRICE_RISE_PERIODS, Plan, Stream};
use crate::types::{RATE_SHAPE, Type};

/// Why a customer left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cause {
    Price,
    Service,
    Moved,
    Competitor,
    Complaint,
}

impl Cause {
    pub(crate) const ALL: [Self; 5] = [Self::Price, Self::Service, Self::Moved, Self::Competitor, Self::Complaint];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Service => "service",
            Self::Moved => "moved",
            Self::Competitor => "competitor",
            Self::Complaint => "complaint",
        }
    }
}

/// How a complaint was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handled {
    Well,
    Badly,
    Open,
}

/// Shares of complaints handled well, badly, not at all.
pub(crate) const HANDLED: [f64; 3] = [0.6, 0.3, 0.1];
/// Hazard of leaving in each of the two 30-day periods after a complaint handled badly: 58 % leave.
pub(crate) const HURT: f64 = 0.35;
const HURT_PERIODS: u32 = 2;
/// Other hazards in the six periods after a complaint handled well, relative to before.
pub(crate) const SOOTHED: f64 = 0.5;
const SOOTHED_PERIODS: u32 = 6;
/// Hazards of referred customers relative to others.
pub(crate) const REFERRED_LEAVE: f64 = 0.75;
/// Share of newcomers who ask a member before they join.
pub(crate) const REFERRED: f64 = 0.25;
/// Hazard of leaving over prices in the three periods after the price rise, relative to before.
pub(crate) const AFTER_PRICE_RISE: f64 = 3.0;

const PERIOD: i32 = 30;

/// A complaint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Complaint {
    pub(crate) day: i32,
    pub(crate) handled: Handled,
}

/// What is true of a customer and seen by nobody.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) index: u32,
    pub(crate) kind: Type,
    /// Home store.
    pub(crate) store: u8,
    /// Day of joining; negative before the span.
    pub(crate) joined: i32,
    /// The first day without him: the day he left, or the end of the span.
    pub(crate) until: i32,
    pub(crate) cause: Option<Cause>,
    /// Expected orders per day while he is a customer.
    pub(crate) rate: f64,
    /// Asked a member before joining.
    pub(crate) asked: bool,
    pub(crate) coupon: Part,
    pub(crate) complaints: Vec<Complaint>,
}

impl Life {
    /// The life of customer `index`.
    pub(crate) fn of(plan: &Plan, index: u32) -> Self {
        let mut rng = plan.stream(index, Stream::Life);
        let kind = Type::ALL[rng.weighted(&plan.shares)];
        let behaviour = kind.behaviour();
        let joined = plan.joined(index);
        let mut life = Self {
            index,
            kind,
            store: rng.weighted(&plan.stores) as u8,
            joined,
            until: plan.calendar.len(),
            cause: None,
            rate: plan.scale * behaviour.visits * rng.gamma(RATE_SHAPE),
            asked: rng.chance(REFERRED) && index > 0,
            coupon: Part {
                eligible: joined < plan.window.from,
                coin: rng.chance(0.5),
                reacts: rng.chance(behaviour.reacts),
            },
            complaints: Vec::new(),
        };
        life.live(plan, &mut rng);
        life
    }

    /// Day of his first possible order.
    pub(crate) fn from(&self) -> i32 {
        self.joined.max(0)
    }

    /// Whether he is a customer on `day`.
    pub(crate) const fn there(&self, day: i32) -> bool {
        self.joined <= day && day < self.until
    }

    /// Steps through 30-day periods: complaints, and competing risks of leaving.
    fn live(&mut self, plan: &Plan, rng: &mut base::Rng) {
        let behaviour = self.kind.behaviour();
        let (mut day, mut soothed, mut hurt) = (self.from(), 0u32, 0u32);
        while day < plan.calendar.len() {
            let loyal = if soothed > 0 { SOOTHED } else { 1.0 } * if self.asked { REFERRED_LEAVE } else { 1.0 };
            let since_rise = (day - plan.price_rise).div_euclid(PERIOD);
            let dear = if (0..PRICE_RISE_PERIODS).contains(&since_rise) { AFTER_PRICE_RISE } else { 1.0 };
            let [price, service, moved, competitor] = behaviour.leave;
            let complaint = if hurt > 0 { HURT } else { 0.0 };
            let hazards = [price * dear * loyal, service * loyal, moved, competitor * loyal, complaint];
            if rng.chance(hazards.iter().sum()) {
                let left = day + 1 + rng.below(PERIOD as u32) as i32;
                if left < plan.calendar.len() {
                    self.until = left;
                    self.cause = Some(Cause::ALL[rng.weighted(&hazards)]);
                }
                return;
            }
            (soothed, hurt) = (soothed.saturating_sub(1), hurt.saturating_sub(1));
            if rng.chance(behaviour.complains) {
                let handled = [Handled::Well, Handled::Badly, Handled::Open][rng.weighted(&HANDLED)];
                match handled {
                    Handled::Well => soothed = SOOTHED_PERIODS,
                    Handled::Badly => hurt = HURT_PERIODS,
                    Handled::Open => {}
                }
                let at = day + rng.below(PERIOD as u32) as i32;
                if at < plan.calendar.len() {
                    self.complaints.push(Complaint { day: at, handled });
                }
            }
            day += PERIOD;
        }
    }
}

/// The member who recommended the club to `life`: earlier, still there, and the recommending kind; complaints change
/// how readily he does. `None` when nobody was asked or nobody did.
pub(crate) fn referrer(plan: &Plan, life: &Life) -> Option<u32> {
    if !life.asked {
        return None;
    }
    let mut rng = plan.stream(life.index, Stream::Referrer);
    (0..24).find_map(|_| {
        let member = Life::of(plan, rng.below(life.index));
        let mood = match member.complaints.iter().rfind(|c| c.day < life.joined).map(|c| c.handled) {
            Some(Handled::Well) => 1.5,
            Some(Handled::Badly) => 0.1,
            Some(Handled::Open) => 0.5,
            None => 1.0,
        };
        let recommends = rng.chance(member.kind.behaviour().advocate * mood);
        (recommends && member.there(life.joined)).then_some(member.index)
    })
}
