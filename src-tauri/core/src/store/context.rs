use super::{StoreError, document, row};
use crate::model::{ConversationId, GO_ON, Said};
use rusqlite::{Connection, params};

/// What was said before a prompt, and the prompt: for each earlier turn the newest version that has an answer.
///
/// Turns without an answer are left out, because many chat templates insist on alternating roles.
pub fn messages(
    sql: &Connection,
    conversation: &ConversationId,
    turn: u32,
    prompt: Said,
    cut_answer: &str,
) -> Result<Vec<Said>, StoreError> {
    let mut said = Vec::new();
    // Nothing was said before the first turn.
    let pairs = if turn <= 1 { Vec::new() } else { earlier(sql, conversation, turn)? };
    for (prompt, answer) in pairs {
        said.push(prompt);
        said.push(Said::by_assistant(answer));
    }
    said.push(prompt);
    if !cut_answer.is_empty() {
        said.push(Said::by_assistant(cut_answer));
        said.push(Said::by_user(GO_ON));
    }
    Ok(said)
}

fn earlier(
    sql: &Connection,
    conversation: &ConversationId,
    turn: u32,
) -> Result<Vec<(Said, String)>, StoreError> {
    row::all(
        sql,
        "SELECT p.text, a.text, CASE t.parts WHEN 0 THEN p.files END FROM task t JOIN message p ON p.id = t.prompt_id JOIN message a ON a.task_id = t.id
         WHERE t.conversation_id = ?1 AND t.turn < ?2
           AND t.number = (SELECT MAX(x.number) FROM task x JOIN message y ON y.task_id = x.id
                           WHERE x.conversation_id = ?1 AND x.turn = t.turn)
         ORDER BY t.turn",
        params![conversation.as_str(), turn],
        |r| {
            // What was asked part by part did not fit then, and does not now.
            let files: Option<String> = r.get(2)?;
            Ok((document::asked(sql, r.get(0)?, files.as_deref())?, r.get::<_, String>(1)?))
        },
    )
}
