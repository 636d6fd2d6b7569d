use crate::args::{NewBudget, One, ResumeOne, Tasks};
use crate::connection::{Connection, segment};
use crate::failure::Failure;
use crate::out;
use crate::watch::path_of;
use crate::words;
use meanwhile_core::model::{Event, Seq, Task, Timestamp};
use meanwhile_core::{Clock, SystemClock};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::ExitCode;

/// A task as the API gives it.
#[derive(Deserialize)]
pub(crate) struct TaskJson {
    #[serde(flatten)]
    pub(crate) task: Task,
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct Page {
    active: Vec<TaskJson>,
    history: Vec<TaskJson>,
    next: Option<String>,
}

/// Tasks that fit.
#[derive(Deserialize)]
struct Found {
    tasks: Vec<TaskJson>,
    total: u32,
}

/// What fits; `None` when nothing was said of what is wanted.
fn wanted(tasks: &Tasks) -> Option<String> {
    let named = [("words", &tasks.search), ("state", &tasks.state), ("model", &tasks.model)];
    let said = named.into_iter().filter_map(|(name, value)| Some((name, segment(value.as_deref()?))));
    let only = [("unread", tasks.unread), ("system", tasks.system)];
    let only = only.into_iter().filter(|(_, is)| *is).map(|(name, _)| (name, "true".to_owned()));
    let said: String = said.chain(only).map(|(name, value)| format!("&{name}={value}")).collect();
    (!said.is_empty()).then(|| format!("/tasks?limit={}{said}", tasks.limit))
}

fn row(task: &Task, now: Timestamp) -> Result<(), Failure> {
    let (state, age) = (words::state(task), words::ago(now, task.created_at));
    out::line(&format!("{state:<22} {age:<12} {}  {}", task.id, words::one_line(&task.title)))
}

async fn find(folder: &Path, path: &str, as_json: bool) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get(path).await?;
    if as_json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let found: Found = reply.parse()?;
    let now = SystemClock.now();
    for TaskJson { task, .. } in &found.tasks {
        row(task, now)?;
    }
    if found.tasks.is_empty() {
        out::note("Nothing fits.");
    } else if (found.tasks.len() as u64) < u64::from(found.total) {
        out::note(&format!("{} fit; --limit lists more.", found.total));
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn list(folder: &Path, tasks: Tasks) -> Result<ExitCode, Failure> {
    if let Some(path) = wanted(&tasks) {
        return find(folder, &path, tasks.json).await;
    }
    let reply =
        Connection::open(folder).await?.get(&format!("/background-agents?limit={}", tasks.limit)).await?;
    if tasks.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let page: Page = reply.parse()?;
    let now = SystemClock.now();
    let is_listed = |task: &Task| {
        let mut all = page.active.iter().chain(&page.history);
        task.parent_id.as_ref().is_some_and(|parent| all.any(|other| other.task.id == *parent))
    };
    for TaskJson { task, .. } in page.active.iter().chain(&page.history).filter(|one| !is_listed(&one.task)) {
        row(task, now)?;
        for child in &task.children {
            let (state, title) = (words::child(child), words::one_line(&child.title));
            out::line(&format!("  {state:<33} {}  {title}", child.task_id))?;
        }
    }
    if page.active.is_empty() && page.history.is_empty() {
        out::note("No tasks yet. Start one with: meanwhile ask --background \"…\"");
    } else if page.next.is_some() {
        out::note("There are older ones; --limit lists more.");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn show(folder: &Path, one: One) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get(&path_of(&one.id)).await?;
    if one.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let TaskJson { task, text } = reply.parse()?;
    if !text.is_empty() {
        out::line(text.trim_end_matches('\n'))?;
        out::line("")?;
    }
    for fact in words::facts(&task, SystemClock.now()) {
        out::line(&fact)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes on, with another model if one is named; what waits for a moment is tried now.
pub(crate) async fn resume(folder: &Path, resume: ResumeOne) -> Result<ExitCode, Failure> {
    if resume.model.is_none() {
        let TaskJson { task, .. } =
            Connection::open(folder).await?.get(&path_of(&resume.one.id)).await?.parse()?;
        if let Some(warning) = words::asked_to_wait(&task, SystemClock.now()) {
            out::note(&warning);
        }
    }
    tell(folder, &resume.one, "resume", &serde_json::json!({ "model": resume.model })).await
}

/// Stop, pause or finish.
pub(crate) async fn step(folder: &Path, one: One, step: &str) -> Result<ExitCode, Failure> {
    tell(folder, &one, step, &serde_json::json!({})).await
}

/// Another budget.
pub(crate) async fn budget(folder: &Path, new: NewBudget) -> Result<ExitCode, Failure> {
    let one = One { id: new.id, json: new.json };
    tell(folder, &one, "budget", &serde_json::json!(new.most)).await
}

async fn tell(folder: &Path, one: &One, step: &str, body: &serde_json::Value) -> Result<ExitCode, Failure> {
    let path = format!("{}/{step}", path_of(&one.id));
    let reply = Connection::open(folder).await?.post(&path, body).await?;
    if one.json {
        out::line(&reply.text)?;
    } else {
        let TaskJson { task, .. } = reply.parse()?;
        // What runs is stopped as soon as its connection is closed.
        let state = match step {
            "stop" if !task.state.is_final() => "Stopping".to_owned(),
            _ => words::state(&task),
        };
        out::line(&format!("{state}  {}", words::one_line(&task.title)))?;
        if task.id.as_str() != one.id {
            out::note(&format!("It goes on as {}; what failed stays as it is.", task.id));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What happened to a task so far, and where the log goes on.
#[derive(Deserialize, Serialize)]
pub(crate) struct Log {
    pub(crate) events: Vec<Event>,
    pub(crate) head: Seq,
}

impl Log {
    pub(crate) async fn read(connection: &Connection, id: &str) -> Result<Self, Failure> {
        let mut log = Self { events: Vec::new(), head: 0 };
        loop {
            // The API gives a long log in pieces.
            let path = format!("{}/events?after={}", path_of(id), log.head);
            let piece: Self = connection.get(&path).await?.parse()?;
            if piece.events.is_empty() {
                return Ok(log);
            }
            log.events.extend(piece.events);
            log.head = piece.head;
        }
    }
}

pub(crate) async fn logs(folder: &Path, one: One) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let log = Log::read(&connection, &one.id).await?;
    if one.json {
        out::line(&serde_json::to_string(&log).unwrap_or_default())?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in words::log(&log.events, SystemClock.now()) {
        out::line(&line)?;
    }
    Ok(ExitCode::SUCCESS)
}
