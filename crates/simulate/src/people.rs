//! Who the customers are: names, addresses, numbers. Nothing here says anything about their type.

use base::Rng;

use crate::draw::Draw;
use crate::life::Life;
use crate::names::{CITIES, COMMON_FEMALE, COMMON_MALE, FEMALE, FIRST, LAST, MALE, SURNAMES};
use crate::plan::{Plan, STORES, Stream};
use crate::text::Row;
use crate::types::Type;

/// Header of `customers.csv`.
pub(crate) const HEADER: &str = "customer_no,name,gender,birthday,phone,email,city,joined,store,referred_by,language\n";

/// Share of customers with an English name.
const ENGLISH: f64 = 0.2;
/// Reserved domains (RFC 2606): a message sent by mistake reaches nobody.
const CHINESE_MAIL: [&str; 4] = ["qq.example", "163.example", "mail.example", "example.com"];
const ENGLISH_MAIL: [&str; 3] = ["example.com", "example.org", "example.net"];
const PREFIXES: [&str; 16] =
    ["130", "131", "135", "136", "137", "138", "139", "150", "151", "152", "158", "159", "180", "186", "187", "188"];

/// Writes the row of a customer.
pub(crate) fn row(plan: &Plan, life: &Life, referrer: Option<u32>, out: &mut Vec<u8>) {
    let mut rng = plan.stream(life.index, Stream::Person);
    let female = rng.chance(if life.kind == Type::Family { 0.45 } else { 0.66 });
    let english = rng.chance(ENGLISH);
    let mut row = Row(out);
    row.number(b'C', number(life.index));
    let mail =
        if english { english_name(&mut rng, female, &mut row) } else { chinese_name(&mut rng, female, &mut row) };
    row.text(if rng.chance(0.05) { "" } else { ["male", "female"][usize::from(female)] });
    birthday(plan, &mut rng, life, &mut row);
    phone(plan, &mut rng, life.index, english, &mut row);
    email(&mut rng, life.index, english, mail, &mut row);
    let weights = CITIES.map(|c| c.2);
    let (zh, en, _) = CITIES[rng.weighted(&weights)];
    row.text(if english { en } else { zh });
    row.text(plan.calendar.text(life.joined)).text(STORES[usize::from(life.store)].0);
    match referrer {
        Some(index) => row.number(b'C', number(index)),
        None => row.none(),
    };
    row.text(if english { "en" } else { "zh" }).end();
}

/// The number on the card of customer `index`.
pub(crate) const fn number(index: u32) -> u64 {
    index as u64 + 1
}

/// The parts of an e-mail address's name.
type Mail = (&'static str, &'static str, &'static str);

fn chinese_name(rng: &mut Rng, female: bool, row: &mut Row) -> Mail {
    // Common surnames come first in the list: the square of a uniform number prefers them.
    let place = rng.unit().powi(2) * SURNAMES.len() as f64;
    let surname = SURNAMES[place as usize];
    let (common, places) = if female { (COMMON_FEMALE, FEMALE) } else { (COMMON_MALE, MALE) };
    let (one, two) = if rng.chance(0.08) {
        (*rng.one_of(common), ("", ""))
    } else if rng.chance(0.2) {
        (*rng.one_of(places[1]), ("", ""))
    } else {
        (*rng.one_of(places[0]), *rng.one_of(places[1]))
    };
    row.0.extend_from_slice(surname.0.as_bytes());
    row.0.extend_from_slice(one.0.as_bytes());
    row.text(two.0);
    (surname.1, one.1, two.1)
}

fn english_name(rng: &mut Rng, female: bool, row: &mut Row) -> Mail {
    let first = *rng.one_of(FIRST[usize::from(!female)]);
    let last = *rng.one_of(LAST);
    row.0.extend_from_slice(first.as_bytes());
    row.0.push(b' ');
    row.text(last);
    (first, last, "")
}

/// Age 18 … 65 on joining; families are between 25 and 44. One in ten is not known.
fn birthday(plan: &Plan, rng: &mut Rng, life: &Life, row: &mut Row) {
    let (youngest, span) = if life.kind == Type::Family { (25, 20) } else { (18, 48) };
    let age = youngest + rng.below(span).min(rng.below(span));
    let (month, day) = (1 + rng.below(12), 1 + rng.below(28));
    if rng.chance(0.1) {
        row.none();
        return;
    }
    let year = u32::from(plan.calendar.date(life.joined).year().unsigned_abs()) - age - 1;
    let text = [year / 100, year % 100, month, day].map(|n| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8]);
    for (part, dash) in text.iter().zip(["", "-", "-", ""]) {
        row.0.extend_from_slice(part);
        row.0.extend_from_slice(dash.as_bytes());
    }
    row.none();
}

/// Mobile numbers that are valid and differ between customers: the last eight digits run through all values once. Some
/// are written with blanks or the country's code, as clerks do; some are missing.
fn phone(plan: &Plan, rng: &mut Rng, index: u32, english: bool, row: &mut Row) {
    let place = u64::from(index).wrapping_mul(61_803_399) + plan.scenario.seed % 100_000_000;
    let last = place % 100_000_000;
    let (missing, foreign, style) = (rng.chance(0.04), english && rng.chance(0.4), rng.unit());
    let prefix = *rng.one_of(&PREFIXES);
    if missing {
        row.none();
        return;
    }
    let mut digits = Vec::with_capacity(9);
    crate::text::push_number(&mut digits, b' ', last);
    let digits = &digits[1..];
    let parts: [&[u8]; 5] = if foreign {
        [if style < 0.6 { b"+4471" } else { b"+49151" }, b"", digits, b"", b""]
    } else if style < 0.88 {
        [b"", prefix.as_bytes(), digits, b"", b""]
    } else if style < 0.94 {
        [b"+86 ", prefix.as_bytes(), b" ", &digits[..4], b" "]
    } else {
        [b"", prefix.as_bytes(), b"-", &digits[..4], b"-"]
    };
    for part in parts {
        row.0.extend_from_slice(part);
    }
    row.text(if foreign || style < 0.88 { b"" } else { &digits[4..] });
}

/// One in five has none.
fn email(rng: &mut Rng, index: u32, english: bool, (one, two, three): Mail, row: &mut Row) {
    let domain = if english { *rng.one_of(&ENGLISH_MAIL) } else { *rng.one_of(&CHINESE_MAIL) };
    if rng.chance(0.2) {
        row.none();
        return;
    }
    for part in [one, two, three] {
        row.0.extend(part.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase()));
    }
    crate::text::push_int(row.0, i64::from(index) + 1);
    row.0.push(b'@');
    row.text(domain);
}
