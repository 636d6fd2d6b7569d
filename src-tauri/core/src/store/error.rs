use crate::model::IllegalStep;

/// Why the store did not do it. On any error nothing was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The id names nothing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// The noun.
        what: &'static str,
        /// The id that was given.
        id: String,
    },
    /// The state does not allow it.
    #[error(transparent)]
    Illegal(#[from] IllegalStep),
    /// A name or a key is taken.
    #[error("{0}")]
    Conflict(String),
    /// An argument cannot be stored.
    #[error("{0}")]
    Invalid(String),
    /// No space left.
    #[error(
        "the disk is full: nothing new can be stored. What was stored is safe; free some space and try again"
    )]
    Full,
    /// The disk refused a write for another reason, such as a quota or a defect.
    #[error(
        "the disk takes nothing new ({0}). What was stored is safe, and the last change may be stored too; free some space or look at the disk, then try again"
    )]
    Disk(String),
    /// The folder or the disk is read-only.
    #[error("the data folder is read-only: nothing new can be stored. What was stored can be read")]
    ReadOnly,
    /// Another program holds the database.
    #[error("another program is using the data. Nothing was changed; try again in a moment")]
    Busy,
    /// The process is ending.
    #[error("Meanwhile is closing")]
    Closed,
    /// SQLite refused for another reason.
    #[error("the database reports: {0}")]
    Sql(String),
    /// The rows contradict each other; `meanwhile doctor` says more.
    #[error("the stored data is inconsistent: {0}. Nothing was changed; run `meanwhile doctor`")]
    Broken(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::Full,
            Some(Code::ReadOnly) => Self::ReadOnly,
            Some(Code::SystemIoFailure) => Self::Disk(error.to_string()),
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            _ => Self::Sql(error.to_string()),
        }
    }
}
