//! Bytes, each kept once under their own hash.

use crate::ToolError;
use crate::plan::hash;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What is read at once, and kept in memory until it is known whether it is there already.
const SMALL: u64 = 1 << 20;

/// So many new files are brought to the disk one by one; of more, all that is waiting for it is, at once.
#[cfg(target_os = "linux")]
const ONE_BY_ONE: usize = 32;

/// A folder of ours in which the bytes of files are kept: only for the user, each once, and never changed.
#[derive(Clone, Debug)]
pub struct Objects {
    folder: PathBuf,
}

impl Objects {
    /// The objects in a folder, which is made when the first one comes.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Whether the bytes with a hash are there.
    pub fn has(&self, hash: &str) -> bool {
        self.length(hash).is_some()
    }

    /// How many bytes have a hash; `None` if they are not there.
    pub fn length(&self, hash: &str) -> Option<u64> {
        let there = fs::metadata(self.path(hash)?).ok()?;
        there.is_file().then_some(there.len())
    }

    /// The bytes with a hash.
    ///
    /// # Errors
    /// They are not there, or are not what they were.
    pub fn get(&self, wanted: &str) -> Result<Vec<u8>, ToolError> {
        let lost = |why: &dyn ToString| {
            ToolError::NoSnapshot(format!("what was kept cannot be read: {}", why.to_string()))
        };
        let path = self.path(wanted).ok_or_else(|| lost(&"it has no such name"))?;
        let bytes = fs::read(path).map_err(|error| lost(&error))?;
        if hash(&bytes) == wanted { Ok(bytes) } else { Err(lost(&"it is damaged")) }
    }

    fn path(&self, hash: &str) -> Option<PathBuf> {
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| self.folder.join(&hash[..2]).join(&hash[2..]))
    }
}

impl Objects {
    /// Keeps bytes that are in memory, such as a manifest; gives their hash. They are on the disk when this returns.
    ///
    /// # Errors
    /// [`ToolError::NoSnapshot`]: the disk does not take them.
    pub fn put(&self, bytes: &[u8]) -> Result<String, ToolError> {
        let mut batch = Batch::new(self);
        let hash = batch.add(bytes).and_then(|hash| batch.finish().map(|()| hash));
        hash.map_err(|error| ToolError::NoSnapshot(error.to_string()))
    }
}

/// Objects that are being added. They have their names, and are on the disk, once [`Batch::finish`] returns.
pub(super) struct Batch<'a> {
    objects: &'a Objects,
    new: Vec<(PathBuf, PathBuf)>,
    hashes: BTreeSet<String>,
}

impl<'a> Batch<'a> {
    pub fn new(objects: &'a Objects) -> Self {
        Self { objects, new: Vec::new(), hashes: BTreeSet::new() }
    }

    /// Adds bytes that are in memory.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<String> {
        let hash = hash(bytes);
        if !self.is_known(&hash) {
            let (mut file, beside) = self.beside()?;
            file.write_all(bytes)?;
            self.keep(&hash, beside)?;
        }
        Ok(hash)
    }

    /// Adds all of a file, `most` bytes at most; `None` if it is longer. Says how many bytes there are.
    pub fn add_file(&mut self, mut file: File, most: u64) -> io::Result<Option<(String, u64)>> {
        let mut head = Vec::new();
        (&mut file).take(SMALL + 1).read_to_end(&mut head)?;
        if head.len() as u64 <= SMALL.min(most) {
            return Ok(Some((self.add(&head)?, head.len() as u64)));
        }
        // Most large files are there already, so they are read before they are written.
        file.rewind()?;
        let mut sum = Sha256::new();
        let length = io::copy(&mut (&mut file).take(most + 1), &mut sum)?;
        if length > most {
            return Ok(None);
        }
        let hash = format!("{:x}", sum.finalize());
        if self.is_known(&hash) {
            return Ok(Some((hash, length)));
        }
        file.rewind()?;
        let (new, beside) = self.beside()?;
        let mut both = Both { file: new, sum: Sha256::new() };
        let length = io::copy(&mut file.take(most + 1), &mut both)?;
        let hash = format!("{:x}", both.sum.finalize());
        if length > most {
            fs::remove_file(beside)?;
            return Ok(None);
        }
        // It may have changed in between: its name is the hash of what was written.
        if self.is_known(&hash) {
            fs::remove_file(beside)?
        } else {
            self.keep(&hash, beside)?
        }
        Ok(Some((hash, length)))
    }

    /// Brings all of it to the disk: the bytes first, then the names.
    pub fn finish(mut self) -> io::Result<()> {
        if self.new.is_empty() {
            return Ok(());
        }
        let new = std::mem::take(&mut self.new);
        let done = self.settle(&new);
        if done.is_err() {
            for (beside, _) in &new {
                let _ = fs::remove_file(beside);
            }
        }
        done
    }

    fn settle(&self, new: &[(PathBuf, PathBuf)]) -> io::Result<()> {
        sync(&self.objects.folder, new)?;
        let mut folders = BTreeSet::from([self.objects.folder.clone()]);
        for (beside, path) in new {
            if let Some(folder) = path.parent().filter(|folder| !folders.contains(*folder)) {
                make(folder)?;
                folders.insert(folder.to_owned());
            }
            fs::rename(beside, path)?;
        }
        for folder in folders {
            sync_folder(&folder)?;
        }
        Ok(())
    }

    fn is_known(&self, hash: &str) -> bool {
        self.hashes.contains(hash) || self.objects.has(hash)
    }

    fn keep(&mut self, hash: &str, beside: PathBuf) -> io::Result<()> {
        let path = self.objects.path(hash).ok_or_else(|| io::Error::other("no hash"))?;
        self.new.push((beside, path));
        self.hashes.insert(hash.to_owned());
        Ok(())
    }

    fn beside(&self) -> io::Result<(File, PathBuf)> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if self.new.is_empty() {
            make(&self.objects.folder)?;
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.objects.folder.join(format!("new-{}-{number}", std::process::id()));
        let mut options = OpenOptions::new();
        // What a run that was killed left there has nobody any more.
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok((options.open(&path)?, path))
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        for (beside, _) in &self.new {
            let _ = fs::remove_file(beside);
        }
    }
}

/// Writes and sums at once.
struct Both {
    file: File,
    sum: Sha256,
}

impl io::Write for Both {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(target_os = "linux")]
fn sync(folder: &Path, new: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    if new.len() > ONE_BY_ONE {
        return Ok(rustix::fs::syncfs(File::open(folder)?)?);
    }
    new.iter().try_for_each(|(path, _)| File::open(path)?.sync_all())
}

#[cfg(not(target_os = "linux"))]
fn sync(_: &Path, new: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    // Some systems want it opened for writing.
    new.iter().try_for_each(|(path, _)| OpenOptions::new().write(true).open(path)?.sync_all())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
