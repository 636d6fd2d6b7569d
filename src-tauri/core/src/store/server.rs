//! Servers of tools: how each is reached, what it said its tools are, and which of that was accepted.

use super::{Store, StoreError, row};
use crate::model::{ProviderId, ServerRow, ServerTool};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn server(r: &Row<'_>) -> Result<ServerRow, StoreError> {
    Ok(ServerRow {
        name: r.get("name")?,
        id: ProviderId::from_text(r.get::<_, String>("id")?),
        place: row::from_json(&r.get::<_, String>("place")?)?,
        secrets: row::from_json(&r.get::<_, String>("secrets")?)?,
        seen: row::from_json(&r.get::<_, String>("seen")?)?,
        accepted: r.get::<_, Option<String>>("accepted")?.as_deref().map(row::from_json).transpose()?,
        accepted_at: row::time_opt(r, "accepted_at")?,
        added_at: row::time(r, "added_at")?,
    })
}

fn by_name(sql: &Connection, name: &str) -> Result<Option<ServerRow>, StoreError> {
    sql.prepare_cached("SELECT * FROM tool_server WHERE name = ?1")?
        .query_row([name], |r| Ok(server(r)))
        .optional()?
        .transpose()
}

fn found(sql: &Connection, name: &str) -> Result<ServerRow, StoreError> {
    by_name(sql, name)?.ok_or_else(|| StoreError::NotFound { what: "server", id: name.to_owned() })
}

impl Store {
    /// Every server of tools, by name.
    pub async fn tool_servers(&self) -> Result<Vec<ServerRow>, StoreError> {
        self.read(|sql| row::all(sql, "SELECT * FROM tool_server ORDER BY name", [], server)).await
    }

    /// The server of that name.
    pub async fn tool_server(&self, name: String) -> Result<Option<ServerRow>, StoreError> {
        self.read(move |sql| by_name(sql, &name)).await
    }

    /// Adds a server whose tools were seen, and nothing more.
    ///
    /// # Errors
    /// `Conflict` when there is one of that name.
    pub async fn add_tool_server(&self, new: ServerRow) -> Result<ServerRow, StoreError> {
        self.write(move |tx| {
            let added = tx
                .sql
                .prepare_cached(
                    "INSERT OR IGNORE INTO tool_server (name, id, place, secrets, seen, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    new.name,
                    new.id.as_str(),
                    row::json(&new.place)?,
                    row::json(&new.secrets)?,
                    row::json(&new.seen)?,
                    tx.now.as_ms(),
                ])?;
            if added == 0 {
                return Err(StoreError::Conflict(format!("there is a server {} already; nothing was added", new.name)));
            }
            found(tx.sql, &new.name)
        })
        .await
    }

    /// Keeps which tools a server names now.
    pub async fn see_tools(&self, id: ProviderId, seen: Vec<ServerTool>) -> Result<(), StoreError> {
        self.write(move |tx| {
            tx.sql
                .prepare_cached("UPDATE tool_server SET seen = ?2 WHERE id = ?1")?
                .execute([id.as_str(), row::json(&seen)?.as_str()])?;
            Ok(())
        })
        .await
    }

    /// The user accepts exactly these tools.
    ///
    /// # Errors
    /// `Conflict` when the server names others by now.
    pub async fn accept_tools(&self, name: String, shown: Vec<ServerTool>) -> Result<ServerRow, StoreError> {
        self.write(move |tx| {
            if found(tx.sql, &name)?.seen != shown {
                return Err(StoreError::Conflict(
                    "its tools are not what was shown any more; look again. Nothing was accepted".to_owned(),
                ));
            }
            tx.sql
                .prepare_cached("UPDATE tool_server SET accepted = seen, accepted_at = ?2 WHERE name = ?1")?
                .execute(params![name, tx.now.as_ms()])?;
            found(tx.sql, &name)
        })
        .await
    }

    /// Removes a server; what its tools said stays in the conversations.
    pub async fn remove_tool_server(&self, name: String) -> Result<ServerRow, StoreError> {
        self.write(move |tx| {
            let gone = found(tx.sql, &name)?;
            tx.sql.prepare_cached("DELETE FROM tool_server WHERE name = ?1")?.execute([&name])?;
            // A standing yes was for this server and not for the next of its name.
            for tool in gone.seen.iter().chain(gone.accepted.iter().flatten()) {
                tx.sql
                    .prepare_cached("DELETE FROM permit WHERE definition = ?1")?
                    .execute([gone.definition(tool)])?;
            }
            Ok(gone)
        })
        .await
    }
}
