//! Random draws from the distributions of the model, on the one seeded generator of the product.

use base::Rng;
use rand::Rng as _;

/// Draws used by the model; every one advances the generator by a number of words that depends on its own results only.
pub(crate) trait Draw {
    /// Uniform in the open interval (0, 1).
    fn unit(&mut self) -> f64;
    /// Uniform in 0 … n−1; `n` must be positive.
    fn below(&mut self, n: u32) -> u32;
    /// True with probability `p`.
    fn chance(&mut self, p: f64) -> bool;
    /// Exponential with mean 1.
    fn exponential(&mut self) -> f64;
    /// Gamma with the given shape (≥ 1) and mean 1.
    fn gamma(&mut self, shape: f64) -> f64;
    /// Poisson with a small mean (it takes time proportional to the mean).
    fn poisson(&mut self, mean: f64) -> u32;
    /// One element of a non-empty slice.
    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T;
    /// An index, with probability proportional to its weight.
    fn weighted(&mut self, weights: &[f64]) -> usize;
}

impl Draw for Rng {
    fn unit(&mut self) -> f64 {
        (f64::from(self.next_u32()) + 0.5) / 4_294_967_296.0
    }

    fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.next_u32()) * u64::from(n)) >> 32) as u32
    }

    fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
    fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
            let v = (1.0 + c * normal).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * normal * normal + d * (1.0 - v + v.ln()) {
                return d * v / shape;
            }
        }
    }

    fn poisson(&mut self, mean: f64) -> u32 {
        let mut left = mean;
        for n in 0.. {
            left -= self.exponential();
            if left < 0.0 {
                return n;
            }
        }
        0
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (i, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return i;
            }
        }
        weights.len() - 1
    }
}

/// A discrete distribution drawn from in constant time (Walker's alias method, as in Vose, IEEE TSE 17(9), 1991).
#[derive(Clone, Debug)]
pub(crate) struct Alias(Vec<(u32, u16)>);

impl Alias {
    /// The distribution proportional to `weights`: not empty, none negative, not all zero.
    pub(crate) fn new(weights: &[f64]) -> Self {
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let mut share: Vec<f64> = weights.iter().map(|w| w / mean).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..share.len()).partition(|i| share[*i] < 1.0);
        let mut table = vec![(u32::MAX, 0); share.len()];
        while let (Some(s), Some(l)) = (small.pop(), large.last().copied()) {
            table[s] = ((share[s] * f64::from(u32::MAX)) as u32, l as u16);
            share[l] -= 1.0 - share[s];
            if share[l] < 1.0 {
                large.pop();
                small.push(l);
            }
        }
        for i in small.into_iter().chain(large) {
            table[i] = (u32::MAX, i as u16);
        }
        Self(table)
    }

    /// Draws an index.
    pub(crate) fn draw(&self, rng: &mut Rng) -> usize {
        let i = rng.below(self.0.len() as u32) as usize;
        let (threshold, other) = self.0[i];
        if rng.next_u32() <= threshold { i } else { usize::from(other) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_moments_they_promise() {
        let mut rng = base::seeded(3, 0);
        let n = 40_000;
        let gamma: Vec<f64> = (0..n).map(|_| rng.gamma(2.0)).collect();
        let mean = gamma.iter().sum::<f64>() / f64::from(n);
        let variance = gamma.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / f64::from(n);
        assert!((mean - 1.0).abs() < 0.02 && (variance - 0.5).abs() < 0.03, "{mean} {variance}");
        let poisson = (0..n).map(|_| f64::from(rng.poisson(2.5))).sum::<f64>() / f64::from(n);
        assert!((poisson - 2.5).abs() < 0.05, "{poisson}");
    }

    #[test]
    fn the_alias_table_keeps_the_weights() {
        let weights = [0.0, 1.0, 6.0, 3.0];
        let alias = Alias::new(&weights);
        let (mut rng, mut counts) = (base::seeded(4, 0), [0u32; 4]);
        for _ in 0..100_000 {
            counts[alias.draw(&mut rng)] += 1;
        }
        assert_eq!(counts[0], 0);
        for (count, weight) in counts.iter().zip(weights) {
            assert!((f64::from(*count) / 100_000.0 - weight / 10.0).abs() < 0.01, "{counts:?}");
        }
    }
}
