//! The tools that read and change files.

mod change;
mod edit;
mod list;
mod read;
mod search;

pub(crate) use change::{Change, delete, edit, write};
pub(crate) use list::list;
pub(crate) use read::read;
pub(crate) use search::{Finder, search};
