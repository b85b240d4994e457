//! Measured by hand: `cargo nextest run -p profile --run-ignored all -E 'test(a_million)' --no-capture`, with
//! `GUANXI_MEASURE` the number of customers (a million when not set).

use std::time::Instant;

use base::seeded;
use rand::RngExt;

use super::super::*;
use super::{CN, origin};
use crate::model::{Identity, IdentityKind, NewCustomer};

fn people(count: usize) -> Vec<NewCustomer> {
    let surnames: Vec<char> =
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕".chars().collect();
    let given: Vec<char> =
        "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉萍红梅建国文小晓志海云飞雪春龙凤宇轩涵梓子欣怡佳琪浩然"
            .chars()
            .collect();
    let mut rng = seeded(7, 1);
    let mut draw = |list: &[char]| list[rng.random_range(0..list.len())];
    (0..count)
        .map(|n| {
            let name: String = [draw(&surnames), draw(&given), draw(&given)].iter().collect();
            let identity = |kind, value| Identity { kind, value };
            let ids = vec![
                identity(IdentityKind::CARD, format!("{:09}", n * 7 + 3)),
                identity(
                    IdentityKind::PHONE,
                    format!("+861{:010}", 3_000_000_000u64 + (n as u64 * 7_919) % 6_999_999_999),
                ),
                identity(IdentityKind::EMAIL, format!("u{n:07}@example.com")),
            ];
            let attributes = super::attributes(&[("city", "上海"), ("gender", "female")]);
            NewCustomer { ids, name: Some(name), attributes, first_seen: Some(1), last_seen: Some(2) }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures; takes a minute"]
async fn a_million_customers() {
    let count = std::env::var("GUANXI_MEASURE").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let t = match std::env::var("GUANXI_MEASURE_ON").as_deref() {
        Ok("postgres") => store::testing::postgres().await.expect("a PostgreSQL server"),
        _ => store::testing::sqlite().await,
    };
    let people = people(count);
    let mut tx = t.db.write().await.unwrap();
    let start = Instant::now();
    customers_create(&mut tx, &people, origin(1, 1_000)).await.unwrap();
    tx.commit().await.unwrap();
    println!("{count} customers made in {:.1} s", start.elapsed().as_secs_f64());
    let mut tx = t.db.read().await.unwrap();
    for text in [
        "wxm",
        "王小明",
        "王",
        "w",
        "小明",
        "5678",
        "138",
        "u00012",
        "000012",
        "wang xiao",
        "w x",
        "李 138",
        "伟 军",
        "l z",
        "u0 王",
        "王 l q",
        "zz",
    ] {
        let mut times = Vec::new();
        let mut hits = 0;
        for _ in 0..5 {
            let start = Instant::now();
            hits = customer_search(&mut tx, CN, text, 20).await.unwrap().len();
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("search {text:<12} {hits:>3} hits   first {:>7.2} ms   then {:>7.2} ms", times[0], times[4]);
    }
    let start = Instant::now();
    let values: Vec<String> = people.iter().map(|p| p.ids[2].value.clone()).collect();
    let found = identity_resolve(&mut tx, &IdentityKind::EMAIL, &values).await.unwrap();
    println!("identity_resolve {} in {:.2} s", found.iter().flatten().count(), start.elapsed().as_secs_f64());
    let start = Instant::now();
    let (columns, mut after, mut rows) = (CustomerColumns::all(&mut tx).await.unwrap(), Some(0), 0);
    while let Some(from) = after {
        let (page, last) = columns.page(&mut tx, from, 16_384).await.unwrap();
        (after, rows) = (last, rows + page.num_rows());
    }
    println!("pages of {rows} customers in {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let complete = customer_completeness(&mut tx).await.unwrap();
    println!("completeness {} in {:.2} s", complete.customers, start.elapsed().as_secs_f64());
    drop(tx);
    let mut tx = t.db.write().await.unwrap();
    let row = |n: usize| UpdateRow {
        row: n as u64,
        cells: vec![
            format!("{:09}", n * 7 + 3),
            if n.is_multiple_of(4) { "北京" } else { "上海" }.into(),
            format!("{}", n % 5),
        ],
    };
    let rows: Vec<UpdateRow> = (0..count).map(row).collect();
    let start = Instant::now();
    let mut update = CustomersUpdate::new(super::columns(&["card", "city", "level"]), CN, origin(2, 2_000));
    for batch in rows.chunks(50_000) {
        update.rows(&mut tx, batch).await.unwrap();
    }
    let report = update.finish(&mut tx).await.unwrap();
    println!("customers_update {} in {:.2} s", report.updated, start.elapsed().as_secs_f64());
    let start = Instant::now();
    let undone = import_undo(&mut tx, base::ImportId(2), 3_000, &|_| None).await.unwrap();
    println!("import_undo {} in {:.2} s", undone.restored, start.elapsed().as_secs_f64());
    let start = Instant::now();
    customer_erase(&mut tx, base::CustomerId(count as i64 / 2), 5, &[7; 32]).await.unwrap();
    tx.commit().await.unwrap();
    println!("erase in {:.2} s", start.elapsed().as_secs_f64());
}
