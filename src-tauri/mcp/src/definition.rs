//! What a server says about a tool, with names of ours and nothing hidden in it.

use crate::limit::{DEFINITION, NAME};
use rmcp::model::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Letters of a server's name, so that there is room for those of its tools.
const SERVER: usize = 24;
/// Bytes of a tool's name at its server.
const OWN_NAME: usize = 256;

/// A tool of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// What models call it by: the server's name, `__` and its own, at most 64 letters, digits, `-` and `_`.
    pub name: String,
    /// Its name at the server.
    pub tool: String,
    /// What the server says it does, with everything hidden in it visible.
    pub description: String,
    /// A JSON schema of what it takes, the same way.
    pub parameters: Value,
    /// The hash of all the server says about it, as it was said.
    pub hash: String,
}

impl Definition {
    pub(crate) fn of(server: &str, tool: Tool) -> Result<Self, String> {
        let said = serde_json::to_value(&tool).map_err(|error| error.to_string())?;
        let said = canonical(&said);
        let shown = meanwhile_tool::visible(&tool.name.chars().take(60).collect::<String>());
        if said.len() > DEFINITION {
            return Err(format!(
                "what it says about its tool {shown} has more than {} KiB",
                DEFINITION >> 10
            ));
        }
        if tool.name.is_empty() || tool.name.len() > OWN_NAME {
            return Err(format!("one of its tools has a name of no or more than {OWN_NAME} bytes"));
        }
        let description = tool.description.as_deref().unwrap_or_default();
        Ok(Self {
            name: name_of(server, &tool.name),
            description: meanwhile_tool::visible(description),
            parameters: object(shown_in(Value::Object(tool.input_schema.as_ref().clone()))),
            hash: hash(&[&said]),
            tool: tool.name.into_owned(),
        })
    }
}

/// Providers refuse a schema that is not that of an object.
fn object(schema: Value) -> Value {
    match schema {
        Value::Object(mut schema) => {
            schema.insert("type".to_owned(), Value::from("object"));
            schema.entry("properties").or_insert_with(|| Value::Object(Map::new()));
            Value::Object(schema)
        }
        other => other,
    }
}

/// The same with every text in it visible.
fn shown_in(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(meanwhile_tool::visible(&text)),
        Value::Array(values) => values.into_iter().map(shown_in).collect(),
        Value::Object(values) => values
            .into_iter()
            .map(|(name, value)| (meanwhile_tool::visible(&name), shown_in(value)))
            .collect(),
        other => other,
    }
}

/// The same text for the same value, in whatever order its names came.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(values) => {
            let mut names: Vec<_> = values.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            let parts: Vec<_> = names
                .iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// A hash over parts that cannot run into each other.
pub fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a server can be called this: 1 to 24 letters, digits and `-`. Without `_`, so that where its name ends in that of
/// a tool is never in doubt.
pub fn is_server_name(name: &str) -> bool {
    (1..=SERVER).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// What models call a tool by. One whose name had to be changed for it gets a piece of its hash, so no two become the same.
pub fn name_of(server: &str, tool: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let room = NAME - server.len().min(SERVER) - 2;
    if tool.len() <= room && tool.chars().all(is_plain) {
        return format!("{server}__{tool}");
    }
    let plain: String =
        tool.chars().map(|c| if is_plain(c) { c } else { '_' }).take(room.saturating_sub(9)).collect();
    format!("{server}__{plain}_{}", &hash(&[tool])[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_is_one_that_every_model_can_call_and_no_two_become_the_same() {
        assert_eq!(name_of("files", "read_file"), "files__read_file");
        let odd = ["read.file", "read file", "read/file", "réad", "", &"x".repeat(200), &"x".repeat(201)];
        let names: std::collections::BTreeSet<_> = odd.iter().map(|tool| name_of("files", tool)).collect();
        assert_eq!(names.len(), odd.len(), "{names:?}");
        for name in names {
            assert!(
                name.len() <= NAME && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)),
                "{name}"
            );
        }
        assert!(is_server_name("my-files") && !is_server_name("my_files") && !is_server_name(""));
    }

    #[test]
    fn a_hash_is_over_everything_said_and_not_over_its_order() {
        let of = |tool: Value| Definition::of("s", serde_json::from_value(tool).unwrap()).unwrap();
        let one = of(
            json!({ "name": "a", "description": "d", "inputSchema": { "type": "object", "x": 1, "y": 2 } }),
        );
        let same = of(
            json!({ "inputSchema": { "y": 2, "x": 1, "type": "object" }, "description": "d", "name": "a" }),
        );
        assert_eq!(one, same);
        for other in [
            json!({ "name": "a", "description": "d.", "inputSchema": { "type": "object", "x": 1, "y": 2 } }),
            json!({ "name": "a", "description": "d", "inputSchema": { "type": "object", "x": 1, "y": 3 } }),
            json!({ "name": "a", "description": "d", "title": "t", "inputSchema": { "type": "object", "x": 1, "y": 2 } }),
        ] {
            assert_ne!(of(other).hash, one.hash);
        }
    }
}
