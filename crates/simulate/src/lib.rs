//! A business with known truth: a beauty and fitness club with members, packages and appointments, and its shop.
//!
//! [`Scenario::write`] makes files as such a business would hand over (order lines, customers, products, appointments,
//! complaints, referrals, coupons), in Chinese and English, and beside them the truth that nobody in the business knows:
//! `truth.csv` (each customer's type, rate, churn and its cause, coupon effect) and `truth.json` (parameters and sums).
//! The files come into the product through its public import; tests compare what it finds with the truth.
//!
//! Every customer lives in random streams of his own (`base::seeded(seed, customer × 8 + purpose)`), so customers are
//! made in any order and on any number of threads, and the same scenario gives the same bytes. (The last bit of a
//! logarithm is the platform's: equal bytes are promised on one platform.)
//!
//! Map: `scenario` (the face) → `plan` (tables: `calendar`, `tempo`, `types`, `goods`) → `block` (customers by the
//! thousand): `life` (type, churn, word of mouth), `orders` and `coupon` (lines), `walk_in` (cash sales), `people`,
//! `service` (rows) → `spill` (order of time in bounded memory) → `write` (files), `truth`, `tally` (sums).

mod block;
mod calendar;
mod coupon;
mod draw;
mod goods;
mod life;
mod line;
mod names;
mod orders;
mod people;
mod plan;
mod scenario;
mod service;
mod spill;
mod tally;
mod tempo;
mod text;
mod truth;
mod types;
mod walk_in;
mod write;

#[cfg(test)]
mod tests;

pub use scenario::{Format, Scenario};
pub use tally::{Month, Totals};
pub use types::Type;
pub use write::{Progress, Stage, Written};
