//! The models that providers named, kept so that a picker opens at once and without a network.

use super::{Store, StoreError, row};
use crate::model::{ListedModel, ModelFacts, Price, ProviderRow, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// The models that one provider named.
pub struct KeptList {
    /// Whose they are.
    pub provider: ProviderRow,
    /// When it named them; `None` when it never did.
    pub listed_at: Option<Timestamp>,
    /// In the order of the provider.
    pub models: Vec<ListedModel>,
}

/// What is known of `provider/model`, as its server said or as was published.
pub fn facts(sql: &Connection, model: &str) -> Result<ModelFacts, StoreError> {
    let Some((provider, name)) = model.split_once('/') else { return Ok(ModelFacts::default()) };
    let found: Option<(String, Option<String>, bool)> = sql
        .prepare_cached(
            "SELECT p.base_url, m.facts, p.kind = 'practice' AS is_practice FROM provider p LEFT JOIN model m ON m.provider = p.name AND m.name = ?2
             WHERE p.name = ?1",
        )?
        .query_row([provider, name], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((base_url, told, is_practice)) = found else { return Ok(ModelFacts::default()) };
    if is_practice {
        return Ok(ModelFacts { price: Some(Price::FREE), ..ModelFacts::default() });
    }
    Ok(told.map(|told| read(&told)).unwrap_or_default().or(ModelFacts::published(&base_url, name)))
}

/// Forgets what a provider named, because it is gone or somewhere else.
pub fn forget(sql: &Connection, provider: &str) -> Result<(), StoreError> {
    sql.prepare_cached("DELETE FROM model WHERE provider = ?1")?.execute([provider])?;
    sql.prepare_cached("UPDATE provider SET listed_at = NULL WHERE name = ?1")?.execute([provider])?;
    Ok(())
}

/// A fact that only a newer version knows costs that model its facts and nothing else.
fn read(facts: &str) -> ModelFacts {
    serde_json::from_str(facts).unwrap_or_default()
}

impl Store {
    /// Keeps the models that a provider named just now, unless it was changed since it was asked.
    pub async fn keep_models(
        &self,
        provider: ProviderRow,
        models: Vec<ListedModel>,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            let asked = [provider.name.as_str(), provider.id.as_str()];
            let is_same =
                tx.sql.prepare_cached("SELECT 1 FROM provider WHERE name = ?1 AND id = ?2")?.exists(asked)?;
            if !is_same {
                return Ok(());
            }
            forget(tx.sql, &provider.name)?;
            let mut keep = tx.sql.prepare_cached(
                "INSERT OR IGNORE INTO model (provider, name, place, facts) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (place, ListedModel { name, facts }) in models.iter().enumerate() {
                keep.execute(params![provider.name, name, place as i64, row::json(facts)?])?;
            }
            tx.sql
                .prepare_cached("UPDATE provider SET listed_at = ?2 WHERE name = ?1")?
                .execute(params![provider.name, tx.now.as_ms()])?;
            Ok(())
        })
        .await
    }

    /// Every provider in the order they were added, with the models it named.
    pub async fn kept_models(&self) -> Result<Vec<KeptList>, StoreError> {
        self.read(|sql| {
            let list = |r: &rusqlite::Row<'_>| {
                Ok(KeptList {
                    provider: super::provider::provider(r)?,
                    listed_at: row::time_opt(r, "listed_at")?,
                    models: Vec::new(),
                })
            };
            let mut lists = row::all(sql, "SELECT * FROM provider ORDER BY created_at, name", [], list)?;
            for list in &mut lists {
                let query = "SELECT name, facts FROM model WHERE provider = ?1 ORDER BY place";
                list.models = row::all(sql, query, [&list.provider.name], |r| {
                    Ok(ListedModel { name: r.get(0)?, facts: read(&r.get::<_, String>(1)?) })
                })?;
            }
            Ok(lists)
        })
        .await
    }

    /// What is known of `provider/model`, as its server said or as was published; what the user says is not in it.
    pub fn model_facts(&self, model: &str) -> Result<ModelFacts, StoreError> {
        self.glance(|sql| facts(sql, model))
    }
}
