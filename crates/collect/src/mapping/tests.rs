use super::*;
use crate::source::RawChunk;

fn propose_from(kind: FileKind, header: Option<&[&str]>, rows: &[&[&str]]) -> Proposal {
    let header = header.map(|h| h.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
    let mut sample = RawChunk::new(1);
    for row in rows {
        row.iter().for_each(|cell| sample.push_cell(cell));
        sample.end_row(1, None);
    }
    propose(kind, header.as_deref(), &sample)
}

/// `field=column` pairs in the order of the fields.
fn pairs(proposal: &Proposal) -> Vec<String> {
    proposal.choices.iter().map(|c| format!("{}={}", c.field, c.column)).collect()
}

#[test]
fn headers_of_real_systems_are_understood() {
    let orders = FileKind::Orders;
    let cases: &[(FileKind, &str, &str, &str)] = &[
        (
            orders,
            "小票号,会员卡号,交易时间,商品编码,商品名称,品类,数量,单价,优惠,实付金额,门店,支付方式",
            "order_id=小票号 time=交易时间 customer=会员卡号 product=商品编码 product_name=商品名称 category=品类 quantity=数量 unit_price=单价 amount=实付金额 discount=优惠 store=门店",
            "支付方式",
        ),
        (
            orders,
            "订单编号,下单时间,买家姓名,手机号,货号,件数,金额(元),渠道,订单状态",
            "order_id=订单编号 time=下单时间 customer_phone=手机号 customer_name=买家姓名 product=货号 quantity=件数 amount=金额(元) channel=渠道 type=订单状态",
            "",
        ),
        (
            orders,
            "订 单 号,销售日期,时刻,会员号,ＳＫＵ,销售数量,成交金额",
            "order_id=订 单 号 time=销售日期 time_of_day=时刻 customer=会员号 product=ＳＫＵ quantity=销售数量 amount=成交金额",
            "",
        ),
        (
            orders,
            "Order ID,Order_Date,customer-id,E-Mail,SKU,Item Name,QTY,Unit Price,Line Total,Currency,Store,Country,Coupon Code",
            "order_id=Order ID time=Order_Date customer=customer-id customer_email=E-Mail product=SKU product_name=Item Name quantity=QTY unit_price=Unit Price amount=Line Total currency=Currency store=Store country=Country coupon=Coupon Code",
            "",
        ),
        (
            FileKind::Customers,
            "会员卡号,姓名,性别,出生日期,手机号码,邮箱,城市,入会日期,开卡门店,推荐人",
            "customer=会员卡号 name=姓名 email=邮箱 phone=手机号码 gender=性别 birthday=出生日期 city=城市 joined=入会日期 store=开卡门店 referred_by=推荐人",
            "",
        ),
        (
            FileKind::Customers,
            "Customer No,First Name,Last Name,Email Address,Mobile,DOB,Sign-up Date,Preferred Language",
            "customer=Customer No given_name=First Name family_name=Last Name email=Email Address phone=Mobile birthday=DOB joined=Sign-up Date language=Preferred Language",
            "",
        ),
        (
            FileKind::Products,
            "商品编码,商品名称,英文名称,品类,品牌,零售价,进价",
            "product=商品编码 name=商品名称 name_en=英文名称 category=品类 brand=品牌 price=零售价 cost=进价",
            "",
        ),
    ];
    for (kind, columns, expected, rest) in cases {
        let columns: Vec<&str> = columns.split(',').collect();
        let proposal = propose_from(*kind, Some(&columns), &[]);
        assert_eq!(pairs(&proposal).join(" "), *expected);
        assert_eq!(proposal.unmapped.join(","), *rest);
    }
}

#[test]
fn content_overrules_a_name_and_stands_in_for_one() {
    let header = ["订单号", "时间", "会员", "折扣", "实付", "联系"];
    let rows: Vec<[String; 6]> = (0..30)
        .map(|n| {
            [
                format!("{}", 1000 + n),
                "2020-01-02 10:00".into(),
                ["是", "否"][n % 2].into(),
                "0.85".into(),
                "17.00".into(),
                format!("1380000{n:04}"),
            ]
        })
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let proposal = propose_from(FileKind::Orders, Some(&header), &rows);
    assert_eq!(pairs(&proposal), ["order_id=订单号", "time=时间", "customer_phone=联系", "amount=实付"]);
    assert_eq!(proposal.unmapped, ["会员", "折扣"]);
    assert_eq!(proposal.notices.iter().map(|n| n.code).collect::<Vec<_>>(), ["discount_rate"]);
}

#[test]
fn a_file_without_a_header_is_read_by_content() {
    let proposal = propose_from(
        FileKind::Orders,
        None,
        &[
            &["536365", "85123A", "WHITE HANGING HEART", "6", "2010-12-01 08:26:00", "2.55", "17850"],
            &["536365", "71053", "WHITE METAL LANTERN", "6", "2010-12-01 08:26:00", "3.39", "17850"],
            &["536366", "22633", "HAND WARMER UNION JACK", "12", "2010-12-01 08:28:00", "1.85", "13047"],
        ],
    );
    let expected = [
        "order_id=column_1",
        "time=column_5",
        "customer=column_7",
        "product=column_2",
        "product_name=column_3",
        "quantity=column_4",
        "unit_price=column_6",
    ];
    assert_eq!(pairs(&proposal), expected);
}

#[test]
fn totals_of_orders_are_not_amounts_of_lines() {
    let proposal = propose_from(
        FileKind::Orders,
        Some(&["Order", "Date", "Sku", "Qty", "Price", "Total"]),
        &[&["1", "2020-01-01", "a", "1", "5", "25"], &["1", "2020-01-01", "b", "2", "10", "25"]],
    );
    assert_eq!(proposal.mapping.column(Field::Amount), None);
    assert_eq!(proposal.notices[0].code, "order_total");
}

#[test]
fn forms_are_detected_and_doubt_is_said() {
    let form = |cells: &[&str]| detect::date_form(cells.iter().map(|c| c.as_bytes())).map(|d| (d.form, d.ambiguous));
    assert_eq!(form(&["1/12/2010", "13/12/2010"]), Some((DateForm::DayFirst, false)));
    assert_eq!(form(&["1/12/2010", "12/13/2010"]), Some((DateForm::MonthFirst, false)));
    assert_eq!(form(&["1/12/2010", "12/1/2010"]), Some((DateForm::DayFirst, true)));
    assert_eq!(form(&["1/12/2010 8:26 AM"]), Some((DateForm::MonthFirst, true)));
    assert_eq!(form(&["2010年12月1日", ""]), Some((DateForm::YearFirst, false)));
    assert_eq!(form(&["20101201", "20101231"]), Some((DateForm::YearFirst, false)));
    assert_eq!(form(&["40513.35", "40514"]), Some((DateForm::ExcelSerial, false)));
    assert_eq!(form(&["1291191960"]), Some((DateForm::UnixSeconds, false)));
    assert_eq!(form(&["1291191960000"]), Some((DateForm::UnixMillis, false)));
    for cells in [&["536365", "536366"][..], &["2.55", "3.39"], &["85123A"], &[""], &["6", "12"]] {
        assert_eq!(form(cells), None, "{cells:?}");
    }
    let mark = |cells: &[&str]| {
        let found = detect::decimal_mark(cells.iter().map(|c| c.as_bytes()));
        (found.form, found.ambiguous)
    };
    assert_eq!(mark(&["2,55", "1.234", "10"]), (DecimalMark::Comma, false));
    assert_eq!(mark(&["2.55", "1,234", "10"]), (DecimalMark::Point, false));
    assert_eq!(mark(&["1.234,5"]), (DecimalMark::Comma, false));
    assert_eq!(mark(&["1,234", "5"]), (DecimalMark::Point, true));
    assert_eq!(mark(&["12", "abc", ""]), (DecimalMark::Point, false));
}

#[test]
fn marks_of_returns_come_from_the_sample() {
    let rule = |lines: &[(&str, bool)]| {
        let lines: Vec<_> = lines
            .iter()
            .map(|(id, negative)| detect::SampleLine { id: id.as_bytes(), negative: *negative, typed_return: false })
            .collect();
        let (returns, adjustments) = detect::kinds(&lines);
        (returns.prefixes.concat(), returns.by_sign, adjustments.prefixes.concat())
    };
    let of = |r: &str, by_sign, a: &str| (r.to_owned(), by_sign, a.to_owned());
    assert_eq!(rule(&[("536365", false), ("C536366", true), ("536367", false)]), of("C", false, "A"));
    assert_eq!(rule(&[("536365", false), ("536367", true)]), of("C", true, "A"));
    assert_eq!(rule(&[("536365", false), ("536366", false), ("R536367", true)]), of("CR", false, "A"));
    assert_eq!(rule(&[("1", false), ("2", false), ("3", false), ("C4", false)]), of("", true, "A"));
    assert_eq!(rule(&[("SO-1", false), ("SO-2", true)]), of("", true, ""));
}

#[test]
fn overrides_and_the_saved_form() {
    let header: Vec<String> = ["InvoiceNo", "When", "Sum, net", "备注"].map(str::to_owned).to_vec();
    let mut mapping = Mapping::new(FileKind::Orders);
    mapping.apply_map("order_id=invoice_no, date=When,amount=\"Sum, net\"，coupon=备注", &header).unwrap();
    mapping.apply_map("coupon=", &header).unwrap();
    for option in [
        "decimal=comma",
        "date=dmy",
        "zone=Europe/Paris",
        "currency=eur",
        "return-prefix=RMA-,C",
        "return_values=退|back",
        "adjustment_prefix=X",
    ] {
        mapping.apply_option(option).unwrap();
    }
    assert_eq!(mapping.column(Field::Amount), Some("Sum, net"));
    assert_eq!((mapping.columns.len(), mapping.options.returns.by_sign), (3, false));
    assert_eq!(Mapping::from_toml(&mapping.to_toml().unwrap()).unwrap(), mapping);
    for (wrong, hint) in [
        ("decimel=comma", "did you mean \"decimal\"?"),
        ("date=isoo", "forms: year-first"),
        ("zone=Mars", "IANA"),
        ("currency=points", "ISO 4217"),
    ] {
        let problem = mapping.apply_option(wrong).unwrap_err();
        assert!(problem.hint.as_deref().is_some_and(|h| h.contains(hint)), "{wrong}: {problem:?}");
    }
    let problem = Mapping::from_toml("kind = \"orders\"\n[columns]\nordr_id = \"x\"").unwrap_err();
    assert!(problem.hint.as_deref().is_some_and(|h| h.starts_with("did you mean \"order_id\"?")), "{problem:?}");
    assert_eq!(Mapping::from_toml("kind = \"orders\"").unwrap_err().code, base::Code::InvalidConfig);
}

#[test]
fn day_and_time_in_two_columns() {
    let both = ["time=", "time_of_day="];
    for (columns, day, time) in [
        ("订单号,时间,日期,金额", "2026-01-05", "14:05"),
        ("订单号,日期,时间,金额", "2026年1月5日", "下午2时5分"),
        ("订单号,交易日期,交易时间,金额", "05/01/2026", "14：05：09"),
        ("Order,Date,Time,Amount", "5 Jan 2026", "2:05 PM"),
        ("Order,Time,Order Date,Amount", "", ""),
    ] {
        let columns: Vec<&str> = columns.split(',').collect();
        let is_day = |name: &str| name.contains("日期") || name.contains("Date");
        let cell = |name: &&str| match *name {
            "订单号" | "Order" => "7",
            "金额" | "Amount" => "9.5",
            name if is_day(name) => day,
            _ => time,
        };
        let row: Vec<&str> = columns.iter().map(cell).collect();
        let proposal = propose_from(FileKind::Orders, Some(&columns), &[&row]);
        let name = |wanted: bool| *columns[1..3].iter().find(|n| is_day(n) == wanted).unwrap();
        let expected = [format!("{}{}", both[0], name(true)), format!("{}{}", both[1], name(false))];
        assert_eq!(pairs(&proposal)[1..3], expected, "{columns:?}");
    }
    // Alone, or beside a date but whole in itself, it is the time.
    for columns in [["订单号", "时间", "金额"], ["订单号", "时间", "日期"]] {
        let row = ["7", "2026-01-05 14:05", "2026-01-05"];
        let proposal = propose_from(FileKind::Orders, Some(&columns), &[&row]);
        assert_eq!((pairs(&proposal)[1].as_str(), proposal.mapping.column(Field::TimeOfDay)), ("time=时间", None));
    }
}

#[test]
fn what_a_person_says_is_in_force_and_settles_doubts() {
    let header = ["Order", "When", "Paid on", "Sku", "Total"].map(str::to_owned);
    let mut sample = RawChunk::new(1);
    for cell in ["7", "2026-01-05", "03/04/2026", "a", "1,234"] {
        sample.push_cell(cell);
    }
    sample.end_row(2, None);
    let told = |maps: &[&str], options: &[&str]| {
        let [maps, options] = [maps, options].map(|list| list.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
        let said = Said { maps: &maps, options: &options, ..Said::default() };
        propose_as(FileKind::Orders, Some(&header), &sample, &said).unwrap()
    };
    let codes = |p: &Proposal| p.notices.iter().map(|n| n.code).collect::<Vec<_>>();
    let bare = told(&[], &[]);
    assert_eq!((bare.mapping.column(Field::Time), bare.mapping.options.date), (Some("When"), DateForm::YearFirst));
    assert_eq!(codes(&bare), ["ambiguous_decimal"]);
    let mapped = told(&["time=Paid on,amount="], &[]);
    assert_eq!(mapped.mapping.options.date, DateForm::DayFirst, "the form is that of the column in force");
    assert_eq!(codes(&mapped), ["ambiguous_decimal", "ambiguous_dates", "no_amount"]);
    assert_eq!(pairs(&mapped), ["order_id=Order", "time=Paid on", "product=Sku"]);
    assert_eq!(mapped.unmapped, ["When", "Total"]);
    let decided = told(&["time=Paid on"], &["date=mdy", "decimal=comma"]);
    assert_eq!((codes(&decided), decided.mapping.options.date), (vec![], DateForm::MonthFirst));
}

#[test]
fn a_file_of_another_kind_is_recognised() {
    let likely = |kind, columns: &str, row: &str| {
        let header: Vec<String> = columns.split(',').map(str::to_owned).collect();
        let mut sample = RawChunk::new(1);
        row.split(',').for_each(|cell| sample.push_cell(cell));
        sample.end_row(2, None);
        better_kind(kind, &header, &sample)
    };
    let files = [
        (FileKind::Orders, "小票号,会员卡号,交易时间,商品编码,单价,数量", "7,K1,2026-01-05 10:00,a,3.5,1"),
        (FileKind::Customers, "会员卡号,姓名,手机号,生日,注册时间", "K1,王小明,13812345678,1990-01-01,2020-01-01"),
        (FileKind::Products, "商品编码,商品名称,品牌,零售价,上架日期", "a,Soap,B,3.5,2020-01-01"),
    ];
    for (is, columns, row) in files {
        for called in [FileKind::Orders, FileKind::Customers, FileKind::Products] {
            let found = likely(called, columns, row);
            assert_eq!(found, (called != is).then_some(is), "{columns} as {called}");
        }
    }
    assert_eq!(likely(FileKind::Orders, "a,b", "1,2"), None);
}
