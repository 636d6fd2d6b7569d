//! What files of a folder were before a task first wrote to them, and what it left: rows here, contents elsewhere by hash.

use super::tx::Tx;
use super::{Store, StoreError, Wanted, event, family, row};
use crate::model::{Detail, Editor, EventKind, START_PROGRAM, TaskId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

/// A file as it was; `before` is what the room of tools says about it, `None` when there was none.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Within the folder.
    pub path: String,
    /// How it was.
    pub before: Option<Value>,
    /// The hash of what the task left; `None` when it removed the file.
    pub after: Option<String>,
    /// The task wrote to it.
    pub is_changed: bool,
}

/// What was kept of a task's folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The files.
    pub files: Vec<Kept>,
    /// What could not be kept, and why.
    pub gaps: Vec<(String, String)>,
    /// The hash of the list of all files, as it was before the newest program.
    pub manifest: Option<String>,
}

/// Notes what a call left.
pub fn left(tx: &Tx<'_>, id: &TaskId, left: &[Kept]) -> Result<(), StoreError> {
    for file in left {
        let before = file.before.as_ref().map(Value::to_string);
        tx.sql
            .prepare_cached(
                "INSERT INTO snapshot (task_id, path, before, after, is_changed, seq, left_seq) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)
                 ON CONFLICT DO UPDATE SET after = ?4, is_changed = 1, left_seq = ?5",
            )?
            .execute(params![id.as_str(), file.path, before, file.after, tx.progress().seq])?;
    }
    Ok(())
}

/// What a call left is noted; of all calls if none is named.
pub fn noted(tx: &Tx<'_>, id: &TaskId, call: Option<u32>) -> Result<(), StoreError> {
    for table in ["snapshot", "folder_snapshot"] {
        let done = format!(
            "UPDATE {table} SET call = NULL WHERE task_id = ?1 AND call IS NOT NULL AND (?2 IS NULL OR call = ?2)"
        );
        tx.sql.prepare_cached(&done)?.execute(params![id.as_str(), call])?;
    }
    Ok(())
}

/// A task, and those that it started for parts of its work.
const FAMILY: &str = "task_id IN (SELECT ?1 UNION ALL SELECT id FROM task WHERE parent_id = ?1)";

/// Files that a task changed, or one that it started.
pub fn changed(sql: &Connection, id: &TaskId) -> Result<u32, StoreError> {
    let query =
        format!("SELECT COUNT(DISTINCT path) AS changed FROM snapshot WHERE {FAMILY} AND is_changed = 1");
    Ok(sql.prepare_cached(&query)?.query_row([id.as_str()], |r| row::count(r, "changed"))?)
}

/// Files that an agent changes before its user is asked, when nobody said how many.
const MOST_FILES: u32 = 200;

/// How many files a task may change, when it did and this would change one more.
pub fn too_many(sql: &Connection, id: &TaskId, wanted: &Wanted) -> Result<Option<u32>, StoreError> {
    // The cap is for all of them together.
    let id = &family::root(sql, id)?;
    let query = "SELECT budget ->> 'files' FROM task WHERE id = ?1";
    let most: Option<u32> = sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?;
    let most = most.unwrap_or(MOST_FILES);
    if changed(sql, id)? < most {
        return Ok(None);
    }
    let is_known = match &wanted.detail {
        Detail::Diff { path, .. } => sql
            .prepare_cached(&format!(
                "SELECT EXISTS (SELECT 1 FROM snapshot WHERE {FAMILY} AND path = ?2 AND is_changed = 1)"
            ))?
            .query_row([id.as_str(), path], |r| r.get(0))?,
        _ => false,
    };
    Ok((!is_known).then_some(most))
}

fn kept(r: &Row<'_>) -> Result<Kept, StoreError> {
    let before: Option<String> = r.get("before")?;
    Ok(Kept {
        path: r.get("path")?,
        before: before.map(|text| row::from_json(&text)).transpose()?,
        after: r.get("after")?,
        is_changed: r.get("is_changed")?,
    })
}

/// Files that are named when they were put back.
const NAMED: usize = 200;

impl Store {
    /// Keeps how files were before the task writes to them. What is known of one already stays.
    pub async fn keep_snapshot(&self, id: TaskId, call: u32, snapshot: Snapshot) -> Result<(), StoreError> {
        self.write(move |tx| {
            let seq = tx.next_seq();
            for file in &snapshot.files {
                let before = file.before.as_ref().map(Value::to_string);
                tx.sql
                    .prepare_cached(
                        "INSERT INTO snapshot (task_id, path, before, after, seq, call) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                         ON CONFLICT DO UPDATE SET call = ?6",
                    )?
                    .execute(params![id.as_str(), file.path, before, file.after, seq, call])?;
            }
            for (path, why) in &snapshot.gaps {
                tx.sql
                    .prepare_cached("INSERT OR IGNORE INTO snapshot_gap (task_id, path, why) VALUES (?1, ?2, ?3)")?
                    .execute(params![id.as_str(), path, why])?;
            }
            Ok(())
        })
        .await
    }

    /// The files that a task changed, in the order of their paths.
    pub async fn changed_files(&self, id: TaskId) -> Result<Vec<Kept>, StoreError> {
        self.read(move |sql| {
            row::state(sql, &id)?;
            let query =
                "SELECT path, before, after, is_changed FROM snapshot WHERE task_id = ?1 AND is_changed = 1
                         ORDER BY path";
            row::all(sql, query, [id.as_str()], kept)
        })
        .await
    }

    /// The other agent that left a file as it is now, wherever in it the folder of that one was; the newest of several.
    pub async fn editor(
        &self,
        id: TaskId,
        path: String,
        now: Option<String>,
    ) -> Result<Option<Editor>, StoreError> {
        self.read(move |sql| {
            let query = "SELECT t.id, t.title, t.agent ->> 'name' FROM snapshot s JOIN task t ON t.id = s.task_id
                         WHERE s.is_changed = 1 AND t.id <> ?1 AND s.after IS ?3 AND (t.agent ->> 'folder') || '/' || s.path =
                           (SELECT (agent ->> 'folder') || '/' || ?2 FROM task WHERE id = ?1)
                         ORDER BY s.seq DESC LIMIT 1";
            let editor = |r: &Row<'_>| {
                Ok(Editor { task_id: TaskId::from_text(r.get::<_, String>(0)?), title: r.get(1)?, agent: r.get(2)? })
            };
            Ok(sql.prepare_cached(query)?.query_row(params![id.as_str(), path, now], editor).optional()?)
        })
        .await
    }

    /// The same, with those that the tasks changed that it started: how each was before the first of them, and what the last one
    /// left.
    pub async fn all_changed_files(&self, id: TaskId) -> Result<Vec<Kept>, StoreError> {
        self.read(move |sql| {
            row::state(sql, &id)?;
            let query = format!(
                "SELECT path, before, after, is_changed, left_seq FROM snapshot WHERE {FAMILY} AND is_changed = 1
                 ORDER BY path, seq"
            );
            let mut all: Vec<(Kept, i64)> = Vec::new();
            for (file, at) in row::all(sql, &query, [id.as_str()], |r| Ok((kept(r)?, r.get::<_, i64>("left_seq")?)))? {
                match all.last_mut().filter(|(first, _)| first.path == file.path) {
                    Some((first, newest)) if at >= *newest => (first.after, *newest) = (file.after, at),
                    Some(_) => {}
                    None => all.push((file, at)),
                }
            }
            Ok(all.into_iter().map(|(file, _)| file).collect())
        })
        .await
    }

    /// What was kept for calls that were begun and cut, and of which nobody noted yet what they left.
    pub async fn cut_snapshot(&self, id: TaskId) -> Result<Snapshot, StoreError> {
        self.read(move |sql| {
            let cut =
                "call IN (SELECT number FROM call WHERE task_id = ?1 AND (state IN ('started', 'unknown') OR tool = ?2))";
            let query =
                format!("SELECT path, before, after, is_changed FROM snapshot WHERE task_id = ?1 AND {cut}");
            let files = row::all(sql, &query, [id.as_str(), START_PROGRAM], kept)?;
            let query = format!("SELECT manifest FROM folder_snapshot WHERE task_id = ?1 AND {cut}");
            let manifest = sql.prepare_cached(&query)?.query_row([id.as_str(), START_PROGRAM], |r| r.get(0)).optional()?;
            Ok(Snapshot { files, manifest, ..Snapshot::default() })
        })
        .await
    }

    /// Notes what calls left that were cut.
    pub async fn note_left(&self, id: TaskId, files: Vec<Kept>) -> Result<(), StoreError> {
        self.write(move |tx| {
            left(tx, &id, &files)?;
            noted(tx, &id, None)
        })
        .await
    }

    /// Keeps the hash of the list of all files of a task's folder, as it was before its newest program. Since when the folder is
    /// kept at all stays.
    pub async fn keep_folder_snapshot(
        &self,
        id: TaskId,
        call: u32,
        manifest: String,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            let seq = tx.next_seq();
            tx.sql
                .prepare_cached(
                    "INSERT INTO folder_snapshot (task_id, manifest, seq, call) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET manifest = ?2, call = ?4",
                )?
                .execute(params![id.as_str(), manifest, seq, call])?;
            Ok(())
        })
        .await
    }

    /// The files that were put back are as they were before the task; `conflicts` stayed as they are.
    pub async fn put_back(
        &self,
        id: TaskId,
        restored: Vec<String>,
        conflicts: u32,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            for path in &restored {
                tx.sql
                    .prepare_cached(&format!(
                        "UPDATE snapshot SET is_changed = 0 WHERE {FAMILY} AND path = ?2"
                    ))?
                    .execute([id.as_str(), path])?;
            }
            let files = restored.iter().take(NAMED).cloned().collect();
            let restored = u32::try_from(restored.len()).unwrap_or(u32::MAX);
            event::append(tx, &id, &EventKind::PutBack { restored, conflicts, files }).map(drop)
        })
        .await
    }
}
