//! Markdown → tree, by way of pulldown-cmark's events.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::{Align, Node, highlight, link, memo::Memo, tex, url};

/// Elements inside elements, code lines and formulas not counted; what is deeper moves up to the last allowed element.
pub const MAX_DEPTH: usize = 64;

/// Nodes of one text, not counting coloured tokens; the source after the last allowed node is shown as one paragraph.
pub const MAX_NODES: usize = 200_000;

/// The tree of a whole text. The same text always gives the same tree.
pub fn parse(text: &str) -> Vec<Node> {
    blocks(text, &mut Memo::default(), false).nodes
}

/// CommonMark with tables, strike, task lists, footnotes and formulas.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
}

/// A tree and what a growing text has to know about it.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) nodes: Vec<Node>,
    /// Where each top-level node starts in the text, in bytes.
    pub(crate) starts: Vec<usize>,
    /// The last block that holds text.
    pub(crate) leaf: Leaf,
    /// Whether the text defines link targets or footnotes, which change blocks anywhere.
    pub(crate) defines: bool,
}

/// The last block of a text that holds text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) kind: LeafKind,
    /// Where it starts, in bytes.
    pub(crate) start: usize,
    /// Where it ends, in bytes.
    pub(crate) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeafKind {
    None,
    Paragraph,
    Heading,
    Table,
    Fence,
    IndentedCode,
    Html,
}

/// The tree of a text, complete or `growing`.
pub(crate) fn blocks(source: &str, memo: &mut Memo, growing: bool) -> Parsed {
    let text = tex::to_dollars(source);
    let mut events = Parser::new_ext(&text, options()).into_offset_iter();
    let mut tree = Tree {
        source,
        nodes: Vec::new(),
        starts: Vec::new(),
        leaf: Leaf { kind: LeafKind::None, start: 0, end: 0 },
        defines: events.reference_definitions().iter().next().is_some(),
        growing,
        memo,
        open: Vec::new(),
        closes: Vec::new(),
        block_start: 0,
        count: 0,
        columns: Vec::new(),
        column: 0,
        head: false,
    };
    for (event, range) in events.by_ref() {
        if tree.count >= MAX_NODES {
            while !tree.open.is_empty() {
                tree.close();
            }
            tree.block_start = range.start;
            tree.push(Node::Paragraph { children: vec![Node::text(&source[range.start..])] });
            break;
        }
        tree.take(event, range);
    }
    Parsed { nodes: tree.nodes, starts: tree.starts, leaf: tree.leaf, defines: tree.defines }
}

struct Tree<'m> {
    source: &'m str,
    nodes: Vec<Node>,
    starts: Vec<usize>,
    leaf: Leaf,
    defines: bool,
    growing: bool,
    memo: &'m mut Memo,
    open: Vec<Open>,
    /// For each tag not yet ended, whether its end closes something.
    closes: Vec<bool>,
    block_start: usize,
    count: usize,
    columns: Vec<Alignment>,
    column: usize,
    head: bool,
}

/// What is being filled.
enum Open {
    Element(Node),
    Code { lang: String, text: String },
    Html(String),
    Image { address: String, alt: String },
}

impl Tree<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.closes.is_empty() {
            self.block_start = range.start;
        }
        match event {
            Event::Start(tag) => {
                let opened = self.start(tag, range);
                self.closes.push(opened.is_some());
                self.open.extend(opened);
            }
            Event::End(end) => {
                if end == TagEnd::TableHead {
                    self.head = false;
                }
                if self.closes.pop() == Some(true) {
                    self.close();
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => self.inline(Node::CodeSpan { children: highlight::plain(&text) }, &text),
            Event::InlineMath(tex) => self.math(tex, "$", "$"),
            Event::DisplayMath(tex) => match self.source.get(range.start..range.start + 2) {
                Some("\\(") => self.math(tex, "\\(", "\\)"),
                Some("\\[") => self.math(tex, "\\[", "\\]"),
                _ => self.math(tex, "$$", "$$"),
            },
            Event::FootnoteReference(label) => {
                self.inline(Node::FootnoteRef { label: label.to_string() }, &label);
            }
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.inline(Node::Break, " "),
            Event::Rule => {
                self.leaf = Leaf { kind: LeafKind::None, start: range.start, end: range.end };
                self.push(Node::Rule);
            }
            Event::TaskListMarker(is_checked) => {
                let item = self.open.iter_mut().rev().find_map(|open| match open {
                    Open::Element(Node::Item { checked, .. }) => Some(checked),
                    _ => None,
                });
                if let Some(checked) = item {
                    *checked = Some(is_checked);
                }
            }
        }
    }

    /// What a tag opens; `None` lets its content go to what is open already.
    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) -> Option<Open> {
        if matches!(self.open.last(), Some(Open::Image { .. })) {
            return None;
        }
        let Range { start, end } = range;
        let children = Vec::new();
        let (node, leaf) = match tag {
            Tag::Paragraph => (Node::Paragraph { children }, Some(LeafKind::Paragraph)),
            Tag::Heading { level, .. } => {
                (Node::Heading { level: level as u8, children }, Some(LeafKind::Heading))
            }
            Tag::BlockQuote(_) => (Node::Quote { children }, Some(LeafKind::Paragraph)),
            Tag::List(first) => {
                let start = first.map(|first| u32::try_from(first).unwrap_or(u32::MAX));
                (Node::List { start, children }, None)
            }
            Tag::Item => (Node::Item { checked: None, children }, Some(LeafKind::Paragraph)),
            Tag::FootnoteDefinition(label) => {
                self.defines = true;
                (Node::Footnote { label: label.to_string(), children }, Some(LeafKind::Paragraph))
            }
            Tag::Table(columns) => {
                self.columns = columns;
                (Node::Table { children }, Some(LeafKind::Table))
            }
            Tag::TableHead | Tag::TableRow => {
                self.head = matches!(tag, Tag::TableHead);
                self.column = 0;
                (Node::Row { children }, None)
            }
            Tag::TableCell => {
                let align = self.columns.get(self.column).and_then(|column| match column {
                    Alignment::None => None,
                    Alignment::Left => Some(Align::Left),
                    Alignment::Center => Some(Align::Center),
                    Alignment::Right => Some(Align::Right),
                });
                self.column += 1;
                (Node::Cell { head: self.head, align, children }, None)
            }
            Tag::Emphasis => (Node::Emph { children }, None),
            Tag::Strong => (Node::Strong { children }, None),
            Tag::Strikethrough => (Node::Strike { children }, None),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => {
                (Node::Link { href: link::openable(&format!("mailto:{dest_url}"))?, children }, None)
            }
            Tag::Link { dest_url, .. } => (Node::Link { href: link::openable(&dest_url)?, children }, None),
            Tag::Image { dest_url, .. } => {
                let address = dest_url.to_string();
                return Some(Open::Image { address, alt: String::new() });
            }
            Tag::CodeBlock(kind) => {
                let (kind, lang) = match kind {
                    CodeBlockKind::Fenced(info) => (LeafKind::Fence, highlight::lang(&info)),
                    CodeBlockKind::Indented => (LeafKind::IndentedCode, String::new()),
                };
                self.leaf = Leaf { kind, start, end };
                return Some(Open::Code { lang, text: String::new() });
            }
            Tag::HtmlBlock => {
                self.leaf = Leaf { kind: LeafKind::Html, start, end };
                return Some(Open::Html(String::new()));
            }
            // Not among the options.
            _ => return None,
        };
        if let Some(kind) = leaf {
            self.leaf = Leaf { kind, start, end };
        }
        if self.open.len() < MAX_DEPTH {
            return Some(Open::Element(node));
        }
        // Blocks that lose their element still begin on a line of their own.
        if leaf.is_some() && self.last_child().is_some_and(|last| matches!(last, Node::Text { .. })) {
            self.push(Node::Break);
        }
        None
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Element(mut node)) => {
                let is_inside_link = matches!(node, Node::Link { .. })
                    || self.open.iter().any(|open| matches!(open, Open::Element(Node::Link { .. })));
                if !is_inside_link && let Some(children) = node.children_mut() {
                    self.count += url::link_up(children);
                }
                self.push(node);
            }
            Some(Open::Code { lang, text }) => {
                let children = self.memo.code(&lang, &text, self.growing);
                self.count += children.len();
                self.push(Node::Code { lang, children });
            }
            Some(Open::Html(text)) => {
                self.push(Node::Paragraph { children: highlight::plain(text.trim_end()) });
            }
            Some(Open::Image { address, alt }) => {
                let (source, href) = link::image(&address);
                self.inline(Node::Image { alt: alt.clone(), source, href }, &alt);
            }
            None => {}
        }
    }

    fn math(&mut self, tex: CowStr<'_>, open: &str, close: &str) {
        let display = matches!(open, "$$" | "\\[");
        let node = match self.memo.formula(&tex, display) {
            Some(mathml) => Node::Math { display, tex: tex.to_string(), mathml },
            None => Node::CodeSpan { children: vec![Node::text(format!("{open}{tex}{close}"))] },
        };
        self.inline(node, &tex);
    }

    /// Adds an inline node, or its words where only words can be.
    fn inline(&mut self, node: Node, words: &str) {
        match self.open.last_mut() {
            Some(Open::Image { alt, .. }) => alt.push_str(words),
            _ => self.push(node),
        }
    }

    fn text(&mut self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        match self.open.last_mut() {
            Some(Open::Code { text, .. } | Open::Html(text) | Open::Image { alt: text, .. }) => {
                text.push_str(piece)
            }
            _ => match self.last_child() {
                Some(Node::Text { text }) => text.push_str(piece),
                _ => self.push(Node::text(piece)),
            },
        }
    }

    fn last_child(&mut self) -> Option<&mut Node> {
        match self.open.last_mut() {
            Some(Open::Element(node)) => node.children_mut()?.last_mut(),
            Some(_) => None,
            None => self.nodes.last_mut(),
        }
    }

    fn push(&mut self, node: Node) {
        self.count += 1;
        match self.open.last_mut() {
            Some(Open::Element(parent)) => {
                if let Some(children) = parent.children_mut() {
                    children.push(node);
                }
            }
            // Words inside an image went to its text; elements inside it have no place.
            Some(_) => {}
            None => {
                self.nodes.push(node);
                self.starts.push(self.block_start);
            }
        }
    }
}
