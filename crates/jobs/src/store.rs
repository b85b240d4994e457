//! The job table.

use base::{Code, Micros, Problem};
use store::{Row, Tx, args, next_ids};

use crate::model::{Job, JobId, JobRow, JobState};

const COLUMNS: &str =
    "id, name, payload, state, attempts, max_attempts, run_at, lease_until, cancel_asked, done, total, stage,
    error, result, created_at, ended_at";

/// Puts a job in, due at once.
pub async fn job_enqueue<J: Job>(tx: &mut Tx, now: Micros, job: &J) -> Result<JobId, Problem> {
    let payload = serde_json::to_string(job).map_err(|e| Problem::internal("a job's payload cannot be written", e))?;
    let id = next_ids(tx, "job", 1).await?;
    tx.execute(
        "INSERT INTO job (id, name, payload, state, attempts, max_attempts, run_at, cancel_asked, done, total, stage, created_at)
         VALUES ($1, $2, $3, 'queued', 0, $4, $5, 0, 0, 0, '', $5)",
        args![id, J::NAME, payload, J::MAX_ATTEMPTS, now],
    )
    .await?;
    Ok(JobId(id))
}

/// Takes the next due job of one of `names` (a running one too when its lease has ended) and holds it until `lease_until`.
pub async fn job_claim(
    tx: &mut Tx,
    now: Micros,
    names: &[&str],
    lease_until: Micros,
) -> Result<Option<JobRow>, Problem> {
    let list = names.iter().map(|n| format!("'{}'", n.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {COLUMNS} FROM job WHERE name IN ({list}) AND run_at <= $1
           AND (state = 'queued' OR (state = 'running' AND lease_until < $1)) ORDER BY run_at, id LIMIT 1{}",
        tx.dialect().skip_locked()
    );
    let Some(row) = tx.fetch_optional(&sql, args![now]).await? else { return Ok(None) };
    let mut job = read(&row)?;
    job.attempts += 1;
    (job.state, job.lease_until) = (JobState::Running, Some(lease_until));
    tx.execute(
        "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $2 WHERE id = $1",
        args![job.id.0, lease_until],
    )
    .await?;
    Ok(Some(job))
}

/// Writes how far a running job is and renews its lease. Returns whether it should stop.
pub async fn job_renew(
    tx: &mut Tx,
    id: JobId,
    lease_until: Micros,
    stage: &str,
    done: u64,
    total: u64,
) -> Result<bool, Problem> {
    tx.execute(
        "UPDATE job SET lease_until = $2, stage = $3, done = $4, total = $5 WHERE id = $1 AND state = 'running'",
        args![id.0, lease_until, stage, done as i64, total as i64],
    )
    .await?;
    let row = tx.fetch_one("SELECT cancel_asked, state FROM job WHERE id = $1", args![id.0]).await?;
    Ok(row.get("cancel_asked")? || row.get::<String>("state")? != "running")
}

/// Ends a job well.
pub async fn job_finish(tx: &mut Tx, id: JobId, now: Micros, result: &str) -> Result<(), Problem> {
    let sql =
        "UPDATE job SET state = 'done', result = $2, error = NULL, lease_until = NULL, ended_at = $3 WHERE id = $1";
    tx.execute(sql, args![id.0, result, now]).await?;
    Ok(())
}

/// Ends a job that a person stopped.
pub async fn job_cancelled(tx: &mut Tx, id: JobId, now: Micros) -> Result<(), Problem> {
    let sql = "UPDATE job SET state = 'cancelled', lease_until = NULL, ended_at = $2 WHERE id = $1";
    tx.execute(sql, args![id.0, now]).await?;
    Ok(())
}

/// Notes a failure: another try at `retry_at`, or dead.
pub async fn job_fail(
    tx: &mut Tx,
    id: JobId,
    now: Micros,
    error: &str,
    retry_at: Option<Micros>,
) -> Result<(), Problem> {
    let sql = "UPDATE job SET state = $2, error = $3, lease_until = NULL, run_at = $4, ended_at = $5 WHERE id = $1";
    let state = if retry_at.is_some() { JobState::Queued } else { JobState::Dead };
    let ended = retry_at.is_none().then_some(now);
    tx.execute(sql, args![id.0, state.as_str(), error, retry_at.unwrap_or(now), ended]).await?;
    Ok(())
}

/// Asks a job to stop; one that has not begun is cancelled at once. Ended ones are a conflict.
pub async fn job_cancel(tx: &mut Tx, id: JobId, now: Micros) -> Result<(), Problem> {
    match job_get(tx, id).await?.state {
        JobState::Queued => job_cancelled(tx, id, now).await,
        JobState::Running => {
            tx.execute("UPDATE job SET cancel_asked = 1 WHERE id = $1", args![id.0]).await?;
            Ok(())
        }
        ended => Err(Problem::new(Code::Conflict, format!("{id} has ended already ({})", ended.as_str()))),
    }
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
    let sql = "UPDATE job SET state = 'queued', attempts = 0, cancel_asked = 0, error = NULL, ended_at = NULL, run_at = $2 WHERE id = $1";
    tx.execute(sql, args![id.0, now]).await?;
    Ok(())
}

/// One job.
pub async fn job_get(tx: &mut Tx, id: JobId) -> Result<JobRow, Problem> {
    let row = tx.fetch_optional(&format!("SELECT {COLUMNS} FROM job WHERE id = $1"), args![id.0]).await?;
    let row =
        row.ok_or_else(|| Problem::new(Code::NotFound, format!("{id} does not exist")).hint("see `guanxi job list`"))?;
    read(&row)
}

/// The newest jobs first.
pub async fn job_list(tx: &mut Tx, limit: i64) -> Result<Vec<JobRow>, Problem> {
    let rows = tx.fetch_all(&format!("SELECT {COLUMNS} FROM job ORDER BY id DESC LIMIT $1"), args![limit]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<JobRow, Problem> {
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
        result: row.get("result")?,
        created_at: row.get("created_at")?,
        ended_at: row.get("ended_at")?,
    })
}
