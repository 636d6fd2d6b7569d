//! A conversation as a text of its own: Markdown to read and keep, or JSON lines with everything that was said.

use super::Core;
use crate::command::{CommandError, ErrorCode, ExportFormat};
use crate::model::{
    Attachment, Conversation, ConversationId, Manner, MessageId, Task, TaskState, Thread, Timestamp, Turn,
    one_line,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use tempfile::NamedTempFile;

/// Turns that are read at a time.
const PAGE: u32 = 100;
/// The form of the JSON lines; grows when a program that reads them would misread the new ones.
const VERSION: u32 = 1;
/// Characters of a file's name before its ending. Source: with the ending and a folder of usual length it fits everywhere.
const NAME: usize = 80;

impl Core {
    /// The name of the file that a conversation is exported to, if its user has none in mind.
    pub async fn export_name(
        &self,
        id: &ConversationId,
        format: ExportFormat,
    ) -> Result<String, CommandError> {
        Ok(file_name(&self.thread(id, None, 1).await?.conversation.title, format))
    }

    /// Writes the whole conversation to a file, which is there whole or as it was before.
    ///
    /// # Errors
    /// `NotFound`; `Storage` when the file cannot be written.
    pub async fn export_to(
        &self,
        id: &ConversationId,
        format: ExportFormat,
        path: &Path,
    ) -> Result<(), CommandError> {
        let text = self.export(id, format).await?;
        let to = path.to_owned();
        let write = move || {
            let mut file = beside(&to)?;
            file.write_all(text.as_bytes())?;
            finish(file, &to)
        };
        written(path, write).await
    }

    /// Writes every conversation outside the trash to one file, which is there whole or as it was before. Only one of them is
    /// in memory.
    ///
    /// # Errors
    /// `Storage` when the file cannot be written.
    pub async fn export_all_to(&self, format: ExportFormat, path: &Path) -> Result<(), CommandError> {
        let to = path.to_owned();
        let mut file = written(path, move || beside(&to)).await?;
        for (place, conversation) in self.conversations().await?.into_iter().enumerate() {
            let text = match self.export(&conversation.id, format).await {
                // Deleted for good in the meantime.
                Err(CommandError { code: ErrorCode::NotFound, .. }) => continue,
                exported => exported?,
            };
            let between = if place > 0 && format == ExportFormat::Markdown { "\n" } else { "" };
            let write = move || {
                file.write_all(between.as_bytes())?;
                file.write_all(text.as_bytes())?;
                Ok(file)
            };
            file = written(path, write).await?;
        }
        let to = path.to_owned();
        written(path, move || finish(file, &to)).await
    }

    /// The whole conversation as one text.
    pub async fn export(&self, id: &ConversationId, format: ExportFormat) -> Result<String, CommandError> {
        match format {
            ExportFormat::Jsonl => self.lines(id).await,
            ExportFormat::Markdown => self.shown(id).await,
        }
    }

    async fn shown(&self, id: &ConversationId) -> Result<String, CommandError> {
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
        self.markdown(&conversation, &manner, stretches.into_iter().rev().flatten()).await
    }

    /// One line for the conversation, then one for each prompt and each answer, all versions of them: branch after branch, in
    /// the order in which they were begun.
    async fn lines(&self, id: &ConversationId) -> Result<String, CommandError> {
        let Thread { conversation, manner, path, .. } = self.thread(id, None, 1).await?;
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
        let mut prompts = HashMap::new();
        for branch in self.store().branches(id.clone()).await? {
            for from in branch.turns.clone().step_by(PAGE as usize) {
                let to = branch.turns.end().min(&(from + PAGE - 1)).to_owned();
                for turn in self.store().turns(id.clone(), branch.number, from..=to).await? {
                    let follows = prompts
                        .get(&(branch.number, turn.number - 1))
                        .or_else(|| prompts.get(&(branch.parent?, turn.number - 1)))
                        .cloned();
                    let is_here = path.iter().rfind(|stretch| stretch.from <= turn.number);
                    let is_here = is_here.is_some_and(|stretch| stretch.branch == branch.number);
                    let shown = turn.shown().filter(|_| is_here).map(|task| task.id.clone());
                    for (place, task) in turn.tasks.into_iter().enumerate() {
                        if place == 0 {
                            let _ = writeln!(lines, "{}", prompt_line(&task, follows.as_ref(), is_here));
                            prompts.insert((branch.number, turn.number), task.prompt_id.clone());
                        }
                        let text = self.task_text(&task.id).await?.text;
                        if !text.is_empty() {
                            let is_shown = shown.as_ref() == Some(&task.id);
                            let _ = writeln!(lines, "{}", answer_line(&task, &text, is_shown));
                        }
                    }
                }
            }
        }
        Ok(lines)
    }

    /// What the window shows: of each prompt and each answer one version.
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
        for turn in turns {
            let Some(task) = turn.shown() else { continue };
            let _ =
                write!(page, "\n---\n\n**You**, {}\n\n{}\n", moment(task.created_at), closed(&task.prompt));
            let place = turn.versions.iter().position(|version| version.branches.contains(&task.branch));
            page += &version("prompt", place, turn.versions.len());
            if !task.attachments.is_empty() {
                let files: Vec<String> = task.attachments.iter().map(Attachment::words).collect();
                let _ = write!(page, "\n*With {}*\n", files.join(", "));
            }
            let text = result_first(task, self.task_text(&task.id).await?.text);
            let model = name_of(&task.model);
            let when = moment(task.ended_at.unwrap_or(task.created_at));
            if !text.is_empty() {
                let _ = write!(page, "\n**{model}**, {when}\n\n{}\n", closed(&text));
            }
            let next = task.seams.iter().skip(1).map(|seam| &seam.from).chain([&task.model]);
            for (seam, next) in task.seams.iter().zip(next) {
                let (from, next) = (name_of(&seam.from), name_of(next));
                let _ = match from == next {
                    true => write!(page, "\n*Went on after “…{}”.*\n", seam.after),
                    false => write!(page, "\n*Up to “…{}” by {from}, from there by {next}.*\n", seam.after),
                };
            }
            if task.state != TaskState::Completed {
                let _ = write!(page, "\n*This answer is not whole.*\n");
            }
            let place = turn.tasks.iter().position(|one| one.id == task.id);
            page += &version("answer", place, turn.tasks.len());
        }
        Ok(page)
    }
}

/// A line that says which version of a prompt or an answer it is; empty when there is no other.
fn version(of: &str, place: Option<usize>, all: usize) -> String {
    match place {
        Some(place) if all > 1 => {
            format!("\n*Version {} of {all} of this {of}; the JSON lines have them all.*\n", place + 1)
        }
        _ => String::new(),
    }
}

/// `follows` is the prompt before it in its branch; `is_shown` if the window shows this version.
fn prompt_line(task: &Task, follows: Option<&MessageId>, is_shown: bool) -> Value {
    json!({
        "type": "message",
        "role": "user",
        "id": task.prompt_id,
        "follows": follows,
        "conversation_id": task.conversation_id,
        "branch": task.branch,
        "turn": task.turn,
        "is_shown": is_shown,
        "text": task.prompt,
        "attachments": task.attachments,
        "created_at": task.created_at,
    })
}

fn answer_line(task: &Task, text: &str, is_shown: bool) -> Value {
    json!({
        "type": "message",
        "role": "assistant",
        "task_id": task.id,
        "answers": task.prompt_id,
        "conversation_id": task.conversation_id,
        "branch": task.branch,
        "turn": task.turn,
        "is_shown": is_shown,
        "text": text,
        "is_whole": task.state == TaskState::Completed,
        "state": task.state,
        "finish_reason": task.finish_reason,
        "model": task.model,
        "seams": task.seams,
        "lane": task.lane,
        "retry_of": task.retry_of,
        "usage": task.usage,
        "created_at": task.created_at,
        "ended_at": task.ended_at,
    })
}

/// Of an answer that was made part by part what it came to stands before the parts.
fn result_first(task: &Task, text: String) -> String {
    let last = task.steps.last().filter(|_| task.progress.is_some() && task.state == TaskState::Completed);
    let Some(last) = last else { return text };
    match text.rsplit_once(&format!("\n\n## {}\n\n", last.label)) {
        Some((parts, result)) => format!("{}\n\n{parts}", closed(result)),
        None => text,
    }
}

/// The model's own name, without its provider.
fn name_of(model: &str) -> &str {
    model.split_once('/').map_or(model, |(_, name)| name)
}

/// A name that every system takes, for a conversation with any.
fn file_name(title: &str, format: ExportFormat) -> String {
    let is_fine = |c: char| !c.is_control() && !r#"/\:*?"<>|"#.contains(c);
    let name: String = title.chars().map(|c| if is_fine(c) { c } else { ' ' }).collect();
    let name = one_line(&name, NAME);
    let name = name.trim_matches(['.', ' ', '-']);
    let ending = format.ending();
    format!("{}.{ending}", if name.is_empty() { "Chat" } else { name })
}

/// A file beside the place where it is to be.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    NamedTempFile::new_in(folder)
}

/// Puts a file to its place when all of it is on the disk.
fn finish(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error).map(drop)
}

/// Does a step of writing to `path` where blocking is fine.
async fn written<T: Send + 'static>(
    path: &Path,
    step: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, CommandError> {
    let done = tokio::task::spawn_blocking(step).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    done.map_err(|error| {
        let place = path.display();
        CommandError::storage(format!(
            "{place} was not written: {error}. What is stored is as it was; choose another place"
        ))
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
    fn the_name_of_a_file_is_one_that_every_system_takes() {
        let name = |title: &str| file_name(title, ExportFormat::Markdown);
        assert_eq!(name("Heat pumps: 3/4\n*done*?"), "Heat pumps 3 4 done.md");
        assert_eq!(name("../.."), "Chat.md");
        assert_eq!(name(""), "Chat.md");
        assert!(name(&"long ".repeat(100)).chars().count() < 90);
        assert_eq!(file_name("Wärme", ExportFormat::Jsonl), "Wärme.jsonl");
    }

    #[test]
    fn a_block_of_code_that_was_cut_is_closed() {
        assert_eq!(closed("a\n```rust\nlet x"), "a\n```rust\nlet x\n```");
        assert_eq!(closed("~~~~\n```\n~~~"), "~~~~\n```\n~~~\n~~~~");
        for whole in ["a\n```\nb\n```", "```inline``` words", "no code", "````\n```\n````"] {
            assert_eq!(closed(whole), whole);
        }
    }
}
