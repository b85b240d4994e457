//! Separated text: what the csv crate writes and reads is the measure.

use std::fmt::Write;

use proptest::prelude::*;

use super::{OnDisk, Row, gz, numbered, rows_of, utf16, zst};
use crate::source::{Encoding, Format, Options, RowFault, Separator, open};

fn cell() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => prop::char::range('a', 'e'),
        3 => prop::sample::select(vec![',', ';', '\t', '|', '"', '\r', '\n', ' ', '\'']),
        2 => prop::sample::select(vec!['é', '你', '好', '，', '€', '😀', '\u{fffd}']),
    ];
    prop::collection::vec(character, 0..6).prop_map(|characters| characters.into_iter().collect())
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1usize..5).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..12))
}

/// The table as the csv crate writes it, and the line on which each row begins.
fn written(table: &[Vec<String>], separator: u8, style: csv::QuoteStyle, end: csv::Terminator) -> (String, Vec<u64>) {
    let mut text = String::new();
    let mut lines = Vec::new();
    for row in table {
        lines.push(1 + crate::source::csv::line_ends(text.as_bytes()));
        let mut writer =
            csv::WriterBuilder::new().delimiter(separator).quote_style(style).terminator(end).from_writer(Vec::new());
        writer.write_record(row).unwrap();
        text.push_str(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
    }
    (text, lines)
}

fn plain(separator: Separator, block_bytes: usize) -> Options {
    let format = Some(Format::Csv);
    Options { format, separator: Some(separator), has_header: Some(false), block_bytes, ..Options::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_the_csv_crate_writes_comes_back(
        table in table(),
        separator in prop::sample::select(vec![Separator::Comma, Separator::Semicolon, Separator::Tab, Separator::Bar]),
        always in any::<bool>(),
        end in prop::sample::select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')]),
        packing in 0usize..7,
        cut_last_end in any::<bool>(),
        block_bytes in prop::sample::select(vec![1, 16, 17, 64, 4 << 20]),
        threads in 1usize..4,
    ) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let (mut text, lines) = written(&table, separator.byte().unwrap(), style, end);
        if cut_last_end {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let mut options = plain(separator, block_bytes);
        options.encoding = [None, None, None, None, Some(Encoding::Utf16Be), Some(Encoding::Gb18030), None][packing];
        let bytes = match packing {
            0 => text.clone().into_bytes(),
            1 => gz(text.as_bytes()),
            2 => zst(text.as_bytes()),
            3 => utf16(&text, true, true),
            4 => utf16(&text, false, false),
            5 => encoding_rs::GB18030.encode(&text).0.into_owned(),
            _ => format!("\u{feff}{text}").into_bytes(),
        };
        prop_assume!(!text.is_empty());
        let file = OnDisk::new(&bytes);
        // Few characters of few kinds: the check of the encoding has too little to go by.
        options.encoding = options.encoding.or((packing < 3).then_some(Encoding::Utf8));
        let got = rows_of(&file.path(), &options, threads).unwrap();
        let expected: Vec<Row> =
            table.iter().zip(lines).enumerate().map(|(i, (row, line))| (i as u64 + 1, line, row.clone(), None)).collect();
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn any_text_reads_as_with_the_csv_crate_and_the_same_in_blocks_of_any_size(
        text in prop::collection::vec(prop::sample::select(b"ab,,\"\"\n\r".to_vec()), 1..60),
        block_bytes in 1usize..40,
    ) {
        let file = OnDisk::new(&text);
        let read = |block_bytes| rows_of(&file.path(), &plain(Separator::Comma, block_bytes), 2);
        let Ok(whole) = read(1 << 20) else {
            prop_assert!(text.iter().all(|b| matches!(b, b'\r' | b'\n')));
            return Ok(());
        };
        prop_assert_eq!(&read(block_bytes).unwrap(), &whole);
        if whole.iter().any(|(.., fault)| fault == &Some(RowFault::UnclosedQuote)) {
            return Ok(());
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(&text[..]);
        let expected: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let got: Vec<Vec<String>> = whole.into_iter().map(|(.., cells, _)| cells).collect();
        prop_assert_eq!(got, expected);
    }
}

#[test]
fn blank_lines_are_left_out_and_counted() {
    let file = OnDisk::new(b"\n\nname,n\r\n\r\n\na,1\n\"b\n\nc\",2\n\n\nd,3");
    for block_bytes in [1, 7, 4 << 20] {
        let rows = rows_of(&file.path(), &Options { block_bytes, ..Options::default() }, 2).unwrap();
        let places: Vec<_> = rows.iter().map(|(number, line, cells, _)| (*number, *line, cells[0].as_str())).collect();
        assert_eq!(places, [(1, 6, "a"), (2, 7, "b\n\nc"), (3, 12, "d")]);
    }
}

#[test]
fn a_damaged_archive_gives_its_good_rows_and_then_says_so() {
    let mut text = String::from("id,value\n");
    for i in 0..400_000u64 {
        writeln!(text, "{},{}", base::hash::mix(i), i).unwrap();
    }
    let packed = gz(text.as_bytes());
    let file = OnDisk::new(&packed[..packed.len() / 2]);
    let opened = open(&file.path(), &Options { block_bytes: 64 << 10, ..Options::default() }).unwrap();
    let mut outcomes: Vec<_> = opened.rows(2).collect();
    let problem = outcomes.pop().unwrap().unwrap_err();
    assert!(problem.message.contains("damaged or incomplete"), "{problem}");
    assert!(outcomes.into_iter().map(|chunk| chunk.unwrap().len()).sum::<usize>() > 100_000);
}

#[test]
fn dropping_the_rows_early_stops_and_reading_again_starts_anew() {
    let text = numbered("k", 200_000);
    let file = OnDisk::new(text.as_bytes());
    let opened = open(&file.path(), &Options { block_bytes: 4 << 10, ..Options::default() }).unwrap();
    let progress = opened.progress();
    assert_eq!(opened.rows(2).next().unwrap().unwrap().first_row, 1);
    assert!(progress.load(std::sync::atomic::Ordering::Relaxed) < opened.total_bytes);
    assert_eq!(opened.rows(2).map(|chunk| chunk.unwrap().len()).sum::<usize>(), 200_000);
    assert_eq!(progress.load(std::sync::atomic::Ordering::Relaxed), opened.total_bytes);
}
