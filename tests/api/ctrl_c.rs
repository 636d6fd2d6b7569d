//! Ctrl-C while an answer is being read.

use meanwhile_support::binary::{Folder, Ran, Signal, binary, signal};
use meanwhile_support::harness::FACT_LIMIT;
use std::process::Stdio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

#[tokio::test]
async fn without_a_terminal_it_stops_the_task_and_keeps_its_text() {
    let folder = Folder::new();
    let mut child = folder.meanwhile(&["ask", "--model", "practice/long-task", "x"]).spawn().unwrap();
    let pid = child.id().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 10]).await.unwrap();
    signal(pid, Signal::Int);
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!(ran.code, 1, "{ran:?}");
    let page = folder.client().get("/background-agents").await.expect(200);
    assert_eq!(page["history"][0]["state"], "cancelled");
    assert!(!page["history"][0]["text"].as_str().unwrap().is_empty());
}

/// `meanwhile ask` on a terminal of its own, which the program `script` makes.
struct Terminal {
    child: Child,
    seen: String,
}

impl Terminal {
    fn ask(folder: &Folder) -> Self {
        // `exec`: a shell in between would take the Ctrl-C as well, and end with its own code.
        let asked = format!("exec '{}' ask --model practice/long-task x", binary().display());
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &asked, "/dev/null"]);
        command
            .env("MEANWHILE_DATA_DIR", folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        Self {
            child: command.spawn().expect("the program `script` of util-linux is there"),
            seen: String::new(),
        }
    }

    async fn shows(&mut self, words: &str) {
        let wait = async {
            let mut piece = [0; 4096];
            while !self.seen.contains(words) {
                let read = self.child.stdout.as_mut().unwrap().read(&mut piece).await.unwrap();
                assert!(read > 0, "it ended after {}", self.seen);
                self.seen.push_str(&String::from_utf8_lossy(&piece[..read]));
            }
        };
        let came = tokio::time::timeout(FACT_LIMIT, wait).await.is_ok();
        assert!(came, "{words:?} never came; there was {}", self.seen);
        self.seen.clear();
    }

    async fn types(&mut self, keys: &str) {
        self.child.stdin.as_mut().unwrap().write_all(keys.as_bytes()).await.unwrap();
    }

    async fn ended(&mut self) -> Option<i32> {
        let wait = async {
            let mut rest = Vec::new();
            self.child.stdout.as_mut().unwrap().read_to_end(&mut rest).await.unwrap();
            self.child.wait().await.unwrap().code()
        };
        tokio::time::timeout(FACT_LIMIT, wait).await.expect("it never ended")
    }
}

const CTRL_C: &str = "\x03";
const QUESTION: &str = "Stop, continue in Background, or keep Watching? [s/b/w]";

async fn only_task(folder: &Folder) -> serde_json::Value {
    let page = folder.client().get("/background-agents").await.expect(200);
    [page["active"].as_array().unwrap().as_slice(), page["history"].as_array().unwrap()].concat()[0].clone()
}

#[tokio::test]
async fn b_goes_on_in_the_background() {
    let folder = Folder::new();
    let mut terminal = Terminal::ask(&folder);
    terminal.shows("Practice model").await;
    terminal.types(CTRL_C).await;
    terminal.shows(QUESTION).await;
    terminal.types("b\n").await;
    terminal.shows("It goes on in the background").await;
    assert_eq!(terminal.ended().await, Some(0));
    let task = only_task(&folder).await;
    assert_eq!((task["state"].as_str(), task["lane"].as_str()), (Some("running"), Some("background")));
}

#[tokio::test]
async fn w_keeps_watching_and_s_stops() {
    let folder = Folder::new();
    let mut terminal = Terminal::ask(&folder);
    terminal.shows("Practice model").await;
    terminal.types(CTRL_C).await;
    terminal.shows(QUESTION).await;
    terminal.types("w\n").await;
    terminal.shows("Step 1 of").await;
    assert_eq!(only_task(&folder).await["state"], "running");
    terminal.types(CTRL_C).await;
    terminal.shows(QUESTION).await;
    terminal.types("s\n").await;
    assert_eq!(terminal.ended().await, Some(1));
    assert_eq!(only_task(&folder).await["state"], "cancelled");
}

#[tokio::test]
async fn a_second_press_stops() {
    let folder = Folder::new();
    let mut terminal = Terminal::ask(&folder);
    terminal.shows("Practice model").await;
    terminal.types(CTRL_C).await;
    terminal.shows(QUESTION).await;
    terminal.types(CTRL_C).await;
    assert_eq!(terminal.ended().await, Some(1));
    assert_eq!(only_task(&folder).await["state"], "cancelled");
}

#[tokio::test]
async fn what_is_neither_is_asked_again() {
    let folder = Folder::new();
    let mut terminal = Terminal::ask(&folder);
    terminal.shows("Practice model").await;
    terminal.types(CTRL_C).await;
    terminal.shows(QUESTION).await;
    terminal.types("maybe\n").await;
    terminal.shows(QUESTION).await;
    terminal.types("s\n").await;
    assert_eq!(terminal.ended().await, Some(1));
}
