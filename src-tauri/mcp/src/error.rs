use std::time::Duration;

/// Why a server did not do what it was asked. Each names the server; none holds anything hidden.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// Nothing was asked of it: it is not there, or not a server of tools.
    #[error("the server {server} cannot be used: {why}")]
    Unreachable {
        /// Its name.
        server: String,
        /// The cause, and what to do.
        why: String,
    },
    /// It said nothing for too long; what was asked may have been done.
    #[error("the server {server} did not answer within {} s", .after.as_secs())]
    Silent {
        /// Its name.
        server: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The connection ended; what was asked may have been done.
    #[error("the connection to the server {server} ended before it answered: {why}")]
    Gone {
        /// Its name.
        server: String,
        /// The cause.
        why: String,
    },
    /// It says that it does not do this.
    #[error("the server {server} refuses: {why}")]
    Refused {
        /// Its name.
        server: String,
        /// In its own words.
        why: String,
    },
}

impl ServerError {
    /// The same with its cause in other words.
    pub fn with_words(self, change: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Unreachable { server, why } => Self::Unreachable { server, why: change(&why) },
            Self::Gone { server, why } => Self::Gone { server, why: change(&why) },
            Self::Refused { server, why } => Self::Refused { server, why: change(&why) },
            Self::Silent { .. } => self,
        }
    }

    /// Whether the connection is of no more use.
    pub const fn is_over(&self) -> bool {
        !matches!(self, Self::Refused { .. })
    }
}
