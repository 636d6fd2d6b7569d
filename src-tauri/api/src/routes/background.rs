use super::{App, OWNER};
use crate::body::{Json, Nothing, OptionalJson, Params, TaskIn, unless_empty};
use crate::problem::Problem;
use crate::scope::Pass;
use crate::task::TaskJson;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use meanwhile_core::SendMessage;
use meanwhile_core::model::{
    AgentChoice, Attached, Budget, ConversationId, DeliveryMode, Event, Lane, Origin, Seq,
};
use serde::{Deserialize, Serialize};

const MOST_TASKS: u32 = 200;
const USUAL_TASKS: u32 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    #[serde(default, deserialize_with = "unless_empty")]
    limit: Option<u32>,
    #[serde(default, deserialize_with = "unless_empty")]
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Tasks {
    active: Vec<TaskJson>,
    history: Vec<TaskJson>,
    next: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    Params(page): Params<Page>,
) -> Result<axum::Json<Tasks>, Problem> {
    let limit = page.limit.unwrap_or(USUAL_TASKS);
    if !(1..=MOST_TASKS).contains(&limit) {
        return Err(Problem::invalid(format!("limit is a number from 1 to {MOST_TASKS}")));
    }
    let found = app.core.tasks(limit, page.cursor.as_deref()).await?;
    Ok(axum::Json(Tasks {
        active: TaskJson::all(&app.core, found.active).await?,
        history: TaskJson::all(&app.core, found.history).await?,
        next: found.next,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    prompt: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    conversation_id: Option<ConversationId>,
    #[serde(default)]
    agent: Option<String>,
    #[serde(default)]
    plan_first: bool,
    #[serde(default)]
    in_copy: bool,
    #[serde(default)]
    folder: Option<String>,
    #[serde(default)]
    budget: Option<Budget>,
    #[serde(default)]
    attachments: Vec<Attached>,
    #[serde(default)]
    in_parts: bool,
    #[serde(default)]
    in_batch: bool,
    #[serde(default)]
    delivery: Option<DeliveryMode>,
}

pub(super) async fn start(
    State(app): State<App>,
    headers: HeaderMap,
    Extension(pass): Extension<Pass>,
    Json(start): Json<Start>,
) -> Result<(StatusCode, axum::Json<TaskJson>), Problem> {
    let agent = match (start.agent, start.folder) {
        (Some(name), folder) => {
            Some(AgentChoice { name, folder, plan_first: start.plan_first, in_copy: start.in_copy })
        }
        (None, _) if start.plan_first => {
            return Err(Problem::invalid("a plan is made by an agent; name one in \"agent\""));
        }
        (None, _) if start.in_copy => {
            return Err(Problem::invalid("a copy is for an agent; name one in \"agent\""));
        }
        (None, Some(_)) => return Err(Problem::invalid("a folder is for an agent; name one in \"agent\"")),
        (None, None) => None,
    };
    may_use(&pass, agent.as_ref())?;
    let sent = app
        .core
        .send_message(SendMessage {
            agent,
            conversation_id: start.conversation_id,
            model: start.model,
            delivery: start.delivery.unwrap_or_default(),
            budget: start.budget,
            attachments: start.attachments,
            in_parts: start.in_parts,
            in_batch: start.in_batch,
            idempotency_key: idempotency_key(&headers)?,
            ..SendMessage::new(start.prompt, Lane::Background, Origin::Api)
        })
        .await?;
    let status = if sent.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(TaskJson::of(&app.core, sent.task).await?)))
}

/// An agent reads its folder, and has tools that its owner may have allowed for good: only they have it do something.
pub(super) fn may_use(pass: &Pass, agent: Option<&AgentChoice>) -> Result<(), Problem> {
    if agent.is_some() { pass.needs(OWNER) } else { Ok(()) }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Problem::invalid("Idempotency-Key is given once and has 1 to 200 visible characters")),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    TaskIn(id): TaskIn,
) -> Result<axum::Json<TaskJson>, Problem> {
    Ok(axum::Json(TaskJson::read(&app.core, &id).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    #[serde(default, deserialize_with = "unless_empty")]
    pub(super) after: Option<Seq>,
}

#[derive(Serialize)]
pub(super) struct Events {
    events: Vec<Event>,
    head: Seq,
}

pub(super) async fn events(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Params(params): Params<After>,
) -> Result<axum::Json<Events>, Problem> {
    // Also for a core that has nothing to say about an id it does not know.
    app.core.task(&id).await?;
    let (events, head) = app.core.events(&id, params.after.unwrap_or(0)).await?;
    Ok(axum::Json(Events { events, head }))
}

pub(super) async fn stop(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<TaskJson>, Problem> {
    let task = app.core.stop_task(&id).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

pub(super) async fn pause(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<TaskJson>, Problem> {
    let task = app.core.pause_task(&id).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resume {
    #[serde(default)]
    model: Option<String>,
}

pub(super) async fn resume(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Extension(pass): Extension<Pass>,
    OptionalJson(Resume { model }): OptionalJson<Resume>,
) -> Result<axum::Json<TaskJson>, Problem> {
    // Another model reads what is in the folder, and what is over is begun anew there.
    if model.is_some() || app.core.task(&id).await?.state.is_final() {
        super::agent::may_steer(&app, &pass, &id).await?;
    }
    let task = match model {
        Some(model) => app.core.hand_over_task(&id, &model).await?,
        None => app.core.resume_task(&id).await?,
    };
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

/// Gives a task another budget; one that waits because of the old one goes on.
pub(super) async fn budget(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Extension(pass): Extension<Pass>,
    Json(budget): Json<Budget>,
) -> Result<axum::Json<TaskJson>, Problem> {
    // A cap is what stops an agent that its owner does not watch.
    super::agent::may_steer(&app, &pass, &id).await?;
    let task = app.core.set_budget(&id, budget).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}

/// Takes the text that a waiting task has as its answer.
pub(super) async fn finish(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<TaskJson>, Problem> {
    let task = app.core.finish_task(&id).await?;
    Ok(axum::Json(TaskJson::of(&app.core, task).await?))
}
