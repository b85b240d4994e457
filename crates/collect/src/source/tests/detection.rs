//! What a file is, told from its content.

use super::{OnDisk, cells_of, gz, rows_of, utf16, zst};
use crate::source::{Compression, Encoding, Format, Options, Separator, open};

const SALES: &str = "单号,商品,数量,时间\nA1,苹果,2,2024-01-05 10:00\nA2,香蕉,1,2024-01-06 11:30\n";

#[test]
fn encodings_and_archives_are_told_apart() {
    let gb = encoding_rs::GB18030.encode(SALES).0.into_owned();
    let french = "commande,désignation,prix\n1,Crème brûlée à l'érable,4.5\n2,Pâté,3\n";
    let latin = encoding_rs::WINDOWS_1252.encode(french).0.into_owned();
    let mut scratched = SALES.repeat(3).into_bytes();
    scratched[60] = 0xff;
    let ascii_first = [b"name,n\n".to_vec(), b"abc,1\n".repeat(400_000), gb[20..].to_vec(), gb.repeat(2_000)].concat();
    for (bytes, compression, encoding) in [
        (SALES.as_bytes().to_vec(), Compression::None, Encoding::Utf8),
        (format!("\u{feff}{SALES}").into_bytes(), Compression::None, Encoding::Utf8Bom),
        (utf16(SALES, true, true), Compression::None, Encoding::Utf16Le),
        (utf16(SALES, false, true), Compression::None, Encoding::Utf16Be),
        (utf16(SALES, true, false), Compression::None, Encoding::Utf16Le),
        (utf16(SALES, false, false), Compression::None, Encoding::Utf16Be),
        (gb.clone(), Compression::None, Encoding::Gb18030),
        (gz(&gb), Compression::Gz, Encoding::Gb18030),
        (zst(&utf16(SALES, true, true)), Compression::Zst, Encoding::Utf16Le),
        (latin, Compression::None, Encoding::Windows1252),
        (scratched, Compression::None, Encoding::Utf8),
        (ascii_first, Compression::None, Encoding::Gb18030),
    ] {
        let file = OnDisk::new(&bytes);
        let opened = open(&file.path(), &Options::default()).unwrap();
        assert_eq!((opened.compression, opened.encoding), (compression, encoding));
        assert_eq!((opened.format, opened.separator, opened.has_header), (Format::Csv, Some(Separator::Comma), true));
        if opened.header[0] == "单号" && bytes[60] != 0xff {
            assert_eq!(opened.sample[1], ["A2", "香蕉", "1", "2024-01-06 11:30"]);
            assert_eq!(cells_of(&bytes, &Options::default()), opened.sample);
        }
    }
}

#[test]
fn separators_and_headers_are_told_apart() {
    for (text, separator, names) in [
        ("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n", Separator::Semicolon, Some("a/b/c")),
        ("1,5;2,5;3,5\n2,5;3,5;4,5\n", Separator::Semicolon, None),
        ("a\tb\nx, y\t1\nz\t2\n", Separator::Tab, Some("a/b")),
        ("a|b\nx,y,z|1\nz,y|2\n", Separator::Bar, Some("a/b")),
        ("a,b\n\"x;y;z\",1\n\"p;q\nr;s\",2\n", Separator::Comma, Some("a/b")),
        (" id  date  n\n 01 19970101  1\n 02 19970112  12\n", Separator::Whitespace, Some("id/date/n")),
        (" 01 19970101  1.5\r\n 02 19970112  12\r\n", Separator::Whitespace, None),
        ("text\nwith some words\nin each line\n", Separator::Comma, Some("text")),
        ("A1,2024-01-05,3\nA2,2024-01-06,4\n", Separator::Comma, None),
        ("name,city\nAnn,Rome\nBob,Oslo\n", Separator::Comma, Some("name/city")),
        ("Ann,Rome\nBob,Oslo\nAnn,Rome\n", Separator::Comma, None),
        ("ann@x.org,Ann\nbob@x.org,Bob\n", Separator::Comma, None),
        ("beer,milk,tea\nmilk\nbread,tea\n", Separator::Comma, None),
        ("n,,m,\n1,2,3,\n", Separator::Comma, Some("n/column_2/m")),
    ] {
        let file = OnDisk::new(text.as_bytes());
        let opened = open(&file.path(), &Options::default()).unwrap();
        let got = opened.has_header.then(|| opened.header.join("/"));
        assert_eq!((opened.separator, got.as_deref()), (Some(separator), names), "{text}");
    }
}

#[test]
fn the_user_has_the_last_word() {
    let file = OnDisk::new("a;'b;c'\n1;2\n".as_bytes());
    let options = Options { quote: Some(b'\''), has_header: Some(false), ..Options::default() };
    let opened = open(&file.path(), &options).unwrap();
    assert_eq!((opened.header.join("/"), opened.sample[0].join("/")), ("column_1/column_2".into(), "a/b;c".into()));
    let options = Options { separator: Some(Separator::Comma), encoding: Some(Encoding::Gb18030), ..options };
    assert_eq!(rows_of(&file.path(), &options, 1).unwrap()[0].2, ["a;'b;c'"]);
    let repeated = OnDisk::new(b"n,n,n_2\n1,2,3\n");
    assert_eq!(
        open(&repeated.path(), &Options { has_header: Some(true), ..Options::default() }).unwrap().header,
        ["n", "n_2", "n_2_2"]
    );
    let object = OnDisk::new(b"{\"a\": 1}\n");
    assert_eq!(
        open(&object.path(), &Options { format: Some(Format::Csv), ..Options::default() }).unwrap().header,
        ["{\"a\": 1}"]
    );
    assert_eq!("gb18030".parse::<Encoding>().unwrap(), Encoding::Gb18030);
    assert!("gbk?".parse::<Encoding>().unwrap_err().hint.unwrap().contains("utf-16le"));
}

#[test]
fn what_is_not_read_is_refused_with_advice() {
    for (bytes, word) in [
        (b"".to_vec(), "is empty"),
        (b"\n\r\n".to_vec(), "holds no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "old Excel file"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        ((0..=255).collect::<Vec<u8>>().repeat(40), "not text"),
        // Begins as UTF-16 does.
        ((0..=255).rev().collect::<Vec<u8>>().repeat(40), "not text"),
        (b"<html><table>".to_vec(), "web page"),
        (b"[ {\"a\":1} ]".to_vec(), "JSON array"),
        (b"PK\x03\x04 not really".to_vec(), "not a workbook"),
        (b"PAR1 not really".to_vec(), "Parquet"),
        (gz(b"PAR1"), "archive"),
        (b"\x1f\x8b\x08 not really".to_vec(), "damaged"),
        (b"{\"a\": }".to_vec(), "no line"),
    ] {
        let file = OnDisk::new(&bytes);
        let problem = open(&file.path(), &Options::default()).map(|o| o.header).unwrap_err();
        assert!(problem.message.contains(word), "{problem}");
        assert_ne!(problem.code, base::Code::Internal);
    }
    assert_eq!(
        open("/no/such/file".as_ref(), &Options::default()).map(|o| o.header).unwrap_err().code,
        base::Code::NotFound
    );
}

/// The file of real data, or `None` with a word about it.
fn real(name: &str) -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        println!("skipped: ../shared/data is not here");
    }
    path.exists().then_some(path)
}

#[test]
fn real_files_are_understood() {
    for (name, rows, first) in [
        (
            "online_retail.csv.gz",
            541_909,
            "InvoiceNo/StockCode/Description/Quantity/InvoiceDate/UnitPrice/CustomerID/Country",
        ),
        ("cdnow_sample.txt", 6_919, "column_1/column_2/column_3/column_4/column_5"),
        ("cdnow_master.txt.gz", 69_659, "customer_id/date/number_of_cds/dollar_value"),
        ("groceries_baskets.csv.gz", 43_367, "basket/item"),
        ("waimai_10k.csv.gz", 11_987, "label/review"),
    ] {
        let Some(path) = real(name) else { return };
        let opened = open(&path, &Options::default()).unwrap();
        assert_eq!(opened.header.join("/"), first);
        let (mut count, width) = (0, opened.header.len());
        for chunk in opened.rows(2) {
            let chunk = chunk.unwrap();
            assert!((0..chunk.len()).all(|row| chunk.width(row) == width && chunk.fault(row).is_none()), "{name}");
            count += chunk.len();
        }
        assert_eq!(count, rows, "{name}");
    }
}
