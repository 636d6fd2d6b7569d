//! The real program on one data folder: started, asked, killed.

use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::{Folder, Serve};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

/// A running `meanwhile serve`.
pub struct App(pub Serve);

impl App {
    pub async fn start(folder: &Folder) -> Self {
        Self(folder.serve().await)
    }

    /// The provider `sim` at `base_url`, and room for everything that is unfinished.
    pub async fn set_up(self, base_url: &str) -> Self {
        let provider = json!({ "name": "sim", "kind": "openai-chat", "base_url": base_url });
        self.0.client.post("/providers", &provider).await.expect(201);
        let places = json!({ "parallel_tasks": 64 });
        call(&self.0.client, Method::PUT, "/settings", &places, None).await.unwrap();
        self
    }

    pub fn client(&self) -> ApiClient {
        self.0.client.clone()
    }

    /// SIGKILL to this process, after a delay that is the fault itself: whatever is under way then is cut.
    pub async fn kill_after(self, delay: Duration) {
        tokio::time::sleep(delay).await;
        self.0.crash().await;
    }

    /// A polite end.
    pub async fn quit(mut self) {
        self.0.client.post("/quit", &json!({ "force": true })).await.expect(200);
        let status = self.0.ended().await;
        assert!(status.success(), "it ends well when it is asked to: {status}");
    }
}

/// Starts the program and kills it, ready or not.
pub async fn start_and_kill_after(folder: &Folder, delay: Duration) {
    let mut child = folder.meanwhile(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tokio::time::sleep(delay).await;
    assert_eq!(child.try_wait().unwrap(), None, "it runs until it is killed");
    child.start_kill().unwrap();
    child.wait().await.unwrap();
}

/// Every invariant holds: in the running program, or in what a dead one left.
pub async fn assert_healthy(folder: &Folder, when: &str) {
    let found = folder.run(&["doctor", "--json"]).await;
    assert!(found.code == 0 || found.code == 1, "{found:?}");
    let found: Value = serde_json::from_str(&found.out).unwrap_or_else(|_| panic!("{found:?}"));
    assert_eq!(found["findings"], json!([]), "every invariant holds {when}");
}

/// Status and body; `Err` when the connection broke.
pub async fn call(
    client: &ApiClient,
    method: Method,
    path: &str,
    body: &Value,
    key: Option<&str>,
) -> Result<(u16, Value), reqwest::Error> {
    let mut request = client.request(method, path).json(body);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    Ok((status, answer.json().await?))
}
