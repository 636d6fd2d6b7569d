//! What a window shows, made from rows after its cursor.
//!
//! A [`ViewFollower`] gives one window its frames: where things stand, then what changed. Text travels as rendered
//! blocks, and only the changed ones. It waits for the core's head to move and asks nothing while it stands still.

mod follow;
mod frame;
mod live;
mod text;
mod thread;

pub use follow::{Pace, ViewFollower};
pub use frame::{Rows, TextChange, TextView, ThreadView, ViewFrame};
pub use text::{Texts, blocks_of_cut};
pub use thread::earlier;
