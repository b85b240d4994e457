//! Whatever happens to the history, what is laid over something kept equals what all lines give.

use std::sync::atomic::{AtomicU64, Ordering};

use base::clock::DAY;
use base::{CustomerId, Micros, Problem, Zone};
use lake::Lake;
use lake::maintain::MergePolicy;
use profile::traits::Traits;
use store::args;
use store::testing::TestDb;

use super::*;
use crate::model::Facts;
use crate::ops::tests::{Sale, add};
use crate::ops::{MovesRun, Request, between};
use crate::purchases::MOST;
use crate::rules::book::Book;
use crate::rules::rfm::Settings;

const CUSTOMERS: i64 = 30;
const DATES: [i64; 3] = [940, 970, 1000];

struct Setting {
    book: Book,
    traits: Traits,
    zone: Zone,
}

impl Setting {
    fn new() -> Self {
        Self { book: Book::standard(), traits: Traits::core().unwrap(), zone: Zone::utc() }
    }

    fn plan(&self, settings: &Settings) -> FactsPlan {
        FactsPlan::new(&self.traits, &settings.window, &self.zone).unwrap()
    }

    fn moves(&self, settings: &Settings, dates: [(Micros, &Everybody); 2]) -> Result<MovesRun, String> {
        let Self { book, traits, zone } = self;
        let request = Request { book, settings, traits, zone, known: &[] };
        between(&self.plan(settings), request, dates, 2).map_err(|p| p.message)
    }
}

/// Numbers that look random, the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = hash::mix(self.0.wrapping_add(1));
        (self.0 % bound as u64) as i64
    }

    fn sale(&mut self, order: i64) -> Sale {
        (1 + self.below(CUSTOMERS), 900 + self.below(110), order, self.below(30) - 3)
    }
}

async fn open(db: &TestDb) -> Lake {
    Lake::open(db.db.clone(), &db.dir.path().join("lake")).await.unwrap()
}

/// Makes it ready and keeps it over a restart.
fn save(place: Place<'_>, snapshot: &Snapshot, plan: &FactsPlan) -> bool {
    let pass = Pass { threads: 2, cancel: &NEVER, progress: &|_| {} };
    let ready = prepare(place, snapshot, plan, pass).unwrap().unwrap();
    ready.save(place.folder).is_some()
}

/// What is known of everybody by folding the lines of one after the other.
fn plain(snapshot: &Snapshot, plan: &FactsPlan, at: Micros) -> Everybody {
    let one = |customer| plan.one(snapshot, at, CustomerId(customer)).unwrap();
    Everybody { sealed: (1..=CUSTOMERS).map(one).collect(), touched: Vec::new() }
}

async fn happen(lake: &Lake, dice: &mut Dice, step: i64) {
    let order = 1000 + step;
    match dice.below(12) {
        0 | 1 => drop(lake.seal(2000 * DAY).await.unwrap()),
        2 => {
            let policy = MergePolicy { least_files: 2, ..MergePolicy::default() };
            lake.merge(2000 * DAY, policy).await.unwrap();
        }
        3 => lake.erase(2000 * DAY, 1 + dice.below(CUSTOMERS)).await.unwrap(),
        4 | 5 => {
            // An order that is sent again as another one takes the place of the first.
            let mut tx = lake.db().write().await.unwrap();
            let sql = "DELETE FROM hot_order_line WHERE order_key = (SELECT min(order_key) FROM hot_order_line)";
            tx.execute(sql, args![]).await.unwrap();
            tx.commit().await.unwrap();
            add(lake, &[dice.sale(order)]).await;
        }
        // More lines of an order that may be in a file already.
        6 => {
            let before = 1000 + dice.below(step.max(1));
            add(lake, &[dice.sale(before)]).await;
        }
        _ => {
            let sales: Vec<Sale> = (0..=dice.below(4)).map(|n| dice.sale(order * 10 + n)).collect();
            add(lake, &sales).await;
        }
    }
}

async fn kept_and_laid_over_is_what_all_lines_give(db: TestDb) {
    let lake = open(&db).await;
    let setting = Setting::new();
    let windows = ["all", "45d", "1970-01-01..1972-08-01"]
        .map(|window| Settings { window: window.into(), ..Settings::default() });
    let mut memory = Memory::default();
    let folder = db.dir.path().join("cache");
    let mut dice = Dice(7);
    let first: Vec<Sale> = (0..90).map(|order| dice.sale(order)).collect();
    add(&lake, &first).await;
    lake.seal(2000 * DAY).await.unwrap();
    let mut compared = 0;
    for step in 0..60 {
        happen(&lake, &mut dice, step).await;
        let snapshot = lake.snapshot().await.unwrap();
        match dice.below(6) {
            0 => {
                let place = Place { memory: &memory, folder: &folder, most: MOST };
                save(place, &snapshot, &setting.plan(&windows[0]));
            }
            // A restart.
            1 => memory = Memory::default(),
            _ => {}
        }
        for settings in &windows {
            let plan = setting.plan(settings);
            let dates = DATES.map(|day| day * DAY - 1);
            let pass = Pass { threads: 2, cancel: &NEVER, progress: &|_| {} };
            // Sometimes one date is asked for and sometimes all.
            let asked = if dice.below(2) == 0 { dates[1..].to_vec() } else { dates.to_vec() };
            let place = Place { memory: &memory, folder: &folder, most: MOST };
            let now = everybody(place, &snapshot, &plan, &asked, pass).unwrap();
            let all: Vec<Everybody> = asked.iter().map(|at| plain(&snapshot, &plan, *at)).collect();
            for at in 1..asked.len() {
                let kept = setting.moves(settings, [(asked[at - 1], &now[at - 1]), (asked[at], &now[at])]);
                let wanted = setting.moves(settings, [(asked[at - 1], &all[at - 1]), (asked[at], &all[at])]);
                assert_eq!(kept, wanted, "step {step}, window {}", settings.window);
                compared += usize::from(wanted.is_ok());
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

async fn orders_that_come_in_cost_no_pass(db: TestDb) {
    let lake = open(&db).await;
    let plan = Setting::new().plan(&Settings::default());
    let memory = Memory::default();
    let folder = db.dir.path().join("cache");
    let passed = AtomicU64::new(0);
    let dates = [940 * DAY - 1, 1000 * DAY - 1];
    let ask = async || {
        let snapshot = lake.snapshot().await.unwrap();
        let count = |n| {
            passed.fetch_add(n, Ordering::Relaxed);
        };
        let pass = Pass { threads: 2, cancel: &NEVER, progress: &count };
        let now = everybody(Place { memory: &memory, folder: &folder, most: MOST }, &snapshot, &plan, &dates, pass)?;
        Ok::<_, Problem>((passed.swap(0, Ordering::Relaxed), now))
    };
    let crowd: Vec<Sale> = (1..=SINGLE as i64 + 50).map(|c| (c, 900 + c % 90, c, 5)).collect();
    add(&lake, &crowd).await;
    lake.seal(2000 * DAY).await.unwrap();
    let everyone = crowd.len() as u64;
    assert_eq!(ask().await.unwrap().0, everyone, "one pass for both dates");
    assert_eq!(ask().await.unwrap().0, 0);
    // Some who are known, one who is new, one who comes after both dates.
    add(&lake, &[(3, 999, 9001, 7), (4, 930, 9002, 7), (9999, 999, 9003, 7), (5, 1200, 9004, 7)]).await;
    let (passed, now) = ask().await.unwrap();
    let touched = |all: &Everybody| all.touched.iter().map(|f| f.customer).collect::<Vec<_>>();
    assert_eq!((passed, touched(&now[0]), touched(&now[1])), (0, vec![3, 4, 5], vec![3, 4, 5, 9999]));
    // Sealed, they are laid over as before.
    lake.seal(2000 * DAY).await.unwrap();
    let (passed, sealed) = ask().await.unwrap();
    assert_eq!((passed, &sealed[1].touched), (0, &now[1].touched));
    // After a restart, with an order that came meanwhile.
    let pass = Pass { threads: 1, cancel: &NEVER, progress: &|_| {} };
    let snapshot = lake.snapshot().await.unwrap();
    save(Place { memory: &memory, folder: &folder, most: MOST }, &snapshot, &plan);
    add(&lake, &[(7, 998, 9005, 7)]).await;
    let snapshot = lake.snapshot().await.unwrap();
    let counted = AtomicU64::new(0);
    let count = |n| {
        counted.fetch_add(n, Ordering::Relaxed);
    };
    let fresh = Place { memory: &Memory::default(), folder: &folder, most: MOST };
    let now = everybody(fresh, &snapshot, &plan, &dates, Pass { progress: &count, ..pass }).unwrap();
    let all = plan.all(&snapshot, dates[1], pass).unwrap();
    assert!(now[1].iter().eq(&all) && counted.into_inner() == 0);
    // When it is forgotten there is a pass.
    crate::purchases::forget(&folder).unwrap();
    let fresh = Place { memory: &Memory::default(), folder: &folder, most: MOST };
    let counted = AtomicU64::new(0);
    let count = |n| {
        counted.fetch_add(n, Ordering::Relaxed);
    };
    everybody(fresh, &snapshot, &plan, &dates, Pass { progress: &count, ..pass }).unwrap();
    assert!(counted.into_inner() > 0);
    // So many at once are found by a pass, of the date that they matter for.
    let crowd: Vec<Sale> = crowd.iter().map(|(c, _, order, amount)| (*c, 990, 20_000 + order, *amount)).collect();
    add(&lake, &crowd).await;
    let (passed, now) = ask().await.unwrap();
    assert_eq!((passed, now[1].touched.len() as u64), (everyone + 1, everyone));
    assert_eq!(ask().await.unwrap().0, 0);
    let snapshot = lake.snapshot().await.unwrap();
    let all = plan.all(&snapshot, dates[1], Pass { threads: 1, cancel: &NEVER, progress: &|_| {} }).unwrap();
    assert!(now[1].iter().eq(&all));
    assert!(all.iter().all(|f| *f == plan.one(&snapshot, dates[1], CustomerId(f.customer)).unwrap()));
    // Another file in the place of one that it is made of: nothing is known any more.
    lake.erase(2000 * DAY, 3).await.unwrap();
    assert!(ask().await.unwrap().0 > 0);
}

async fn what_cannot_be_kept_is_folded(db: TestDb) {
    let lake = open(&db).await;
    let folder = db.dir.path().join("cache");
    add(&lake, &(1..=60).map(|c| (c, 900 + c, c, 5)).collect::<Vec<_>>()).await;
    lake.seal(2000 * DAY).await.unwrap();
    add(&lake, &[(3, 980, 9001, 7)]).await;
    let snapshot = lake.snapshot().await.unwrap();
    let dates = [940 * DAY - 1, 1000 * DAY - 1];
    let ask = |place: Place<'_>, plan: &FactsPlan| {
        let passed = AtomicU64::new(0);
        let count = |n| {
            passed.fetch_add(n, Ordering::Relaxed);
        };
        let pass = Pass { threads: 2, cancel: &NEVER, progress: &count };
        let now = everybody(place, &snapshot, plan, &dates, pass).unwrap();
        for (at, all) in dates.iter().zip(&now) {
            let wanted: Vec<Facts> = (1..=60).map(|c| plan.one(&snapshot, *at, CustomerId(c)).unwrap()).collect();
            assert!(all.iter().eq(wanted.iter().filter(|f| f.history.is_some())), "at {at}");
        }
        passed.into_inner()
    };
    // There is no room: what was made is of no use, which is known from then on.
    let (setting, memory) = (Setting::new(), Memory::default());
    let plan = setting.plan(&Settings::default());
    let small = Place { memory: &memory, folder: &folder, most: 100 };
    ask(small, &plan);
    assert_eq!(ask(small, &plan), 60, "one pass for both dates");
    assert!(
        prepare(small, &snapshot, &plan, Pass { threads: 1, cancel: &NEVER, progress: &|_| {} }).unwrap().is_none()
    );
    let place = Place { most: MOST, ..small };
    assert_eq!(ask(place, &plan), 60, "remembered for these lines");
    // Clocks of Newfoundland were changed at odd minutes then.
    let memory = Memory::default();
    let place = Place { memory: &memory, folder: &folder, most: MOST };
    let there = Setting { zone: Zone::named("America/St_Johns").unwrap(), ..Setting::new() };
    assert_eq!(ask(place, &there.plan(&Settings::default())), 60);
    // A definition that needs the lines.
    let text = "[[trait]]\nname = \"frequency\"\nlabel = { en = \"f\", zh = \"f\" }\ndescription = { en = \"f\", zh = \"f\" }\n\
                unit = \"\"\nvalue = \"distinct(order) + 0\"\nwhere = \"kind = 'sale'\"\n";
    let other = Setting { traits: Traits::parse(text).unwrap(), ..Setting::new() };
    assert_eq!(ask(place, &other.plan(&Settings::default())), 60);
    assert!(!folder.exists(), "nothing of this is kept");
}

store::on_both!(
    what_cannot_be_kept_is_folded,
    kept_and_laid_over_is_what_all_lines_give,
    orders_that_come_in_cost_no_pass
);
