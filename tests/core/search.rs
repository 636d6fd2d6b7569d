//! Everything that was said is found by its words, and nothing that was thrown away.

use crate::make;
use meanwhile_core::model::{Attached, ConversationId, Lane, Role, SearchHit, TaskState};
use meanwhile_core::{SendMessage, SystemClock, backup, doctor};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{hang, stop, text};

/// Asks `prompt` and gets `answer`, in a conversation of its own or in a known one.
async fn say(app: &Harness, place: Option<&ConversationId>, said: &str, answer: &str) -> ConversationId {
    app.server.script("m", [text(answer), stop()]);
    let message = SendMessage {
        conversation_id: place.cloned(),
        text: said.to_owned(),
        ..prompt("m", Lane::Interactive)
    };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Completed).await;
    task.conversation_id
}

async fn find(app: &Harness, query: &str) -> Vec<SearchHit> {
    app.core.search(query, 20).await.unwrap().hits
}

/// The snippets, found words in brackets.
async fn shown(app: &Harness, query: &str) -> Vec<String> {
    let line = |hit: SearchHit| {
        let mark = |piece: meanwhile_core::model::Piece| {
            if piece.is_found { format!("[{}]", piece.text) } else { piece.text }
        };
        hit.snippet.into_iter().map(mark).collect()
    };
    find(app, query).await.into_iter().map(line).collect()
}

#[tokio::test]
async fn names_prompts_and_answers_are_found_by_any_part_of_a_word_the_newest_first() {
    let app = Harness::start().await;
    let pumps = say(&app, None, "Which heat pump is quiet?", "The Nordkai, at 38 dB.").await;
    say(&app, Some(&pumps), "And over 15 years?", "Still the NORDKAI.").await;
    let other = say(&app, None, "Name a ship", "Nordkaiser").await;
    app.core.rename_conversation(&pumps, "Heizung").await.unwrap();

    assert_eq!(
        shown(&app, "nordkai").await,
        ["[Nordkai]ser", "Still the [NORDKAI].", "The [Nordkai], at 38 dB."]
    );
    let hits = find(&app, "nordkai").await;
    let places: Vec<_> = hits.iter().map(|hit| (&hit.conversation_id, hit.turn, hit.role)).collect();
    let answer = Some(Role::Assistant);
    assert_eq!(places, [(&other, Some(1), answer), (&pumps, Some(2), answer), (&pumps, Some(1), answer)]);

    let by_prompt = &find(&app, "eat pum").await[0];
    assert_eq!((by_prompt.role, by_prompt.turn), (Some(Role::User), Some(1)));
    let task = app.core.task(by_prompt.task_id.as_ref().unwrap()).await.unwrap();
    assert_eq!(task.prompt, "Which heat pump is quiet?");

    let by_name = &find(&app, "heiz").await[0];
    assert_eq!((by_name.title.as_str(), by_name.turn, by_name.role), ("Heizung", None, None));
    assert_eq!(find(&app, "nordkai quiet").await, [], "all words stand in one text");
}

#[tokio::test]
async fn one_or_two_characters_are_enough_in_any_script() {
    let app = Harness::start().await;
    say(&app, None, "東京の天気は？", "晴れです。").await;
    say(&app, None, "Wärmepumpe in Köln 🌡", "Ja.").await;
    assert_eq!(shown(&app, "天気").await, ["東京の[天気]は？", "東京の[天気]は？"]);
    assert_eq!(shown(&app, "晴").await, ["[晴]れです。"]);
    assert_eq!(shown(&app, "東京の天気").await.len(), 2);
    assert_eq!(shown(&app, "koln").await[0], "Wärmepumpe in [Köln] 🌡");
    assert_eq!(shown(&app, "🌡").await[0], "Wärmepumpe in Köln [🌡]");
}

#[tokio::test]
async fn attached_files_are_found_by_their_names_and_by_what_was_asked_about_them() {
    let app = Harness::start().await;
    app.server.script("m", [text("Yes."), stop()]);
    let file = app.attach("Tender Nord 2026.txt", b"a note").await.file;
    let message = SendMessage {
        text: "Who won?".to_owned(),
        attachments: vec![file],
        ..prompt("m", Lane::Interactive)
    };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(shown(&app, "nord").await, ["Tender [Nord] 2026.txt"]);
    let hits = find(&app, "tender won").await;
    assert_eq!((hits.len(), hits[0].role, hits[0].task_id.as_ref()), (1, Some(Role::User), Some(&task.id)));
    assert_eq!(hits[0].file.as_deref(), Some("Tender Nord 2026.txt"), "its name has the words");
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    assert_eq!(find(&app, "nord").await, []);
}

#[tokio::test]
async fn what_stands_in_attached_files_is_found_with_its_place_in_every_chat_that_has_them() {
    let app = Harness::start().await;
    app.server.script("m", [text("Yes."), stop()]);
    let book = make::pdf(&["nothing here", "the Grey Heron stands", "the end"]);
    let file = app.attach("Birds.pdf", &book).await.file;
    let ask = |attached: Attached| SendMessage {
        text: "What is it about?".to_owned(),
        attachments: vec![attached],
        ..prompt("m", Lane::Interactive)
    };
    let all = app.core.send_message(ask(file.clone())).await.unwrap().task;
    let without = Attached { from: Some(1), to: Some(1), ..file.clone() };
    let without = app.core.send_message(ask(without)).await.unwrap().task;
    let again = app.core.send_message(ask(file)).await.unwrap().task;
    for task in [&all, &without, &again] {
        app.until_state(&task.id, TaskState::Completed).await;
    }
    let hits = find(&app, "heron grey").await;
    let tasks: Vec<_> = hits.iter().map(|hit| hit.task_id.clone().unwrap()).collect();
    assert_eq!(tasks, [again.id, all.id], "not where that page was not sent");
    assert_eq!(hits[0].file.as_deref(), Some("Birds.pdf, page 2"));
    assert_eq!(shown(&app, "heron").await[0], "the Grey [Heron] stands");
    assert_eq!(find(&app, "heron nothing").await, [], "all words stand in one place");
    app.core.delete_conversation(&all.conversation_id).await.unwrap();
    assert_eq!(find(&app, "heron").await.len(), 1);
}

#[tokio::test]
async fn a_phrase_in_quotes_is_found_over_the_end_of_a_line_and_shown_without_marks() {
    let app = Harness::start().await;
    say(&app, None, "Compare", "## Result\n\nThe **heat**\npump of [Nordkai](https://n.example) wins.").await;
    assert_eq!(shown(&app, "\"of nordkai wins\"").await, [""; 0]);
    assert_eq!(shown(&app, "wins").await, ["Result The heat pump of Nordkai [wins]."]);
    assert_eq!(shown(&app, "\"Nordkai](https\"").await.len(), 1, "whoever looks for marks finds them");
    say(&app, None, "Which", "a heat\npump").await;
    assert_eq!(shown(&app, "\"heat pump\"").await, ["a [heat pump]"]);
}

#[tokio::test]
async fn what_is_in_the_trash_is_found_again_only_when_it_is_back() {
    let app = Harness::start().await;
    let chat = say(&app, None, "Where is the needle?", "In the hay.").await;
    app.core.delete_conversation(&chat).await.unwrap();
    assert_eq!(find(&app, "needle").await, []);
    app.core.restore_conversation(&chat).await.unwrap();
    assert_eq!(find(&app, "needle").await.len(), 2);
}

#[tokio::test]
async fn whatever_is_asked_gets_an_answer() {
    let app = Harness::start().await;
    say(&app, None, "say \"hi\" AND 'bye' OR 100% -x* (a:b) ^y", "ok {NEAR} 👩‍👩‍👧").await;
    for query in [
        "",
        " ",
        "\"",
        "\"\"",
        "\"hi",
        "AND",
        "OR NOT",
        "NEAR(",
        "*",
        "-x*",
        "(a:b)",
        "^y",
        "100%",
        "'bye'",
        "%",
        "_",
        "\0",
        "ok\0ok",
        "{near}",
        "text:hi",
        "👩‍👩‍👧",
        "\u{202e}",
        "\u{301}\u{301}\u{301}",
    ] {
        app.core.search(query, 20).await.unwrap();
    }
    app.core.search(&"\"long' * ".repeat(512), 20).await.unwrap();
    app.core.search(&"天".repeat(4_096), 20).await.unwrap();
    for found in ["\"hi\"", "AND 'bye'", "100%", "(a:b)", "^y", "{near}", "ok\0near", "\"AND 'bye' OR\""] {
        assert!(!find(&app, found).await.is_empty(), "{found}");
    }
    assert_eq!(find(&app, "x_y").await, []);
}

#[tokio::test]
async fn an_answer_that_was_cut_is_found_and_one_that_is_written_is_not_yet() {
    let app = Harness::start().await;
    app.server.script("m", [text("a rare wombat"), hang()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "a rare wombat").await;
    assert_eq!(find(&app, "wombat").await, []);
    app.core.stop_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Cancelled).await;
    assert_eq!(shown(&app, "wombat").await, ["a rare [wombat]"]);
}

// A connection that has looked at the index before sees what became of it since.
#[tokio::test]
async fn the_index_is_sound_however_often_it_is_looked_at_while_it_grows() {
    let app = Harness::start().await;
    let mut chat = None;
    for round in 0..40 {
        let words = format!("{round} {}", "grey heron ".repeat(round));
        chat = Some(say(&app, chat.as_ref(), &words, &words).await);
        app.assert_healthy().await;
        assert_eq!(find(&app, "heron").await.len(), round.min(20), "round {round}");
    }
}

#[tokio::test]
async fn a_limit_says_that_there_is_more() {
    let app = Harness::start().await;
    let chat = say(&app, None, "one", "grey goose").await;
    say(&app, Some(&chat), "two", "grey heron").await;
    let result = app.core.search("grey", 1).await.unwrap();
    assert_eq!((result.hits.len(), result.has_more), (1, true));
    let result = app.core.search("grey", 2).await.unwrap();
    assert_eq!((result.hits.len(), result.has_more), (2, false));
    assert!(app.core.search("grey", 0).await.is_err());
}

// What an older version stored has no index yet.
#[tokio::test]
async fn data_of_an_older_version_are_found_and_so_are_those_of_a_copy() {
    let mut app = Harness::start().await;
    say(&app, None, "An old question", "An old answer").await;
    app.core.shutdown().await;
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    sql.execute_batch(
        "DROP INDEX task_system; DROP INDEX task_system_open; DROP INDEX task_alike; ALTER TABLE task DROP COLUMN system; ALTER TABLE conversation DROP COLUMN is_named;
         DROP INDEX task_forecast; ALTER TABLE task DROP COLUMN size; ALTER TABLE task DROP COLUMN forecast; ALTER TABLE task DROP COLUMN tier; ALTER TABLE task DROP COLUMN signs;
         DROP TABLE channel; DROP INDEX delivery_halfway; ALTER TABLE delivery DROP COLUMN event; ALTER TABLE task DROP COLUMN muted;
         ALTER TABLE task DROP COLUMN pinned; ALTER TABLE task DROP COLUMN placement; ALTER TABLE settings DROP COLUMN looked_at; ALTER TABLE settings DROP COLUMN looked_seq; DROP TABLE sleep;
         DROP INDEX task_child; ALTER TABLE task DROP COLUMN parent_id; ALTER TABLE task DROP COLUMN parent_call; ALTER TABLE task DROP COLUMN child;
         DROP INDEX delivery_said; ALTER TABLE delivery DROP COLUMN call; ALTER TABLE delivery DROP COLUMN is_near; DROP TABLE tool_server; DROP INDEX task_agent; DROP TABLE remark; DROP TABLE snapshot_gap; DROP TABLE folder_snapshot; DROP TABLE snapshot; DROP TABLE permit; DROP TABLE approval; DROP TABLE call;
         ALTER TABLE task DROP COLUMN agent; ALTER TABLE task DROP COLUMN plan; ALTER TABLE task DROP COLUMN calls;
         DROP INDEX task_in_batch; DROP INDEX task_stop; ALTER TABLE task DROP COLUMN in_batch;
         DROP INDEX task_turn; CREATE INDEX task_turn ON task (conversation_id, turn);
         CREATE INDEX message_turn ON message (conversation_id, turn);
         ALTER TABLE task DROP COLUMN branch; ALTER TABLE task DROP COLUMN shown_seq;
         ALTER TABLE message DROP COLUMN branch; ALTER TABLE conversation DROP COLUMN branch;
         ALTER TABLE conversation DROP COLUMN shown_seq; DROP TABLE branch;
         DROP TABLE thought; ALTER TABLE task DROP COLUMN thought_ms; ALTER TABLE remote DROP COLUMN start;
         DROP TABLE message_search; DROP VIEW message_text; DROP TABLE message_number;
         DROP INDEX conversation_source; ALTER TABLE conversation DROP COLUMN source;
         ALTER TABLE conversation DROP COLUMN manner;
         DROP INDEX attempt_used; DROP INDEX task_waits; ALTER TABLE ledger DROP COLUMN day;
         ALTER TABLE document DROP COLUMN left_out;
         PRAGMA user_version = 8",
    )
    .unwrap();
    drop(sql);
    app.restart().await;
    assert_eq!(shown(&app, "old ans").await, ["An [old] [ans]wer"]);

    app.core.shutdown().await;
    let copy = backup::make(&app.data_dir(), &SystemClock).unwrap();
    say_nothing_of(&app);
    backup::restore(&app.data_dir(), &copy.file, &SystemClock).unwrap();
    assert_eq!(doctor::check(&app.data_dir()).unwrap(), []);
    app.restart().await;
    assert_eq!(shown(&app, "old ans").await, ["An [old] [ans]wer"]);
}

/// The data are gone, all but their copies.
fn say_nothing_of(app: &Harness) {
    for file in ["meanwhile.db", "meanwhile.db-wal", "meanwhile.db-shm"] {
        let _ = std::fs::remove_file(app.data_dir().join(file));
    }
}
