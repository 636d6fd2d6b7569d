//! The checker finds what it says it checks: each kind of damage is made by hand and has to be named.

use crate::agents::{asks, folder, says, work};
use crate::approvals::{asked, decide, edit};
use meanwhile_core::model::{Budget, Decision, Lane, Price};
use meanwhile_core::{SendMessage, doctor};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{hang, stop, text};

// F14
#[tokio::test]
async fn each_seeded_damage_is_found_under_its_number() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    app.core.shutdown().await;
    each_is_found(
        &app,
        &[
            ("I2", "DELETE FROM event WHERE kind = 'started'"),
            ("I3", "UPDATE task SET state = 'failed'"),
            ("I8", "DELETE FROM notice; DELETE FROM delivery"),
            ("I9", "DELETE FROM message WHERE role = 'assistant'"),
            ("I10", "UPDATE notice SET attempts = 9"),
            ("I12", "UPDATE attempt SET end = 'interrupted'"),
            (
                "I32",
                "INSERT INTO ledger (task_id, attempt, kind, usd, budget, at, day)
             SELECT id, 1, 'reserve', 2.0, '{}', 0, '{\"start\": \"today\", \"usd\": 1.0}' FROM task",
            ),
            ("I31", "DELETE FROM message_number WHERE number = 1"),
            (
                "I31",
                "INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', 1, 'Summarise this')",
            ),
            ("I28", "UPDATE task SET state = 'waiting', reason = 'key', ended_at = NULL"),
        ],
    );
}

#[tokio::test]
async fn each_damage_to_what_an_agent_did_and_spent_is_found_under_its_number() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Done.")]);
    let mut settings = app.core.settings().await.unwrap();
    settings.prices.insert("sim/m".to_owned(), Price { input: 0.0, cached: None, output: 10.0 });
    app.core.save_settings(settings).await.unwrap();
    let budget = Some(Budget { usd: Some(1.0), ..Budget::default() });
    let message = SendMessage { budget, ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    decide(&app, &asked(&app, &task.id).await[0], Decision::AllowOnce).await;
    app.until_told(&task.id).await;
    app.core.shutdown().await;
    let again = "INSERT INTO event (seq, task_id, task_seq, data, at)
                 SELECT seq + 1000, task_id, task_seq + 1000, data, at FROM event WHERE kind = 'call_started'";
    each_is_found(
        &app,
        &[
            ("I15", "DELETE FROM ledger WHERE kind = 'settle'"),
            ("I16", "UPDATE ledger SET usd = 2 WHERE kind = 'reserve'"),
            ("I17", "UPDATE approval SET consumed_seq = NULL"),
            ("I18", "UPDATE approval SET decision = 'reject'"),
            ("I18", "UPDATE approval SET asked_at = asked_at + 100000000"),
            ("I18", "UPDATE approval SET expires_at = asked_at - 1"),
            ("I19", "DELETE FROM snapshot"),
            ("I20", "UPDATE call SET state = 'started'"),
            ("I21", again),
        ],
    );
}

fn each_is_found(app: &Harness, damages: &[(&str, &str)]) {
    assert_eq!(doctor::check(&app.data_dir()).unwrap(), [], "it is sound before");
    let whole = std::fs::read(app.data_dir().join("meanwhile.db")).unwrap();
    for (number, damage) in damages {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("meanwhile.db");
        std::fs::write(&file, &whole).unwrap();
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(damage).unwrap();
        drop(connection);
        let found = doctor::check(folder.path()).unwrap();
        assert!(found.iter().any(|f| f.invariant == *number), "{damage}: {found:?}");
    }
}

// F2
#[tokio::test]
async fn what_is_there_once_is_refused_a_second_time_by_the_database_itself() {
    let app = Harness::start().await;
    app.server.scripts("m", [vec![text("ok"), stop()], vec![text("half"), hang()]]);
    let told = app.send("m", Lane::Background).await;
    app.until_told(&told.id).await;
    let running = app.send("m", Lane::Background).await;
    app.until_text(&running.id, "half").await;

    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    for (what, twice) in [
        (
            "message.task_id",
            "INSERT INTO message SELECT 'msg_again', conversation_id, turn, role, text, task_id, is_whole, created_at, files, branch
             FROM message WHERE role = 'assistant'",
        ),
        (
            "delivery.task_id",
            "INSERT INTO delivery SELECT id + 1, task_id, created_seq + 1000, outcome, title, body, state, run_id, created_at, is_near, call, NULL
             FROM delivery",
        ),
        (
            "attempt.task_id",
            "INSERT INTO attempt (task_id, number, model, started_at)
             SELECT task_id, number + 1, model, started_at FROM attempt WHERE end IS NULL",
        ),
        (
            "delta.task_id, delta.attempt, delta.start",
            "INSERT INTO delta SELECT seq + 1000, task_id, attempt, start, text, at FROM delta",
        ),
        (
            "event.task_id, event.task_seq",
            "INSERT INTO event (seq, task_id, task_seq, at, data) SELECT seq + 1000, task_id, task_seq, at, data FROM event",
        ),
    ] {
        let refused = sql.execute_batch(twice).expect_err(what).to_string();
        assert!(refused.contains(&format!("UNIQUE constraint failed: {what}")), "{what}: {refused}");
    }
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_folder_without_a_database_is_said_to_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let error = doctor::check(folder.path()).unwrap_err();
    assert!(error.to_string().contains("there is no database here yet"), "{error}");
}
