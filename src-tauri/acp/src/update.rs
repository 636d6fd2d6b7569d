//! What stands in the messages of a program, read leniently: what is not understood is left out, never an error.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Steps of a program that are not over, of which something is remembered.
const REMEMBERED: usize = 64;
/// Bytes of what came of a step.
const RESULT: usize = 2 << 10;
/// Lines of a plan, and files that a step names.
const ENTRIES: usize = 100;

/// One line of a program's plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub label: String,
    /// How far.
    pub state: EntryState,
}

/// How far a line of a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// Not begun.
    Pending,
    /// Being done.
    Current,
    /// Done.
    Done,
}

/// A step that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What it was, in the program's words.
    pub title: String,
    /// Which kind: `read`, `edit`, `delete`, `move`, `search`, `execute`, `think`, `fetch`, `other`.
    pub kind: String,
    /// It did not work.
    pub is_failed: bool,
    /// What came of it, shortened.
    pub text: String,
}

/// A file as the program says it would change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Where, as an absolute path.
    pub path: String,
    /// What stands there, or the part of it that goes; `None` for a new file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What comes in its place.
    pub new: String,
}

/// What a program wants to do and asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Permission {
    /// What it is, in the program's words.
    pub title: String,
    /// Which kind of step.
    pub kind: String,
    /// The files it would change, as far as it says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<Diff>,
    /// Files it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// What else it says about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What its own tool gets.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub input: Value,
}

impl Permission {
    /// The command line, if it is about one and says it.
    pub fn command(&self) -> Option<String> {
        match self.input.get("command").or_else(|| self.input.get("cmd"))? {
            Value::String(line) => Some(line.clone()),
            Value::Array(words) => {
                let words: Option<Vec<&str>> = words.iter().map(Value::as_str).collect();
                Some(words?.join(" "))
            }
            _ => None,
        }
    }
}

/// A step as far as it was told.
#[derive(Clone, Debug, Default)]
struct Seen {
    id: String,
    said: Permission,
    result: String,
    is_asked: bool,
    is_refused: bool,
}

/// The steps that are not over, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    seen: Vec<Seen>,
}

impl Steps {
    /// Takes in what is told of a step. Gives it when it is over and nobody was asked about it, or it failed although it was allowed.
    pub fn told(&mut self, update: &Value) -> Option<Ending> {
        let place = self.merge(update)?;
        let is_failed = match text(update, "status") {
            "completed" => false,
            "failed" => true,
            _ => return None,
        };
        let seen = self.seen.remove(place);
        let is_its_own = !seen.is_asked || (is_failed && !seen.is_refused);
        is_its_own.then_some(Ending {
            title: seen.said.title,
            kind: seen.said.kind,
            is_failed,
            text: shortened(if seen.result.is_empty() { seen.said.text } else { seen.result }),
        })
    }

    /// What is asked for, with all that was told of it before.
    pub fn asked(&mut self, call: &Value) -> Permission {
        let Some(seen) = self.merge(call).and_then(|place| self.seen.get_mut(place)) else {
            return Permission::default();
        };
        seen.is_asked = true;
        seen.said.clone()
    }

    /// What this was asked for is not wanted: that it fails then is no news.
    pub fn refused(&mut self, id: &str) {
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.id == id) {
            seen.is_refused = true;
        }
    }

    fn merge(&mut self, told: &Value) -> Option<usize> {
        let id = text(told, "toolCallId");
        let place = self.seen.iter().position(|seen| seen.id == id).unwrap_or_else(|| {
            if self.seen.len() >= REMEMBERED {
                self.seen.remove(0);
            }
            let said = Permission { kind: "other".to_owned(), ..Permission::default() };
            self.seen.push(Seen { id: id.to_owned(), said, ..Seen::default() });
            self.seen.len() - 1
        });
        let seen = self.seen.get_mut(place)?;
        let said = &mut seen.said;
        for (field, kept) in [("title", &mut said.title), ("kind", &mut said.kind)] {
            if !text(told, field).is_empty() {
                *kept = text(told, field).to_owned();
            }
        }
        if let Some(input) = told.get("rawInput").filter(|input| !input.is_null()) {
            said.input = input.clone();
        }
        if let Some(locations) = told.get("locations").and_then(Value::as_array) {
            let paths =
                locations.iter().map(|it| text(it, "path").to_owned()).filter(|path| !path.is_empty());
            said.locations = paths.take(ENTRIES).collect();
        }
        if let Some(content) = told.get("content").and_then(Value::as_array) {
            said.diffs = content.iter().filter_map(diff).take(ENTRIES).collect();
            let words: Vec<&str> = content.iter().map(|it| words(it.get("content"))).collect();
            let words = words.join("\n").trim().to_owned();
            if matches!(text(told, "status"), "completed" | "failed") {
                seen.result = words;
            } else {
                said.text = words;
            }
        }
        Some(place)
    }
}

fn diff(content: &Value) -> Option<Diff> {
    if text(content, "type") != "diff" {
        return None;
    }
    let old = content.get("oldText").and_then(Value::as_str).map(str::to_owned);
    Some(Diff { path: text(content, "path").to_owned(), old, new: text(content, "newText").to_owned() })
}

/// The lines of a plan.
pub(crate) fn plan(update: &Value) -> Vec<Entry> {
    let entries = update.get("entries").and_then(Value::as_array);
    let entry = |entry: &Value| Entry {
        label: text(entry, "content").to_owned(),
        state: match text(entry, "status") {
            "completed" => EntryState::Done,
            "in_progress" => EntryState::Current,
            _ => EntryState::Pending,
        },
    };
    entries.into_iter().flatten().take(ENTRIES).map(entry).collect()
}

/// The words of a block; empty for a picture and the like.
pub(crate) fn words(block: Option<&Value>) -> &str {
    let Some(block) = block else { return "" };
    match text(block, "type") {
        "text" => text(block, "text"),
        "resource_link" => text(block, "uri"),
        _ => "",
    }
}

/// A field that is a text; empty when it is none.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn shortened(mut text: String) -> String {
    if text.len() > RESULT {
        text.truncate(text.floor_char_boundary(RESULT));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_asked_for_has_what_was_told_of_it_before() {
        let mut steps = Steps::default();
        let begun = json!({ "toolCallId": "1", "title": "Edit a.txt", "kind": "edit", "status": "pending",
            "content": [{ "type": "diff", "path": "/w/a.txt", "oldText": "a", "newText": "b" }], "rawInput": { "x": 1 } });
        assert_eq!(steps.told(&begun), None);
        let asked = steps.asked(&json!({ "toolCallId": "1", "title": null }));
        let diff = Diff { path: "/w/a.txt".to_owned(), old: Some("a".to_owned()), new: "b".to_owned() };
        assert_eq!(
            (asked.title.as_str(), asked.kind.as_str(), asked.diffs.as_slice()),
            ("Edit a.txt", "edit", [diff].as_slice())
        );
        assert_eq!(asked.input, json!({ "x": 1 }));
        let done = json!({ "toolCallId": "1", "status": "completed" });
        assert_eq!(steps.told(&done), None, "its row is that of the question");
        let failed = json!({ "toolCallId": "2", "title": "Edit b.txt", "status": "failed" });
        steps.asked(&json!({ "toolCallId": "2" }));
        assert!(steps.told(&failed).unwrap().is_failed, "it was allowed and did not work");
        steps.asked(&json!({ "toolCallId": "2" }));
        steps.refused("2");
        assert_eq!(steps.told(&failed), None);
    }

    #[test]
    fn a_step_that_nobody_was_asked_about_is_told_once_it_is_over() {
        let mut steps = Steps::default();
        assert_eq!(steps.told(&json!({ "toolCallId": "1", "title": "Read a.txt", "kind": "read" })), None);
        let text = json!([{ "type": "content", "content": { "type": "text", "text": "the heron" } }]);
        let done = steps.told(&json!({ "toolCallId": "1", "status": "completed", "content": text })).unwrap();
        assert_eq!(
            (done.title.as_str(), done.text.as_str(), done.is_failed),
            ("Read a.txt", "the heron", false)
        );
        for id in 0..1_000 {
            steps.told(&json!({ "toolCallId": id.to_string(), "title": "x" }));
        }
        assert_eq!(steps.seen.len(), REMEMBERED);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let mut steps = Steps::default();
        assert_eq!(steps.told(&json!({ "content": 4, "locations": {}, "title": [] })), None);
        assert_eq!(steps.asked(&json!(null)).kind, "other");
        assert_eq!(plan(&json!({ "entries": [7] })).len(), 1);
        assert_eq!(words(Some(&json!({ "type": "image" }))), "");
    }
}
