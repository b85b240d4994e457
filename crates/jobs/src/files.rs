//! The files that jobs write for who began them: `FOLDER/job_12/NAME`.

use std::path::{Path, PathBuf};

use base::{Code, Micros, Problem};
use store::Db;

use crate::model::{JobId, JobRow, JobState};
use crate::store::{job_files, job_get};

/// How long a file is kept after its job ended.
pub const KEPT: Micros = 24 * 3_600_000_000;

/// The folder of one job.
pub(crate) fn folder_of(folder: &Path, id: JobId) -> PathBuf {
    folder.join(id.to_string())
}

/// The file of a finished job, if it has one that is still kept.
pub fn find(folder: &Path, job: &JobRow, now: Micros) -> Result<PathBuf, Problem> {
    let kept = job.state == JobState::Done && job.ended_at.is_some_and(|at| at + KEPT > now);
    let path = job.file.as_ref().map(|name| folder_of(folder, job.id).join(name));
    path.filter(|path| kept && path.is_file()).ok_or_else(|| {
        Problem::new(Code::NotFound, format!("{} has no file", job.id))
            .hint("files are kept for 24 hours after the job ended; run it again for a new one")
    })
}

/// Removes the folders of jobs whose files are kept no longer, and of jobs that do not exist. With `all`, those of every job
/// that has ended: after a person was erased. Returns how many went.
pub async fn sweep(db: &Db, folder: &Path, now: Micros, all: bool) -> Result<usize, Problem> {
    let mut removed = 0;
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(0) };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Ok(id) = name.parse::<JobId>() else { continue };
        let mut tx = db.read().await?;
        let keep = match job_get(&mut tx, id).await {
            Ok(job) => job.ended_at.is_none_or(|at| !all && at + KEPT > now),
            Err(problem) if problem.code == Code::NotFound => false,
            Err(problem) => return Err(problem),
        };
        drop(tx);
        if !keep {
            std::fs::remove_dir_all(&path)?;
            removed += 1;
        }
    }
    let mut tx = db.write().await?;
    job_files(&mut tx, if all { Micros::MAX } else { now - KEPT }).await?;
    tx.commit().await?;
    Ok(removed)
}
