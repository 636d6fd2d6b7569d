//! What two apps export alike: messages that each follow another, and the one that was shown last.

use crate::model::{ImportedAnswer, ImportedTurn, ImportedVersion, Role, Timestamp};
use std::collections::HashSet;

/// Versions of one prompt, and answers to it, beside those that were shown.
const MOST_VERSIONS: usize = 50;

/// One message, or a step between messages that nobody was shown.
#[derive(Default)]
pub struct Node {
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    /// Who said what; `None` for what was not shown.
    pub said: Option<(Role, String)>,
    pub at: Option<Timestamp>,
    /// Who answered, if that is known.
    pub model: Option<String>,
}

/// A conversation with all its branches.
pub struct Tree {
    pub nodes: Vec<Node>,
    /// The app, as the first half of `app/model`.
    pub app: &'static str,
    /// When a message was said that does not tell.
    pub begun: Timestamp,
}

impl Tree {
    /// Of nodes that may name anybody as their children: only those that name them as their parent are, and once each.
    pub fn of(mut nodes: Vec<Node>, app: &'static str, begun: Timestamp) -> Self {
        let parents: Vec<Option<usize>> = nodes.iter().map(|node| node.parent).collect();
        let mut seen = HashSet::new();
        for (at, node) in nodes.iter_mut().enumerate() {
            node.children.retain(|child| parents.get(*child) == Some(&Some(at)) && seen.insert(*child));
        }
        Self { nodes, app, begun }
    }

    /// The turns on the way to `leaf`. What was edited or answered again there comes before what was shown.
    pub fn turns(&self, leaf: usize) -> Vec<ImportedTurn> {
        let path = self.path(leaf);
        let mut turns: Vec<ImportedTurn> = Vec::new();
        for (place, &at) in path.iter().enumerate() {
            let node = &self.nodes[at];
            if !matches!(node.said, Some((Role::User, _))) {
                continue;
            }
            let mut versions = Vec::new();
            let siblings = node.parent.map_or(&[][..], |parent| &self.nodes[parent].children);
            for &other in siblings.iter().filter(|other| **other != at).take(MOST_VERSIONS) {
                versions.extend(self.version(other, |node| node.children.last().copied()));
            }
            let next = path.get(place + 1).copied();
            for &other in node.children.iter().filter(|child| Some(**child) != next).take(MOST_VERSIONS) {
                let mut first = Some(other);
                let answered =
                    self.version(at, |node| first.take().or_else(|| node.children.last().copied()));
                versions.extend(answered.filter(|version| version.answer.is_some()));
            }
            let mut rest = path[place + 1..].iter().copied();
            versions.extend(self.version(at, |_| rest.next()));
            turns.push(ImportedTurn { versions });
        }
        turns
    }

    /// The prompt at a node, with what was answered on the way that `next` takes up to the next prompt.
    fn version(&self, at: usize, mut next: impl FnMut(&Node) -> Option<usize>) -> Option<ImportedVersion> {
        let node = &self.nodes[at];
        let Some((Role::User, prompt)) = &node.said else { return None };
        let asked_at = node.at.unwrap_or(self.begun);
        let mut answer: Option<ImportedAnswer> = None;
        let mut here = node;
        // A way that leads back to itself ends there.
        let mut seen = HashSet::from([at]);
        while let Some(following) = next(here).filter(|following| seen.insert(*following)) {
            here = &self.nodes[following];
            match &here.said {
                Some((Role::User, _)) => break,
                None => {}
                Some((Role::Assistant, text)) => {
                    let at = here.at.unwrap_or(asked_at);
                    let model = here.model.as_deref().unwrap_or(self.app);
                    match &mut answer {
                        Some(answer) => {
                            answer.text += "\n\n";
                            answer.text += text;
                            answer.at = at;
                        }
                        None => {
                            let model = format!("{}/{model}", self.app);
                            answer = Some(ImportedAnswer { text: text.clone(), model, at, is_whole: true });
                        }
                    }
                }
            }
        }
        Some(ImportedVersion { prompt: prompt.clone(), asked_at, answer, then: Vec::new() })
    }

    /// From the first message to `leaf`.
    fn path(&self, leaf: usize) -> Vec<usize> {
        let mut path = vec![leaf];
        let mut seen = HashSet::from([leaf]);
        let mut here = leaf;
        while let Some(parent) = self.nodes[here].parent
            && seen.insert(parent)
        {
            path.push(parent);
            here = parent;
        }
        path.reverse();
        path
    }
}
