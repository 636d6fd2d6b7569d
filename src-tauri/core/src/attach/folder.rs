//! The files of a folder that a person would send, as one file. Links are not followed, and nothing else that is no file is opened.

use ignore::{DirEntry, WalkBuilder};
use meanwhile_extract::{ExtractError, Packed, is_document, refused_at_sight};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Files and folders that are looked at. Source: the largest projects have as many files, and a disk takes a second for them.
const ENTRIES: usize = 20_000;

/// Folders in one another.
const DEPTH: usize = 32;

/// Files that are sent.
const FILES: usize = 1_000;

/// Bytes of all of them.
const TOTAL: usize = 64 << 20;

/// Bytes of one that is text. Source: what is longer was written by a program and not by a person.
const TEXT: u64 = 1 << 20;

/// Bytes of one that is a PDF or an office file, most of which are pictures and fonts.
const DOCUMENT: u64 = 16 << 20;

/// Bytes of a list of what to ignore.
const RULES: u64 = 1 << 20;

/// Bytes at the beginning that say what it is.
const HEAD: u64 = 8 << 10;

/// Makes one file of a folder, which is read like any other. What hidden files, `.gitignore`, `.ignore` and `.git/info/exclude`
/// say not to look at is not looked at. Blocks; ends soon after `is_wanted` says no.
///
/// # Errors
/// In the words for the user: a folder that is too large, or one without anything that could be sent.
pub fn pack_folder(folder: &Path, is_wanted: &dyn Fn() -> bool) -> Result<Vec<u8>, ExtractError> {
    let root = folder.canonicalize().map_err(unreadable)?;
    let found = walk(&root, is_wanted)?;
    pack(&root, found, is_wanted)
}

/// What stands in the folder, in the order of the paths.
#[derive(Debug)]
struct Found {
    /// From the folder on.
    path: PathBuf,
    /// Why it is not sent, if that is known already.
    why: Option<ExtractError>,
}

fn walk(root: &Path, is_wanted: &dyn Fn() -> bool) -> Result<Vec<Found>, ExtractError> {
    let entries = WalkBuilder::new(root)
        .require_git(false)
        .git_global(false)
        // What lies above counts within a repository only: a home whose files are kept by git often says to ignore everything.
        .parents(root.ancestors().any(|above| above.join(".git").exists()))
        .max_depth(Some(DEPTH))
        .filter_entry(|entry| {
            !entry.file_type().is_some_and(|kind| kind.is_dir()) || has_plain_rules(entry.path())
        })
        .build();
    if !has_plain_rules(root) {
        return Err(ExtractError::Unreadable {
            reason: "its list of what to ignore is no file, or too long".to_owned(),
        });
    }
    let mut found = Vec::new();
    for (count, entry) in entries.enumerate() {
        if count > ENTRIES {
            return Err(ExtractError::TooManyEntries { most: ENTRIES });
        }
        if !is_wanted() {
            return Err(ExtractError::TooSlow);
        }
        let (path, why) = match entry {
            Ok(entry) if entry.depth() == 0 => {
                if !entry.path().is_dir() {
                    return Err(ExtractError::NotAFile);
                }
                continue;
            }
            Ok(entry) => match kept_out(&entry) {
                Some(why) => (entry.into_path(), why),
                None => continue,
            },
            Err(error) => (place_of(&error).unwrap_or_default(), Some(failed(error))),
        };
        let path = path.strip_prefix(root).unwrap_or(&path).to_owned();
        found.push(Found { path, why });
    }
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether what says there what to ignore is a file of the usual size, or not there: it is read whole, and wherever it leads.
fn has_plain_rules(folder: &Path) -> bool {
    let is_plain = |name: &str, may_be_folder: bool| match fs::symlink_metadata(folder.join(name)) {
        Ok(found) => (found.is_file() && found.len() <= RULES) || (may_be_folder && found.is_dir()),
        Err(_) => true,
    };
    [".gitignore", ".ignore", ".git/info/exclude"].iter().all(|name| is_plain(name, false))
        && is_plain(".git", true)
}

/// `None` for a folder that is gone through, `Some(None)` for a file.
fn kept_out(entry: &DirEntry) -> Option<Option<ExtractError>> {
    let kind = entry.file_type()?;
    if kind.is_dir() {
        return (entry.depth() == DEPTH).then_some(Some(ExtractError::TooDeep { most: DEPTH }));
    }
    let why = if kind.is_symlink() {
        Some(ExtractError::Link)
    } else if kind.is_file() {
        None
    } else {
        Some(ExtractError::NotAFile)
    };
    Some(why)
}

fn place_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        _ => None,
    }
}

fn failed(error: ignore::Error) -> ExtractError {
    match error.into_io_error() {
        Some(error) => unreadable(error),
        None => ExtractError::Unreadable { reason: "the folder leads into itself".to_owned() },
    }
}

fn pack(root: &Path, found: Vec<Found>, is_wanted: &dyn Fn() -> bool) -> Result<Vec<u8>, ExtractError> {
    let folder = Folder::open(root).map_err(unreadable)?;
    let mut packed = Packed::default();
    for Found { path, why } in found {
        if !is_wanted() {
            return Err(ExtractError::TooSlow);
        }
        let read = why.map_or_else(|| folder.file(&path).and_then(bytes_of), Err);
        match read {
            Ok(_) if packed.files() == FILES => return Err(ExtractError::TooManyFiles { most: FILES }),
            Ok(bytes) if packed.bytes() + bytes.len() > TOTAL => {
                return Err(ExtractError::TooMuchInFolder { mib: TOTAL as u64 >> 20 });
            }
            Ok(bytes) => packed.add(words(&path), &bytes),
            Err(why) => packed.leave_out(words(&path), why),
        }
    }
    if packed.files() == 0 { Err(ExtractError::EmptyFolder) } else { Ok(packed.into_file()) }
}

/// A path as an answer can name it, on every system in the same way.
fn words(path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}

/// All of a file, if it is one to be sent and did not change meanwhile.
fn bytes_of(file: File) -> Result<Vec<u8>, ExtractError> {
    let before = file.metadata().map_err(unreadable)?;
    if !before.is_file() {
        return Err(ExtractError::NotAFile);
    }
    if before.len() == 0 {
        return Err(ExtractError::Empty);
    }
    let mut bytes = Vec::new();
    (&file).take(HEAD).read_to_end(&mut bytes).map_err(unreadable)?;
    if let Some(why) = refused_at_sight(&bytes) {
        return Err(why);
    }
    let most = if is_document(&bytes) { DOCUMENT } else { TEXT };
    if before.len() > most {
        return Err(ExtractError::TooLarge { mib: most >> 20 });
    }
    (&file).take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    let after = file.metadata().map_err(unreadable)?;
    let is_same = after.len() == before.len() && after.modified().ok() == before.modified().ok();
    if is_same && bytes.len() as u64 == before.len() { Ok(bytes) } else { Err(ExtractError::Changed) }
}

/// The folder, from which files are opened.
struct Folder {
    root: PathBuf,
    #[cfg(target_os = "linux")]
    opened: File,
}

impl Folder {
    fn open(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: root.to_owned(),
            #[cfg(target_os = "linux")]
            opened: File::open(root)?,
        })
    }

    /// Opens what was seen to be a file. It may be something else by now.
    fn file(&self, path: &Path) -> Result<File, ExtractError> {
        let there = fs::symlink_metadata(self.root.join(path)).map_err(unreadable)?;
        if there.is_symlink() {
            return Err(ExtractError::Link);
        }
        if !there.is_file() {
            return Err(ExtractError::NotAFile);
        }
        self.open_beneath(path).map_err(unreadable)
    }

    /// The system itself sees to it that no link leads out, even one that was put there just now.
    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        // Without waiting, should it be a pipe by now.
        let how = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
        let within = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match openat2(&self.opened, path, how, Mode::empty(), within) {
            Ok(file) => Ok(file.into()),
            // Linux before 5.6.
            Err(Errno::NOSYS) => File::open(self.root.join(path)),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, path: &Path) -> io::Result<File> {
        File::open(self.root.join(path))
    }
}

fn unreadable(error: io::Error) -> ExtractError {
    ExtractError::Unreadable { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use meanwhile_extract::{Document, Limits, read};

    const YES: &dyn Fn() -> bool = &|| true;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    fn document(file: Vec<u8>) -> Document {
        read(file, &Limits::default()).unwrap()
    }

    fn labels(document: &Document) -> Vec<&str> {
        document.parts.iter().map(|part| part.label.as_str()).collect()
    }

    #[test]
    fn a_folder_that_becomes_a_link_after_it_was_seen_leads_nowhere() {
        let outside = folder(&[("a.txt", b"secret")]);
        let folder = folder(&[("deep/a.txt", b"a"), ("kept.txt", b"kept")]);
        let root = folder.path().canonicalize().unwrap();
        let found = walk(&root, YES).unwrap();
        fs::remove_dir_all(root.join("deep")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.join("deep")).unwrap();
        let document = document(pack(&root, found, YES).unwrap());
        if cfg!(target_os = "linux") {
            assert_eq!(labels(&document), ["file kept.txt"]);
            assert_eq!(document.left_out[0].path, "deep/a.txt");
        }
    }

    #[test]
    fn a_file_that_is_gone_when_it_is_to_be_read_takes_nothing_from_the_others() {
        let folder = folder(&[("a.txt", b"a"), ("b.txt", b"b")]);
        let root = folder.path().canonicalize().unwrap();
        let found = walk(&root, YES).unwrap();
        fs::remove_file(root.join("a.txt")).unwrap();
        let document = document(pack(&root, found, YES).unwrap());
        assert_eq!(labels(&document), ["file b.txt"]);
        let [left_out] = &document.left_out[..] else { panic!("{:?}", document.left_out) };
        assert_eq!(left_out.path, "a.txt");
        assert!(matches!(left_out.why, ExtractError::Unreadable { .. }));
    }

    #[test]
    fn a_file_that_is_never_as_long_as_it_says_is_left_out() {
        // What the system makes up when it is read says that it has 4,096 bytes, and has a few.
        let Ok(file) = File::open("/sys/kernel/mm/transparent_hugepage/enabled") else { return };
        assert_eq!(bytes_of(file), Err(ExtractError::Changed));
    }
}
