use super::App;
use crate::body::{Json, NameIn, Nothing, OptionalJson};
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use meanwhile_core::model::{ProviderRow, ProviderTest};
use meanwhile_core::{AddedProvider, Models, NewProvider};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
pub(super) struct Providers {
    providers: Vec<ProviderRow>,
}

pub(super) async fn list(State(app): State<App>) -> Result<axum::Json<Providers>, Problem> {
    Ok(axum::Json(Providers { providers: app.core.providers().await? }))
}

pub(super) async fn add(
    State(app): State<App>,
    Json(provider): Json<NewProvider>,
) -> Result<(StatusCode, axum::Json<AddedProvider>), Problem> {
    Ok((StatusCode::CREATED, axum::Json(app.core.add_provider(provider).await?)))
}

pub(super) async fn remove(
    State(app): State<App>,
    NameIn(name): NameIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<Value>, Problem> {
    app.core.remove_provider(&name).await?;
    Ok(axum::Json(json!({ "removed": name })))
}

pub(super) async fn test(
    State(app): State<App>,
    NameIn(name): NameIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<ProviderTest>, Problem> {
    Ok(axum::Json(app.core.test_provider(&name).await?))
}

pub(super) async fn models(State(app): State<App>) -> Result<axum::Json<Models>, Problem> {
    Ok(axum::Json(app.core.models().await?))
}
