//! Files that come over the network: streamed to the disk, checked, kept for a day.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base::{Clock, Code, Problem, UploadId, clock::DAY};
use futures::{Stream, StreamExt as _};
use store::Db;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};
use tokio::time::Instant;
use web::{Actor, Permission, Role};

use crate::store::upload::{Upload, upload_add, upload_expire, upload_get, upload_id, upload_ids};

/// The largest file that is taken, in bytes.
pub const LARGEST: u64 = 2 << 30;
/// The longest name, in bytes: file systems take 255.
const LONGEST_NAME: usize = 200;
/// After so many bytes it is looked again how much of the disk is left.
const LOOK: u64 = 16 << 20;

/// How fast a file must come.
#[derive(Clone, Copy)]
struct Pace {
    /// A sender who is silent for so long has gone.
    silence: Duration,
    /// Over so long…
    window: Duration,
    /// …so many bytes are the least.
    least: u64,
}

/// That of all uploads: 1 kB a second.
const PACE: Pace = Pace { silence: Duration::from_secs(30), window: Duration::from_mins(1), least: 60_000 };

/// Tells how many bytes of a disk are free, by a folder on it.
pub type Free = fn(&Path) -> std::io::Result<u64>;

/// Where files that were sent lie: `<folder>/upl_3/sales.csv`.
#[derive(Clone)]
pub struct Uploads {
    db: Db,
    folder: PathBuf,
    reserve: Option<(u64, Free)>,
}

/// Why a file was not taken.
#[derive(Debug)]
pub enum Refused {
    /// It is larger than [`LARGEST`].
    TooLarge,
    /// The disk has no room for it.
    DiskFull,
    /// It came too slowly, or not at all.
    TooSlow,
    /// Anything else.
    Other(Problem),
}

impl<P: Into<Problem>> From<P> for Refused {
    fn from(problem: P) -> Self {
        Self::Other(problem.into())
    }
}

/// A folder that goes unless what it was made for ends well.
struct Draft(Option<PathBuf>);

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // What stays is found by the next sweep.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl Uploads {
    /// Uploads of the data folder `data`.
    pub fn new(db: Db, data: &Path) -> Self {
        Self { db, folder: data.join("uploads"), reserve: None }
    }

    /// The same, but no file is taken that would leave less than `reserve` bytes of the disk.
    #[must_use]
    pub fn leaving(self, reserve: u64, free: Free) -> Self {
        Self { reserve: Some((reserve, free)), ..self }
    }

    /// Where the file of an upload lies.
    pub fn path(&self, upload: &Upload) -> PathBuf {
        self.folder.join(upload.id.to_string()).join(&upload.name)
    }

    /// A file that somebody sent himself, and where it lies. Files of others are for administrators, who see personal data.
    pub async fn find(&self, actor: &Actor, id: UploadId) -> Result<(Upload, PathBuf), Problem> {
        let upload = upload_get(&mut self.db.read().await?, id).await?;
        let all = matches!(actor.role, Role::Owner | Role::Admin) && actor.may(Permission::CustomersPii);
        let upload = upload.filter(|u| all || u.owner == actor.principal()).ok_or_else(|| {
            Problem::new(Code::NotFound, format!("there is no upload {id} of yours"))
                .hint("uploads are kept for 24 hours, for who sent them: send the file again")
        })?;
        let path = self.path(&upload);
        Ok((upload, path))
    }

    /// Writes a file of somebody as it arrives. A sender who goes away, or a file that is refused, leaves nothing behind.
    pub async fn receive<B, E>(
        &self,
        clock: &dyn Clock,
        actor: &Actor,
        name: &str,
        size: Option<u64>,
        body: impl Stream<Item = Result<B, E>> + Unpin,
    ) -> Result<Upload, Refused>
    where
        B: AsRef<[u8]>,
        E: std::error::Error + Send + Sync + 'static,
    {
        check_name(name)?;
        if size.is_some_and(|size| size > LARGEST) {
            return Err(Refused::TooLarge);
        }
        let mut tx = self.db.write().await?;
        let id = upload_id(&mut tx).await?;
        tx.commit().await?;
        let folder = self.folder.join(id.to_string());
        let mut draft = Draft(Some(folder.clone()));
        tokio::fs::create_dir_all(&folder).await.map_err(disk)?;
        self.room(size.unwrap_or(0)).await?;
        let size = self.write(&folder.join(name), body, PACE).await?;
        let now = clock.now();
        let (owner, name) = (actor.principal(), name.to_owned());
        let upload = Upload { id, owner, name, size, received_at: now, expires_at: now + DAY };
        let mut tx = self.db.write().await?;
        upload_add(&mut tx, &upload).await?;
        tx.commit().await?;
        draft.0 = None;
        Ok(upload)
    }

    /// Keeps a file that the product itself made for somebody, as if he had sent it.
    pub async fn put(&self, clock: &dyn Clock, actor: &Actor, name: &str, content: Vec<u8>) -> Result<Upload, Refused> {
        let body = futures::stream::iter([Ok::<_, std::io::Error>(content)]);
        self.receive(clock, actor, name, None, body).await
    }

    /// Deletes files whose time is over, and what broken connections and crashes have left.
    pub async fn sweep(&self, clock: &dyn Clock) -> Result<usize, Problem> {
        let mut tx = self.db.write().await?;
        let expired = upload_expire(&mut tx, clock.now()).await?;
        tx.commit().await?;
        let known = upload_ids(&mut self.db.read().await?).await?;
        // A folder that no upload knows may be one on its way in.
        let left = |path: &Path| {
            let age = path.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
            age.is_some_and(|age| age >= Duration::from_hours(24))
        };
        self.remove(|id, path| expired.contains(&id) || !known.contains(&id) && left(path))
    }

    /// Deletes every file that was sent: after a person was erased nobody knows which of them names him.
    pub async fn clear(&self) -> Result<usize, Problem> {
        let mut tx = self.db.write().await?;
        tx.execute("DELETE FROM upload", store::args![]).await?;
        tx.commit().await?;
        self.remove(|_, _| true)
    }

    fn remove(&self, wanted: impl Fn(UploadId, &Path) -> bool) -> Result<usize, Problem> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Ok(0) };
        let mut removed = 0;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.parse::<UploadId>().is_ok_and(|id| wanted(id, &path)) {
                std::fs::remove_dir_all(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Refuses what would take the last of the disk, which the database needs.
    async fn room(&self, bytes: u64) -> Result<(), Refused> {
        let Some((reserve, free)) = self.reserve else { return Ok(()) };
        let folder = self.folder.clone();
        let left = tokio::task::spawn_blocking(move || free(&folder)).await;
        let left = left.map_err(|e| Problem::internal("looking at the disk failed", e))?.map_err(disk)?;
        if left < bytes.saturating_add(reserve) { Err(Refused::DiskFull) } else { Ok(()) }
    }

    async fn write<B, E>(
        &self,
        path: &Path,
        mut body: impl Stream<Item = Result<B, E>> + Unpin,
        pace: Pace,
    ) -> Result<u64, Refused>
    where
        B: AsRef<[u8]>,
        E: std::error::Error + Send + Sync + 'static,
    {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path).await.map_err(disk)?);
        let (mut size, mut looked) = (0, 0);
        let (mut began, mut before) = (Instant::now(), 0);
        loop {
            let next = tokio::time::timeout(pace.silence, body.next()).await;
            let Some(part) = next.map_err(|_| Refused::TooSlow)? else { break };
            let part = part.map_err(|e| broken("the connection broke off").caused_by(e))?;
            size += part.as_ref().len() as u64;
            if size > LARGEST {
                return Err(Refused::TooLarge);
            }
            if began.elapsed() >= pace.window {
                if size - before < pace.least {
                    return Err(Refused::TooSlow);
                }
                (began, before) = (Instant::now(), size);
            }
            if size - looked >= LOOK {
                self.room(0).await?;
                looked = size;
            }
            out.write_all(part.as_ref()).await.map_err(disk)?;
        }
        out.flush().await.map_err(disk)?;
        out.get_ref().sync_all().await.map_err(disk)?;
        if size == 0 {
            return Err(Problem::new(Code::InvalidInput, "the file is empty").hint("send the file as the body").into());
        }
        Ok(size)
    }
}

fn broken(why: &str) -> Problem {
    Problem::new(Code::InvalidArgument, format!("the file did not arrive whole: {why}")).hint("send it again")
}

/// What the disk says of a file that is being written.
fn disk(error: std::io::Error) -> Refused {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => Refused::DiskFull,
        _ => Refused::Other(error.into()),
    }
}

/// A name that can stand in a folder, and says nothing of another one.
fn check_name(name: &str) -> Result<(), Problem> {
    let wrong = |message: &str| {
        Err(Problem::new(Code::InvalidArgument, format!("the name of the file {message}"))
            .hint("send the plain name, such as sales.csv.gz")
            .field("name", message))
    };
    if name.trim().is_empty() || name.trim() != name {
        return wrong("must not be empty, nor begin or end with a space");
    }
    if name.len() > LONGEST_NAME {
        return wrong("must have at most 200 bytes");
    }
    if matches!(name, "." | "..") || name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        return wrong("must not hold / or \\ or control characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        for good in ["sales.csv.gz", "销售 2026.xlsx", "a..b", ".hidden"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for wrong in ["", " ", "..", "../x", "a/b", "a\\b", "a\nb", " a", &"x".repeat(201)] {
            assert_eq!(check_name(wrong).unwrap_err().fields[0].field, "name", "{wrong}");
        }
    }

    #[test]
    fn a_full_disk_is_told_from_a_broken_one() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert!(matches!(disk(full), Refused::DiskFull));
        assert!(matches!(disk(std::io::Error::other("broken")), Refused::Other(_)));
    }

    #[tokio::test]
    async fn what_comes_too_slowly_or_does_not_fit_is_refused() {
        let t = store::testing::sqlite().await;
        let uploads = Uploads::new(t.db.clone(), t.dir.path());
        let pace = Pace { silence: Duration::from_millis(500), window: Duration::from_millis(200), least: 1_000 };
        let path = t.dir.path().join("a.csv");
        let sent = |every: u64, bytes: usize| {
            futures::stream::unfold(0, move |sent| async move {
                tokio::time::sleep(Duration::from_millis(every)).await;
                (sent < 20).then(|| (Ok::<_, std::io::Error>(vec![0; bytes]), sent + 1))
            })
            .boxed()
        };
        assert!(matches!(uploads.write(&path, sent(2_000, 1_000_000), pace).await, Err(Refused::TooSlow)), "silent");
        assert!(matches!(uploads.write(&path, sent(30, 10), pace).await, Err(Refused::TooSlow)), "drop by drop");
        assert!(matches!(uploads.write(&path, sent(30, 2_000), pace).await, Ok(40_000)));
        let short = uploads.clone().leaving(1_000, |_| Ok(1_500));
        assert!(short.room(500).await.is_ok());
        assert!(matches!(short.room(501).await, Err(Refused::DiskFull)));
        let full = uploads.leaving(1_000, |_| Ok(999));
        assert!(matches!(full.write(&path, sent(0, 1 << 20), PACE).await, Err(Refused::DiskFull)), "others filled it");
    }
}
