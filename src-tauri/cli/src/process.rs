use crate::args::{Json, Open, Quit};
use crate::connection::{Connection, is_alive};
use crate::failure::Failure;
use crate::out;
use crate::watch::path_of;
use meanwhile_api::Endpoint;
use meanwhile_core::model::Summary;
use meanwhile_core::place;
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

/// How often the window of an app that is starting is looked for: 15 s.
const UP_LOOKS: u32 = 300;
/// Between two looks.
const UP_LOOK: Duration = Duration::from_millis(50);

#[derive(Deserialize)]
struct Status {
    summary: Summary,
    version: String,
    pid: u32,
    data_dir: PathBuf,
    has_window: bool,
    gives_way: bool,
}

pub(crate) async fn status(folder: &Path, Json { json }: Json) -> Result<ExitCode, Failure> {
    let Some(connection) = Connection::running(folder).await? else {
        return Err(Failure::unreachable(format!(
            "Meanwhile is not running with the data in {}",
            folder.display()
        )));
    };
    let reply = connection.get("/status").await?;
    if json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let now: Status = reply.parse()?;
    let window = if now.has_window { "desktop app" } else { "without a window" };
    out::line(&format!("Meanwhile {} runs ({window}, process {})", now.version, now.pid))?;
    out::line(&format!("Data          {}", now.data_dir.display()))?;
    if let Some(words) = place::warning(&now.data_dir) {
        out::line(&words)?;
    }
    for (name, count) in [
        ("Working", now.summary.working),
        ("Watched", now.summary.interactive),
        ("Needs you", now.summary.needs_you),
        ("Failed, new", now.summary.failed),
        ("Done, new", now.summary.unread),
    ] {
        out::line(&format!("{name:<13} {count}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn quit(folder: &Path, quit: Quit) -> Result<ExitCode, Failure> {
    let Some(connection) = Connection::running(folder).await? else {
        out::note("Meanwhile is not running.");
        return Ok(ExitCode::SUCCESS);
    };
    let reply = connection.post("/quit", &json!({ "force": quit.force })).await?;
    let mut has_ended = false;
    for _ in 0..250 {
        has_ended = !is_alive(connection.pid()) || Endpoint::read(folder).is_none();
        if has_ended {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if quit.json {
        out::line(&reply.text)?;
    } else if !has_ended {
        out::line(
            "Meanwhile was told to end and is still at it. Background work goes on at the next start.",
        )?;
    } else {
        out::line("Meanwhile has ended. Background work goes on at the next start.")?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn open(folder: &Path, open: Open) -> Result<ExitCode, Failure> {
    let running = Connection::running(folder).await?;
    if let Some(connection) = &running {
        let now: Status = connection.get("/status").await?.parse()?;
        // The desktop app takes over from a process that gives way.
        if now.gives_way {
            if let Some(id) = &open.id {
                connection.get(&path_of(id)).await?;
            }
        } else {
            let reply = connection.post("/open", &json!({ "task": open.id })).await?;
            if open.json {
                out::line(&reply.text)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
    }
    let app = std::env::current_exe()
        .ok()
        .map(|program| program.with_file_name(format!("meanwhile-desktop{}", std::env::consts::EXE_SUFFIX)))
        .filter(|app| app.is_file())
        .ok_or_else(|| {
            Failure::unreachable(match running {
                Some(_) => "Meanwhile is running without a window, and the desktop app is not installed beside this program",
                None => "Meanwhile is not running, and the desktop app is not installed beside this program",
            })
        })?;
    let mut command = tokio::process::Command::new(app);
    command.env("MEANWHILE_DATA_DIR", folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    command.process_group(0);
    command
        .spawn()
        .map_err(|error| Failure::unreachable(format!("the desktop app cannot be started: {error}")))?;
    if let Some(id) = &open.id {
        show_when_up(folder, id).await?;
    }
    if open.json {
        out::line(&json!({ "opened": true }).to_string())?;
    }
    out::note(match running {
        Some(_) => "The desktop app is starting, and goes on with the work.",
        None => "Meanwhile was not running. The desktop app is starting.",
    });
    Ok(ExitCode::SUCCESS)
}

/// Waits for the window of the app that is starting, and shows a task in it.
async fn show_when_up(folder: &Path, id: &str) -> Result<(), Failure> {
    for _ in 0..UP_LOOKS {
        if let Some(connection) = Connection::running(folder).await?
            && let Ok(reply) = connection.get("/status").await
            && reply.parse::<Status>()?.has_window
        {
            return connection.post("/open", &json!({ "task": id })).await.map(drop);
        }
        tokio::time::sleep(UP_LOOK).await;
    }
    Err(Failure::unreachable("The desktop app was started, and does not answer yet. Try again in a moment"))
}
