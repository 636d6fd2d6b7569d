//! The words of a notice. Pure: a task and its outcome in, two short plain lines out.

use super::{Outcome, Task, TaskError, Timestamp, one_line};
use std::time::Duration;

/// Characters of a notice's title. Source: reference/ux, what every OS shows without cutting.
const TITLE: usize = 60;
/// Characters of a notice's body.
const BODY: usize = 180;

/// Title and body for an outcome.
pub fn compose(
    task: &Task,
    outcome: Outcome,
    error: Option<&TaskError>,
    text: &str,
    now: Timestamp,
) -> (String, String) {
    let word = match outcome {
        Outcome::Done => "Done",
        Outcome::Failed => "Failed",
        Outcome::NeedsYou => "Needs you",
        Outcome::Cancelled => "Stopped",
    };
    let body = match (outcome, error) {
        (Outcome::Done, _) => {
            let took = duration(now.since(task.started_at.unwrap_or(task.created_at)));
            let first = one_line(&first_sentence(text), BODY.saturating_sub(took.len() + 2));
            format!("{first} {took}")
        }
        (_, Some(error)) => one_line(&format!("{} {}", error.message, error.hint), BODY),
        (_, None) => "Stopped by you.".to_owned(),
    };
    (one_line(&format!("{word}: {}", task.title), TITLE), body.trim().to_owned())
}

/// The first sentence of the first line that reads like prose; marks of markdown are dropped.
fn first_sentence(text: &str) -> String {
    let mut in_code = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
            continue;
        }
        let plain: String = line
            .trim_start_matches(['#', '>', '-', '*', '+', ' '])
            .chars()
            .filter(|c| !"*`_".contains(*c))
            .collect();
        if in_code || plain.is_empty() || line.starts_with('|') {
            continue;
        }
        let end = plain.find(". ").map_or(plain.len(), |at| at + 1);
        return plain[..end].to_owned();
    }
    String::new()
}

fn duration(took: Duration) -> String {
    match took.as_secs() {
        0 => "Under a second.".to_owned(),
        s @ 1..=59 => format!("{s} s."),
        s @ 60..=3599 => format!("{} m {} s.", s / 60, s % 60),
        s => format!("{} h {} m.", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_taken_from_prose_and_not_from_headings_marks_or_code() {
        assert_eq!(
            first_sentence("```rust\nfn main() {}\n```\n\n**Nordkai** is the cheapest. And more."),
            "Nordkai is the cheapest."
        );
    }
}
