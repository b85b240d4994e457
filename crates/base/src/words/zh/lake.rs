//! What the history and its query engine say.

use super::Texts;

pub(super) const TEXTS: Texts = &[
    // Queries.
    ("the query took longer than {seconds} s and was stopped", "查询超过 {seconds} 秒，已被停止"),
    ("ask for fewer months or columns, or raise the time limit", "请减少月份或列，或提高时间上限"),
    ("the query is not valid SQL: {}", "查询不是有效的 SQL：{0}"),
    ("the query needs more memory than it may use", "查询所需内存超过上限"),
    ("group by fewer values, ask for fewer columns, or raise the memory limit", "请减少分组的值或列，或提高内存上限"),
    ("a history file could not be read", "无法读取一个历史文件"),
    (
        "it may have been replaced meanwhile: run the query again; if that does not help, run `guanxi doctor`",
        "它可能已被替换：请重新查询；如果仍然失败，请运行 `guanxi doctor`",
    ),
    ("there is no column \"{}\"", "没有列“{0}”"),
    ("{near} There is {}", "{*near}可用：{0}"),
    ("there is {}", "可用：{0}"),
    ("no column can be used here: is FROM missing?", "这里不能使用列：是不是缺少 FROM？"),
    ("did you mean \"{near}\"? ", "您是不是想写“{near}”？"),
    ("there is no function \"{name}\"", "没有函数“{name}”"),
    (
        "{near}All functions: select routine_name from information_schema.routines",
        "{*near}全部函数：select routine_name from information_schema.routines",
    ),
    ("the history can only be read", "历史数据只能读取"),
    ("use SELECT, WITH, EXPLAIN, SHOW or DESCRIBE", "请使用 SELECT、WITH、EXPLAIN、SHOW 或 DESCRIBE"),
    ("the query cannot be answered: {line}", "无法执行查询：{line}"),
    (
        "write an instant as '2011-12-09T12:50:00Z' (UTC), a day as '2011-12-09'",
        "时间请写成 '2011-12-09T12:50:00Z'（UTC），日期请写成 '2011-12-09'",
    ),
    ("there is no table \"{name}\"", "没有数据表“{name}”"),
    (
        "it has not been computed yet; an import does so by itself, and so does {command}",
        "尚未计算；导入后会自动计算，也可运行 {command}",
    ),
    ("in the tables ids are numbers: cus_12 is customer_id = 12", "表中的编号是数字：cus_12 即 customer_id = 12"),
    ("{near} There is {list}", "{*near}可用：{list}"),
    ("there is {list}", "可用：{list}"),
    ("the function cannot be called as {call}", "函数不能这样调用：{call}"),
    ("it takes {}; cast(… as …) converts", "参数应为 {0}；可用 cast(… as …) 转换"),
    // Tables and files.
    ("a file has the unknown state {text}", "有一个文件的状态未知：{text}"),
    ("the new history file {} is not there", "新的历史文件 {0} 不存在"),
    (
        "it was swept as left over while it was being written: run the command again",
        "它在写入期间被当作残留文件清除：请重新运行该命令",
    ),
    ("the history was changed by another process meanwhile", "历史数据在期间被另一个进程修改"),
    ("there is no table {}", "没有数据表 {0}"),
    ("{name} is not a derived table", "{name} 不是计算得出的数据表"),
    ("\"{name}\" cannot be the name of a table", "“{name}”不能用作数据表名"),
    ("use lower-case letters, digits and _", "请使用小写字母、数字和 _"),
    ("the history file {path} cannot be read", "无法读取历史文件 {path}"),
    (
        "run `guanxi doctor` to check all files; restore the damaged ones from a back-up",
        "请运行 `guanxi doctor` 检查所有文件；损坏的文件请从备份恢复",
    ),
    ("the history file {path} is not there any more", "历史文件 {path} 已不存在"),
    (
        "it was replaced while it was being read: run the command again; if that does not help, run `guanxi doctor`",
        "它在读取期间被替换：请重新运行该命令；如果仍然失败，请运行 `guanxi doctor`",
    ),
    ("the history is being changed all the time, the customer was not erased", "历史数据一直在变化，客户没有被抹除"),
    ("wait for running imports to end and run the command again", "请等待正在进行的导入结束，然后重新运行该命令"),
    ("\"{text}\" is not a month", "“{text}”不是月份"),
    ("write 2026-11", "请写成 2026-11"),
    ("the history has no table \"{name}\"", "历史数据中没有数据表“{name}”"),
    ("the lake has a column of the unknown type \"{name}\"", "历史数据中有类型未知的列：“{name}”"),
    ("it was written by a newer version: update this one", "它由更新的版本写入：请更新当前版本"),
    ("the table {} has no column \"{name}\"", "数据表 {0} 没有列“{name}”"),
    ("it has {list}", "可用：{list}"),
    ("the compression level must be 1 … 22", "压缩级别必须为 1 到 22"),
    // Checks of files.
    ("it belongs to no table", "它不属于任何数据表"),
    ("it is missing", "文件不存在"),
    ("it has {bytes} bytes, not {}", "大小为 {bytes} 字节，应为 {0} 字节"),
    ("its content is not what was written", "内容与写入时不同"),
    ("it has {rows} rows, not {}", "有 {rows} 行，应为 {0} 行"),
    ("its customers are not those of the list", "客户与清单不符"),
    ("its rows are not in order", "行的顺序有误"),
];
