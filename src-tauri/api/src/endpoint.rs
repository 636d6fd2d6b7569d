use crate::listener::Address;
use crate::token::write_private;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// Where the running process of a data folder can be reached: the content of its `endpoint.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `http://127.0.0.1:PORT`, when it listens on a port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The socket's path, when it listens on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<PathBuf>,
    /// The file that holds the token.
    pub token_file: PathBuf,
    /// The process that wrote this. After a crash the file is still there, but that process is not.
    pub pid: u32,
}

impl Endpoint {
    /// What the data folder says; `None` when nothing was left there or it cannot be read.
    pub fn read(data_dir: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(file(data_dir)).ok()?).ok()
    }

    pub(crate) fn new(address: &Address, token_file: &Path) -> Self {
        let (url, socket) = match address {
            Address::Tcp(_) => (Some(address.url()), None),
            #[cfg(unix)]
            Address::Unix(path) => (None, Some(path.clone())),
        };
        Self { url, socket, token_file: token_file.to_owned(), pid: std::process::id() }
    }

    pub(crate) fn write(&self, data_dir: &Path) -> io::Result<()> {
        write_private(&file(data_dir), &serde_json::to_vec(self)?)
    }

    /// Takes away what an earlier start left; only for the process that holds the data folder.
    pub(crate) fn forget(data_dir: &Path) {
        let _ = std::fs::remove_file(file(data_dir));
    }

    /// Takes the file away, unless another server has written its own since.
    pub(crate) fn remove(&self, data_dir: &Path) {
        if Self::read(data_dir).as_ref() == Some(self)
            && let Err(error) = std::fs::remove_file(file(data_dir))
        {
            tracing::warn!(%error, "endpoint.json stays behind");
        }
    }
}

pub(crate) fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("endpoint.json")
}
