use meanwhile_core::{CommandError, ErrorCode};
use std::fmt::Display;

/// What the page is told when the desktop itself refuses.
pub fn internal(what: &str, cause: impl Display) -> CommandError {
    CommandError::new(ErrorCode::Internal, format!("{what}: {cause}"))
}
