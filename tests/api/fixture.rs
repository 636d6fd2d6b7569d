use meanwhile_api::{Front, Limits, Listen, Server, Window};
use meanwhile_core::model::TaskId;
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{Step, hang, text};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;

/// A core with its API on a port of this machine, and a client with the token.
pub struct Api {
    pub app: Harness,
    pub server: Server,
    pub client: ApiClient,
}

impl Api {
    pub async fn start() -> Self {
        Self::with(Limits::default(), Front::None).await
    }

    pub async fn with(limits: Limits, front: Front) -> Self {
        let app = Harness::start().await;
        let server = meanwhile_api::serve_with(app.core.clone(), any_port(), front, limits).await.unwrap();
        let client = ApiClient::new(&server.address.url(), &server.token_file);
        Self { app, server, client }
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.client.url.strip_prefix("http://").unwrap().to_owned()
    }

    /// Starts a task whose answer is `steps`.
    pub async fn answering(&self, steps: impl IntoIterator<Item = Step>) -> Value {
        self.app.server.script("m", steps);
        self.client.start(&json!({ "prompt": "Summarise this", "model": "sim/m" })).await
    }

    /// Starts a task that is at work and stays so.
    pub async fn at_work(&self) -> Value {
        let task = self.answering([text("Half an "), hang()]).await;
        self.client.until(task["id"].as_str().unwrap(), |task| task["text"] == "Half an ").await
    }
}

pub fn any_port() -> Listen {
    Listen::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

pub fn id(task: &Value) -> &str {
    task["id"].as_str().unwrap()
}

/// A window that remembers what it was asked to show.
#[derive(Default)]
pub struct FakeWindow {
    pub opened: Mutex<Vec<Option<TaskId>>>,
}

impl Window for FakeWindow {
    fn open(&self, task: Option<TaskId>) {
        self.opened.lock().unwrap().push(task);
    }
}
