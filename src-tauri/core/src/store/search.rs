//! Finding words in the names of conversations, in attached files and their names, and in all that was said.

use super::snippet::Words;
use super::{Store, StoreError, document, family, row, system};
use crate::model::{Attachment, ConversationId, MessageId, Role, SearchHit, SearchResult, TaskId};
use rusqlite::{Connection, Row, params, params_from_iter};
use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};

/// Bytes of text that are looked through for one query. What the index names is nearly always right, so only words of one or
/// two letters get that far: for them there is no index.
const MOST_READ: usize = 64 * 1024 * 1024;

/// Bytes of what stands in attached files that are looked through; there is no index, because it would be larger than they are.
const MOST_READ_OF_FILES: usize = 32 * 1024 * 1024;

/// Messages with files, the newest first.
const WITH_FILES: &str = "FROM message m INDEXED BY message_files
    CROSS JOIN conversation c ON c.id = m.conversation_id AND c.deleted_at IS NULL
    WHERE m.files IS NOT NULL ORDER BY m.created_at DESC";
const MESSAGE: &str = "CROSS JOIN message m ON m.id = n.message_id
    CROSS JOIN conversation c ON c.id = m.conversation_id AND c.deleted_at IS NULL";
const COLUMNS: &str = "SELECT m.text, m.id, m.role, m.conversation_id, m.branch, m.turn, m.task_id, m.created_at, c.title, c.updated_at";

/// Makes a message findable: it is written once, with its whole text, and never changed. No trigger, because with one the
/// statement that stores an answer would keep a copy of every page it writes in memory.
pub fn index(sql: &Connection, message: &MessageId) -> Result<(), StoreError> {
    sql.prepare_cached("INSERT INTO message_number (message_id) VALUES (?1)")?.execute([message.as_str()])?;
    sql.prepare_cached(
        "INSERT INTO message_search (rowid, text) SELECT number, text FROM message_text WHERE number = ?1",
    )?
    .execute([sql.last_insert_rowid()])?;
    Ok(())
}

/// The same for messages that came here in another way.
pub fn index_all(sql: &Connection) -> Result<(), StoreError> {
    sql.execute_batch(
        "INSERT INTO message_number (message_id) SELECT id FROM message
           WHERE id NOT IN (SELECT message_id FROM message_number) ORDER BY created_at, rowid;
         INSERT INTO message_search (message_search) VALUES ('rebuild')",
    )?;
    Ok(())
}

impl Store {
    /// Where all words of the query stand, the trash left out: at most `limit` places, one for each turn of each branch.
    pub async fn search(&self, query: String, limit: u32) -> Result<SearchResult, StoreError> {
        self.read(move |sql| {
            let words = Words::of(&query);
            let mut result = SearchResult::default();
            if words.is_empty() {
                return Ok(result);
            }
            let limit = limit as usize;
            let tx = sql.unchecked_transaction()?;
            // Half of the places at most, so that names do not hide what was said.
            names(&tx, &words, limit.div_ceil(2), &mut result)?;
            let mut turns = HashSet::new();
            names_of_files(&tx, &words, (3 * limit).div_ceil(4), &mut turns, &mut result)?;
            said(&tx, &words, limit, &mut turns, &mut result)?;
            if result.hits.len() < limit {
                in_files(&tx, &words, limit, &mut turns, &mut result)?;
            }
            Ok(result)
        })
        .await
    }
}

fn names(sql: &Connection, words: &Words, limit: usize, result: &mut SearchResult) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(
        "SELECT id AS conversation_id, title, updated_at FROM conversation WHERE deleted_at IS NULL ORDER BY updated_at DESC",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !words.are_in(row.get_ref("title")?.as_str().unwrap_or_default()) {
            continue;
        }
        if result.hits.len() == limit {
            result.has_more = true;
            return Ok(());
        }
        let title: String = row.get("title")?;
        result.hits.push(SearchHit {
            conversation_id: ConversationId::from_text(row.get::<_, String>("conversation_id")?),
            snippet: words.snippet(&title),
            title,
            role: None,
            turn: None,
            task_id: None,
            file: None,
            at: row::time(row, "updated_at")?,
        });
    }
    Ok(())
}

/// Prompts whose files have such names; the other words may stand in the prompt.
fn names_of_files(
    sql: &Connection,
    words: &Words,
    limit: usize,
    turns: &mut HashSet<Place>,
    result: &mut SearchResult,
) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(&format!("{COLUMNS}, m.files {WITH_FILES}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let files = document::list(row.get_ref("files")?.as_str().ok())?;
        let names: Vec<&str> = files.iter().map(|file| file.file.name.as_str()).collect();
        let names = names.join(", ");
        let text = row.get_ref("text")?.as_str().unwrap_or_default();
        if !words.any_in(&names) || !words.are_in(&format!("{names} {text}")) {
            continue;
        }
        if result.hits.len() >= limit {
            result.has_more = true;
            return Ok(());
        }
        let place = place(row)?;
        if turns.insert(place.clone()) {
            let named = files.iter().find(|file| words.any_in(&file.file.name));
            let hit = hit(sql, row, words.snippet(&names), &place)?;
            result.hits.push(SearchHit { file: named.map(|file| file.file.name.clone()), ..hit });
        }
    }
    Ok(())
}

fn said(
    sql: &Connection,
    words: &Words,
    limit: usize,
    turns: &mut HashSet<Place>,
    result: &mut SearchResult,
) -> Result<(), StoreError> {
    let asked = words.trigrams();
    let from = match asked {
        Some(_) => {
            "FROM message_search s CROSS JOIN message_number n ON n.number = s.rowid AND message_search MATCH ?1"
        }
        None => "FROM message_number n",
    };
    let number = if asked.is_some() { "s.rowid" } else { "n.number" };
    let mut statement = sql.prepare_cached(&format!(
        // What the system says to itself is nobody's words.
        "{COLUMNS} {from} {MESSAGE} AND m.branch <> {} ORDER BY {number} DESC",
        system::BRANCH
    ))?;
    let mut rows = statement.query(params_from_iter(asked))?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        let text = row.get_ref("text")?.as_str().unwrap_or_default();
        read += text.len();
        if words.are_in(text) {
            let place = place(row)?;
            if !turns.contains(&place) {
                if result.hits.len() == limit {
                    result.has_more = true;
                    break;
                }
                result.hits.push(hit(sql, row, words.snippet_of_markdown(text), &place)?);
                turns.insert(place);
            }
        }
        if read > MOST_READ {
            result.has_more = true;
            break;
        }
    }
    Ok(())
}

/// Prompts whose files have all words in one place, such as a page.
fn in_files(
    sql: &Connection,
    words: &Words,
    limit: usize,
    turns: &mut HashSet<Place>,
    result: &mut SearchResult,
) -> Result<(), StoreError> {
    let mut statement = sql.prepare_cached(&format!("{COLUMNS}, m.files {WITH_FILES}"))?;
    let mut rows = statement.query([])?;
    // One file may go with many prompts.
    let mut known = HashMap::new();
    let mut left = MOST_READ_OF_FILES;
    while let Some(row) = rows.next()? {
        let place = place(row)?;
        if turns.contains(&place) {
            continue;
        }
        for Attachment { file, .. } in document::list(row.get_ref("files")?.as_str().ok())? {
            let key = (file.hash.clone(), file.from, file.to);
            let found = match known.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(document::find(sql, &file, words, &mut left)?),
            };
            let Some((at, snippet)) = found else { continue };
            if result.hits.len() == limit {
                result.has_more = true;
                return Ok(());
            }
            let hit = hit(sql, row, snippet.clone(), &place)?;
            result.hits.push(SearchHit { file: Some(format!("{}{at}", file.name)), ..hit });
            turns.insert(place);
            break;
        }
        if left == 0 {
            result.has_more = true;
            return Ok(());
        }
    }
    Ok(())
}

/// Conversation, branch and turn.
type Place = (String, u32, u32);

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok((row.get("conversation_id")?, row::count(row, "branch")?, row::count(row, "turn")?))
}

fn hit(
    sql: &Connection,
    row: &Row<'_>,
    snippet: Vec<crate::model::Piece>,
    (conversation, branch, turn): &Place,
) -> Result<SearchHit, StoreError> {
    let role: Role = row::from_word(&row.get::<_, String>("role")?)?;
    let task_id = match row.get::<_, Option<String>>("task_id")? {
        Some(id) => Some(TaskId::from_text(id)),
        // A prompt: the answer that is shown.
        None => row::task_ids(
            sql,
            "SELECT id FROM task WHERE conversation_id = ?1 AND branch = ?2 AND turn = ?3
             ORDER BY shown_seq DESC, number LIMIT 1",
            params![conversation, branch, turn],
        )?
        .pop(),
    };
    // What a part says is shown where the whole is.
    let task_id = task_id.map(|id| family::root(sql, &id)).transpose()?;
    Ok(SearchHit {
        conversation_id: ConversationId::from_text(conversation),
        title: row.get("title")?,
        role: Some(role),
        turn: Some(*turn),
        task_id,
        file: None,
        at: row::time(row, "created_at")?,
        snippet,
    })
}
