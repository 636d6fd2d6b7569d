use crate::error::ApiError;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// On a socket in the data folder that only this user can open. Systems without such sockets take a free port
    /// of 127.0.0.1 instead.
    Unix,
    /// On a port of 127.0.0.1 or [::1]; port 0 takes a free one.
    Tcp(SocketAddr),
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A port of this machine.
    Tcp(SocketAddr),
    /// A socket file.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Address {
    /// The start of every address of the API. Over a socket file the host is `localhost`.
    pub fn url(&self) -> String {
        match self {
            Self::Tcp(at) => format!("http://{at}"),
            #[cfg(unix)]
            Self::Unix(_) => "http://localhost".to_owned(),
        }
    }

    /// The only values of the `Host` header that are answered.
    pub(crate) fn hosts(&self) -> Vec<String> {
        match self {
            Self::Tcp(at) => {
                ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{}", at.port())).to_vec()
            }
            #[cfg(unix)]
            Self::Unix(_) => vec!["localhost".to_owned()],
        }
    }
}

/// A byte stream with a client at its other end.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// An open address.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, PathBuf),
}

impl Listener {
    pub(crate) async fn bind(listen: Listen, data_dir: &Path) -> Result<(Self, Address), ApiError> {
        match listen {
            Listen::Tcp(at) => bind_tcp(at).await,
            #[cfg(unix)]
            Listen::Unix => unix::bind(data_dir),
            #[cfg(not(unix))]
            Listen::Unix => {
                let _ = data_dir;
                bind_tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
            }
        }
    }

    /// The next client; `None` when it belongs to another user and was sent away.
    pub(crate) async fn accept(&self) -> io::Result<Option<Box<dyn Stream>>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Some(Box::new(stream)))
            }
            #[cfg(unix)]
            Self::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                let is_ours = stream.peer_cred()?.uid() == rustix::process::geteuid().as_raw();
                Ok(is_ours.then(|| Box::new(stream) as Box<dyn Stream>))
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Self::Unix(_, path) = self
            && let Err(error) = std::fs::remove_file(&*path)
        {
            tracing::warn!(%error, "the socket file stays behind");
        }
    }
}

async fn bind_tcp(at: SocketAddr) -> Result<(Listener, Address), ApiError> {
    if ![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].contains(&at.ip()) {
        return Err(ApiError::NotLoopback(at));
    }
    let listener = TcpListener::bind(at).await.map_err(|cause| match cause.kind() {
        io::ErrorKind::AddrInUse => ApiError::PortInUse(at),
        _ => ApiError::Bind { address: at.to_string(), cause },
    })?;
    let bound = listener.local_addr().map_err(|cause| ApiError::Bind { address: at.to_string(), cause })?;
    Ok((Listener::Tcp(listener), Address::Tcp(bound)))
}

#[cfg(unix)]
mod unix {
    use super::{Address, ApiError, Listener};
    use sha2::{Digest, Sha256};
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    use std::path::{Path, PathBuf};

    // The system's own limit is 108 bytes on Linux and 104 on macOS, closing zero included.
    const LONGEST_PATH: usize = 100;

    pub(super) fn bind(data_dir: &Path) -> Result<(Listener, Address), ApiError> {
        let base = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let path = place(data_dir, &base).map_err(|cause| file_error(&base, cause))?;
        // The lock of the data folder is ours, so a socket that lies there was left by a crash.
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(file_error(&path, cause)),
            _ => {}
        }
        let listener = tokio::net::UnixListener::bind(&path)
            .map_err(|cause| ApiError::Bind { address: path.display().to_string(), cause })?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
            .map_err(|cause| file_error(&path, cause))?;
        Ok((Listener::Unix(listener, path.clone()), Address::Unix(path)))
    }

    /// The data folder, or a folder of our own under `base` when its path is too long for a socket.
    fn place(data_dir: &Path, base: &Path) -> io::Result<PathBuf> {
        let near = data_dir.join("meanwhile.sock");
        if near.as_os_str().len() <= LONGEST_PATH {
            return Ok(near);
        }
        let digest = Sha256::digest(OsStr::as_bytes(data_dir.as_os_str()));
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let folder = base.join(format!("meanwhile-{name}"));
        match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        // A shared temporary folder is open to all: somebody else's folder of that name must not get our clients.
        let found = std::fs::symlink_metadata(&folder)?;
        if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0
        {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the folder belongs to somebody else",
            ));
        }
        Ok(folder.join("meanwhile.sock"))
    }

    fn file_error(file: &Path, cause: io::Error) -> ApiError {
        ApiError::File { file: file.to_owned(), cause }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_socket_lies_in_the_data_folder_when_its_path_is_short_enough() {
            let base = tempfile::tempdir().unwrap();
            assert_eq!(place(Path::new("/data"), base.path()).unwrap(), Path::new("/data/meanwhile.sock"));
        }

        #[test]
        fn a_long_data_folder_gets_a_private_folder_elsewhere() {
            let base = tempfile::tempdir().unwrap();
            let data_dir = Path::new("/").join("d".repeat(120));
            let path = place(&data_dir, base.path()).unwrap();
            assert!(path.as_os_str().len() <= LONGEST_PATH + base.path().as_os_str().len());
            let mode = std::fs::metadata(path.parent().unwrap()).unwrap().mode();
            assert_eq!(mode & 0o777, 0o700);
            assert_eq!(place(&data_dir, base.path()).unwrap(), path, "the same folder gives the same socket");
        }

        #[test]
        fn a_folder_that_others_can_enter_is_not_used() {
            let base = tempfile::tempdir().unwrap();
            let data_dir = Path::new("/").join("d".repeat(120));
            let folder = place(&data_dir, base.path()).unwrap().parent().unwrap().to_owned();
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
            assert_eq!(place(&data_dir, base.path()).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        }
    }
}
