//! What files were before a model changed them, and what puts them back.
//!
//! No git is run and nothing of a repository is read but its lists of what to ignore, so nothing of a hostile one can run:
//! the bytes of each file are kept once, under their own hash, in a folder of ours.

mod changes;
mod manifest;
mod objects;
mod restore;
mod state;
mod take;

pub use changes::{Change, ChangeKind, changes, diff, sides};
pub use manifest::{Entry, Kind, LeftOut, Manifest};
pub use objects::Objects;
pub use restore::{Restored, restore};
pub use state::fingerprint;
pub use take::{Caps, of_folder, of_paths};
