//! What a runner does with the table. A claim is known by the number of its try: whoever lost it changes nothing any more.

use base::{Code, Micros, Problem};
use store::{Tx, args};

use super::{COLUMNS, next_change, read};
use crate::model::{JobId, JobRow, JobState, Output};

/// A held job: its number and the try it is held for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub id: JobId,
    pub attempt: i64,
}

/// Takes the next due job of one of `names` (a running one too when its lease has ended) and holds it until `lease_until`.
/// One whose process died at the last try that it had is dead.
pub(crate) async fn job_claim(
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
    loop {
        let Some(row) = tx.fetch_optional(&sql, args![now]).await? else { return Ok(None) };
        let mut job = read(&row)?;
        let claim = Claim { id: job.id, attempt: job.attempts };
        if job.state == JobState::Running && job.cancel_asked {
            job_cancelled(tx, claim, now).await?;
            continue;
        }
        if job.state == JobState::Running && job.attempts >= job.max_attempts {
            let message = format!("the server ended {} times while this was worked on", job.attempts);
            let problem = Problem::new(Code::Internal, message).hint("look into the log of the server, then try again");
            job_fail(tx, claim, now, &problem, None).await?;
            continue;
        }
        job.attempts += 1;
        (job.state, job.lease_until, job.started_at) = (JobState::Running, Some(lease_until), Some(now));
        job.change = next_change(tx).await?;
        tx.execute(
            "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $2, started_at = $3, change = $4
             WHERE id = $1",
            args![job.id.0, lease_until, now, job.change],
        )
        .await?;
        return Ok(Some(job));
    }
}

/// Renews the lease of a running job; with `told`, also writes how far it is. Returns whether it should stop.
pub(crate) async fn job_renew(
    tx: &mut Tx,
    claim: Claim,
    lease_until: Micros,
    told: Option<(&str, u64, u64)>,
) -> Result<bool, Problem> {
    let key = (claim.id.0, claim.attempt);
    let held = "WHERE id = $1 AND attempts = $2 AND state = 'running'";
    if let Some((stage, done, total)) = told {
        let sql = format!("UPDATE job SET lease_until = $3, stage = $4, done = $5, total = $6, change = $7 {held}");
        let change = next_change(tx).await?;
        tx.execute(&sql, args![key.0, key.1, lease_until, stage, done as i64, total as i64, change]).await?;
    } else {
        tx.execute(&format!("UPDATE job SET lease_until = $3 {held}"), args![key.0, key.1, lease_until]).await?;
    }
    let row = tx.fetch_optional(&format!("SELECT cancel_asked FROM job {held}"), args![key.0, key.1]).await?;
    row.map_or(Ok(true), |row| row.get("cancel_asked"))
}

/// Ends a job well.
pub(crate) async fn job_finish(tx: &mut Tx, claim: Claim, now: Micros, output: &Output) -> Result<(), Problem> {
    let sql = "UPDATE job SET state = 'done', result = $3, object = COALESCE($4, object), file = $5, error = NULL,
        error_code = NULL, error_hint = NULL, lease_until = NULL, ended_at = $6, change = $7
        WHERE id = $1 AND attempts = $2 AND state = 'running'";
    let change = next_change(tx).await?;
    let Output { result, object, file } = output;
    let values = args![claim.id.0, claim.attempt, result.to_string(), object.clone(), file.clone(), now, change];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Ends a job that a person stopped.
pub(crate) async fn job_cancelled(tx: &mut Tx, claim: Claim, now: Micros) -> Result<(), Problem> {
    let sql = "UPDATE job SET state = 'cancelled', lease_until = NULL, ended_at = $3, change = $4
        WHERE id = $1 AND attempts = $2 AND state = 'running'";
    let change = next_change(tx).await?;
    tx.execute(sql, args![claim.id.0, claim.attempt, now, change]).await?;
    Ok(())
}

/// Lets go of a job because the server stops: the try does not count, and another runner may begin at once.
pub(crate) async fn job_release(tx: &mut Tx, claim: Claim, now: Micros) -> Result<(), Problem> {
    let sql = "UPDATE job SET state = 'queued', attempts = attempts - 1, lease_until = NULL, run_at = $3, change = $4
        WHERE id = $1 AND attempts = $2 AND state = 'running'";
    let change = next_change(tx).await?;
    tx.execute(sql, args![claim.id.0, claim.attempt, now, change]).await?;
    Ok(())
}

/// Notes a failure: another try at `retry_at`, or dead.
pub(crate) async fn job_fail(
    tx: &mut Tx,
    claim: Claim,
    now: Micros,
    problem: &Problem,
    retry_at: Option<Micros>,
) -> Result<(), Problem> {
    let sql =
        "UPDATE job SET state = $3, error = $4, error_code = $5, error_hint = $6, lease_until = NULL, run_at = $7,
        ended_at = $8, change = $9 WHERE id = $1 AND attempts = $2 AND state = 'running'";
    let state = if retry_at.is_some() { JobState::Queued } else { JobState::Dead };
    let ended = retry_at.is_none().then_some(now);
    let change = next_change(tx).await?;
    let values = args![
        claim.id.0,
        claim.attempt,
        state.as_str(),
        problem.message.as_str(),
        problem.code.as_str(),
        problem.hint.clone(),
        retry_at.unwrap_or(now),
        ended,
        change
    ];
    tx.execute(sql, values).await?;
    Ok(())
}
