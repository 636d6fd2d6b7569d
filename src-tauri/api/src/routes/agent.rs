use super::{App, OWNER};
use crate::body::{Json, Nothing, NumberIn, OptionalJson, Params, TaskIn};
use crate::problem::Problem;
use crate::scope::Pass;
use crate::task::TaskJson;
use axum::Extension;
use axum::extract::State;
use meanwhile_core::model::{
    Agent, Approval, Branch, Call, Decision, FileChange, Permit, PutBack, TaskId, UnreadAgent,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Agents {
    agents: Vec<Agent>,
    unread: Vec<UnreadAgent>,
}

pub(super) async fn list(State(app): State<App>) -> Result<axum::Json<Agents>, Problem> {
    let (agents, unread) = app.core.read_agents().await?;
    Ok(axum::Json(Agents { agents, unread }))
}

#[derive(Serialize)]
pub(super) struct Approvals {
    approvals: Vec<Approval>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    #[serde(default)]
    task: Option<String>,
}

pub(super) async fn approvals(
    State(app): State<App>,
    Params(Of { task }): Params<Of>,
) -> Result<axum::Json<Approvals>, Problem> {
    let of = task.filter(|task| !task.is_empty()).map(TaskId::from_text);
    Ok(axum::Json(Approvals { approvals: app.core.approvals(of.as_ref()).await? }))
}

pub(super) async fn approval(
    State(app): State<App>,
    NumberIn(id): NumberIn,
) -> Result<axum::Json<Approval>, Problem> {
    Ok(axum::Json(app.core.approval(id).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    decision: Decision,
    hash: String,
    #[serde(default)]
    words: Option<String>,
}

pub(super) async fn decide(
    State(app): State<App>,
    NumberIn(id): NumberIn,
    Json(Word { decision, hash, words }): Json<Word>,
) -> Result<axum::Json<Approval>, Problem> {
    Ok(axum::Json(app.core.decide(id, decision, &hash, words.as_deref(), "cli").await?))
}

#[derive(Serialize)]
pub(super) struct Permits {
    permits: Vec<Permit>,
}

pub(super) async fn permits(State(app): State<App>) -> Result<axum::Json<Permits>, Problem> {
    Ok(axum::Json(Permits { permits: app.core.permits().await? }))
}

pub(super) async fn revoke(
    State(app): State<App>,
    NumberIn(id): NumberIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<Permits>, Problem> {
    app.core.revoke(id).await?;
    permits(State(app)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remark {
    text: String,
}

pub(super) async fn say(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Extension(pass): Extension<Pass>,
    Json(Remark { text }): Json<Remark>,
) -> Result<axum::Json<TaskJson>, Problem> {
    may_steer(&app, &pass, &id).await?;
    let task = app.core.say(&id, &text).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

/// What an agent is to do with its folder and its tools is for its owner to say.
pub(super) async fn may_steer(app: &App, pass: &Pass, id: &TaskId) -> Result<(), Problem> {
    if app.core.task(id).await?.agent.is_some() { pass.needs(OWNER) } else { Ok(()) }
}

#[derive(Serialize)]
pub(super) struct Calls {
    calls: Vec<Call>,
}

pub(super) async fn calls(State(app): State<App>, TaskIn(id): TaskIn) -> Result<axum::Json<Calls>, Problem> {
    Ok(axum::Json(Calls { calls: app.core.calls(&id).await? }))
}

#[derive(Serialize)]
pub(super) struct Changes {
    changes: Vec<FileChange>,
}

pub(super) async fn changes(
    State(app): State<App>,
    TaskIn(id): TaskIn,
) -> Result<axum::Json<Changes>, Problem> {
    Ok(axum::Json(Changes { changes: app.core.file_changes(&id).await? }))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Only {
    #[serde(default)]
    path: Option<String>,
}

pub(super) async fn branch(
    State(app): State<App>,
    TaskIn(id): TaskIn,
) -> Result<axum::Json<Branch>, Problem> {
    Ok(axum::Json(app.core.make_branch(&id).await?))
}

pub(super) async fn put_back(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    OptionalJson(Only { path }): OptionalJson<Only>,
) -> Result<axum::Json<PutBack>, Problem> {
    Ok(axum::Json(app.core.put_back(&id, path.as_deref()).await?))
}
