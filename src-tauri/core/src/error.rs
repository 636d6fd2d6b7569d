//! What can go wrong when the core opens.

use crate::command::{CommandError, ErrorCode};
use crate::store::StoreError;
use std::path::PathBuf;

/// Why the core did not open. Nothing was changed in any of these cases.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the data folder.
    #[error("Meanwhile is already running with the data folder {}", folder.display())]
    AlreadyRunning {
        /// The folder.
        folder: PathBuf,
    },
    /// The database was written by a newer version. Exit code 3.
    #[error(
        "the data in {} was written by a newer version of Meanwhile (schema {found}, this program knows {known}); it was not touched. Install the newer version, or choose another data folder",
        file.display()
    )]
    NewerSchema {
        /// The database file.
        file: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The folder cannot be made or written.
    #[error("the data folder {} cannot be written: {cause}. Nothing was changed; free it or choose another with MEANWHILE_DATA_DIR", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// The database cannot be used.
    #[error("the database {} cannot be used: {cause}. It was not changed; `meanwhile doctor --repair-plan` says what can be done", file.display())]
    Database {
        /// The database file.
        file: PathBuf,
        /// What SQLite said.
        cause: String,
    },
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NotFound { .. } => ErrorCode::NotFound,
            StoreError::Illegal(_) => ErrorCode::IllegalStep,
            StoreError::Conflict(_) => ErrorCode::Conflict,
            StoreError::Invalid(_) => ErrorCode::Invalid,
            StoreError::Full
            | StoreError::Disk(_)
            | StoreError::ReadOnly
            | StoreError::Busy
            | StoreError::Closed => ErrorCode::Storage,
            StoreError::Sql(_) | StoreError::Broken(_) => ErrorCode::Internal,
        };
        CommandError::new(code, error.to_string())
    }
}
