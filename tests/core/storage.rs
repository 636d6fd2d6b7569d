//! The data folder: private, held by one process, never touched by an older program, free of secrets.

use meanwhile_core::model::{EventKind, Lane, ProviderKind, TaskState};
use meanwhile_core::{Core, NewProvider, OpenError, Options, SessionSecrets};
use meanwhile_support::canary::Canary;
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{Gate, stop, text, wait};
use std::sync::Arc;

fn options(folder: &std::path::Path) -> Options {
    Options { secrets: Arc::new(SessionSecrets::default()), ..Options::new(folder.to_owned()) }
}

#[test]
fn the_linked_sqlite_has_the_fix_for_lost_commits() {
    assert!(rusqlite::version_number() >= 3_051_003, "earlier versions can lose a commit in WAL mode");
}

// F11
#[tokio::test]
async fn a_second_copy_is_refused_and_changes_nothing() {
    let app = Harness::start().await;
    match Core::open(options(&app.data_dir())).await.err() {
        Some(OpenError::AlreadyRunning { folder }) => assert_eq!(folder, app.data_dir()),
        other => panic!("{other:?}"),
    }
}

// F18
#[tokio::test]
async fn a_newer_database_is_refused_and_stays_byte_for_byte() {
    let app = Harness::start().await;
    app.core.shutdown().await;
    let file = app.data_dir().join("meanwhile.db");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = Core::open(options(&app.data_dir())).await.err().unwrap();
    assert!(matches!(error, OpenError::NewerSchema { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("it was not touched. Install the newer version"), "{error}");
    assert!(std::fs::read(&file).unwrap() == before, "the file is as it was");
}

// F13
#[tokio::test]
async fn data_of_the_first_schema_goes_on_whole_and_a_copy_of_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(folder.path().join("meanwhile.db")).unwrap();
    old.pragma_update(None, "foreign_keys", false).unwrap();
    old.execute_batch(include_str!("../../src-tauri/core/src/store/migrations/001_tasks.sql")).unwrap();
    old.execute_batch(include_str!("../fixtures/schema-1.sql")).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);

    let core = Core::open(options(folder.path())).await.unwrap();
    assert!(folder.path().join("meanwhile-schema-1.backup.db").exists());
    let tasks = core.tasks(50, None).await.unwrap();
    let told = tasks.history.iter().find(|task| task.lane == Lane::Background).unwrap();
    let log = core.log(&told.id).await.unwrap();
    assert!(matches!(log.first().map(|e| &e.kind), Some(EventKind::Queued { lane: Lane::Background, .. })));
    assert!(matches!(log.last().map(|e| &e.kind), Some(EventKind::Delivered { .. })), "{log:?}");
    let cut = tasks.active.first().unwrap();
    assert_eq!(core.task_text(&cut.id).await.unwrap().text.len(), 120, "what was shown is kept");
    assert_eq!(core.doctor().await.unwrap(), []);
}

// F17
#[tokio::test(flavor = "multi_thread")]
async fn while_another_program_holds_the_database_it_is_said_and_nothing_is_lost() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [text("The night "), wait(&gate), text("ferry."), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "The night ").await;

    let other = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    gate.open();
    let refused = app.core.send_message(prompt("m", Lane::Interactive)).await.unwrap_err();
    assert_eq!(
        refused.message,
        "another program is using the data. Nothing was changed; try again in a moment"
    );
    assert_eq!(app.text(&task.id).await, "The night ", "what is stored can be read meanwhile");

    other.execute_batch("ROLLBACK").unwrap();
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(app.text(&task.id).await, "The night ferry.");
    assert_eq!(app.core.tasks(10, None).await.unwrap().history.len(), 1, "what was refused was not stored");
    app.assert_healthy().await;
}

// F16
#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = Core::open(options(&folder.path().join("file/data"))).await.err().unwrap();
    let text = error.to_string();
    assert!(text.contains("file/data cannot be written: "), "{text}");
    assert!(text.ends_with("choose another with MEANWHILE_DATA_DIR"), "{text}");
}

// F14
#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meanwhile.db");
    std::fs::write(&file, "this is a letter, not a database. ".repeat(100)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = Core::open(options(folder.path())).await.err().unwrap();
    assert!(matches!(error, OpenError::Database { .. }), "{error}");
    assert!(std::fs::read(&file).unwrap() == before);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_user_can_read_the_data() {
    use std::os::unix::fs::PermissionsExt;
    let app = Harness::start().await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&app.data_dir()), 0o700);
    for name in ["meanwhile.db", "meanwhile.db-wal"] {
        assert_eq!(mode(&app.data_dir().join(name)), 0o600, "{name}");
    }
}

// F53
#[tokio::test]
async fn a_key_is_in_no_file_of_the_data_folder() {
    let app = Harness::start().await;
    let canary = Canary::new("sk-");
    let provider = NewProvider {
        name: "sim".into(),
        kind: ProviderKind::OpenaiChat,
        base_url: app.server.base_url(),
        key: Some(canary.key().into()),
        key_env: None,
        headers: Default::default(),
        proxy: None,
    };
    app.core.add_provider(provider).await.unwrap();
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    let sent = format!("Bearer {}", canary.key());
    assert_eq!(app.server.requests()[0].header("authorization"), Some(sent.as_str()));
    app.core.shutdown().await;
    assert!(canary.assert_not_below(&app.data_dir()).contains(&app.data_dir().join("meanwhile.db")));
}

#[tokio::test]
async fn settings_of_a_newer_version_cost_only_the_choice_that_is_not_known() {
    let mut app = Harness::start().await;
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 7;
    app.core.save_settings(settings).await.unwrap();
    app.core.shutdown().await;
    let file = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    file.execute("UPDATE settings SET document = json_set(document, '$.theme', 'sepia')", []).unwrap();
    drop(file);
    app.restart().await;
    assert_eq!(app.core.settings().await.unwrap().parallel_tasks, 7);
}
