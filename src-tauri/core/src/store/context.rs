use super::{StoreError, branch, document, row};
use crate::model::{ConversationId, GO_ON, Said};
use rusqlite::{Connection, params};

/// What was said before a prompt in its branch, and the prompt: for each earlier turn the answer that is shown, or while that
/// is not there the one put forward before it.
///
/// Turns without an answer are left out, because many chat templates insist on alternating roles.
pub fn messages(
    sql: &Connection,
    conversation: &ConversationId,
    (branch, turn): (u32, u32),
    prompt: Said,
    cut_answer: &str,
) -> Result<Vec<Said>, StoreError> {
    let mut said = Vec::new();
    // Nothing was said before the first turn.
    let pairs = if turn <= 1 { Vec::new() } else { earlier(sql, conversation, branch, turn)? };
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
    branch: u32,
    turn: u32,
) -> Result<Vec<(Said, String)>, StoreError> {
    let path = branch::path(sql, conversation, branch)?;
    let mut pairs = Vec::new();
    for (branch, turns) in branch::stretches(&path, 1..=turn - 1) {
        // Of those put forward together the first counts.
        pairs.extend(row::all(
            sql,
            "SELECT p.text, a.text, CASE t.parts WHEN 0 THEN p.files END FROM task t JOIN message a ON a.task_id = t.id JOIN message p ON p.id = t.prompt_id
             WHERE t.conversation_id = ?1 AND t.branch = ?2 AND t.turn BETWEEN ?3 AND ?4
               AND NOT EXISTS (SELECT 1 FROM task x JOIN message y ON y.task_id = x.id
                               WHERE x.conversation_id = ?1 AND x.branch = ?2 AND x.turn = a.turn
                                 AND (x.shown_seq, -x.number) > (t.shown_seq, -t.number))
             ORDER BY t.turn",
            params![conversation.as_str(), branch, turns.start(), turns.end()],
            |r| {
                // What was asked part by part did not fit then, and does not now.
                let files: Option<String> = r.get(2)?;
                Ok((document::asked(sql, r.get(0)?, files.as_deref())?, r.get::<_, String>(1)?))
            },
        )?);
    }
    Ok(pairs)
}
