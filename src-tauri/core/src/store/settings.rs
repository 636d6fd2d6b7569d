use super::{Store, StoreError, row};
use crate::model::{Seq, Settings};
use rusqlite::{Connection, OptionalExtension, params};

pub fn changed(sql: &Connection, after: Seq) -> Result<Option<Settings>, StoreError> {
    let found: Option<String> = sql
        .prepare_cached("SELECT document FROM settings WHERE id = 1 AND changed_seq > ?1")?
        .query_row([after], |r| r.get(0))
        .optional()?;
    found.map(|text| row::from_json(&text)).transpose()
}

impl Store {
    /// What the user chose.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        self.read(|sql| {
            let text: String =
                sql.query_row("SELECT document FROM settings WHERE id = 1", [], |r| r.get(0))?;
            row::from_json(&text)
        })
        .await
    }

    /// Keeps what the user chose.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings, StoreError> {
        self.write(move |tx| {
            let seq = tx.next_seq();
            tx.sql
                .prepare_cached("UPDATE settings SET document = ?1, changed_seq = ?2 WHERE id = 1")?
                .execute(params![row::json(&settings)?, seq])?;
            Ok(settings)
        })
        .await
    }
}
