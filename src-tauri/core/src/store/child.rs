//! Tasks that an agent starts for parts of its work. Each is a task like any other, of the same agent and in the background; what
//! all of them come to is the result of the call that started them. Meanwhile the task that started them is queued and not due.

use super::intake::{self, NewTask};
use super::tx::Tx;
use super::{Store, StoreError, approval, call, conversation, event, outcome, row, search, step, task};
use crate::model::{
    AgentAtWork, CallState, ChildTask, DeliveryMode, EventKind, Lane, MOST_CHILDREN, MessageId, Portion,
    Reason, START_TASKS, Step, Task, TaskError, TaskId, TaskState,
};
use rusqlite::{Connection, params};

/// The branch of a conversation in which their prompts and answers stand. No path leads there, so it is never shown or sent.
pub const BRANCH: u32 = 1 << 30;

/// Steps of one of them that are shown with the task that started it.
const SHOWN: usize = 6;

/// Bytes of its last words that are told to the agent that started it. Source: eight of them are 64 KiB.
const WORDS: usize = 8 << 10;

/// What the agent of one is told besides.
const PART: &str = "Another agent gave you this as one part of a bigger job. It reads your last words and nothing else, so say in them \
                    what you did, what you found and what is left. Others work on other parts in the same folder at the same time; \
                    keep to yours.";

/// Whether tasks were started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    /// They are at work, or its user wants none.
    Waits,
    /// They are over, and the call with them.
    Over,
    /// None, for a reason in words for the model.
    Refused(String),
}

/// Whether a task does not wait for others that belong to it.
pub const IS_DUE: &str = "COALESCE(t.reason, '') <> 'children'";

/// The tasks that one started, in their order.
pub fn list(sql: &Connection, id: &TaskId) -> Result<Vec<ChildTask>, StoreError> {
    let query = "SELECT id, parent_call, title, state, reason, started_at, ended_at, error FROM task
                 WHERE parent_id = ?1 ORDER BY parent_call, child";
    row::all(sql, query, [id.as_str()], |r| {
        let task_id = TaskId::from_text(r.get::<_, String>("id")?);
        Ok(ChildTask {
            call: row::count(r, "parent_call")?,
            title: r.get("title")?,
            state: row::from_word(&r.get::<_, String>("state")?)?,
            reason: row::from_word_opt(r.get("reason")?)?,
            approvals: approval::open(sql, &task_id)?,
            steps: call::steps(sql, &task_id, SHOWN)?,
            started_at: row::time_opt(r, "started_at")?,
            ended_at: row::time_opt(r, "ended_at")?,
            error: r.get::<_, Option<String>>("error")?.map(|error| row::from_json(&error)).transpose()?,
            task_id,
        })
    })
}

fn start(tx: &mut Tx<'_>, id: &TaskId, number: u32, portions: &[Portion]) -> Result<Started, StoreError> {
    let parent = task::load(tx.sql, id)?;
    if parent.parent_id.is_some() {
        return Ok(Started::Refused(
            "You work on a part yourself, and parts are not divided again. Do it yourself.".to_owned(),
        ));
    }
    let mut of_call = parent.children.iter().filter(|child| child.call == number).peekable();
    if of_call.peek().is_some() {
        let is_over = of_call.all(|child| child.state.is_final());
        return Ok(if is_over { Started::Over } else { Started::Waits });
    }
    // Nothing begins once its user wants it stopped or set aside; its settlement knows.
    let wish = "SELECT cancel_at IS NOT NULL OR pause_at IS NOT NULL FROM task WHERE id = ?1";
    if tx.sql.prepare_cached(wish)?.query_row([id.as_str()], |r| r.get(0))? {
        return Ok(Started::Waits);
    }
    let before = parent.children.len();
    if before + portions.len() > MOST_CHILDREN {
        return Ok(Started::Refused(format!(
            "A job starts at most {MOST_CHILDREN} tasks, and {before} were started; nothing was started. Do the rest yourself."
        )));
    }
    for (portion, child) in portions.iter().zip(1..) {
        insert(tx, &parent, (number, child, portions.len()), portion)?;
    }
    let label = match portions.len() {
        1 => "Give away 1 part".to_owned(),
        count => format!("Give away {count} parts"),
    };
    let kind = EventKind::CallStarted {
        call: number,
        tool: START_TASKS.to_owned(),
        label: label.clone(),
        approval: None,
    };
    let seq = event::append(tx, id, &kind)?;
    let begun = tx
        .sql
        .prepare_cached(
            "UPDATE call SET state = 'started', label = ?3, fact = ?4, started_at = ?5, started_seq = ?6
             WHERE task_id = ?1 AND number = ?2 AND ended_at IS NULL",
        )?
        .execute(params![id.as_str(), number, label, fact(tx.sql, id, number)?, tx.now.as_ms(), seq])?;
    if begun != 1 {
        return Err(StoreError::NotFound { what: "open call", id: format!("{id}/{number}") });
    }
    Ok(Started::Waits)
}

fn insert(
    tx: &mut Tx<'_>,
    parent: &Task,
    (call, child, of): (u32, u32, usize),
    portion: &Portion,
) -> Result<(), StoreError> {
    let agent: String =
        tx.sql.query_row("SELECT agent FROM task WHERE id = ?1", [parent.id.as_str()], |r| r.get(0))?;
    let mut agent: AgentAtWork = row::from_json(&agent)?;
    agent.tools.retain(|tool| tool != START_TASKS);
    // The plan of the whole was agreed to.
    agent.plan_first = false;
    agent.instructions = format!("{}\n\n{PART}", agent.instructions);
    let prompt_id = MessageId::fresh();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (id, conversation_id, branch, turn, role, text, task_id, is_whole, created_at)
             VALUES (?1, ?2, ?3, ?4, 'user', ?5, NULL, 1, ?6)",
        )?
        .execute(params![
            prompt_id.as_str(),
            parent.conversation_id.as_str(),
            BRANCH,
            parent.turn,
            portion.prompt,
            tx.now.as_ms(),
        ])?;
    search::index(tx.sql, &prompt_id)?;
    let new = NewTask {
        conversation: &parent.conversation_id,
        place: (BRANCH, parent.turn),
        prompt_id: &prompt_id,
        title: &format!("Part {child} of {of}: {}", portion.title),
        model: &parent.model,
        lane: Lane::Background,
        ownership: intake::ownership(
            parent.ownership.origin,
            &parent.conversation_id,
            DeliveryMode::Suppressed,
        ),
        budget: None,
        in_batch: false,
        retry_of: None,
    };
    let id = intake::insert_task(tx, new)?;
    tx.sql
        .prepare_cached(
            "UPDATE task SET parent_id = ?2, parent_call = ?3, child = ?4, agent = ?5 WHERE id = ?1",
        )?
        .execute(params![id.as_str(), parent.id.as_str(), call, child, row::json(&agent)?])?;
    Ok(())
}

/// How far the tasks of a call are, for people.
fn fact(sql: &Connection, id: &TaskId, call: u32) -> Result<String, StoreError> {
    let query = "SELECT COUNT(*) AS n, SUM(state = 'completed') AS done, SUM(state = 'failed') AS failed,
                   SUM(state = 'cancelled') AS stopped FROM task WHERE parent_id = ?1 AND parent_call = ?2";
    Ok(sql.prepare_cached(query)?.query_row(params![id.as_str(), call], |r| {
        let count = |column| row::count(r, column);
        let mut fact = format!("{} of {} parts done", count("done")?, count("n")?);
        for (column, word) in [("failed", "failed"), ("stopped", "stopped")] {
            if count(column)? > 0 {
                fact += &format!(", {} {word}", count(column)?);
            }
        }
        Ok(fact)
    })?)
}

/// What the tasks of a call came to, for the agent that started them; true when one of them was completed.
fn results(sql: &Connection, id: &TaskId, call: u32) -> Result<(String, bool), StoreError> {
    let query =
        "SELECT id, title, state, error FROM task WHERE parent_id = ?1 AND parent_call = ?2 ORDER BY child";
    let mut any_done = false;
    let told = row::all(sql, query, params![id.as_str(), call], |r| {
        let child = TaskId::from_text(r.get::<_, String>("id")?);
        let state: TaskState = row::from_word(&r.get::<_, String>("state")?)?;
        let error: Option<TaskError> =
            r.get::<_, Option<String>>("error")?.map(|error| row::from_json(&error)).transpose()?;
        any_done |= state == TaskState::Completed;
        let end = match (state, error) {
            (TaskState::Completed, _) => "done".to_owned(),
            (TaskState::Failed, Some(error)) => format!("failed: {}", error.message),
            (TaskState::Failed, None) => "failed".to_owned(),
            _ => "stopped before its end".to_owned(),
        };
        let words = last_words(sql, &child)?;
        Ok(format!("{} ({end})\n{words}", r.get::<_, String>("title")?).trim_end().to_owned())
    })?;
    Ok((told.join("\n\n"), any_done))
}

/// What a task said after its last step, within bounds.
fn last_words(sql: &Connection, id: &TaskId) -> Result<String, StoreError> {
    let text = task::text(sql, id)?.text;
    let query = "SELECT COALESCE(MAX(place), 0) FROM call WHERE task_id = ?1";
    let place: i64 = sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?;
    let last = text.get(usize::try_from(place).unwrap_or_default()..).unwrap_or_default().trim();
    let words = if last.is_empty() { text.trim() } else { last };
    let end = words.floor_char_boundary(WORDS);
    Ok(match words.len() - end {
        0 => words.to_owned(),
        left_out => format!("{}\n[{left_out} bytes more are left out]", &words[..end]),
    })
}

/// One of them is over. With the last one their call is, and the task that started them goes on.
pub fn over(tx: &mut Tx<'_>, child: &Task) -> Result<(), StoreError> {
    let Some(parent) = &child.parent_id else { return Ok(()) };
    let number: u32 =
        tx.sql.query_row("SELECT parent_call FROM task WHERE id = ?1", [child.id.as_str()], |r| r.get(0))?;
    let told = tx
        .sql
        .prepare_cached("UPDATE call SET fact = ?3 WHERE task_id = ?1 AND number = ?2 AND ended_at IS NULL")?
        .execute(params![parent.as_str(), number, fact(tx.sql, parent, number)?])?;
    let is_open =
        "SELECT EXISTS (SELECT 1 FROM task WHERE parent_id = ?1 AND parent_call = ?2 AND ended_at IS NULL)";
    if told == 0
        || tx.sql.prepare_cached(is_open)?.query_row(params![parent.as_str(), number], |r| r.get(0))?
    {
        return Ok(());
    }
    end(tx, parent, number)?;
    let before = task::load(tx.sql, parent)?;
    if before.state != TaskState::Queued || before.reason != Some(Reason::Children) {
        return Ok(());
    }
    let reason = (before.lane == Lane::Background).then_some(Reason::Slot);
    tx.sql
        .prepare_cached("UPDATE task SET reason = ?2 WHERE id = ?1")?
        .execute(params![parent.as_str(), reason.as_ref().map(row::word).transpose()?])?;
    event::append(tx, parent, &EventKind::Requeued { reason: Reason::Slot, due_at: None })?;
    conversation::mark_changed(tx, &before.conversation_id)
}

/// Ends a call with what its tasks came to so far.
fn end(tx: &mut Tx<'_>, parent: &TaskId, number: u32) -> Result<(), StoreError> {
    let (result, any_done) = results(tx.sql, parent, number)?;
    let state = if any_done { CallState::Done } else { CallState::Failed };
    let fact = fact(tx.sql, parent, number)?;
    tx.sql
        .prepare_cached(
            "UPDATE call SET state = ?3, fact = ?4, result = ?5, ended_at = ?6 WHERE task_id = ?1 AND number = ?2",
        )?
        .execute(params![parent.as_str(), number, row::word(&state)?, fact, result, tx.now.as_ms()])?;
    event::append(tx, parent, &EventKind::CallEnded { call: number, state, fact: Some(fact) }).map(drop)
}

/// Whether a task waits for tasks that it started.
pub fn any_open(sql: &Connection, id: &TaskId) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM task WHERE parent_id = ?1 AND ended_at IS NULL)";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?)
}

/// Queued, and not due before something else happens. It holds no place meanwhile.
pub fn park(tx: &mut Tx<'_>, before: &Task) -> Result<(), StoreError> {
    let state = match before.state {
        TaskState::Queued => TaskState::Queued,
        other => other.next(Step::Retry)?,
    };
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = NULL, reason = 'children', due_at = NULL, error = NULL, failures = 0,
               restarts = 0 WHERE id = ?1",
        )?
        .execute(params![before.id.as_str(), state.word()])?;
    event::append(tx, &before.id, &EventKind::Requeued { reason: Reason::Children, due_at: None })?;
    // Those that were parked while nobody could be asked ask now.
    unpark(tx, &before.id)?;
    conversation::mark_changed(tx, &before.conversation_id)
}

/// What the tasks of this one wait for may be there: something of the budget, or its user's word on that.
pub fn unpark(tx: &mut Tx<'_>, parent: &TaskId) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached(
            "UPDATE task SET reason = 'slot', head = ?2
             WHERE parent_id = ?1 AND ended_at IS NULL AND state = 'queued' AND reason = 'children'",
        )?
        .execute(params![parent.as_str(), seq])?;
    Ok(())
}

/// What all of them may use is used up: this one is parked, and the user is asked at the task that started it, once.
pub fn ask_above(tx: &mut Tx<'_>, child: &Task, parent: &TaskId, error: TaskError) -> Result<(), StoreError> {
    park(tx, child)?;
    let parent = task::load(tx.sql, parent)?;
    // While it is something else it comes back here before it waits for them again.
    match parent.state {
        TaskState::Queued => outcome::ask(tx, &parent, TaskState::Waiting, Reason::Budget, Some(error)),
        _ => Ok(()),
    }
}

fn of(sql: &Connection, parent: &TaskId, which: &str) -> Result<Vec<TaskId>, StoreError> {
    let query =
        format!("SELECT id FROM task WHERE parent_id = ?1 AND ended_at IS NULL AND {which} ORDER BY number");
    row::task_ids(sql, &query, [parent.as_str()])
}

/// The task is over: what it started ends with it.
pub fn stop(tx: &mut Tx<'_>, parent: &TaskId) -> Result<(), StoreError> {
    let open = of(tx.sql, parent, "cancel_at IS NULL")?;
    let query = "SELECT DISTINCT parent_call FROM task WHERE parent_id = ?1 AND ended_at IS NULL";
    for number in
        row::all(tx.sql, query, [parent.as_str()], |r| row::count(r, "parent_call").map_err(Into::into))?
    {
        end(tx, parent, number)?;
    }
    open.iter().try_for_each(|id| step::cancel(tx, id))
}

/// The task was set aside by its user: what it started is, too.
pub fn pause(tx: &mut Tx<'_>, parent: &TaskId) -> Result<(), StoreError> {
    of(
        tx.sql,
        parent,
        "state IN ('queued', 'running', 'waiting') AND pause_at IS NULL AND cancel_at IS NULL",
    )?
    .iter()
    .try_for_each(|id| step::pause(tx, id, Some(Reason::Children)))
}

/// It was taken up again: what was set aside with it is, too.
pub fn resume(tx: &mut Tx<'_>, parent: &TaskId) -> Result<(), StoreError> {
    of(tx.sql, parent, "state = 'paused' AND reason = 'children'")?
        .iter()
        .try_for_each(|id| step::resume(tx, id))
}

/// The refusal of what is asked of a part and only makes sense for a whole.
pub fn refused(what: &str) -> StoreError {
    StoreError::Invalid(format!(
        "this is a part of another task, which goes on with what comes of it; {what} that one instead. Nothing was changed"
    ))
}

impl Store {
    /// Starts tasks for parts of the work of a call, unless they were started before.
    pub async fn start_tasks(
        &self,
        id: TaskId,
        call: u32,
        portions: Vec<Portion>,
    ) -> Result<Started, StoreError> {
        self.write(move |tx| start(tx, &id, call, &portions)).await
    }
}
