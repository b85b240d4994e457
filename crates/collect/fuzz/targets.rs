// Shared by the fuzzer (fuzz_targets/) and by the ordinary tests (src/source/tests/fuzz.rs).

use std::path::Path;

use collect::decode::{Decoder, Settings, preview};
use collect::import::sample;
use collect::mapping::{FileKind, propose};
use collect::source::{Compression, Encoding, Format, Opened, Options, RawChunk, Separator, open};

/// Reads a file whose first byte chooses the options and whose rest is the content, written into `dir`; fails an assertion when
/// what comes back is not what every reader of rows relies on. What is read is then understood and decoded as a file of one kind.
pub(crate) fn fuzz_bytes(data: &[u8], dir: &Path) {
    let Some((&choice, content)) = data.split_first() else { return };
    let path = dir.join("file");
    std::fs::write(&path, content).expect("the directory can be written to");
    let pick = |bits: u8| (choice >> bits) & 1 == 1;
    let options = Options {
        format: (pick(0) && pick(1)).then_some(Format::Csv),
        encoding: (pick(1) && pick(2)).then_some(Encoding::Gb18030),
        separator: (pick(2) && pick(3)).then_some(Separator::Whitespace),
        has_header: pick(4).then_some(pick(5)),
        block_bytes: if pick(6) { 16 } else { 1 << 20 },
        ..Options::default()
    };
    let defect = |problem: &base::Problem| assert_ne!(problem.code, base::Code::Internal, "{problem}");
    let opened = match open(&path, &options) {
        Ok(opened) => opened,
        Err(problem) => return defect(&problem),
    };
    assert!(!opened.header.is_empty());
    let kind = [FileKind::Orders, FileKind::Customers, FileKind::Orders, FileKind::Products][content.len() % 4];
    let decoder = decoder(kind, &opened);
    let (mut rows, mut line, mut memory) = (0, 0, 0);
    for chunk in opened.rows(1) {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(problem) => return defect(&problem),
        };
        assert_eq!(chunk.first_row, rows + 1, "row numbers follow one another");
        rows += chunk.len() as u64;
        for row in 0..chunk.len() {
            assert!(chunk.line(row) > line || opened.format == Format::Xlsx, "lines follow one another");
            line = chunk.line(row);
            for column in 0..=chunk.width(row) {
                let text = std::str::from_utf8(chunk.cell(row, column)).expect("cells are text");
                assert!(!text.contains('\0'), "cells hold no NUL");
                memory += text.len();
            }
            assert!(chunk.row_text(row).len() >= chunk.width(row).saturating_sub(1));
        }
        if let Some(decoder) = &decoder {
            decoded(decoder, kind, &chunk);
        }
    }
    if opened.compression == Compression::None && matches!(opened.format, Format::Csv | Format::Jsonl) {
        // A byte becomes three when it is replaced; JSON numbers may lose their exponent.
        assert!(memory <= 64 * content.len() + 64, "{memory} bytes of text from {}", content.len());
    }
}

/// A decoder by the proposed mapping, where that is enough to read the file.
fn decoder(kind: FileKind, opened: &Opened) -> Option<Decoder> {
    let sample = sample(opened);
    let mapping = propose(kind, Some(&opened.header), &sample).mapping;
    let zone = base::Zone::named("Asia/Shanghai").expect("a zone that there is");
    let (currency, source, now) = ("CNY".to_owned(), "fuzz".to_owned(), 1_800_000_000_000_000);
    let decoder = Decoder::new(&mapping, &Settings { zone, currency, source, now }, &opened.header).ok()?;
    let shown = preview(&decoder, &sample, 3, profile::Region::CHINA);
    assert!(shown.rows.len() <= 3 && shown.counts.bad <= sample.len());
    Some(decoder)
}

/// Every row is taken or bad, none both, and the columns of lines are of one length.
fn decoded(decoder: &Decoder, kind: FileKind, chunk: &RawChunk) {
    let (mut taken, bad): (Vec<u64>, Vec<u64>) = match kind {
        FileKind::Orders => {
            let lines = decoder.decode(chunk);
            let count = lines.len();
            let lengths = [lines.time.len(), lines.kind.len(), lines.quantity.len(), lines.unit_price.len()];
            assert_eq!(lengths, [count; 4]);
            let lengths = [lines.amount.len(), lines.discount.len(), lines.order_key.len(), lines.line_hash.len()];
            assert_eq!(lengths, [count; 4]);
            assert!(lines.texts.iter().all(|text| text.codes.len() == count));
            assert!(lines.time.iter().all(|at| *at >= 0), "nothing was sold before 1970");
            (lines.rows, lines.bad.iter().map(|b| b.row).collect())
        }
        FileKind::Customers => {
            let batch = decoder.decode_customers(chunk);
            (batch.records.iter().map(|r| r.row).collect(), batch.bad.iter().map(|b| b.row).collect())
        }
        FileKind::Products => {
            let batch = decoder.decode_products(chunk);
            (batch.records.iter().map(|r| r.row).collect(), batch.bad.iter().map(|b| b.row).collect())
        }
    };
    taken.extend(std::collections::BTreeSet::from_iter(bad));
    taken.sort_unstable();
    assert_eq!(taken, (chunk.first_row..).take(chunk.len()).collect::<Vec<_>>(), "every row is taken or bad");
}
