//! Going through a folder, from its held handle on, as git would: what is ignored is seen, and not gone into.

use super::place::is_git;
use super::{Place, open_plain};
use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Metadata};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::ffi::OsStr;
use std::io::{self, Read as _};

/// Folders in one another.
const DEPTH: usize = 64;

/// Bytes of a list of what to ignore.
const RULES: u64 = 1 << 20;

/// What is seen on the way.
pub(crate) enum Seen<'a> {
    /// A file.
    File(&'a Metadata),
    /// A link, which is not followed.
    Link,
    /// A folder, which is gone into next unless it is too deep.
    Folder,
    /// What rules say not to look at. A folder is not gone into.
    Ignored(&'a Metadata),
    /// What git keeps, which is not gone into.
    Git,
    /// What is not gone into or cannot be, and why.
    LeftOut(&'static str),
}

/// No more is wanted.
#[derive(Debug)]
pub(crate) struct Stop;

/// Where the rules of a folder come from: the folder's path with `/` at its end, empty for the first, its handle, and the name
/// of the list. `None` for no rules.
pub(crate) type Rules<'a> = &'a dyn Fn(&str, &Dir, &str) -> Option<String>;

/// Told of each thing with its path from the folder on, the folder it is in and its name there.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(&str, Seen<'_>, &Dir, &OsStr) -> Result<(), Stop>;

/// How to go through.
pub(crate) struct Walk<'a> {
    /// Levels below the beginning.
    pub depth: usize,
    /// Whether lists of what to ignore count.
    pub rules: Rules<'a>,
}

impl Walk<'_> {
    /// Goes through everything below `start`, in the order of the names.
    ///
    /// # Errors
    /// Only of `start` itself. What fails further below is told as left out.
    pub fn go(&self, root: &Dir, start: &Place, visit: Visit<'_>) -> io::Result<()> {
        let mut stack = vec![self.lists("", root)];
        let mut prefix = String::new();
        if let Some((folders, last)) = start.split() {
            let mut at = root.try_clone()?;
            for name in folders.iter().map(String::as_str).chain([last]) {
                prefix = format!("{prefix}{name}/");
                // Links within the folder may be looked behind; they are opened from the root on, so none leads out.
                at = root.open_dir(prefix.trim_end_matches('/'))?;
                stack.push(self.lists(&prefix, &at));
            }
            let _ = self.folder(&at, &prefix, self.depth, &mut stack, visit);
        } else {
            let _ = self.folder(root, &prefix, self.depth, &mut stack, visit);
        }
        Ok(())
    }

    fn folder(
        &self,
        dir: &Dir,
        prefix: &str,
        depth: usize,
        stack: &mut Vec<Gitignore>,
        visit: Visit<'_>,
    ) -> Result<(), Stop> {
        let names = dir.entries().and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()
        });
        let Ok(mut names) = names else {
            return visit(
                prefix.trim_end_matches('/'),
                Seen::LeftOut("cannot be read"),
                dir,
                OsStr::new("."),
            );
        };
        names.sort_unstable();
        for name in &names {
            let path = format!("{prefix}{}", name.to_string_lossy());
            let Ok(found) = dir.symlink_metadata(name) else { continue };
            if is_git(name) {
                visit(&path, Seen::Git, dir, name)?;
                continue;
            }
            if name.to_str().is_none() {
                visit(&path, Seen::LeftOut("its name is no text"), dir, name)?;
                continue;
            }
            if is_ignored(stack, &path, found.is_dir()) {
                visit(&path, Seen::Ignored(&found), dir, name)?;
            } else if found.is_symlink() {
                visit(&path, Seen::Link, dir, name)?;
            } else if found.is_file() {
                visit(&path, Seen::File(&found), dir, name)?;
            } else if !found.is_dir() {
                visit(&path, Seen::LeftOut("a device, pipe or socket"), dir, name)?;
            } else if stack.len() > DEPTH {
                visit(&path, Seen::LeftOut("too many folders in one another"), dir, name)?;
            } else {
                visit(&path, Seen::Folder, dir, name)?;
                if depth > 1 {
                    let Ok(below) = dir.open_dir_nofollow(name) else {
                        visit(&path, Seen::LeftOut("cannot be read"), dir, name)?;
                        continue;
                    };
                    let prefix = format!("{path}/");
                    stack.push(self.lists(&prefix, &below));
                    let stopped = self.folder(&below, &prefix, depth - 1, stack, visit);
                    stack.pop();
                    stopped?;
                }
            }
        }
        Ok(())
    }

    /// The rules of one folder. A line that makes no sense counts for nothing, as with git.
    fn lists(&self, prefix: &str, dir: &Dir) -> Gitignore {
        let mut builder = GitignoreBuilder::new(prefix.trim_end_matches('/'));
        let exclude = prefix.is_empty().then_some(".git/info/exclude");
        // Later ones win.
        for name in exclude.into_iter().chain([".gitignore", ".ignore"]) {
            for line in (self.rules)(prefix, dir, name).iter().flat_map(|list| list.lines()) {
                let _ = builder.add_line(None, line);
            }
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }
}

/// What the nearest folder says that says anything.
fn is_ignored(stack: &[Gitignore], path: &str, is_folder: bool) -> bool {
    for rules in stack.iter().rev().filter(|rules| !rules.is_empty()) {
        match rules.matched(path, is_folder) {
            Match::Ignore(_) => return true,
            Match::Whitelist(_) => return false,
            Match::None => {}
        }
    }
    false
}

/// The rules that stand in a folder now. What is no plain file, or far too long, is no list.
pub(crate) fn rules_on_disk(_: &str, dir: &Dir, name: &str) -> Option<String> {
    let file = open_plain(dir, OsStr::new(name)).ok()?;
    let mut list = Vec::new();
    file.take(RULES + 1).read_to_end(&mut list).ok()?;
    (list.len() as u64 <= RULES).then(|| String::from_utf8_lossy(&list).into_owned())
}
