//! A copy of the data is whole, private and the way back; nothing that was there is lost on the way.

use meanwhile_core::model::{Day, Lane, TaskState};
use meanwhile_core::{Clock, OpenError, SystemClock, backup, doctor};
use meanwhile_support::harness::{Harness, SetClock};
use meanwhile_support::model_server::{Gate, stop, text, wait};
use std::path::Path;

// F22
#[tokio::test]
async fn a_copy_made_while_an_answer_streams_holds_all_that_was_shown() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [text("shown before"), wait(&gate), text(" and after"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "shown before").await;
    let copy = backup::make(&app.data_dir(), &SystemClock).unwrap();
    gate.open();
    app.until_told(&task.id).await;

    assert_eq!(backup::list(&app.data_dir()), std::slice::from_ref(&copy));
    let rows = rusqlite::Connection::open(&copy.file).unwrap();
    let stored: String =
        rows.query_row("SELECT group_concat(text, '') FROM delta", [], |r| r.get(0)).unwrap();
    assert_eq!(stored, "shown before");
    #[cfg(unix)]
    assert_eq!(mode(&copy.file), 0o600, "only the user can read it");
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}

#[tokio::test]
async fn seven_copies_are_kept_and_the_oldest_goes() {
    let app = Harness::start().await;
    // All on one day: of another one the newest would be kept as well.
    let midnight = Day::utc(SystemClock.now()).end.as_ms();
    let at = |hour: i64| SetClock::at(midnight + hour * 3_600_000);
    let made: Vec<_> = (0..9).map(|hour| backup::make(&app.data_dir(), &*at(hour)).unwrap().file).collect();
    let kept: Vec<_> = backup::list(&app.data_dir()).into_iter().rev().map(|copy| copy.file).collect();
    assert_eq!(kept, made[2..]);
}

// F14
#[tokio::test]
async fn going_back_to_a_copy_keeps_what_was_there() {
    let mut app = Harness::start().await;
    app.server.scripts("m", [vec![text("the first"), stop()], vec![text("the second"), stop()]]);
    let first = app.send("m", Lane::Background).await;
    app.until_told(&first.id).await;
    let copy = backup::make(&app.data_dir(), &SystemClock).unwrap();
    let second = app.send("m", Lane::Background).await;
    app.until_told(&second.id).await;

    let running = backup::restore(&app.data_dir(), &copy.file, &SystemClock).unwrap_err();
    assert!(matches!(running, OpenError::AlreadyRunning { .. }), "{running}");
    app.core.shutdown().await;
    let replaced = backup::restore(&app.data_dir(), &copy.file, &SystemClock).unwrap();
    app.restart().await;
    assert_eq!(app.core.task(&first.id).await.unwrap().state, TaskState::Completed);
    assert!(app.core.task(&second.id).await.is_err(), "it came after the copy");
    app.assert_healthy().await;
    assert_eq!(doctor::check(&replaced).unwrap(), [], "what was there is whole");
    let rows = rusqlite::Connection::open(replaced.join("meanwhile.db")).unwrap();
    let tasks: u32 = rows.query_row("SELECT COUNT(*) FROM task", [], |r| r.get(0)).unwrap();
    assert_eq!(tasks, 2);
}

// F14
#[tokio::test]
async fn a_damaged_copy_is_refused_and_changes_nothing() {
    let app = Harness::start().await;
    app.server.script("m", [text("kept"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    let copy = backup::make(&app.data_dir(), &SystemClock).unwrap();
    app.core.shutdown().await;
    let mut bytes = std::fs::read(&copy.file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0xA5);
    std::fs::write(&copy.file, &bytes).unwrap();
    let before = std::fs::read(app.data_dir().join("meanwhile.db")).unwrap();
    let error = backup::restore(&app.data_dir(), &copy.file, &SystemClock).unwrap_err();
    assert!(matches!(error, OpenError::Database { .. }), "{error}");
    assert!(std::fs::read(app.data_dir().join("meanwhile.db")).unwrap() == before);
}

// F13
#[tokio::test]
async fn a_return_that_was_cut_off_is_ended_by_the_next_start() {
    let mut app = Harness::start().await;
    app.server.script("m", [text("kept"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    let copy = backup::make(&app.data_dir(), &SystemClock).unwrap();
    app.core.shutdown().await;
    // As after a power cut: the copy is ready, the data is on its way out.
    std::fs::copy(&copy.file, app.data_dir().join("meanwhile.db.restored")).unwrap();
    std::fs::rename(app.data_dir().join("meanwhile.db"), app.data_dir().join("gone.db")).unwrap();
    app.restart().await;
    assert_eq!(app.core.task(&task.id).await.unwrap().state, TaskState::Completed);
    assert!(!app.data_dir().join("meanwhile.db.restored").exists());
}
