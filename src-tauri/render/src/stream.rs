//! A text that grows, and the patches that keep a mirror of its tree up to date.

use crate::{
    Node, Patch, apply,
    fence::Fence,
    hold,
    memo::Memo,
    parse::{Parsed, blocks},
    patch::diff,
    repair,
};

/// Follows one growing text. Whatever it showed on the way, [`Stream::finish`] leads to exactly [`crate::parse`].
///
/// Blocks that can no longer change are kept and not parsed again: a block is final as soon as the first line of a later
/// one is complete. A text that defines link targets or footnotes is parsed whole each time: they change blocks anywhere.
#[derive(Debug, Default)]
pub struct Stream {
    text: String,
    nodes: Vec<Node>,
    memo: Memo,
    settled: Settled,
    fence: Option<Fence>,
}

/// How much of the text, its top-level nodes and its code blocks, is final.
#[derive(Debug, Default, Clone, Copy)]
struct Settled {
    bytes: usize,
    nodes: usize,
    code: usize,
}

impl Stream {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree as of the last patch.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Takes the whole text so far. Markup left open at its end is closed or held back, so that nothing flickers.
    pub fn update(&mut self, text: &str) -> Vec<Patch> {
        let mut patches = Vec::new();
        self.take(text);
        if self.fence.is_some() && self.grow_fence(&mut patches) {
            return patches;
        }
        let mut tail = self.read_tail(true);
        if tail.defines && self.settled.bytes > 0 {
            self.settled = Settled::default();
            tail = self.read_tail(true);
        }
        let kept = self.settled.nodes;
        if !tail.defines {
            self.settle(&tail);
        }
        self.replace(kept, tail.nodes, &mut patches);
        if !tail.defines {
            self.enter_fence();
        }
        patches
    }

    /// Takes the whole text of an answer that broke off: what is open at its end is closed, and nothing is held back.
    pub fn cut(&mut self, text: &str) -> Vec<Patch> {
        let mut patches = Vec::new();
        self.take(text);
        self.start_over();
        let whole = self.read_tail(false);
        self.replace(0, whole.nodes, &mut patches);
        patches
    }

    /// Takes the whole, final text.
    pub fn finish(&mut self, text: &str) -> Vec<Patch> {
        let mut patches = Vec::new();
        self.take(text);
        self.start_over();
        self.memo.begin(0);
        let parsed = blocks(&self.text, &mut self.memo, false);
        self.replace(0, parsed.nodes, &mut patches);
        patches
    }

    fn take(&mut self, text: &str) {
        match text.strip_prefix(self.text.as_str()) {
            Some(new) => self.text.push_str(new),
            None => {
                text.clone_into(&mut self.text);
                self.start_over();
            }
        }
    }

    fn start_over(&mut self) {
        self.settled = Settled::default();
        self.fence = None;
    }

    /// The tree of what is shown of the text after the settled blocks, with its unfinished end repaired. While it is
    /// `growing`, what may turn out to be a mark is not shown yet.
    fn read_tail(&mut self, growing: bool) -> Parsed {
        let tail = &self.text[self.settled.bytes..];
        let mut parse = |text: &str| {
            self.memo.begin(self.settled.code);
            blocks(text, &mut self.memo, growing)
        };
        let mut parsed = parse(tail);
        let shown = if growing { hold::shown(tail, parsed.leaf) } else { tail };
        if shown.len() < tail.len() {
            parsed = parse(shown);
        }
        if let Some(repaired) = repair::complete(shown, parsed.leaf) {
            // Where blocks start is read from the text itself: a repair may look like a block of its own.
            let repaired = parse(&repaired);
            if repaired.defines == parsed.defines {
                parsed.nodes = repaired.nodes;
            }
        }
        parsed
    }

    /// Puts new top-level nodes in the place of all after the first `kept`.
    fn replace(&mut self, kept: usize, new: Vec<Node>, patches: &mut Vec<Patch>) {
        diff(&self.nodes[kept..], &new, kept, &mut Vec::new(), patches);
        self.nodes.truncate(kept);
        self.nodes.extend(new);
    }

    /// Settles all blocks of the tail before the last one whose first line is complete.
    fn settle(&mut self, parsed: &Parsed) {
        let tail = &self.text[self.settled.bytes..];
        let is_complete = |start: &usize| tail[*start..].contains('\n');
        let Some(last) = parsed.starts.iter().rposition(is_complete) else { return };
        let line = tail[..parsed.starts[last]].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        // A repair that lost a block leaves nothing to rely on.
        let Some(settled) = parsed.nodes.get(..last) else { return };
        self.settled.code += code_blocks(settled);
        self.settled.nodes += last;
        self.settled.bytes += line;
    }

    fn enter_fence(&mut self) {
        let is_last = self.settled.nodes + 1 == self.nodes.len();
        if is_last && matches!(self.nodes.last(), Some(Node::Code { .. })) {
            self.fence = Fence::open(&self.text[self.settled.bytes..]);
        }
    }

    /// Adds to the open fence; false if there is more text after it, or the parser has to take over.
    fn grow_fence(&mut self, patches: &mut Vec<Patch>) -> bool {
        let Some(mut fence) = self.fence.take() else { return false };
        let painted = self.memo.painted(self.settled.code);
        let done = painted.len();
        let Some(grown) = fence.grow(&self.text[self.settled.bytes..], painted) else { return false };
        let node = self.settled.nodes;
        let old =
            self.nodes.get(node).map_or(&[][..], |code| code.children().get(done..).unwrap_or_default());
        let mut path = vec![node as u32];
        diff(old, &grown.lines, done, &mut path, patches);
        apply(&mut self.nodes, patches);
        if let Some(end) = grown.closed_at {
            self.settled =
                Settled { bytes: self.settled.bytes + end, nodes: node + 1, code: self.settled.code + 1 };
            return false;
        }
        self.fence = Some(fence);
        true
    }
}

/// The tree of a text that broke off, as [`Stream::cut`] makes it.
pub fn parse_cut(text: &str) -> Vec<Node> {
    let mut stream = Stream::new();
    stream.cut(text);
    stream.nodes
}

fn code_blocks(nodes: &[Node]) -> usize {
    let inside = |node: &Node| match node {
        Node::Code { .. } => 1,
        node => code_blocks(node.children()),
    };
    nodes.iter().map(inside).sum()
}
