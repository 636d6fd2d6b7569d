use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the API did not start. Nothing listens in any of these cases.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Only this machine may reach the API.
    #[error("the API listens on 127.0.0.1 or [::1] only, not on {0}")]
    NotLoopback(SocketAddr),
    /// Another program listens there.
    #[error("the port {} is in use by another program. Choose another one, or 0 for any free port", .0.port())]
    PortInUse(SocketAddr),
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {address}: {cause}")]
    Bind {
        /// The address or the socket's path.
        address: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file of the API cannot be made.
    #[error("the file {} cannot be written: {cause}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The system gave no random bytes for the token.
    #[error("the system gave no random bytes for the API token: {0}")]
    Random(String),
}
