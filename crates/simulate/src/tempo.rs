//! When people come: a non-homogeneous Poisson process by the change-of-time theorem. Unit-rate arrivals in "busy time"
//! are mapped to days through the cumulated intensity, so no draw is thrown away.

use crate::calendar::Calendar;

/// The cumulated intensity of one type over the days of a scenario, its mean scaled to 1 per day.
#[derive(Clone, Debug)]
pub(crate) struct Tempo {
    until: Vec<f64>,
    guess: Vec<u32>,
}

impl Tempo {
    /// `weekend`: share of orders on Saturday and Sunday on ordinary days; `pull`: exponent on promotions.
    pub(crate) fn new(calendar: &Calendar, weekend: f64, pull: f64) -> Self {
        let lift = weekend / (1.0 - weekend) * 2.5;
        let intensity =
            calendar.days.iter().map(|d| d.factor * d.promotion.powf(pull) * if d.weekend { lift } else { 1.0 });
        let mean = intensity.clone().sum::<f64>() / f64::from(calendar.len());
        let mut sum = 0.0;
        let mut until = vec![0.0];
        until.extend(intensity.map(|i| {
            sum += i / mean;
            sum
        }));
        let guess =
            (0..=calendar.len()).map(|x| until.partition_point(|u| *u <= f64::from(x)).max(1) as u32 - 1).collect();
        Self { until, guess }
    }

    /// Busy time passed when `day` begins.
    pub(crate) fn at(&self, day: i32) -> f64 {
        self.until[day as usize]
    }

    /// The day on which busy time `x` falls; `x` less than the busy time at the end.
    pub(crate) fn day(&self, x: f64) -> i32 {
        let mut day = self.guess[x as usize] as usize;
        while day + 2 < self.until.len() && self.until[day + 1] <= x {
            day += 1;
        }
        day as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_time_and_days_are_inverse() {
        let calendar = Calendar::new(jiff::civil::date(2024, 1, 1), 24).unwrap();
        let tempo = Tempo::new(&calendar, 0.78, 1.5);
        assert!((tempo.at(calendar.len()) - f64::from(calendar.len())).abs() < 1e-6);
        for day in 0..calendar.len() {
            let (from, to) = (tempo.at(day), tempo.at(day + 1));
            assert!([from, f64::midpoint(from, to), to - 1e-9].iter().all(|x| tempo.day(*x) == day), "{day}");
        }
    }
}
