// Shared by the fuzzer (fuzz_targets/) and by the ordinary tests (src/source/tests/fuzz.rs).

use std::path::Path;

use collect::source::{Compression, Encoding, Format, Options, Separator, open};

/// Reads a file whose first byte chooses the options and whose rest is the content, written into `dir`; fails an assertion when
/// what comes back is not what every reader of rows relies on.
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
    }
    if opened.compression == Compression::None && matches!(opened.format, Format::Csv | Format::Jsonl) {
        // A byte becomes three when it is replaced; JSON numbers may lose their exponent.
        assert!(memory <= 64 * content.len() + 64, "{memory} bytes of text from {}", content.len());
    }
}
