//! Appointments and complaints: what the club's front desk writes down.

use crate::draw::Draw;
use crate::life::{Complaint, Handled, Life};
use crate::people::number;
use crate::plan::{Plan, Stream};
use crate::text::Row;
use crate::types::Type;

/// Header of `appointments.csv`.
pub(crate) const APPOINTMENTS: &str = "booked_at,at,customer_no,service,staff,status\n";
/// Header of `complaints.csv`.
pub(crate) const COMPLAINTS: &str = "at,customer_no,about,channel,handled,answered_after_hours\n";

const STAFF: [&str; 12] =
    ["李娜", "陈静", "王磊", "赵敏", "周婷", "吴强", "孙丽", "何伟", "Anna", "Marco", "Linda", "Tom"];
const STATUS: [(&str, f64); 3] = [("kept", 0.82), ("cancelled", 0.11), ("no_show", 0.07)];
/// Categories with bookable services: beauty, massage, training.
const BOOKABLE: [usize; 3] = [2, 3, 4];
const ABOUT: [&str; 6] = ["price or bill", "waiting time", "staff", "product quality", "delivery", "cleanliness"];
const CHANNELS: [&str; 4] = ["store", "phone", "wechat", "email"];
const DAY: i64 = 86_400;

/// Writes the appointments of a customer and returns how many there are.
pub(crate) fn appointments(plan: &Plan, life: &Life, out: &mut Vec<u8>) -> u64 {
    let mut rng = plan.stream(life.index, Stream::Service);
    let tempo = plan.tempo(life.kind);
    let (from, until) = (tempo.at(life.from()), tempo.at(life.until));
    let count = rng.poisson((until - from) * life.rate * life.kind.behaviour().appointments);
    let status = STATUS.map(|s| s.1);
    for _ in 0..count {
        let day = tempo.day(from + rng.unit() * (until - from));
        let late = if life.kind == Type::Evening { 18 + rng.below(4) } else { 9 + rng.below(12) };
        let second = late * 3600 + [0, 1800][rng.below(2) as usize];
        let at = i64::from(day) * DAY + i64::from(second);
        let ahead = (rng.exponential() * 4.0 * DAY as f64) as i64 + 1800;
        let booked = (at - ahead.min(30 * DAY)).max(i64::from(life.joined) * DAY);
        let category = BOOKABLE[rng.below(3) as usize];
        let range = plan.goods.range(category);
        let service = range.start + rng.below(range.len() as u32).min(rng.below(range.len() as u32)) as usize;
        Row(out)
            .moment(plan.calendar.text(booked.div_euclid(DAY) as i32), booked.rem_euclid(DAY) as u32)
            .moment(plan.calendar.text(day), second)
            .number(b'C', number(life.index))
            .text(plan.goods.all[service].name())
            .text(*rng.one_of(&STAFF))
            .text(STATUS[rng.weighted(&status)].0)
            .end();
    }
    u64::from(count)
}

/// Writes the complaints of a customer: those handled well are answered within hours, the others late or never.
pub(crate) fn complaints(plan: &Plan, life: &Life, out: &mut Vec<u8>) {
    let mut rng = plan.stream(life.index, Stream::Complaint);
    for Complaint { day, handled } in &life.complaints {
        let weights = match life.kind {
            Type::Price => [5.0, 1.0, 1.0, 1.0, 1.0, 0.5],
            Type::Service => [0.5, 3.0, 4.0, 0.5, 0.2, 2.0],
            Type::Mobile => [1.0, 0.3, 0.3, 1.5, 5.0, 0.2],
            _ => [1.0, 1.0, 1.0, 1.5, 0.7, 1.0],
        };
        let second = (9 + rng.below(13)) * 3600 + rng.below(3600);
        let mut row = Row(out);
        row.moment(plan.calendar.text(*day), second)
            .number(b'C', number(life.index))
            .text(ABOUT[rng.weighted(&weights)])
            .text(*rng.one_of(&CHANNELS));
        match handled {
            Handled::Well => row.text("well").int(1 + i64::from(rng.below(24))),
            Handled::Badly => row.text("badly").int(48 + i64::from(rng.below(240))),
            Handled::Open => row.text("open").none(),
        }
        .end();
    }
}
