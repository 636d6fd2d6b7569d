//! The words of a notice. Pure: a task and its outcome in, two short plain lines out.

use super::{Notice, Outcome, Task, TaskError, Timestamp, one_line};
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
        Outcome::Nearly => "Near its cap",
        Outcome::Halfway => "Halfway",
        Outcome::Says => &format!("{} says", task.agent.as_deref().unwrap_or("It")),
        Outcome::Cancelled => "Stopped",
    };
    let body = match (outcome, error) {
        (Outcome::Says | Outcome::Halfway, _) => one_line(text, BODY),
        (Outcome::Done, _) => {
            let took = duration(task.worked(now));
            let first = one_line(&first_sentence(text), BODY.saturating_sub(took.len() + 2));
            format!("{first} {took}")
        }
        (_, Some(error)) => one_line(&format!("{} {}", error.message, error.hint), BODY),
        (_, None) => "Stopped by you.".to_owned(),
    };
    (one_line(&format!("{word}: {}", task.title), TITLE), body.trim().to_owned())
}

/// Title and body for several outcomes together: how many came to what, and their titles.
pub fn compose_several(notices: &[Notice]) -> (String, String) {
    let words = [
        (Outcome::Done, "done"),
        (Outcome::Failed, "failed"),
        (Outcome::NeedsYou, "need you"),
        (Outcome::Nearly, "near a cap"),
        (Outcome::Halfway, "halfway"),
        (Outcome::Says, "say something"),
        (Outcome::Cancelled, "stopped"),
    ];
    let count = |outcome| notices.iter().filter(|notice| notice.outcome == outcome).count();
    let counts: Vec<String> = words
        .into_iter()
        .map(|(outcome, word)| (count(outcome), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| {
            let word = match word {
                "need you" if count == 1 => "needs you",
                "say something" if count == 1 => "says something",
                word => word,
            };
            format!("{count} {word}")
        })
        .collect();
    let title = match notices {
        // One word for all needs no counting.
        [first, rest @ ..] if rest.iter().all(|notice| notice.outcome == first.outcome) => {
            match first.outcome {
                Outcome::Done => format!("{} tasks are done", notices.len()),
                Outcome::Failed => format!("{} tasks failed", notices.len()),
                Outcome::NeedsYou => format!("{} tasks need you", notices.len()),
                Outcome::Nearly => format!("{} tasks are near their cap", notices.len()),
                Outcome::Halfway => format!("{} tasks are halfway", notices.len()),
                Outcome::Says => format!("{} things are said by agents", notices.len()),
                Outcome::Cancelled => format!("{} tasks were stopped", notices.len()),
            }
        }
        _ => format!("{} tasks: {}", notices.len(), counts.join(", ")),
    };
    let titles: Vec<&str> = notices
        .iter()
        .map(|n| n.title.split_once(": ").map_or(n.title.as_str(), |(_, title)| title))
        .collect();
    (one_line(&title, TITLE), one_line(&titles.join(" · "), BODY))
}

/// The title of one notice for a user who wants nothing of it read by others.
pub fn hidden_title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "A task is done",
        Outcome::Failed => "A task failed",
        Outcome::NeedsYou => "A task needs you",
        Outcome::Nearly => "A task is near its cap",
        Outcome::Halfway => "A task is halfway",
        Outcome::Says => "An agent says something",
        Outcome::Cancelled => "A task was stopped",
    }
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
    fn several_outcomes_are_counted_by_what_they_came_to_and_named() {
        let notice = |outcome, title: &str| Notice {
            task_id: crate::model::TaskId::fresh(),
            conversation_id: crate::model::ConversationId::fresh(),
            outcome,
            title: title.to_owned(),
            body: String::new(),
            at: Timestamp::from_ms(0),
        };
        let all = [
            notice(Outcome::Done, "Done: Tides"),
            notice(Outcome::NeedsYou, "Needs you: Ferries: which one"),
            notice(Outcome::Done, "Done: Rain"),
        ];
        assert_eq!(
            compose_several(&all),
            ("3 tasks: 2 done, 1 needs you".to_owned(), "Tides · Ferries: which one · Rain".to_owned())
        );
        let [tides, _, rain] = all;
        assert_eq!(compose_several(&[tides, rain]).0, "2 tasks are done");
    }

    #[test]
    fn a_sentence_is_taken_from_prose_and_not_from_headings_marks_or_code() {
        assert_eq!(
            first_sentence("```rust\nfn main() {}\n```\n\n**Nordkai** is the cheapest. And more."),
            "Nordkai is the cheapest."
        );
    }
}
