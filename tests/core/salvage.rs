//! What damaged data still hold is read out of them; what was damaged stays beside it.

use meanwhile_core::model::{Lane, TaskState};
use meanwhile_core::{OpenError, SystemClock, backup, doctor};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{hang, stop, text};
use std::collections::HashSet;
use std::path::Path;

const PAGE: usize = 4096;
/// How SQLite marks a page of a table that holds only the way to others.
const INNER: u8 = 5;
/// And one that holds rows.
const LEAF: u8 = 13;
const ANSWERS: usize = 24;

/// Data with long answers over many pages, one of them unfinished; nobody has it open.
async fn data() -> Harness {
    let app = Harness::start().await;
    for number in 0..ANSWERS {
        let model = format!("m{number}");
        app.server.script(&model, [text(&answer(number)), stop()]);
        let lane = if number % 3 == 0 { Lane::Interactive } else { Lane::Background };
        let task = app.send(&model, lane).await;
        app.until_state(&task.id, TaskState::Completed).await;
        if lane == Lane::Background {
            app.until_told(&task.id).await;
        }
    }
    app.server.script("half", [text("Half an "), hang()]);
    let half = app.send("half", Lane::Background).await;
    app.until_text(&half.id, "Half an ").await;
    app.core.shutdown().await;
    app
}

fn answer(number: usize) -> String {
    format!("Answer {number}: {}", format!("line {number} of a long answer; ").repeat(90))
}

/// The stored answers, and tasks by id.
fn answers(folder: &Path) -> HashSet<String> {
    let sql = rusqlite::Connection::open(folder.join("meanwhile.db")).unwrap();
    let mut rows = sql.prepare("SELECT text FROM message WHERE role = 'assistant'").unwrap();
    rows.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
}

fn has_list_of_tables(folder: &Path) -> bool {
    let sql = rusqlite::Connection::open(folder.join("meanwhile.db")).unwrap();
    sql.query_row("SELECT COUNT(sql) FROM sqlite_schema", [], |r| r.get::<_, u32>(0)).is_ok()
}

// F14
#[tokio::test]
async fn of_data_with_a_damaged_page_all_that_stands_elsewhere_is_read_and_sound() {
    let app = data().await;
    let whole = std::fs::read(app.data_dir().join("meanwhile.db")).unwrap();
    let all: HashSet<String> = (0..ANSWERS).map(answer).collect();
    let mut looked_at = 0;
    for page in 0..whole.len() / PAGE {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        bytes[page * PAGE..][..PAGE].fill(0xA5);
        std::fs::write(folder.path().join("meanwhile.db"), &bytes).unwrap();
        let found = match backup::salvage(folder.path(), &SystemClock) {
            Ok(found) => found,
            // Without the list of tables nothing can be found, and nothing is touched.
            Err(_) if !has_list_of_tables(folder.path()) => {
                assert!(std::fs::read(folder.path().join("meanwhile.db")).unwrap() == bytes);
                continue;
            }
            Err(error) => panic!("page {page}: {error}"),
        };
        assert_eq!(doctor::check(folder.path()).unwrap(), [], "page {page}");
        assert!(std::fs::read(found.replaced.join("meanwhile.db")).unwrap() == bytes, "it is kept as it was");
        assert_eq!(found.tasks + found.lost, ANSWERS as u64 + 1, "page {page}: what is missing is counted");
        let left = answers(folder.path());
        let read = left.intersection(&all).count();
        // What stands below an inner page of a table is not found without it.
        if whole[page * PAGE] == INNER {
            continue;
        }
        looked_at += 1;
        let gone = String::from_utf8_lossy(&whole[page * PAGE..][..PAGE]).matches("Answer ").count();
        assert!(read + gone >= ANSWERS, "page {page} held {gone} answers; {read} of {ANSWERS} were read");
    }
    assert!(looked_at > 40, "only {looked_at} pages");
}

// F14
#[tokio::test]
async fn a_second_damaged_page_hides_nothing_that_stands_on_sound_ones() {
    let app = data().await;
    let mut bytes = std::fs::read(app.data_dir().join("meanwhile.db")).unwrap();
    let page_with = |what: &str| {
        (0..bytes.len() / PAGE)
            .filter(|page| bytes[page * PAGE] == LEAF)
            .find(|page| {
                bytes[page * PAGE..][..PAGE].windows(what.len()).any(|found| found == what.as_bytes())
            })
            .unwrap()
    };
    // The newest row leads nowhere any more, and so does everything above it.
    let damaged = [page_with(&answer(3)[..40]), page_with(&answer(ANSWERS - 1)[..40])];
    for page in damaged {
        bytes[page * PAGE..][..PAGE].fill(0xA5);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("meanwhile.db"), &bytes).unwrap();
    backup::salvage(folder.path(), &SystemClock).unwrap();
    let left = answers(folder.path());
    let read = (0..ANSWERS).filter(|number| left.contains(&answer(*number))).count();
    assert!(read >= ANSWERS - 4, "{read} of {ANSWERS} answers were read");
    assert_eq!(doctor::check(folder.path()).unwrap(), []);
}

// F14
#[tokio::test]
async fn sound_data_are_salvaged_whole_and_work_goes_on_with_them() {
    let mut app = data().await;
    app.server.script("half", [text("answer"), stop()]);
    let before = answers(&app.data_dir());
    let found = backup::salvage(&app.data_dir(), &SystemClock).unwrap();
    assert_eq!((found.tasks, found.closed), (ANSWERS as u64 + 1, 0));
    assert_eq!(answers(&app.data_dir()), before);
    app.restart().await;
    // It may be over already.
    let page = app.core.tasks(1, None).await.unwrap();
    let half = page.active.into_iter().chain(page.history).next().unwrap();
    app.until_told(&half.id).await;
    assert_eq!(app.text(&half.id).await, "Half an answer");
    app.assert_healthy().await;
}

// F14
#[tokio::test]
async fn a_task_whose_history_is_broken_is_closed_with_the_text_that_is_there() {
    let mut app = data().await;
    let file = app.data_dir().join("meanwhile.db");
    let sql = rusqlite::Connection::open(&file).unwrap();
    sql.pragma_update(None, "foreign_keys", false).unwrap();
    sql.execute_batch(
        "DELETE FROM event WHERE kind = 'started' AND task_id IN (SELECT id FROM task WHERE state = 'running');
         DELETE FROM message WHERE role = 'user' AND id IN (SELECT prompt_id FROM task WHERE model = 'sim/m1');
         DELETE FROM task WHERE model = 'sim/m2';
         DELETE FROM conversation WHERE id IN (SELECT conversation_id FROM task WHERE model = 'sim/m3');",
    )
    .unwrap();
    drop(sql);
    let found = backup::salvage(&app.data_dir(), &SystemClock).unwrap();
    assert_eq!((found.conversations, found.tasks, found.closed), (ANSWERS as u64 + 1, ANSWERS as u64 + 1, 2));
    assert_eq!(doctor::check(&app.data_dir()).unwrap(), []);
    let left = answers(&app.data_dir());
    assert!((0..ANSWERS).all(|number| left.contains(&answer(number))), "every answer is there");
    assert!(left.contains("Half an "), "and so is what there was of the unfinished one");
    app.restart().await;
    assert_eq!(app.core.conversations().await.unwrap().len(), ANSWERS + 1);
    app.assert_healthy().await;
}

// F14
#[tokio::test]
async fn data_that_are_in_use_or_no_database_are_left_as_they_are() {
    let app = Harness::start().await;
    let running = backup::salvage(&app.data_dir(), &SystemClock).unwrap_err();
    assert!(matches!(running, OpenError::AlreadyRunning { .. }), "{running}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meanwhile.db");
    std::fs::write(&file, "this is a letter, not a database. ".repeat(100)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = backup::salvage(folder.path(), &SystemClock).unwrap_err();
    assert!(matches!(error, OpenError::Database { .. }), "{error}");
    assert!(std::fs::read(&file).unwrap() == before);
    assert!(!folder.path().join("meanwhile.db.salvaged").exists());
}
