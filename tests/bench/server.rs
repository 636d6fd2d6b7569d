//! `meanwhile serve` as a process of its own, and what its HTTP API is asked.

use crate::follower::Follower;
use crate::load::Load;
use crate::{Outcome, process};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Calls under way at the same time. The API answers 64 connections, a follower holds one, and the client opens one more
/// now and then while another becomes free.
const CALLS: usize = 60;

/// The running server. It is killed with this value.
pub struct Server {
    pub pid: u32,
    pub data_dir: PathBuf,
    child: Child,
    api: Api,
}

/// The way to call it; clones share connections.
#[derive(Clone)]
pub struct Api {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Server {
    /// Starts it on the data in `folder` and waits until it is ready.
    pub async fn start(folder: &Path) -> Outcome<Self> {
        let data_dir = folder.join("data");
        let mut child = Command::new(process::binary("meanwhile")?)
            .arg("serve")
            .arg("--data-dir")
            .arg(&data_dir)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.join("serve.log"))?)
            .kill_on_drop(true)
            .spawn()?;
        let pid = child.id().ok_or("the server has no process")?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let Some(line) = BufReader::new(out).lines().next_line().await? else {
            let log = std::fs::read_to_string(folder.join("serve.log")).unwrap_or_default();
            return Err(format!("the server did not start: {log}").into());
        };
        let ready: Value = serde_json::from_str(&line)?;
        let text = |name: &str| ready[name].as_str().ok_or(format!("no {name} in {line}"));
        let token = std::fs::read_to_string(text("token_file")?)?.trim().to_owned();
        let api = Api { client: client()?, url: text("url")?.to_owned(), token };
        Ok(Self { pid, data_dir, child, api })
    }

    /// A fresh server that asks `load`, with room for every task at once.
    pub async fn fresh(folder: &Path, load: &Load) -> Outcome<Self> {
        let server = Self::start(folder).await?;
        let api = server.api();
        api.call(Method::PUT, "/settings", &json!({ "parallel_tasks": 1024, "chat_names": "off" })).await?;
        let provider = json!({ "name": "sim", "kind": "openai-chat", "base_url": load.base_url() });
        api.call(Method::POST, "/providers", &provider).await?;
        Ok(server)
    }

    pub fn api(&self) -> Api {
        self.api.clone()
    }

    /// Closes the connections that are kept open to it.
    pub fn hang_up(&mut self) -> Outcome<()> {
        self.api.client = client()?;
        Ok(())
    }

    /// Follows the log over the WebSocket, from its end on.
    pub async fn follow(&self) -> Outcome<Follower> {
        Follower::connect(&self.api.url, &self.api.token, None).await
    }

    /// Reads the database beside the running server.
    pub fn rows(&self) -> Outcome<rusqlite::Connection> {
        rows(&self.data_dir)
    }

    /// Ends it as `meanwhile quit` does.
    pub async fn quit(mut self) -> Outcome<()> {
        self.api.call(Method::POST, "/quit", &json!({ "force": true })).await?;
        let ended = self.child.wait().await?;
        if ended.success() { Ok(()) } else { Err(format!("the server ended with {ended}").into()) }
    }

    /// Ends it as a power cut of the process: SIGKILL, then wait until it is gone.
    pub async fn kill(mut self) -> Outcome<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }
}

impl Api {
    /// Starts a background task for each model, as many calls at once as the API answers.
    pub async fn begin(&self, models: Vec<String>) -> Outcome<()> {
        let room = Arc::new(Semaphore::new(CALLS));
        let mut calls = JoinSet::new();
        for model in models {
            let (api, room) = (self.clone(), Arc::clone(&room));
            calls.spawn(async move {
                let _place = room.acquire_owned().await?;
                let body = json!({ "prompt": "Summarise this", "model": format!("sim/{model}") });
                api.call(Method::POST, "/background-agents/start", &body).await
            });
        }
        while let Some(called) = calls.join_next().await {
            called??;
        }
        Ok(())
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Outcome<()> {
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        let answer = request.json(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            return Err(format!("{path} answered {status}: {text}").into());
        }
        Ok(())
    }
}

/// Reads a data folder's database, beside a running server or without one.
pub fn rows(data_dir: &Path) -> Outcome<rusqlite::Connection> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(data_dir.join("meanwhile.db"), flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// A client for this machine only.
pub fn client() -> Outcome<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().tls_certs_only([]).tcp_nodelay(true).build()?)
}
