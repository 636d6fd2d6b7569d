//! Promise P17: the app talks only to hosts that were configured.

#[path = "../core/power/library.rs"]
mod library;

use meanwhile_support::binary::{Folder, Serve};
use meanwhile_support::model_server::ModelServer;
use serde_json::json;
use std::net::SocketAddr;

/// `serve`, with everything written down that it connects to or looks up.
struct Recorded {
    serve: Serve,
    tools: tempfile::TempDir,
}

impl Recorded {
    async fn start(folder: &Folder) -> Self {
        let tools = tempfile::tempdir().unwrap();
        let (recorder, log) = (tools.path().join("recorder.so"), tools.path().join("hosts"));
        library::build("../api/hosts/recorder.c", &recorder);
        let serve = folder.serve_with(&[], |command| {
            command.env("LD_PRELOAD", &recorder).env("MEANWHILE_HOSTS_LOG", &log);
            // A proxy would be a host that was configured, by the person whose machine this is.
            for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
                command.env_remove(name).env_remove(name.to_lowercase());
            }
        });
        Self { serve: serve.await, tools }
    }

    async fn add(&self, name: &str, base_url: &str) {
        let provider = json!({ "name": name, "kind": "openai-chat", "base_url": base_url });
        self.serve.client.post("/providers", &provider).await.expect(201);
    }

    async fn ask(&self, model: &str) {
        let task = self.serve.client.start(&json!({ "prompt": "x", "model": model })).await;
        self.serve.client.until_state(task["id"].as_str().unwrap(), "completed").await;
    }

    /// One line for each call, `connect 127.0.0.1:4711`.
    fn calls(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.tools.path().join("hosts")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

/// A socket of this machine, or an address of it.
fn stays_here(call: &str) -> bool {
    let (_, place) = call.split_once(' ').unwrap();
    place == "unix" || place.parse().is_ok_and(|address: SocketAddr| address.ip().is_loopback())
}

// S-05
#[tokio::test]
async fn in_a_whole_life_it_talks_to_the_provider_that_was_asked_and_to_nobody_else() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let mut life = Recorded::start(&folder).await;
    life.serve.client.get("/settings").await.expect(200);
    life.serve.client.get("/status").await.expect(200);
    life.ask("practice/quick").await;
    // What is only configured is left alone as well.
    life.add("far", "https://models.invalid/v1").await;
    assert!(
        life.calls().iter().all(|call| call == "connect unix"),
        "before any was asked: {:?}",
        life.calls()
    );

    life.add("sim", &server.base_url()).await;
    life.ask("sim/sim-c1").await;
    life.serve.client.post("/providers/sim/test", &json!({})).await.expect(200);
    life.serve.client.get("/doctor").await.expect(200);
    folder.run(&["doctor", "--json"]).await.ok();
    life.serve.client.post("/quit", &json!({})).await.expect(200);
    assert_eq!(life.serve.ended().await.code(), Some(0));

    let calls = life.calls();
    let provider = format!("connect {}", server.address());
    assert!(calls.contains(&provider), "the recorder sees what is asked: {calls:?}");
    let away: Vec<_> = calls.iter().filter(|call| !stays_here(call)).collect();
    assert!(away.is_empty(), "{away:?}");
}

#[tokio::test]
async fn the_recorder_sees_a_host_elsewhere() {
    let folder = Folder::new();
    let life = Recorded::start(&folder).await;
    life.add("far", "http://models.invalid/v1").await;
    let test = life.serve.client.post("/providers/far/test", &json!({})).await;
    assert_eq!(test.refusal(), (502, "provider"));
    let calls = life.calls();
    assert!(calls.contains(&"lookup models.invalid".to_owned()), "{calls:?}");
    assert!(!stays_here("lookup models.invalid") && !stays_here("connect 192.0.2.1:443"));
}
