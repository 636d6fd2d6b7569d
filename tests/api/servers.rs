//! A server of tools from the command line alone: added, accepted, asked through an agent and a kill, changed and removed.

use meanwhile_support::binary::{Folder, built};
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::{ModelServer, call, done, finish, stop, text};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

const SECRET: &str = "very-secret-value-4711";

fn add<'a>(behaviour: &'a str, program: &'a str, log: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["servers", "add", "evil"][..], more, &["--", program, behaviour, log]].concat()
}

fn program() -> String {
    built("mcp_server").to_str().unwrap().to_owned()
}

fn noted(log: &Path) -> usize {
    std::fs::read_to_string(log).unwrap_or_default().lines().count()
}

async fn begun(log: &Path) {
    let wait = async {
        while noted(log) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.expect("the server was never asked");
}

/// The command lines of all processes in which a word stands.
fn lines(word: &str) -> Vec<String> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned()).filter(|line| line.contains(word)).collect()
}

async fn until_gone(word: &str) {
    let wait = async {
        while !lines(word).is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.expect("something is left running");
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => all.extend(files(&entry.path())),
            kind if kind.is_file() => {
                all.push((entry.path(), std::fs::read(entry.path()).unwrap_or_default()))
            }
            _ => {}
        }
    }
    all
}

// F9, F60
#[tokio::test]
async fn a_server_of_tools_is_added_asked_through_a_kill_and_removed_from_the_command_line() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    let (program, log) = (program(), work.path().join("log"));
    let log_name = log.to_str().unwrap();
    let serve = folder.serve().await;
    let provider =
        ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&provider).await.ok();

    let shown = folder.run(&add("waits for a file", &program, log_name, &[])).await;
    for told in ["evil__echo", "Says what it is told.", "\"properties\": {", "\"text\""] {
        assert!(shown.out.contains(told), "{told}: {}", shown.out);
    }
    assert_ne!(shown.code, 0, "nobody could be asked, so nothing was accepted");
    let listed = folder.run(&["servers"]).await.ok();
    assert!(listed.contains("not yet accepted") && listed.contains("1 tool"), "{listed}");
    folder.run(&["servers", "accept", "evil", "--yes"]).await.ok();

    let asks = vec![call("evil__echo", json!({ "text": "hello" })), finish("tool_calls"), done()];
    server.scripts("m", [asks, vec![text("It said it."), stop()]]);
    let ask = ["ask", "--background", "--agent", "General", "--model", "sim/m", "--json", "Say hello"];
    let task = folder.run(&ask).await.json();
    let id = task["id"].as_str().unwrap().to_owned();
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let card = folder.run(&["approvals"]).await.ok();
    assert!(card.contains("echo of the server evil gets:") && card.contains("\"text\": \"hello\""), "{card}");
    let open = folder.run(&["approvals", "--task", &id, "--json"]).await.json();
    folder.run(&["approve", &open["approvals"][0]["id"].to_string(), "--yes"]).await.ok();
    begun(&log).await;
    serve.crash().await;
    until_gone(log_name).await;

    let serve = folder.serve().await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let again = folder.run(&["approvals", "--task", &id, "--json"]).await.json();
    let again: &Value = &again["approvals"][0];
    assert!(again["note"].as_str().unwrap().contains("nobody knows whether it happened"), "{again}");
    assert_eq!(noted(&log), 1, "nothing is repeated by itself");
    std::fs::write(log.with_extension("go"), "").unwrap();
    folder.run(&["approve", &again["id"].to_string(), "--yes"]).await.ok();
    serve.client.until_state(&id, "completed").await;
    assert_eq!(noted(&log), 2, "once for each yes");

    folder.run(&["servers", "remove", "evil"]).await.ok();
    until_gone(log_name).await;
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

// S-36
#[tokio::test]
async fn what_a_server_is_given_in_confidence_is_in_no_file_and_on_no_command_line() {
    let (folder, work) = (Folder::new(), tempfile::tempdir().unwrap());
    let (program, log) = (program(), work.path().join("log"));
    let log_name = log.to_str().unwrap();
    let serve = folder.serve().await;
    let secret = ["--variable", "SERVER_TOKEN", "--secrets-stdin", "--yes", "--json"];
    let mut command = folder.meanwhile(&add("shows its variables", &program, log_name, &secret));
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{SECRET}\n").as_bytes()).await.unwrap();
    let ended = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    let added: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&added["state"], &added["secrets"]), (&json!("ready"), &json!(["SERVER_TOKEN"])));
    assert!(!said.contains(SECRET));
    assert!(!lines(log_name).is_empty(), "it runs");
    assert_eq!(lines(SECRET), [""; 0]);
    for (file, bytes) in files(&folder.path()) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{}", file.display());
    }
    assert!(!folder.log().contains(SECRET));
    drop(serve);
    until_gone(log_name).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_refused_in_words_and_nothing_is_added() {
    let (folder, work) = (Folder::new(), tempfile::tempdir().unwrap());
    let (program, log) = (program(), work.path().join("log"));
    let _serve = folder.serve().await;
    let refused = folder.run(&add("dies at once", &program, log.to_str().unwrap(), &["--yes"])).await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("the server evil cannot be used: it ended at once")
            || refused.err.contains("the program ended"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("Nothing was added"), "{}", refused.err);
    let far = folder.run(&["servers", "add", "far", "--url", "http://example.com/mcp"]).await;
    assert!(far.err.contains("an address begins with https://"), "{}", far.err);
    assert_eq!(folder.run(&["servers", "--json"]).await.json(), json!({ "servers": [] }));
}
