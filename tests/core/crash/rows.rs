//! What is in the database, beside what was acknowledged. Read while nobody has the folder open.

use crate::client::{Client, Request, Stop};
use meanwhile_support::binary::Folder;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serde_json::Value;

/// Every acknowledged task, event and piece of text is there.
pub fn assert_all_kept(folder: &Folder, client: &Client) {
    let sql = open_rows(folder);
    for request in &client.requests {
        let Some(task) = &request.task else { continue };
        let known = "SELECT task_id FROM idempotency WHERE key = ?1";
        let found: Option<String> = one(&sql, known, params![request.key]);
        assert_eq!(found.as_deref(), Some(task.as_str()), "the acknowledged task of {} is kept", request.key);
    }
    for (seq, fact) in &client.journal.facts {
        let found = sql
            .prepare_cached("SELECT task_id, kind, data FROM event WHERE seq = ?1")
            .unwrap()
            .query_row([seq], |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?))
            })
            .optional()
            .unwrap();
        let (task_id, kind, content) =
            found.unwrap_or_else(|| panic!("event {seq} was shown: {:?}", fact.event));
        assert_eq!((&task_id, &kind), (&fact.task_id, &fact.kind), "event {seq} is the one that was shown");
        for (name, value) in serde_json::from_str::<Value>(&content).unwrap().as_object().unwrap() {
            assert_eq!(&fact.event[name], value, "event {seq} says what it said: {name}");
        }
    }
    for ((task, attempt), text) in &client.journal.texts {
        let places = stored_texts(&sql, task, *attempt);
        assert!(
            places.iter().any(|stored| stored.starts_with(text.as_str())),
            "attempt {attempt} of {task} showed {} bytes, stored are {:?}",
            text.len(),
            places.iter().map(String::len).collect::<Vec<_>>(),
        );
    }
}

/// Each request became one task, which ended as it had to, with a whole answer and one delivery.
pub fn assert_all_ended_as_asked(folder: &Folder, client: &Client) {
    let sql = open_rows(folder);
    let tasks: i64 = one(&sql, "SELECT COUNT(*) FROM task", []).unwrap();
    assert_eq!(tasks as usize, client.requests.len(), "one task for each key, however often it was sent");
    for request in &client.requests {
        let task = request.task.as_deref().unwrap();
        let state: String = one(&sql, "SELECT state FROM task WHERE id = ?1", [task]).unwrap();
        let own_end = if request.pieces.is_some() { "completed" } else { "failed" };
        let ends: &[&str] = match request.stop {
            Stop::Taken => &["completed"],
            Stop::No => &[own_end],
            Stop::Unknown => &[own_end, "cancelled"],
            Stop::Acknowledged => &["cancelled"],
        };
        assert!(ends.contains(&state.as_str()), "{state} is the end of {request:?}");
        if state == "completed" && request.stop != Stop::Taken {
            assert_whole(&sql, request, task);
        }
        let ends = "SELECT COUNT(*) FROM delivery WHERE task_id = ?1 AND outcome <> 'needs_you'";
        let deliveries: i64 = one(&sql, ends, [task]).unwrap();
        assert_eq!(deliveries, i64::from(request.is_background), "the user is told once of {request:?}");
    }
    let untold = "SELECT COUNT(*) FROM delivery WHERE state IN ('pending', 'claimed')";
    assert_eq!(one::<i64>(&sql, untold, []), Some(0), "everybody was told");
    let unseen = "SELECT COUNT(*) FROM event WHERE seq <= ?1";
    let events: i64 = one(&sql, unseen, [client.journal.cursor]).unwrap();
    assert_eq!(events as usize, client.journal.facts.len(), "the follower missed nothing over all restarts");
}

/// Tasks that came to their end.
pub fn finished(folder: &Folder) -> u64 {
    let count: i64 =
        one(&open_rows(folder), "SELECT COUNT(*) FROM task WHERE ended_at IS NOT NULL", []).unwrap();
    count.unsigned_abs()
}

/// Attempts that were cut.
pub fn interrupted(folder: &Folder) -> u64 {
    let cut = "SELECT COUNT(*) FROM attempt WHERE end = 'interrupted'";
    let count: i64 = one(&open_rows(folder), cut, []).unwrap();
    count.unsigned_abs()
}

/// Tasks that did not, for a failure's message.
pub fn open(folder: &Folder) -> Vec<String> {
    let sql = open_rows(folder);
    let mut found = sql
        .prepare("SELECT id, state, COALESCE(reason, ''), model, restarts FROM task WHERE ended_at IS NULL")
        .unwrap();
    let line = |r: &rusqlite::Row<'_>| {
        let text = |column| r.get::<_, String>(column);
        Ok(format!("{} {} {} {} restarts {}", text(0)?, text(1)?, text(2)?, text(3)?, r.get::<_, i64>(4)?))
    };
    found.query_map([], line).unwrap().map(Result::unwrap).collect()
}

/// The pieces of an answer are numbered, and the model goes on where its text stopped: all are there once, in order.
fn assert_whole(sql: &Connection, request: &Request, task: &str) {
    let text: String = one(sql, "SELECT text FROM message WHERE task_id = ?1", [task]).unwrap();
    let numbers: Vec<u64> = text
        .split('~')
        .filter_map(|piece| piece.split_once(':'))
        .filter_map(|(number, _)| number.parse().ok())
        .collect();
    let expected: Vec<u64> = (0..request.pieces.unwrap()).collect();
    assert_eq!(numbers, expected, "the answer of {request:?} is whole: {text}");
}

/// Where the text of an attempt may be: in pieces while it runs, with the attempt when it was cut, in the message.
fn stored_texts(sql: &Connection, task: &str, attempt: u32) -> Vec<String> {
    let pieces = "SELECT group_concat(text, '') FROM
                  (SELECT text FROM delta WHERE task_id = ?1 AND attempt = ?2 ORDER BY start)";
    let kept = "SELECT kept_text FROM attempt WHERE task_id = ?1 AND number = ?2";
    let message = "SELECT text FROM message WHERE task_id = ?1 AND ?2 > 0";
    let found =
        [pieces, kept, message].map(|query| one::<Option<String>>(sql, query, params![task, attempt]));
    found.into_iter().flatten().flatten().collect()
}

fn one<T: rusqlite::types::FromSql>(
    sql: &Connection,
    query: &str,
    params: impl rusqlite::Params,
) -> Option<T> {
    sql.prepare_cached(query).unwrap().query_row(params, |r| r.get(0)).optional().unwrap()
}

fn open_rows(folder: &Folder) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(folder.path().join("meanwhile.db"), flags).unwrap()
}
