use crate::args::Ask;
use crate::attach;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::interrupt::Presses;
use crate::out;
use crate::task::TaskJson;
use crate::watch::{self, Print, Watcher};
use serde_json::json;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

pub(crate) async fn ask(folder: &Path, ask: Ask) -> Result<ExitCode, Failure> {
    let text = prompt(ask.prompt.as_deref()).await?;
    let connection = Connection::open(folder).await?;
    let attachments = attach::files(&connection, &ask.attach).await?;
    let agent = ask.agent.as_ref().map(|name| {
        // It is read by another process, which stands in another folder.
        let place = ask.folder.as_ref().map(|folder| std::path::absolute(folder).unwrap_or(folder.clone()));
        json!({ "name": name, "folder": place, "plan_first": ask.plan_first, "in_copy": ask.in_copy })
    });
    let message = json!({
        "text": text,
        "lane": if ask.background { "background" } else { "interactive" },
        "conversation_id": ask.conversation,
        "model": ask.model,
        "origin": "cli",
        "attachments": attachments,
        "in_parts": ask.in_parts,
        "in_batch": ask.batch,
        "agent": agent,
        "manner": ask.manner.is_some().then_some(&ask.manner),
        "budget": ask.most.is_some().then_some(&ask.most),
    });
    // From here on Ctrl-C is about the task; before, it only ends this program.
    let presses = Presses::listen()?;
    let reply = connection.post("/ask", &message).await?;
    if !ask.background {
        let print = if ask.json { Print::Task } else { Print::Answer };
        return watch::follow(folder, connection, reply, Watcher::Asker, print, presses).await;
    }
    if ask.json {
        out::line(&reply.text)?;
    } else {
        let sent: TaskJson = reply.parse()?;
        out::line(sent.task.id.as_str())?;
        let how = if ask.batch { "in a batch, within a day" } else { "in the background" };
        let usually = sent.task.forecast.filter(|_| !ask.batch);
        let usually =
            usually.map_or_else(String::new, |forecast| format!(" {}.", crate::forecast::usually(&forecast)));
        out::note(&format!(
            "It is answered {how}.{usually} Look at it with: meanwhile watch {}",
            sent.task.id
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The argument, what was piped in, or both.
pub(crate) async fn prompt(argument: Option<&str>) -> Result<String, Failure> {
    let is_asked_for = argument == Some("-");
    let argument = argument.filter(|argument| *argument != "-");
    if argument.is_some() && !stdin_is_piped() {
        return Ok(argument.unwrap_or_default().to_owned());
    }
    if argument.is_none() && !is_asked_for && !stdin_is_piped() {
        return Err(Failure::usage(
            "what do you want to ask? For example: meanwhile ask \"What is a monad?\"",
        ));
    }
    let mut reading = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    });
    let read = match tokio::time::timeout(Duration::from_secs(2), &mut reading).await {
        Ok(read) => read,
        Err(_) => {
            out::note("Reading the prompt from standard input until it ends (< /dev/null leaves it out).");
            reading.await
        }
    };
    let bytes = read
        .map_err(|error| Failure::failed(error.to_string()))?
        .map_err(|error| Failure::usage(format!("standard input cannot be read: {error}")))?;
    let piped = String::from_utf8(bytes)
        .map_err(|_| Failure::usage("standard input is not text (UTF-8), so it was not sent"))?;
    match argument {
        Some(argument) if piped.trim().is_empty() => Ok(argument.to_owned()),
        Some(argument) => Ok(format!("{argument}\n\n{piped}")),
        None => Ok(piped),
    }
}

/// A pipe or a file. A socket or a device may stay open for ever without meaning anything.
#[cfg(unix)]
fn stdin_is_piped() -> bool {
    use rustix::fs::FileType;
    rustix::fs::fstat(std::io::stdin()).is_ok_and(|stat| {
        matches!(FileType::from_raw_mode(stat.st_mode), FileType::Fifo | FileType::RegularFile)
    })
}

#[cfg(not(unix))]
fn stdin_is_piped() -> bool {
    use std::io::IsTerminal;
    !std::io::stdin().is_terminal()
}
