//! The verbs, with the real program.

use meanwhile_support::binary::{Folder, Ran, Signal, ran, signal};
use meanwhile_support::model_server::{Gate, ModelServer, hang, stop, text, wait};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

const QUICK: &str =
    "Practice model: sample text, not a real answer. Your prompt began \u{201c}What is up\u{201d}.\n";

/// A folder whose process knows a model server by the name `sim`.
async fn with_server() -> (Folder, ModelServer) {
    let folder = Folder::new();
    let server = ModelServer::start().await;
    let url = server.base_url();
    folder.run(&["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &url]).await.ok();
    (folder, server)
}

async fn background(folder: &Folder, model: &str) -> String {
    let out = folder.run(&["ask", "--background", "--model", model, "Summarise this"]).await.ok();
    out.trim().to_owned()
}

async fn until_state(folder: &Folder, id: &str, state: &str) {
    folder.client().until_state(id, state).await;
}

async fn with_input(folder: &Folder, args: &[&str], input: &str) -> Ran {
    let mut command = folder.meanwhile(args);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    child.wait_with_output().await.unwrap().into()
}

#[tokio::test]
async fn ask_prints_the_answer_and_starts_what_it_needs() {
    let folder = Folder::new();
    let ran = folder.run(&["ask", "--model", "practice/quick", "What is up"]).await;
    assert!(ran.err.starts_with("Meanwhile was not running. It now works in the background"), "{}", ran.err);
    assert_eq!(ran.ok(), QUICK);
    let pid = folder.pid();
    let ran = folder.run(&["ask", "--model", "practice/quick", "What is up"]).await;
    assert_eq!(ran.err, "", "the second question finds the process of the first");
    assert_eq!(folder.pid(), pid);
}

#[tokio::test]
async fn ask_shows_text_as_soon_as_it_is_stored() {
    let (folder, server) = with_server().await;
    let gate = Gate::new();
    server.script("m", [text("one "), wait(&gate), text("two"), stop()]);
    let mut child = folder.meanwhile(&["ask", "--model", "sim/m", "x"]).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 4];
    out.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"one ", "while the answer is still being made");
    gate.open();
    let mut rest = String::new();
    out.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "two\n");
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn several_verbs_at_once_start_one_process() {
    let folder = Folder::new();
    let verbs = (0..4).map(|_| folder.meanwhile(&["tasks", "--json"])).map(ran);
    let all = futures_util::future::join_all(verbs).await;
    for ran in all {
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert!(folder.pid().is_some());
}

#[tokio::test]
async fn a_piped_text_joins_the_prompt() {
    let folder = Folder::new();
    let ran =
        with_input(&folder, &["ask", "--model", "practice/quick", "--json", "Summarise:"], "the text").await;
    assert_eq!(ran.json()["prompt"], "Summarise:\n\nthe text");
}

#[tokio::test]
async fn a_dash_reads_the_prompt_from_standard_input() {
    let folder = Folder::new();
    let ran =
        with_input(&folder, &["ask", "--model", "practice/quick", "--json", "-"], "from a pipe\n").await;
    assert_eq!(ran.json()["prompt"], "from a pipe\n");
}

#[tokio::test]
async fn no_prompt_at_all_is_a_matter_of_usage() {
    let folder = Folder::new();
    let ran = folder.run(&["ask"]).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("what do you want to ask?"), "{}", ran.err);
    assert!(!folder.path().exists(), "nothing was started for it");
}

#[tokio::test]
async fn ask_without_a_model_says_what_to_do() {
    let folder = Folder::new();
    let ran = folder.run(&["ask", "x"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.lines().last().unwrap().contains("model"), "{}", ran.err);
}

#[tokio::test]
async fn a_task_that_fails_ends_with_1_and_the_cause() {
    let (folder, _server) = with_server().await;
    let ran = folder.run(&["ask", "--model", "sim/e400", "x"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("Failed: "), "{}", ran.err);
}

#[tokio::test]
async fn a_question_that_waits_for_the_user_says_how_to_go_on() {
    let (folder, _server) = with_server().await;
    let ran = folder.run(&["ask", "--model", "sim/e401", "x"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("It waits for you: "), "{}", ran.err);
    assert!(ran.err.contains("meanwhile resume tsk_"), "{}", ran.err);
}

#[tokio::test]
async fn background_prints_the_id_and_how_to_look_at_it() {
    let (folder, server) = with_server().await;
    server.script("m", [hang()]);
    let ran = folder.run(&["ask", "--background", "--model", "sim/m", "x"]).await;
    let id = ran.out.trim();
    assert!(id.starts_with("tsk_"), "{ran:?}");
    assert!(ran.err.contains(&format!("meanwhile watch {id}")), "{}", ran.err);
}

#[tokio::test]
async fn ask_can_go_on_in_a_conversation() {
    let folder = Folder::new();
    let ask = ["ask", "--json", "--model", "practice/quick", "What is up"];
    let first = folder.run(&ask).await.json();
    let conversation = first["conversation_id"].as_str().unwrap();
    let second = folder.run(&[&ask[..], &["--conversation", conversation]].concat()).await.json();
    assert_eq!((&second["conversation_id"], &second["turn"]), (&first["conversation_id"], &json!(2)));
    assert_eq!(second["text"], QUICK);
}

#[tokio::test]
async fn watch_follows_a_task_to_its_end() {
    let (folder, server) = with_server().await;
    let gate = Gate::new();
    server.script("m", [text("one "), wait(&gate), text("two"), stop()]);
    let id = background(&folder, "sim/m").await;
    let mut child = folder.meanwhile(&["watch", &id]).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 4];
    out.read_exact(&mut first).await.unwrap();
    gate.open();
    let mut rest = String::new();
    out.read_to_string(&mut rest).await.unwrap();
    assert_eq!((&first, rest.as_str()), (b"one ", "two\n"));
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn watch_tells_attempts_beside_the_answer() {
    let (folder, server) = with_server().await;
    let whole = vec![text("whole"), stop()];
    server.scripts("m", [vec![meanwhile_support::model_server::cut()], whole]);
    let id = background(&folder, "sim/m").await;
    let ran = folder.run(&["watch", &id]).await;
    assert_eq!((ran.code, ran.out.as_str()), (0, "whole\n"), "{}", ran.err);
    until_state(&folder, &id, "completed").await;
    let log = folder.run(&["logs", &id]).await.ok();
    assert!(log.contains("Attempt 2"), "{log}");
}

#[tokio::test]
async fn watch_of_a_finished_task_prints_it() {
    let folder = Folder::new();
    let done = folder.run(&["ask", "--json", "--model", "practice/quick", "What is up"]).await.json();
    assert_eq!(folder.run(&["watch", done["id"].as_str().unwrap()]).await.ok(), QUICK);
}

#[tokio::test]
async fn show_prints_the_answer_and_the_facts() {
    let folder = Folder::new();
    let done = folder.run(&["ask", "--json", "--model", "practice/quick", "What is up"]).await.json();
    let shown = folder.run(&["show", done["id"].as_str().unwrap()]).await.ok();
    assert!(shown.starts_with(QUICK), "{shown}");
    assert!(shown.contains("State         Done\n"), "{shown}");
    assert!(shown.contains("Model         practice/quick\n"), "{shown}");
    assert!(shown.contains("Asked         just now\n"), "{shown}");
}

#[tokio::test]
async fn tasks_lists_state_age_and_title() {
    let (folder, server) = with_server().await;
    server.script("m", [text("Half"), hang()]);
    folder.run(&["ask", "--model", "practice/quick", "What is up"]).await.ok();
    let id = background(&folder, "sim/m").await;
    until_state(&folder, &id, "running").await;
    let listed = folder.run(&["tasks"]).await.ok();
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(
        lines[0].starts_with("Working ") && lines[0].ends_with(&format!("{id}  Summarise this")),
        "{listed}"
    );
    assert!(
        lines[1].starts_with("Done ") && lines[1].contains(" just now ") && lines[1].ends_with("What is up"),
        "{listed}"
    );
}

#[tokio::test]
async fn stop_ends_a_task_and_a_second_stop_is_refused() {
    let (folder, server) = with_server().await;
    server.script("m", [text("Half"), hang()]);
    let id = background(&folder, "sim/m").await;
    until_state(&folder, &id, "running").await;
    folder.run(&["stop", &id]).await.ok();
    until_state(&folder, &id, "cancelled").await;
    let ran = folder.run(&["stop", &id]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("cancelled"), "{}", ran.err);
    let watched = folder.run(&["watch", &id]).await;
    assert_eq!((watched.code, watched.out.as_str()), (1, "Half\n"), "what was written is kept");
}

#[tokio::test]
async fn pause_and_resume_set_a_task_aside_and_take_it_up() {
    let (folder, server) = with_server().await;
    server.script("m", [text("Half"), hang()]);
    let id = background(&folder, "sim/m").await;
    until_state(&folder, &id, "running").await;
    folder.run(&["pause", &id]).await.ok();
    until_state(&folder, &id, "paused").await;
    server.script("m", [text("Whole"), stop()]);
    folder.run(&["resume", &id]).await.ok();
    until_state(&folder, &id, "completed").await;
}

#[tokio::test]
async fn logs_tell_what_happened_in_plain_words() {
    let folder = Folder::new();
    let done = folder.run(&["ask", "--json", "--model", "practice/quick", "What is up"]).await.json();
    let log = folder.run(&["logs", done["id"].as_str().unwrap()]).await.ok();
    let facts: Vec<&str> = log.lines().map(|line| line.split_at(13).1).collect();
    assert_eq!(
        facts,
        ["Accepted, somebody watches", "Attempt 1 asks practice/quick", "Attempt 1 is complete", "Done"]
    );
}

#[tokio::test]
async fn every_verb_about_a_task_can_print_the_json_of_the_api() {
    let folder = Folder::new();
    let done = folder.run(&["ask", "--json", "--model", "practice/quick", "What is up"]).await.json();
    let id = done["id"].as_str().unwrap();
    let client = folder.client();
    assert_eq!(folder.run(&["show", "--json", id]).await.json(), client.task(id).await);
    assert_eq!(
        folder.run(&["tasks", "--json"]).await.json(),
        client.get("/background-agents").await.expect(200)
    );
    let events = client.get(&format!("/background-agents/{id}/events")).await.expect(200);
    assert_eq!(folder.run(&["logs", "--json", id]).await.json(), events);
}

#[tokio::test]
async fn watch_as_json_prints_one_event_a_line() {
    let (folder, server) = with_server().await;
    let gate = Gate::new();
    server.script("m", [text("one"), wait(&gate), stop()]);
    let id = background(&folder, "sim/m").await;
    let mut child = folder.meanwhile(&["watch", "--json", &id]).spawn().unwrap();
    gate.reached().await;
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    gate.open();
    let mut last = Value::Null;
    while let Some(line) = lines.next_line().await.unwrap() {
        last = serde_json::from_str(&line).unwrap();
        assert_eq!(last["task_id"], id);
    }
    assert_eq!(last["kind"], "completed");
}

#[tokio::test]
async fn an_id_that_names_nothing_is_said_so() {
    let folder = Folder::new();
    for verb in ["show", "watch", "stop", "pause", "resume", "logs"] {
        let ran = folder.run(&[verb, "tsk_unknown"]).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{verb}");
        assert!(ran.err.ends_with("meanwhile: there is no task tsk_unknown\n"), "{}", ran.err);
    }
}

#[tokio::test]
async fn a_key_comes_from_the_environment_and_stays_out_of_every_file_and_answer() {
    let folder = Folder::new();
    let args =
        ["provider", "add", "--name", "mine", "--kind", "openai-chat", "--base-url", "http://127.0.0.1:9/v1"];
    let mut command = folder.meanwhile(&[&args[..], &["--key-env", "MINE_KEY"]].concat());
    command.env("MINE_KEY", "sk-canary-5f1d");
    let ran = ran(command).await;
    assert!(!ran.out.contains("canary") && !ran.err.contains("canary"), "{ran:?}");
    ran.ok();
    let listed = folder.run(&["provider", "list", "--json"]).await.ok();
    assert!(listed.contains("\"MINE_KEY\"") && !listed.contains("canary"), "{listed}");
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let file = entry.unwrap().path();
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|piece| piece == b"canary"), "{} holds the key", file.display());
    }
}

#[tokio::test]
async fn a_key_can_be_piped_in() {
    let (folder, server) = with_server().await;
    let url = server.base_url();
    let args =
        ["provider", "add", "--name", "keyed", "--kind", "openai-chat", "--base-url", &url, "--key-stdin"];
    with_input(&folder, &args, "sk-piped\n").await.ok();
    folder.run(&["ask", "--model", "keyed/sim-c1", "x"]).await.ok();
    let requests = server.requests();
    assert_eq!(requests.last().unwrap().header("authorization"), Some("Bearer sk-piped"));
}

#[tokio::test]
async fn a_variable_that_is_not_set_is_named() {
    let folder = Folder::new();
    let args =
        ["provider", "add", "--name", "mine", "--kind", "openai-chat", "--base-url", "http://127.0.0.1:9/v1"];
    let ran = folder.run(&[&args[..], &["--key-env", "MEANWHILE_TEST_UNSET"]].concat()).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("MEANWHILE_TEST_UNSET is not set"), "{}", ran.err);
}

#[tokio::test]
async fn a_key_is_never_an_argument() {
    let folder = Folder::new();
    let ran = folder
        .run(&[
            "provider",
            "add",
            "--name",
            "mine",
            "--kind",
            "openai-chat",
            "--base-url",
            "http://x",
            "--key",
            "sk-1",
        ])
        .await;
    assert_eq!(ran.code, 2);
}

#[tokio::test]
async fn providers_can_be_listed_tested_and_removed() {
    let (folder, server) = with_server().await;
    let listed = folder.run(&["provider", "list"]).await.ok();
    assert!(
        listed.lines().any(|line| line.starts_with("sim ") && line.ends_with(&server.base_url())),
        "{listed}"
    );
    assert!(folder.run(&["provider", "test", "sim"]).await.ok().starts_with("It answers, in "));
    assert!(folder.run(&["models"]).await.ok().lines().any(|line| line == "practice/quick"));
    folder.run(&["provider", "remove", "sim"]).await.ok();
    let ran = folder.run(&["provider", "test", "sim"]).await;
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_a_failure_with_the_cause() {
    let folder = Folder::new();
    let args =
        ["provider", "add", "--name", "gone", "--kind", "openai-chat", "--base-url", "http://127.0.0.1:9/v1"];
    folder.run(&args).await.ok();
    let ran = folder.run(&["provider", "test", "gone"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("127.0.0.1:9"), "{}", ran.err);
}

#[tokio::test]
async fn status_and_quit_start_nothing() {
    let folder = Folder::new();
    let ran = folder.run(&["status"]).await;
    assert_eq!(ran.code, 4);
    assert!(ran.err.starts_with("meanwhile: Meanwhile is not running"), "{}", ran.err);
    assert_eq!(folder.run(&["quit"]).await.code, 0);
    assert!(!folder.path().exists());
}

#[tokio::test]
async fn status_tells_what_runs() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let status = folder.run(&["status", "--json"]).await.json();
    assert_eq!(status["pid"], serve.pid());
    let said = folder.run(&["status"]).await.ok();
    assert!(said.contains(&format!("without a window, process {}", serve.pid())), "{said}");
}

#[tokio::test]
async fn quit_names_what_it_would_interrupt_and_ends_with_force() {
    let folder = Folder::new();
    let mut serve = folder.serve().await;
    let id = background(&folder, "practice/long-task").await;
    until_state(&folder, &id, "running").await;
    let ran = folder.run(&["quit"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("Summarise this"), "{}", ran.err);
    folder.run(&["quit", "--force"]).await.ok();
    assert_eq!(serve.ended().await.code(), Some(0));
    assert_eq!(folder.run(&["status"]).await.code, 4);
}

#[tokio::test]
async fn a_pointer_that_a_crash_left_behind_is_not_believed() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let dead = serve.pid();
    serve.crash().await;
    assert_eq!(folder.pid(), Some(dead), "the crash left its pointer");
    assert_eq!(folder.run(&["status"]).await.code, 4);
    folder.run(&["tasks"]).await.ok();
    assert_ne!(folder.pid(), Some(dead), "a new process was started");
}

#[tokio::test]
async fn doctor_checks_a_folder_that_nobody_works_on() {
    let folder = Folder::new();
    folder.run(&["ask", "--model", "practice/quick", "What is up"]).await.ok();
    assert_eq!(folder.run(&["doctor"]).await.ok(), "All is well.\n");
    folder.run(&["quit"]).await.ok();
    assert_eq!(folder.run(&["doctor", "--json"]).await.json(), json!({ "findings": [] }));
    assert_eq!(folder.pid(), None, "it started nothing");
}

#[tokio::test]
async fn doctor_finds_a_broken_row_and_ends_with_1() {
    let folder = Folder::new();
    let done = folder.run(&["ask", "--json", "--model", "practice/quick", "What is up"]).await.json();
    folder.run(&["quit"]).await.ok();
    let database = rusqlite::Connection::open(folder.path().join("meanwhile.db")).unwrap();
    database.execute("UPDATE task SET state = 'running'", []).unwrap();
    drop(database);
    let ran = folder.run(&["doctor", "--json"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        found["findings"].as_array().unwrap().iter().any(|finding| finding["task_id"] == done["id"]),
        "{found}"
    );
}

#[tokio::test]
async fn open_without_a_window_says_what_to_do() {
    let folder = Folder::new();
    let _serve = folder.serve().await;
    let ran = folder.run(&["open"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("running without a window"), "{}", ran.err);
}

#[tokio::test]
async fn a_watcher_whose_process_dies_is_told_that_nothing_is_lost() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let id = background(&folder, "practice/long-task").await;
    let mut child = folder.meanwhile(&["watch", &id]).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).await.unwrap();
    serve.crash().await;
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("is stored"), "{}", ran.err);
}

#[tokio::test]
async fn a_reader_that_leaves_is_no_error() {
    let folder = Folder::new();
    folder.run(&["ask", "--model", "practice/quick", "What is up"]).await.ok();
    let mut command = folder.meanwhile(&["tasks"]);
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[tokio::test]
async fn the_started_process_outlives_ctrl_c_of_the_verb_that_started_it() {
    let folder = Folder::new();
    let id = background(&folder, "practice/long-task").await;
    let child = folder.meanwhile(&["watch", &id]).spawn().unwrap();
    let watcher = child.id().unwrap();
    let mut child = child;
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 10]).await.unwrap();
    signal(watcher, Signal::Int);
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!(ran.code, 130);
    assert!(ran.err.contains("It goes on without you"), "{}", ran.err);
    until_state(&folder, &id, "running").await;
}

#[tokio::test]
async fn wrong_arguments_end_with_2() {
    let folder = Folder::new();
    for args in
        [&["nonsense"][..], &["show"], &["tasks", "--limit", "0"], &["serve", "--listen", "here"], &[]]
    {
        assert_eq!(folder.run(args).await.code, 2, "{args:?}");
    }
    assert_eq!(folder.run(&["--help"]).await.code, 0);
    assert_eq!(folder.run(&["--version"]).await.code, 0);
}
