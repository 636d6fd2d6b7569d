//! Configured providers. Keys are somewhere else.

use super::{Store, StoreError, catalogue, circuit, row};
use crate::model::{ProviderId, ProviderRow};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// `provider/model` in the provider's own spelling; refuses one whose provider is not configured.
pub fn known_model(sql: &Connection, model: &str) -> Result<String, StoreError> {
    let Some((name, rest)) = model.split_once('/') else {
        return Err(StoreError::Invalid(format!("{model} is not a model; write provider/model")));
    };
    if rest.is_empty() {
        return Err(StoreError::Invalid(format!("{model} names no model; write provider/model")));
    }
    let spelling: Option<String> = sql
        .prepare_cached("SELECT name FROM provider WHERE name = ?1")?
        .query_row([name], |r| r.get(0))
        .optional()?;
    match spelling {
        Some(name) => Ok(format!("{name}/{rest}")),
        None => Err(StoreError::Invalid(format!("there is no provider called {name}; add it first"))),
    }
}

/// Whether the provider of `provider/model` answers in batches.
pub fn has_batches(sql: &Connection, model: &str) -> Result<bool, StoreError> {
    let name = model.split_once('/').map_or(model, |(name, _)| name);
    Ok(by_name(sql, name)?.is_some_and(|row| row.kind.has_batches()))
}

pub fn by_name(sql: &Connection, name: &str) -> Result<Option<ProviderRow>, StoreError> {
    sql.prepare_cached("SELECT * FROM provider WHERE name = ?1")?
        .query_row([name], |r| Ok(provider(r)))
        .optional()?
        .transpose()
}

pub fn provider(r: &Row<'_>) -> Result<ProviderRow, StoreError> {
    Ok(ProviderRow {
        id: ProviderId::from_text(r.get::<_, String>("id")?),
        name: r.get("name")?,
        kind: row::from_word(&r.get::<_, String>("kind")?)?,
        base_url: r.get("base_url")?,
        key_source: row::from_word(&r.get::<_, String>("key_source")?)?,
        key_env: r.get("key_env")?,
        headers: row::from_json(&r.get::<_, String>("headers")?)?,
        proxy: r.get("proxy")?,
        created_at: row::time(r, "created_at")?,
    })
}

impl Store {
    /// Every provider, in the order they were added.
    pub fn providers(&self) -> Result<Vec<ProviderRow>, StoreError> {
        self.glance(|sql| row::all(sql, "SELECT * FROM provider ORDER BY created_at, name", [], provider))
    }

    /// The provider of that name.
    pub fn provider(&self, name: &str) -> Result<Option<ProviderRow>, StoreError> {
        self.glance(|sql| by_name(sql, name))
    }

    /// Adds a provider, or changes the one of that name. It takes the new id, under which its key is, if it has one.
    pub async fn put_provider(&self, new: ProviderRow) -> Result<ProviderRow, StoreError> {
        self.write(move |tx| {
            tx.sql
                .prepare_cached(
                    "INSERT INTO provider (id, name, kind, base_url, key_source, key_env, headers, proxy, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                     ON CONFLICT (name) DO UPDATE SET id = ?1, kind = ?3, base_url = ?4, key_source = ?5, key_env = ?6,
                       headers = ?7, proxy = ?8",
                )?
                .execute(params![
                    new.id.as_str(),
                    new.name,
                    row::word(&new.kind)?,
                    new.base_url,
                    row::word(&new.key_source)?,
                    new.key_env,
                    row::json(&new.headers)?,
                    new.proxy,
                    tx.now.as_ms(),
                ])?;
            let stored = by_name(tx.sql, &new.name)?
                .ok_or_else(|| StoreError::Broken(format!("provider {} was not stored", new.name)))?;
            catalogue::forget(tx.sql, &stored.name)?;
            circuit::shut(tx.sql, &mut tx.progress, &stored.name)?;
            Ok(stored)
        })
        .await
    }

    /// Removes a provider; conversations that used it stay.
    pub async fn remove_provider(&self, name: String) -> Result<ProviderRow, StoreError> {
        self.write(move |tx| {
            let found = by_name(tx.sql, &name)?
                .ok_or_else(|| StoreError::NotFound { what: "provider", id: name.clone() })?;
            catalogue::forget(tx.sql, &name)?;
            tx.sql.prepare_cached("DELETE FROM provider WHERE name = ?1")?.execute([&name])?;
            circuit::shut(tx.sql, &mut tx.progress, &found.name)?;
            Ok(found)
        })
        .await
    }
}
