//! What the operational store and background work say.

use super::Texts;

pub(super) const TEXTS: Texts = &[
    // The database.
    ("\"{}\" is not a database address", "“{0}”不是数据库地址"),
    (
        "use sqlite:///path/guanxi.db or postgres://user:password@host/database",
        "请使用 sqlite:///path/guanxi.db 或 postgres://user:password@host/database",
    ),
    ("the database address {} is not valid", "数据库地址 {0} 无效"),
    ("the database {} cannot be opened", "无法打开数据库 {0}"),
    ("no database transaction could be begun", "无法开始数据库事务"),
    ("database maintenance failed", "数据库维护失败"),
    ("no connection for the scrub", "没有可用于清除的数据库连接"),
    ("the write-ahead log could not be emptied", "无法清空预写日志"),
    (
        "deleted data could not be taken out of the database: somebody still reads an earlier state",
        "无法从数据库中清除已删除的数据：仍有查询在读取更早的状态",
    ),
    ("stop long-running reads and run the command again", "请停止耗时的读取，然后重新运行该命令"),
    ("the PostgreSQL server at {} cannot be reached: {why}", "无法连接 {0} 上的 PostgreSQL 服务器：{*why}"),
    (
        "check that the server runs and that the address is right (store.url, GUANXI_STORE__URL or --database)",
        "请检查服务器是否在运行、地址是否正确（store.url、GUANXI_STORE__URL 或 --database）",
    ),
    ("no answer within {} s", "{0} 秒内没有应答"),
    ("{context}: {text}", "{*context}：{text}"),
    ("the database refused a change", "数据库拒绝了一次修改"),
    ("the database refused a script", "数据库拒绝了一段脚本"),
    ("the database refused a query", "数据库拒绝了一次查询"),
    ("the database could not commit", "数据库无法提交"),
    ("the database could not roll back", "数据库无法回滚"),
    ("the row does not exist", "该行不存在"),
    ("the database is busy; try again", "数据库繁忙，请重试"),
    ("check that the database runs and its address is right", "请检查数据库是否在运行、地址是否正确"),
    ("check user and password of the database address", "请检查数据库地址中的用户名和密码"),
    ("make the database first: createdb NAME", "请先创建数据库：createdb 名称"),
    ("another process is writing; try again", "另一个进程正在写入，请重试"),
    ("free some disk space and try again", "请释放一些磁盘空间后重试"),
    (
        "the database file is damaged; restore a back-up (guanxi restore)",
        "数据库文件已损坏，请恢复备份（guanxi restore）",
    ),
    // Its schema.
    (
        "the database has schema version {version}, which this version of Guanxi does not know",
        "数据库的结构版本为 {version}，当前版本的 Guanxi 不认识它",
    ),
    (
        "it was opened by a newer Guanxi: upgrade this one, or restore a back-up made by it",
        "它曾被更新版本的 Guanxi 打开：请升级当前版本，或恢复由当前版本创建的备份",
    ),
    (
        "schema version {version} in the database differs from the one this version of Guanxi carries",
        "数据库中的结构版本 {version} 与当前版本的 Guanxi 自带的不一致",
    ),
    (
        "the database was made by a development build: export its data and start afresh, or use that build",
        "数据库由开发版创建：请导出数据后重新开始，或使用该开发版",
    ),
    ("the database schema could not be brought up to date: {other}", "无法更新数据库结构：{other}"),
    // Its back-up.
    ("the back-up of {table} is damaged: {why}", "{table} 的备份已损坏：{*why}"),
    ("a row has {} cells instead of {}", "有一行是 {0} 个单元格，应为 {1} 个"),
    ("this cannot be read: {line}", "无法读取：{line}"),
    ("the back-up has a column {table}.{name} that is not known here", "备份中有当前版本不认识的列 {table}.{name}"),
    ("restore it with the version that made it, or a newer one", "请使用创建该备份的版本或更新的版本恢复"),
    // Background work.
    ("\"{text}\" is not a job", "“{text}”不是任务编号"),
    ("it looks like job_12; see `guanxi job list`", "任务编号形如 job_12，见 `guanxi job list`"),
    ("{} has no file", "{0} 没有文件"),
    (
        "files are kept for 24 hours after the job ended; run it again for a new one",
        "文件在任务结束后保留 24 小时；如需要请重新运行",
    ),
    ("the same work is under way: {id}", "相同的任务正在进行：{id}"),
    ("wait until it has ended, or cancel it", "请等待它结束，或取消它"),
    ("{id} has ended already ({})", "{id} 已经结束（{*0}）"),
    (
        "{id} is {}; only dead and cancelled jobs can be tried again",
        "{id} 处于“{*0}”状态；只有失败或已取消的任务可以重试",
    ),
    ("queued", "等待中"),
    ("running", "进行中"),
    ("done", "完成"),
    ("dead", "失败"),
    ("cancelled", "已取消"),
    ("\"{name}\" is not a name for a file", "“{name}”不能用作文件名"),
    ("the server ended {} times while this was worked on", "处理此任务期间服务器停止了 {0} 次"),
    ("look into the log of the server, then try again", "请查看服务器日志后重试"),
];
