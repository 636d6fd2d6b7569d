use crate::args::{Backup, Json, Restore};
use crate::failure::{Failure, NEWER};
use crate::out;
use meanwhile_core::{OpenError, SystemClock, backup};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

/// Makes a copy beside whoever runs, or lists those there are.
pub(crate) fn backup(folder: &Path, Backup { list, json }: Backup) -> Result<ExitCode, Failure> {
    let copies =
        if list { backup::list(folder) } else { vec![backup::make(folder, &SystemClock).map_err(refused)?] };
    if json {
        out::line(&Value::from_iter(copies.iter().map(row)).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    for copy in &copies {
        out::line(&format!("{}  {:>9}  {}", copy.made_at, size(copy.bytes), copy.file.display()))?;
    }
    if copies.is_empty() {
        out::note("There is no copy yet. Meanwhile makes one a day; make one now with: meanwhile backup");
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts a copy in the place of the data, the newest unless one is named.
pub(crate) fn restore(folder: &Path, Restore { file, json }: Restore) -> Result<ExitCode, Failure> {
    let newest = || backup::list(folder).into_iter().next().map(|copy| copy.file);
    let file = file.or_else(newest).ok_or_else(|| {
        Failure::failed(format!("there is no copy in {}; nothing was changed", folder.display()))
    })?;
    let replaced = backup::restore(folder, &file, &SystemClock).map_err(refused)?;
    if json {
        out::line(&json!({ "restored": file, "replaced": replaced }).to_string())?;
    } else {
        out::line(&format!("The data is that of {}", file.display()))?;
        out::line(&format!("What was there before is in {}", replaced.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts what can be read of the data in their place.
pub(crate) fn salvage(folder: &Path, Json { json }: Json) -> Result<ExitCode, Failure> {
    let found = backup::salvage(folder, &SystemClock).map_err(refused)?;
    let backup::Salvaged { conversations, messages, tasks, lost, closed, replaced } = &found;
    if json {
        let read = json!({
            "conversations": conversations, "messages": messages, "tasks": tasks, "lost": lost, "closed": closed, "replaced": replaced,
        });
        out::line(&read.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(&format!("Read: {conversations} chats, {messages} messages, {tasks} tasks"))?;
    if *lost > 0 {
        out::line(&format!("{lost} tasks could not be read; a copy of the data may hold them"))?;
    }
    if *closed > 0 {
        out::line(&format!(
            "{closed} of the tasks had lost a part; they are closed with the text that was there"
        ))?;
    }
    out::line(&format!("What was there before is in {}", replaced.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn row(copy: &backup::Backup) -> Value {
    json!({ "file": copy.file, "made_at": copy.made_at, "bytes": copy.bytes })
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn refused(error: OpenError) -> Failure {
    match error {
        OpenError::NewerSchema { .. } => Failure::new(NEWER, error.to_string()),
        OpenError::AlreadyRunning { .. } => {
            Failure::failed(format!("{error}. End it first with: meanwhile quit"))
        }
        _ => Failure::failed(error.to_string()),
    }
}
