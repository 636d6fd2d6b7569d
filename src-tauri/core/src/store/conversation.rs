//! Conversations: the list, the thread, names, drafts and the trash.

use super::branch::{self, Branches};
use super::tx::Tx;
use super::{Store, StoreError, document, row, step, task};
use crate::model::{Conversation, ConversationId, Draft, Manner, Seq, Task, Thread, Turn};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

/// The conversations, to be followed by which.
fn all() -> String {
    // The plus keeps SQLite from going through everything that waits, once for each conversation.
    format!(
        "SELECT c.*,
    (SELECT COUNT(*) FROM task t WHERE t.ended_at IS NULL AND t.conversation_id = c.id AND t.state IN ('queued', 'running') AND t.parent_id IS NULL AND t.system IS NULL) AS working,
    (SELECT COUNT(*) FROM task t WHERE t.ended_at IS NULL AND t.conversation_id = c.id AND +t.state = 'waiting' AND {}) AS waiting,
    (SELECT COUNT(*) FROM task t WHERE t.unread = 1 AND t.conversation_id = c.id) AS unread,
    EXISTS (SELECT 1 FROM task t WHERE t.unread = 1 AND t.conversation_id = c.id AND t.state = 'failed') AS failed
  FROM conversation c",
        task::ASKS
    )
}

/// Characters of a name; longer ones are cut.
const TITLE: usize = 120;

pub fn load(sql: &Connection, id: &ConversationId) -> Result<Conversation, StoreError> {
    let mut found = row::all(sql, &(all() + " WHERE c.id = ?1"), [id.as_str()], conversation)?;
    found.pop().ok_or_else(|| not_found(id))
}

fn not_found(id: &ConversationId) -> StoreError {
    StoreError::NotFound { what: "conversation", id: id.to_string() }
}

/// What the next prompt in a conversation has to know. Unlike [`load`] it counts nothing, so it costs the same however much was
/// asked.
pub struct Standing {
    /// The model it was asked last.
    pub model: Option<String>,
    /// The branch that is shown and gone on with.
    pub branch: u32,
    /// Whether it is in the trash.
    pub is_deleted: bool,
}

pub fn standing(sql: &Connection, id: &ConversationId) -> Result<Standing, StoreError> {
    let query = "SELECT model, branch, deleted_at IS NOT NULL FROM conversation WHERE id = ?1";
    let found = row::all(sql, query, [id.as_str()], |r| {
        Ok(Standing { model: r.get(0)?, branch: r.get(1)?, is_deleted: r.get(2)? })
    })?;
    found.into_iter().next().ok_or_else(|| not_found(id))
}

/// Whether it is in the trash.
pub fn is_deleted(sql: &Connection, id: &ConversationId) -> Result<bool, StoreError> {
    let query = "SELECT deleted_at IS NOT NULL FROM conversation WHERE id = ?1";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?)
}

pub fn changed(sql: &Connection, after: Seq) -> Result<Vec<Conversation>, StoreError> {
    let query = all() + " WHERE c.changed_seq > ?1 ORDER BY c.changed_seq";
    row::all(sql, &query, [after], conversation)
}

fn conversation(r: &Row<'_>) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: ConversationId::from_text(r.get::<_, String>("id")?),
        title: r.get("title")?,
        model: r.get("model")?,
        has_manner: r.get_ref("manner")? != ValueRef::Null,
        created_at: row::time(r, "created_at")?,
        updated_at: row::time(r, "updated_at")?,
        deleted_at: row::time_opt(r, "deleted_at")?,
        working: row::count(r, "working")?,
        waiting: row::count(r, "waiting")?,
        unread: row::count(r, "unread")?,
        failed: r.get("failed")?,
        shown_seq: r.get("shown_seq")?,
    })
}

pub fn create(tx: &mut Tx<'_>, title: &str, model: Option<&str>) -> Result<ConversationId, StoreError> {
    let id = ConversationId::fresh();
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached(
            "INSERT INTO conversation (id, title, model, created_at, updated_at, changed_seq)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        )?
        .execute(params![id.as_str(), title, model, tx.now.as_ms(), seq])?;
    Ok(id)
}

/// Something was asked or came to an end here.
pub fn touch(tx: &mut Tx<'_>, id: &ConversationId, model: Option<&str>) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached(
            "UPDATE conversation SET updated_at = ?2, changed_seq = ?3, model = COALESCE(?4, model) WHERE id = ?1",
        )?
        .execute(params![id.as_str(), tx.now.as_ms(), seq, model])?;
    Ok(())
}

/// Followers read it again; its place in the list stays.
pub fn mark_changed(tx: &mut Tx<'_>, id: &ConversationId) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached("UPDATE conversation SET changed_seq = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), seq])?;
    Ok(())
}

/// A name as it is kept: on one line, and not too long.
pub fn title_of(name: &str) -> String {
    let title = crate::model::one_line(name.trim(), TITLE);
    if title.is_empty() { "Untitled".to_owned() } else { title }
}

/// How its models are asked.
pub fn manner(sql: &Connection, id: &ConversationId) -> Result<Manner, StoreError> {
    let query = "SELECT manner FROM conversation WHERE id = ?1";
    let found = row::all(sql, query, [id.as_str()], |r| Ok(r.get::<_, Option<String>>(0)?))?;
    let stored = found.into_iter().next().ok_or_else(|| not_found(id))?;
    stored.map_or_else(|| Ok(Manner::default()), |text| row::from_json(&text))
}

pub fn set_manner(tx: &mut Tx<'_>, id: &ConversationId, manner: &Manner) -> Result<(), StoreError> {
    let stored = if manner.is_plain() { None } else { Some(row::json(manner)?) };
    tx.sql
        .prepare_cached("UPDATE conversation SET manner = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), stored])?;
    Ok(())
}

/// The number of the last turn of a branch; 0 when it has none.
pub fn last_turn(sql: &Connection, id: &ConversationId, branch: u32) -> Result<u32, StoreError> {
    let query = "SELECT COALESCE(MAX(turn), 0) AS turn FROM task WHERE conversation_id = ?1 AND branch = ?2";
    Ok(sql.prepare_cached(query)?.query_row(params![id.as_str(), branch], |r| row::count(r, "turn"))?)
}

impl Store {
    /// Conversations outside the trash, most recently used first.
    pub async fn conversations(&self) -> Result<Vec<Conversation>, StoreError> {
        self.read(|sql| {
            let query = all() + " WHERE c.deleted_at IS NULL ORDER BY c.updated_at DESC, c.changed_seq DESC";
            row::all(sql, &query, [], conversation)
        })
        .await
    }

    /// The newest `limit` turns of the branch that is shown, or those before `before`.
    pub async fn thread(
        &self,
        id: ConversationId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Thread, StoreError> {
        self.read(move |sql| {
            let tx = sql.unchecked_transaction()?;
            let conversation = load(&tx, &id)?;
            let shown = standing(&tx, &id)?.branch;
            let path = branch::path(&tx, &id, shown)?;
            let to = before.map_or_else(|| last_turn(&tx, &id, shown), |turn| Ok(turn.saturating_sub(1)))?;
            let from = (to + 1).saturating_sub(limit).max(1);
            let mut tasks = Vec::new();
            for (branch, turns) in branch::stretches(&path, from..=to) {
                tasks.extend(task::of_turns(&tx, &id, branch, turns)?);
            }
            let mut turns = turns(tasks);
            let branches = Branches::all(&tx, &id)?;
            for turn in &mut turns {
                if let Some(task) = turn.tasks.first() {
                    turn.versions = branches.versions_of(&tx, &id, task.branch, turn.number)?;
                }
            }
            let manner = manner(&tx, &id)?;
            Ok(Thread { conversation, manner, path, turns, has_earlier: from > 1 })
        })
        .await
    }

    /// How its models are asked.
    pub async fn manner(&self, id: ConversationId) -> Result<Manner, StoreError> {
        self.read(move |sql| manner(sql, &id)).await
    }

    /// Changes how its models are asked; what is being answered goes on as it was asked.
    pub async fn set_manner(&self, id: ConversationId, manner: Manner) -> Result<Conversation, StoreError> {
        self.write(move |tx| {
            load(tx.sql, &id)?;
            set_manner(tx, &id, &manner)?;
            mark_changed(tx, &id)?;
            load(tx.sql, &id)
        })
        .await
    }

    /// Gives it a name.
    pub async fn rename(&self, id: ConversationId, title: String) -> Result<Conversation, StoreError> {
        self.write(move |tx| {
            let title = crate::model::one_line(title.trim(), TITLE);
            if title.is_empty() {
                return Err(StoreError::Invalid("a conversation needs a name".to_owned()));
            }
            load(tx.sql, &id)?;
            tx.sql
                .prepare_cached("UPDATE conversation SET title = ?2, is_named = 1 WHERE id = ?1")?
                .execute(params![id.as_str(), title])?;
            mark_changed(tx, &id)?;
            load(tx.sql, &id)
        })
        .await
    }

    /// Moves it to the trash and sets its work aside.
    pub async fn delete(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        self.write(move |tx| {
            load(tx.sql, &id)?;
            step::into_trash(tx, &id)?;
            set_deleted(tx, &id, true)
        })
        .await
    }

    /// Takes it out of the trash; the work that was set aside with it goes on.
    pub async fn restore(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        self.write(move |tx| {
            load(tx.sql, &id)?;
            step::out_of_trash(tx, &id)?;
            set_deleted(tx, &id, false)
        })
        .await
    }

    /// What was typed and not sent; `None` is the place for a new conversation.
    pub async fn draft(&self, id: Option<ConversationId>) -> Result<Draft, StoreError> {
        self.read(move |sql| {
            let both = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get::<_, Option<String>>(1)?));
            let (text, files) = match &id {
                Some(id) => {
                    load(sql, id)?;
                    let query = "SELECT draft, draft_files FROM conversation WHERE id = ?1";
                    sql.query_row(query, [id.as_str()], both)?
                }
                None => {
                    sql.query_row("SELECT new_draft, new_draft_files FROM settings WHERE id = 1", [], both)?
                }
            };
            Ok(Draft { conversation_id: id, text, attachments: document::list(files.as_deref())? })
        })
        .await
    }

    /// Keeps what was typed. Followers are not told: the page that typed it has it.
    pub async fn save_draft(&self, draft: Draft) -> Result<(), StoreError> {
        self.write(move |tx| {
            let files = document::stored(&draft.attachments)?;
            match &draft.conversation_id {
                Some(id) => {
                    load(tx.sql, id)?;
                    tx.sql
                        .prepare_cached("UPDATE conversation SET draft = ?2, draft_files = ?3 WHERE id = ?1")?
                        .execute(params![id.as_str(), draft.text, files])?;
                }
                None => {
                    tx.sql
                        .prepare_cached(
                            "UPDATE settings SET new_draft = ?1, new_draft_files = ?2 WHERE id = 1",
                        )?
                        .execute(params![draft.text, files])?;
                }
            }
            Ok(())
        })
        .await
    }
}

fn set_deleted(tx: &mut Tx<'_>, id: &ConversationId, is_deleted: bool) -> Result<Conversation, StoreError> {
    let at = is_deleted.then_some(tx.now.as_ms());
    tx.sql
        .prepare_cached("UPDATE conversation SET deleted_at = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), at])?;
    mark_changed(tx, id)?;
    load(tx.sql, id)
}

/// Tasks in the order of their turns, by turn.
pub fn turns(tasks: Vec<Task>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for task in tasks {
        match turns.last_mut() {
            Some(turn) if turn.number == task.turn => turn.tasks.push(task),
            _ => turns.push(Turn { number: task.turn, tasks: vec![task], versions: Vec::new() }),
        }
    }
    turns
}
