//! Sentences with parts that differ: `{}` stands for a part, in the same order in both languages unless `{1}` says which.

/// English as written in the code, Chinese.
const PATTERNS: &[(&str, &str)] = &[
    // Bad rows.
    ("the id is empty", "编号为空"),
    ("the date is empty", "日期为空"),
    ("does not read as a {} date", "无法按“{}”读作日期"),
    ("is in no calendar when read as a {} date", "按“{}”读时日期不存在"),
    ("the date is too long ago", "日期过早"),
    ("the date is in the future", "日期在未来"),
    ("the quantity is empty", "数量为空"),
    ("does not read as a number with a decimal {}", "无法读作小数点为“{}”的数字"),
    ("the number has more than 18 digits", "数字超过 18 位"),
    ("is not an ISO 4217 currency code", "不是 ISO 4217 货币代码"),
    ("is neither yes nor no", "既不是“是”也不是“否”"),
    ("a quote is opened and never closed", "引号打开后没有闭合"),
    ("the row is too long (more than 1 MiB or 4096 cells)", "行过长（超过 1 MiB 或 4096 个单元格）"),
    ("column {} holds bytes that are not text", "第 {} 列含有不是文字的字节"),
    ("the row has {} cells, the file {} columns", "该行有 {} 个单元格，而文件有 {} 列"),
    ("the line is not a JSON object: {}", "该行不是 JSON 对象：{}"),
    // Reasons of a proposal.
    ("its name", "根据列名"),
    ("its name holds \"{}\"", "列名含有“{}”"),
    ("chosen by you", "由您选择"),
    ("its values are dates", "内容是日期"),
    ("its values are e-mail addresses", "内容是电子邮箱"),
    ("its values are phone numbers", "内容是电话号码"),
    ("its values are small whole numbers", "内容是较小的整数"),
    ("its values are numbers with a fraction", "内容是带小数的数字"),
    ("its values are codes near the left", "内容是靠左的编码"),
    ("its values are codes", "内容是编码"),
    ("its values are numbers that come in runs", "内容是连续重复的数字"),
    ("its values are many different words", "内容是多种不同的文字"),
    ("its values are codes, each different", "内容是各不相同的编码"),
    // Notices.
    (
        "whether , or . is the decimal mark cannot be told from the sample: taken as decimal {}",
        "从样本无法判断小数点是“,”还是“.”：按“{}”处理",
    ),
    ("day and month cannot be told apart in the sample: dates are read {}", "从样本无法区分日和月：日期按“{}”读取"),
    (
        "column \"{}\" looks like the total of the whole order: quantity × price is used",
        "列“{}”像是整张订单的合计：改用数量 × 单价",
    ),
    (
        "column \"{}\" holds shares of the price, not sums: it is not read as discount",
        "列“{}”是折扣比例而非金额：不作为折扣读取",
    ),
    (
        "no column of prices or amounts was found: sales will have an amount of 0",
        "没有找到价格或金额列：销售金额将为 0",
    ),
    ("no column is known for {} of {}", "“{}”没有对应的列"),
    ("{} of {} rows cannot be taken: {}", "{1} 行中有 {0} 行无法导入：{2}"),
    (
        "{} of {} lines have no customer: they count for products and baskets only",
        "{1} 行中有 {0} 行没有客户：只用于商品和购物篮统计",
    ),
    (
        "no line of the sample is a sale: check quantity, price and the rules for returns",
        "样本中没有销售行：请检查数量、单价和退货规则",
    ),
    (
        "{} of {} lines are adjustments (no price, or a corrective quantity): they are no part of sales",
        "{1} 行中有 {0} 行是调整（无价格或更正数量）：不计入销售",
    ),
    ("the columns look like those of a file of {}", "这些列看起来是“{}”文件的列"),
    ("the file has no column \"{}\"", "文件没有列“{}”"),
    // Notes of a report.
    ("{} rows were mended and imported before: they are left out", "{} 行此前已修正并导入：不再重复导入"),
    ("{} rows are of people who were erased", "{} 行属于已删除的人"),
];

/// Words that stand in the parts.
const WORDS: &[(&str, &str)] = &[
    ("year-first", "年在前"),
    ("day-first", "日在前"),
    ("month-first", "月在前"),
    ("excel-serial", "Excel 序号"),
    ("unix-seconds", "Unix 秒"),
    ("unix-millis", "Unix 毫秒"),
    ("point", "."),
    ("comma", ","),
    ("orders", "订单"),
    ("customers", "客户"),
    ("products", "商品"),
];

/// The Chinese of a sentence, or of one with the name of a column in front.
pub(super) fn chinese(english: &str) -> Option<String> {
    if let Some(found) = PATTERNS.iter().find_map(|(en, zh)| Some(filled(zh, &parts(en, english)?))) {
        return Some(found);
    }
    let (column, rest) = english.split_once(": ")?;
    Some(format!("{column}：{}", chinese(rest)?))
}

/// The parts of a text that follows a pattern.
fn parts<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = if piece.is_empty() && pieces.peek().is_none() { rest.len() } else { rest.find(piece)? };
        parts.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(parts)
}

fn filled(pattern: &str, parts: &[&str]) -> String {
    let word = |part: &str| WORDS.iter().find(|w| w.0 == part).map_or_else(|| part.to_owned(), |w| w.1.to_owned());
    let mut text = pattern.to_owned();
    for (at, part) in parts.iter().enumerate() {
        let numbered = format!("{{{at}}}");
        text = if text.contains(&numbered) {
            text.replacen(&numbered, &word(part), 1)
        } else {
            text.replacen("{}", &word(part), 1)
        };
    }
    text
}
