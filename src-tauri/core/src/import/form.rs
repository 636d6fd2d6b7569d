//! One conversation of another app's export, as it is taken here. What is not known is passed over.

use super::own;
use super::tree::{Node, Tree};
use crate::model::{Imported, Role, Timestamp};
use serde_json::Value;
use std::collections::HashMap;

/// Moments beyond the year 2100 are mistakes.
const LATEST: f64 = 4_102_444_800.0;

/// A conversation of ChatGPT, which has a `mapping`, of Claude, which has `chat_messages`, or our own,
/// which has its `lines`.
///
/// # Errors
/// Why it was left out, as the words after a count.
pub fn conversation(value: &Value) -> Result<Imported, &'static str> {
    if value["mapping"].is_object() {
        return chatgpt(value);
    }
    if value["chat_messages"].is_array() {
        return claude(value);
    }
    if value["lines"].is_array() {
        return own::conversation(value);
    }
    Err("of a form that is not known")
}

fn chatgpt(value: &Value) -> Result<Imported, &'static str> {
    let id = text_of(&value["conversation_id"]).or(text_of(&value["id"])).ok_or("without an id")?;
    let begun = seconds(&value["create_time"]).ok_or("without a date")?;
    let Some(mapping) = value["mapping"].as_object() else { return Err("of a form that is not known") };
    let places: HashMap<&str, usize> =
        mapping.keys().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let place = |key: &Value| places.get(key.as_str()?).copied();
    let mut nodes: Vec<Node> = mapping.values().map(|node| shown(&node["message"])).collect();
    for (at, node) in mapping.values().enumerate() {
        nodes[at].parent = place(&node["parent"]);
        nodes[at].children = node["children"].as_array().into_iter().flatten().filter_map(place).collect();
    }
    let newest = || (0..nodes.len()).max_by_key(|at| nodes[*at].at);
    let leaf = place(&value["current_node"]).or_else(newest).ok_or("without a message")?;
    let tree = Tree::of(nodes, "chatgpt", begun);
    finished(format!("chatgpt/{id}"), &value["title"], &tree, leaf, seconds(&value["update_time"]))
}

/// A message of ChatGPT, if its user saw it.
fn shown(message: &Value) -> Node {
    let hidden =
        message.pointer("/metadata/is_visually_hidden_from_conversation") == Some(&Value::Bool(true));
    let to_tool = message["recipient"].as_str().is_some_and(|recipient| recipient != "all");
    let role = match message.pointer("/author/role").and_then(Value::as_str) {
        Some("user") => Some(Role::User),
        Some("assistant") if !to_tool => Some(Role::Assistant),
        _ => None,
    };
    let content = &message["content"];
    let is_text = matches!(content["content_type"].as_str(), Some("text" | "multimodal_text"));
    let parts = content["parts"].as_array().into_iter().flatten().filter_map(|part| match part {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) if part["text"].is_string() => text_of(&part["text"]).map(str::to_owned),
        Value::Object(_) => Some("[Not in the export: a picture or a file]".to_owned()),
        _ => None,
    });
    let text = parts.filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
    Node {
        said: role.filter(|_| !hidden && is_text && !text.is_empty()).map(|role| (role, text)),
        at: seconds(&message["create_time"]),
        model: message.pointer("/metadata/model_slug").and_then(text_of).map(str::to_owned),
        ..Node::default()
    }
}

fn claude(value: &Value) -> Result<Imported, &'static str> {
    let id = text_of(&value["uuid"]).ok_or("without an id")?;
    let begun = moment(&value["created_at"]).ok_or("without a date")?;
    let messages = value["chat_messages"].as_array().map_or(&[][..], Vec::as_slice);
    let places: HashMap<&str, usize> = messages
        .iter()
        .enumerate()
        .filter_map(|(at, message)| Some((message["uuid"].as_str()?, at)))
        .collect();
    let mut nodes: Vec<Node> = messages.iter().map(said).collect();
    for (at, message) in messages.iter().enumerate() {
        // Older exports name no parent: there each message follows the one before it.
        let parent = match message["parent_message_uuid"].as_str() {
            Some(parent) => places.get(parent).copied().filter(|parent| *parent < at),
            None => at.checked_sub(1),
        };
        nodes[at].parent = parent;
        if let Some(parent) = parent {
            nodes[parent].children.push(at);
        }
    }
    let leaf = nodes.len().checked_sub(1).ok_or("without a message")?;
    let tree = Tree::of(nodes, "claude", begun);
    finished(format!("claude/{id}"), &value["name"], &tree, leaf, moment(&value["updated_at"]))
}

/// A message of Claude.
fn said(message: &Value) -> Node {
    let role = match message["sender"].as_str() {
        Some("human") => Some(Role::User),
        Some("assistant") => Some(Role::Assistant),
        _ => None,
    };
    let blocks = message["content"].as_array().into_iter().flatten();
    let blocks = blocks.filter(|block| block["type"] == "text").filter_map(|block| text_of(&block["text"]));
    let mut parts: Vec<String> = blocks.map(str::to_owned).collect();
    if parts.is_empty() {
        parts.extend(text_of(&message["text"]).map(str::to_owned));
    }
    for list in ["attachments", "files"] {
        for file in message[list].as_array().into_iter().flatten() {
            parts.push(format!("[Not in the export: {}]", text_of(&file["file_name"]).unwrap_or("a file")));
        }
    }
    let text = parts.join("\n\n");
    Node {
        said: role.filter(|_| !text.is_empty()).map(|role| (role, text)),
        at: moment(&message["created_at"]),
        ..Node::default()
    }
}

fn finished(
    source: String,
    title: &Value,
    tree: &Tree,
    leaf: usize,
    updated_at: Option<Timestamp>,
) -> Result<Imported, &'static str> {
    let turns = tree.turns(leaf);
    if turns.is_empty() {
        return Err("without a prompt");
    }
    let title = text_of(title).unwrap_or("Untitled").to_owned();
    Ok(Imported {
        source,
        title,
        created_at: tree.begun,
        updated_at: updated_at.unwrap_or(tree.begun),
        turns,
    })
}

/// Text with something in it.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// Seconds since 1970, with a fraction.
fn seconds(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_f64().filter(|seconds| (0.0..LATEST).contains(seconds))?;
    Some(Timestamp::from_ms((seconds * 1_000.0) as i64))
}

/// A moment as RFC 3339 writes it.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    serde_json::from_value(value.clone()).ok()
}
