//! The kinds of jobs and what they do, in English and Chinese.

/// Every kind of job: its name, and what it is called.
pub const KINDS: [(&str, &str, &str); 11] = [
    ("import.run", "Import a file", "导入文件"),
    ("import.undo", "Undo an import", "撤销导入"),
    ("import.mend", "Import mended rows", "导入修正的行"),
    ("traits.rebuild", "Compute all traits", "计算全部特征"),
    ("segment.run", "Score and group customers", "客户评分与分组"),
    ("export.customers", "Write a list of customers", "导出客户名单"),
    ("export.sql", "Write the answer to a question", "导出查询结果"),
    ("backup.make", "Make or check a back-up", "备份或检查备份"),
    ("customer.erase", "Erase a person", "删除个人信息"),
    ("store.check", "Check the installation", "系统检查"),
    ("lake.maintain", "Tidy up the history", "整理历史数据"),
];

/// What jobs say they are doing: English as written in the code, Chinese.
pub const STAGES: &[(&str, &str)] = &[
    ("reading the file", "读取文件"),
    ("comparing with what is known", "与已有数据比较"),
    ("making it visible", "写入生效"),
    ("computing traits", "计算特征"),
    ("grouping customers", "客户分组"),
    ("placing customers at both dates", "按两个日期给客户归位"),
    ("copying", "复制"),
    ("restoring", "恢复"),
    ("checking files", "检查文件"),
    ("erasing", "删除"),
    ("tidying up", "整理"),
    ("preparing the overview", "准备概览"),
    ("waiting for another import", "等待其他导入"),
    ("taking the import back", "撤销导入"),
    ("asking", "查询"),
    ("applying orders", "写入订单"),
    ("writing the file", "写入文件"),
    ("writing customers", "写入客户"),
];

/// What a kind of job is called; its name when it is unknown here.
pub fn label(kind: &str) -> (&str, &str) {
    KINDS.iter().find(|k| k.0 == kind).map_or((kind, kind), |k| (k.1, k.2))
}

/// A stage in both languages; in English where there is no other.
pub fn stage(english: &str) -> (&str, &str) {
    (english, STAGES.iter().find(|s| s.0 == english).map_or(english, |s| s.1))
}
