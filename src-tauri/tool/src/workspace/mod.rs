//! One folder, held open: everything is opened from it on, so that the system refuses whatever leads out.

mod place;
mod walk;
mod write;

pub(crate) use place::Place;
pub(crate) use walk::{Seen, Stop, Walk, rules_on_disk};
pub(crate) use write::{Target, mode_of};

use crate::command::Sandbox;
use crate::{ToolError, sandbox};
use cap_fs_ext::{MetadataExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};
use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One folder in which a model may work. Cloning gives the same one.
#[derive(Clone, Debug)]
pub struct Workspace {
    dir: Arc<Dir>,
    path: PathBuf,
    named: PathBuf,
    sandbox: Option<Sandbox>,
    program: Option<PathBuf>,
}

impl Workspace {
    /// Opens a folder and holds it open, wherever it is moved to.
    ///
    /// # Errors
    /// [`ToolError::Folder`]: it is not there or no folder, or it is far too much: a whole disk or home, or the system's own.
    pub fn open(path: &Path) -> Result<Self, ToolError> {
        let broken = |error: io::Error| ToolError::Folder(error.to_string());
        let named = std::path::absolute(path).map_err(broken)?;
        let path = named.canonicalize().map_err(broken)?;
        refuse_too_wide(&path)?;
        let dir = Dir::open_ambient_dir(&path, ambient_authority()).map_err(broken)?;
        let workspace = Self { dir: Arc::new(dir), path, named, sandbox: None, program: None };
        // It may have been another one in between.
        if workspace.is_in_place() {
            Ok(workspace)
        } else {
            Err(ToolError::Folder("it was moved".to_owned()))
        }
    }

    /// The same folder, with commands run in `sandbox` instead of the best there is.
    pub fn with_sandbox(self, sandbox: Sandbox) -> Self {
        Self { sandbox: Some(sandbox), ..self }
    }

    /// The same folder, with commands run by `program` instead of this one. Its `main` has to call [`crate::running`] first.
    pub fn with_program(self, program: PathBuf) -> Self {
        Self { program: Some(program), ..self }
    }

    /// Where the folder was when it was opened, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What commands run in here.
    pub fn sandbox(&self) -> Sandbox {
        self.sandbox.unwrap_or_else(sandbox)
    }

    /// The name of a path from the folder on; `None` if it leads out of it.
    pub fn inside(&self, path: &str) -> Option<String> {
        Some(self.place(path).ok()?.name().to_owned())
    }

    pub(crate) fn dir(&self) -> &Dir {
        &self.dir
    }

    pub(crate) fn program(&self) -> io::Result<PathBuf> {
        self.program.clone().map_or_else(std::env::current_exe, Ok)
    }

    /// Whether the path still leads to the folder that is held.
    pub(crate) fn is_in_place(&self) -> bool {
        let held = self.dir.dir_metadata();
        let there = Dir::open_ambient_dir(&self.path, ambient_authority()).and_then(|dir| dir.dir_metadata());
        matches!((held, there), (Ok(held), Ok(there)) if held.ino() == there.ino() && held.dev() == there.dev())
    }

    /// What the folder is, whatever it is called.
    pub(crate) fn id(&self) -> Result<(u64, u64), ToolError> {
        let found = self.dir.dir_metadata().map_err(|error| ToolError::Folder(error.to_string()))?;
        Ok((found.dev(), found.ino()))
    }

    /// Where an argument leads.
    pub(crate) fn place(&self, path: &str) -> Result<Place, ToolError> {
        Place::read(path, &[&self.path, &self.named])
    }

    /// Where an argument leads that a model wants to look at. What git keeps is not for it: there are tokens in its settings.
    pub(crate) fn readable(&self, path: &str) -> Result<Place, ToolError> {
        let place = self.place(path)?;
        let leads_there =
            || self.dir.canonicalize(place.path()).is_ok_and(|real| real.iter().any(place::is_git));
        if place.is_in_git() || leads_there() {
            let why = "what is inside of .git is git's own and not read by tools";
            return Err(ToolError::Refused(format!("{}: {why}", place.name())));
        }
        Ok(place)
    }

    /// Opens a file to read it. Links within the folder are followed; what is no file is never waited for.
    pub(crate) fn open_file(&self, place: &Place) -> Result<File, ToolError> {
        open_plain(self.dir(), place.path().as_os_str()).map_err(|error| match error {
            Opened::Failed(error) => ToolError::at(place.name(), &error),
            Opened::NoFile(kind) => ToolError::Refused(format!("{} is {kind} and no file", place.name())),
        })
    }

    /// All bytes of a file, `most` at most.
    pub(crate) fn bytes(&self, place: &Place, most: u64) -> Result<Vec<u8>, ToolError> {
        all_of(self.open_file(place)?, place.name(), most)
    }
}

/// All bytes of an opened file, `most` at most.
pub(crate) fn all_of(file: File, name: &str, most: u64) -> Result<Vec<u8>, ToolError> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| ToolError::at(name, &error))?;
    if bytes.len() as u64 > most {
        return Err(ToolError::Refused(format!("{name} has more than {} KiB", most >> 10)));
    }
    Ok(bytes)
}

/// Why there is no opened file.
pub(crate) enum Opened {
    Failed(io::Error),
    NoFile(&'static str),
}

impl From<io::Error> for Opened {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Opens what is a file before and after, without waiting should it be a pipe by now.
pub(crate) fn open_plain(dir: &Dir, path: &OsStr) -> Result<File, Opened> {
    let refuse =
        |found: &Metadata| if found.is_file() { Ok(()) } else { Err(Opened::NoFile(kind_of(found))) };
    // Opening a device alone can do something.
    refuse(&dir.metadata(path)?)?;
    let file = dir.open_with(path, OpenOptions::new().read(true).nonblock(true))?;
    refuse(&file.metadata()?)?;
    Ok(file)
}

/// What it is, in words.
pub(crate) fn kind_of(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_symlink() {
        "a link"
    } else {
        "a device, pipe or socket"
    }
}

/// A whole disk, a whole home or what the system makes up is no folder to work in: the sandbox would keep nothing from it.
fn refuse_too_wide(path: &Path) -> Result<(), ToolError> {
    let home = std::env::home_dir().and_then(|home| home.canonicalize().ok());
    let is_above_home = home.is_some_and(|home| home.starts_with(path));
    let is_system = cfg!(unix)
        && ["/proc", "/sys", "/dev", "/etc", "/usr", "/boot", "/run"]
            .iter()
            .any(|system| path.starts_with(system));
    if path.parent().is_none() || is_above_home || is_system {
        let why = "a whole disk, a whole home or a folder of the system is too much to work in";
        return Err(ToolError::Folder(why.to_owned()));
    }
    if path.iter().any(place::is_git) {
        return Err(ToolError::Folder("it is inside of .git".to_owned()));
    }
    Ok(())
}
