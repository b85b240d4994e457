//! What the console says of files and imports, in English and Chinese.
//!
//! Fields and reasons have their words here. What the stage says with parts of the file in it is written in English where it
//! happens; [`phrase`] finds its Chinese in [`base::words`].

mod fields;

pub(crate) use fields::{field_about, field_label, field_label_in};

use web::{Mask, Text};

use crate::decode::{BadReason, BadRow};
use crate::mapping::Field;

/// A sentence of this stage in both languages; in English where there is no other. What it says of the command line is left out.
pub(crate) fn phrase(english: &str) -> Text {
    let shown =
        |text: &str, joint: &str| text.split(joint).filter(|part| !part.contains("--")).collect::<Vec<_>>().join(joint);
    let chinese = base::words::chinese(english);
    let mut en = shown(english, "; ");
    let mut zh = chinese.map_or_else(|| en.clone(), |text| shown(&text, "；"));
    // The command line names reasons by their codes.
    for code in BadReason::ALL {
        let words = reason(*code);
        en = en.replace(code.as_str(), &words.en.to_lowercase());
        zh = zh.replace(&format!("{code}, "), &format!("{}、", words.zh)).replace(code.as_str(), &words.zh);
    }
    Text::new(en, zh)
}

/// A sentence that names fields by their codes, with what they are called.
pub(crate) fn with_labels(text: &Text) -> Text {
    let said = |text: &str, label: fn(Text) -> String| {
        let is_code = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_code) {
            let (before, word) = rest.split_at(start);
            let (word, after) = word.split_at(word.find(|c| !is_code(c)).unwrap_or(word.len()));
            let field = Field::ALL.iter().find(|f| f.as_str() == word);
            out += before;
            out += &field.map_or_else(|| word.to_owned(), |f| label(field_label(*f)));
            rest = after;
        }
        out + rest
    };
    Text::new(
        said(&text.en, |label| format!("“{}”", label.en)),
        said(&text.zh, |label| format!("“{}”", label.zh)).replace("”, “", "”、“"),
    )
}

/// Why a row is bad, in full for who may see personal data.
pub(crate) fn why(bad: &BadRow, mask: Mask) -> Text {
    match mask {
        Mask::Off => phrase(&bad.message),
        Mask::On => reason(bad.reason),
    }
}

/// Why a row is bad, without what stands in it.
pub(crate) fn reason(reason: BadReason) -> Text {
    use BadReason as R;
    let (en, zh) = match reason {
        R::MissingKey => ("No id", "缺少编号"),
        R::MissingDate => ("No date", "缺少日期"),
        R::UnreadableDate => ("Unreadable date", "日期无法识别"),
        R::ImpossibleDate => ("A date in no calendar", "日期不存在"),
        R::DateTooEarly => ("Date too long ago", "日期过早"),
        R::DateTooLate => ("Date in the future", "日期在未来"),
        R::MissingQuantity => ("No quantity", "缺少数量"),
        R::NotANumber => ("Not a number", "不是数字"),
        R::NumberOutOfRange => ("Number too large", "数字过大"),
        R::UnknownCurrency => ("Unknown currency", "货币未知"),
        R::NotABool => ("Neither yes nor no", "既非“是”也非“否”"),
        R::UnclosedQuote => ("A quote is not closed", "引号未闭合"),
        R::TooLong => ("Row too long", "行过长"),
        R::InvalidText => ("Not text", "无法读作文字"),
        R::WidthMismatch => ("More cells than columns", "单元格多于列数"),
        R::InvalidJson => ("Not a JSON object", "不是 JSON 对象"),
        R::Refused => ("No valid value, or contradicts what is known", "值无效或与已有数据冲突"),
    };
    Text::new(en, zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_found_by_their_pattern() {
        let zh = |en: &str| phrase(en).zh;
        assert_eq!(zh("does not read as a day-first date"), "无法按“日在前”读作日期");
        assert_eq!(
            zh("the id is empty; 金额: does not read as a number with a decimal point"),
            "编号为空；金额：无法读作小数点为“.”的数字"
        );
        assert_eq!(zh("12 of 300 rows cannot be taken: missing_date"), "300 行中有 12 行无法导入：缺少日期");
        assert_eq!(
            zh("12 of 300 rows cannot be taken: missing_date, not_a_number"),
            "300 行中有 12 行无法导入：缺少日期、不是数字"
        );
        assert_eq!(zh("nothing we ever say"), "nothing we ever say");
    }

    #[test]
    fn fields_are_named_as_people_call_them() {
        let text = with_labels(&Text::new(
            "no column is known for order_id, time of orders",
            "“orders”文件的 order_id, time 没有对应的列",
        ));
        assert_eq!(text.en, "no column is known for “Order number”, “Time” of orders");
        assert_eq!(text.zh, "“orders”文件的 “订单号”、“时间” 没有对应的列");
    }

    #[test]
    fn every_field_has_words() {
        for field in Field::ALL {
            let (label, about) = (field_label(*field), field_about(*field));
            assert!(!label.zh.is_ascii() && !about.zh.is_ascii(), "{field}");
        }
    }
}
