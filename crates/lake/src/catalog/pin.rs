//! Pins: promises that the files of a snapshot stay for a while, e.g. for a back-up that copies them.

use base::{Micros, Problem};
use store::{Tx, args};

use super::{file, snapshot_last};

/// The files to copy for a back-up, and the pin that keeps them.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// To give to [`pin_drop`].
    pub pin: i64,
    /// The change up to which the files hold everything.
    pub snapshot: i64,
    /// Live files, and retired ones that an undo would need.
    pub files: Vec<file::FileEntry>,
}

/// Lists the live and retired files of this instant and keeps them from being swept until `expires`. An erasure still deletes
/// the files that hold the erased person: a copy that misses one must begin again.
pub async fn files_for_backup(tx: &mut Tx, expires: Micros, note: &str) -> Result<Pinned, Problem> {
    let snapshot = snapshot_last(tx).await?;
    let pin = store::next_ids(tx, "lake_pin", 1).await?;
    tx.execute(
        "INSERT INTO lake_pin (id, snapshot_id, expires_at, note) VALUES ($1, $2, $3, $4)",
        args![pin, snapshot, expires, note],
    )
    .await?;
    let files = file::file_list(tx, &[file::FileState::Live, file::FileState::Retired]).await?;
    Ok(Pinned { pin, snapshot, files })
}

/// Prolongs a pin.
pub async fn pin_extend(tx: &mut Tx, pin: i64, expires: Micros) -> Result<(), Problem> {
    tx.execute("UPDATE lake_pin SET expires_at = $1 WHERE id = $2", args![expires, pin]).await?;
    Ok(())
}

/// Lets the files go.
pub async fn pin_drop(tx: &mut Tx, pin: i64) -> Result<(), Problem> {
    tx.execute("DELETE FROM lake_pin WHERE id = $1", args![pin]).await?;
    Ok(())
}

/// Removes expired pins and gives the oldest snapshot that another one still keeps.
pub(crate) async fn pin_oldest(tx: &mut Tx, now: Micros) -> Result<Option<i64>, Problem> {
    tx.execute("DELETE FROM lake_pin WHERE expires_at <= $1", args![now]).await?;
    let row = tx.fetch_one("SELECT CAST(min(snapshot_id) AS BIGINT) AS id FROM lake_pin", args![]).await?;
    row.get("id")
}
