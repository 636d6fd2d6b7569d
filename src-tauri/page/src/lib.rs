//! Pages of the web: asked for once, with nothing but their address, and read as text for a model.
//!
//! Nothing a page says is believed, and nobody is asked anything before its user agreed: an [`Address`] is judged by what it says,
//! [`find`] looks its name up, and [`fetch`] connects to what was found there and to nothing else. What comes is bounded in time and
//! bytes before it is read. Nothing here knows tasks, approvals or the database.

mod address;
mod charset;
mod error;
mod fetch;
mod find;
mod html;
pub mod limit;
mod near;
mod page;

pub use address::Address;
pub use error::PageError;
pub use fetch::{Fetched, fetch};
pub use find::{Found, Reach, find};
pub use near::is_near;
pub use page::{Kind, Page};
