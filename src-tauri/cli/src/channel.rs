//! Ways to tell the user beside the app: added, tested, confirmed and removed; and tasks of which nobody is told.

use crate::args::{AddChannel, ChannelVerb, Channels, ConfirmChannel, NamedChannel, One, Security};
use crate::connection::{Connection, Reply, segment};
use crate::failure::Failure;
use crate::out;
use crate::words::one_line;
use meanwhile_core::Secret;
use meanwhile_core::model::{Channel, ChannelPlace, ChannelState};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn channels(folder: &Path, channels: Channels) -> Result<ExitCode, Failure> {
    match channels.verb {
        None => list(folder, channels.json).await,
        Some(ChannelVerb::List(listed)) => list(folder, listed.json || channels.json).await,
        Some(ChannelVerb::Add(new)) => add(folder, new).await,
        Some(ChannelVerb::Test(NamedChannel { name, json })) => {
            let reply = post(folder, &format!("{}/test", path_of(&name)), &json!({})).await?;
            let next = format!("Sent. If it arrived: meanwhile channel confirm {name}");
            said(reply, json, &next)
        }
        Some(ChannelVerb::Confirm(ConfirmChannel { name, no, json })) => {
            let reply =
                post(folder, &format!("{}/confirm", path_of(&name)), &json!({ "arrived": !no })).await?;
            let words =
                if no { "is not used. Change it, and test it again." } else { "is used from now on." };
            said(reply, json, &format!("{name} {words}"))
        }
        Some(ChannelVerb::Remove(NamedChannel { name, json })) => {
            let reply = Connection::open(folder).await?.delete(&path_of(&name)).await?;
            said(reply, json, &format!("{name} and what was secret about it are removed."))
        }
    }
}

/// Whether anybody is told of a task outside the app.
pub(crate) async fn mute(folder: &Path, one: One, muted: bool) -> Result<ExitCode, Failure> {
    let path = format!("/tasks/{}/mute", segment(&one.id));
    let reply = post(folder, &path, &json!({ "muted": muted })).await?;
    let words =
        if muted { "Muted: its outcome stands in the list of tasks." } else { "You are told of it again." };
    said(reply, one.json, words)
}

fn path_of(name: &str) -> String {
    format!("/channels/{}", segment(name))
}

async fn post(folder: &Path, path: &str, body: &Value) -> Result<Reply, Failure> {
    Connection::open(folder).await?.post(path, body).await
}

fn said(reply: Reply, is_json: bool, words: &str) -> Result<ExitCode, Failure> {
    out::line(if is_json { &reply.text } else { words })?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct Known {
    channels: Vec<Channel>,
}

async fn list(folder: &Path, is_json: bool) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get("/channels").await?;
    if is_json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let channels = reply.parse::<Known>()?.channels;
    for channel in &channels {
        let state = match (&channel.failure, channel.state) {
            (Some(failure), _) => format!("failed: {}", failure.message),
            (None, ChannelState::New) => "not tested".to_owned(),
            (None, ChannelState::Tested) => "not confirmed".to_owned(),
            (None, ChannelState::Ready) => "works".to_owned(),
        };
        out::line(&one_line(&format!("{:<16} {:<44} {state}", channel.name, place(&channel.place))))?;
    }
    if channels.is_empty() {
        out::note("There are no channels. Add one with: meanwhile channel add NAME --slack");
    }
    Ok(ExitCode::SUCCESS)
}

fn place(place: &ChannelPlace) -> String {
    match place {
        ChannelPlace::Email { host, to, .. } => format!("e-mail to {to} through {host}"),
        ChannelPlace::Webhook { host } => format!("requests to {host}"),
        ChannelPlace::Slack { host } => format!("Slack, through {host}"),
        ChannelPlace::Ntfy { server, topic } => format!("ntfy, topic {topic} at {server}"),
    }
}

async fn add(folder: &Path, new: AddChannel) -> Result<ExitCode, Failure> {
    let secret = match secret_of(&new) {
        Some(what) => Some(read(&new, what)?),
        None => None,
    };
    let body = json!({
        "name": new.name, "place": asked(&new), "secret": secret.as_ref().map(Secret::expose),
    });
    let reply = post(folder, "/channels", &body).await?;
    if new.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let channel: Channel = reply.parse()?;
    out::line(&one_line(&format!("{}: {}", channel.name, place(&channel.place))))?;
    out::line("Its test sends exactly this:")?;
    channel.preview.lines().try_for_each(|line| out::line(&format!("  {line}")))?;
    out::note(&format!("Send it with: meanwhile channel test {}", channel.name));
    Ok(ExitCode::SUCCESS)
}

/// What is secret about it, in words; `None` when nothing is.
fn secret_of(new: &AddChannel) -> Option<&'static str> {
    match () {
        () if new.user.is_some() => Some("the password"),
        () if new.webhook || new.slack => Some("the address"),
        () if new.token => Some("the token"),
        () => None,
    }
}

fn asked(new: &AddChannel) -> Value {
    let (security, usual) = match new.security {
        Security::Tls => ("tls", 465),
        Security::Starttls => ("start_tls", 587),
        Security::None => ("none", 25),
    };
    match (&new.email, &new.ntfy) {
        (Some(to), _) => json!({
            "kind": "email", "host": new.host, "port": new.port.unwrap_or(usual), "security": security,
            "user": new.user, "from": new.from, "to": to,
        }),
        (None, Some(topic)) => json!({ "kind": "ntfy", "server": new.server, "topic": topic }),
        (None, None) => json!({ "kind": if new.slack { "slack" } else { "webhook" } }),
    }
}

/// Reads what is secret, by a way that leaves no trace in a process list or a shell's history.
fn read(new: &AddChannel, what: &str) -> Result<Secret, Failure> {
    if let Some(name) = &new.secret_env {
        return Secret::from_env(name).ok_or_else(|| Failure::usage(format!("the variable {name} is empty")));
    }
    let typed = if new.secret_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    } else {
        rpassword::prompt_password(format!("Value of {what}: "))
    };
    let secret =
        typed.map(Secret::new).map_err(|error| Failure::usage(format!("{what} cannot be read: {error}")))?;
    if secret.expose().trim().is_empty() {
        return Err(Failure::usage(format!("{what} is empty")));
    }
    Ok(secret)
}
