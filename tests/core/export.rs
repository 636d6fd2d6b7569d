//! A conversation leaves whole, to be read by people or by programs.

use crate::make;
use meanwhile_core::model::{Attached, Lane, Manner, Origin, TaskState};
use meanwhile_core::{ErrorCode, ExportFormat, SendMessage};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{cut, hang, refuse, stop, text};
use serde_json::{Value, json};

#[tokio::test]
async fn markdown_has_the_version_that_is_shown_of_each_turn_and_json_lines_have_them_all() {
    let app = Harness::start().await;
    app.server.scripts(
        "m",
        [
            vec![text("first"), stop()],
            vec![text("second"), stop()],
            vec![text("cut\n```rust\nlet x"), hang()],
        ],
    );
    let manner = Manner { system: "Be brief.".to_owned(), ..Manner::default() };
    let message =
        SendMessage { manner: Some(manner), text: "Why?".to_owned(), ..prompt("m", Lane::Interactive) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Completed).await;
    let again = app.core.retry_task(&task.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    let chat = &task.conversation_id;
    let cut = app.send_in(chat, "m", Lane::Interactive).await;
    app.until_text(&cut.id, "cut\n```rust\nlet x").await;
    app.core.stop_task(&cut.id).await.unwrap();
    app.until_state(&cut.id, TaskState::Cancelled).await;

    let page = app.core.export(chat, ExportFormat::Markdown).await.unwrap();
    assert!(page.starts_with("# Why?\n\n**Instructions**\n\nBe brief.\n\n---\n\n**You**, 20"), "{page}");
    assert!(
        page.contains("\n\nsecond\n\n*Version 2 of 2 of this answer; the JSON lines have them all.*\n"),
        "{page}"
    );
    assert!(!page.contains("first"), "{page}");
    assert!(page.ends_with("let x\n```\n\n*This answer is not whole.*\n"), "{page}");

    let lines = app.core.export(chat, ExportFormat::Jsonl).await.unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["type"], &lines[0]["version"]), (&json!("conversation"), &json!(1)));
    assert_eq!(lines[0]["manner"]["system"], "Be brief.");
    let said: Vec<_> =
        lines[1..].iter().map(|line| (line["turn"].as_u64().unwrap(), &line["text"])).collect();
    let expected =
        ["Why?", "first", "second", "Summarise this", "cut\n```rust\nlet x"].map(|text| json!(text));
    let expected: Vec<_> = [1, 1, 1, 2, 2].into_iter().zip(&expected).collect();
    assert_eq!(said, expected);
    assert_eq!((&lines[2]["is_whole"], &lines[5]["is_whole"]), (&json!(true), &json!(false)));
    assert_eq!(lines[2]["answers"], lines[1]["id"]);
}

#[tokio::test]
async fn a_long_conversation_comes_whole_and_in_order() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let mut task = app.send("m", Lane::Interactive).await;
    for _ in 1..205 {
        app.until_state(&task.id, TaskState::Completed).await;
        task = app.send_in(&task.conversation_id, "m", Lane::Interactive).await;
    }
    app.until_state(&task.id, TaskState::Completed).await;
    let lines = app.core.export(&task.conversation_id, ExportFormat::Jsonl).await.unwrap();
    let turn = |line: &str| serde_json::from_str::<Value>(line).unwrap()["turn"].as_u64();
    let turns: Vec<u64> = lines.lines().filter_map(turn).collect();
    assert_eq!(turns, (1..=205).flat_map(|turn| [turn, turn]).collect::<Vec<_>>());
    assert_eq!(
        code(
            app.core
                .export(&meanwhile_core::model::ConversationId::from_text("cnv_none"), ExportFormat::Markdown)
                .await
        ),
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn files_and_the_places_where_another_model_went_on_are_named() {
    let app = Harness::start().await;
    app.server.scripts("frail", [vec![text("The heron "), cut()], vec![refuse(400, &[], "{}")]]);
    app.server.script("sound", [text("waits."), stop()]);
    let pages = make::pdf(&["one", "two", "three"]);
    let book = app.attach("book.pdf", &pages).await.file;
    let some = Attached { from: Some(2), to: Some(3), ..book };
    let notes = app.attach("notes.txt", b"a note").await.file;
    let message = SendMessage { attachments: vec![some, notes], ..prompt("frail", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Failed).await;
    let next = app.core.hand_over_task(&task.id, "sim/sound").await.unwrap();
    app.until_state(&next.id, TaskState::Completed).await;

    let page = app.core.export(&task.conversation_id, ExportFormat::Markdown).await.unwrap();
    assert!(page.contains("\n\n*With book.pdf (pages 2–3 of 3), notes.txt*\n"), "{page}");
    assert!(page.contains("\n*Up to “…The heron” by frail, from there by sound.*\n"), "{page}");
    let lines = app.core.export(&task.conversation_id, ExportFormat::Jsonl).await.unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[1]["attachments"][0]["name"], "book.pdf");
    assert_eq!(lines[3]["seams"], json!([{ "from": "sim/frail", "after": "The heron" }]));
}

#[tokio::test]
async fn a_file_is_written_whole_under_a_name_of_its_own_or_not_at_all() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Completed).await;
    let chat = &task.conversation_id;
    let name = app.core.export_name(chat, ExportFormat::Markdown).await.unwrap();
    assert_eq!(name, "Summarise this.md");
    let path = app.data_dir().join(name);
    std::fs::write(&path, "what was there before, and is longer than what comes now").unwrap();
    app.core.export_to(chat, ExportFormat::Markdown, &path).await.unwrap();
    let page = app.core.export(chat, ExportFormat::Markdown).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page);
    let nowhere = app.data_dir().join("no folder/chat.md");
    assert_eq!(code(app.core.export_to(chat, ExportFormat::Markdown, &nowhere).await), ErrorCode::Storage);
}

#[tokio::test]
async fn all_chats_go_to_one_file_that_is_there_whole_or_as_it_was() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    for _ in 0..2 {
        let task = app.send("m", Lane::Interactive).await;
        app.until_state(&task.id, TaskState::Completed).await;
    }
    let trashed = app.send("m", Lane::Interactive).await;
    app.until_state(&trashed.id, TaskState::Completed).await;
    app.core.delete_conversation(&trashed.conversation_id).await.unwrap();
    for (format, between) in [(ExportFormat::Markdown, "\n"), (ExportFormat::Jsonl, "")] {
        let path = app.data_dir().join(format!("all.{}", format.ending()));
        app.core.export_all_to(format, &path).await.unwrap();
        let mut each = Vec::new();
        for chat in app.core.conversations().await.unwrap() {
            each.push(app.core.export(&chat.id, format).await.unwrap());
        }
        assert_eq!(each.len(), 2);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), each.join(between));
    }
    let nowhere = app.data_dir().join("no folder/all.md");
    assert_eq!(code(app.core.export_all_to(ExportFormat::Markdown, &nowhere).await), ErrorCode::Storage);
}
