//! Servers of tools. All of it is the owner's: whoever adds one has a program started.

use super::App;
use crate::body::{Json, NameIn, Nothing, OptionalJson};
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use meanwhile_core::NewToolServer;
use meanwhile_core::model::ToolServer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize)]
pub(super) struct Servers {
    servers: Vec<ToolServer>,
}

pub(super) async fn list(State(app): State<App>) -> Result<axum::Json<Servers>, Problem> {
    Ok(axum::Json(Servers { servers: app.core.tool_servers().await? }))
}

pub(super) async fn add(
    State(app): State<App>,
    Json(new): Json<NewToolServer>,
) -> Result<(StatusCode, axum::Json<ToolServer>), Problem> {
    Ok((StatusCode::CREATED, axum::Json(app.core.add_tool_server(new).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    hash: String,
}

pub(super) async fn accept(
    State(app): State<App>,
    NameIn(name): NameIn,
    Json(Shown { hash }): Json<Shown>,
) -> Result<axum::Json<ToolServer>, Problem> {
    Ok(axum::Json(app.core.accept_tool_server(&name, &hash).await?))
}

pub(super) async fn look(
    State(app): State<App>,
    NameIn(name): NameIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<ToolServer>, Problem> {
    Ok(axum::Json(app.core.try_tool_server(&name).await?))
}

pub(super) async fn remove(
    State(app): State<App>,
    NameIn(name): NameIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<Value>, Problem> {
    app.core.remove_tool_server(&name).await?;
    Ok(axum::Json(json!({ "removed": name })))
}
