//! Where something stands.

use crate::call::Search;
use crate::limits::Limits;
use crate::run::Done;
use crate::text::{count, is_binary, short};
use crate::workspace::{Place, Seen, Stop, Walk, all_of, open_plain, rules_on_disk};
use crate::{ToolError, Workspace};
use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};
use std::time::Instant;

/// Lines that are answered.
const MOST: usize = 500;

/// Letters of a line that are answered.
const WIDTH: usize = 300;

/// Bytes of a line that are searched. Source: what is longer was written by a program, and time grows with it.
const SEARCHED: usize = 64 << 10;

/// Bytes of a regular expression that was made ready; the time for a letter grows with it.
const PATTERN: usize = 2 << 20;

/// What is looked for, and where.
pub(crate) struct Finder {
    place: Place,
    words: Regex,
    glob: Option<GlobMatcher>,
}

impl Finder {
    /// Reads the arguments of a search.
    pub fn new(workspace: &Workspace, call: &Search) -> Result<Self, ToolError> {
        let wrong = |error: &dyn ToString| ToolError::Arguments(short(&error.to_string(), 400));
        let pattern = match (&call.text, &call.regex) {
            (Some(text), None) if !text.is_empty() => regex::escape(text),
            (None, Some(regex)) if !regex.is_empty() => regex.clone(),
            _ => return Err(ToolError::Arguments("say either `text` or `regex`".to_owned())),
        };
        let words = RegexBuilder::new(&pattern)
            .size_limit(PATTERN)
            .dfa_size_limit(PATTERN)
            .build()
            .map_err(|error| wrong(&error))?;
        let glob = |glob: &String| {
            // `*.rs` means the files in all folders, as with git.
            let anywhere = if glob.contains('/') { glob.clone() } else { format!("**/{glob}") };
            let built = GlobBuilder::new(anywhere.trim_start_matches("./")).literal_separator(true).build();
            built.map(|glob| glob.compile_matcher()).map_err(|error| wrong(&error))
        };
        Ok(Self {
            place: workspace.readable(call.path.as_deref().unwrap_or("."))?,
            words,
            glob: call.glob.as_ref().map(glob).transpose()?,
        })
    }
}

/// Looks through the files.
pub(crate) fn search(
    workspace: &Workspace,
    call: &Search,
    limits: &Limits,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Done, ToolError> {
    let finder = Finder::new(workspace, call)?;
    let began = Instant::now();
    let is_late = || !is_wanted() || began.elapsed() > limits.search_time;
    let mut found = Found::default();
    let failed = |error: std::io::Error| ToolError::at(finder.place.name(), &error);
    if !finder.place.is_root() && workspace.dir().metadata(finder.place.path()).map_err(failed)?.is_file() {
        let bytes = workspace.bytes(&finder.place, limits.file_bytes)?;
        let _ = found.look(finder.place.name(), &bytes, &finder.words, &is_late);
    } else {
        let walk = Walk { depth: usize::MAX, rules: &rules_on_disk };
        let walked = walk.go(workspace.dir(), &finder.place, &mut |path, seen, dir, name| {
            if is_late() {
                found.is_late = true;
                return Err(Stop);
            }
            if !matches!(seen, Seen::File(_)) || finder.glob.as_ref().is_some_and(|glob| !glob.is_match(path))
            {
                return Ok(());
            }
            match open_plain(dir, name).ok().map(|file| all_of(file, path, limits.file_bytes)) {
                Some(Ok(bytes)) => found.look(path, &bytes, &finder.words, &is_late),
                _ => {
                    found.unread += 1;
                    Ok(())
                }
            }
        });
        walked.map_err(failed)?;
    }
    Ok(found.done())
}

#[derive(Default)]
struct Found {
    lines: Vec<String>,
    files: usize,
    looked: usize,
    unread: usize,
    long: usize,
    is_full: bool,
    is_late: bool,
}

impl Found {
    fn look(
        &mut self,
        path: &str,
        bytes: &[u8],
        words: &Regex,
        is_late: &dyn Fn() -> bool,
    ) -> Result<(), Stop> {
        self.looked += 1;
        if is_binary(bytes) {
            return Ok(());
        }
        let text = String::from_utf8_lossy(bytes);
        let before = self.lines.len();
        for (at, line) in text.lines().enumerate() {
            if is_late() {
                self.is_late = true;
                break;
            }
            let searched = &line[..line.floor_char_boundary(SEARCHED)];
            self.long += usize::from(searched.len() < line.len());
            if !words.is_match(searched) {
                continue;
            }
            if self.lines.len() == MOST {
                self.is_full = true;
                break;
            }
            self.lines.push(format!("{}:{}: {}", short(path, WIDTH), at + 1, short(line.trim_end(), WIDTH)));
        }
        self.files += usize::from(self.lines.len() > before);
        if self.is_full || self.is_late { Err(Stop) } else { Ok(()) }
    }

    fn done(self) -> Done {
        let fact = match self.lines.len() {
            0 => "no match".to_owned(),
            lines => format!("{} in {}", count(lines, "match"), count(self.files, "file")),
        };
        let mut text = self.lines.join("\n");
        if text.is_empty() {
            text = format!("nothing found in {}", count(self.looked, "file"));
        }
        if self.is_full {
            text.push_str(&format!("\n\nthere are more than {MOST} lines: look for less"));
        }
        if self.is_late {
            text.push_str("\n\nnot all was looked through: it took too long");
        }
        if self.long > 0 {
            let most = SEARCHED >> 10;
            text.push_str(&format!(
                "\n\nof {} only the first {most} KiB were searched",
                count(self.long, "long line")
            ));
        }
        if self.unread > 0 {
            text.push_str(&format!("\n\n{} too large or not readable", count(self.unread, "file")));
        }
        Done { text, fact, is_error: false }
    }
}
