//! Files that were sent, and how imports came in by the API.

use base::{ImportId, Micros, Problem, UploadId};
use jobs::JobId;
use store::{Row, Tx, args, next_ids};

/// A file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Number.
    pub id: UploadId,
    /// Who sent it ([`web::Actor::principal`]); empty: before that was kept.
    pub owner: String,
    /// Its name, as its sender called it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was there.
    pub received_at: Micros,
    /// When it is deleted, unless an import is at work on it.
    pub expires_at: Micros,
}

/// How an import came in by the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file; `None`: one that lies on the server.
    pub upload: Option<UploadId>,
    /// The job that reads it.
    pub job: JobId,
    /// The name of who began it.
    pub by: String,
    /// The import whose bad rows it mends.
    pub mends: Option<ImportId>,
}

/// The next number of an upload.
pub async fn upload_id(tx: &mut Tx) -> Result<UploadId, Problem> {
    Ok(UploadId(next_ids(tx, "upload", 1).await?))
}

/// Notes a file that lies on the disk whole.
pub async fn upload_add(tx: &mut Tx, upload: &Upload) -> Result<(), Problem> {
    let sql = "INSERT INTO upload (id, owner, name, size, received_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let Upload { id, owner, name, size, received_at, expires_at } = upload;
    let row = args![id.0, owner, name, *size as i64, *received_at, *expires_at];
    tx.execute(sql, row).await?;
    Ok(())
}

/// A file that is still kept.
pub async fn upload_get(tx: &mut Tx, id: UploadId) -> Result<Option<Upload>, Problem> {
    let sql = "SELECT id, owner, name, size, received_at, expires_at FROM upload WHERE id = $1";
    tx.fetch_optional(sql, args![id.0]).await?.as_ref().map(read).transpose()
}

/// The numbers of all uploads.
pub async fn upload_ids(tx: &mut Tx) -> Result<Vec<UploadId>, Problem> {
    let rows = tx.fetch_all("SELECT id FROM upload", args![]).await?;
    rows.iter().map(|r| r.get("id").map(UploadId)).collect()
}

/// Keeps the file of an import until `expires_at`, at least.
pub async fn upload_keep(tx: &mut Tx, import: ImportId, expires_at: Micros) -> Result<(), Problem> {
    let sql = "UPDATE upload SET expires_at = $2 WHERE expires_at < $2
               AND id IN (SELECT upload_id FROM import_origin WHERE import_id = $1)";
    tx.execute(sql, args![import.0, expires_at]).await?;
    Ok(())
}

/// Forgets the files whose time is over and on which no job works; which they were.
pub async fn upload_expire(tx: &mut Tx, now: Micros) -> Result<Vec<UploadId>, Problem> {
    let sql = "DELETE FROM upload WHERE expires_at < $1 AND NOT EXISTS
               (SELECT 1 FROM import_origin o JOIN job j ON j.id = o.job_id WHERE o.upload_id = upload.id AND j.state IN ('queued', 'running'))
               RETURNING id";
    tx.fetch_all(sql, args![now]).await?.iter().map(|r| r.get("id").map(UploadId)).collect()
}

/// The import that is at work on a file.
pub async fn upload_in_use(tx: &mut Tx, id: UploadId) -> Result<Option<ImportId>, Problem> {
    let sql = "SELECT o.import_id FROM import_origin o JOIN job j ON j.id = o.job_id
               WHERE o.upload_id = $1 AND j.state IN ('queued', 'running')";
    let row = tx.fetch_optional(sql, args![id.0]).await?;
    row.map(|r| r.get("import_id").map(ImportId)).transpose()
}

/// Notes how an import came in, or that another job goes on with it.
pub async fn origin_put(tx: &mut Tx, import: ImportId, origin: &Origin) -> Result<(), Problem> {
    let sql = "INSERT INTO import_origin (import_id, upload_id, job_id, made_by, mends) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (import_id) DO UPDATE SET job_id = excluded.job_id";
    let row = args![import.0, origin.upload.map(|u| u.0), origin.job.0, &origin.by, origin.mends.map(|i| i.0)];
    tx.execute(sql, row).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Upload, Problem> {
    Ok(Upload {
        id: UploadId(row.get("id")?),
        owner: row.get("owner")?,
        name: row.get("name")?,
        size: row.get::<i64>("size")? as u64,
        received_at: row.get("received_at")?,
        expires_at: row.get("expires_at")?,
    })
}
