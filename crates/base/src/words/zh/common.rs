//! What is said in several places.

use super::Texts;

pub(super) const TEXTS: Texts = &[
    // Joints: what stands before and behind is known by itself.
    ("{}: {}", "{0}：{*1}"),
    ("{field} {message}", "{field} {*message}"),
    ("\"{text}\" {message}", "“{text}”{*message}"),
    // Kinds of problems.
    ("Invalid argument", "参数有误"),
    ("Invalid id", "编号有误"),
    ("Invalid JSON", "JSON 有误"),
    ("Invalid query parameters", "查询参数有误"),
    ("Invalid input", "内容有误"),
    ("Invalid configuration", "配置有误"),
    ("Not found", "找不到"),
    ("Method not allowed", "不支持此方法"),
    ("Conflict", "有冲突"),
    ("Cancelled", "已取消"),
    ("Changed meanwhile", "内容已被修改"),
    ("Too little data", "数据太少"),
    ("Too large", "内容过大"),
    ("Unsupported media type", "不支持此内容类型"),
    ("Not signed in", "尚未登录"),
    ("Not allowed", "没有权限"),
    ("Request from another site", "请求来自其他网站"),
    ("Too many requests", "请求过多"),
    ("Idempotency key used before", "幂等键已被使用"),
    ("Still being worked on", "仍在处理"),
    ("Timeout", "超时"),
    ("Overloaded", "服务器繁忙"),
    ("Not available", "暂时无法使用"),
    ("Internal error", "内部错误"),
    ("Error", "错误"),
    // Ids, words, near words.
    ("\"{text}\" is not an id of this kind", "“{text}”不是这类编号"),
    ("it looks like {}_12", "编号形如 {0}_12"),
    ("did you mean \"{}\"?", "您是不是想写“{0}”？"),
    ("{id} does not exist", "{id} 不存在"),
    ("\"{text}\" is not {what}", "“{text}”不是{*what}"),
    ("use one of {}", "请使用：{0}"),
    ("a whole number", "整数"),
    ("a number", "数字"),
    ("must be 1 to {most}", "必须为 1 到 {most}"),
    ("must have 1 to 100 characters", "长度必须为 1 到 100 个字符"),
    ("limit {message}", "limit {*message}"),
    // Days, zones, currencies.
    ("\"{name}\" is not a time zone", "“{name}”不是时区"),
    (
        "use an IANA name such as Asia/Shanghai, Europe/London or UTC",
        "请使用 IANA 名称，例如 Asia/Shanghai、Europe/London 或 UTC",
    ),
    ("{local} is out of range", "{local} 超出范围"),
    ("\"{text}\" is not a date", "“{text}”不是日期"),
    ("use an ISO 4217 code such as CNY, EUR or USD", "请使用 ISO 4217 货币代码，例如 CNY、EUR 或 USD"),
    // Lists.
    ("the cursor is not one of this list", "cursor 不属于此列表"),
    ("does not belong to this list", "不属于此列表"),
    (
        "take \"next\" of the page before, with the same sort and filters; leave it out for the first page",
        "请使用上一页给出的 next，排序和筛选保持不变；第一页不需要 cursor",
    ),
    (
        "take \"next\" of the page before; leave it out for the first page",
        "请使用上一页给出的 next；第一页不需要 cursor",
    ),
    // Rights and turns.
    ("ask an administrator for another role", "请联系管理员调整角色"),
    ("try again in a moment", "请稍后重试"),
    ("run the command again", "请重新运行该命令"),
    ("send it again", "请重新发送"),
    ("shorten it", "请缩短"),
    ("give it another name", "请换一个名称"),
    ("check the path in guanxi.toml", "请检查 guanxi.toml 中的路径"),
    ("stopped on request", "已按要求停止"),
];
