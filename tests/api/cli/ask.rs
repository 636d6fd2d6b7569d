//! Asking on the command line.

use super::{QUICK, with_input, with_server};
use meanwhile_support::binary::{Folder, ran};
use meanwhile_support::model_server::{Gate, hang, stop, text, wait};
use serde_json::json;
use tokio::io::AsyncReadExt;

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
async fn a_new_conversation_is_asked_in_the_manner_that_is_said() {
    let (folder, server) = with_server().await;
    server.script("m", [text("ok"), stop()]);
    let how = ["--system", "Be brief.", "--temperature", "0.5", "--max-answer-tokens", "300"];
    let task = folder.run(&[&["ask", "--model", "sim/m", "--json", "x"], &how[..]].concat()).await.json();
    let body = server.requests().pop().unwrap().body;
    assert_eq!(body["messages"][0], json!({ "role": "system", "content": "Be brief." }));
    assert_eq!((&body["temperature"], &body["max_tokens"]), (&json!(0.5), &json!(300)));
    let chat = task["conversation_id"].as_str().unwrap();
    let refused = folder.run(&["ask", "--conversation", chat, "--system", "Be long.", "x"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
}
