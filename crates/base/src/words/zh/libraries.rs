//! What libraries say within our problems.

use super::Texts;

pub(super) const TEXTS: Texts = &[
    // serde
    ("missing field `{}`", "缺少字段 {0}"),
    ("duplicate field `{}`", "字段 {0} 重复"),
    ("unknown field `{}`, expected one of {}", "没有字段 {0}，可用：{1}"),
    ("unknown field `{}`, expected {}", "没有字段 {0}，可用：{1}"),
    ("unknown field `{}`, there are no fields", "没有字段 {0}，这里不接受任何字段"),
    ("unknown variant `{}`, expected one of {}", "“{0}”不在可选值之中，可用：{1}"),
    ("unknown variant `{}`, expected {}", "“{0}”不在可选值之中，可用：{1}"),
    ("invalid type: {}, expected {}", "类型有误：收到{*0}，应为{*1}"),
    ("invalid value: {}, expected {}", "值有误：收到{*0}，应为{*1}"),
    ("invalid length {}, expected {}", "长度有误：收到 {0}，应为{*1}"),
    ("string \"{}\"", "文本“{0}”"),
    ("integer `{}`", "整数 {0}"),
    ("floating point `{}`", "小数 {0}"),
    ("boolean `{}`", "{0}"),
    ("null", "空值"),
    ("map", "对象"),
    ("sequence", "列表"),
    ("a string", "文本"),
    ("a boolean", "true 或 false"),
    ("a sequence", "列表"),
    ("a map", "对象"),
    ("i32", "整数"),
    ("i64", "整数"),
    ("u16", "不小于 0 的整数"),
    ("u32", "不小于 0 的整数"),
    ("u64", "不小于 0 的整数"),
    ("usize", "不小于 0 的整数"),
    ("f64", "数字"),
    ("struct {}", "对象（{0}）"),
    // Words that stand in quotes.
    ("did you mean '{}'?", "您是不是想写'{0}'？"),
    ("invalid digit found in string", "含有不是数字的字符"),
    ("cannot parse integer from empty string", "数字为空"),
    // The reasons of HTTP statuses, as the framework answers them.
    ("not found", "找不到"),
    ("method not allowed", "不支持此方法"),
    ("payload too large", "内容过大"),
    ("unsupported media type", "不支持此内容类型"),
    ("bad request", "请求有误"),
    // The operating system.
    ("No such file or directory (os error 2)", "文件或文件夹不存在"),
    ("Permission denied (os error 13)", "没有访问权限"),
    ("No space left on device (os error 28)", "磁盘已满"),
];
