//! The files of the lake: the only place that touches the disk, so that an object store can join later.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use base::hash::Running;
use base::{Code, Micros, Problem};
use bytes::Bytes;

/// The folder of the lake.
#[derive(Clone, Debug)]
pub struct Files {
    root: Arc<Path>,
    read: Arc<AtomicU64>,
}

/// A file open for reading at any position. It can be read to its end even when it has been deleted meanwhile.
#[derive(Clone, Debug)]
pub struct OpenFile {
    file: Arc<File>,
    len: u64,
    read: Arc<AtomicU64>,
}

/// A file being written under a temporary name.
#[derive(Debug)]
pub struct NewFileSink {
    out: BufWriter<Hashed>,
    temporary: PathBuf,
    path: PathBuf,
    done: bool,
}

/// A file whose content is hashed on its way to the disk.
#[derive(Debug)]
struct Hashed {
    file: File,
    hash: Running,
}

/// A file found in the folder.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// When it was last changed.
    pub modified: Micros,
}

impl Files {
    /// The files below `root`, which is made when missing.
    pub fn open(root: &Path) -> Result<Self, Problem> {
        fs::create_dir_all(root)?;
        Ok(Self { root: fs::canonicalize(root)?.into(), read: Arc::default() })
    }

    /// The absolute path of the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of a file.
    pub fn absolute(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// How many bytes were read through this handle since it was opened.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Opens a file for reading.
    pub fn read(&self, path: &str) -> Result<OpenFile, Problem> {
        let file = File::open(self.root.join(path)).map_err(|e| missing(path, e))?;
        let len = file.metadata()?.len();
        Ok(OpenFile { file: Arc::new(file), len, read: Arc::clone(&self.read) })
    }

    /// Begins a file. It appears under its name with [`NewFileSink::finish`] only.
    pub fn create(&self, path: &str) -> Result<NewFileSink, Problem> {
        let path = self.root.join(path);
        let temporary = path.with_extension("tmp");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let hashed = Hashed { file: File::create_new(&temporary)?, hash: Running::default() };
        let out = BufWriter::with_capacity(1 << 18, hashed);
        Ok(NewFileSink { out, temporary, path, done: false })
    }

    /// The size of a file, `None` when there is none.
    pub fn size(&self, path: &str) -> Result<Option<u64>, Problem> {
        match fs::metadata(self.root.join(path)) {
            Ok(meta) => Ok(Some(meta.len())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The hash of a file's content as it is on the disk now.
    pub fn hash(&self, path: &str) -> Result<u64, Problem> {
        let mut file = File::open(self.root.join(path)).map_err(|e| missing(path, e))?;
        let (mut hash, mut chunk) = (Running::default(), vec![0; 1 << 18]);
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok(hash.hash()),
                n => hash.update(&chunk[..n]),
            }
        }
    }

    /// Deletes a file; `false` when there was none.
    pub fn delete(&self, path: &str) -> Result<bool, Problem> {
        match fs::remove_file(self.root.join(path)) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// All files of the lake, also unfinished ones.
    pub fn list(&self) -> Result<Vec<Listed>, Problem> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                // A file may be renamed or deleted between the two calls.
                let Ok(meta) = entry.metadata() else { continue };
                if meta.is_dir() {
                    folders.push(entry.path());
                } else if let Some(path) = entry.path().strip_prefix(&*self.root).ok().and_then(Path::to_str) {
                    let modified = meta.modified()?.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros() as i64);
                    found.push(Listed { path: path.replace('\\', "/"), bytes: meta.len(), modified });
                }
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

fn missing(path: &str, error: io::Error) -> Problem {
    if error.kind() != io::ErrorKind::NotFound {
        return error.into();
    }
    Problem::new(Code::Unavailable, format!("the history file {path} is not there any more"))
        .hint("it was replaced while it was being read: run the command again; if that does not help, run `guanxi doctor`")
        .caused_by(error)
}

impl OpenFile {
    /// The size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The `len` bytes from `start`.
    pub fn bytes(&self, start: u64, len: usize) -> io::Result<Bytes> {
        let mut buffer = vec![0; len];
        read_at(&self.file, &mut buffer, start)?;
        self.read.fetch_add(len as u64, Ordering::Relaxed);
        Ok(buffer.into())
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, start)
}

#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], mut start: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => (buffer, start) = (&mut buffer[n..], start + n as u64),
        }
    }
    Ok(())
}

impl NewFileSink {
    /// Makes the content durable, gives the file its name, and makes that durable too. Returns the size and the hash of the content.
    pub fn finish(&mut self) -> Result<(u64, u64), Problem> {
        self.out.flush()?;
        let Hashed { file, hash } = self.out.get_ref();
        file.sync_all()?;
        let (bytes, hash) = (file.metadata()?.len(), hash.hash());
        fs::rename(&self.temporary, &self.path)?;
        self.done = true;
        if let Some(folder) = self.path.parent() {
            // The folder's own entry in its parent counts too: it may be new.
            sync_folder(folder)?;
            folder.parent().map_or(Ok(()), sync_folder)?;
        }
        Ok((bytes, hash))
    }
}

impl NewFileSink {
    /// The finished file, for reading.
    pub fn reopen(&self) -> Result<File, Problem> {
        Ok(File::open(&self.path)?)
    }
}

impl Drop for NewFileSink {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

impl Write for Hashed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hash.update(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for NewFileSink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.out.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), Problem> {
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(windows)]
fn sync_folder(_: &Path) -> Result<(), Problem> {
    Ok(())
}
