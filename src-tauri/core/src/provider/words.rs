//! What a server said, made fit to be shown: plain, short, and without the key.

use crate::secrets::Access;
use serde_json::Value;

/// The longest message of a server that is passed on, in characters.
const MESSAGE_CHARS: usize = 300;
/// The longest piece of a page that is quoted, in characters.
const QUOTE_CHARS: usize = 120;

/// A message of the provider: one line, no query strings, no secret, at most 300 characters.
pub(super) fn message(text: &str, access: &Access) -> String {
    let text = access.hide_in(text);
    let words: Vec<&str> = text.split_whitespace().map(without_query).collect();
    shorten(&without_controls(&words.join(" ")), MESSAGE_CHARS)
}

/// The beginning of a body that is not for us, as plain words; empty when it has none.
pub(super) fn quote(body: &[u8], access: &Access) -> String {
    if body.starts_with(&[0x1f, 0x8b]) {
        return "compressed bytes".to_owned();
    }
    let text = without_tags(&String::from_utf8_lossy(body));
    let text = ["&nbsp;", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]
        .into_iter()
        .zip([" ", "&", "<", ">", "\"", "'"])
        .fold(text, |text, (entity, plain)| text.replace(entity, plain));
    shorten(&message(&text, access), QUOTE_CHARS)
}

/// The message inside an error object of any of the usual forms.
pub(super) fn of_error(error: &Value) -> String {
    let inner = |name: &str| error.get(name).and_then(Value::as_str);
    error.as_str().or_else(|| inner("message")).or_else(|| inner("detail")).unwrap_or_default().to_owned()
}

fn without_query(word: &str) -> &str {
    match word.split_once('?') {
        Some((address, _)) if address.contains("://") => address,
        _ => word,
    }
}

fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn without_tags(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        text.push(' ');
        let tag = &rest[open..];
        rest = past(tag, ["<script", "<style", "<!--"], ["</script>", "</style>", "-->"]);
    }
    text.push_str(rest);
    text
}

/// What follows the tag at the start of `tag`, with its content when that is not text.
fn past<'a>(tag: &'a str, opens: [&str; 3], closes: [&str; 3]) -> &'a str {
    let close = opens
        .into_iter()
        .zip(closes)
        .find(|(open, _)| tag.get(..open.len()).is_some_and(|start| start.eq_ignore_ascii_case(open)))
        .map_or(">", |(_, close)| close);
    let end =
        tag.as_bytes().windows(close.len()).position(|bytes| bytes.eq_ignore_ascii_case(close.as_bytes()));
    end.and_then(|at| tag.get(at + close.len()..)).unwrap_or_default()
}

fn shorten(text: &str, limit: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
