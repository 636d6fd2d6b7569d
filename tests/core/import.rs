//! What another app exported comes in from a file, with an account of each conversation in it.

use meanwhile_core::model::{ConversationId, ImportReport, Lane, Origin, Task, TaskState};
use meanwhile_core::{ExportFormat, SendMessage};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{hang, stop, text};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

fn chat(id: &str, day: &str) -> Value {
    json!({
        "uuid": id, "name": id, "created_at": format!("{day}T10:00:00Z"), "updated_at": format!("{day}T10:05:00Z"),
        "chat_messages": [
            { "uuid": "m1", "sender": "human", "text": "Why?", "created_at": format!("{day}T10:00:01Z") },
            { "uuid": "m2", "sender": "assistant", "text": "Because.", "created_at": format!("{day}T10:00:09Z") },
        ],
    })
}

#[tokio::test]
async fn a_file_comes_in_with_counts_on_the_way_and_a_way_to_its_newest_chat() {
    let app = Harness::start().await;
    let file = app.data_dir().join("conversations.json");
    let all = json!([chat("old", "2024-01-01"), {}, chat("new", "2024-03-01"), chat("middle", "2024-02-01")]);
    std::fs::write(&file, all.to_string()).unwrap();
    let heard = RefCell::new(Vec::new());
    let told = |report: &ImportReport| heard.borrow_mut().push(report.imported);
    let report = app.core.import_file(&file, told).await;
    assert_eq!(heard.take(), [1, 1, 2, 3]);
    assert_eq!((report.imported, report.prompts, report.already_here), (3, 3, 0));
    assert_eq!(report.left_out, BTreeMap::from([("of a form that is not known".to_owned(), 1)]));
    assert_eq!(report.stopped, None);
    let thread = app.core.thread(&report.newest.unwrap(), None, 10).await.unwrap();
    assert_eq!(thread.conversation.title, "new");
    assert_eq!(thread.turns[0].tasks[0].state, TaskState::Completed);

    let again = app.core.import_file(&file, |_| ()).await;
    assert_eq!((again.imported, again.already_here, again.newest), (0, 3, None));
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_what_came_before_is_kept() {
    let app = Harness::start().await;
    let file = app.data_dir().join("conversations.json");
    let whole = json!([chat("one", "2024-01-01"), chat("two", "2024-01-02")]).to_string();
    std::fs::write(&file, &whole[..whole.len() - 40]).unwrap();
    let report = app.core.import_file(&file, |_| ()).await;
    assert_eq!(report.imported, 1);
    assert!(report.stopped.unwrap().starts_with("the file breaks off in line 1 (EOF"));
    assert_eq!(app.core.conversations().await.unwrap().len(), 1);
    let none = app.core.import_file(Path::new("/nowhere.zip"), |_| ()).await;
    assert_eq!(none.stopped.unwrap(), "there is no file /nowhere.zip");
    app.assert_healthy().await;
}

/// Sends a prompt, perhaps as another version of an old one, and waits for its answer.
async fn ask(app: &Harness, chat: Option<&ConversationId>, edit_of: Option<&Task>, words: &str) -> Task {
    let message = SendMessage {
        conversation_id: chat.cloned(),
        edit_of: edit_of.map(|task| task.id.clone()),
        text: words.to_owned(),
        ..prompt("m", Lane::Interactive)
    };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Completed).await
}

/// A chat with answers given again, a branch of a branch that is not shown, a file, and an answer that breaks off.
async fn branched(app: &Harness) -> ConversationId {
    app.server.script("m", [text("ok"), stop()]);
    app.server.script("cut", [text("half an answ"), hang()]);
    let first = ask(app, None, None, "one").await;
    let chat = Some(&first.conversation_id);
    let again = app.core.retry_task(&first.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    let two = ask(app, chat, None, "two").await;
    ask(app, chat, None, "three").await;
    let edited = ask(app, chat, Some(&two), "two, edited").await;
    ask(app, chat, None, "three, after the edit").await;
    ask(app, chat, Some(&edited), "two, edited again").await;
    let notes = app.attach("notes.txt", b"a note").await.file;
    let message = SendMessage {
        conversation_id: chat.cloned(),
        attachments: vec![notes],
        ..prompt("cut", Lane::Interactive)
    };
    let cut = app.core.send_message(message).await.unwrap().task;
    app.until_text(&cut.id, "half an answ").await;
    app.core.stop_task(&cut.id).await.unwrap();
    app.until_state(&cut.id, TaskState::Cancelled).await;
    first.conversation_id
}

async fn lines_of(app: &Harness, chat: &ConversationId) -> Vec<Value> {
    let lines = app.core.export(chat, ExportFormat::Jsonl).await.unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What was said, each under the prompts that lead to it, without what is named anew where it comes in.
fn said(lines: &[Value]) -> Vec<String> {
    let mut ways: BTreeMap<&str, String> = BTreeMap::new();
    let mut said = Vec::new();
    for line in &lines[1..] {
        let text = line["text"].as_str().unwrap();
        match line["role"].as_str() {
            Some("user") => {
                let before = line["follows"].as_str().map_or("", |id| ways[id].as_str());
                let mut text = text.to_owned();
                if line["attachments"] != json!([]) {
                    text += "\n\n[Not in the export: notes.txt]";
                }
                let way = format!("{before} > {text}");
                said.push(format!("{way} at {}, {}", line["created_at"], line["is_shown"]));
                ways.insert(line["id"].as_str().unwrap(), way);
            }
            _ => said.push(format!(
                "{}: {text} by {} at {}, {}, {}",
                ways[line["answers"].as_str().unwrap()],
                line["model"],
                line["ended_at"],
                line["is_shown"],
                line["is_whole"]
            )),
        }
    }
    said.sort();
    said
}

#[tokio::test]
async fn what_was_exported_here_comes_in_elsewhere_with_every_branch_and_every_answer_and_once() {
    let (here, elsewhere) = (Harness::start().await, Harness::start().await);
    let chat = branched(&here).await;
    let other = ask(&here, None, None, "another chat").await.conversation_id;
    let file = here.data_dir().join("chats.jsonl");
    let mut all = here.core.export(&chat, ExportFormat::Jsonl).await.unwrap();
    all += "\n{\"type\": \"of a later form\"}\n";
    all += &here.core.export(&other, ExportFormat::Jsonl).await.unwrap();
    std::fs::write(&file, all).unwrap();

    let report = elsewhere.core.import_file(&file, |_| ()).await;
    assert_eq!((report.imported, report.prompts, report.stopped), (2, 9, None));
    let came = elsewhere.core.conversations().await.unwrap();
    let came = came.iter().find(|one| one.title == "one").unwrap();
    let (sent, got) = (lines_of(&here, &chat).await, lines_of(&elsewhere, &came.id).await);
    assert_eq!(said(&got), said(&sent));
    for key in ["title", "created_at", "updated_at"] {
        assert_eq!(got[0][key], sent[0][key]);
    }
    let again = elsewhere.core.import_file(&file, |_| ()).await;
    assert_eq!((again.imported, again.already_here), (0, 2));
    elsewhere.assert_healthy().await;

    let at_home = here.core.import_file(&file, |_| ()).await;
    assert_eq!((at_home.imported, at_home.already_here), (0, 2), "the very chats are still here");
    here.assert_healthy().await;
}

#[tokio::test]
async fn json_lines_that_break_off_keep_the_chats_before_and_take_no_part_of_one() {
    let (here, elsewhere) = (Harness::start().await, Harness::start().await);
    here.server.script("m", [text("ok"), stop()]);
    let mut all = String::new();
    for words in ["first", "second"] {
        let chat = ask(&here, None, None, words).await.conversation_id;
        all += &here.core.export(&chat, ExportFormat::Jsonl).await.unwrap();
    }
    let file = here.data_dir().join("chats.jsonl");
    std::fs::write(&file, &all[..all.len() - 40]).unwrap();
    let report = elsewhere.core.import_file(&file, |_| ()).await;
    assert_eq!(report.imported, 1);
    assert!(report.stopped.as_ref().unwrap().starts_with("the file breaks off in line 6 (EOF"), "{report:?}");
    std::fs::write(&file, all.replacen("\"type\":\"message\"", "type", 1)).unwrap();
    let report = elsewhere.core.import_file(&file, |_| ()).await;
    assert!(report.stopped.as_ref().unwrap().starts_with("line 2 of the file is damaged ("), "{report:?}");
    std::fs::write(&file, &all).unwrap();
    let report = elsewhere.core.import_file(&file, |_| ()).await;
    assert_eq!((report.imported, report.already_here, report.stopped), (1, 1, None));
    std::fs::write(&file, all.replace("\"version\":1", "\"version\":2")).unwrap();
    let report = elsewhere.core.import_file(&file, |_| ()).await;
    let newer = "written by a newer Meanwhile; update this one first".to_owned();
    assert_eq!(report.left_out, BTreeMap::from([(newer, 2)]));
    elsewhere.assert_healthy().await;
}

#[tokio::test]
async fn a_file_that_is_no_export_is_called_that_before_anything_else() {
    let app = Harness::start().await;
    let file = app.data_dir().join("file");
    let no_export = "this is no export of ChatGPT, Claude or Meanwhile";
    for (bytes, words) in [
        (&b""[..], "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", no_export),
        (b"Dear diary,\n[today] {it} rained", no_export),
        (b"\xff\xfe{\0}\0", no_export),
        (b"[today] it rained", no_export),
        (b"{today} it rained", no_export),
        (b"{}", no_export),
        (b"{\"type\": \"message\", \"role\": \"user\"}\n", no_export),
        (b"PK\x03\x04nonsense", "the zip is damaged ("),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let report = app.core.import_file(&file, |_| ()).await;
        let stopped = report.stopped.unwrap();
        assert!(stopped.starts_with(words), "{stopped:?} for {:?}", String::from_utf8_lossy(bytes));
        assert_eq!(report.imported, 0);
    }
    let folder = app.core.import_file(&app.data_dir(), |_| ()).await.stopped.unwrap();
    assert!(folder.ends_with("is a folder; name the file in it"), "{folder}");
    app.assert_healthy().await;
}
