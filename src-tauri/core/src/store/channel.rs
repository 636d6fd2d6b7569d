//! The user's channels: where each leads, whether its test arrived, and how it did last.

use super::tx::Tx;
use super::{Store, StoreError, row, sending, settings};
use crate::model::{ChannelFailure, ChannelRow, ProviderId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn channel(r: &Row<'_>) -> Result<ChannelRow, StoreError> {
    Ok(ChannelRow {
        id: ProviderId::from_text(r.get::<_, String>("id")?),
        name: r.get("name")?,
        place: row::from_json(&r.get::<_, String>("place")?)?,
        key_source: row::from_word(&r.get::<_, String>("key_source")?)?,
        tested_at: row::time_opt(r, "tested_at")?,
        confirmed_at: row::time_opt(r, "confirmed_at")?,
        used_at: row::time_opt(r, "used_at")?,
        failure: r.get::<_, Option<String>>("failure")?.as_deref().map(row::from_json).transpose()?,
        created_at: row::time(r, "created_at")?,
    })
}

pub fn by_name(sql: &Connection, name: &str) -> Result<Option<ChannelRow>, StoreError> {
    sql.prepare_cached("SELECT * FROM channel WHERE name = ?1")?
        .query_row([name], |r| Ok(channel(r)))
        .optional()?
        .transpose()
}

fn found(sql: &Connection, name: &str) -> Result<ChannelRow, StoreError> {
    by_name(sql, name)?.ok_or_else(|| StoreError::NotFound { what: "channel", id: name.to_owned() })
}

/// Whether there is still the channel of this id; one that was changed has another.
pub fn is_there(sql: &Connection, id: &ProviderId) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM channel WHERE id = ?1)";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?)
}

/// The names of those that may be used.
pub fn confirmed(sql: &Connection) -> Result<Vec<String>, StoreError> {
    let query = "SELECT name FROM channel WHERE confirmed_at IS NOT NULL ORDER BY created_at, name";
    row::all(sql, query, [], |r| Ok(r.get(0)?))
}

/// How a message, or a test, went. Nothing when the channel is another one by now.
pub fn used(tx: &Tx<'_>, id: &ProviderId, failure: Option<&ChannelFailure>) -> Result<(), StoreError> {
    let failed = failure.map(row::json).transpose()?;
    tx.sql
        .prepare_cached(
            "UPDATE channel SET failure = ?2, used_at = CASE WHEN ?2 IS NULL THEN ?3 ELSE used_at END WHERE id = ?1",
        )?
        .execute(params![id.as_str(), failed, tx.now.as_ms()])?;
    Ok(())
}

impl Store {
    /// Every channel that this version can read, in the order they were added.
    pub fn channels(&self) -> Result<Vec<ChannelRow>, StoreError> {
        let query = "SELECT * FROM channel ORDER BY created_at, name";
        let all = self.glance(|sql| row::all(sql, query, [], |r| Ok(channel(r))))?;
        let readable = all.into_iter().filter_map(|row| match row {
            Err(StoreError::Broken(error)) => {
                tracing::warn!(error, "a channel cannot be read, and is left out");
                None
            }
            row => Some(row),
        });
        readable.collect()
    }

    /// The channel of that name.
    pub fn channel(&self, name: &str) -> Result<ChannelRow, StoreError> {
        self.glance(|sql| found(sql, name))
    }

    /// Adds a channel, or changes the one of that name; that one is given. It has to be tested anew, and what waited for the
    /// old one is not sent.
    pub async fn put_channel(&self, new: ChannelRow) -> Result<Option<ChannelRow>, StoreError> {
        self.write(move |tx| {
            let before = by_name(tx.sql, &new.name)?;
            sending::give_up(tx, &new.name, "the channel was changed before it was sent")?;
            tx.sql
                .prepare_cached(
                    "INSERT INTO channel (name, id, place, key_source, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (name) DO UPDATE SET id = ?2, place = ?3, key_source = ?4, tested_at = NULL,
                       confirmed_at = NULL, used_at = NULL, failure = NULL",
                )?
                .execute(params![
                    new.name,
                    new.id.as_str(),
                    row::json(&new.place)?,
                    row::word(&new.key_source)?,
                    tx.now.as_ms(),
                ])?;
            Ok(before)
        })
        .await
    }

    /// Removes a channel with what was chosen for it; what waited for it is not sent.
    pub async fn remove_channel(&self, name: String) -> Result<ChannelRow, StoreError> {
        self.write(move |tx| {
            let gone = found(tx.sql, &name)?;
            sending::give_up(tx, &gone.name, "the channel was removed before it was sent")?;
            tx.sql.prepare_cached("DELETE FROM channel WHERE name = ?1")?.execute([&gone.name])?;
            let mut chosen = settings::load(tx.sql)?;
            if chosen.notice_events.remove(&gone.name).is_some() {
                settings::keep(tx, &chosen)?;
            }
            Ok(gone)
        })
        .await
    }

    /// A test was sent. One that was taken has to be confirmed by the user, who alone knows whether it arrived.
    pub async fn channel_tested(
        &self,
        id: ProviderId,
        failure: Option<ChannelFailure>,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            if failure.is_none() {
                tx.sql
                    .prepare_cached("UPDATE channel SET tested_at = ?2 WHERE id = ?1")?
                    .execute(params![id.as_str(), tx.now.as_ms()])?;
            }
            used(tx, &id, failure.as_ref())
        })
        .await
    }

    /// The user says whether the test arrived.
    ///
    /// # Errors
    /// `Conflict` when no test was taken.
    pub async fn confirm_channel(&self, name: String, arrived: bool) -> Result<ChannelRow, StoreError> {
        self.write(move |tx| {
            let row = found(tx.sql, &name)?;
            if arrived && row.tested_at.is_none() {
                return Err(StoreError::Conflict(format!(
                    "no test of {} was sent yet; send one first. It is not used",
                    row.name
                )));
            }
            let confirmed: Option<Timestamp> = arrived.then_some(tx.now);
            let tested = row.tested_at.filter(|_| arrived);
            tx.sql
                .prepare_cached("UPDATE channel SET confirmed_at = ?2, tested_at = ?3 WHERE name = ?1")?
                .execute(params![row.name, confirmed.map(|at| at.as_ms()), tested.map(|at| at.as_ms())])?;
            if !arrived {
                sending::give_up(tx, &row.name, "its test did not arrive")?;
            }
            found(tx.sql, &name)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::model::{ChannelPlace, KeySource};
    use std::sync::Arc;

    #[tokio::test]
    async fn a_channel_of_a_newer_version_is_left_out_and_hinders_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Arc::new(SystemClock)).unwrap();
        for name in ["newer", "known"] {
            let row = ChannelRow {
                id: ProviderId::fresh(),
                name: name.to_owned(),
                place: ChannelPlace::Webhook { host: "example.com".to_owned() },
                key_source: KeySource::None,
                tested_at: None,
                confirmed_at: None,
                used_at: None,
                failure: None,
                created_at: Timestamp::from_ms(0),
            };
            store.put_channel(row).await.unwrap();
        }
        let newer = r#"UPDATE channel SET place = '{"kind":"pigeon"}' WHERE name = 'newer'"#;
        store.write(move |tx| Ok(tx.sql.execute(newer, [])?)).await.unwrap();
        let names: Vec<String> = store.channels().unwrap().into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["known"]);
        assert!(store.claim_notices("newer".to_owned()).await.unwrap().is_none());
        store.close().await;
    }
}
