//! Colours for code: five classes, line by line.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::{Class, Node};

/// Longest line that is coloured, in bytes.
pub const MAX_PAINTED_LINE: usize = 4_000;

/// How much of one code block is coloured, in bytes; what follows stays plain.
pub const MAX_PAINTED_BYTES: usize = 512 * 1_024;

/// Loads the languages, for an idle thread: about 4 ms and 4 MiB.
///
/// The rules of one language are compiled when its first line comes, by Oniguruma: 2 to 10 ms and about 1 MiB for each
/// language, measured. The matcher in Rust that the library offers instead takes 45 to 120 ms and 5 to 20 MiB.
pub fn warm() {
    if let Some(mut painter) = Painter::new("json") {
        let _ = painter.line("{}\n");
    }
}

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What a scope says about colour, most telling first.
static COLOURS: LazyLock<Vec<(Scope, Colour)>> = LazyLock::new(|| {
    [
        ("comment", Colour::Class(Class::Comment)),
        // Code inside a string, such as `${…}`, has the colours of code.
        ("meta.interpolation", Colour::Plain),
        ("meta.template.expression", Colour::Plain),
        ("source", Colour::Plain),
        ("string", Colour::Class(Class::String)),
        ("constant.numeric", Colour::Class(Class::Number)),
        ("constant.language", Colour::Class(Class::Keyword)),
        ("constant.character", Colour::Class(Class::String)),
        ("keyword", Colour::Word),
        ("storage", Colour::Word),
        ("variable.language", Colour::Class(Class::Keyword)),
        ("variable.function", Colour::Class(Class::Name)),
        ("entity.name", Colour::Class(Class::Name)),
        ("entity.other", Colour::Class(Class::Name)),
        ("support", Colour::Class(Class::Name)),
        ("markup.heading", Colour::Class(Class::Name)),
        ("markup.inserted", Colour::Class(Class::String)),
        ("markup.deleted", Colour::Class(Class::Keyword)),
    ]
    .into_iter()
    .filter_map(|(name, colour)| Some((Scope::new(name).ok()?, colour)))
    .collect()
});

#[derive(Clone, Copy)]
enum Colour {
    Plain,
    Class(Class),
    /// A keyword if it is a word; a sign such as `=` looks like what is around it.
    Word,
}

/// Colours the lines of one code block, in order.
#[derive(Debug, Clone)]
pub(crate) struct Painter {
    state: ParseState,
    scopes: ScopeStack,
}

impl Painter {
    /// `None` for a language we do not know.
    pub(crate) fn new(lang: &str) -> Option<Self> {
        let state = ParseState::new(find(lang)?);
        Some(Self { state, scopes: ScopeStack::new() })
    }

    /// The nodes of the next line, which ends with its line feed; `None` when the language cannot go on.
    pub(crate) fn line(&mut self, line: &str) -> Option<Vec<Node>> {
        let text = line.trim_end_matches('\n');
        if line.len() > MAX_PAINTED_LINE {
            return Some(plain(text));
        }
        let ops = self.state.parse_line(line, &SYNTAXES).ok()?;
        let mut nodes = Vec::new();
        let mut from = 0;
        for (to, op) in ops {
            let to = to.min(text.len());
            push(&mut nodes, text.get(from..to)?, &self.scopes);
            from = to;
            self.scopes.apply(&op).ok()?;
        }
        push(&mut nodes, text.get(from..)?, &self.scopes);
        Some(nodes)
    }
}

/// A line without colours.
pub(crate) fn plain(text: &str) -> Vec<Node> {
    if text.is_empty() { Vec::new() } else { vec![Node::text(text)] }
}

/// The language named by the info string of a fence: its first word, in small letters, without decoration.
pub(crate) fn lang(info: &str) -> String {
    let word = info.trim_start_matches(|c: char| c.is_whitespace() || "{.".contains(c));
    let word = word.strip_prefix("language-").unwrap_or(word);
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "+#_-.".contains(*c);
    word.chars().take_while(is_plain).take(32).collect::<String>().to_ascii_lowercase()
}

fn find(lang: &str) -> Option<&'static SyntaxReference> {
    let token = match lang {
        "" | "text" | "txt" | "plain" | "plaintext" | "output" => return None,
        // The grammar of TypeScript takes 39 ms and 6 MiB at its first line, that of JavaScript 7 ms and 1 MiB; measured.
        "jsx" | "tsx" | "ts" | "typescript" | "mts" | "cts" | "mjs" | "cjs" | "node" => "js",
        "shell" | "console" | "shell-session" | "terminal" | "ksh" => "bash",
        "python3" | "py3" | "ipython" => "python",
        "csharp" | "dotnet" => "cs",
        "golang" => "go",
        "docker" | "containerfile" => "dockerfile",
        "objc" => "objective-c",
        "jsonc" | "json5" | "ndjson" | "jsonl" => "json",
        "kts" => "kotlin",
        "postgresql" | "postgres" | "mysql" | "sqlite" | "plpgsql" => "sql",
        "svg" | "xhtml" => "xml",
        "cuda" => "cpp",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(token)
}

fn push(nodes: &mut Vec<Node>, piece: &str, scopes: &ScopeStack) {
    if piece.is_empty() {
        return;
    }
    match (class(piece, scopes), nodes.last_mut()) {
        (None, Some(Node::Text { text })) => text.push_str(piece),
        (None, _) => nodes.push(Node::text(piece)),
        (Some(class), Some(Node::Token { class: held, text })) if class == *held => text.push_str(piece),
        (Some(class), _) => nodes.push(Node::Token { class, text: piece.to_owned() }),
    }
}

/// The colour of a piece: the innermost scope that has an opinion decides.
fn class(piece: &str, scopes: &ScopeStack) -> Option<Class> {
    if piece.trim().is_empty() {
        return None;
    }
    let is_word = piece.trim().starts_with(|c: char| c.is_alphabetic() || c == '@');
    scopes.as_slice().iter().rev().find_map(|scope| {
        match COLOURS.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope))?.1 {
            Colour::Plain => Some(None),
            Colour::Class(class) => Some(Some(class)),
            Colour::Word => is_word.then_some(Some(Class::Keyword)),
        }
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paint(lang: &str, line: &str) -> Vec<(Option<Class>, String)> {
        let nodes = Painter::new(lang).unwrap().line(&format!("{line}\n")).unwrap();
        let piece = |node| match node {
            Node::Text { text } => (None, text),
            Node::Token { class, text } => (Some(class), text),
            other => panic!("{other:?}"),
        };
        nodes.into_iter().map(piece).collect()
    }

    #[test]
    fn code_has_five_colours() {
        let painted = paint("rust", r#"fn area(a: u8) -> f32 { let b = "x\n"; 12 } // note"#);
        for (class, text) in [
            (Some(Class::Keyword), "fn"),
            (Some(Class::Name), "area"),
            (Some(Class::Keyword), "let"),
            (Some(Class::String), r#""x\n""#),
            (Some(Class::Number), "12"),
            (Some(Class::Comment), "// note"),
        ] {
            assert!(painted.contains(&(class, text.to_owned())), "{text} in {painted:?}");
        }
    }

    #[test]
    fn code_inside_a_string_is_code() {
        let painted = paint("python", r#"x = f"a {len(b)} c""#);
        assert!(painted.contains(&(Some(Class::Name), "len".to_owned())), "{painted:?}");
        let painted = paint("javascript", "const a = /b+c/;");
        assert!(
            painted.contains(&(Some(Class::String), "/b+c/".to_owned())),
            "signs of a pattern belong to it: {painted:?}"
        );
    }

    #[test]
    fn the_language_is_the_first_word_of_the_fence() {
        for (info, is) in [
            ("rust", "rust"),
            ("Rust,ignore", "rust"),
            ("  python title=\"a.py\"", "python"),
            ("{.js}", "js"),
            ("language-c++", "c++"),
            ("<script>", ""),
            ("", ""),
        ] {
            assert_eq!(lang(info), is, "{info:?}");
        }
    }

    #[test]
    fn the_usual_languages_are_known() {
        for lang in "rust python py javascript js typescript ts tsx jsx bash sh shell zsh json jsonc yaml yml toml html \
                     css scss sql go java kotlin swift c cpp c++ csharp ruby php lua r dart scala haskell elixir \
                     dockerfile makefile diff xml markdown latex graphql nix vue svelte"
            .split_whitespace()
        {
            assert!(Painter::new(lang).is_some(), "{lang}");
        }
        assert!(Painter::new("text").is_none());
        assert!(Painter::new("nosuchlanguage").is_none());
    }
}
