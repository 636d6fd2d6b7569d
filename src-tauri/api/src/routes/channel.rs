//! Ways to tell the user beside the app. All of it is the owner's: what is told to whom is nobody else's choice.

use super::App;
use crate::body::{Json, NameIn, Nothing, OptionalJson, TaskIn};
use crate::problem::Problem;
use crate::task::TaskJson;
use axum::extract::State;
use axum::http::StatusCode;
use meanwhile_core::NewChannel;
use meanwhile_core::model::Channel;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize)]
pub(super) struct Channels {
    channels: Vec<Channel>,
}

pub(super) async fn list(State(app): State<App>) -> Result<axum::Json<Channels>, Problem> {
    Ok(axum::Json(Channels { channels: app.core.channels().await? }))
}

pub(super) async fn add(
    State(app): State<App>,
    Json(new): Json<NewChannel>,
) -> Result<(StatusCode, axum::Json<Channel>), Problem> {
    Ok((StatusCode::CREATED, axum::Json(app.core.add_channel(new).await?)))
}

pub(super) async fn test(
    State(app): State<App>,
    NameIn(name): NameIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<Channel>, Problem> {
    Ok(axum::Json(app.core.test_channel(&name).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    arrived: bool,
}

pub(super) async fn confirm(
    State(app): State<App>,
    NameIn(name): NameIn,
    Json(Confirm { arrived }): Json<Confirm>,
) -> Result<axum::Json<Channel>, Problem> {
    Ok(axum::Json(app.core.confirm_channel(&name, arrived).await?))
}

pub(super) async fn remove(
    State(app): State<App>,
    NameIn(name): NameIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<Value>, Problem> {
    app.core.remove_channel(&name).await?;
    Ok(axum::Json(json!({ "removed": name })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mute {
    muted: bool,
}

pub(super) async fn mute(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Json(Mute { muted }): Json<Mute>,
) -> Result<axum::Json<TaskJson>, Problem> {
    let task = app.core.mute(&id, muted).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}
