use super::App;
use crate::body::{Json, OptionalJson};
use crate::problem::Problem;
use crate::server::Front;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use meanwhile_core::model::{Group, Lane, Settings, Summary, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

pub(super) async fn healthz() -> axum::Json<Value> {
    axum::Json(json!({ "ok": true }))
}

pub(super) async fn openapi() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "application/json")], crate::OPENAPI)
}

#[derive(Serialize)]
pub(super) struct Status {
    summary: Summary,
    version: &'static str,
    pid: u32,
    data_dir: PathBuf,
    has_window: bool,
    gives_way: bool,
}

pub(super) async fn status(State(app): State<App>) -> Result<axum::Json<Status>, Problem> {
    Ok(axum::Json(Status {
        summary: app.core.summary().await?,
        version: env!("CARGO_PKG_VERSION"),
        pid: std::process::id(),
        data_dir: app.core.data_dir().to_owned(),
        has_window: matches!(app.front, Front::Window(_)),
        gives_way: matches!(app.front, Front::GivesWay),
    }))
}

pub(super) async fn doctor(State(app): State<App>) -> Result<axum::Json<Value>, Problem> {
    let findings: Vec<Value> = app
        .core
        .doctor()
        .await?
        .iter()
        .map(|found| json!({ "invariant": found.invariant, "task_id": found.task_id, "message": found.message }))
        .collect();
    Ok(axum::Json(json!({ "findings": findings })))
}

pub(super) async fn settings(State(app): State<App>) -> Result<axum::Json<Settings>, Problem> {
    Ok(axum::Json(app.core.settings().await?))
}

/// Fields that are left out stay as they are.
pub(super) async fn save_settings(
    State(app): State<App>,
    Json(chosen): Json<Map<String, Value>>,
) -> Result<axum::Json<Settings>, Problem> {
    let Ok(Value::Object(mut whole)) = serde_json::to_value(app.core.settings().await?) else {
        return Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the settings cannot be read",
        ));
    };
    for (name, value) in chosen {
        match whole.get_mut(&name) {
            Some(place) => *place = value,
            None => return Err(Problem::invalid(format!("there is no setting {name:?}"))),
        }
    }
    let settings: Settings = serde_json::from_value(Value::Object(whole))
        .map_err(|error| Problem::invalid(format!("a setting has the wrong form: {error}")))?;
    Ok(axum::Json(app.core.save_settings(settings).await?))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Open {
    #[serde(default)]
    task: Option<TaskId>,
}

pub(super) async fn open(
    State(app): State<App>,
    OptionalJson(open): OptionalJson<Open>,
) -> Result<axum::Json<Value>, Problem> {
    if let Some(id) = &open.task {
        app.core.task(id).await?;
    }
    let Front::Window(window) = &app.front else {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "no_window",
            "Meanwhile is running without a window, so there is none to open",
        )
        .hint("End it with \"meanwhile quit\" and start the desktop app; background work goes on there."));
    };
    window.open(open.task);
    Ok(axum::Json(json!({ "opened": true })))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quit {
    #[serde(default)]
    force: bool,
    /// A desktop app wants the data and goes on with the work.
    #[serde(default)]
    give_way: bool,
}

pub(super) async fn quit(
    State(app): State<App>,
    OptionalJson(quit): OptionalJson<Quit>,
) -> Result<axum::Json<Value>, Problem> {
    if quit.give_way && !matches!(app.front, Front::GivesWay) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "stays",
            "this Meanwhile was started to stay, so it does not end for another one",
        )
        .hint("End it with \"meanwhile quit --force\"; background work goes on at the next start."));
    }
    let active = match app.core.tasks(1, None).await {
        Ok(page) => page.active,
        // What cannot be read is no reason to go on when nobody asks what is lost by the end.
        Err(_) if quit.force && !quit.give_way => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let at_work: Vec<_> = active.into_iter().filter(|task| task.state.group() == Group::Working).collect();
    let working = at_work.len();
    if working > 0 && !quit.force {
        let titles: Vec<String> =
            at_work.iter().take(3).map(|task| format!("\u{201c}{}\u{201d}", task.title)).collect();
        let more = if working > titles.len() {
            format!(" and {} more", working - titles.len())
        } else {
            String::new()
        };
        let tasks: Vec<Value> =
            at_work.iter().map(|task| json!({ "id": task.id, "title": task.title })).collect();
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "working",
            format!("{working} not finished: {}{more}", titles.join(", ")),
        )
        .hint("Quit with \"force\" to end now. Text so far is kept, and background work goes on at the next start.")
        .with("working", json!(working))
        .with("tasks", json!(tasks)));
    }
    // What a terminal reads goes on in the one that takes over, like all background work.
    for task in at_work.iter().filter(|task| quit.give_way && task.lane == Lane::Interactive) {
        app.core.continue_in_background(&task.id).await?;
    }
    app.quit.cancel();
    Ok(axum::Json(json!({ "working": working })))
}
