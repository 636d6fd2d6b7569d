//! Looking at tasks and changing them on the command line.

use super::{QUICK, background, until_state, with_server};
use meanwhile_support::binary::{Folder, Ran};
use meanwhile_support::model_server::{Gate, cut, hang, refuse, stop, text, wait};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

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
    server.scripts("m", [vec![cut()], whole]);
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
    let found = folder.run(&["tasks", "--search", "what up"]).await.ok();
    assert_eq!(found.trim_end(), lines[1]);
    let running = folder.run(&["tasks", "--state", "running", "--model", "sim/m"]).await.ok();
    assert_eq!(running.trim_end(), lines[0]);
    assert_eq!(folder.run(&["tasks", "--unread"]).await.ok(), "", "somebody watched it");
    assert_eq!(folder.run(&["tasks", "--search", "nowhere"]).await.ok(), "");
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
async fn watch_as_json_prints_every_event_on_its_line() {
    let (folder, server) = with_server().await;
    let gate = Gate::new();
    server.script("m", [text("one"), wait(&gate), stop()]);
    let id = background(&folder, "sim/m").await;
    let mut child = folder.meanwhile(&["watch", "--json", &id]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut kinds = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["task_id"], id);
        kinds.push(event["kind"].as_str().unwrap().to_owned());
        if event["kind"] == "text_delta" {
            gate.open();
        }
    }
    assert_eq!(kinds, ["queued", "started", "text_delta", "attempt_ended", "completed"]);
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
async fn search_names_the_chat_the_place_and_the_words() {
    let folder = Folder::new();
    folder.run(&["ask", "--model", "practice/quick", "Where is the wombat?"]).await.ok();
    let found = folder.run(&["search", "the", "wombat"]).await;
    let lines: Vec<&str> = found.out.lines().collect();
    assert!(lines[0].contains("name") && lines[0].ends_with("Where is the wombat?"), "{found:?}");
    assert!(lines[2].contains("turn 1, answer") && lines[3].contains("Where is the wombat?"), "{found:?}");
    let nothing = folder.run(&["search", "100%", "&", "\"zebra"]).await;
    assert_eq!((nothing.code, nothing.out.as_str()), (0, ""));
    assert!(nothing.err.contains("Nothing found."), "{nothing:?}");
}

#[tokio::test]
async fn export_writes_one_chat_or_all_of_them() {
    let folder = Folder::new();
    assert!(folder.run(&["export"]).await.err.contains("There are no chats yet."));
    let first = folder.run(&["ask", "--model", "practice/quick", "--json", "One"]).await.json();
    folder.run(&["ask", "--model", "practice/quick", "Two"]).await.ok();
    let chat = first["conversation_id"].as_str().unwrap();
    let one = folder.run(&["export", chat]).await.ok();
    assert!(one.starts_with("# One\n") && one.contains("Practice model: sample text"), "{one}");
    let all = folder.run(&["export"]).await.ok();
    assert!(all.starts_with("# Two\n") && all.contains("\n# One\n"), "{all}");
    let lines = folder.run(&["export", "--format", "jsonl"]).await.ok();
    let kinds: Vec<_> =
        lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["type"].clone()).collect();
    assert_eq!(kinds, ["conversation", "message", "message", "conversation", "message", "message"]);
    assert_eq!(folder.run(&["export", "cnv_none"]).await.code, 2);
}

#[tokio::test]
async fn resume_tries_now_what_its_provider_asked_to_wait_with_and_warns_of_it() {
    let (folder, server) = with_server().await;
    let limited = refuse(429, &[("retry-after", "600")], r#"{"error":{"message":"slow down"}}"#);
    server.scripts("m", [vec![limited], vec![text("ok"), stop()]]);
    let id = background(&folder, "sim/m").await;
    let mut child = folder.meanwhile(&["watch", "--json", &id]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap()
        && !line.contains("requeued")
    {}
    child.kill().await.unwrap();
    let listed = folder.run(&["tasks"]).await.ok();
    assert!(listed.starts_with("Queued: rate limit"), "{listed}");
    let ran = folder.run(&["resume", &id]).await;
    assert!(ran.code == 0 && ran.err.contains("asked to be left alone for 9 m"), "{ran:?}");
    until_state(&folder, &id, "completed").await;
}

#[tokio::test]
async fn resume_with_another_model_names_the_task_that_goes_on_for_one_that_failed() {
    let (folder, server) = with_server().await;
    server.script("m", [refuse(400, &[], r#"{"error":{"message":"not for me"}}"#)]);
    let id = background(&folder, "sim/m").await;
    until_state(&folder, &id, "failed").await;
    let ran = folder.run(&["resume", &id, "--model", "practice/quick"]).await;
    let next = ran.err.split_whitespace().find(|word| word.starts_with("tsk_")).unwrap_or_default();
    assert!(ran.code == 0 && next.trim_end_matches(';') != id, "{ran:?}");
    until_state(&folder, next.trim_end_matches(';'), "completed").await;
    until_state(&folder, &id, "failed").await;
}

#[tokio::test]
async fn what_meanwhile_gave_itself_to_do_is_listed_apart() {
    let (folder, server) = with_server().await;
    let names = serde_json::json!({ "chat_names": "local" });
    let put = folder.client().request(reqwest::Method::PUT, "/settings").json(&names);
    assert_eq!(put.send().await.unwrap().status(), 200);
    server.scripts("m", [vec![text("Three bids came."), stop()], vec![text("Heat pumps"), stop()]]);
    let id = background(&folder, "sim/m").await;
    until_state(&folder, &id, "completed").await;
    let found =
        folder.run(&["tasks", "--system", "--state", "queued,running,completed", "--json"]).await.json();
    let named = found["tasks"][0]["id"].as_str().unwrap().to_owned();
    until_state(&folder, &named, "completed").await;
    let listed = folder.run(&["tasks", "--system"]).await.ok();
    assert!(listed.contains(&named) && listed.contains("Naming \u{201c}Summarise this\u{201d}"), "{listed}");
    for args in [vec!["tasks"], vec!["tasks", "--search", "summarise"]] {
        let listed = folder.run(&args).await.ok();
        assert!(listed.contains(&id) && !listed.contains(&named), "{listed}");
    }
    let log = folder.run(&["logs", &named]).await.ok();
    assert!(log.contains("Begun by Meanwhile itself"), "{log}");
}
