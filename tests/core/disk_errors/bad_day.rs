//! One life of the program on a disk that reports an error, and the life after it.

use crate::app::{self, App, call};
use crate::client::{self, Client, Request, Stop};
use crate::journal::Socket;
use crate::library;
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::ModelServer;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::UnixDatagram;

/// Which call fails.
pub struct Error {
    pub kind: &'static str,
    /// From 1.
    pub number: u32,
    /// Whether each later one fails too.
    pub stays: bool,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.kind, self.number, if self.stays { "on" } else { "once" })
    }
}

/// What the program finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    Afresh,
    /// Work that was cut, in a database with its log.
    AfterAKill,
}

/// What all days share.
pub struct World {
    tools: tempfile::TempDir,
    server: ModelServer,
    cut: (Folder, Client),
}

impl World {
    pub async fn make() -> Self {
        let (tools, server) = (tempfile::tempdir().unwrap(), ModelServer::start().await);
        library::build("disk_errors/breaker.c", &tools.path().join("breaker.so"));
        let (folder, mut client) = (Folder::new(), Client::default());
        let app = App::start(&folder).await.set_up(&server.base_url()).await;
        let mut socket = client.journal.connect(&app.client()).await.unwrap();
        for spec in ["c8-hold4", "c9-hold5"] {
            ask(&app.client(), &mut client, spec, spec, true).await;
        }
        while client.journal.texts.len() < 2 {
            assert!(client.journal.read(&mut socket).await);
        }
        app.kill_after(Duration::ZERO).await;
        // From now on nothing waits any more.
        server.release();
        Self { tools, server, cut: (folder, client) }
    }

    /// False when the error was never met.
    pub async fn live_through(&self, error: &Error, begin: Begin) -> bool {
        let (folder, mut client) = self.begin(begin);
        let _reason = LogOfFailure(&folder);
        let (told, socket) = self.listen(&folder);
        let started = folder.try_serve(|command| {
            command.env("LD_PRELOAD", self.tools.path().join("breaker.so"));
            command.env("MEANWHILE_DISK_ERROR", error.to_string()).env("MEANWHILE_DISK_SOCKET", socket);
        });
        match started.await {
            Ok(serve) => self.work(App(serve), &mut client, &told, error).await,
            Err(status) => {
                assert!(status.code().is_some_and(|code| code != 0), "it refuses to start: {status}");
                assert!(!folder.log().is_empty(), "it says why it does not start");
            }
        }
        let is_met = told.try_recv(&mut [0]).is_ok() || client.requests.iter().any(|r| r.key == PROBE);
        if client.requests.iter().any(|request| request.task.is_some()) {
            crate::rows::assert_all_kept(&folder, &client);
        }
        self.go_on_to_the_end(&folder, &mut client).await;
        is_met
    }

    fn begin(&self, begin: Begin) -> (Folder, Client) {
        let folder = Folder::new();
        if begin == Begin::Afresh {
            return (folder, Client::default());
        }
        std::fs::create_dir(folder.path()).unwrap();
        for name in ["meanwhile.db", "meanwhile.db-wal", "api-token"] {
            std::fs::copy(self.cut.0.path().join(name), folder.path().join(name)).unwrap();
        }
        (folder, self.cut.1.clone())
    }

    /// Where the library says that the error was met.
    fn listen(&self, folder: &Folder) -> (UnixDatagram, PathBuf) {
        let path = folder.path().with_extension("socket");
        (UnixDatagram::bind(&path).unwrap(), path)
    }

    /// Asks and follows until all came to its end or the error is met, then a little more, and ends.
    async fn work(&self, mut app: App, client: &mut Client, told: &UnixDatagram, error: &Error) {
        let api = app.client();
        let mut socket = client.journal.connect(&api).await;
        let _ = self.add_provider(&api).await;
        for (spec, is_background) in [("c6-r200", true), ("c7", true), ("c5-r200", false)] {
            ask(&api, client, spec, spec, is_background).await;
        }
        let (mut is_met, mut byte) = (false, [0]);
        while !is_met && !are_final(client) && socket.is_some() {
            tokio::select! {
                is_there = read(client, &mut socket) => if !is_there { socket = None },
                met = told.recv(&mut byte) => is_met = met.is_ok(),
            }
        }
        is_met |= told.try_recv(&mut byte).is_ok();
        if is_met {
            ask(&api, client, PROBE, "c4", true).await;
            remember_what_is_shown(&api, client).await;
        }
        // A disk that cannot be read must not keep it from ending, so then it is always asked to.
        if is_met && error.number.is_multiple_of(2) && error.kind != "read" {
            app.kill_after(Duration::ZERO).await;
        } else {
            let _ = call(&api, Method::POST, "/quit", &json!({ "force": true }), None).await;
            let status = app.0.ended().await;
            assert!(status.code().is_some(), "it ends by itself when it is asked to: {status}");
        }
    }

    async fn add_provider(&self, api: &ApiClient) -> Option<u16> {
        // Unless the disk took it before: the server is on this computer, so each chat would ask it for a name.
        let _ = call(api, Method::PUT, "/settings", &json!({ "chat_names": "off" }), None).await;
        let provider = json!({ "name": "sim", "kind": "openai-chat", "base_url": self.server.base_url() });
        call(api, Method::POST, "/providers", &provider, None).await.ok().map(|(status, _)| status)
    }

    /// The disk is well again.
    async fn go_on_to_the_end(&self, folder: &Folder, client: &mut Client) {
        let app = App::start(folder).await;
        app::assert_healthy(folder, "at the next start").await;
        let api = app.client();
        let status = self.add_provider(&api).await;
        assert!(matches!(status, Some(201 | 409)), "the provider is there or was: {status:?}");
        client.work_until_final(&app).await;
        client.until_told(&api).await;
        app.quit().await;
        app::assert_healthy(folder, "at the end").await;
        crate::rows::assert_all_kept(folder, client);
        crate::rows::assert_all_ended_as_asked(folder, client);
    }
}

/// Prints what the program said when the test that watches it fails.
struct LogOfFailure<'a>(&'a Folder);

impl Drop for LogOfFailure<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("it logged:\n{}", self.0.log());
        }
    }
}

/// Asked after the error.
const PROBE: &str = "after-the-error";

/// Asks once. What is not acknowledged is refused with the reason, and asked again on a better day.
async fn ask(api: &ApiClient, client: &mut Client, key: &str, spec: &str, is_background: bool) {
    let mut request = Request {
        key: key.to_owned(),
        model: format!("sim-{spec}"),
        is_background,
        pieces: spec[1..].split('-').next().unwrap().parse().ok(),
        task: None,
        stop: Stop::No,
    };
    match client::send(api, &request).await {
        Ok((201, task)) => request.task = Some(task["id"].as_str().unwrap().to_owned()),
        Ok((_, problem)) => {
            // The provider may have been refused before.
            let codes = ["storage", "internal", "invalid"];
            assert!(codes.contains(&problem["code"].as_str().unwrap()), "it is refused: {problem}");
        }
        Err(error) => assert!(!error.is_timeout(), "it answers or ends: {error}"),
    }
    client.requests.push(request);
}

fn are_final(client: &Client) -> bool {
    let states = client.journal.states();
    let mut acknowledged = client.requests.iter().filter_map(|request| request.task.as_deref());
    acknowledged.all(|task| {
        states.get(task).is_some_and(|(_, kind)| ["completed", "failed", "cancelled"].contains(kind))
    })
}

async fn read(client: &mut Client, socket: &mut Option<Socket>) -> bool {
    match socket {
        Some(socket) => client.journal.read(socket).await,
        None => false,
    }
}

/// Text that is shown counts as acknowledged, whoever asked for it.
async fn remember_what_is_shown(api: &ApiClient, client: &mut Client) {
    for task in client.requests.iter().filter_map(|request| request.task.clone()) {
        let path = format!("/background-agents/{task}");
        let Ok((200, shown)) = call(api, Method::GET, &path, &Value::Null, None).await else { continue };
        let (text, attempt) = (shown["text"].as_str().unwrap(), shown["attempt"].as_u64().unwrap());
        let known = client.journal.texts.entry((task, u32::try_from(attempt).unwrap())).or_default();
        if text.len() > known.len() {
            text.clone_into(known);
        }
    }
}
