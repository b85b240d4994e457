//! The job table: what callers do with it. What the runner does is in `lease`.

pub(crate) mod lease;

use base::{Code, Micros, Problem};
use store::{Row, Tx, args, next_ids};

use crate::model::{Job, JobId, JobRow, JobState, Starter};

/// What [`read`] takes.
pub const COLUMNS: &str =
    "id, name, payload, state, attempts, max_attempts, run_at, lease_until, cancel_asked, done, total, stage, error,
    error_code, error_hint, result, created_at, started_at, ended_at, user_id, began_by, object, file, change";

/// Puts a job in, due at once.
pub async fn job_enqueue<J: Job>(tx: &mut Tx, now: Micros, job: &J, starter: &Starter) -> Result<JobId, Problem> {
    let payload = serde_json::to_string(job).map_err(|e| Problem::internal("a job's payload cannot be written", e))?;
    let (id, change) = (next_ids(tx, "job", 1).await?, next_change(tx).await?);
    let Starter { user, name, object } = starter.clone();
    tx.execute(
        "INSERT INTO job (id, name, payload, state, attempts, max_attempts, run_at, cancel_asked, done, total, stage,
            created_at, user_id, began_by, object, change)
         VALUES ($1, $2, $3, 'queued', 0, $4, $5, 0, 0, 0, '', $5, $6, $7, $8, $9)",
        args![id, J::NAME, payload, J::MAX_ATTEMPTS, now, user, name, object, change],
    )
    .await?;
    Ok(JobId(id))
}

/// The number of the next change. On PostgreSQL others wait for its transaction, so changes are seen in their order.
async fn next_change(tx: &mut Tx) -> Result<i64, Problem> {
    next_ids(tx, "job_change", 1).await
}

/// Refuses when a job of this kind waits or runs.
pub async fn job_none_open<J: Job>(tx: &mut Tx) -> Result<(), Problem> {
    let sql = "SELECT id FROM job WHERE name = $1 AND state IN ('queued', 'running') ORDER BY id LIMIT 1";
    let Some(row) = tx.fetch_optional(sql, args![J::NAME]).await? else { return Ok(()) };
    let id = JobId(row.get("id")?);
    Err(Problem::new(Code::Conflict, format!("the same work is under way: {id}"))
        .hint("wait until it has ended, or cancel it"))
}

/// Asks a job to stop; one that has not begun is cancelled at once. Ended ones are a conflict.
pub async fn job_cancel(tx: &mut Tx, id: JobId, now: Micros) -> Result<(), Problem> {
    let change = next_change(tx).await?;
    match job_get(tx, id).await?.state {
        JobState::Queued => {
            let sql = "UPDATE job SET state = 'cancelled', cancel_asked = 1, ended_at = $2, change = $3 WHERE id = $1";
            tx.execute(sql, args![id.0, now, change]).await?;
        }
        JobState::Running => {
            tx.execute("UPDATE job SET cancel_asked = 1, change = $2 WHERE id = $1", args![id.0, change]).await?;
        }
        ended => return Err(Problem::new(Code::Conflict, format!("{id} has ended already ({})", ended.as_str()))),
    }
    Ok(())
}

/// Puts an ended (cancelled, dead) job back in the queue with fresh tries.
pub async fn job_retry(tx: &mut Tx, id: JobId, now: Micros) -> Result<(), Problem> {
    let job = job_get(tx, id).await?;
    if !matches!(job.state, JobState::Dead | JobState::Cancelled) {
        return Err(Problem::new(
            Code::Conflict,
            format!("{id} is {}; only dead and cancelled jobs can be tried again", job.state.as_str()),
        ));
    }
    let sql = "UPDATE job SET state = 'queued', attempts = 0, cancel_asked = 0, error = NULL, error_code = NULL,
        error_hint = NULL, started_at = NULL, ended_at = NULL, done = 0, total = 0, stage = '', run_at = $2, change = $3
        WHERE id = $1";
    let change = next_change(tx).await?;
    tx.execute(sql, args![id.0, now, change]).await?;
    Ok(())
}

/// One job.
pub async fn job_get(tx: &mut Tx, id: JobId) -> Result<JobRow, Problem> {
    let row = tx.fetch_optional(&format!("SELECT {COLUMNS} FROM job WHERE id = $1"), args![id.0]).await?;
    let row = row.ok_or_else(|| Problem::new(Code::NotFound, format!("{id} does not exist")))?;
    read(&row)
}

/// How many jobs there are, of a state.
pub async fn job_count(tx: &mut Tx, state: Option<JobState>) -> Result<i64, Problem> {
    let sql = "SELECT CAST(count(*) AS BIGINT) AS n FROM job WHERE (state = $1 OR $1 = '')";
    tx.fetch_one(sql, args![state.map_or("", JobState::as_str)]).await?.get("n")
}

/// Jobs that wait or run, and the number of the last change of all.
pub async fn job_open(tx: &mut Tx) -> Result<(Vec<JobRow>, i64), Problem> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE state IN ('queued', 'running') ORDER BY change");
    let rows = tx.fetch_all(&sql, args![]).await?.iter().map(read).collect::<Result<_, _>>()?;
    let last = tx.fetch_one("SELECT CAST(COALESCE(max(change), 0) AS BIGINT) AS n FROM job", args![]).await?;
    Ok((rows, last.get("n")?))
}

/// What changed after the change `after`, in order.
pub async fn job_changes(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<JobRow>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE change > $1 ORDER BY change LIMIT $2");
    tx.fetch_all(&sql, args![after, limit]).await?.iter().map(read).collect()
}

/// When a job of this kind ended last, or that one is open (`None`), for periodic work.
pub async fn job_last_end(tx: &mut Tx, name: &str) -> Result<Option<Micros>, Problem> {
    let sql = "SELECT CAST(COALESCE(max(ended_at), 0) AS BIGINT) AS ended,
        CAST(COALESCE(sum(CASE WHEN state IN ('queued', 'running') THEN 1 ELSE 0 END), 0) AS BIGINT) AS open
        FROM job WHERE name = $1";
    let row = tx.fetch_one(sql, args![name]).await?;
    Ok(if row.get::<i64>("open")? > 0 { None } else { Some(row.get("ended")?) })
}

/// The newest job of a kind that ended well.
pub async fn job_newest(tx: &mut Tx, name: &str) -> Result<Option<JobRow>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE name = $1 AND state = 'done' ORDER BY id DESC LIMIT 1");
    tx.fetch_optional(&sql, args![name]).await?.as_ref().map(read).transpose()
}

/// Forgets jobs that ended before an instant; of those that nobody began and that ended well, all of a kind but the last.
pub async fn job_forget(tx: &mut Tx, before: Micros) -> Result<u64, Problem> {
    let old = tx.execute("DELETE FROM job WHERE ended_at < $1", args![before]).await?;
    let sql = "DELETE FROM job WHERE user_id IS NULL AND state = 'done' AND id NOT IN
        (SELECT max(id) FROM job WHERE user_id IS NULL AND state = 'done' GROUP BY name)";
    Ok(old + tx.execute(sql, args![]).await?)
}

/// Forgets the files of jobs that ended before an instant.
pub(crate) async fn job_files(tx: &mut Tx, before: Micros) -> Result<(), Problem> {
    let sql = "UPDATE job SET file = NULL WHERE file IS NOT NULL AND ended_at < $1";
    tx.execute(sql, args![before]).await?;
    Ok(())
}

/// Reads a job.
pub fn read(row: &Row) -> Result<JobRow, Problem> {
    Ok(JobRow {
        id: JobId(row.get("id")?),
        name: row.get("name")?,
        payload: row.get("payload")?,
        state: JobState::parse(&row.get::<String>("state")?)?,
        attempts: row.get("attempts")?,
        max_attempts: row.get("max_attempts")?,
        run_at: row.get("run_at")?,
        lease_until: row.get("lease_until")?,
        cancel_asked: row.get("cancel_asked")?,
        done: row.get("done")?,
        total: row.get("total")?,
        stage: row.get("stage")?,
        error: row.get("error")?,
        error_code: row.get("error_code")?,
        error_hint: row.get("error_hint")?,
        result: row.get("result")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        user: row.get("user_id")?,
        began_by: row.get("began_by")?,
        object: row.get("object")?,
        file: row.get("file")?,
        change: row.get("change")?,
    })
}
