//! Days of quarters of an hour on the clocks of the business.

use std::ops::Range;

use base::{Micros, Zone};
use jiff::Timestamp;

use super::SLOT;

/// Until when they are known: 2200-01-01.
const END: Micros = 7_258_118_400_000_000;
/// Quarters between two looks at the changes of clocks, three weeks.
const STEP: usize = 2048;
/// A day in quarters of an hour.
const DAY: i32 = 96;

/// The offsets from UTC of a zone, in quarters of an hour.
#[derive(Debug)]
pub(super) struct Days {
    /// From which quarter on clocks are how many ahead, ascending.
    spans: Vec<(i32, i32)>,
    /// The last span that begins before every [`STEP`] of the known quarters: clocks are changed twice a year at most.
    steps: Vec<u16>,
    first: i32,
    /// The quarters of which a day is known: clocks have not always differed by full quarters.
    known: Range<i32>,
}

impl Days {
    pub(super) fn new(zone: &Zone) -> Self {
        let mut local = zone.local();
        let mut spans: Vec<(i32, i32)> = Vec::new();
        let mut at = END;
        let start = loop {
            let (begin, _, offset) = local.offset_span(at);
            let forever = begin <= Timestamp::MIN.as_microsecond();
            let (Some(from), Some(offset)) = (if forever { Some(i32::MIN) } else { slot(begin) }, slot(offset)) else {
                break spans.last().map_or(i32::MAX, |(from, _)| *from);
            };
            spans.push((from, offset));
            if forever {
                break i32::MIN;
            }
            at = begin - 1;
        };
        spans.reverse();
        let known = start..slot(END).unwrap_or(i32::MAX);
        let first = spans.get(1).map_or(known.end, |(from, _)| *from);
        let before = |at: i32| spans.partition_point(|(from, _)| *from <= at).saturating_sub(1) as u16;
        let steps = (first..known.end).step_by(STEP).map(before).collect();
        Self { spans, steps, first, known }
    }

    /// Tells apart what clocks show.
    pub(super) fn stamp(&self) -> u64 {
        let changes = self.spans.iter().flat_map(|(from, offset)| [from.to_le_bytes(), offset.to_le_bytes()]);
        base::hash::stable(&changes.flatten().collect::<Vec<u8>>())
    }

    /// The quarter an instant is in; `None` when its day is not known.
    pub(super) fn slot(&self, at: Micros) -> Option<i32> {
        let slot = i32::try_from(at.div_euclid(SLOT)).ok()?;
        self.known.contains(&slot).then_some(slot)
    }

    /// The day of a known quarter, counted from 1970-01-01.
    pub(super) fn of(&self, slot: i32) -> i32 {
        let mut at = match usize::try_from(slot.wrapping_sub(self.first)) {
            Ok(after) if slot >= self.first => {
                self.steps.get(after / STEP).map_or(self.spans.len() - 1, |at| usize::from(*at))
            }
            _ => 0,
        };
        while self.spans.get(at + 1).is_some_and(|(from, _)| *from <= slot) {
            at += 1;
        }
        let offset = self.spans.get(at).map_or(0, |(_, offset)| *offset);
        (slot + offset).div_euclid(DAY)
    }
}

/// A full quarter; `None` when it is none.
pub(super) fn slot(at: Micros) -> Option<i32> {
    (at % SLOT == 0).then(|| i32::try_from(at / SLOT).ok()).flatten()
}
