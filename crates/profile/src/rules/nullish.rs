//! Values that stand for "nobody": an identity made of one would melt strangers into one customer.

use unicode_normalization::UnicodeNormalization;

const NULLISH: &[&str] = &[
    "null",
    "(null)",
    "<null>",
    "\\n",
    "none",
    "nil",
    "undefined",
    "nan",
    "na",
    "n/a",
    "#n/a",
    "#na",
    "unknown",
    "anonymous",
    "anon",
    "guest",
    "test",
    "-1",
    "无",
    "空",
    "匿名",
    "匿名用户",
    "散客",
    "未知",
    "未登记",
    "未填写",
    "非会员",
    "游客",
    "访客",
    "暂无",
    "没有",
    "不详",
    "测试",
];

/// Whether `raw` says "no value": empty, `null`, `n/a`, `0`, `散客`, only zeros, only dashes, dots or asterisks …
pub fn is_nullish(raw: &str) -> bool {
    let text = raw.trim();
    let plain = text.is_ascii() && !text.bytes().any(|b| b.is_ascii_uppercase());
    let folded: String;
    let text = if plain {
        text
    } else {
        folded = text.nfkc().collect::<String>().to_lowercase();
        folded.trim()
    };
    let blank = |c: char| c.is_whitespace() || c.is_control() || "-_.*/\\?~—–'\"".contains(c);
    text.chars().all(blank) || is_zero(text) || NULLISH.contains(&text)
}

/// `0`, `000000`, `0.0`, `00-00`.
fn is_zero(text: &str) -> bool {
    text.contains('0') && text.bytes().all(|b| matches!(b, b'0' | b'.' | b'-' | b' ' | b'+'))
}
