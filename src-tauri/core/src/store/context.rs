use super::{StoreError, row};
use crate::model::{ConversationId, GO_ON, Role};
use rusqlite::{Connection, params};

/// What was said before a prompt, and the prompt: for each earlier turn the newest version that has an answer.
///
/// Turns without an answer are left out, because many chat templates insist on alternating roles.
pub fn messages(
    sql: &Connection,
    conversation: &ConversationId,
    turn: u32,
    prompt: String,
    cut_answer: &str,
) -> Result<Vec<(Role, String)>, StoreError> {
    let mut said = Vec::new();
    // Nothing was said before the first turn.
    let pairs = if turn <= 1 { Vec::new() } else { earlier(sql, conversation, turn)? };
    for (prompt, answer) in pairs {
        said.push((Role::User, prompt));
        said.push((Role::Assistant, answer));
    }
    said.push((Role::User, prompt));
    if !cut_answer.is_empty() {
        said.push((Role::Assistant, cut_answer.to_owned()));
        said.push((Role::User, GO_ON.to_owned()));
    }
    Ok(said)
}

fn earlier(
    sql: &Connection,
    conversation: &ConversationId,
    turn: u32,
) -> Result<Vec<(String, String)>, StoreError> {
    row::all(
        sql,
        "SELECT p.text, a.text FROM task t JOIN message p ON p.id = t.prompt_id JOIN message a ON a.task_id = t.id
         WHERE t.conversation_id = ?1 AND t.turn < ?2
           AND t.number = (SELECT MAX(x.number) FROM task x JOIN message y ON y.task_id = x.id
                           WHERE x.conversation_id = ?1 AND x.turn = t.turn)
         ORDER BY t.turn",
        params![conversation.as_str(), turn],
        |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)),
    )
}
