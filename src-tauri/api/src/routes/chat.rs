use super::App;
use crate::body::{ConversationIn, Json, Nothing, OptionalJson, Params, TaskIn, unless_empty};
use crate::problem::Problem;
use crate::task::TaskJson;
use axum::extract::State;
use axum::http::StatusCode;
use meanwhile_core::SendMessage;
use meanwhile_core::model::{Conversation, Thread};
use serde::{Deserialize, Serialize};

const MOST_TURNS: u32 = 200;
const USUAL_TURNS: u32 = 50;

pub(super) async fn ask(
    State(app): State<App>,
    Json(message): Json<SendMessage>,
) -> Result<(StatusCode, axum::Json<TaskJson>), Problem> {
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
