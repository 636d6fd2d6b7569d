//! The answers that are streamed.

use meanwhile_support::model_server::{Gate, Step, pause, stop, text, wait};
use std::time::Duration;

/// 60 KB of an answer as models write them: headings, lists, tables, formulas, and code in several languages.
pub const TEXT: &str = include_str!("../../fixtures/answer-60k.md");

/// Bytes of a token: what a model's token has in English text. One token is one event of the stream.
///
/// With it 60 KB at 2,000 tokens a second take 7.5 s, the time the references were measured in.
pub const TOKEN_BYTES: usize = 4;

/// Silence before the first token of an answer that is [`paced`], in milliseconds: the page comes to rest after the
/// sending.
pub const SILENCE_MS: u64 = 2_000;

/// The model that sends the whole answer as fast as it is taken.
pub fn at_once() -> String {
    "sim-file.answer-b400".to_owned()
}

/// The model that sends the answer, `rate` tokens a second.
pub fn paced(rate: u64) -> String {
    format!("sim-file.answer-b{TOKEN_BYTES}-r{rate}-t{SILENCE_MS}")
}

/// The first `bytes` at once, then nothing until `gate` is open, then the next `more` in tokens, `group` of them every
/// `every`; after a quarter of those nothing until `quarter` is open. The text is the answer again and again.
pub fn continued(
    bytes: usize,
    gate: &Gate,
    more: usize,
    group: usize,
    every: Duration,
    quarter: Option<&Gate>,
) -> Vec<Step> {
    let whole = TEXT.repeat((bytes + more) / TEXT.len() + 1);
    let end = whole.floor_char_boundary(bytes);
    let mut steps: Vec<Step> = pieces(&whole[..end], 8_192).map(text).collect();
    steps.push(wait(gate));
    let after = &whole[end..whole.floor_char_boundary(end + more)];
    for (number, token) in pieces(after, TOKEN_BYTES).enumerate() {
        if number == more / TOKEN_BYTES / 4 {
            steps.extend(quarter.map(wait));
        }
        steps.push(text(token));
        if number % group == group - 1 {
            steps.push(pause(every));
        }
    }
    steps.push(stop());
    steps
}

/// The text in pieces of at most `bytes`, none of which splits a character.
fn pieces(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        // A character may be longer than a token.
        let first = rest.chars().next()?.len_utf8();
        let (piece, after) = rest.split_at(rest.floor_char_boundary(bytes.min(rest.len())).max(first));
        rest = after;
        Some(piece)
    })
}
