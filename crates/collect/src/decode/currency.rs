//! Currency codes as files write them.

use super::text::{fold_width, trim};

/// The ISO 4217 code (three capital letters) that a cell means: `cny`, `RMB`, `¥`, `元` are all `CNY`.
pub fn currency_code(cell: &[u8]) -> Option<[u8; 3]> {
    let folded = fold_width(trim(cell));
    if let [a, b, c] = folded.as_ref()
        && [a, b, c].iter().all(|x| x.is_ascii_alphabetic())
    {
        let code = [a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()];
        return Some(if matches!(&code, b"RMB" | b"CNH") { *b"CNY" } else { code });
    }
    let code = match std::str::from_utf8(&folded).unwrap_or_default() {
        "¥" | "￥" | "元" | "人民币" | "人民币元" | "CN¥" => b"CNY",
        "$" | "US$" | "美元" => b"USD",
        "€" | "欧元" => b"EUR",
        "£" | "英镑" => b"GBP",
        "HK$" | "港币" | "港元" => b"HKD",
        "NT$" | "新台币" => b"TWD",
        "日元" | "円" | "JP¥" => b"JPY",
        _ => return None,
    };
    Some(*code)
}
