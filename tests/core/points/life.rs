//! A program that dies at a moment, the client that works with it, and the calm life after that.

use crate::app::{self, App};
use crate::client::{self, Client, Request, Stop};
use crate::journal::Socket;
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::{Folder, ran};
use meanwhile_support::model_server::ModelServer;
use reqwest::Method;
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

const MOMENT: &str = "MEANWHILE_FAILPOINT";
/// How a process ends itself.
const ABORT: i32 = 6;

pub struct Life {
    pub folder: Folder,
    pub server: ModelServer,
    pub client: Client,
    now: Option<Now>,
    /// A task, and what was asked of it without an answer.
    unanswered: Option<(usize, &'static str)>,
}

/// The running program.
struct Now {
    app: App,
    api: ApiClient,
    socket: Socket,
}

impl Life {
    pub async fn new() -> Self {
        let (folder, server) = (Folder::new(), ModelServer::start().await);
        Self { folder, server, client: Client::default(), now: None, unanswered: None }
    }

    /// The first start of the program; it dies at this moment.
    pub async fn start(&mut self, point: &str) {
        let serve = self.folder.serve_with(&[], |command| {
            command.env(MOMENT, point);
        });
        // No moment comes before there is a task.
        let app = App(serve.await).set_up(&self.server.base_url()).await;
        let api = app.client();
        let socket = self.client.journal.connect(&api).await.expect("it is followed before it dies");
        self.now = Some(Now { app, api, socket });
    }

    /// As many background tasks at a time.
    pub async fn places(&self, places: u32) {
        let settings = json!({ "parallel_tasks": places });
        let (status, body) = app::call(self.api(), Method::PUT, "/settings", &settings, None).await.unwrap();
        assert_eq!(status, 200, "{body}");
    }

    /// Asks for an answer in the background; its number, or `None` when the program died instead of answering.
    pub async fn ask(&mut self, spec: &str) -> Option<usize> {
        self.send(spec, true).await
    }

    /// The same for an answer that is watched.
    pub async fn watch(&mut self, spec: &str) -> Option<usize> {
        self.send(spec, false).await
    }

    async fn send(&mut self, spec: &str, is_background: bool) -> Option<usize> {
        let number = self.client.requests.len();
        let pieces = spec.split('-').find_map(|word| word.strip_prefix('c')?.parse().ok());
        self.client.requests.push(Request {
            key: format!("request-{number}"),
            model: format!("sim-{spec}"),
            is_background,
            pieces: pieces.filter(|_| !spec.ends_with("e400")),
            task: None,
            stop: Stop::No,
        });
        let (status, body) = client::send(self.api(), &self.client.requests[number]).await.ok()?;
        assert_eq!(status, 201, "{body}");
        self.client.requests[number].task = Some(body["id"].as_str().unwrap().to_owned());
        Some(number)
    }

    /// Pauses, resumes or stops a task; `None` when the program died instead of answering.
    pub async fn tell(&mut self, number: usize, verb: &'static str) -> Option<()> {
        self.unanswered = Some((number, verb));
        if verb == "finish" {
            self.client.requests[number].stop = Stop::Taken;
        }
        let status = self.told(number, verb).await?;
        assert_eq!(status, 200, "{verb} is done");
        self.unanswered = None;
        if verb == "stop" {
            self.client.requests[number].stop = Stop::Acknowledged;
        }
        Some(())
    }

    async fn told(&self, number: usize, verb: &str) -> Option<u16> {
        let path = format!("/background-agents/{}/{verb}", self.task(number));
        app::call(self.api(), Method::POST, &path, &json!({}), None).await.ok().map(|(status, _)| status)
    }

    /// Follows until the newest fact about the state of a task is of this kind; `None` when the program dies before.
    pub async fn until(&mut self, number: usize, kind: &str) -> Option<()> {
        let task = self.task(number).to_owned();
        while self.client.journal.states().get(task.as_str()).is_none_or(|(_, found)| *found != kind) {
            self.read().await?;
        }
        Some(())
    }

    /// Follows until text of a task was shown.
    pub async fn until_text(&mut self, number: usize) -> Option<()> {
        let task = self.task(number).to_owned();
        while !self.client.journal.texts.keys().any(|(of, _)| *of == task) {
            self.read().await?;
        }
        Some(())
    }

    async fn read(&mut self) -> Option<()> {
        let now = self.now.as_mut().expect("it was started");
        self.client.journal.read(&mut now.socket).await.then_some(())
    }

    /// It died by itself, at the moment and not of something else.
    pub async fn has_died(&mut self, point: &str) {
        let mut now = self.now.take().expect("it was started");
        // What it still said is acknowledged.
        while self.client.journal.read(&mut now.socket).await {}
        let ended = now.app.0.ended().await;
        let log = self.folder.log();
        assert_eq!(ended.signal(), Some(ABORT), "{point}: it ends itself: {ended}\n{log}");
        assert!(log.contains(&format!("point=\"{point}\"")), "{point} was met:\n{log}");
    }

    /// From outside, as every kill of the other tests.
    pub async fn kill(&mut self) {
        self.now.take().expect("it was started").app.kill_after(Duration::ZERO).await;
    }

    /// Starts the program, which dies before it is ready.
    pub async fn die_in_the_start(&self, point: &str) {
        let mut command = self.folder.meanwhile(&["serve"]);
        command.env(MOMENT, point);
        let ended = ran(command).await;
        assert_eq!(ended.code, -1, "{point}: a signal ended it: {ended:?}");
        assert_eq!(ended.out, "", "{point}: it never said that it is ready");
        assert!(ended.err.contains(&format!("point=\"{point}\"")), "{point} was met: {ended:?}");
    }

    /// A start without a moment: what was not answered is asked again, what was set aside is taken up, all comes to its end.
    pub async fn go_on_to_the_end(&mut self) {
        self.server.release();
        let app = App::start(&self.folder).await;
        let api = app.client();
        let socket = self.client.journal.connect(&api).await.expect("it is followed");
        self.now = Some(Now { app, api, socket });
        app::assert_healthy(&self.folder, "after the recovery").await;
        if let Some((number, verb)) = self.unanswered.take() {
            let status = self.told(number, verb).await.expect("it answers");
            assert!(status == 200 || status == 409, "{verb} is done, or was: {status}");
            if verb == "stop" {
                let stop = if status == 200 { Stop::Acknowledged } else { Stop::Unknown };
                self.client.requests[number].stop = stop;
            }
        }
        let now = self.now.take().expect("it was started");
        self.client.work_until_final(&now.app).await;
        self.client.until_told(&now.api).await;
        now.app.quit().await;
    }

    fn api(&self) -> &ApiClient {
        &self.now.as_ref().expect("it was started").api
    }

    fn task(&self, number: usize) -> &str {
        self.client.requests[number].task.as_deref().expect("it was acknowledged")
    }
}
