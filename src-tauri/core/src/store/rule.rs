//! Standing rules: what the user allowed or forbade from now on, for one tool in one folder.

use super::tx::Tx;
use super::{Store, StoreError, Wanted, row};
use crate::model::{Approval, Detail, Permit, Rule, START_PROGRAM, TaskId, ToolEffect};
use rusqlite::{Connection, params};
use std::time::Duration;

/// A rule counts for so long.
const COUNTS: Duration = Duration::from_secs(90 * 24 * 3_600);

/// What a rule is bound to beside its tool: the folder, or where a server is and what it says of the tool.
type Place = (String, Option<String>);

/// The standing rules for a tool in the folder of a task, that place, and what the call is about there.
pub type Rules = (Vec<Rule>, Option<Place>, String);

pub fn about(sql: &Connection, id: &TaskId, wanted: &Wanted) -> Result<Rules, StoreError> {
    let query = "SELECT arguments FROM call WHERE task_id = ?1 AND number = ?2";
    let arguments: String = match &wanted.detail {
        Detail::Page { host, .. } => host.clone(),
        _ => sql.prepare_cached(query)?.query_row(params![id.as_str(), wanted.call], |r| r.get(0))?,
    };
    let Some(place) = place(sql, id, &wanted.detail)? else { return Ok((Vec::new(), None, arguments)) };
    // What was said for a task holds for the tasks that it started.
    let query = "SELECT *, CASE WHEN task_id = (SELECT parent_id FROM task WHERE id = ?3) THEN ?3 ELSE task_id END AS only
                 FROM permit WHERE tool = ?1 AND folder = ?2 ORDER BY id";
    let rules = row::all(sql, query, [wanted.tool.as_str(), &place.0, id.as_str()], |r| {
        Ok(Rule {
            id: r.get("id")?,
            tool: r.get("tool")?,
            folder: r.get("folder")?,
            definition: r.get("definition")?,
            arguments: r.get("arguments")?,
            task: r.get::<_, Option<String>>("only")?.map(TaskId::from_text),
            expires_at: row::time(r, "expires_at")?,
            denies: r.get("denies")?,
        })
    })?;
    Ok((rules, Some(place), arguments))
}

fn place(sql: &Connection, id: &TaskId, detail: &Detail) -> Result<Option<Place>, StoreError> {
    if let Detail::Remote { place, definition, .. } = detail {
        return Ok(Some((place.clone(), Some(definition.clone()))));
    }
    let query = "SELECT agent ->> 'folder' FROM task WHERE id = ?1";
    let folder: Option<String> = sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))?;
    let is_page = matches!(detail, Detail::Page { .. });
    // Pages are read without a folder too.
    Ok(folder.or(is_page.then(String::new)).map(|folder| (folder, None)))
}

/// A standing rule for the tool in this folder; of programs, for exactly this one; of pages, for this host.
pub fn add(tx: &Tx<'_>, asked: &Approval, only: Option<&TaskId>, denies: bool) -> Result<(), StoreError> {
    let place = place(tx.sql, &asked.task_id, &asked.detail)?.filter(|_| asked.effect.is_some());
    let Some((folder, definition)) = place else {
        return Err(StoreError::Invalid("without a folder only this once can be decided".to_owned()));
    };
    // That a program of the user's own choice is started may stand; what nothing contains is asked each time.
    let may_stand = asked.tool == START_PROGRAM
        || denies
        || matches!(&asked.detail, Detail::Command { is_contained: true, network: false, .. });
    if asked.effect == Some(ToolEffect::Run) && !may_stand {
        return Err(StoreError::Invalid(
            "nothing keeps this program in its folder, so only this once can be allowed".to_owned(),
        ));
    }
    let host = match &asked.detail {
        Detail::Page { is_near: true, .. } if !denies => {
            return Err(StoreError::Invalid(
                "a computer in the own network is asked about each time, so only this once can be allowed"
                    .to_owned(),
            ));
        }
        Detail::Page { host, .. } => Some(host),
        _ => None,
    };
    tx.sql
        .prepare_cached(
            "INSERT INTO permit (tool, folder, arguments, task_id, given_at, expires_at, denies, definition)
             SELECT ?1, ?2, CASE WHEN ?3 THEN arguments ELSE ?11 END, ?4, ?5, ?6, ?7, ?8 FROM call WHERE task_id = ?9 AND number = ?10",
        )?
        .execute(params![
            asked.tool,
            folder,
            asked.effect == Some(ToolEffect::Run),
            only.map(TaskId::as_str),
            tx.now.as_ms(),
            tx.now.after(COUNTS).as_ms(),
            denies,
            // A no holds whatever the server says of its tool later.
            definition.filter(|_| !denies),
            asked.task_id.as_str(),
            asked.call,
            host,
        ])?;
    Ok(())
}

impl Store {
    /// The standing rules for more than one task, newest first.
    pub async fn permits(&self) -> Result<Vec<Permit>, StoreError> {
        self.read(|sql| {
            let query = "SELECT * FROM permit WHERE task_id IS NULL ORDER BY id DESC";
            row::all(sql, query, [], |r| {
                Ok(Permit {
                    id: r.get("id")?,
                    tool: r.get("tool")?,
                    folder: r.get("folder")?,
                    arguments: r.get("arguments")?,
                    given_at: row::time(r, "given_at")?,
                    expires_at: row::time(r, "expires_at")?,
                    denies: r.get("denies")?,
                })
            })
        })
        .await
    }

    /// Takes a standing rule back.
    pub async fn revoke(&self, permit: i64) -> Result<(), StoreError> {
        self.write(move |tx| {
            let gone = tx.sql.prepare_cached("DELETE FROM permit WHERE id = ?1")?.execute([permit])?;
            if gone == 1 {
                Ok(())
            } else {
                Err(StoreError::NotFound { what: "rule", id: permit.to_string() })
            }
        })
        .await
    }
}
