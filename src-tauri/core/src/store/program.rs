//! Tasks that a program of somebody else works on instead of a model.

use super::{Store, StoreError, event, provider, round, row, task};
use crate::model::{AgentAtWork, CallState, EventKind, MadeStep, START_PROGRAM, Task, TaskId};
use rusqlite::{Connection, params};

/// Why a budget in dollars cannot be kept.
pub const NO_DOLLARS: &str = "nobody knows what this agent costs, because it pays for itself; give it a cap of steps or of time \
                              instead. Nothing was changed";

/// What the program of an agent did by itself.
const OWN_STEP: &str = "own_step";

/// What stands in the place of the model of such a task.
pub fn model_of(agent: &AgentAtWork) -> String {
    format!("program/{}", agent.name)
}

/// The model that can go on with a task; the work of a program is for that program alone.
pub fn model_for(sql: &Connection, task: &Task, model: &str) -> Result<String, StoreError> {
    if !has_program(sql, &task.id)? {
        return provider::known_model(sql, model);
    }
    if model == task.model {
        return Ok(task.model.clone());
    }
    Err(StoreError::Invalid(
        "a program works on this, and no model can take its place; ask a model in a prompt of its own. Nothing was changed"
            .to_owned(),
    ))
}

/// Whether a program works on a task instead of a model.
pub fn has_program(sql: &Connection, id: &TaskId) -> Result<bool, StoreError> {
    let query = "SELECT agent ->> 'program' IS NOT NULL FROM task WHERE id = ?1";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?)
}

impl Store {
    /// A program goes to work on the folder of a task: what it leaves is not noted yet.
    pub async fn program_works(&self, id: TaskId) -> Result<(), StoreError> {
        self.write(move |tx| {
            let marked = "UPDATE folder_snapshot SET call = (SELECT MAX(c.number) FROM call c
                            WHERE c.task_id = ?1 AND c.tool = ?2 AND c.state = 'done' AND c.started_seq IS NOT NULL)
                          WHERE task_id = ?1";
            tx.sql.prepare_cached(marked)?.execute([id.as_str(), START_PROGRAM])?;
            Ok(())
        })
        .await
    }

    /// Notes what the program of an agent did by itself, after so many bytes of text. Gives its user's cap of steps if
    /// this is one more.
    pub async fn note_step(
        &self,
        id: TaskId,
        attempt: u32,
        place: usize,
        step: MadeStep,
    ) -> Result<Option<u32>, StoreError> {
        self.write(move |tx| {
            let state = if step.is_failed { CallState::Failed } else { CallState::Done };
            let arguments = serde_json::json!({ "title": step.label, "kind": step.kind }).to_string();
            tx.sql
                .prepare_cached(
                    "INSERT INTO call (task_id, number, attempt, place, tool, arguments, label, state, result, asked_at, started_at, ended_at)
                     VALUES (?1, (SELECT calls + 1 FROM task WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9)",
                )?
                .execute(params![
                    id.as_str(),
                    attempt,
                    place as i64,
                    OWN_STEP,
                    arguments,
                    step.label,
                    row::word(&state)?,
                    step.result,
                    tx.now.as_ms(),
                ])?;
            let counted = "UPDATE task SET calls = calls + 1 WHERE id = ?1 RETURNING calls";
            let call = tx.sql.prepare_cached(counted)?.query_row([id.as_str()], |r| row::count(r, "calls"))?;
            event::append(tx, &id, &EventKind::CallEnded { call, state, fact: None })?;
            Ok(round::most_steps(tx.sql, &id)?.filter(|most| call > *most))
        })
        .await
    }

    /// Those of these tasks that somebody works on, or will when their user has decided.
    pub fn at_work(&self, ids: &[TaskId]) -> Result<Vec<TaskId>, StoreError> {
        let ids = row::json(&ids)?;
        self.glance(|sql| {
            let query = format!(
                "SELECT t.id FROM task t WHERE t.id IN (SELECT value FROM json_each(?1)) AND t.ended_at IS NULL
                   AND t.state <> 'paused' AND {}",
                task::KEPT
            );
            row::task_ids(sql, &query, [ids])
        })
    }
}
