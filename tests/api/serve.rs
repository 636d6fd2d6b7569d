//! `meanwhile serve`, the real program.

use meanwhile_support::binary::{Folder, Signal};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

const LONG: &str = "practice/long-task";

#[tokio::test]
async fn it_prints_one_line_of_json_when_it_is_ready_and_nothing_else() {
    let folder = Folder::new();
    let mut serve = folder.serve().await;
    assert_eq!(serve.ready["ready"], true);
    assert!(serve.ready["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{}", serve.ready);
    assert_eq!(serve.ready["token_file"], folder.path().join("api-token").to_str().unwrap());
    assert_eq!(serve.ready.as_object().unwrap().len(), 3);
    assert_eq!(serve.client.get("/healthz").await.expect(200), json!({ "ok": true }));
    serve.signal(Signal::Term);
    assert_eq!(serve.rest_of_stdout().await, "");
}

// F8
#[tokio::test]
async fn it_ends_within_three_seconds_of_a_signal_also_at_work() {
    for signal in [Signal::Term, Signal::Int] {
        let folder = Folder::new();
        let mut serve = folder.serve().await;
        let task = serve.client.start(&json!({ "prompt": "x", "model": LONG })).await;
        serve.client.until(task["id"].as_str().unwrap(), |task| task["text"] != "").await;
        let _follower = serve.client.request(reqwest::Method::GET, "/events").send().await.unwrap();
        let began = Instant::now();
        serve.signal(signal);
        assert_eq!(serve.ended().await.code(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(3), "{signal:?} took {:?}", began.elapsed());
        assert!(!folder.path().join("endpoint.json").exists());
    }
}

// F2
#[tokio::test]
async fn work_goes_on_after_a_crash_and_the_token_of_before_is_worth_nothing() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let task = serve.client.start(&json!({ "prompt": "x", "model": LONG })).await;
    let id = task["id"].as_str().unwrap();
    serve.client.until(id, |task| task["text"] != "").await;
    let token = serve.client.token.clone();
    serve.crash().await;

    let serve = folder.serve().await;
    assert_ne!(serve.client.token, token);
    let late = serve.client.with_token(&token);
    assert_eq!(late.get("/status").await.expect(401)["code"], "unauthorized");
    serve.client.until(id, |task| task["state"] == "running" && task["attempt"] == 2).await;
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

#[tokio::test]
async fn a_chosen_port_is_taken() {
    let folder = Folder::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let serve = folder.serve_with(&["--listen", &format!("127.0.0.1:{port}")], |_| {}).await;
    assert_eq!(serve.ready["url"], format!("http://127.0.0.1:{port}"));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let folder = Folder::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let ran = folder.run(&["serve", "--listen", &format!("127.0.0.1:{port}")]).await;
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert_eq!(
        ran.err,
        format!(
            "meanwhile: the port {port} is in use by another program. Choose another one, or 0 for any free port\n"
        )
    );
    assert!(!folder.path().exists(), "nothing was begun");
}

// F66
#[tokio::test]
async fn an_address_of_the_network_is_refused() {
    let folder = Folder::new();
    let ran = folder.run(&["serve", "--listen", "0.0.0.0:0"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("127.0.0.1 or [::1] only"), "{}", ran.err);
}

// F11
#[tokio::test]
async fn a_second_copy_names_the_folder_and_the_first_goes_on() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let ran = folder.run(&["serve"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    let said =
        format!("meanwhile: Meanwhile is already running with the data folder {}\n", folder.path().display());
    assert!(ran.err.ends_with(&said), "{}", ran.err);
    assert_eq!(serve.client.get("/healthz").await.status, 200);
    assert_eq!(folder.pid(), Some(serve.pid()), "the pointer still leads to the first");
}

// F18
#[tokio::test]
async fn a_newer_database_is_refused_and_not_touched() {
    let folder = Folder::new();
    folder.serve().await.crash().await;
    let file = folder.path().join("meanwhile.db");
    let database = rusqlite::Connection::open(&file).unwrap();
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(database);
    let before = std::fs::read(&file).unwrap();

    for verb in [&["serve"][..], &["doctor"], &["tasks"]] {
        let ran = folder.run(verb).await;
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{verb:?} said {}", ran.err);
        assert!(ran.err.contains("newer version"), "{}", ran.err);
    }
    assert!(std::fs::read(&file).unwrap() == before, "the file is the same to the last byte");
}

// F66
#[tokio::test]
async fn what_it_writes_can_be_read_by_the_user_alone() {
    let folder = Folder::new();
    let _serve = folder.serve().await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path()), 0o700);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
}

// F73
#[tokio::test]
async fn neither_prompts_nor_keys_nor_the_token_are_logged() {
    let folder = Folder::new();
    let serve = folder.serve_with(&[], |command| {
        command.env("RUST_LOG", "debug");
    });
    let mut serve = serve.await;
    let add = json!({ "name": "mine", "kind": "openai-chat", "base_url": "http://127.0.0.1:9/v1", "key": "sk-canary-key" });
    serve.client.post("/providers", &add).await.expect(201);
    for model in ["practice/quick", "mine/m"] {
        let task = serve.client.start(&json!({ "prompt": "canary-prompt", "model": model })).await;
        serve.client.until(task["id"].as_str().unwrap(), |task| task["attempt"] == 1).await;
    }
    serve.signal(Signal::Term);
    serve.ended().await;
    let log = folder.log();
    assert!(log.contains("ready"), "{log}");
    assert!(!log.contains("canary") && !log.contains(&serve.client.token), "{log}");
}

#[tokio::test]
async fn the_option_chooses_the_folder() {
    let folder = Folder::new();
    let other = tempfile::tempdir().unwrap();
    let serve = folder.serve_with(&["--data-dir", other.path().to_str().unwrap()], |_| {}).await;
    let status = serve.client.get("/status").await.expect(200);
    assert_eq!(status["data_dir"], other.path().to_str().unwrap());
    assert!(!folder.path().exists());
}

// F16
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.path(), "a file where the folder should be").unwrap();
    let ran = folder.run(&["serve"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains(folder.path().to_str().unwrap()), "{}", ran.err);
}

#[tokio::test]
async fn quit_over_the_api_ends_the_process() {
    let folder = Folder::new();
    let mut serve = folder.serve().await;
    assert_eq!(serve.client.post("/quit", &json!({})).await.expect(200)["working"], 0);
    assert_eq!(serve.ended().await.code(), Some(0));
    let endpoint: Option<Value> = folder.pid().map(Value::from);
    assert_eq!(endpoint, None, "the pointer is gone");
}
