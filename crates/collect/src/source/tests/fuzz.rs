//! The fuzz targets of `fuzz/`, run for a bounded time on mutated small files of every kind.

use base::hash::mix;

use super::{formats, gz, utf16, zst};

mod targets {
    use crate as collect;

    include!("../../../fuzz/targets.rs");
}

/// Changes a few places of `file`: bits, bytes that mean something in one of the formats, cuts and repeats.
fn mutate(file: &[u8], seed: u64) -> Vec<u8> {
    let mut out = file.to_vec();
    for step in 0..=mix(seed) % 6 {
        let random = mix(mix(seed) ^ (step + 1));
        let at = (random >> 8) as usize % (out.len() + 1);
        match random % 8 {
            0..=2 if at < out.len() => out[at] ^= 1 << ((random >> 40) % 8),
            3 => out.insert(at, b"\"\r\n,;\t|\0{}[]\xff\xfe\x80 "[(random >> 40) as usize % 16]),
            4 => out.truncate(at),
            5 => {
                let piece = out[at..(at + 40).min(out.len())].to_vec();
                out.splice(at..at, piece);
            }
            6 if at < out.len() => {
                out.remove(at);
            }
            _ if at < out.len() => out[at] = (random >> 48) as u8,
            _ => {}
        }
    }
    out
}

#[test]
fn damaged_files_of_every_kind_never_bring_it_down() {
    let text = "order,name,n\nA1,\"x, \"\"y\"\"\",1\r\nA2,你好,2\n\"A\n3\",,-3.5\n";
    let orders = "order_no,date,card,email,product,quantity,amount,type\nA1,2026-03-01 10:00,C1,a@b.cn,Tea,1,30.00,\n\
        A2,2026/3/2 9:05 PM,,x,Rice,-2,\"1,000.5\",return\nC3,2026年3月3日,散客,,Öl,1,¥80,\n";
    let seeds: Vec<(Vec<u8>, u64)> = vec![
        (text.into(), 1_500),
        (text.replace(',', ";").replace('\n', "\r").into_bytes(), 500),
        (utf16(text, true, true), 300),
        (encoding_rs::GB18030.encode(text).0.into_owned(), 300),
        (gz(text.as_bytes()), 300),
        (zst(text.as_bytes()), 300),
        (orders.into(), 1_500),
        (formats::jsonl().into_bytes(), 800),
        (formats::xlsx(), 150),
        (formats::parquet(), 400),
    ];
    let dir = tempfile::tempdir().unwrap();
    // Damage inside other libraries is caught; their panics need not be printed.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(|| {
        for (kind, (file, count)) in seeds.iter().enumerate() {
            for i in 0..*count {
                let seed = (kind as u64) << 32 | i;
                let data = [&[mix(seed) as u8][..], &mutate(file, seed)].concat();
                if let Err(why) = std::panic::catch_unwind(|| targets::fuzz_bytes(&data, dir.path())) {
                    let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                    return Some(format!("kind {kind}, case {i}: {why}"));
                }
            }
        }
        None
    });
    std::panic::set_hook(hook);
    assert_eq!(outcome.unwrap(), None);
}
