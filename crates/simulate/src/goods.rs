//! The goods and services of the club and its shop, and what each type picks from them.

mod list;

use crate::draw::Alias;
use crate::types::Type;
use list::{Item, LIST};

/// How many categories there are.
pub(crate) const CATEGORIES: usize = 14;

/// Positions of the categories the model treats by name.
pub(crate) const BEER: usize = 7;
pub(crate) const NAPPIES: usize = 8;
pub(crate) const UPGRADES: usize = 13;

/// A category of the range.
#[derive(Clone, Copy)]
pub(crate) struct Category {
    pub(crate) name: &'static str,
    /// Prefix of the product codes.
    pub(crate) prefix: &'static str,
    /// Services, packages and upgrades are bought one at a time and never come back.
    pub(crate) service: bool,
    /// Cost as a share of the price.
    pub(crate) cost: f64,
    /// Demand in spring, summer, autumn, winter relative to the year.
    pub(crate) seasons: [f64; 4],
    pub(crate) items: &'static [Item],
}

/// One product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Product {
    pub(crate) category: usize,
    pub(crate) number: usize,
    pub(crate) name_zh: &'static str,
    pub(crate) name_en: &'static str,
    /// List price in 1/100 CNY before and after the price rise; multiples of 10.
    pub(crate) price: [u32; 2],
    /// Cost in 1/100 CNY.
    pub(crate) cost: u32,
    /// Price rank within its category, −1 (cheapest) … 1 (dearest).
    pub(crate) rank: f64,
    /// Popularity within its category: falls with the position in the list (Zipf, exponent 0.7).
    pub(crate) weight: f64,
}

impl Product {
    pub(crate) fn code(&self) -> String {
        format!("{}-{:03}", LIST[self.category].prefix, self.number)
    }

    /// The name on the receipt: every third product is an imported one with an English name.
    pub(crate) const fn name(&self) -> &'static str {
        if self.number.is_multiple_of(3) { self.name_en } else { self.name_zh }
    }

    pub(crate) fn group(&self) -> &'static Category {
        &LIST[self.category]
    }
}

/// The whole range, and the menus drawn from.
pub(crate) struct Goods {
    pub(crate) all: Vec<Product>,
    first: [usize; CATEGORIES + 1],
    menus: Vec<Alias>,
}

impl Goods {
    /// The range; `rise` is the price rise in the middle of the span, e.g. 0.06.
    pub(crate) fn new(rise: f64) -> Self {
        let (mut all, mut first) = (Vec::new(), [0; CATEGORIES + 1]);
        for (c, category) in LIST.iter().enumerate() {
            first[c] = all.len();
            let mut prices: Vec<u32> = category.items.iter().map(|i| i.2).collect();
            prices.sort_unstable();
            for (i, (zh, en, price)) in category.items.iter().enumerate() {
                let below = prices.partition_point(|p| p < price) as f64;
                all.push(Product {
                    category: c,
                    number: i + 1,
                    name_zh: zh,
                    name_en: en,
                    price: [*price, tens(f64::from(*price) * (1.0 + rise))],
                    cost: tens(f64::from(*price) * category.cost),
                    rank: 2.0 * below / (prices.len() as f64 - 1.0).max(1.0) - 1.0,
                    weight: (i as f64 + 1.0).powf(-0.7),
                });
            }
        }
        first[CATEGORIES] = all.len();
        let menus = Type::ALL.iter().flat_map(|t| (0..4).map(|s| Alias::new(&menu(&all, *t, s)))).collect();
        Self { all, first, menus }
    }

    /// What a customer of this type picks in this season (0 = spring).
    pub(crate) fn menu(&self, of: Type, season: u8) -> &Alias {
        &self.menus[of as usize * 4 + usize::from(season)]
    }

    /// The products of a category, as a range of indices.
    pub(crate) const fn range(&self, category: usize) -> std::ops::Range<usize> {
        self.first[category]..self.first[category + 1]
    }
}

/// Rounds to a multiple of 0.10 CNY.
fn tens(price: f64) -> u32 {
    (price / 10.0).round() as u32 * 10
}

fn menu(all: &[Product], of: Type, season: usize) -> Vec<f64> {
    let behaviour = of.behaviour();
    let raw: Vec<f64> = all.iter().map(|p| p.weight * (behaviour.tilt * p.rank).exp()).collect();
    let mut totals = [0.0; CATEGORIES];
    for (product, weight) in all.iter().zip(&raw) {
        totals[product.category] += weight;
    }
    let share = |c: usize| behaviour.tastes[c] * LIST[c].seasons[season] / totals[c];
    all.iter().zip(&raw).map(|(p, weight)| weight * share(p.category)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_wide_and_can_stand_in_a_csv_line() {
        let goods = Goods::new(0.06);
        assert!(goods.all.len() >= 150, "{}", goods.all.len());
        let names: std::collections::HashSet<_> = goods.all.iter().flat_map(|p| [p.name_zh, p.name_en]).collect();
        assert_eq!(names.len(), goods.all.len() * 2, "a name occurs twice");
        assert!(names.iter().all(|n| !n.contains([',', '"', '\n'])));
        assert!(goods.all.iter().all(|p| p.price.iter().all(|x| x % 10 == 0 && *x > p.cost)));
    }
}
