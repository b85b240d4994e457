use base::Zone;
use profile::ops::customers_create;
use profile::{IdentityKind, NewCustomer};
use store::testing::TestDb;

use super::*;
use crate::decode::{Decoder, LineBatch, Settings};
use crate::import::people::NewIds;
use crate::mapping::{Field, FileKind, Mapping};
use crate::source::RawChunk;

struct Next(i64);

impl NewIds for Next {
    fn next(&mut self) -> Result<i64, Problem> {
        self.0 += 1;
        Ok(self.0)
    }
}

/// Two thousand lines of some hundred people, who name themselves by card, address, telephone or none of them.
fn lines() -> Vec<[String; 7]> {
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut line = |at: u64| {
        let who = random(400);
        let some = |wanted: bool, text: String| if wanted { text } else { String::new() };
        [
            format!("O{at}"),
            format!("2026-01-{:02} {:02}:00", 1 + random(28), random(24)),
            some(random(3) > 0, format!("C{who}")),
            // Couples share an address; telephones are shared by nobody.
            some(random(3) > 0, format!("home{}@example.com", who / 2)),
            some(random(3) == 0, format!("138{who:08}")),
            some(random(2) > 0, format!("Name {}", random(1_000))),
            (if random(9) == 0 { "-1" } else { "1" }).to_owned(),
        ]
    };
    (0..2_000).map(&mut line).collect()
}

fn decode(lines: &[[String; 7]]) -> LineBatch {
    let names = ["order_id", "time", "customer", "customer_email", "customer_phone", "customer_name", "quantity"];
    let mut mapping = Mapping::new(FileKind::Orders);
    for name in names {
        let field: Field = FileKind::Orders.field(name).unwrap();
        mapping.columns.insert(field, name.to_owned());
    }
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let settings = Settings { zone, currency: "CNY".into(), source: "shop".into(), now: 1_800_000_000_000_000 };
    let decoder = Decoder::new(&mapping, &settings, &names.map(ToOwned::to_owned)).unwrap();
    let mut chunk = RawChunk::new(1);
    for (at, line) in lines.iter().enumerate() {
        for cell in line {
            chunk.push_cell(cell);
        }
        chunk.end_row(at as u64 + 2, None);
    }
    let batch = decoder.decode(&chunk);
    assert!(batch.bad.is_empty(), "{:?}", batch.bad);
    batch
}

/// What came of a customer, comparable.
type Seen = (i64, bool, i64, i64, [bool; 3], Vec<Identity>, Option<String>);

/// The customer of every line, and everybody, when the file comes in chunks of a size and memory is bounded.
async fn read(t: &TestDb, chunk: usize, most: usize) -> (Vec<i64>, Vec<Seen>) {
    let folder = tempfile::tempdir().unwrap();
    let mut crowd = Crowd::new("CN".parse().unwrap(), true, folder.path().join("crowd")).with_most(most);
    let (mut ids, mut found, mut aside) = (Next(10_000), Vec::new(), 0);
    for lines in lines().chunks(chunk) {
        let batch = decode(lines);
        let named = crowd.people.named(&batch);
        if !named.is_known() {
            crowd.look_up(&mut t.db.read().await.unwrap(), &named).await.unwrap();
        }
        found.extend(crowd.people.resolve(&batch, &named, &mut ids).unwrap());
        if crowd.is_full() {
            crowd.put_aside().await.unwrap();
            aside += 1;
        }
    }
    assert_eq!(aside > 1, most < MOST, "put aside {aside} times");
    let everyone = crowd.finish().await.unwrap();
    let (mut all, mut after) = (Vec::new(), i64::MIN);
    loop {
        let page = everyone.page(after, 50).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.person.id;
        all.extend(page.iter().map(|m| {
            let (p, mut told) = (&m.person, m.told.clone());
            told.sort();
            (p.id, p.new, p.first, p.last, [p.bought, p.sale, p.seen], told, m.name.clone())
        }));
    }
    let counts = everyone.counts().await.unwrap();
    let bought = all.iter().filter(|(.., flags, _, _)| flags[0]).count() as u64;
    assert_eq!((counts.all, counts.bought, counts.sale), (all.len() as u64, bought, bought));
    (found, all)
}

async fn the_answer_does_not_depend_on_memory_or_cuts(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let identity = |kind: &IdentityKind, value: String| Identity { kind: kind.clone(), value };
    let known: Vec<NewCustomer> = (0..40)
        .map(|who| {
            let mut ids = vec![identity(&IdentityKind::EMAIL, format!("home{who}@example.com"))];
            if who % 2 == 0 {
                ids.push(identity(&IdentityKind::CARD, format!("C{}", 2 * who)));
            }
            NewCustomer { ids, ..NewCustomer::default() }
        })
        .collect();
    let origin = profile::Origin { import: None, at: 1 };
    let known = customers_create(&mut tx, &known, origin).await.unwrap().ids;
    profile::ops::customer_erase(&mut tx, known[7], 2, &[9; 32]).await.unwrap();
    tx.commit().await.unwrap();
    let whole = read(&t, usize::MAX, MOST).await;
    assert!(whole.1.len() > 300 && whole.1.iter().any(|p| !p.1) && whole.0.contains(&0));
    for (chunk, most) in [(2_000, MOST), (37, MOST), (37, 20_000), (500, 20_000), (7, 60_000)] {
        let again = read(&t, chunk, most).await;
        assert_eq!(again.0, whole.0, "whose lines are, in chunks of {chunk} and {most} bytes");
        assert_eq!(again.1, whole.1, "the people, in chunks of {chunk} and {most} bytes");
    }
    // Nobody but the first of a couple has their address, and a card makes two of them.
    let cards = |seen: &Seen| seen.5.iter().filter(|i| i.kind == IdentityKind::CARD).count();
    assert!(whole.1.iter().all(|seen| cards(seen) <= 1), "nobody gets two cards by an address");
}

store::on_both!(the_answer_does_not_depend_on_memory_or_cuts);
