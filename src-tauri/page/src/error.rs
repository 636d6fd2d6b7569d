//! Why there is no page, in words for a model and its user.

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Nobody knows the name.
    #[error("the name {0} is not known; check the address and the network")]
    Unknown(String),
    /// There was no answer.
    #[error("{host} could not be asked: {cause}")]
    Unreachable {
        /// Who.
        host: String,
        /// Why.
        cause: String,
    },
    /// It took too long.
    #[error("it did not end within {0} s")]
    Slow(u64),
    /// It says that there is nothing.
    #[error("it answers with status {0}")]
    Status(String),
    /// It is no text.
    #[error("it is no text but {kind}{size}, and only pages, plain text, Markdown, JSON and XML are read")]
    Kind {
        /// What it says it is.
        kind: String,
        /// How large, after a comma; empty where that is not known.
        size: String,
    },
    /// It is packed, although that was not asked for.
    #[error("it is packed as {0}, which was not asked for and is not read")]
    Packed(String),
    /// It leads somewhere that is not followed.
    #[error("it leads to {to}, which is not followed: {why}")]
    NotFollowed {
        /// Where.
        to: String,
        /// Why not.
        why: &'static str,
    },
}
