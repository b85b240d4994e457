//! Rows that break the rules cost themselves only.

use super::{OnDisk, numbered, rows_of};
use crate::source::{Options, RowFault};

fn faults(text: &[u8], block_bytes: usize) -> Vec<(u64, u64, usize, Option<RowFault>)> {
    let file = OnDisk::new(text);
    let options = Options { block_bytes, has_header: Some(true), ..Options::default() };
    let rows = rows_of(&file.path(), &options, 2).unwrap();
    rows.into_iter().map(|(number, line, cells, fault)| (number, line, cells.len(), fault)).collect()
}

#[test]
fn a_quote_never_closed_costs_one_row() {
    // Beyond 64 KiB, beyond 1000 lines, and at the end of the file.
    let wide = numbered("name ", 5_000);
    let many = numbered("", 1_500);
    let text = format!("name,n\n\"open,1\n{wide}\"open,2\n{many}\"x\"\"\",3\n\"open,4\n{many}\"open");
    for block_bytes in [50, 4 << 20] {
        let rows = faults(text.as_bytes(), block_bytes);
        assert_eq!(rows.len(), 1 + 5_000 + 1 + 1_500 + 1 + 1 + 1_500 + 1);
        let bad: Vec<_> = rows.iter().filter(|row| row.3.is_some()).cloned().collect();
        let expected = [1u64, 5_002, 6_504, 8_005].map(|n| (n, n + 1, 1, Some(RowFault::UnclosedQuote)));
        assert_eq!(bad, expected);
    }
}

#[test]
fn a_row_without_end_is_skipped_to_its_end() {
    let long = "x".repeat(3 << 20);
    let quoted = format!("\"{}\"", "line\n".repeat(500));
    let wide = ",".repeat(5_000);
    let row = vec![quoted; 600].join(",");
    let text = format!("name,n\na,1\n{long},2\nb,3\n{wide}\nc,4\n{row}\nd,5\n\"{long}\ne,6\n");
    let lines = [2, 3, 4, 5, 6, 7, 300_008, 300_009, 300_010];
    for block_bytes in [1 << 12, 4 << 20] {
        let rows = faults(text.as_bytes(), block_bytes);
        let long: Vec<bool> = rows.iter().map(|row| row.3 == Some(RowFault::TooLong)).collect();
        assert_eq!(long, [false, true, false, true, false, true, false, true, false]);
        assert_eq!(rows.iter().map(|row| row.1).collect::<Vec<_>>(), lines);
        assert!(rows.iter().all(|row| row.3.is_some() == (row.2 == 1)));
    }
}

#[test]
fn bytes_that_are_not_text_are_replaced_and_the_row_says_where() {
    let text = b"name,n\na,1\nb\xff\xfe,2\n\"c\"\"d\",\x00\n\xe4\xbd\xa0\xe5\xa5\xbd,4\n\xe4\xbd\xa0\xe5\xa5\xbd\xe5\xa5\xbd,5\n";
    let file = OnDisk::new(text);
    let rows = rows_of(&file.path(), &Options::default(), 1).unwrap();
    let got: Vec<_> = rows.into_iter().map(|(.., cells, fault)| (cells.join("/"), fault)).collect();
    let fault = |column| Some(RowFault::InvalidText { column });
    let expected = [
        ("a/1", None),
        ("b\u{fffd}\u{fffd}/2", fault(0)),
        ("c\"d/\u{fffd}", fault(1)),
        ("你好/4", None),
        ("你好好/5", None),
    ];
    assert_eq!(got, expected.map(|(cells, fault)| (cells.to_owned(), fault)));
}

#[test]
fn widths_that_lose_something_are_flagged() {
    let got: Vec<_> =
        faults(b"a,b,c\n1,2,3\n1,2\n1,2,3,,\n1,2,3,,x\n", 16).into_iter().map(|row| (row.2, row.3)).collect();
    let wide = Some(RowFault::WidthMismatch { expected: 3, found: 5 });
    assert_eq!(got, [(3, None), (2, None), (5, None), (5, wide)]);
}
