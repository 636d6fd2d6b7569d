//! What can go wrong, by what the caller does next.

/// Why a tool was not planned or not run. Its words are sentences for the model, without a path from outside the folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// The model named a tool that is not there.
    #[error("there is no tool `{name}`; there are: {known}")]
    Unknown {
        /// What it asked for.
        name: String,
        /// Those that are there.
        known: String,
    },
    /// The model has to call it in another way.
    #[error("{0}")]
    Arguments(String),
    /// A rule stands against it, whatever the arguments look like.
    #[error("{0}")]
    Refused(String),
    /// What would happen now is not what was agreed to: it has to be planned and asked again.
    #[error("this is no longer what was approved: a file, the folder or the sandbox changed")]
    Changed,
    /// The folder itself cannot be used.
    #[error("the folder cannot be used: {0}")]
    Folder(String),
    /// What is there could not be kept, or what was kept cannot be read. Nothing is to be written without asking.
    #[error("no snapshot: {0}")]
    NoSnapshot(String),
    /// The system did not do it.
    #[error("{0}")]
    Failed(String),
}

impl ToolError {
    /// Whether the model can do something about it, so that it is told as the result of its call.
    pub fn is_for_model(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Arguments(_) | Self::Refused(_) | Self::Failed(_))
    }

    /// What the system said about a place in the folder.
    pub(crate) fn at(path: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
        match error.kind() {
            NotFound => Self::Arguments(format!("{path} is not there")),
            NotADirectory => Self::Arguments(format!("{path} leads through something that is no folder")),
            IsADirectory => Self::Arguments(format!("{path} is a folder")),
            // cap-std says so of a way that leads out, and so does the system of rights.
            PermissionDenied => {
                Self::Refused(format!("{path} leads out of the folder, or the system does not allow it"))
            }
            _ if is_loop(error) => Self::Refused(format!("{path} leads through a link")),
            _ => Self::Failed(format!("{path}: {error}")),
        }
    }
}

#[cfg(unix)]
fn is_loop(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_loop(_: &std::io::Error) -> bool {
    false
}
