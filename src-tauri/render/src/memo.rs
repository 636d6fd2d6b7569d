//! What earlier parses of a growing text leave behind: coloured lines and typeset formulas.

use std::collections::HashMap;

use crate::{
    MathNode, Node,
    highlight::{MAX_PAINTED_BYTES, Painter, plain},
    math,
};

/// Lines of one code block that get a node of their own; all after them share one.
pub const MAX_LINES: usize = 20_000;

/// Formulas remembered for each way of display.
const MAX_FORMULAS: usize = 1_000;

/// Results that the next parse of the same text can use. Code blocks are known by their place in the text.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    code: Vec<Painted>,
    next: usize,
    formulas: [HashMap<String, Option<Vec<MathNode>>>; 2],
}

/// The complete lines of a code block so far.
#[derive(Debug)]
pub(crate) struct Painted {
    lang: String,
    text: String,
    painter: Option<Painter>,
    lines: Vec<Node>,
}

impl Memo {
    /// Begins a parse whose first code block is the one at `index` in the whole text.
    pub(crate) fn begin(&mut self, index: usize) {
        self.next = index;
    }

    /// The lines of the next code block. A last line without its break is plain while the text is `growing`.
    pub(crate) fn code(&mut self, lang: &str, text: &str, growing: bool) -> Vec<Node> {
        let index = self.next;
        self.next += 1;
        let painted = self.painted(index);
        if painted.lang != lang || !text.starts_with(&painted.text) {
            *painted = Painted::new(lang);
        }
        let mut rest = &text[painted.text.len()..];
        while let Some(end) = rest.find('\n').filter(|_| !painted.is_full()) {
            painted.push(&rest[..end]);
            rest = &rest[end + 1..];
        }
        let mut lines = painted.lines.clone();
        if !(rest.is_empty() || growing && rest.trim().is_empty()) {
            let painter = if growing || painted.is_full() { None } else { painted.painter.clone() };
            let rest = rest.trim_end_matches('\n');
            let children = painter.and_then(|mut painter| painter.line(&format!("{rest}\n")));
            lines.push(Node::Line { children: children.unwrap_or_else(|| plain(rest)) });
        }
        lines
    }

    /// The code block at `index` in the whole text.
    pub(crate) fn painted(&mut self, index: usize) -> &mut Painted {
        if index >= self.code.len() {
            self.code.resize_with(index + 1, || Painted::new(""));
        }
        &mut self.code[index]
    }

    /// The content of the `math` element for a formula; `None` if it is not valid.
    pub(crate) fn formula(&mut self, tex: &str, display: bool) -> Option<Vec<MathNode>> {
        let formulas = &mut self.formulas[usize::from(display)];
        if let Some(known) = formulas.get(tex) {
            return known.clone();
        }
        if formulas.len() == MAX_FORMULAS {
            formulas.clear();
        }
        let new = math::typeset(tex, display);
        formulas.insert(tex.to_owned(), new.clone());
        new
    }
}

impl Painted {
    fn new(lang: &str) -> Self {
        let (lang, painter) = (lang.to_owned(), Painter::new(lang));
        Self { lang, text: String::new(), painter, lines: Vec::new() }
    }

    /// Adds one complete line, given without its break, and returns its node.
    pub(crate) fn push(&mut self, line: &str) -> &Node {
        self.text.push_str(line);
        self.text.push('\n');
        let from = self.text.len() - line.len() - 1;
        let painted = self.painter.as_mut().filter(|_| self.text.len() <= MAX_PAINTED_BYTES);
        let children = painted.and_then(|painter| painter.line(&self.text[from..]));
        if children.is_none() {
            self.painter = None;
        }
        self.lines.push(Node::Line { children: children.unwrap_or_else(|| plain(line)) });
        &self.lines[self.lines.len() - 1]
    }

    /// How many complete lines it holds.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no further line gets a node of its own.
    pub(crate) fn is_full(&self) -> bool {
        self.lines.len() >= MAX_LINES
    }
}
