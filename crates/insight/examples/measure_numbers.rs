//! Measures the numbers of a data folder: `cargo run --release --example measure_numbers -- SHOP ZONE FROM TO`.

#![expect(clippy::print_stdout, reason = "it is what this is for")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base::{Problem, SystemClock, Zone};
use insight::day::{Compare, Period};
use insight::orders::{Filter, Sort};
use insight::top::Dimension;
use insight::{Business, Insight};
use lake::Lake;
use store::Db;
use web::{App, Settings, SystemEntropy};

#[tokio::main]
async fn main() -> Result<(), Problem> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [shop, zone, days] = args.as_slice() else {
        println!("measure SHOP ZONE FROM..TO, such as: measure shop Asia/Shanghai 2024-01-01..2025-12-31");
        return Ok(());
    };
    let (shop, period) = (Path::new(shop), Period::parse(days, "period")?);
    let db = Db::open(&format!("sqlite://{}", shop.join("guanxi.db").display())).await?;
    let lake = Lake::open(db.clone(), &shop.join("lake")).await?;
    let app = App::new(db, Arc::new(SystemClock), Arc::new(SystemEntropy), Settings::default())?;
    let cache = std::env::temp_dir().join(format!("guanxi-measure-{}", std::process::id()));
    let make = || {
        let business = Business { zone: Zone::named(zone)?, currency: "CNY".into() };
        Ok::<_, Problem>(Insight::new(app.clone(), lake.clone(), business, 2, &cache))
    };
    for (name, insight) in [("first ever", make()?), ("after a restart", make()?)] {
        timed(&format!("overview, {name}"), || insight.overview(period, Some(Compare::Previous))).await?;
    }
    let insight = make()?;
    insight.warm().await?;
    let newest = Filter::default();
    for round in ["first", "again"] {
        timed(&format!("overview, {round}"), || insight.overview(period, Some(Compare::Previous))).await?;
        timed(&format!("cohorts, {round}"), || insight.cohorts(period)).await?;
        timed(&format!("hours, {round}"), || insight.by_hour(period)).await?;
        for by in Dimension::ALL {
            let name = format!("top {}, {round}", by.as_str());
            timed(&name, || insight.top(by, period, Some(Compare::Previous), 10)).await?;
        }
        let set = format!("metric:active_customers@{days}");
        timed(&format!("within metric, {round}"), || insight.within(&set)).await?;
        let set = format!("bought:store/S01@{days}");
        timed(&format!("within bought, {round}"), || insight.within(&set)).await?;
        timed(&format!("orders, {round}"), || insight.orders(newest.clone(), Sort::Newest, None, 50)).await?;
    }
    println!("{:>9} KiB resident", resident());
    let _ = std::fs::remove_dir_all(&cache);
    Ok(())
}

async fn timed<T, F: Future<Output = Result<T, Problem>>>(name: &str, work: impl FnOnce() -> F) -> Result<T, Problem> {
    let (started, before) = (Instant::now(), processor());
    let result = work().await?;
    let (wall, processor) = (started.elapsed().as_secs_f64() * 1e3, processor() - before);
    println!("{wall:>9.1} ms {processor:>6} ms of processors  {name}");
    Ok(result)
}

/// Milliseconds of processors that this process has used, to the hundredth of a second.
fn processor() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let times = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    times.filter_map(|t| t.parse::<u64>().ok()).sum::<u64>() * 10
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}
