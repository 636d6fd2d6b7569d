//! The invariants, checked from the database alone; users, support and tests run the same code.

pub use crate::store::Finding;

use crate::error::OpenError;
use std::path::Path;

/// Checks a data folder that nobody has open, without changing it.
///
/// # Errors
/// [`OpenError`] when there is no database, or it cannot be read, or is of a newer version.
pub fn check(data_dir: &Path) -> Result<Vec<Finding>, OpenError> {
    crate::store::check_folder(data_dir)
}
