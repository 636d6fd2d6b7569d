use super::tx::Tx;
use super::{Store, StoreError, day, row};
use crate::model::{Seq, Settings};
use rusqlite::{Connection, OptionalExtension, params};

pub fn changed(sql: &Connection, after: Seq) -> Result<Option<Settings>, StoreError> {
    let found: Option<String> = sql
        .prepare_cached("SELECT document FROM settings WHERE id = 1 AND changed_seq > ?1")?
        .query_row([after], |r| r.get(0))
        .optional()?;
    found.map(|text| read(&text)).transpose()
}

pub fn load(sql: &Connection) -> Result<Settings, StoreError> {
    let query = "SELECT document FROM settings WHERE id = 1";
    read(&sql.prepare_cached(query)?.query_row([], |r| r.get::<_, String>(0))?)
}

/// Field by field: a word that only a newer version knows costs that one choice and nothing else.
fn read(text: &str) -> Result<Settings, StoreError> {
    if let Ok(settings) = serde_json::from_str(text) {
        return Ok(settings);
    }
    let stored: serde_json::Map<String, serde_json::Value> = row::from_json(text)?;
    let mut known = serde_json::Map::new();
    for (name, value) in stored {
        let one = serde_json::Value::Object([(name.clone(), value.clone())].into_iter().collect());
        if serde_json::from_value::<Settings>(one).is_ok() {
            known.insert(name, value);
        }
    }
    serde_json::from_value(serde_json::Value::Object(known)).map_err(|e| StoreError::Broken(e.to_string()))
}

impl Store {
    /// What the user chose.
    pub fn settings(&self) -> Result<Settings, StoreError> {
        self.glance(load)
    }

    /// Keeps what the user chose.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings, StoreError> {
        self.write(move |tx| {
            let before = load(tx.sql)?;
            keep(tx, &settings)?;
            // What has a price now, or another one, may fit into the day as well.
            if before.day_limit != settings.day_limit || before.prices != settings.prices {
                day::go_on(tx)?;
            }
            Ok(settings.clone())
        })
        .await
    }
}

pub fn keep(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached("UPDATE settings SET document = ?1, changed_seq = ?2 WHERE id = 1")?
        .execute(params![row::json(settings)?, seq])?;
    Ok(())
}
