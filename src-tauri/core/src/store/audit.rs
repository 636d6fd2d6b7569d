//! Answers that were watched to their end, and whether the background would have been better.

use super::forecast::TOOK;
use super::{Store, StoreError, row, settings, task};
use crate::model::{
    Audit, ConversationId, Forecast, START_TASKS, Seen, Sign, TaskId, Tier, Timestamp, Watched,
};
use rusqlite::params;
use std::time::Duration;

/// The newest answers that are looked at.
const MOST: u32 = 500;

impl Store {
    /// What was sat through since then.
    pub async fn audit(&self, since: Timestamp) -> Result<Audit, StoreError> {
        self.read(move |sql| {
            let query = format!(
                "SELECT t.id, t.conversation_id, t.title, t.model, t.ended_at, t.tier, t.signs, t.forecast, {TOOK} AS took
                 FROM task t WHERE t.ended_at >= ?2 AND t.ended_at IS NOT NULL AND t.state = 'completed'
                   AND t.lane = 'interactive' AND t.parent_id IS NULL
                   AND json_extract(t.ownership, '$.origin') = 'window' AND {}
                 ORDER BY t.ended_at DESC, t.number DESC LIMIT ?3",
                task::KEPT
            );
            let found = row::all(sql, &query, params![START_TASKS, since.as_ms(), MOST], |r| {
                let json = |column: &str| -> rusqlite::Result<Option<String>> { r.get(column) };
                let signs: Vec<Sign> = json("signs")?.map_or(Ok(Vec::new()), |text| row::from_json(&text))?;
                let forecast: Option<Forecast> = json("forecast")?.map(|text| row::from_json(&text)).transpose()?;
                let tier: Tier = row::from_word(&r.get::<_, String>("tier")?)?;
                let took_ms = row::count_opt(r, "took")?.unwrap_or_default();
                let took = Duration::from_millis(took_ms);
                let verdict = Seen { tier, signs: &signs, forecast: forecast.as_ref(), took }.verdict();
                let Some(miss) = verdict else { return Ok(None) };
                Ok(Some(Watched {
                    task_id: TaskId::from_text(r.get::<_, String>("id")?),
                    conversation_id: ConversationId::from_text(r.get::<_, String>("conversation_id")?),
                    title: r.get("title")?,
                    model: r.get("model")?,
                    ended_at: row::time(r, "ended_at")?,
                    took_ms,
                    signs,
                    miss,
                }))
            })?;
            let offers = settings::load(sql)?.offers;
            Ok(Audit::of(found.into_iter().flatten().collect(), &offers.without))
        })
        .await
    }
}
