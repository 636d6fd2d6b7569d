//! Servers of tools: added, shown, accepted and removed.

use crate::agent::confirmed;
use crate::args::{AcceptServer, AddServer, NamedServer, Servers, ServersVerb};
use crate::connection::{Connection, Reply, segment};
use crate::failure::Failure;
use crate::out;
use crate::words::one_line;
use meanwhile_core::model::{ServerState, ToolServer};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn servers(folder: &Path, servers: Servers) -> Result<ExitCode, Failure> {
    match servers.verb {
        None => list(folder, servers.json).await,
        Some(ServersVerb::Add(new)) => add(folder, new).await,
        Some(ServersVerb::Accept(which)) => accept(folder, which).await,
        Some(ServersVerb::Try(NamedServer { name, json })) => {
            let connection = Connection::open(folder).await?;
            let reply = connection.post(&format!("{}/try", path_of(&name)), &json!({})).await?;
            shown(&reply, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(ServersVerb::Remove(NamedServer { name, json })) => {
            let reply = Connection::open(folder).await?.delete(&path_of(&name)).await?;
            out::line(&if json { reply.text } else { format!("{name} and its secrets are removed.") })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn path_of(name: &str) -> String {
    format!("/tool-servers/{}", segment(name))
}

#[derive(Deserialize)]
struct Known {
    servers: Vec<ToolServer>,
}

async fn known(connection: &Connection) -> Result<Vec<ToolServer>, Failure> {
    Ok(connection.get("/tool-servers").await?.parse::<Known>()?.servers)
}

async fn list(folder: &Path, is_json: bool) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    if is_json {
        out::line(&connection.get("/tool-servers").await?.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let servers = known(&connection).await?;
    for server in &servers {
        let tools = match server.tools.len() {
            1 => "1 tool".to_owned(),
            many => format!("{many} tools"),
        };
        let line = format!("{:<16} {:<10} {tools:<9} {}", server.name, state(server), server.line);
        out::line(&one_line(&line))?;
    }
    if servers.is_empty() {
        out::note("There are no servers of tools. Add one with: meanwhile servers add NAME -- PROGRAM …");
    }
    Ok(ExitCode::SUCCESS)
}

const fn state(server: &ToolServer) -> &'static str {
    match server.state {
        ServerState::New => "not yet accepted",
        ServerState::Ready => "ready",
        ServerState::Changed => "changed",
    }
}

/// All that accepting it is for.
fn card(server: &ToolServer) -> Result<(), Failure> {
    out::line(&one_line(&format!("{}: {} ({})", server.name, server.line, state(server))))?;
    if server.state == ServerState::Changed {
        for change in &server.changes {
            out::line(&one_line(&format!("  {} is {}", change.name, change.what)))?;
            change.text.lines().try_for_each(|line| out::line(&format!("    {line}")))?;
        }
        return Ok(());
    }
    for tool in &server.tools {
        out::line(&one_line(&format!("  {}", tool.name)))?;
        tool.text().lines().try_for_each(|line| out::line(&format!("    {line}")))?;
    }
    Ok(())
}

fn shown(reply: &Reply, is_json: bool) -> Result<ToolServer, Failure> {
    let server: ToolServer = reply.parse()?;
    if is_json {
        out::line(&reply.text)?;
    } else {
        card(&server)?;
    }
    Ok(server)
}

async fn add(folder: &Path, new: AddServer) -> Result<ExitCode, Failure> {
    let typed = Typed { from_stdin: new.secrets_stdin };
    let token = if new.token { Some(typed.secret("the token")?) } else { None };
    let mut variables = BTreeMap::new();
    for name in &new.variable {
        variables.insert(name.clone(), typed.secret(name)?);
    }
    let works_in = new.folder.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
    let place = match &new.url {
        Some(url) => json!({ "kind": "address", "url": url }),
        None => json!({ "kind": "program", "words": new.program, "folder": works_in }),
    };
    let connection = Connection::open(folder).await?;
    let body = json!({ "name": new.name, "place": place, "variables": variables, "token": token });
    let reply = connection.post("/tool-servers", &body).await?;
    let is_quiet = new.json && new.yes;
    let server = if is_quiet { reply.parse()? } else { shown(&reply, new.json)? };
    if new.json && !new.yes {
        return Ok(ExitCode::SUCCESS);
    }
    agreed(&connection, &server, new.yes, new.json).await
}

async fn accept(folder: &Path, which: AcceptServer) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let all = known(&connection).await?;
    let server = all.into_iter().find(|server| server.name.eq_ignore_ascii_case(&which.name));
    let Some(server) = server else {
        return Err(Failure::usage(format!("there is no server called {}", which.name)));
    };
    if !which.json {
        card(&server)?;
    }
    agreed(&connection, &server, which.yes, which.json).await
}

async fn agreed(
    connection: &Connection,
    server: &ToolServer,
    is_yes: bool,
    is_json: bool,
) -> Result<ExitCode, Failure> {
    if !is_yes && !confirmed("Accept these tools? Agents can ask for them then. Type yes and Enter.").await? {
        out::note(&format!("Nobody uses them. Accept them with: meanwhile servers accept {}", server.name));
        return Ok(ExitCode::FAILURE);
    }
    let path = format!("{}/accept", path_of(&server.name));
    let reply = connection.post(&path, &json!({ "hash": server.hash })).await?;
    out::line(&if is_json { reply.text } else { format!("The tools of {} are accepted.", server.name) })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads what is secret, by one of the ways that leave no trace in a process list or a shell's history.
#[derive(Clone, Copy)]
struct Typed {
    from_stdin: bool,
}

impl Typed {
    fn secret(self, what: &str) -> Result<String, Failure> {
        let read = if self.from_stdin {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|_| line)
        } else {
            rpassword::prompt_password(format!("Value of {what}: "))
        };
        let typed = read.map_err(|error| Failure::usage(format!("{what} cannot be read: {error}")))?;
        match typed.trim() {
            "" => Err(Failure::usage(format!("{what} is empty"))),
            value => Ok(value.to_owned()),
        }
    }
}
