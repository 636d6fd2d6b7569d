//! The way from damaged data back to sound ones, by the commands that the plan names.

use super::QUICK;
use meanwhile_support::binary::Folder;
use serde_json::json;

// F14
#[tokio::test]
async fn the_repair_plan_names_commands_that_put_the_data_right() {
    let folder = Folder::new();
    folder.names_no_chats().await;
    folder.run(&["ask", "--model", "practice/quick", "What is up"]).await.ok();
    folder.run(&["quit"]).await.ok();
    let sound = folder.run(&["doctor", "--json", "--repair-plan"]).await.json();
    assert_eq!(sound, json!({ "findings": [], "repairs": [] }));
    let file = folder.path().join("meanwhile.db");
    let sql = rusqlite::Connection::open(&file).unwrap();
    sql.execute("DELETE FROM event WHERE kind = 'started'", []).unwrap();
    drop(sql);

    let ran = folder.run(&["doctor", "--repair-plan"]).await;
    assert_eq!(ran.code, 1);
    let plan = ran.out.split_once("\n\n").unwrap().1;
    assert_eq!(
        plan,
        "To put it right:\n  meanwhile salvage\n  \
         Closes the tasks named above with the text they have; everything else stays as it is.\n"
    );
    let out = folder.run(&["salvage"]).await.ok();
    assert!(out.starts_with("Read: 1 chats, 2 messages, 1 tasks\n1 of the tasks had lost a part"), "{out}");
    assert_eq!(folder.run(&["doctor"]).await.ok(), "All is well.\n");
    let tasks = folder.run(&["tasks", "--json"]).await.json();
    assert_eq!(tasks["history"][0]["text"], QUICK);
}

// F14
#[tokio::test]
async fn a_file_that_cannot_be_read_is_in_the_plan_too() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path()).unwrap();
    std::fs::write(folder.path().join("meanwhile.db"), "this is a letter, not a database. ".repeat(100))
        .unwrap();
    let found = folder.run(&["doctor", "--json", "--repair-plan"]).await;
    assert_eq!(found.code, 1);
    let found: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(found["findings"][0]["invariant"], "I1");
    assert_eq!(found["repairs"][0]["commands"], json!([]), "{found}");
    let refused = folder.run(&["salvage"]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("file is not a database"), "{}", refused.err);
}
