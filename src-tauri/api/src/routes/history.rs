use super::App;
use crate::body::{Json, Params, TaskIn, unless_empty};
use crate::problem::Problem;
use crate::scope::Pass;
use crate::task::TaskJson;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use meanwhile_core::model::{Lane, Placement, TaskQuery, TaskState, Timeline};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const USUAL_TASKS: u32 = 50;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wanted {
    #[serde(deserialize_with = "unless_empty")]
    words: Option<String>,
    /// Separated by commas.
    state: String,
    #[serde(deserialize_with = "unless_empty")]
    model: Option<String>,
    lane: String,
    #[serde(deserialize_with = "unless_empty")]
    unread: Option<bool>,
    #[serde(deserialize_with = "unless_empty")]
    pinned: Option<bool>,
    #[serde(deserialize_with = "unless_empty")]
    system: Option<bool>,
    since: String,
    until: String,
    #[serde(deserialize_with = "unless_empty")]
    limit: Option<u32>,
    #[serde(deserialize_with = "unless_empty")]
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Found {
    tasks: Vec<TaskJson>,
    total: u32,
    next: Option<String>,
}

/// A word of ours; nothing counts as absent.
fn word<T: DeserializeOwned>(name: &str, text: &str) -> Result<Option<T>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_value(text.into())
        .map(Some)
        .map_err(|error| Problem::invalid(format!("{name} cannot be used: {error}")))
}

pub(super) async fn find(
    State(app): State<App>,
    Params(wanted): Params<Wanted>,
) -> Result<axum::Json<Found>, Problem> {
    let states = wanted.state.split(',').filter_map(|state| word("state", state.trim()).transpose());
    let query = TaskQuery {
        words: wanted.words,
        states: states.collect::<Result<Vec<TaskState>, _>>()?,
        model: wanted.model,
        lane: word::<Lane>("lane", &wanted.lane)?,
        unread: wanted.unread.unwrap_or_default(),
        pinned: wanted.pinned.unwrap_or_default(),
        system: wanted.system.unwrap_or_default(),
        since: word("since", &wanted.since)?,
        until: word("until", &wanted.until)?,
        limit: wanted.limit.unwrap_or(USUAL_TASKS),
        cursor: wanted.cursor,
    };
    let found = app.core.find_tasks(query).await?;
    let tasks = TaskJson::all(&app.core, found.tasks).await?;
    Ok(axum::Json(Found { tasks, total: found.total, next: found.next }))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Stretch {
    from: String,
    to: String,
}

pub(super) async fn timeline(
    State(app): State<App>,
    Params(Stretch { from, to }): Params<Stretch>,
) -> Result<axum::Json<Timeline>, Problem> {
    let between = match (word("from", &from)?, word("to", &to)?) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => return Err(Problem::invalid("from and to are said together, or neither for today")),
    };
    Ok(axum::Json(app.core.timeline(between).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    pinned: bool,
}

pub(super) async fn pin(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Json(Pin { pinned }): Json<Pin>,
) -> Result<StatusCode, Problem> {
    app.core.pin_task(&id, pinned).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    placement: Option<Placement>,
}

pub(super) async fn place(
    State(app): State<App>,
    TaskIn(id): TaskIn,
    Extension(pass): Extension<Pass>,
    Json(Place { placement }): Json<Place>,
) -> Result<StatusCode, Problem> {
    // What the agent of a chat is told later depends on it.
    super::agent::may_steer(&app, &pass, &id).await?;
    app.core.place_answer(&id, placement).await?;
    Ok(StatusCode::NO_CONTENT)
}
