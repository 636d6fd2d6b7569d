//! A model server that nobody here wrote: llama.cpp's own, on loopback, with a tiny model of random weights.
//!
//! It answers with nonsense in the shape of Markdown. What counts is the wire: events, usage, cancel, errors.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// One running server; dropping it ends the process.
pub struct RealServer {
    base_url: String,
    // Killed by its id on drop. It also ends when its standard input closes, should this process be killed first.
    _process: Child,
}

/// What the server answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RealModel {
    /// Answers of 5 to 300 tokens that end by themselves.
    Tiny,
    /// Answers that never end, for stopping them.
    Endless,
    /// Answers that begin with reasoning.
    Thinking,
}

/// Loading takes a tenth of a second; this is for a machine busy with a build.
const READY_WITHIN: Duration = Duration::from_secs(60);

impl RealServer {
    /// Starts it with [`RealModel::Tiny`] on a free port and waits until it answers.
    ///
    /// # Errors
    /// When its Python environment was not made yet, or it did not come up; the message says what to do.
    pub async fn start() -> Result<Self> {
        Self::start_with(RealModel::Tiny, &[]).await
    }

    /// Starts it with a model and options of `tests/realserver/serve.py`, such as `["--api-key", "secret"]`.
    ///
    /// # Errors
    /// As [`RealServer::start`].
    pub async fn start_with(model: RealModel, options: &[&str]) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = environment(&root)?;
        let mut process = Command::new(folder.join("venv/bin/python"))
            .arg(root.join("tests/realserver/serve.py"))
            .arg(folder.join(model.file()))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::options().create(true).append(true).open(folder.join("serve.log"))?)
            .kill_on_drop(true)
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            timeout(READY_WITHIN, BufReader::new(output).read_line(&mut line)).await??;
        }
        let address = line.trim().strip_prefix("READY ").ok_or_else(|| {
            let log = folder.join("serve.log");
            Error::other(format!("the real model server did not start; {} says why", log.display()))
        })?;
        Ok(Self { base_url: format!("{address}/v1"), _process: process })
    }

    /// What a provider is configured with, up to and including `/v1`. Any model name and any key will do.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl RealModel {
    fn file(self) -> &'static str {
        match self {
            Self::Tiny => "tiny.gguf",
            Self::Endless => "endless.gguf",
            Self::Thinking => "thinking.gguf",
        }
    }
}

/// Where `scripts/realserver-venv` put the environment and the models.
fn environment(root: &Path) -> Result<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
    let folder = target.join("realserver");
    // The stamp is written last.
    if folder.join("stamp").exists() {
        return Ok(folder);
    }
    let message = format!(
        "the real model server is not installed in {}; `make test` does that, or `scripts/realserver-venv` alone",
        folder.display()
    );
    Err(Error::new(ErrorKind::NotFound, message))
}
