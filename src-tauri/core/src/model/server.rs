use super::{ProviderId, Timestamp, exactly};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// How a server of tools is reached. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServerPlace {
    /// A program that is started here.
    Program {
        /// Its name or path, then its arguments; everybody on this computer can read them while it runs.
        words: Vec<String>,
        /// Where it works; `None` for the user's own folder.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional = nullable)]
        folder: Option<String>,
    },
    /// An address: `https`, or `http` on this computer.
    Address {
        /// All of it.
        url: String,
    },
}

impl ServerPlace {
    /// On one line, for people: a program as it would be typed.
    pub fn line(&self) -> String {
        match self {
            Self::Program { words, .. } => {
                words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
            }
            Self::Address { url } => exactly(url),
        }
    }
}

fn quoted(word: &str) -> String {
    let shown = exactly(word);
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,".contains(c);
    match !shown.is_empty() && shown.chars().all(is_plain) {
        true => shown,
        false => format!("'{}'", shown.replace('\'', "'\\''")),
    }
}

/// A tool as its server describes it. Nobody vouches for a word of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ServerTool {
    /// What models call it by.
    pub name: String,
    /// Its name at the server.
    pub tool: String,
    /// What it is said to do; everything hidden is visible.
    pub description: String,
    /// A JSON schema of what it takes.
    #[ts(type = "unknown")]
    pub parameters: Value,
    /// The hash of all that the server says about it.
    pub hash: String,
}

/// A server of tools as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRow {
    /// The user's name for it: letters, digits and `-`.
    pub name: String,
    /// Under which its secrets are kept; new with each adding.
    pub id: ProviderId,
    /// How it is reached.
    pub place: ServerPlace,
    /// The names of what is secret: variables of a program, headers for an address.
    pub secrets: Vec<String>,
    /// Its tools as it named them last.
    pub seen: Vec<ServerTool>,
    /// And as they were accepted.
    pub accepted: Option<Vec<ServerTool>>,
    /// When.
    pub accepted_at: Option<Timestamp>,
    /// When it was added.
    pub added_at: Timestamp,
}

impl ServerRow {
    /// Whether its tools can be used.
    pub fn is_ready(&self) -> bool {
        self.accepted.as_ref() == Some(&self.seen)
    }

    /// All that a yes for one of its tools is for, beside the arguments: where the server is and what it says of the tool.
    pub fn definition(&self, tool: &ServerTool) -> String {
        meanwhile_mcp::hash(&[self.id.as_str(), &self.place.line(), &tool.tool, &tool.hash])
    }
}

/// How far a server of tools is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// Its tools were seen and not accepted: nobody uses them.
    New,
    /// Its tools are as they were accepted.
    Ready,
    /// It describes other tools than were accepted: nobody uses them until that is accepted again.
    Changed,
}

/// A server of tools, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ToolServer {
    /// The user's name for it.
    pub name: String,
    /// How it is reached.
    pub place: ServerPlace,
    /// The same on one line.
    pub line: String,
    /// The names of what is secret.
    pub secrets: Vec<String>,
    /// How far it is.
    pub state: ServerState,
    /// Its tools as it named them last.
    pub tools: Vec<ServerTool>,
    /// What is different from what was accepted.
    pub changes: Vec<ToolChange>,
    /// What accepting it is for: all of this.
    pub hash: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When its tools were accepted.
    pub accepted_at: Option<Timestamp>,
}

/// A tool that is described in another way than was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ToolChange {
    /// What models call it by.
    pub name: String,
    /// `new`, `gone` or `changed`.
    pub what: String,
    /// Lines that go, with `-` before them, and lines that come, with `+`.
    pub text: String,
}

impl From<ServerRow> for ToolServer {
    fn from(row: ServerRow) -> Self {
        let state = match &row.accepted {
            None => ServerState::New,
            Some(accepted) if *accepted == row.seen => ServerState::Ready,
            Some(_) => ServerState::Changed,
        };
        let changes = row.accepted.as_ref().map(|accepted| changes(accepted, &row.seen)).unwrap_or_default();
        let mut parts: Vec<String> = row.seen.iter().map(|tool| row.definition(tool)).collect();
        parts.push(row.id.to_string());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Self {
            line: row.place.line(),
            hash: meanwhile_mcp::hash(&parts),
            name: row.name,
            place: row.place,
            secrets: row.secrets,
            state,
            tools: row.seen,
            changes,
            added_at: row.added_at,
            accepted_at: row.accepted_at,
        }
    }
}

fn changes(before: &[ServerTool], now: &[ServerTool]) -> Vec<ToolChange> {
    let of = |tools: &[ServerTool], name: &str| tools.iter().find(|tool| tool.name == name).cloned();
    let mut names: Vec<&str> = before.iter().chain(now).map(|tool| tool.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let change = |name: &str| {
        let (was, is) = (of(before, name), of(now, name));
        let what = match (&was, &is) {
            (None, _) => "new",
            (_, None) => "gone",
            (Some(was), Some(is)) if was == is => return None,
            _ => "changed",
        };
        let text = |tool: Option<ServerTool>| tool.map_or_else(String::new, |tool| tool.text());
        let text = lines_between(&text(was), &text(is));
        Some(ToolChange { name: name.to_owned(), what: what.to_owned(), text })
    };
    names.into_iter().filter_map(change).collect()
}

impl ServerTool {
    /// All that models are told of it, for people.
    pub fn text(&self) -> String {
        let parameters = serde_json::to_string_pretty(&self.parameters).unwrap_or_default();
        format!("{}\n{parameters}", self.description)
    }
}

/// The lines between what both begin and end with.
fn lines_between(before: &str, now: &str) -> String {
    let (before, now): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let same = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
    let (before, now) = (&before[same..], &now[same..]);
    let end = before.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count();
    let gone = before[..before.len() - end].iter().map(|line| format!("-{line}\n"));
    let come = now[..now.len() - end].iter().map(|line| format!("+{line}\n"));
    let text: String = gone.chain(come).collect();
    // What it says beside the texts that models see.
    if text.is_empty() { "What it says beside its description is different.\n".to_owned() } else { text }
}

/// A tool of a server that an agent at work may ask for, as it was when its task was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteTool {
    /// The user's name for the server.
    pub server: String,
    /// The tool.
    #[serde(flatten)]
    pub tool: ServerTool,
    /// All that a yes is for, beside the arguments.
    pub definition: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_the_lines_that_are_different() {
        let tool = |description: &str, hash: &str| ServerTool {
            name: "s__a".to_owned(),
            tool: "a".to_owned(),
            description: description.to_owned(),
            parameters: Value::Null,
            hash: hash.to_owned(),
        };
        let found = changes(&[tool("Reads.\nOnly.", "1")], &[tool("Reads.\nAnd sends.", "2")]);
        assert_eq!((found.len(), found[0].text.as_str()), (1, "-Only.\n+And sends.\n"));
        assert_eq!(changes(&[tool("a", "1")], &[tool("a", "1")]), []);
        assert_eq!(changes(&[], &[tool("a", "1")])[0].what, "new");
    }

    #[test]
    fn a_program_is_shown_as_it_would_be_typed() {
        let words = ["npx", "-y", "it's", "a b", "\u{202e}", "a\nb\t"].map(str::to_owned).to_vec();
        let line = ServerPlace::Program { words, folder: None }.line();
        assert_eq!(line, "npx -y 'it'\\''s' 'a b' '\\u{202e}' 'a\\u{a}b\\u{9}'");
    }
}
