//! How tests run commands, and look for what is left of them.

use crate::folder::Folder;
use meanwhile_tool::{Done, Limits, Sandbox, ToolError, Workspace, run};
use serde_json::json;
use std::fs;
use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tool_child");

/// What has to be gone after something is gone, at the latest.
pub const GONE: Duration = Duration::from_secs(5);

/// The sandboxes that work on this computer.
pub fn sandboxes() -> Vec<Sandbox> {
    let all = [Sandbox::Bubblewrap, Sandbox::Landlock];
    let working: Vec<_> = all.into_iter().filter(|sandbox| sandbox.works()).collect();
    if working.is_empty() {
        // Some containers allow neither; then there is nothing of them to look at.
        eprintln!("no sandbox works on this computer: what one keeps from a command is not tested here");
    }
    working
}

/// Those, and none.
pub fn levels() -> Vec<Sandbox> {
    sandboxes().into_iter().chain([Sandbox::None]).collect()
}

pub fn name(sandbox: Sandbox) -> String {
    serde_json::to_value(sandbox).unwrap().as_str().unwrap().to_owned()
}

impl Folder {
    pub fn within(&self, sandbox: Sandbox) -> Workspace {
        self.workspace.clone().with_sandbox(sandbox).with_program(PROGRAM.into())
    }

    pub async fn command(&self, sandbox: Sandbox, command: &str) -> Done {
        self.limited(sandbox, command, &Limits::default()).await.unwrap()
    }

    pub async fn limited(&self, sandbox: Sandbox, command: &str, limits: &Limits) -> Result<Done, ToolError> {
        let arguments = json!({ "command": command }).to_string();
        run(&self.within(sandbox), "run_command", &arguments, None, limits).await
    }

    /// The program of the tests, where a command can run it.
    pub fn with_probe(&self) -> &Self {
        fs::copy(PROGRAM, self.path("probe")).unwrap();
        self
    }

    /// A word that stands in no other test's processes.
    pub fn mark(&self) -> String {
        format!("mark-{}", self.outside("").file_name().unwrap().to_string_lossy().replace('.', ""))
    }
}

/// Processes in whose command line a word stands.
pub fn marked(mark: &str) -> usize {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let lines = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(mark)).count()
}

/// Waits until so many processes are there.
pub async fn until_there(mark: &str, many: usize) {
    let began = Instant::now();
    while marked(mark) < many {
        assert!(began.elapsed() < Duration::from_secs(60), "{} of {many} processes", marked(mark));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until they are gone, which has to be soon.
pub async fn until_gone(mark: &str) {
    let began = Instant::now();
    while marked(mark) > 0 {
        assert!(began.elapsed() < GONE, "{} processes are left", marked(mark));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
