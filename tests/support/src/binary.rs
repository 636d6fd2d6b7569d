//! The real `meanwhile`, run as a user would run it, on a data folder of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::api_client::ApiClient;
use crate::harness::FACT_LIMIT;
use reqwest::Method;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

/// Where the build put `meanwhile`.
pub fn binary() -> PathBuf {
    let path = built("meanwhile");
    assert!(path.is_file(), "{} is missing: run `cargo build -p meanwhile-cli` first", path.display());
    path
}

/// Where the build puts a program: two folders above the test that asks.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A data folder. Whatever process works on it is ended with it.
pub struct Folder {
    outer: tempfile::TempDir,
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Folder {
    /// A fresh one; the data folder itself does not exist yet.
    pub fn new() -> Self {
        Self { outer: tempfile::tempdir().unwrap() }
    }

    /// The data folder.
    pub fn path(&self) -> PathBuf {
        self.outer.path().join("data")
    }

    /// Everything that `serve` wrote to standard error, over all its starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// A `meanwhile` command for this folder, without a terminal and without a keychain.
    pub fn meanwhile(&self, args: &[&str]) -> Command {
        self.meanwhile_under(&[], args)
    }

    /// The same through a program that becomes it, such as `env`.
    fn meanwhile_under(&self, wrapper: &[&str], args: &[&str]) -> Command {
        let mut command = match wrapper {
            [] => Command::new(binary()),
            [program, words @ ..] => {
                let mut command = Command::new(program);
                command.args(words).arg(binary());
                command
            }
        };
        command.args(args).env("MEANWHILE_DATA_DIR", self.path());
        // A developer's own keychain and settings must not be touched or used.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").env_remove("RUST_LOG");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Starts its process as a verb does, and has it name no chats: see [`Self::serve`].
    pub async fn names_no_chats(&self) {
        self.run(&["tasks"]).await.ok();
        names_no_chats(&self.client()).await;
    }

    /// Runs a verb to its end.
    pub async fn run(&self, args: &[&str]) -> Ran {
        ran(self.meanwhile(args)).await
    }

    /// Starts `meanwhile serve` and waits until it is ready. On fresh data it names no chats: the scripted server is on this
    /// computer, so each would ask it for a name. A test that wants that says so.
    pub async fn serve(&self) -> Serve {
        self.serve_with(&[], |_| {}).await
    }

    /// The same with more arguments and a changed environment.
    pub async fn serve_with(&self, args: &[&str], change: impl FnOnce(&mut Command)) -> Serve {
        let mut command = self.meanwhile(&[&["serve"], args].concat());
        change(&mut command);
        self.ready(command).await
    }

    /// `meanwhile serve` for [`Serve::limit_files`]: writing beyond the limit is an error and not the end.
    pub async fn serve_on_a_small_disk(&self) -> Serve {
        self.ready(self.meanwhile_under(&["env", "--ignore-signal=XFSZ"], &["serve"])).await
    }

    /// The same for a start that may be refused: how the process ended then.
    ///
    /// # Errors
    /// The status of a process that ended before it was ready.
    pub async fn try_serve(&self, change: impl FnOnce(&mut Command)) -> Result<Serve, ExitStatus> {
        let mut command = self.meanwhile(&["serve"]);
        change(&mut command);
        self.start(command).await
    }

    async fn ready(&self, command: Command) -> Serve {
        let started = self.start(command).await;
        started.unwrap_or_else(|status| panic!("serve is not ready, {status}; it logged {}", self.log()))
    }

    async fn start(&self, mut command: Command) -> Result<Serve, ExitStatus> {
        let is_fresh = !self.path().exists();
        let log = std::fs::OpenOptions::new().append(true).create(true).open(self.log_file()).unwrap();
        command.stderr(log);
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let read = tokio::time::timeout(FACT_LIMIT, stdout.read_line(&mut line)).await;
        assert!(matches!(read, Ok(Ok(_))), "serve says nothing; it logged {}", self.log());
        if line.is_empty() {
            let ended = tokio::time::timeout(FACT_LIMIT, child.wait()).await;
            return Err(ended.expect("it never ended").unwrap());
        }
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it printed {line:?}"));
        let client =
            ApiClient::new(ready["url"].as_str().unwrap(), Path::new(ready["token_file"].as_str().unwrap()));
        if is_fresh {
            names_no_chats(&client).await;
        }
        Ok(Serve { child, stdout, ready, client })
    }

    /// The process that works on the folder, by its own word.
    pub fn pid(&self) -> Option<u32> {
        let endpoint = std::fs::read(self.path().join("endpoint.json")).ok()?;
        let endpoint: Value = serde_json::from_slice(&endpoint).ok()?;
        u32::try_from(endpoint["pid"].as_u64()?).ok()
    }

    /// A client of the process that a verb started by itself.
    pub fn client(&self) -> ApiClient {
        let endpoint = std::fs::read(self.path().join("endpoint.json")).unwrap();
        let endpoint: Value = serde_json::from_slice(&endpoint).unwrap();
        ApiClient::new(endpoint["url"].as_str().unwrap(), &self.path().join("api-token"))
    }

    fn log_file(&self) -> PathBuf {
        self.outer.path().join("serve.stderr")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            signal(pid, Signal::Kill);
        }
    }
}

/// As far as its disk takes that.
async fn names_no_chats(client: &ApiClient) {
    let names = serde_json::json!({ "chat_names": "off" });
    let _ = client.request(Method::PUT, "/settings").json(&names).send().await;
}

/// A verb that has ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it said beside that.
    pub err: String,
}

impl Ran {
    /// What it printed, when it must have ended well.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// The JSON it printed, when it must have ended well.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs a command to its end, within the time for a fact.
pub async fn ran(mut command: Command) -> Ran {
    let output = tokio::time::timeout(FACT_LIMIT * 2, command.output()).await;
    output.expect("the command never ended").unwrap().into()
}

/// A running `meanwhile serve`; killed when it is dropped.
pub struct Serve {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// The line that said that it is ready.
    pub ready: Value,
    /// A client with its token.
    pub client: ApiClient,
}

/// What can be sent to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End politely.
    Term,
    /// Ctrl-C.
    Int,
    /// End now.
    Kill,
    /// End as after a defect that nothing can catch.
    Abort,
}

/// Sends a signal to one process; one that has gone is fine.
pub fn signal(pid: u32, signal: Signal) {
    let number = match signal {
        Signal::Term => rustix::process::Signal::TERM,
        Signal::Int => rustix::process::Signal::INT,
        Signal::Kill => rustix::process::Signal::KILL,
        Signal::Abort => rustix::process::Signal::ABORT,
    };
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, number);
    }
}

impl Serve {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it was not waited for yet")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        self::signal(self.pid(), signal);
    }

    /// No file of this process can grow beyond so many bytes any more; `None` gives the space back.
    pub fn limit_files(&self, bytes: Option<u64>) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw);
        prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(FACT_LIMIT, self.child.wait()).await.expect("it never ended").unwrap()
    }

    /// Everything it printed after the ready line, up to its end.
    pub async fn rest_of_stdout(&mut self) -> String {
        let mut rest = String::new();
        while self.stdout.read_line(&mut rest).await.unwrap() > 0 {}
        rest
    }

    /// The crash: `kill -9`, and the process is gone.
    pub async fn crash(mut self) {
        self.signal(Signal::Kill);
        self.ended().await;
    }
}
