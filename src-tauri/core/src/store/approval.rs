//! Questions that stop a task: asked with all that would happen, decided once, used up once.

use super::tx::Tx;
use super::{Store, StoreError, conversation, event, row, rule, step, task};
use crate::model::{
    Act, Approval, BEGIN, CallState, ConversationId, Decision, Detail, EXPIRES_AFTER, EventKind, Reason,
    THEY_SAY, TaskId, TaskState, Timestamp, ToolEffect, Verdict, verdict,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a call is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The call.
    pub call: u32,
    /// The tool.
    pub tool: String,
    /// What it does to the world; `None` for a question to the user.
    pub effect: Option<ToolEffect>,
    /// In a few words.
    pub summary: String,
    /// Exactly.
    pub detail: Detail,
    /// What else to know.
    pub note: String,
    /// Over all that it depends on.
    pub hash: String,
    /// A standing yes is not enough: it was begun before, or nothing keeps it in its folder.
    pub asks_each_time: bool,
}

/// What the user said about a call, now or before.
enum Said {
    /// A yes for exactly this.
    Yes(i64),
    /// A standing yes; true when it is not for this task alone.
    StandingYes(i64, bool),
    /// A standing no.
    StandingNo,
}

fn said(sql: &Connection, id: &TaskId, wanted: &Wanted, now: Timestamp) -> Result<Option<Said>, StoreError> {
    let (rules, place, arguments) = rule::about(sql, id, wanted)?;
    let (folder, definition) = place.unwrap_or_default();
    let act = Act {
        tool: &wanted.tool,
        folder: &folder,
        definition: definition.as_deref(),
        arguments: &arguments,
        task: id,
        asks_each_time: wanted.asks_each_time,
        now,
    };
    let standing = match verdict(&rules, &act) {
        Verdict::Denied(_) => return Ok(Some(Said::StandingNo)),
        Verdict::Allowed(rule) => Some(Said::StandingYes(rule.id, rule.task.is_none())),
        Verdict::Unsaid => None,
    };
    let given = sql
        .prepare_cached(
            "SELECT id FROM approval WHERE task_id = ?1 AND call = ?2 AND hash = ?3 AND consumed_seq IS NULL
               AND decision IN ('allow_once', 'allow_task', 'allow_always') AND expires_at >= ?4 ORDER BY id DESC LIMIT 1",
        )?
        .query_row(params![id.as_str(), wanted.call, wanted.hash, now.as_ms()], |r| r.get(0))
        .optional()?;
    Ok(given.map(Said::Yes).or(standing))
}

/// The yes for exactly this: one that the user gave for it, or a standing one, which is noted as given. `None` when there is none.
pub fn allowed(tx: &mut Tx<'_>, id: &TaskId, wanted: &Wanted) -> Result<Option<i64>, StoreError> {
    let (rule, is_for_all) = match said(tx.sql, id, wanted, tx.now)? {
        None | Some(Said::StandingNo) => return Ok(None),
        Some(Said::Yes(approval)) => return Ok(Some(approval)),
        Some(Said::StandingYes(rule, is_for_all)) => (rule, is_for_all),
    };
    let by = if is_for_all { format!("rule {rule}") } else { format!("rule {rule} of this task") };
    let approval = insert(tx, id, wanted)?;
    close(tx, approval, Decision::AllowOnce, &by, None)?;
    event::append(tx, id, &EventKind::ApprovalDecided { approval, decision: Decision::AllowOnce, by })?;
    Ok(Some(approval))
}

/// Asks. What is open for the same call and the same hash stays open; what is open for another gives its place.
pub fn ask(tx: &mut Tx<'_>, id: &TaskId, wanted: &Wanted) -> Result<(), StoreError> {
    let is_over: bool = tx
        .sql
        .prepare_cached("SELECT ended_at IS NOT NULL FROM call WHERE task_id = ?1 AND number = ?2")?
        .query_row(params![id.as_str(), wanted.call], |r| r.get(0))?;
    // It may have been answered while the question was put together: nobody is asked twice.
    if is_over || said(tx.sql, id, wanted, tx.now)?.is_some() {
        return Ok(());
    }
    let open: Option<(i64, String)> = tx
        .sql
        .prepare_cached(
            "SELECT id, hash FROM approval WHERE task_id = ?1 AND call = ?2 AND decision IS NULL",
        )?
        .query_row(params![id.as_str(), wanted.call], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    match open {
        Some((_, hash)) if hash == wanted.hash => return Ok(()),
        Some((old, _)) => close(tx, old, Decision::Reject, "changed", None)?,
        None => {}
    }
    let approval = if is_changed_since(tx.sql, id, wanted)? {
        let note = format!("{CHANGED}{}", wanted.note);
        insert(tx, id, &Wanted { note, ..wanted.clone() })?
    } else {
        insert(tx, id, wanted)?
    };
    let asked = EventKind::ApprovalAsked { approval, call: wanted.call, summary: wanted.summary.clone() };
    event::append(tx, id, &asked).map(drop)
}

/// What is said about a question whose yes came too late.
const CHANGED: &str = "It changed after you allowed it, so nothing was done. This is how it is now. ";

/// Whether there is a yes for this call that was for something else.
fn is_changed_since(sql: &Connection, id: &TaskId, wanted: &Wanted) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM approval WHERE task_id = ?1 AND call = ?2 AND hash <> ?3 AND consumed_seq IS NULL
                   AND decision IN ('allow_once', 'allow_task', 'allow_always'))";
    let params = params![id.as_str(), wanted.call, wanted.hash];
    Ok(sql.prepare_cached(query)?.query_row(params, |r| r.get(0))?)
}

fn insert(tx: &Tx<'_>, id: &TaskId, wanted: &Wanted) -> Result<i64, StoreError> {
    tx.sql
        .prepare_cached(
            "INSERT INTO approval (task_id, call, effect, summary, detail, note, hash, asked_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id.as_str(),
            wanted.call,
            wanted.effect.as_ref().map(row::word).transpose()?,
            wanted.summary,
            row::json(&wanted.detail)?,
            wanted.note,
            wanted.hash,
            tx.now.as_ms(),
            tx.now.after(EXPIRES_AFTER).as_ms(),
        ])?;
    tx.sql
        .prepare_cached("UPDATE call SET label = ?3 WHERE task_id = ?1 AND number = ?2")?
        .execute(params![id.as_str(), wanted.call, wanted.summary])?;
    Ok(tx.sql.last_insert_rowid())
}

fn close(tx: &Tx<'_>, id: i64, decision: Decision, by: &str, words: Option<&str>) -> Result<(), StoreError> {
    let closed = tx
        .sql
        .prepare_cached(
            "UPDATE approval SET decision = ?2, decided_at = ?3, decided_by = ?4, words = ?5 WHERE id = ?1 AND decision IS NULL",
        )?
        .execute(params![id, row::word(&decision)?, tx.now.as_ms(), by, words])?;
    if closed == 1 { Ok(()) } else { Err(decided()) }
}

fn decided() -> StoreError {
    StoreError::Conflict("this was decided before, and that counts".to_owned())
}

/// How many questions of a task are open.
pub fn open(sql: &Connection, id: &TaskId) -> Result<u32, StoreError> {
    let query = "SELECT COUNT(*) AS open FROM approval WHERE task_id = ?1 AND decision IS NULL";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| row::count(r, "open"))?)
}

const COLUMNS: &str = "SELECT p.*, c.tool, t.conversation_id, t.title, t.agent ->> 'name' AS agent_name
   FROM approval p JOIN task t ON t.id = p.task_id JOIN call c ON c.task_id = p.task_id AND c.number = p.call";

fn approval(r: &Row<'_>) -> Result<Approval, StoreError> {
    Ok(Approval {
        id: r.get("id")?,
        task_id: TaskId::from_text(r.get::<_, String>("task_id")?),
        conversation_id: ConversationId::from_text(r.get::<_, String>("conversation_id")?),
        title: r.get("title")?,
        agent: r.get::<_, Option<String>>("agent_name")?.unwrap_or_default(),
        call: row::count(r, "call")?,
        tool: r.get("tool")?,
        effect: row::from_word_opt(r.get("effect")?)?,
        summary: r.get("summary")?,
        detail: row::from_json(&r.get::<_, String>("detail")?)?,
        note: r.get("note")?,
        hash: r.get("hash")?,
        asked_at: row::time(r, "asked_at")?,
        expires_at: row::time(r, "expires_at")?,
        decision: row::from_word_opt(r.get("decision")?)?,
        decided_at: row::time_opt(r, "decided_at")?,
        decided_by: r.get("decided_by")?,
        words: r.get("words")?,
    })
}

fn load(sql: &Connection, id: i64) -> Result<Approval, StoreError> {
    let mut found = row::all(sql, &format!("{COLUMNS} WHERE p.id = ?1"), [id], approval)?;
    found.pop().ok_or_else(|| StoreError::NotFound { what: "question", id: id.to_string() })
}

/// Closes a question and gives what it was. One that is too old counts as not asked: it is asked anew.
fn decide(
    tx: &mut Tx<'_>,
    id: i64,
    decision: Decision,
    hash: &str,
    words: Option<&str>,
    by: &str,
) -> Result<Approval, StoreError> {
    let asked = load(tx.sql, id)?;
    if asked.decision.is_some() {
        return Err(decided());
    }
    if asked.hash != hash {
        return Err(StoreError::Conflict(
            "what would happen is not what was shown any more; look again. Nothing was decided".to_owned(),
        ));
    }
    let is_question = asked.effect.is_none();
    if is_question && !decision.is_no() && words.is_none_or(|words| words.trim().is_empty()) {
        return Err(StoreError::Invalid("a question needs an answer; nothing was decided".to_owned()));
    }
    let is_late = tx.now > asked.expires_at;
    let (decision, by) = if is_late { (Decision::Reject, "expired") } else { (decision, by) };
    close(tx, id, decision, by, words)?;
    let kind = EventKind::ApprovalDecided { approval: id, decision, by: by.to_owned() };
    event::append(tx, &asked.task_id, &kind)?;
    match decision {
        _ if is_late => {}
        Decision::Reject => refuse(tx, &asked, words)?,
        Decision::RejectAlways => {
            rule::add(tx, &asked, None, true)?;
            refuse(tx, &asked, words)?;
        }
        _ if is_question => {
            let said = words.map(str::trim).unwrap_or_default();
            let told = match asked.tool.as_str() {
                PLAN if !said.eq_ignore_ascii_case(BEGIN) => format!("{NOT_YET}{THEY_SAY}{said}"),
                _ => format!("The user answers: {said}"),
            };
            end(tx, &asked, CallState::Done, "answered", &told)?;
        }
        Decision::AllowTask => rule::add(tx, &asked, Some(&asked.task_id), false)?,
        Decision::AllowAlways => rule::add(tx, &asked, None, false)?,
        Decision::AllowOnce => {}
    }
    if open(tx.sql, &asked.task_id)? == 0 {
        let waits = task::load(tx.sql, &asked.task_id)?;
        let for_this = matches!(waits.reason, Some(Reason::Approval | Reason::Question));
        // In the trash nothing is begun.
        let is_deleted = conversation::is_deleted(tx.sql, &asked.conversation_id)?;
        if waits.state == TaskState::Waiting && for_this && !is_deleted {
            step::resume(tx, &asked.task_id)?;
        }
    }
    conversation::mark_changed(tx, &asked.conversation_id)?;
    load(tx.sql, id)
}

/// The call by which a plan is shown.
const PLAN: &str = "update_plan";

/// What the model is told whose plan was answered with anything else than yes.
const NOT_YET: &str = "The user does not agree to this plan yet. Nothing can be changed before: call update_plan again with what they \
                       want, and wait for the answer.";

fn refuse(tx: &mut Tx<'_>, asked: &Approval, words: Option<&str>) -> Result<(), StoreError> {
    let why = words.map(str::trim).filter(|words| !words.is_empty());
    let mut told = match asked.effect {
        None => "The user does not want to answer this.".to_owned(),
        Some(_) => "The user does not want this, and it was not done.".to_owned(),
    };
    if let Some(why) = why {
        told += &format!("{THEY_SAY}{why}");
    }
    told += " Do not try the same in another way; go on without it, or ask what they want instead.";
    end(tx, asked, CallState::Refused, "not wanted", &told)
}

fn end(
    tx: &mut Tx<'_>,
    asked: &Approval,
    state: CallState,
    fact: &str,
    result: &str,
) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE call SET state = ?3, fact = ?4, result = ?5, ended_at = ?6
             WHERE task_id = ?1 AND number = ?2 AND ended_at IS NULL",
        )?
        .execute(params![
            asked.task_id.as_str(),
            asked.call,
            row::word(&state)?,
            fact,
            result,
            tx.now.as_ms()
        ])?;
    let ended = EventKind::CallEnded { call: asked.call, state, fact: Some(fact.to_owned()) };
    event::append(tx, &asked.task_id, &ended).map(drop)
}

impl Store {
    /// The user's word on an open question; `hash` is that of what was shown. The first word counts.
    ///
    /// # Errors
    /// `Conflict` when it was decided before, or is about something else by now.
    pub async fn decide(
        &self,
        id: i64,
        decision: Decision,
        hash: String,
        words: Option<String>,
        by: &'static str,
    ) -> Result<Approval, StoreError> {
        self.write(move |tx| decide(tx, id, decision, &hash, words.as_deref(), by)).await
    }

    /// Whether there is a yes for exactly this, or a standing no; `None` for neither.
    pub async fn is_allowed(
        &self,
        id: TaskId,
        wanted: Wanted,
        now: Timestamp,
    ) -> Result<Option<bool>, StoreError> {
        self.read(move |sql| {
            let said = said(sql, &id, &wanted, now)?;
            Ok(said.map(|said| !matches!(said, Said::StandingNo)))
        })
        .await
    }

    /// Whether the user agreed to a plan of a task.
    pub async fn has_agreed_plan(&self, id: TaskId) -> Result<bool, StoreError> {
        self.read(move |sql| {
            let query = "SELECT EXISTS (SELECT 1 FROM approval p JOIN call c ON c.task_id = p.task_id AND c.number = p.call
                           WHERE p.task_id = ?1 AND c.tool = ?2 AND p.decision = 'allow_once' AND trim(p.words) = ?3 COLLATE NOCASE)";
            Ok(sql.prepare_cached(query)?.query_row([id.as_str(), PLAN, BEGIN], |r| r.get(0))?)
        })
        .await
    }

    /// Questions that are open, of one task or of all, oldest first; what is in the trash is left out.
    pub async fn approvals(&self, of: Option<TaskId>) -> Result<Vec<Approval>, StoreError> {
        self.read(move |sql| {
            let which = if of.is_some() { "p.task_id = ?1" } else { "?1 IS NULL" };
            let query = format!(
                "{COLUMNS} WHERE p.decision IS NULL AND {which} AND t.ended_at IS NULL AND {} ORDER BY p.id",
                task::KEPT
            );
            row::all(sql, &query, params![of.as_ref().map(TaskId::as_str)], approval)
        })
        .await
    }

    /// One question, open or not.
    pub async fn approval(&self, id: i64) -> Result<Approval, StoreError> {
        self.read(move |sql| load(sql, id)).await
    }
}
