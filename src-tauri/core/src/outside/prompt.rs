//! What a program is told: the prompt, and when it begins anew what was said and done before.

use crate::model::{GO_ON, PERMISSION, Role, START_PROGRAM, Said, SaidCall, THEY_SAY};
use crate::provider::CompletionRequest;

/// Bytes of what was said and done before; the newest of it counts most.
const BEFORE: usize = 64 << 10;

/// Everything that its user said, in one text that only grows.
pub(super) fn said_by_user(messages: &[Said]) -> String {
    let said = messages.iter().filter(|said| said.role == Role::User && said.text != GO_ON);
    said.map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// What a program that knows nothing yet is told. `start` goes with the call that allowed its start.
pub(super) fn whole(request: &CompletionRequest, start: &str, is_again: bool) -> String {
    let messages = &request.messages;
    let is_start = |said: &Said| said.calls.iter().any(|call| call.opaque.as_deref() == Some(start));
    let began = messages.iter().position(is_start).unwrap_or(messages.len());
    let (before, since) = messages.split_at(began);
    let prompt = before.iter().rposition(|said| said.role == Role::User).unwrap_or_default();
    let (earlier, now) = before.split_at(prompt);
    let mut parts = Vec::new();
    if !request.system.is_empty() {
        parts.push(request.system.clone());
    }
    if !earlier.is_empty() {
        parts.push(format!("This was said before:\n\n{}", shortened(told(earlier))));
    }
    parts.extend(now.iter().filter(|said| said.role == Role::User).map(|said| said.text.clone()));
    let done = shortened(told(since));
    if is_again || !done.is_empty() {
        let mut words = "You worked on this before, and were cut off. Look at what is there before you go on, and do not do \
                         again what is done."
            .to_owned();
        if !done.is_empty() {
            words = format!("{words} This is what you said and did, as far as it is known:\n\n{done}");
        }
        parts.push(words);
    }
    parts.join("\n\n")
}

/// The words with which a user said no, to be told on.
pub(super) fn words_of(call: &SaidCall) -> Option<String> {
    call.result.contains(THEY_SAY).then(|| format!("About {}: {}", title(call), call.result))
}

/// A line of a plan without the count at its end, as in `Mend the notes (3 of 12)` or `Mend the notes (3/12)`.
pub(super) fn counted(label: &str) -> (&str, Option<(u64, u64)>) {
    let counted = || {
        let (words, count) = label.trim_end().strip_suffix(')')?.rsplit_once('(')?;
        let (done, total) = count.split_once(" of ").or_else(|| count.split_once('/'))?;
        let (done, total): (u64, u64) = (done.trim().parse().ok()?, total.trim().parse().ok()?);
        (done <= total && total > 0).then_some((words.trim_end(), Some((done, total))))
    };
    counted().unwrap_or((label, None))
}

fn told(messages: &[Said]) -> String {
    let mut lines = Vec::new();
    for said in messages.iter().filter(|said| said.text != GO_ON) {
        let who = if said.role == Role::User { "The user" } else { "You" };
        if !said.text.trim().is_empty() {
            lines.push(format!("{who}: {}", said.text.trim()));
        }
        for call in said.calls.iter().filter(|call| call.tool != START_PROGRAM) {
            lines.push(match (call.tool.as_str(), call.is_error) {
                (PERMISSION, false) => {
                    format!("- You asked, and were allowed to, and may have done this: {}", title(call))
                }
                (PERMISSION, true) => {
                    format!("- You asked for this, and it was not done: {}. {}", title(call), call.result)
                }
                (_, false) => format!("- You did this: {}", title(call)),
                (_, true) => format!("- This did not work: {}", title(call)),
            });
        }
    }
    lines.join("\n")
}

fn title(call: &SaidCall) -> String {
    let arguments: serde_json::Value = serde_json::from_str(&call.arguments).unwrap_or_default();
    arguments.get("title").and_then(serde_json::Value::as_str).unwrap_or(&call.tool).to_owned()
}

fn shortened(text: String) -> String {
    match text.len() > BEFORE {
        true => format!("[...]\n{}", &text[text.ceil_char_boundary(text.len() - BEFORE)..]),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_at_the_end_of_a_line_is_a_count() {
        assert_eq!(counted("Mend the notes (3 of 12)"), ("Mend the notes", Some((3, 12))));
        assert_eq!(counted("Mend the notes (3/12) "), ("Mend the notes", Some((3, 12))));
        for plain in ["Mend the notes", "Mend (all)", "Mend (5 of 3)", "Mend (0/0)", ")(", ""] {
            assert_eq!(counted(plain), (plain, None));
        }
    }
}
