//! A conversation out of Meanwhile's own JSON lines, with every branch. What is not known is passed over.

use super::form::{moment, text_of};
use crate::model::{Attachment, Imported, ImportedAnswer, ImportedTurn, ImportedVersion, Timestamp};
use serde_json::Value;
use std::collections::HashMap;

/// The newest form of the lines that is read here.
const VERSION: u64 = 1;
/// Branches that begin within each other; nobody edits deeper, and JSON does not hold much more.
const DEEPEST: usize = 20;

/// A conversation from its first line, which holds the other ones in `lines`.
///
/// # Errors
/// Why it was left out, as the words after a count.
pub fn conversation(value: &Value) -> Result<Imported, &'static str> {
    if value["version"].as_u64().is_some_and(|version| version > VERSION) {
        return Err("written by a newer Meanwhile; update this one first");
    }
    let id = text_of(&value["id"]).ok_or("without an id")?;
    let created_at = moment(&value["created_at"]).ok_or("without a date")?;
    let mut said = Said::default();
    for line in value["lines"].as_array().into_iter().flatten() {
        said.take(line, created_at);
    }
    let turns = said.turns(&said.first, 0);
    if turns.is_empty() {
        return Err("without a prompt");
    }
    Ok(Imported {
        source: Imported::source_of(id),
        title: text_of(&value["title"]).unwrap_or("Untitled").to_owned(),
        created_at,
        updated_at: moment(&value["updated_at"]).unwrap_or(created_at),
        turns,
    })
}

/// What was said, as prompts that follow each other.
#[derive(Default)]
struct Said<'a> {
    prompts: Vec<Prompt>,
    /// Where each is, by its id.
    places: HashMap<&'a str, usize>,
    /// The versions of the first prompt.
    first: Vec<usize>,
}

struct Prompt {
    text: String,
    at: Timestamp,
    is_shown: bool,
    /// Each answer, and whether it is shown.
    answers: Vec<(bool, ImportedAnswer)>,
    /// The versions of the prompt after it.
    next: Vec<usize>,
}

impl<'a> Said<'a> {
    fn take(&mut self, line: &'a Value, begun: Timestamp) {
        let at = moment(&line["created_at"]);
        match line["role"].as_str() {
            Some("user") => {
                let (Some(id), Some(text)) = (text_of(&line["id"]), prompt_text(line)) else { return };
                let here = self.prompts.len();
                // A prompt can follow only one that is written before it, so no way leads back to itself.
                let before = line["follows"].as_str().and_then(|id| self.places.get(id));
                match before {
                    Some(before) => self.prompts[*before].next.push(here),
                    None => self.first.push(here),
                }
                self.places.insert(id, here);
                let is_shown = line["is_shown"] == true;
                let at = at.unwrap_or(begun);
                self.prompts.push(Prompt { text, at, is_shown, answers: Vec::new(), next: Vec::new() });
            }
            Some("assistant") => {
                let asked = line["answers"].as_str().and_then(|id| self.places.get(id));
                let (Some(asked), Some(text)) = (asked, text_of(&line["text"])) else { return };
                let prompt = &mut self.prompts[*asked];
                let model = text_of(&line["model"]).unwrap_or("unknown");
                let model = if model.contains('/') { model.to_owned() } else { format!("meanwhile/{model}") };
                let answer = ImportedAnswer {
                    text: text.to_owned(),
                    model,
                    at: moment(&line["ended_at"]).or(at).unwrap_or(prompt.at),
                    is_whole: line["is_whole"] != false,
                };
                let is_shown = line["is_shown"] == true;
                prompt.is_shown |= is_shown;
                prompt.answers.push((is_shown, answer));
            }
            _ => {}
        }
    }

    /// The turns that begin with one of these prompts: what is shown, or else the first, goes on; each other one is a
    /// version with what followed it.
    fn turns(&self, prompts: &[usize], depth: usize) -> Vec<ImportedTurn> {
        let mut turns = Vec::new();
        let mut here = prompts;
        while let Some(&first) = here.first() {
            let shown = here.iter().copied().find(|at| self.prompts[*at].is_shown).unwrap_or(first);
            let mut versions = Vec::new();
            for &other in here.iter().filter(|at| **at != shown) {
                versions.extend(self.versions(other));
                if let Some(last) = versions.last_mut().filter(|_| depth < DEEPEST) {
                    last.then = self.turns(&self.prompts[other].next, depth + 1);
                }
            }
            versions.extend(self.versions(shown));
            turns.push(ImportedTurn { versions });
            here = &self.prompts[shown].next;
        }
        turns
    }

    /// A prompt once for each of its answers, the one that is shown last.
    fn versions(&self, at: usize) -> Vec<ImportedVersion> {
        let Prompt { text, at, answers, .. } = &self.prompts[at];
        let version = |answer: Option<&ImportedAnswer>| ImportedVersion {
            prompt: text.clone(),
            asked_at: *at,
            answer: answer.cloned(),
            then: Vec::new(),
        };
        let others = answers.iter().filter(|(is_shown, _)| !is_shown);
        let shown = answers.iter().filter(|(is_shown, _)| *is_shown);
        let versions: Vec<_> = others.chain(shown).map(|(_, answer)| version(Some(answer))).collect();
        if versions.is_empty() { vec![version(None)] } else { versions }
    }
}

/// The prompt, and the names of its files, which are not in the export.
fn prompt_text(line: &Value) -> Option<String> {
    let mut parts: Vec<String> = text_of(&line["text"]).map(str::to_owned).into_iter().collect();
    for file in line["attachments"].as_array().into_iter().flatten() {
        let words = serde_json::from_value(file.clone()).map(|file: Attachment| file.words());
        let words = words.unwrap_or_else(|_| text_of(&file["name"]).unwrap_or("a file").to_owned());
        parts.push(format!("[Not in the export: {words}]"));
    }
    Some(parts.join("\n\n")).filter(|text| !text.is_empty())
}
