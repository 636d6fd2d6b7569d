//! What a task was said to take, and how long it took: the history of forecasts, and their score.

use super::tx::Tx;
use super::{Store, StoreError, document, provider, row, settings};
use crate::command::Proposed;
use crate::model::{
    Admission, Attachment, Calibration, FinishReason, Forecast, NEWEST, START_TASKS, TaskId, signs, size,
    size_class,
};
use rusqlite::{Connection, params};

/// Whose times are alike, as in the index `task_alike`.
const WHO: &str = "CASE WHEN agent IS NULL THEN model ELSE 'agent ' || json_extract(agent, '$.name') END";

/// Milliseconds at work: its requests, and of an agent what it had done.
pub const TOOK: &str = "(SELECT COALESCE(SUM(MAX(a.ended_at - a.started_at, 0)), 0) FROM attempt a WHERE a.task_id = t.id)
    + CASE WHEN t.agent IS NULL THEN 0 ELSE
      (SELECT COALESCE(SUM(MAX(c.ended_at - c.started_at, 0)), 0) FROM call c WHERE c.task_id = t.id AND c.tool <> ?1) END";

/// Tasks that forecasts are scored by, the newest of them.
const SCORED: u32 = 200;

impl Store {
    /// What would be suggested for a prompt if it were sent now.
    ///
    /// # Errors
    /// `Invalid` for a file that is not here, or pages that it does not have.
    pub async fn admit(&self, proposed: Proposed) -> Result<Admission, StoreError> {
        self.read(move |sql| {
            let files = document::of_prompt(sql, &proposed.attachments)?;
            let settings = settings::load(sql)?;
            let who = match (&proposed.agent, &proposed.model, &proposed.conversation_id) {
                (Some(agent), ..) => Some(format!("agent {agent}")),
                (None, Some(model), _) => Some(provider::known_model(sql, model)?),
                (None, None, Some(id)) => {
                    super::conversation::standing(sql, id)?.model.or(settings.default_model.clone())
                }
                (None, None, None) => settings.default_model.clone(),
            };
            let size = size(&proposed.text, &files);
            let forecast = who.map(|who| forecast(sql, &who, size_class(size))).transpose()?.flatten();
            Ok(settings.admit(signs(&proposed.text, &files), forecast))
        })
        .await
    }

    /// How good forecasts were.
    pub async fn calibration(&self) -> Result<Calibration, StoreError> {
        self.read(|sql| {
            let query = format!(
                "SELECT COALESCE(json_extract(t.agent, '$.name'), t.model) AS who, t.forecast, {TOOK} AS took
                 FROM task t INDEXED BY task_forecast
                 WHERE t.state = 'completed' AND t.forecast IS NOT NULL AND t.seams IS NULL AND {}
                 ORDER BY t.ended_at DESC LIMIT ?2",
                ended_by_itself()?
            );
            let scored = row::all(sql, &query, params![START_TASKS, SCORED], |r| {
                let forecast: Forecast = row::from_json(&r.get::<_, String>("forecast")?)?;
                let took = row::count_opt(r, "took")?.unwrap_or_default();
                Ok((r.get::<_, String>("who")?, forecast.holds(took)))
            })?;
            Ok(Calibration::of(scored))
        })
        .await
    }
}

/// Stores with a task that was just accepted what is said of it now.
pub fn note(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let query = format!(
        "SELECT {WHO} AS who, m.text, m.files, t.parts > 0 OR t.in_batch AS is_slow
         FROM task t JOIN message m ON m.id = t.prompt_id WHERE t.id = ?1"
    );
    let (who, text, files, is_slow) = tx.sql.prepare_cached(&query)?.query_row([id.as_str()], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, String>(1)?,
            r.get::<_, Option<String>>(2)?,
            r.get::<_, bool>(3)?,
        ))
    })?;
    let files: Vec<Attachment> = document::list(files.as_deref())?;
    let class = size_class(size(&text, &files));
    // Parts and batches take as long as they take: nobody is asked to watch them.
    let forecast = if is_slow { None } else { forecast(tx.sql, &who, class)? };
    let said = settings::load(tx.sql)?.admit(signs(&text, &files), forecast);
    tx.sql
        .prepare_cached("UPDATE task SET size = ?2, forecast = ?3, tier = ?4, signs = ?5 WHERE id = ?1")?
        .execute(params![
        id.as_str(),
        class,
        said.forecast.as_ref().map(row::json).transpose()?,
        row::word(&said.tier)?,
        (!said.signs.is_empty()).then(|| row::json(&said.signs)).transpose()?
    ])?;
    Ok(())
}

fn forecast(sql: &Connection, who: &str, class: u32) -> Result<Option<Forecast>, StoreError> {
    let query = format!(
        "SELECT {TOOK} AS took FROM task t INDEXED BY task_alike
         WHERE {WHO} = ?2 AND t.size = ?3 AND t.state = 'completed' AND t.parts = 0 AND t.in_batch = 0
           AND t.seams IS NULL AND t.parent_id IS NULL AND t.system IS NULL AND {}
         ORDER BY t.ended_at DESC LIMIT ?4",
        ended_by_itself()?
    );
    let past = row::all(sql, &query, params![START_TASKS, who, class, NEWEST], |r| {
        Ok(row::count_opt(r, "took")?.unwrap_or_default())
    })?;
    // What was brought in from elsewhere was never at work here.
    Ok(Forecast::of(past.into_iter().filter(|took| *took > 0).collect()))
}

/// The model was done, or had said all it may.
fn ended_by_itself() -> Result<String, StoreError> {
    let (stop, length) = (row::word(&FinishReason::Stop)?, row::word(&FinishReason::Length)?);
    Ok(format!("t.finish_reason IN ('{stop}', '{length}')"))
}
