//! What another app exported comes in from a file, with an account of each conversation in it.

use meanwhile_core::model::{ImportReport, TaskState};
use meanwhile_support::harness::Harness;
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
    assert!(report.stopped.unwrap().starts_with("EOF"));
    assert_eq!(app.core.conversations().await.unwrap().len(), 1);
    let none = app.core.import_file(Path::new("/nowhere.zip"), |_| ()).await;
    assert!(none.stopped.unwrap().contains("cannot be read"));
    app.assert_healthy().await;
}
