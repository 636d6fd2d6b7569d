//! What a step of a task costs does not grow with what was done before: no statement on its way reads a whole table.

use super::{End, NoticeResult, Settled, Store};
use crate::clock::SystemClock;
use crate::command::SendMessage;
use crate::model::{
    AttemptEnd, ChannelPlace, ChannelRow, FinishReason, KeySource, Lane, Origin, ProviderId, ProviderKind,
    ProviderRow, TaskId, Timestamp, Usage,
};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Tasks that are over in the folder of the test, with their messages, attempts, events and deliveries.
const PAST: i32 = 2_000;

/// Steps of SQLite's machine that a statement may take, over all its runs in the test; a walk through the past takes more.
const MOST: i32 = 2 * PAST;

static SCANS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Notes the statements of a connection that did as much as only a walk through the past takes.
pub fn watch(connection: &Connection) {
    connection.trace_v2(
        TraceEventCodes::SQLITE_TRACE_PROFILE,
        Some(|event| {
            if let TraceEvent::Profile(statement, _) = event
                && statement.get_status(StatementStatus::VmStep) >= MOST
            {
                SCANS.lock().unwrap().insert(statement.sql().into_owned());
            }
        }),
    );
}

// F24, F45
#[tokio::test]
async fn a_step_reads_no_whole_table_however_much_was_done_before() {
    let folder = tempfile::tempdir().unwrap();
    let first = live(folder.path()).await;
    fill(folder.path(), &first);
    SCANS.lock().unwrap().clear();
    live(folder.path()).await;
    let scans = SCANS.lock().unwrap();
    assert!(
        scans.is_empty(),
        "these go through a whole table:\n{}",
        scans.iter().map(|s| format!("{s}\n\n")).collect::<String>()
    );
}

/// A start, and the life of two tasks as the engine, the delivery and a window see it.
async fn live(folder: &Path) -> TaskId {
    let store = Store::open(folder, Arc::new(SystemClock)).unwrap();
    store.recover(false, |_| unreachable!("nothing was running")).await.unwrap();
    confirm(&store).await;
    if store.provider("here").unwrap().is_none() {
        store.put_provider(here()).await.unwrap();
    }
    let after = store.last_seq().unwrap();
    let mut claims = store.claims().await.unwrap();
    store.take_up_due().await.unwrap();
    let mut last = None;
    for lane in [Lane::Interactive, Lane::Background] {
        let sent = store.accept(prompt(lane)).await.unwrap();
        let claimed = claims.recv().await.unwrap();
        store.text_sink(&claimed.task_id, claimed.attempt).push("An answer.", None).await.unwrap();
        store.agenda(Timestamp::from_ms(0), Timestamp::from_ms(0)).unwrap();
        store.continue_in_background(sent.task.id.clone()).await.unwrap();
        store.settle(claimed.task_id.clone(), claimed.attempt, complete()).await.unwrap();
        // The first answer of its chat: that gets a name.
        let named = claims.recv().await.unwrap();
        store.text_sink(&named.task_id, named.attempt).push("A name", None).await.unwrap();
        store.settle(named.task_id, named.attempt, complete()).await.unwrap();
        assert!(store.has_undelivered().unwrap());
        store.due_channels(Timestamp::from_ms(i64::MAX)).unwrap();
        store.mute(claimed.task_id.clone(), false).await.unwrap();
        let outcomes = store.claim_deliveries().await.unwrap();
        let told = outcomes.into_iter().map(|o| (o, vec![("os".to_owned(), NoticeResult::Sent)])).collect();
        store.settle_deliveries(told).await.unwrap();
        let (channel, due) = store.claim_notices("mail".to_owned()).await.unwrap().unwrap();
        assert_eq!(due.len(), 1, "what was just told here");
        let due = due.into_iter().map(|one| one.delivery).collect();
        store.end_notices(channel, due, None, None).await.unwrap();
        store.events(None, after).unwrap();
        store.events(Some(&claimed.task_id), after).unwrap();
        store.deltas(&claimed.task_id, after).unwrap();
        store.alive(after).unwrap();
        store.changes(after).unwrap();
        store.snapshot(None).await.unwrap();
        store.task_text(claimed.task_id.clone()).await.unwrap();
        store.attempts(claimed.task_id.clone()).await.unwrap();
        store.thread(sent.task.conversation_id.clone(), None, 50).await.unwrap();
        store.mark_seen(claimed.task_id.clone()).await.unwrap();
        let again =
            store.retry(claimed.task_id, Lane::Background, Origin::Window, None).await.unwrap().task.id;
        claims.recv().await.unwrap();
        store.show_task(sent.task.id.clone()).await.unwrap();
        store.pause(again.clone()).await.unwrap();
        store.stop_requests().unwrap();
        store.settle(again.clone(), 1, Settled { end: End::Paused, ..complete() }).await.unwrap();
        store.cancel(again.clone()).await.unwrap();
        last = Some(again);
    }
    store.close().await;
    last.unwrap()
}

/// Everything is told to a channel, too.
async fn confirm(store: &Store) {
    let mail = ChannelRow {
        id: ProviderId::fresh(),
        name: "mail".to_owned(),
        place: ChannelPlace::Webhook { host: "example.com".to_owned() },
        key_source: KeySource::None,
        tested_at: None,
        confirmed_at: None,
        used_at: None,
        failure: None,
        created_at: Timestamp::from_ms(0),
    };
    let id = mail.id.clone();
    store.put_channel(mail).await.unwrap();
    store.channel_tested(id, None).await.unwrap();
    store.confirm_channel("mail".to_owned(), true).await.unwrap();
}

/// A server on this computer: its models are asked for the names of chats.
fn here() -> ProviderRow {
    ProviderRow {
        id: ProviderId::fresh(),
        name: "here".to_owned(),
        kind: ProviderKind::OpenaiChat,
        base_url: "http://127.0.0.1:9/v1".to_owned(),
        key_source: KeySource::None,
        key_env: None,
        headers: Vec::new(),
        proxy: None,
        created_at: Timestamp::from_ms(0),
    }
}

fn prompt(lane: Lane) -> SendMessage {
    SendMessage {
        model: Some("here/a-model".to_owned()),
        ..SendMessage::new("A question", lane, Origin::Window)
    }
}

fn complete() -> Settled {
    Settled {
        attempt: AttemptEnd::Complete,
        error: None,
        usage: Usage::default(),
        end: End::Completed(FinishReason::Stop),
        trouble: None,
        remote_is_over: false,
    }
}

/// Repeats one task that is over, with its conversation, its log and its delivery.
fn fill(folder: &Path, task: &TaskId) {
    let sql = Connection::open(folder.join("meanwhile.db")).unwrap();
    // A message and its task name each other; whole at the end.
    sql.pragma_update(None, "foreign_keys", false).unwrap();
    let id = task.as_str();
    let conversation: String =
        sql.query_row("SELECT conversation_id FROM task WHERE id = ?1", [id], |r| r.get(0)).unwrap();
    let columns = |table: &str| -> Vec<String> {
        let mut names = sql.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
        let names = names.query_map([], |r| r.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    let tables = [
        ("conversation", "id", &conversation),
        ("message", "conversation_id", &conversation),
        ("task", "conversation_id", &conversation),
        ("attempt", "task_id", &id.to_owned()),
        ("event", "task_id", &id.to_owned()),
        ("delivery", "task_id", &id.to_owned()),
    ];
    for (table, by, owner) in tables {
        let (names, values): (Vec<_>, Vec<_>) = columns(table)
            .into_iter()
            .map(|name| match (table, name.as_str()) {
                ("event", "seq") | ("delivery", "created_seq") => {
                    (name.clone(), format!("{name} + n.i * 1000"))
                }
                ("task", "number") | ("delivery", "id") => (name, "NULL".to_owned()),
                (_, "id" | "conversation_id" | "prompt_id" | "task_id") => {
                    (name.clone(), format!("{name} || '-' || n.i"))
                }
                _ => (name.clone(), name),
            })
            .unzip();
        sql.execute(
            &format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PAST})
                 INSERT INTO {table} ({}) SELECT {} FROM {table} x, n WHERE x.{by} = ?1",
                names.join(", "),
                values.join(", "),
            ),
            [owner],
        )
        .unwrap();
    }
    sql.execute(
        "INSERT OR IGNORE INTO notice (delivery_id, channel, state, attempts, at) SELECT id, 'mail', 'sent', 1, 0 FROM delivery",
        [],
    )
    .unwrap();
}
