//! The closed set of nodes a page has to draw.

use serde::Serialize;
use ts_rs::TS;

use crate::MathNode;

/// One node of a rendered text. The page draws each as one element or one text node, children in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "t", rename_all = "snake_case")]
#[ts(export)]
pub enum Node {
    /// A paragraph of inline nodes.
    Paragraph {
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// A block quote.
    Quote {
        /// Blocks.
        children: Vec<Node>,
    },
    /// A list of items.
    List {
        /// Number of the first item; `None` for bullets.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        start: Option<u32>,
        /// Items only.
        children: Vec<Node>,
    },
    /// One item of a list; its children are inline nodes when the list is tight.
    Item {
        /// State of a task's box; `None` when there is no box.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        checked: Option<bool>,
        /// Blocks or inline nodes.
        children: Vec<Node>,
    },
    /// A block of code.
    Code {
        /// First word of the fence, at most 32 plain characters; empty when none was given.
        lang: String,
        /// Lines only.
        children: Vec<Node>,
    },
    /// One line of code, without its line break.
    Line {
        /// Text and tokens; empty for an empty line.
        children: Vec<Node>,
    },
    /// A table; its first row is the head.
    Table {
        /// Rows only.
        children: Vec<Node>,
    },
    /// One row of a table.
    Row {
        /// Cells only.
        children: Vec<Node>,
    },
    /// One cell of a table.
    Cell {
        /// Whether the cell belongs to the head.
        head: bool,
        /// `None` leaves it to the page.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        align: Option<Align>,
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// A thematic break.
    Rule,
    /// Strong emphasis.
    Strong {
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// Emphasis.
    Emph {
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// Struck text.
    Strike {
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// Code inside a line; also the source of a formula that is not valid.
    CodeSpan {
        /// One text node.
        children: Vec<Node>,
    },
    /// A link that may be opened, after the user saw its address.
    Link {
        /// Begins with `http://`, `https://` or `mailto:`; holds nothing invisible.
        href: String,
        /// Inline nodes.
        children: Vec<Node>,
    },
    /// The place of an image that is never loaded by being shown.
    Image {
        /// Text in place of the image.
        alt: String,
        /// Host of a web image, otherwise the scheme, or `relative`.
        source: String,
        /// Address of a web image, for loading it on a click; checked like a link.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        href: Option<String>,
    },
    /// A reference to a footnote of this text.
    FootnoteRef {
        /// Label of the footnote.
        label: String,
    },
    /// A footnote, where the text defines it.
    Footnote {
        /// Label by which it is referred to.
        label: String,
        /// Blocks.
        children: Vec<Node>,
    },
    /// A valid formula.
    Math {
        /// On lines of its own rather than inside a line.
        display: bool,
        /// LaTeX source, for copying.
        tex: String,
        /// Content of the `math` element.
        mathml: Vec<MathNode>,
    },
    /// A line break.
    Break,
    /// Text; a line feed in it is a soft break.
    Text {
        /// Never empty.
        text: String,
    },
    /// A coloured piece of a line of code.
    Token {
        /// Which colour.
        class: Class,
        /// Never empty.
        text: String,
    },
}

/// Alignment of a table cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Align {
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// The five colours of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Class {
    /// Strings and characters.
    String,
    /// Keywords, storage words and language constants.
    Keyword,
    /// Names of functions, types, tags and attributes.
    Name,
    /// Numbers.
    Number,
    /// Comments.
    Comment,
}

impl Node {
    /// The children in order; empty for leaves.
    pub fn children(&self) -> &[Node] {
        match self {
            Node::Paragraph { children }
            | Node::Heading { children, .. }
            | Node::Quote { children }
            | Node::List { children, .. }
            | Node::Item { children, .. }
            | Node::Code { children, .. }
            | Node::Line { children }
            | Node::Table { children }
            | Node::Row { children }
            | Node::Cell { children, .. }
            | Node::Strong { children }
            | Node::Emph { children }
            | Node::Strike { children }
            | Node::CodeSpan { children }
            | Node::Link { children, .. }
            | Node::Footnote { children, .. } => children,
            Node::Rule
            | Node::Image { .. }
            | Node::FootnoteRef { .. }
            | Node::Math { .. }
            | Node::Break
            | Node::Text { .. }
            | Node::Token { .. } => &[],
        }
    }

    /// The children in order; `None` for leaves.
    pub(crate) fn children_mut(&mut self) -> Option<&mut Vec<Node>> {
        match self {
            Node::Paragraph { children }
            | Node::Heading { children, .. }
            | Node::Quote { children }
            | Node::List { children, .. }
            | Node::Item { children, .. }
            | Node::Code { children, .. }
            | Node::Line { children }
            | Node::Table { children }
            | Node::Row { children }
            | Node::Cell { children, .. }
            | Node::Strong { children }
            | Node::Emph { children }
            | Node::Strike { children }
            | Node::CodeSpan { children }
            | Node::Link { children, .. }
            | Node::Footnote { children, .. } => Some(children),
            Node::Rule
            | Node::Image { .. }
            | Node::FootnoteRef { .. }
            | Node::Math { .. }
            | Node::Break
            | Node::Text { .. }
            | Node::Token { .. } => None,
        }
    }

    /// Whether both draw the same element and may differ only in their children. False for leaves.
    pub(crate) fn is_same_element(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Heading { level: a, .. }, Node::Heading { level: b, .. }) => a == b,
            (Node::List { start: a, .. }, Node::List { start: b, .. }) => a == b,
            (Node::Item { checked: a, .. }, Node::Item { checked: b, .. }) => a == b,
            (Node::Code { lang: a, .. }, Node::Code { lang: b, .. }) => a == b,
            (Node::Cell { head: a, align: c, .. }, Node::Cell { head: b, align: d, .. }) => a == b && c == d,
            (Node::Link { href: a, .. }, Node::Link { href: b, .. }) => a == b,
            (Node::Footnote { label: a, .. }, Node::Footnote { label: b, .. }) => a == b,
            (Node::Paragraph { .. }, Node::Paragraph { .. })
            | (Node::Quote { .. }, Node::Quote { .. })
            | (Node::Line { .. }, Node::Line { .. })
            | (Node::Table { .. }, Node::Table { .. })
            | (Node::Row { .. }, Node::Row { .. })
            | (Node::Strong { .. }, Node::Strong { .. })
            | (Node::Emph { .. }, Node::Emph { .. })
            | (Node::Strike { .. }, Node::Strike { .. })
            | (Node::CodeSpan { .. }, Node::CodeSpan { .. }) => true,
            _ => false,
        }
    }

    pub(crate) fn text(text: impl Into<String>) -> Node {
        Node::Text { text: text.into() }
    }
}
