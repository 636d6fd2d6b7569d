//! Agents: who there is, what they ask, what they did, and how to put it back.

use crate::args::{Answered, Json, One, Permits, PutBack, Reject, Remark, Waiting, Yes};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::out;
use crate::watch::path_of;
use crate::words::{ago, one_line};
use meanwhile_core::model::{
    Agent, Approval, Call, CallState, Decision, Detail, FileChange, Permit, Timestamp, UnreadAgent,
};
use meanwhile_core::{Clock, SystemClock};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn list(folder: &Path, json: Json) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get("/agents").await?;
    if json.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    #[derive(Deserialize)]
    struct Agents {
        agents: Vec<Agent>,
        unread: Vec<UnreadAgent>,
    }
    let Agents { agents, unread } = reply.parse()?;
    for agent in agents {
        out::line(&format!("{:<14} {}", agent.name, agent.about))?;
    }
    for UnreadAgent { file, why } in unread {
        out::note(&format!("{} is no agent yet: {}", one_line(&file), one_line(&why)));
    }
    out::note("Give one work with: meanwhile ask --agent NAME --folder FOLDER --background \"…\"");
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct Open {
    approvals: Vec<Approval>,
}

pub(crate) async fn approvals(folder: &Path, of: Waiting) -> Result<ExitCode, Failure> {
    let path = match &of.task {
        Some(task) => format!("/approvals?task={task}"),
        None => "/approvals".to_owned(),
    };
    let reply = Connection::open(folder).await?.get(&path).await?;
    if of.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let open = reply.parse::<Open>()?.approvals;
    let now = SystemClock.now();
    for approval in &open {
        card(approval, now)?;
        out::line("")?;
    }
    if open.is_empty() {
        out::note("Nothing waits for you.");
    } else {
        out::note("Allow one with: meanwhile approve NUMBER · refuse with: meanwhile reject NUMBER");
    }
    Ok(ExitCode::SUCCESS)
}

/// All that a yes would be for.
fn card(approval: &Approval, now: Timestamp) -> Result<(), Failure> {
    let agent = one_line(&approval.agent);
    out::line(&format!("{}  {}", approval.id, one_line(&approval.summary)))?;
    out::line(&format!("    {agent}, {}, asked {}", one_line(&approval.title), ago(now, approval.asked_at)))?;
    match &approval.detail {
        Detail::None => {}
        Detail::Diff { text, .. } => text.lines().try_for_each(|line| out::line(&format!("    {line}")))?,
        Detail::Command { line, folder, sandbox, .. } => {
            line.lines().try_for_each(|line| out::line(&format!("    $ {line}")))?;
            out::line(&format!("    in {folder}. {sandbox}"))?;
        }
        Detail::Remote { server, tool, arguments, place, .. } => {
            out::line(&format!("    {} of the server {} gets:", one_line(tool), one_line(server)))?;
            arguments.lines().try_for_each(|line| out::line(&format!("    {line}")))?;
            out::line(&format!("    at {}. What it does with that nobody here can see.", one_line(place)))?;
        }
        Detail::Page { url, host, is_near } => {
            let who = if *is_near { "a computer in your own network" } else { "a computer on the internet" };
            out::line(&format!("    {}, {who}, gets this address, no cookie and no key:", one_line(host)))?;
            out::line(&format!("    {}", one_line(url)))?;
        }
        Detail::Question { text, options } => {
            text.lines().try_for_each(|line| out::line(&format!("    {line}")))?;
            options.iter().try_for_each(|option| out::line(&format!("    - {option}")))?;
        }
    }
    if approval.note.is_empty() { Ok(()) } else { out::line(&format!("    {}", one_line(&approval.note))) }
}

pub(crate) async fn approve(folder: &Path, yes: Yes) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let decision = match (yes.for_task, yes.always) {
        (true, _) => Decision::AllowTask,
        (_, true) => Decision::AllowAlways,
        _ => Decision::AllowOnce,
    };
    for id in yes.ids {
        let approval: Approval = connection.get(&format!("/approvals/{id}")).await?.parse()?;
        if approval.effect.is_none() {
            return Err(Failure::usage(format!(
                "this is a question; say it with: meanwhile answer {id} \"…\""
            )));
        }
        if !yes.yes {
            card(&approval, SystemClock.now())?;
            if !confirmed("Allow this? Type yes and Enter.").await? {
                out::note("Nothing was decided.");
                return Ok(ExitCode::FAILURE);
            }
        }
        decide(&connection, &approval, decision, None, yes.json).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether the person at the terminal says yes.
pub(crate) async fn confirmed(question: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody can be asked here; say --yes if you have seen what it is for"));
    }
    out::note(question);
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = read.await.map_err(|error| Failure::failed(error.to_string()))?;
    Ok(line.is_ok_and(|line| line.trim().eq_ignore_ascii_case("yes")))
}

pub(crate) async fn reject(folder: &Path, no: Reject) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let approval: Approval = connection.get(&format!("/approvals/{}", no.id)).await?.parse()?;
    let decision = if no.always { Decision::RejectAlways } else { Decision::Reject };
    decide(&connection, &approval, decision, no.reason, no.json).await?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn answer(folder: &Path, answer: Answered) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let approval: Approval = connection.get(&format!("/approvals/{}", answer.id)).await?.parse()?;
    if approval.effect.is_some() {
        return Err(Failure::usage(format!(
            "this is no question; decide with: meanwhile approve {0}, or: meanwhile reject {0}",
            answer.id
        )));
    }
    decide(&connection, &approval, Decision::AllowOnce, Some(answer.text), answer.json).await?;
    Ok(ExitCode::SUCCESS)
}

async fn decide(
    connection: &Connection,
    approval: &Approval,
    decision: Decision,
    words: Option<String>,
    is_json: bool,
) -> Result<(), Failure> {
    let word = json!({ "decision": decision, "hash": approval.hash, "words": words });
    let reply = connection.post(&format!("/approvals/{}", approval.id), &word).await?;
    if is_json {
        return out::line(&reply.text);
    }
    let said = match decision {
        Decision::Reject => "Not allowed",
        Decision::RejectAlways => "Never allowed here",
        _ if approval.effect.is_none() => "Answered",
        _ => "Allowed",
    };
    out::line(&format!("{said}: {}", one_line(&approval.summary)))
}

pub(crate) async fn say(folder: &Path, remark: Remark) -> Result<ExitCode, Failure> {
    let path = format!("{}/say", path_of(&remark.id));
    let reply = Connection::open(folder).await?.post(&path, &json!({ "text": remark.text })).await?;
    if remark.json {
        out::line(&reply.text)?;
    } else {
        out::note("It hears this with its next step.");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn permits(folder: &Path, permits: Permits) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let reply = match permits.revoke {
        Some(id) => connection.delete(&format!("/permits/{id}")).await?,
        None => connection.get("/permits").await?,
    };
    if permits.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    #[derive(Deserialize)]
    struct Standing {
        permits: Vec<Permit>,
    }
    let standing = reply.parse::<Standing>()?.permits;
    for permit in &standing {
        let only =
            permit.arguments.as_deref().map_or(String::new(), |arguments| format!(", only {arguments}"));
        let word = if permit.denies { "never" } else { "always" };
        let place =
            if permit.folder.is_empty() { "without a folder" } else { &format!("in {}", permit.folder) };
        let line = format!("{:<5} {word:<6} {} {place}{only}", permit.id, permit.tool);
        out::line(&one_line(&line))?;
    }
    if standing.is_empty() {
        out::note("Nothing is allowed without being asked, and nothing forbidden.");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn steps(folder: &Path, one: One) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get(&format!("{}/calls", path_of(&one.id))).await?;
    if one.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    #[derive(Deserialize)]
    struct Calls {
        calls: Vec<Call>,
    }
    let calls = reply.parse::<Calls>()?.calls;
    for call in &calls {
        let fact = call.fact.as_deref().map_or(String::new(), |fact| format!(" ({fact})"));
        out::line(&one_line(&format!("{:>4}  {:<8} {}{fact}", call.number, word(call.state), call.label)))?;
    }
    if calls.is_empty() {
        out::note("It has taken no steps.");
    }
    Ok(ExitCode::SUCCESS)
}

const fn word(state: CallState) -> &'static str {
    match state {
        CallState::Asked => "next",
        CallState::Started => "now",
        CallState::Done => "done",
        CallState::Failed => "failed",
        CallState::Refused => "refused",
        CallState::Unknown => "unknown",
    }
}

pub(crate) async fn changes(folder: &Path, one: One) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get(&format!("{}/changes", path_of(&one.id))).await?;
    if one.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    #[derive(Deserialize)]
    struct Changes {
        changes: Vec<FileChange>,
    }
    let changes = reply.parse::<Changes>()?.changes;
    for change in &changes {
        if change.is_edited_since {
            let who = change.edited_by.as_ref().map_or(String::new(), |by| {
                format!(" by {}, for “{}”", one_line(&by.agent), one_line(&by.title))
            });
            out::note(&format!("{} was edited since{who}; putting back leaves it.", one_line(&change.path)));
        }
        if let Detail::Diff { text, .. } = &change.detail {
            out::line(text.trim_end_matches('\n'))?;
        }
        if let Some(Detail::Diff { text, .. }) = &change.since {
            out::note(&format!("What was edited in {} since:", one_line(&change.path)));
            out::line(text.trim_end_matches('\n'))?;
        }
    }
    if changes.is_empty() {
        out::note("It has changed no files.");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn put_back(folder: &Path, what: PutBack) -> Result<ExitCode, Failure> {
    let path = what.file.map(|file| Value::from(file.to_string_lossy().into_owned()));
    let at = format!("{}/put-back", path_of(&what.id));
    let reply = Connection::open(folder).await?.post(&at, &json!({ "path": path })).await?;
    if what.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let done: meanwhile_core::model::PutBack = reply.parse()?;
    for file in &done.restored {
        out::line(&format!("as before  {}", one_line(file)))?;
    }
    for file in &done.conflicts {
        out::line(&format!("left       {}  (it was edited since)", one_line(file)))?;
    }
    if done.restored.is_empty() && done.conflicts.is_empty() {
        out::note("There is nothing to put back.");
    }
    Ok(if done.conflicts.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) async fn branch(folder: &Path, one: One) -> Result<ExitCode, Failure> {
    let at = format!("{}/branch", path_of(&one.id));
    let reply = Connection::open(folder).await?.post(&at, &json!({})).await?;
    if one.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let branch: meanwhile_core::model::Branch = reply.parse()?;
    out::line(&one_line(&branch.name))?;
    let files = if branch.files == 1 { "1 file".to_owned() } else { format!("{} files", branch.files) };
    out::note(&format!("{files}, in {}. Your own files are as they were.", one_line(&branch.folder)));
    Ok(ExitCode::SUCCESS)
}
