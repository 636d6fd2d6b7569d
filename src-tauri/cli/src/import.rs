//! Bringing in what was said in other apps, or in a Meanwhile elsewhere. The file is read here, a conversation at a time; the running Meanwhile is given
//! only what it stores.

use crate::args::Import;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::out;
use meanwhile_core::model::{ImportReport, Imported};
use meanwhile_core::read_export;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Conversations that were read and wait to be stored.
const AHEAD: usize = 2;

pub(crate) async fn import(folder: &Path, import: Import) -> Result<ExitCode, Failure> {
    let connection = if import.dry_run { None } else { Some(Connection::open(folder).await?) };
    let mut report = ImportReport::default();
    for file in &import.files {
        one(connection.as_ref(), file, &mut report).await?;
        if report.stopped.is_some() {
            break;
        }
    }
    if import.json {
        out::line(&serde_json::to_string(&report).unwrap_or_default())?;
    } else {
        tell(&report, import.dry_run)?;
    }
    Ok(if report.stopped.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn one(connection: Option<&Connection>, file: &Path, report: &mut ImportReport) -> Result<(), Failure> {
    let (found, mut finds) = mpsc::channel::<Result<Imported, &'static str>>(AHEAD);
    let path: PathBuf = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        read_export(&path, &mut |find| found.blocking_send(find).is_ok())
    });
    while let Some(find) = finds.recv().await {
        match find {
            Ok(conversation) => store(connection, &conversation, report).await?,
            Err(reason) => report.left_out(reason),
        }
    }
    let ended =
        reading.await.map_err(|error| Failure::failed(format!("the file could not be read: {error}")))?;
    report.stopped = ended.err();
    Ok(())
}

async fn store(
    connection: Option<&Connection>,
    conversation: &Imported,
    report: &mut ImportReport,
) -> Result<(), Failure> {
    let is_new = match connection {
        Some(connection) => {
            let body = serde_json::json!(conversation);
            if body.to_string().len() > LARGEST {
                report.left_out("larger than 16 MiB");
                return Ok(());
            }
            connection.post("/conversations", &body).await?.is_new
        }
        None => true,
    };
    report.took(conversation.prompts(), is_new);
    Ok(())
}

/// Bytes that the API takes in one call.
const LARGEST: usize = 16 << 20;

fn tell(report: &ImportReport, is_dry: bool) -> Result<(), Failure> {
    let done = if is_dry { "would be brought in" } else { "brought in" };
    let here = report.imported + report.already_here;
    if report.stopped.is_none() || here > 0 {
        out::line(&format!("{} {done}, with {} prompts", chats(report.imported), report.prompts))?;
    }
    if report.already_here > 0 {
        let left = if report.already_here == 1 { "it is" } else { "they are" };
        out::line(&format!("{} already here, left as {left}", chats(report.already_here)))?;
    }
    for (reason, count) in &report.left_out {
        out::line(&format!("{} left out: {reason}", chats(*count)))?;
    }
    if let Some(why) = &report.stopped {
        out::note(&match (here, is_dry) {
            (0, _) => format!("Nothing was brought in: {why}."),
            (_, true) => format!("The rest was not read: {why}."),
            (here, false) => format!(
                "The rest was not read: {why}. What came before that is kept: {}. Run it again when this is mended; nothing \
                 comes twice.",
                chats(here)
            ),
        });
    }
    Ok(())
}

fn chats(count: u64) -> String {
    if count == 1 { "1 chat".to_owned() } else { format!("{count} chats") }
}
