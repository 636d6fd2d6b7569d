//! Taking a snapshot.

use super::objects::Batch;
use super::{Entry, Kind, LeftOut, Manifest, Objects, state};
use crate::workspace::{Opened, Seen, Stop, Walk, mode_of, open_plain, rules_on_disk};
use crate::{ToolError, Workspace};
use cap_std::fs::{Dir, File, Metadata};
use std::ffi::OsStr;
use std::io;
use std::time::{Duration, Instant};

/// How much a snapshot of a folder may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Bytes of a file. Longer ones are left out and named.
    pub file_bytes: u64,
    /// Bytes of all files. With more there is no snapshot.
    pub total_bytes: u64,
    /// Files. With more there is no snapshot.
    pub files: usize,
    /// How long it may take. After that there is no snapshot.
    pub time: Duration,
}

impl Default for Caps {
    fn default() -> Self {
        Self { file_bytes: 64 << 20, total_bytes: 2 << 30, files: 200_000, time: Duration::from_secs(60) }
    }
}

/// Keeps what stands in exactly these files. One that is not there is kept as that. It is on the disk when this returns. Blocks.
///
/// # Errors
/// [`ToolError::NoSnapshot`]: not all of them could be kept, so nothing should be written.
pub fn of_paths(workspace: &Workspace, objects: &Objects, paths: &[String]) -> Result<Manifest, ToolError> {
    let caps = Caps::default();
    let mut taken = Taken::new(objects, &caps);
    for path in paths {
        let place = workspace.place(path)?;
        let mut above = String::new();
        for folder in place.split().into_iter().flat_map(|(folders, _)| folders) {
            above = if above.is_empty() { folder.clone() } else { format!("{above}/{folder}") };
            if workspace.dir().symlink_metadata(&above).is_ok_and(|found| found.is_dir()) {
                taken.manifest.folders.insert(above.clone());
            }
        }
        let target = place.target(workspace, false)?;
        let found = target.as_ref().map(|target| target.found()).transpose()?.flatten();
        let entry = match (&target, found) {
            (Some(target), Some(found)) if found.is_symlink() => {
                Some(taken.link(target.link_contents()).map_err(no_snapshot)?)
            }
            (Some(target), Some(found)) if found.is_file() => {
                let opened = target.open().map_err(|error| no_snapshot(plain(error)))?;
                let kept = taken.file(opened, &found).map_err(no_snapshot)?;
                let too_large = || ToolError::NoSnapshot(format!("{path} is too large to be kept"));
                Some(kept.ok_or_else(too_large)?)
            }
            (_, Some(_)) => return Err(ToolError::NoSnapshot(format!("{path} is no file"))),
            (_, None) => None,
        };
        taken.manifest.entries.insert(place.name().to_owned(), entry);
    }
    taken.finish()
}

/// Keeps what stands in all files of a folder, whether git knows them or not. Ignored folders, what git keeps, and what is no
/// file or too long is left out and named. It is on the disk when this returns. Blocks.
///
/// # Errors
/// [`ToolError::NoSnapshot`]: the folder is too large or the disk too full.
pub fn of_folder(workspace: &Workspace, objects: &Objects, caps: &Caps) -> Result<Manifest, ToolError> {
    let began = Instant::now();
    let mut taken = Taken::new(objects, caps);
    taken.manifest.is_whole = true;
    let mut failed = None;
    let walk = Walk { depth: usize::MAX, rules: &rules_on_disk };
    let walked = walk.go(workspace.dir(), &workspace.place(".")?, &mut |path, seen, dir, name| {
        let told = if began.elapsed() > caps.time {
            Err(io::Error::other(format!("it takes longer than {} s", caps.time.as_secs())))
        } else {
            taken.see(path, seen, dir, name)
        };
        told.map_err(|error| {
            failed = Some(error);
            Stop
        })
    });
    if let Some(error) = walked.err().or(failed) {
        return Err(no_snapshot(error));
    }
    taken.finish()
}

/// What is kept so far.
struct Taken<'a> {
    batch: Batch<'a>,
    caps: &'a Caps,
    manifest: Manifest,
    bytes: u64,
    files: usize,
}

impl<'a> Taken<'a> {
    fn new(objects: &'a Objects, caps: &'a Caps) -> Self {
        Self { batch: Batch::new(objects), caps, manifest: Manifest::default(), bytes: 0, files: 0 }
    }

    fn see(&mut self, path: &str, seen: Seen<'_>, dir: &Dir, name: &OsStr) -> io::Result<()> {
        let entry = match seen {
            Seen::Folder => {
                self.manifest.folders.insert(path.to_owned());
                return Ok(());
            }
            Seen::Git => return self.leave_out(path, "what git keeps, which no tool writes"),
            Seen::Ignored(found) if found.is_dir() => return self.leave_out(path, "ignored"),
            Seen::LeftOut(why) => return self.leave_out(path, why),
            Seen::Link => self.link(dir.read_link_contents(name)),
            Seen::Ignored(found) if found.is_symlink() => self.link(dir.read_link_contents(name)),
            Seen::Ignored(found) if !found.is_file() => {
                return self.leave_out(path, "a device, pipe or socket");
            }
            Seen::File(found) | Seen::Ignored(found) => {
                let opened = match open_plain(dir, name).map_err(plain) {
                    Ok(opened) => opened,
                    // It was there a moment ago.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                    Err(_) => return self.leave_out(path, "cannot be read"),
                };
                match self.file(opened, found)? {
                    Some(entry) => Ok(entry),
                    None => {
                        let why = format!("more than {} MiB", self.caps.file_bytes >> 20);
                        return self.leave_out(path, &why);
                    }
                }
            }
        };
        match entry {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                self.leave_out(path, "leads to no text")
            }
            entry => {
                self.manifest.entries.insert(path.to_owned(), Some(entry?));
                Ok(())
            }
        }
    }

    /// `None` if it is too long.
    fn file(&mut self, file: File, found: &Metadata) -> io::Result<Option<Entry>> {
        self.files += 1;
        if self.files > self.caps.files {
            return Err(io::Error::other(format!("it has more than {} files", self.caps.files)));
        }
        let Some((hash, length)) = self.batch.add_file(file.into_std(), self.caps.file_bytes)? else {
            return Ok(None);
        };
        self.bytes += length;
        if self.bytes > self.caps.total_bytes {
            return Err(io::Error::other(format!("it has more than {} MiB", self.caps.total_bytes >> 20)));
        }
        Ok(Some(Entry { hash, mode: mode_of(found) & 0o7777, kind: Kind::File }))
    }

    fn link(&mut self, to: io::Result<std::path::PathBuf>) -> io::Result<Entry> {
        let hash = self.batch.add(state::words(&to?)?.as_bytes())?;
        Ok(Entry { hash, mode: 0o777, kind: Kind::Symlink })
    }

    fn leave_out(&mut self, path: &str, why: &str) -> io::Result<()> {
        self.manifest.left_out.push(LeftOut { path: path.to_owned(), why: why.to_owned() });
        Ok(())
    }

    fn finish(self) -> Result<Manifest, ToolError> {
        self.batch.finish().map_err(no_snapshot)?;
        Ok(self.manifest)
    }
}

fn plain(error: Opened) -> io::Error {
    match error {
        Opened::Failed(error) => error,
        Opened::NoFile(kind) => io::Error::other(kind),
    }
}

fn no_snapshot(error: io::Error) -> ToolError {
    ToolError::NoSnapshot(error.to_string())
}
