//! A place in the folder, as a model names it.

use super::{Target, Workspace};
use crate::{ToolError, text};
use std::ffi::OsStr;
use std::path::{Component, Path};

/// A path from the folder on: names only, nothing that leads up. That no link leads out is the system's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    names: Vec<String>,
    joined: String,
}

impl Place {
    /// Reads what a model wrote. A path from the root of the disk is fine if it begins with one of `roots`.
    pub fn read(path: &str, roots: &[&Path]) -> Result<Self, ToolError> {
        let shown = text::short(path, 200);
        let given = Path::new(path);
        let inside = if given.has_root() || given.is_absolute() {
            let inside = roots.iter().find_map(|root| given.strip_prefix(root).ok());
            inside.ok_or_else(|| ToolError::Refused(format!("{shown} is outside of the folder")))?
        } else {
            given
        };
        let mut names = Vec::new();
        for part in inside.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => match name.to_str() {
                    Some(name) if !name.contains('\0') => names.push(name.to_owned()),
                    _ => return Err(ToolError::Arguments(format!("{shown} is no path"))),
                },
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    let why = format!("{shown} leads up: name it from the folder on, without `..`");
                    return Err(ToolError::Refused(why));
                }
            }
        }
        Ok(Self { joined: if names.is_empty() { ".".to_owned() } else { names.join("/") }, names })
    }

    /// As it is named to models and people; `.` for the folder itself.
    pub fn name(&self) -> &str {
        &self.joined
    }

    pub fn path(&self) -> &Path {
        Path::new(&self.joined)
    }

    pub fn is_root(&self) -> bool {
        self.names.is_empty()
    }

    /// The folders on the way, and the last name; `None` for the folder itself.
    pub fn split(&self) -> Option<(&[String], &str)> {
        self.names.split_last().map(|(last, folders)| (folders, last.as_str()))
    }

    /// The file there, to be written; `None` if its folder is not there and not to be made.
    pub fn target(&self, workspace: &Workspace, make: bool) -> Result<Option<Target<'_>>, ToolError> {
        Target::reach(workspace.dir(), self, make)
    }

    /// Whether it is inside of what git keeps.
    pub fn is_in_git(&self) -> bool {
        self.names.iter().any(|name| is_git(OsStr::new(name)))
    }
}

/// Whether a name is `.git` on any system: some do not tell letters of different cases apart, leave out letters that nobody
/// sees, or have short names.
pub(crate) fn is_git(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let seen: String = name.chars().filter(|letter| !text::is_hidden(*letter)).collect();
    let seen = seen.trim_end_matches([' ', '.']).to_lowercase();
    seen == ".git" || seen == "git~1" || seen.starts_with(".git:")
}
