use super::part::{self, Present};
use super::tx::Tx;
use super::{StoreError, branch, call, conversation, document, row, system};
use crate::model::{ConversationId, GO_ON, Manner, Role, Said, TaskId};
use rusqlite::{Connection, Row, params};

/// What a task is about: columns of `task`, and of its `message` the text as `prompt`.
pub struct Asked {
    pub conversation: ConversationId,
    /// Branch and turn.
    place: (u32, u32),
    prompt: String,
    files: Option<String>,
    parts: u32,
    /// An agent works on it.
    has_agent: bool,
}

impl Asked {
    pub fn of(r: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            conversation: ConversationId::from_text(r.get::<_, String>("conversation_id")?),
            place: (row::count(r, "branch")?, row::count(r, "turn")?),
            prompt: r.get("prompt")?,
            files: r.get("files")?,
            parts: row::count(r, "parts")?,
            has_agent: r.get::<_, Option<String>>("agent")?.is_some(),
        })
    }

    /// Whether it is worked on part by part.
    pub const fn is_in_parts(&self) -> bool {
        self.parts > 0
    }
}

/// How it is asked: as its conversation says, unless the system asks.
pub fn manner(sql: &Connection, asked: &Asked) -> Result<Manner, StoreError> {
    if asked.place.0 == system::BRANCH {
        Ok(Manner::default())
    } else {
        conversation::manner(sql, &asked.conversation)
    }
}

/// What a model is asked.
pub struct Question {
    /// What was said before, ending with what is asked, or with the text so far and the word to go on.
    pub messages: Vec<Said>,
    /// Bytes of the text so far that belong to what is asked.
    pub own_bytes: usize,
    /// The part that is asked for.
    pub part: Option<Present>,
}

/// What is asked when the text so far is `kept`; the heading of a part that is only now begun is added to that.
pub fn question(tx: &Tx<'_>, id: &TaskId, asked: &Asked, kept: &mut String) -> Result<Question, StoreError> {
    if asked.is_in_parts() {
        let mut part = part::present(tx, id, asked.parts, &asked.prompt, kept)?;
        let messages = std::mem::take(&mut part.messages);
        return Ok(Question { messages, own_bytes: kept.len() - part.start, part: Some(part) });
    }
    let prompt = document::asked(tx.sql, asked.prompt.clone(), asked.files.as_deref())?;
    if asked.has_agent {
        let mut messages = messages(tx.sql, &asked.conversation, asked.place, prompt, "")?;
        let (said, own_bytes) = call::said(tx.sql, id, kept)?;
        for said in said {
            match messages.last_mut() {
                // Many chat templates insist on alternating roles.
                Some(last) if last.role == Role::User && said.role == Role::User => {
                    last.text = format!("{}\n\n{}", last.text, said.text);
                }
                _ => messages.push(said),
            }
        }
        return Ok(Question { messages, own_bytes, part: None });
    }
    let messages = messages(tx.sql, &asked.conversation, asked.place, prompt, kept)?;
    Ok(Question { messages, own_bytes: kept.len(), part: None })
}

/// What was said before a prompt in its branch, and the prompt: for each earlier turn the answer that is shown, or while that
/// is not there the one put forward before it.
///
/// Turns without an answer are left out, because many chat templates insist on alternating roles; so are those whose answer its
/// user put aside.
fn messages(
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
               AND COALESCE(t.placement, 'inserted') = 'inserted'
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
