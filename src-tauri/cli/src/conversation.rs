use crate::args::{Export, Search, WrittenAs};
use crate::connection::{Connection, segment};
use crate::failure::Failure;
use crate::out;
use crate::words;
use meanwhile_core::model::{Conversation, Role, SearchResult};
use meanwhile_core::{Clock, SystemClock};
use serde::Deserialize;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn search(folder: &Path, search: Search) -> Result<ExitCode, Failure> {
    let path = format!("/search?limit={}&q={}", search.limit, segment(&search.words.join(" ")));
    let reply = Connection::open(folder).await?.get(&path).await?;
    if search.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let result: SearchResult = reply.parse()?;
    let now = SystemClock.now();
    for hit in &result.hits {
        let place = match (hit.role, hit.turn) {
            (Some(Role::User), Some(turn)) => format!("turn {turn}, you"),
            (_, Some(turn)) => format!("turn {turn}, answer"),
            (_, None) => "name".to_owned(),
        };
        let age = words::ago(now, hit.at);
        out::line(&format!(
            "{age:<12} {place:<16} {}  {}",
            hit.conversation_id,
            words::one_line(&hit.title)
        ))?;
        if let Some(file) = &hit.file {
            out::line(&format!("  in {}", words::one_line(file)))?;
        }
        let line: String = hit.snippet.iter().map(|piece| piece.text.as_str()).collect();
        out::line(&format!("  {line}"))?;
    }
    if result.hits.is_empty() {
        out::note("Nothing found. Names of chats, prompts, answers and attached files were searched.");
    } else if result.has_more {
        out::note("There is more; longer words or --limit find it.");
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct All {
    conversations: Vec<Conversation>,
}

/// One conversation after the other, so that however many there are only one is in memory.
pub(crate) async fn export(folder: &Path, export: Export) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let ids = match export.conversation {
        Some(id) => vec![id],
        None => {
            let all: All = connection.get("/conversations").await?.parse()?;
            all.conversations.into_iter().map(|one| one.id.to_string()).collect()
        }
    };
    let format = match export.format {
        WrittenAs::Markdown => "markdown",
        WrittenAs::Jsonl => "jsonl",
    };
    for (place, id) in ids.iter().enumerate() {
        let path = format!("/conversations/{}/export?format={format}", segment(id));
        let text = connection.get(&path).await?.text;
        if place > 0 && matches!(export.format, WrittenAs::Markdown) {
            out::line("")?;
        }
        out::piece(&text)?;
    }
    if ids.is_empty() {
        out::note("There are no chats yet.");
    }
    Ok(ExitCode::SUCCESS)
}
