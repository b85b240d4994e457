//! The latent types: what each kind of customer does differently. Every number of the behaviour model that depends on
//! the type stands here; `truth.json` repeats them.

use crate::goods::CATEGORIES;

/// A latent type: never in the business's own files, only in the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Waits for discounts, buys the cheaper of two goods, leaves over prices.
    Price,
    /// Buys the dearer of two goods, hardly ever discounted.
    Quality,
    /// Comes for treatments and training, complains more, leaves over bad service.
    Service,
    /// Buys after 18:00.
    Evening,
    /// Buys in the app and on the phone.
    Mobile,
    /// Shops at weekends for a family: nappies, and beer with them.
    Family,
}

/// The parameters of one type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behaviour {
    /// Share among customers.
    pub(crate) share: f64,
    /// Orders per day relative to the other types; a customer's own rate is gamma-distributed around it.
    pub(crate) visits: f64,
    /// Share of orders between 18:00 and 24:00.
    pub(crate) late: f64,
    /// Share of orders on Saturdays and Sundays, before festivals.
    pub(crate) weekend: f64,
    /// Share of orders in the web shop or app, and of those on a phone.
    pub(crate) online: f64,
    pub(crate) mobile: f64,
    /// Share of lines with a discount outside promotions.
    pub(crate) discount: f64,
    /// Tilt towards dear (+) or cheap (−) goods within a category: weight exp(tilt × price rank in −1 … 1).
    pub(crate) tilt: f64,
    /// Mean number of lines per order beyond the first.
    pub(crate) extra: f64,
    /// Share of lines of goods (not services) that come back.
    pub(crate) returns: f64,
    /// How strongly promotions move the number of orders (1 = as the calendar says).
    pub(crate) pull: f64,
    /// Hazards of leaving per 30 days over price, service, moving away, a competitor.
    pub(crate) leave: [f64; 4],
    /// Complaints per 30 days.
    pub(crate) complains: f64,
    /// Share that reacts to the coupon.
    pub(crate) reacts: f64,
    /// Booked appointments per order.
    pub(crate) appointments: f64,
    /// Chance that he recommends the club when a newcomer asks him.
    pub(crate) advocate: f64,
    /// Weights of the categories, in the order of `goods::CATEGORIES`.
    pub(crate) tastes: [f64; CATEGORIES],
}

impl Type {
    /// All types; the position is the type's number.
    pub const ALL: [Self; 6] = [Self::Price, Self::Quality, Self::Service, Self::Evening, Self::Mobile, Self::Family];

    /// The name in the truth files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Quality => "quality",
            Self::Service => "service",
            Self::Evening => "evening",
            Self::Mobile => "mobile",
            Self::Family => "family",
        }
    }

    pub(crate) const fn behaviour(self) -> &'static Behaviour {
        &BEHAVIOUR[self as usize]
    }
}

/// Shape of the gamma distribution of visit rates around the type's mean: coefficient of variation 0.71.
pub(crate) const RATE_SHAPE: f64 = 2.0;

const COMMON: Behaviour = Behaviour {
    share: 0.0,
    visits: 1.0,
    late: 0.2,
    weekend: 0.3,
    online: 0.25,
    mobile: 0.4,
    discount: 0.12,
    tilt: 0.0,
    extra: 1.3,
    returns: 0.025,
    pull: 1.0,
    leave: [0.004, 0.004, 0.004, 0.006],
    complains: 0.006,
    reacts: 0.3,
    appointments: 0.15,
    advocate: 0.3,
    tastes: [0.0; CATEGORIES],
};

// Tastes: skin care, make-up, beauty service, massage, training, packages, drinks, beer, nappies, baby, snacks,
// supplements, sportswear, upgrades. Beer and nappies have their own rule (`orders::companions`).
const BEHAVIOUR: [Behaviour; 6] = [
    Behaviour {
        share: 0.25,
        online: 0.3,
        discount: 0.68,
        tilt: -1.2,
        extra: 1.5,
        pull: 1.5,
        leave: [0.018, 0.003, 0.004, 0.010],
        reacts: 0.6,
        advocate: 0.2,
        tastes: [16.0, 12.0, 3.0, 3.0, 2.0, 2.0, 16.0, 0.0, 0.0, 2.0, 22.0, 8.0, 10.0, 0.0],
        ..COMMON
    },
    Behaviour {
        share: 0.15,
        visits: 0.9,
        discount: 0.06,
        tilt: 1.9,
        extra: 1.2,
        returns: 0.03,
        pull: 0.6,
        leave: [0.002, 0.006, 0.004, 0.006],
        complains: 0.010,
        reacts: 0.15,
        advocate: 0.4,
        tastes: [30.0, 16.0, 5.0, 4.0, 3.0, 2.0, 6.0, 0.0, 0.0, 1.0, 6.0, 14.0, 13.0, 0.0],
        ..COMMON
    },
    Behaviour {
        share: 0.20,
        online: 0.1,
        discount: 0.10,
        extra: 0.9,
        returns: 0.015,
        pull: 0.5,
        leave: [0.003, 0.010, 0.004, 0.006],
        complains: 0.020,
        reacts: 0.2,
        appointments: 0.6,
        advocate: 0.5,
        tastes: [7.0, 4.0, 24.0, 26.0, 17.0, 6.0, 6.0, 0.0, 0.0, 1.0, 3.0, 4.0, 2.0, 0.0],
        ..COMMON
    },
    Behaviour {
        share: 0.15,
        late: 0.80,
        weekend: 0.26,
        reacts: 0.25,
        appointments: 0.25,
        tastes: [10.0, 7.0, 6.0, 7.0, 8.0, 3.0, 18.0, 0.0, 0.0, 1.0, 16.0, 12.0, 10.0, 0.0],
        ..COMMON
    },
    Behaviour {
        share: 0.15,
        visits: 1.1,
        late: 0.3,
        online: 0.86,
        mobile: 0.95,
        discount: 0.2,
        returns: 0.05,
        pull: 1.3,
        leave: [0.006, 0.003, 0.003, 0.012],
        reacts: 0.4,
        appointments: 0.05,
        tastes: [20.0, 22.0, 2.0, 2.0, 1.0, 2.0, 8.0, 0.0, 0.0, 2.0, 15.0, 12.0, 14.0, 0.0],
        ..COMMON
    },
    Behaviour {
        share: 0.10,
        visits: 1.2,
        late: 0.12,
        weekend: 0.78,
        online: 0.12,
        extra: 1.6,
        discount: 0.18,
        leave: [0.005, 0.003, 0.007, 0.006],
        tastes: [8.0, 4.0, 3.0, 4.0, 2.0, 2.0, 16.0, 0.0, 0.0, 20.0, 28.0, 6.0, 7.0, 0.0],
        ..COMMON
    },
];
