//! Reads source files far enough to see what they refer to. No parser: comments and strings are blanked, words remain.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// As it stands in the file.
    pub text: String,
    /// Without comments.
    pub quoted: String,
    /// Without comments and without what stands in quotes.
    pub code: String,
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `folder` whose name ends in one of `endings`, generated ones left out.
pub fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), folder, endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, path: &str, endings: &[&str], found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{path}: {error}")) {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{path}/{name}");
        if entry.file_type().unwrap().is_dir() {
            if !["node_modules", "dist", "generated", "target"].contains(&name.as_str()) {
                collect(&entry.path(), &path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(Source::new(&path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

impl Source {
    pub fn new(path: &str, text: String) -> Self {
        let rust = path.ends_with(".rs");
        let (quoted, code) = (blank(&text, rust, false), blank(&text, rust, true));
        Self { path: path.to_owned(), text, quoted, code }
    }

    /// `path:line` of a byte offset.
    pub fn at(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.text[..offset].matches('\n').count() + 1)
    }

    /// Where `needle` stands in `text`, which is one of this file's texts.
    pub fn places(&self, text: &str, needle: &str) -> Vec<String> {
        text.match_indices(needle).map(|(offset, _)| self.at(offset)).collect()
    }

    /// Every word of the code with its offset.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        words(&self.code)
    }

    /// The modules on the path to this file inside its crate: `engine/attempt.rs` is `engine`, `attempt`.
    pub fn module(&self) -> Vec<&str> {
        let inside = self.path.split_once("/src/").map_or("", |(_, inside)| inside);
        let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
        inside.split('/').filter(|name| !["lib", "main", ""].contains(name)).collect()
    }

    /// The first name after `crate::`, or after enough `super::` to be at the crate's root, of every path; with its offset.
    pub fn roots(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let depth = self.module().len();
        for (offset, word) in self.words() {
            let before = self.code[..offset].trim_end();
            let rest = &self.code[offset + word.len()..];
            if before.ends_with("::") || !rest.starts_with("::") {
                continue;
            }
            let rest = match word {
                "crate" => &rest[2..],
                "super" => {
                    let chain = rest.len() - rest.trim_start_matches("::super").len();
                    if chain / "::super".len() + 1 < depth {
                        continue;
                    }
                    rest[chain..].strip_prefix("::").unwrap_or_default()
                }
                _ => continue,
            };
            found.extend(first_names(rest).into_iter().map(|name| (offset, name)));
        }
        found
    }

    /// `(offset, import type?, specifier)` of every import and re-export of a TypeScript file.
    pub fn imports(&self) -> Vec<(usize, bool, String)> {
        let mut found = Vec::new();
        for (offset, word) in words(&self.quoted) {
            let rest = self.quoted[offset + word.len()..].trim_start_matches([' ', '(']);
            let is_import = word == "from" || word == "import";
            let Some(quote) = rest.chars().next().filter(|first| is_import && ['"', '\''].contains(first))
            else {
                continue;
            };
            let specifier: String = rest[1..].chars().take_while(|&letter| letter != quote).collect();
            let before = &self.quoted[..offset];
            let start = before.rfind("import ").max(before.rfind("export ")).unwrap_or(0);
            let is_type = word == "from" && before[start..].split_whitespace().nth(1) == Some("type");
            found.push((offset, is_type, specifier));
        }
        found
    }
}

/// The names a `use` tree begins with: of `{model::{A, B}, Core}` they are `model` and `Core`.
fn first_names(tree: &str) -> Vec<String> {
    let Some(group) = tree.trim_start().strip_prefix('{') else {
        return words(tree)
            .next()
            .filter(|&(offset, _)| offset == 0)
            .map(|(_, name)| name.to_owned())
            .into_iter()
            .collect();
    };
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0, true);
    let mut offset = 0;
    while let Some(letter) = group[offset..].chars().next() {
        let step = letter.len_utf8();
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && !letter.is_whitespace() => {
                names.extend(words(&group[offset..]).next().map(|(_, name)| name.to_owned()));
                fresh = false;
            }
            _ => {}
        }
        offset += step;
    }
    names
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.split(move |letter| !is_part(letter))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// The same text, byte for byte as long, with blanks for comments and, if `strings`, for what stands in quotes.
fn blank(text: &str, rust: bool, strings: bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (length, is_comment) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), true)
        } else {
            let after_word = kept.ends_with(|before: char| before.is_alphanumeric() || before == '_');
            (string_length(rest, rust, after_word), false)
        };
        if length == 0 {
            kept.push(letter);
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let (piece, after) = rest.split_at(length);
        if is_comment || strings {
            kept.extend(piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            kept.push_str(piece);
        }
        rest = after;
    }
    kept
}

/// Bytes of the string or character that begins here; 0 when none does.
fn string_length(text: &str, rust: bool, after_word: bool) -> usize {
    if rust && !after_word && text.starts_with('r') {
        let hashes = text[1..].bytes().take_while(|&byte| byte == b'#').count();
        if text[1 + hashes..].starts_with('"') {
            let (open, end) = (2 + hashes, format!("\"{}", "#".repeat(hashes)));
            return text[open..].find(&end).map_or(text.len(), |at| open + at + end.len());
        }
    }
    let quote = match text.chars().next() {
        Some('"') => '"',
        Some('\'') if !rust || is_character(text) => '\'',
        Some('`') if !rust => '`',
        _ => return 0,
    };
    let mut escaped = false;
    for (offset, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // An apostrophe in the text of a page.
            '\n' if quote == '\'' => return 0,
            _ if letter == quote => return offset + 1,
            _ => {}
        }
    }
    0
}

/// Whether a Rust `'` opens a character and not a lifetime.
fn is_character(text: &str) -> bool {
    let mut letters = text.chars().skip(1);
    matches!((letters.next(), letters.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}
