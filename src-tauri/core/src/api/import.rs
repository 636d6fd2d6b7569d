//! Bringing in conversations that were held in another app.

use super::Core;
use crate::command::{CommandError, ErrorCode};
use crate::import::read_export;
use crate::model::{Conversation, ImportReport, Imported, ImportedTurn};
use std::path::Path;
use tokio::sync::mpsc;

/// Characters of the name that another app gave a conversation.
const SOURCE: usize = 200;

const NO_PROMPT: &str = "each turn has a prompt, and an answer names its app/model";

/// Conversations that were read and wait to be stored.
const AHEAD: usize = 2;

impl Core {
    /// Takes a conversation that was held elsewhere, with its answers. False when it is here: brought in before, or held here
    /// and exported. It is as it is here then, and stays in the trash if it is there.
    ///
    /// # Errors
    /// `Invalid` when it says nothing, or more than a conversation holds.
    pub async fn import(&self, imported: Imported) -> Result<(Conversation, bool), CommandError> {
        let source = &imported.source;
        if source.is_empty() || source.chars().count() > SOURCE || source.chars().any(char::is_control) {
            return Err(CommandError::invalid("a source has 1 to 200 visible characters"));
        }
        if imported.turns.is_empty() {
            return Err(CommandError::invalid(NO_PROMPT));
        }
        check(&imported.turns)?;
        Ok(self.store().import(imported).await?)
    }

    /// Brings in every conversation of a file that ChatGPT, Claude or Meanwhile exported: the zip, the JSON in it, or the JSON
    /// lines. `told` hears the counts after each of them. Whatever stops it is in the report, and what came before is kept.
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

/// Checks turns, and what other versions were gone on with.
fn check(turns: &[ImportedTurn]) -> Result<(), CommandError> {
    for turn in turns {
        let Some(shown) = turn.versions.last() else { return Err(CommandError::invalid(NO_PROMPT)) };
        for (at, version) in turn.versions.iter().enumerate() {
            let answer = version.answer.as_ref();
            if version.prompt.trim().is_empty()
                || answer.is_some_and(|answer| answer.text.is_empty() || !answer.model.contains('/'))
            {
                return Err(CommandError::invalid(NO_PROMPT));
            }
            let goes_on_later = || turn.versions[at + 1..].iter().any(|later| later.is_same(version));
            if !version.then.is_empty() && (version.is_same(shown) || goes_on_later()) {
                return Err(CommandError::invalid(
                    "how the shown version was gone on with is the next turn, and of others it stands at their last answer",
                ));
            }
            check(&version.then)?;
        }
    }
    Ok(())
}
