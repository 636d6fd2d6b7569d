use super::background::may_use;
use super::{App, CONTROL};
use crate::body::{ConversationIn, Json, Nothing, OptionalJson, Params, TaskIn, unless_empty};
use crate::problem::Problem;
use crate::scope::Pass;
use crate::task::TaskJson;
use axum::Extension;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use meanwhile_core::model::{Conversation, Imported, Manner, SearchResult, Thread};
use meanwhile_core::{ExportFormat, SendMessage};
use serde::{Deserialize, Serialize};

const MOST_TURNS: u32 = 200;
const USUAL_TURNS: u32 = 50;
const USUAL_HITS: u32 = 20;

pub(super) async fn ask(
    State(app): State<App>,
    Extension(pass): Extension<Pass>,
    Json(message): Json<SendMessage>,
) -> Result<(StatusCode, axum::Json<TaskJson>), Problem> {
    // It changes which branch the user sees.
    if message.edit_of.is_some() {
        pass.needs(CONTROL)?;
    }
    may_use(&pass, message.agent.as_ref())?;
    let sent = app.core.send_message(message).await?;
    let status = if sent.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(TaskJson::of(&app.core, sent.task).await?)))
}

pub(super) async fn continue_in_background(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<TaskJson>, Problem> {
    let task = app.core.continue_in_background(&id).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    /// Of answers that are compared it alone is shown.
    #[serde(default)]
    keep: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    OptionalJson(Show { keep }): OptionalJson<Show>,
) -> Result<axum::Json<TaskJson>, Problem> {
    let task = if keep { app.core.keep_answer(&id).await? } else { app.core.show_task(&id).await?.task };
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

#[derive(Serialize)]
pub(super) struct Conversations {
    conversations: Vec<Conversation>,
}

pub(super) async fn conversations(State(app): State<App>) -> Result<axum::Json<Conversations>, Problem> {
    Ok(axum::Json(Conversations { conversations: app.core.conversations().await? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stretch {
    #[serde(default, deserialize_with = "unless_empty")]
    before: Option<u32>,
    #[serde(default, deserialize_with = "unless_empty")]
    limit: Option<u32>,
}

pub(super) async fn thread(
    State(app): State<App>,
    ConversationIn(id): ConversationIn,
    Params(stretch): Params<Stretch>,
) -> Result<axum::Json<Thread>, Problem> {
    let limit = stretch.limit.unwrap_or(USUAL_TURNS);
    if !(1..=MOST_TURNS).contains(&limit) {
        return Err(Problem::invalid(format!("limit is a number from 1 to {MOST_TURNS}")));
    }
    Ok(axum::Json(app.core.thread(&id, stretch.before, limit).await?))
}

/// What is left out stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    title: Option<String>,
    manner: Option<Manner>,
}

pub(super) async fn change(
    State(app): State<App>,
    ConversationIn(id): ConversationIn,
    Json(change): Json<Change>,
) -> Result<axum::Json<Conversation>, Problem> {
    let mut changed = None;
    if let Some(manner) = change.manner {
        changed = Some(app.core.set_manner(&id, manner).await?);
    }
    if let Some(title) = change.title {
        changed = Some(app.core.rename_conversation(&id, &title).await?);
    }
    let changed =
        changed.ok_or_else(|| Problem::invalid("there is nothing to change: no title and no manner"))?;
    Ok(axum::Json(changed))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default, deserialize_with = "unless_empty")]
    limit: Option<u32>,
}

pub(super) async fn search(
    State(app): State<App>,
    Params(search): Params<Search>,
) -> Result<axum::Json<SearchResult>, Problem> {
    Ok(axum::Json(app.core.search(&search.q, search.limit.unwrap_or(USUAL_HITS)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Export {
    #[serde(default = "markdown")]
    format: ExportFormat,
}

fn markdown() -> ExportFormat {
    ExportFormat::Markdown
}

pub(super) async fn export(
    State(app): State<App>,
    ConversationIn(id): ConversationIn,
    Params(Export { format }): Params<Export>,
) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    let kind = match format {
        ExportFormat::Markdown => "text/markdown; charset=utf-8",
        ExportFormat::Jsonl => "application/jsonl",
    };
    Ok(([(CONTENT_TYPE, kind)], app.core.export(&id, format).await?))
}

pub(super) async fn import(
    State(app): State<App>,
    Json(imported): Json<Imported>,
) -> Result<(StatusCode, axum::Json<Conversation>), Problem> {
    let (conversation, is_new) = app.core.import(imported).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, axum::Json(conversation)))
}
