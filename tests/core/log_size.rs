//! The log of the database, which grows while somebody reads the past.

use meanwhile_core::SendMessage;
use meanwhile_core::model::{Lane, TaskState};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{Gate, hang, stop, text, wait};

const MIB: usize = 1 << 20;

/// What the settings of the database allow the log to keep.
const LIMIT: usize = 64 * MIB;

// F21
#[tokio::test]
async fn a_reader_that_stays_holds_no_work_up_and_the_log_is_cut_back_when_it_leaves() {
    let app = Harness::start().await;
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    app.core.save_settings(settings).await.unwrap();
    let gate = Gate::new();
    let answer = vec![text("The night "), wait(&gate), text("ferry."), stop()];
    app.server.scripts("m", [answer, vec![hang()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "The night ").await;

    let log = || std::fs::metadata(app.data_dir().join("meanwhile.db-wal")).unwrap().len() as usize;
    let reader = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    let state = |reader: &rusqlite::Connection| -> String {
        reader
            .query_row("SELECT state FROM task WHERE id = ?1", [task.id.as_str()], |row| row.get(0))
            .unwrap()
    };
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(state(&reader), "running");
    // The longest prompts there can be; they wait for the only place.
    for _ in 0..LIMIT / (4 * MIB) + 1 {
        let long = SendMessage { text: "x".repeat(4 * MIB), ..prompt("m", Lane::Background) };
        app.core.send_message(long).await.unwrap();
    }
    assert!(log() > LIMIT, "everything since the reader began is in the log: {} MiB", log() / MIB);
    gate.open();
    app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "The night ferry.");
    assert_eq!(state(&reader), "running", "the reader sees what there was when it began");

    drop(reader);
    app.server.script("short", [text("ok"), stop()]);
    let mut tasks = 0;
    while log() > LIMIT {
        assert!(tasks < 20, "the log still has {} MiB", log() / MIB);
        tasks += 1;
        let short = app.send("short", Lane::Interactive).await;
        app.until_state(&short.id, TaskState::Completed).await;
    }
    app.assert_healthy().await;
}
