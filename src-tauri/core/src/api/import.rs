//! Bringing in conversations that were held in another app.

use super::Core;
use crate::command::{CommandError, ErrorCode};
use crate::import::read_export;
use crate::model::{Conversation, ImportReport, Imported, ImportedVersion};
use std::path::Path;
use tokio::sync::mpsc;

/// Characters of the name that another app gave a conversation.
const SOURCE: usize = 200;

/// Conversations that were read and wait to be stored.
const AHEAD: usize = 2;

impl Core {
    /// Takes a conversation that was held in another app, with its answers. False when it was brought in before; it is as it
    /// is here then, and stays in the trash if it is there.
    ///
    /// # Errors
    /// `Invalid` when it says nothing, or more than a conversation holds.
    pub async fn import(&self, imported: Imported) -> Result<(Conversation, bool), CommandError> {
        let source = &imported.source;
        if source.is_empty() || source.chars().count() > SOURCE || source.chars().any(char::is_control) {
            return Err(CommandError::invalid("a source has 1 to 200 visible characters"));
        }
        let is_empty =
            imported.turns.is_empty() || imported.turns.iter().any(|turn| turn.versions.is_empty());
        let mut versions = imported.turns.iter().flat_map(|turn| &turn.versions);
        let has_text = |version: &ImportedVersion| {
            let answer = version.answer.as_ref();
            !version.prompt.trim().is_empty()
                && answer.is_none_or(|answer| !answer.text.is_empty() && answer.model.contains('/'))
        };
        if is_empty || !versions.all(has_text) {
            return Err(CommandError::invalid("each turn has a prompt, and an answer names its app/model"));
        }
        Ok(self.store().import(imported).await?)
    }

    /// Brings in every conversation of a file that ChatGPT or Claude exported, the zip or the JSON in it. `told` hears the
    /// counts after each of them. Whatever stops it is in the report, and what came before is kept.
    pub async fn import_file(&self, path: &Path, told: impl Fn(&ImportReport)) -> ImportReport {
        let (found, mut finds) = mpsc::channel(AHEAD);
        let path = path.to_owned();
        let reading = tokio::task::spawn_blocking(move || {
            read_export(&path, &mut |find| found.blocking_send(find).is_ok())
        });
        let mut report = ImportReport::default();
        while let Some(find) = finds.recv().await {
            match find {
                Ok(imported) => self.import_one(imported, &mut report).await,
                Err(reason) => report.left_out(reason),
            }
            if report.stopped.is_some() {
                break;
            }
            told(&report);
        }
        // Without anybody who takes, the reading ends as well.
        drop(finds);
        let ended = reading.await.unwrap_or_else(|error| Err(error.to_string()));
        report.stopped = report.stopped.or(ended.err());
        report
    }

    async fn import_one(&self, imported: Imported, report: &mut ImportReport) {
        let prompts = imported.prompts();
        match self.import(imported).await {
            Ok((conversation, is_new)) => {
                report.took(prompts, is_new);
                if is_new {
                    report.stored(&conversation);
                }
            }
            Err(CommandError { code: ErrorCode::Invalid, message }) => report.left_out(&message),
            Err(error) => report.stopped = Some(error.message),
        }
    }
}
