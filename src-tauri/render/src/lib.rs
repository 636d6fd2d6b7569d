//! Markdown text in, a typed tree of a closed set of nodes out.
//!
//! [`parse`] gives the tree of a whole text. A [`Stream`] follows a text that grows and gives the smallest [`Patch`]es
//! that lead a mirror of the tree, such as the page, to the next one. The crate is pure: no I/O, no clock, and nothing in a tree can run, load or navigate by being shown.
//!
//! Limits, so that hostile text stays cheap: [`MAX_DEPTH`], [`MAX_NODES`], [`MAX_LINES`], [`MAX_PAINTED_LINE`],
//! [`MAX_PAINTED_BYTES`], [`MAX_TEX`], [`MAX_HREF`]. Text beyond a limit is shown plain, never dropped.

mod delimiter;
mod fence;
mod highlight;
mod hold;
mod inline;
mod link;
mod math;
mod mathml;
mod memo;
mod node;
mod parse;
mod patch;
mod repair;
mod stream;
mod tex;
mod url;

pub use highlight::{MAX_PAINTED_BYTES, MAX_PAINTED_LINE, warm};
pub use link::{MAX_HREF, openable};
pub use math::MAX_TEX;
pub use mathml::{MathAttr, MathNode, MathTag};
pub use memo::MAX_LINES;
pub use node::{Align, Class, Node};
pub use parse::{MAX_DEPTH, MAX_NODES, parse};
pub use patch::{Patch, apply};
pub use stream::{Stream, parse_cut};
