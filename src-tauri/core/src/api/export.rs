//! A conversation as a text of its own: Markdown to read and keep, or JSON lines with everything that was said.

use super::Core;
use crate::command::{CommandError, ExportFormat};
use crate::model::{Conversation, ConversationId, Manner, Task, TaskState, Timestamp, Turn};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Turns that are read at a time.
const PAGE: u32 = 100;
/// The form of the JSON lines; grows when a program that reads them would misread the new ones.
const VERSION: u32 = 1;

impl Core {
    /// The whole conversation as one text.
    pub async fn export(&self, id: &ConversationId, format: ExportFormat) -> Result<String, CommandError> {
        let mut before = None;
        let mut stretches = Vec::new();
        let (conversation, manner) = loop {
            let thread = self.thread(id, before, PAGE).await?;
            before = thread.turns.first().map(|turn| turn.number);
            stretches.push(thread.turns);
            if !thread.has_earlier || before.is_none() {
                break (thread.conversation, thread.manner);
            }
        };
        let turns = stretches.into_iter().rev().flatten();
        match format {
            ExportFormat::Jsonl => self.lines(&conversation, &manner, turns).await,
            ExportFormat::Markdown => self.markdown(&conversation, &manner, turns).await,
        }
    }

    /// One line for the conversation, then one for each prompt and each answer, all versions of them.
    async fn lines(
        &self,
        conversation: &Conversation,
        manner: &Manner,
        turns: impl Iterator<Item = Turn>,
    ) -> Result<String, CommandError> {
        let first = json!({
            "type": "conversation",
            "version": VERSION,
            "id": conversation.id,
            "title": conversation.title,
            "model": conversation.model,
            "manner": manner,
            "created_at": conversation.created_at,
            "updated_at": conversation.updated_at,
        });
        let mut lines = format!("{first}\n");
        for turn in turns {
            let mut told = Vec::new();
            for task in turn.tasks {
                if !told.contains(&task.prompt_id) {
                    let _ = writeln!(lines, "{}", prompt_line(&task));
                    told.push(task.prompt_id.clone());
                }
                let text = self.task_text(&task.id).await?.text;
                if !text.is_empty() {
                    let _ = writeln!(lines, "{}", answer_line(&task, &text));
                }
            }
        }
        Ok(lines)
    }

    /// What the window shows: of each turn the newest version.
    async fn markdown(
        &self,
        conversation: &Conversation,
        manner: &Manner,
        turns: impl Iterator<Item = Turn>,
    ) -> Result<String, CommandError> {
        let mut page = format!("# {}\n", conversation.title);
        if !manner.system.is_empty() {
            let _ = write!(page, "\n**Instructions**\n\n{}\n", closed(&manner.system));
        }
        for mut turn in turns {
            let versions = turn.tasks.len();
            let Some(task) = turn.tasks.pop() else { continue };
            let _ =
                write!(page, "\n---\n\n**You**, {}\n\n{}\n", moment(task.created_at), closed(&task.prompt));
            let text = self.task_text(&task.id).await?.text;
            let model = task.model.split_once('/').map_or(task.model.as_str(), |(_, name)| name);
            let when = moment(task.ended_at.unwrap_or(task.created_at));
            if !text.is_empty() {
                let _ = write!(page, "\n**{model}**, {when}\n\n{}\n", closed(&text));
            }
            if task.state != TaskState::Completed {
                let _ = write!(page, "\n*This answer is not whole.*\n");
            }
            if versions > 1 {
                let _ = write!(page, "\n*The last of {versions} versions; the JSON lines have them all.*\n");
            }
        }
        Ok(page)
    }
}

fn prompt_line(task: &Task) -> Value {
    json!({
        "type": "message",
        "role": "user",
        "id": task.prompt_id,
        "conversation_id": task.conversation_id,
        "turn": task.turn,
        "text": task.prompt,
        "created_at": task.created_at,
    })
}

fn answer_line(task: &Task, text: &str) -> Value {
    json!({
        "type": "message",
        "role": "assistant",
        "task_id": task.id,
        "answers": task.prompt_id,
        "conversation_id": task.conversation_id,
        "turn": task.turn,
        "text": text,
        "is_whole": task.state == TaskState::Completed,
        "state": task.state,
        "finish_reason": task.finish_reason,
        "model": task.model,
        "lane": task.lane,
        "retry_of": task.retry_of,
        "usage": task.usage,
        "created_at": task.created_at,
        "ended_at": task.ended_at,
    })
}

fn moment(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_ms()).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A text whose last block of code is not closed would take everything after it for code.
fn closed(text: &str) -> String {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(mark) = line.chars().next().filter(|mark| ['`', '~'].contains(mark)) else { continue };
        let length = line.chars().take_while(|c| *c == mark).count();
        let rest = line.trim_start_matches(mark).trim();
        match open {
            Some((opened, least)) if mark == opened && length >= least && rest.is_empty() => open = None,
            None if length >= 3 && !(mark == '`' && rest.contains('`')) => open = Some((mark, length)),
            _ => {}
        }
    }
    let text = text.trim_end();
    match open {
        Some((mark, length)) => format!("{text}\n{}", mark.to_string().repeat(length)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_code_that_was_cut_is_closed() {
        assert_eq!(closed("a\n```rust\nlet x"), "a\n```rust\nlet x\n```");
        assert_eq!(closed("~~~~\n```\n~~~"), "~~~~\n```\n~~~\n~~~~");
        for whole in ["a\n```\nb\n```", "```inline``` words", "no code", "````\n```\n````"] {
            assert_eq!(closed(whole), whole);
        }
    }
}
