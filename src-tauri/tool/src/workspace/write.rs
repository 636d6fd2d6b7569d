//! Writing: through no link, as a new file that takes the place of the old one.

use super::{Opened, Place, all_of, kind_of, open_plain};
use crate::ToolError;
use cap_fs_ext::{DirExt as _, MetadataExt as _};
use cap_std::fs::{Dir, Metadata, OpenOptions};
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is to be written: the folder it is in, held open, and its name.
pub(crate) struct Target<'a> {
    place: &'a Place,
    parent: Dir,
    name: &'a str,
}

impl<'a> Target<'a> {
    /// Goes to the folder of a file, name by name and through no link. `None` if it is not there and not to be made.
    pub fn reach(root: &Dir, place: &'a Place, make: bool) -> Result<Option<Self>, ToolError> {
        let Some((folders, name)) = place.split() else {
            return Err(ToolError::Arguments("name a file, not the folder".to_owned()));
        };
        if place.is_in_git() {
            let why = "what is inside of .git is git's own and not written by tools";
            return Err(ToolError::Refused(format!("{}: {why}", place.name())));
        }
        let failed = |error: io::Error| ToolError::at(place.name(), &error);
        let mut parent = root.try_clone().map_err(failed)?;
        for folder in folders {
            let next = match parent.open_dir_nofollow(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if !make {
                        return Ok(None);
                    }
                    match parent.create_dir(folder) {
                        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                            return Err(failed(error));
                        }
                        _ => parent.open_dir_nofollow(folder),
                    }
                }
                next => next,
            };
            // Linux says of a link that it is no folder.
            let is_link = |dir: &Dir| dir.symlink_metadata(folder).is_ok_and(|found| found.is_symlink());
            parent = match next {
                Ok(next) => next,
                Err(_) if is_link(&parent) => {
                    let why = format!(
                        "{} leads through the link `{folder}`: name where it really is",
                        place.name()
                    );
                    return Err(ToolError::Refused(why));
                }
                Err(error) => return Err(failed(error)),
            };
        }
        Ok(Some(Self { place, parent, name }))
    }

    /// What is there now; `None` for nothing.
    pub fn found(&self) -> Result<Option<Metadata>, ToolError> {
        match self.parent.symlink_metadata(self.name) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ToolError::at(self.place.name(), &error)),
        }
    }

    /// What stands there now, `None` if nothing is there. Refuses what must not be written.
    pub fn before(&self, most: u64) -> Result<Option<Vec<u8>>, ToolError> {
        let Some(found) = self.found()? else { return Ok(None) };
        refuse_odd(self.place.name(), &found)?;
        match open_plain(&self.parent, OsStr::new(self.name)) {
            Ok(file) => all_of(file, self.place.name(), most).map(Some),
            Err(Opened::Failed(error)) => Err(ToolError::at(self.place.name(), &error)),
            Err(Opened::NoFile(kind)) => Err(ToolError::Refused(format!("{} is {kind}", self.place.name()))),
        }
    }

    /// Puts `bytes` there: a file beside it, on the disk, takes its name and its rights at once. `is_still` is asked right before.
    /// `mode` is what the file may be used for, `None` for what it has.
    pub fn put(
        &self,
        bytes: &[u8],
        mode: Option<u32>,
        is_still: &dyn Fn() -> Result<(), ToolError>,
    ) -> Result<(), ToolError> {
        let failed = |error: io::Error| ToolError::at(self.place.name(), &error);
        let found = self.found()?;
        if let Some(found) = &found {
            refuse_odd(self.place.name(), found)?;
        }
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let beside = format!(".meanwhile-{}-{number}.tmp", std::process::id());
        let write = || {
            let mut file = self.parent.open_with(&beside, OpenOptions::new().write(true).create_new(true))?;
            file.write_all(bytes)?;
            #[cfg(unix)]
            if let Some(mode) = mode.or(found.as_ref().map(mode_of)) {
                use cap_std::fs::{Permissions, PermissionsExt as _};
                file.set_permissions(Permissions::from_mode(mode & 0o777))?;
            }
            #[cfg(not(unix))]
            let _ = mode;
            file.sync_all()
        };
        let moved = write().map_err(failed).and_then(|()| {
            is_still()?;
            self.parent.rename(&beside, &self.parent, self.name).map_err(failed)
        });
        if moved.is_err() {
            // What stays of it is small and has a name that says whose it is.
            let _ = self.parent.remove_file(&beside);
        }
        moved?;
        self.keep();
        Ok(())
    }

    /// Takes the file, or the link itself, away.
    pub fn remove(&self) -> Result<(), ToolError> {
        self.parent
            .remove_file_or_symlink(self.name)
            .map_err(|error| ToolError::at(self.place.name(), &error))?;
        self.keep();
        Ok(())
    }

    /// Makes a link that says `to`, which is only words until somebody follows it.
    #[cfg(unix)]
    pub fn link(&self, to: &OsStr) -> Result<(), ToolError> {
        let made = self.parent.symlink_contents(to, self.name);
        made.map_err(|error| ToolError::at(self.place.name(), &error))?;
        self.keep();
        Ok(())
    }

    /// Links are made by Unix only.
    #[cfg(not(unix))]
    pub fn link(&self, _: &OsStr) -> Result<(), ToolError> {
        Err(ToolError::Refused(format!("{} was a link and is not put back here", self.place.name())))
    }

    /// Where a link says it leads.
    pub fn link_contents(&self) -> io::Result<std::path::PathBuf> {
        self.parent.read_link_contents(self.name)
    }

    /// Opens the file to read it.
    pub fn open(&self) -> Result<cap_std::fs::File, Opened> {
        open_plain(&self.parent, OsStr::new(self.name))
    }

    /// The name is on the disk too. Where a folder cannot be synchronised the file itself still is.
    fn keep(&self) {
        #[cfg(unix)]
        if let Ok(parent) = self.parent.try_clone() {
            let _ = parent.into_std_file().sync_all();
        }
    }
}

/// What must not be written: what is no file, what runs with the rights of its owner, and what has a second name elsewhere.
pub(crate) fn refuse_odd(name: &str, found: &Metadata) -> Result<(), ToolError> {
    let why = if !found.is_file() {
        kind_of(found)
    } else if mode_of(found) & 0o6000 != 0 {
        "a program that runs with the rights of its owner"
    } else if found.nlink() > 1 {
        "one file with several names (hard links)"
    } else {
        return Ok(());
    };
    Err(ToolError::Refused(format!("{name} is {why} and not written")))
}

#[cfg(unix)]
pub(crate) fn mode_of(found: &Metadata) -> u32 {
    use cap_std::fs::PermissionsExt as _;
    found.permissions().mode()
}

#[cfg(not(unix))]
pub(crate) fn mode_of(_: &Metadata) -> u32 {
    0o644
}
