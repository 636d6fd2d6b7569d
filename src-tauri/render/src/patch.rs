//! What changed between two trees, and how to follow it.

use serde::Serialize;
use ts_rs::TS;

use crate::Node;

/// One change of a tree. Patches are applied in order, each to the result of the one before.
///
/// A path holds the index of a child for each step down from the list of top-level nodes, which is the empty path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
#[ts(export)]
pub enum Patch {
    /// Adds to the end of the text node at the path.
    Text {
        /// Path of a text node.
        path: Vec<u32>,
        /// What to add.
        text: String,
    },
    /// Puts another node in the place of the one at the path.
    Replace {
        /// Path of any node.
        path: Vec<u32>,
        /// The new node.
        node: Node,
    },
    /// Adds children after the last child of the node at the path.
    Append {
        /// Path of an element, or empty for the top level.
        path: Vec<u32>,
        /// The new children.
        nodes: Vec<Node>,
    },
    /// Removes all but the first children of the node at the path.
    Truncate {
        /// Path of an element, or empty for the top level.
        path: Vec<u32>,
        /// How many children stay.
        len: u32,
    },
}

/// Follows patches: the reference for what a mirror of the tree has to do. A patch with no place in the tree is ignored.
pub fn apply(nodes: &mut Vec<Node>, patches: &[Patch]) {
    for patch in patches {
        match patch {
            Patch::Text { path, text } => {
                if let Some(Node::Text { text: held }) = find(nodes, path) {
                    held.push_str(text);
                }
            }
            Patch::Replace { path, node } => {
                if let Some(held) = find(nodes, path) {
                    *held = node.clone();
                }
            }
            Patch::Append { path, nodes: new } => {
                if let Some(children) = list(nodes, path) {
                    children.extend_from_slice(new);
                }
            }
            Patch::Truncate { path, len } => {
                if let Some(children) = list(nodes, path) {
                    children.truncate(*len as usize);
                }
            }
        }
    }
}

/// Adds the patches that lead from `old` to `new`, both children of the node at `path`; `from` is the index of their first.
pub(crate) fn diff(old: &[Node], new: &[Node], from: usize, path: &mut Vec<u32>, out: &mut Vec<Patch>) {
    for (index, (a, b)) in old.iter().zip(new).enumerate() {
        path.push((from + index) as u32);
        match (a, b) {
            _ if a.is_same_element(b) => diff(a.children(), b.children(), 0, path, out),
            _ if a == b => {}
            (Node::Text { text: a }, Node::Text { text: b }) if b.starts_with(a.as_str()) => {
                out.push(Patch::Text { path: path.clone(), text: b[a.len()..].to_owned() });
            }
            _ => out.push(Patch::Replace { path: path.clone(), node: b.clone() }),
        }
        path.pop();
    }
    if old.len() > new.len() {
        out.push(Patch::Truncate { path: path.clone(), len: (from + new.len()) as u32 });
    } else if new.len() > old.len() {
        out.push(Patch::Append { path: path.clone(), nodes: new[old.len()..].to_vec() });
    }
}

fn find<'a>(nodes: &'a mut Vec<Node>, path: &[u32]) -> Option<&'a mut Node> {
    let (last, parents) = path.split_last()?;
    list(nodes, parents)?.get_mut(*last as usize)
}

fn list<'a>(nodes: &'a mut Vec<Node>, path: &[u32]) -> Option<&'a mut Vec<Node>> {
    let mut nodes = nodes;
    for index in path {
        nodes = nodes.get_mut(*index as usize)?.children_mut()?;
    }
    Some(nodes)
}
