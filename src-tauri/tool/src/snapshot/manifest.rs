//! What was there.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What stood in some files, or in all of a folder. The bytes themselves are in [`super::Objects`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Whether it is of the whole folder: what is neither named nor left out was not there.
    pub is_whole: bool,
    /// The files by their paths from the folder on; `None` for one that was not there.
    pub entries: BTreeMap<String, Option<Entry>>,
    /// The folders that were there, as far as they were seen.
    pub folders: BTreeSet<String>,
    /// What is not covered, and why. Of a folder, nothing below it is.
    pub left_out: Vec<LeftOut>,
}

/// A file as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// SHA-256 of its bytes in hexadecimal digits; of a link, of the words that say where it leads.
    pub hash: String,
    /// Who may use it for what, as Unix has it.
    pub mode: u32,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A file.
    File,
    /// A symbolic link, itself and not where it leads.
    Symlink,
}

/// What a snapshot does not cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// From the folder on.
    pub path: String,
    /// In a few words.
    pub why: String,
}

impl Entry {
    /// What tells it from any other content, as [`super::fingerprint`] does.
    pub fn fingerprint(&self) -> String {
        match self.kind {
            Kind::File => self.hash.clone(),
            Kind::Symlink => format!("link:{}", self.hash),
        }
    }
}

impl Manifest {
    /// What was at a path: `None` if this does not say, `Some(None)` if nothing was.
    pub fn before(&self, path: &str) -> Option<Option<&Entry>> {
        match self.entries.get(path) {
            Some(entry) => Some(entry.as_ref()),
            None if self.is_whole && !self.leaves_out(path) => Some(None),
            None => None,
        }
    }

    /// Whether a path or a folder above it is left out.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        self.left_out.iter().any(|left_out| {
            path.strip_prefix(&*left_out.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}
