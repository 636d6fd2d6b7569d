/// Why a program cannot be talked with, in words that follow its name: `ended by itself`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcpError {
    /// Starting it again would come to the same.
    #[error("{0}")]
    Unusable(String),
    /// It was there and is not any more, or says nothing: started again it may go on.
    #[error("{0}")]
    Ended(String),
}
