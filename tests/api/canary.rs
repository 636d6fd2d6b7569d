//! Promise P15: keys are in the keychain or in memory, and nowhere else.

use crate::cli::with_input;
use meanwhile_support::binary::{Folder, Serve, Signal, ran};
use meanwhile_support::canary::Canary;
use meanwhile_support::model_server::{ModelServer, Step, refuse, stop, text};
use serde_json::json;

/// A server that refuses a first request with the key in its header and, in every encoding, in its body; then it answers.
fn repeating(canary: &Canary) -> [Vec<Step>; 2] {
    let body = json!({ "error": { "message": format!("wrong: {}", canary.echoes()) } });
    let bearer = format!("Bearer {}", canary.key());
    let headers = [("www-authenticate", bearer.as_str()), ("x-request-id", canary.key())];
    [vec![refuse(400, &headers, &body.to_string())], vec![text("An answer."), stop()]]
}

/// Asks until there is an answer, and gives the tasks it took.
async fn ask_twice(serve: &Serve, model: &str) -> [String; 2] {
    let mut ids = [String::new(), String::new()];
    for (id, state) in ids.iter_mut().zip(["failed", "completed"]) {
        let task = serve.client.start(&json!({ "prompt": "x", "model": model })).await;
        *id = task["id"].as_str().unwrap().to_owned();
        let ended = serve.client.until_state(id, state).await;
        let said = ended.to_string();
        assert_eq!(
            said.contains("wrong: [key]"),
            state == "failed",
            "what the server said is stored: {said}"
        );
    }
    ids
}

/// Everything that the API and the command line say about these tasks and the rest, each with its name.
async fn all_that_is_said(folder: &Folder, serve: &Serve, tasks: &[String]) -> Vec<(String, String)> {
    let mut paths: Vec<String> = ["providers", "models", "settings", "status", "doctor", "conversations"]
        .iter()
        .chain(&["background-agents", "openapi.json", "healthz"])
        .map(|name| format!("/{name}"))
        .collect();
    let mut verbs: Vec<Vec<&str>> = vec![
        vec!["backup"],
        vec!["backup", "--list", "--json"],
        vec!["doctor", "--json"],
        vec!["provider", "list", "--json"],
        vec!["provider", "test", "typed", "--json"],
        vec!["models", "--json"],
        vec!["status", "--json"],
        vec!["tasks", "--json"],
    ];
    for id in tasks {
        let task = serve.client.task(id).await;
        paths.push(format!("/background-agents/{id}"));
        paths.push(format!("/conversations/{}", task["conversation_id"].as_str().unwrap()));
        verbs.extend([vec!["logs", id], vec!["logs", id, "--json"], vec!["show", id]]);
    }
    let mut said = Vec::new();
    for path in paths {
        let answer = serve.client.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        said.push((path, format!("{:?}\n{}", answer.headers, answer.text)));
    }
    for verb in verbs {
        let ran = folder.run(&verb).await;
        assert!(ran.code == 0 || verb[0] == "show", "{verb:?}: {ran:?}");
        said.push((format!("{verb:?}"), format!("{}\n{}", ran.out, ran.err)));
    }
    said
}

/// Neither key is in what was said, in a file of the folder, in the log or in the list of processes.
fn assert_nowhere(canaries: &[&Canary], folder: &Folder, said: &[(String, String)], pid: Option<u32>) {
    for canary in canaries {
        for (who, words) in said {
            canary.assert_not_in(who, words);
        }
        let files = canary.assert_not_below(&folder.path());
        let read: Vec<_> = files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
        assert!(read.contains(&"meanwhile.db"), "{read:?}");
        assert!(files.iter().any(|file| file.parent() != Some(&folder.path())), "the copies too: {files:?}");
        canary.assert_not_in("the log", folder.log());
        if let Some(pid) = pid.filter(|_| cfg!(target_os = "linux")) {
            let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
            assert!(!arguments.is_empty(), "it runs");
            canary.assert_not_in("the list of processes", arguments);
        }
    }
}

// S-20, S-21, S-23, S-25
// F53, F73
#[tokio::test]
async fn a_key_is_in_no_file_no_log_no_answer_and_no_list_of_processes() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    // One that looks like a key and one that does not.
    let (typed, named) = (Canary::new("sk-"), Canary::new("pk:"));
    let variable = ("MEANWHILE_CANARY", named.key());
    let serve = folder.serve_with(&[], |command| {
        command.env(variable.0, variable.1).env("RUST_LOG", "trace");
    });
    let mut serve = serve.await;
    let url = server.base_url();
    let add = |name| ["provider", "add", "--name", name, "--kind", "openai-chat", "--base-url", &url];
    let added = with_input(&folder, &[&add("typed")[..], &["--key-stdin"]].concat(), typed.key()).await;
    let mut command = folder.meanwhile(&[&add("named")[..], &["--key-env", variable.0]].concat());
    command.env(variable.0, variable.1);
    let named_added = ran(command).await;
    let mut said: Vec<(String, String)> = [added, named_added]
        .map(|ran| ("provider add".to_owned(), format!("{}{}", ran.err.clone(), ran.ok())))
        .into();

    server.scripts("m-typed", repeating(&typed));
    server.scripts("m-named", repeating(&named));
    let mut tasks = ask_twice(&serve, "typed/m-typed").await.to_vec();
    tasks.extend(ask_twice(&serve, "named/m-named").await);
    for canary in [&typed, &named] {
        let sent = format!("Bearer {}", canary.key());
        let requests = server.requests();
        let with_it = requests.iter().filter(|seen| seen.header("authorization") == Some(sent.as_str()));
        assert!(with_it.count() >= 2, "the server got the key each time");
    }

    said.extend(all_that_is_said(&folder, &serve, &tasks).await);
    assert_nowhere(&[&typed, &named], &folder, &said, Some(serve.pid()));
    serve.signal(Signal::Term);
    assert_eq!(serve.ended().await.code(), Some(0));
    said.push(("standard output".to_owned(), serve.rest_of_stdout().await));
    assert_nowhere(&[&typed, &named], &folder, &said, None);
    assert!(folder.log().contains("ending"), "the log was written to its end");
}

// S-25
// F73
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_key_that_another_program_repeats_is_replaced_in_the_log() {
    let folder = Folder::new();
    let key = format!("path-that-is-a-key-{}", fastrand::u64(..));
    let canary = Canary::of(&key);
    // The keychain is asked to keep it, and the words in which that fails name the address.
    let address = format!("unix:path=/{key}");
    let serve = folder.serve_with(&[], |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    });
    let mut serve = serve.await;
    let provider =
        json!({ "name": "mine", "kind": "openai-chat", "base_url": "http://127.0.0.1:9/v1", "key": key });
    serve.client.post("/providers", &provider).await.expect(201);
    serve.signal(Signal::Term);
    serve.ended().await;
    let log = folder.log();
    canary.assert_not_in(&log, &log);
    assert!(log.contains("unix:path=/[key]"), "{log}");
    assert!(log.ends_with(" ending\n"), "{log}");
}

#[test]
fn the_search_finds_a_key_in_each_encoding_and_at_any_depth() {
    let canary = Canary::new("sk-");
    assert_eq!(canary.found_in(b"nothing but this"), None);
    for echo in canary.echoes().split(' ') {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(below.join("file"), format!("\0\u{fe}{echo}\n")).unwrap();
        let search = std::panic::AssertUnwindSafe(|| canary.assert_not_below(folder.path()));
        assert!(std::panic::catch_unwind(search).is_err(), "{echo}");
    }
    let known = Canary::of("sk-1?>~");
    let forms = ["sk-1?>~", "c2stMT8+fg", "c2stMT8-fg", "736B2D313F3E7E", "736b2d313f3e7e", "sk-1%3F%3E~"];
    assert!(known.echoes().starts_with(&forms.join(" ")), "{}", known.echoes());
}
