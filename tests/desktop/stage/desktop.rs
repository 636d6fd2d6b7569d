use crate::stage::fact::until;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The desktop around the app: its screen, its keyboard, its bus.
pub struct Desktop {
    /// What makes a program run on this desktop and no other.
    vars: Vec<(String, String)>,
    // It ends when its standard input closes, which happens when this is dropped.
    _session: Option<Child>,
}

/// A window as the window manager lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub id: String,
    pub pid: u32,
    pub title: String,
}

const VARS: [&str; 4] = ["DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "SESSION_DIR"];

impl Desktop {
    /// The one the tests were started in.
    pub fn here() -> Self {
        let read = |name: &str| {
            let value = std::env::var(name).unwrap_or_default();
            assert!(!value.is_empty(), "{name} is not set: run these tests by `scripts/test desktop`");
            (name.to_owned(), value)
        };
        assert!(std::env::var_os("SESSION_DIR").is_some(), "run these tests by `scripts/test desktop`");
        Self { vars: VARS.into_iter().map(read).collect(), _session: None }
    }

    /// Another one of its own, in which some parts are missing: `tray notices keychain windowmanager`.
    pub async fn without(parts: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../desktop/session");
        let tell = r#"printf '%s\n' "$DISPLAY" "$DBUS_SESSION_BUS_ADDRESS" "$XDG_RUNTIME_DIR" "$SESSION_DIR"; exec cat"#;
        let mut session = Command::new(script)
            .args(["sh", "-c", tell])
            .env("SESSION_WITHOUT", parts)
            .env_remove("SESSION_HOME")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(session.stdout.take().unwrap()).lines();
        let mut vars = Vec::new();
        for name in VARS {
            let line =
                lines.next_line().await.unwrap().expect("the desktop without some parts did not come up");
            vars.push((name.to_owned(), line));
        }
        Self { vars, _session: Some(session) }
    }

    /// The same desktop as a program sees it that finds no session bus.
    pub fn cut_off_from_the_bus(mut self) -> Self {
        for (name, value) in &mut self.vars {
            if name == "DBUS_SESSION_BUS_ADDRESS" {
                *value = "unix:path=/nonexistent".to_owned();
            }
        }
        self
    }

    /// A program on this desktop.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.envs(self.vars.iter().cloned()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// The address of the session bus.
    pub fn bus(&self) -> &str {
        self.var("DBUS_SESSION_BUS_ADDRESS")
    }

    /// A folder that goes away with the desktop.
    pub fn folder(&self) -> &Path {
        Path::new(self.var("SESSION_DIR"))
    }

    fn var(&self, name: &str) -> &str {
        self.vars.iter().find(|(known, _)| known == name).map(|(_, value)| value).unwrap()
    }

    /// What a program prints; it has to end well.
    pub async fn run(&self, program: &str, args: &[&str]) -> String {
        let output = self.command(program).args(args).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The windows there are.
    pub async fn windows(&self) -> Vec<Window> {
        let output = self.command("wmctrl").args(["-l", "-p"]).output().await.unwrap();
        String::from_utf8_lossy(&output.stdout).lines().filter_map(window).collect()
    }

    /// Waits until the process has a window of this title, and gives it.
    pub async fn window(&self, pid: u32, title: &str) -> Window {
        until(&format!("a window called {title:?}"), async || self.find(pid, title).await).await
    }

    /// Waits until the process has no window of this title.
    pub async fn no_window(&self, pid: u32, title: &str) {
        until(&format!("no window called {title:?}"), async || {
            self.find(pid, title).await.is_none().then_some(())
        })
        .await;
    }

    /// The window of this title, if the process has one.
    pub async fn find(&self, pid: u32, title: &str) -> Option<Window> {
        self.windows().await.into_iter().find(|window| window.pid == pid && window.title == title)
    }

    /// Every window of the process.
    pub async fn windows_of(&self, pid: u32) -> Vec<Window> {
        self.windows().await.into_iter().filter(|window| window.pid == pid).collect()
    }

    /// Width and height of a window without its frame, in pixels.
    pub async fn size(&self, window: &Window) -> (u32, u32) {
        let told = self.run("xdotool", &["getwindowgeometry", "--shell", &window.id]).await;
        let side = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)?.parse().ok());
        (side("WIDTH=").unwrap(), side("HEIGHT=").unwrap())
    }

    /// Closes a window as a press on its cross does.
    pub async fn close(&self, window: &Window) {
        self.run("wmctrl", &["-i", "-c", &window.id]).await;
    }

    /// Presses keys, such as `alt+shift+space`, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        self.run("xdotool", &["key", "--clearmodifiers", keys]).await;
    }

    /// Types text wherever the focus is.
    pub async fn write(&self, text: &str) {
        self.run("xdotool", &["type", "--clearmodifiers", "--delay", "15", text]).await;
    }

    /// Waits until a window has the keyboard.
    pub async fn until_focused(&self, window: &Window) {
        let id = u64::from_str_radix(window.id.trim_start_matches("0x"), 16).unwrap();
        until("the window has the focus", async || {
            let output = self.command("xdotool").arg("getactivewindow").output().await.unwrap();
            (String::from_utf8_lossy(&output.stdout).trim() == id.to_string()).then_some(())
        })
        .await;
    }

    /// Puts a picture of the screen and the logs of the desktop's parts into a folder.
    pub fn save_to(&self, folder: &Path) {
        let picture = folder.join("screen.png");
        let _ = std::process::Command::new("import")
            .args(["-window", "root"])
            .arg(picture)
            .envs(self.vars.iter().cloned())
            .status();
        for entry in std::fs::read_dir(self.folder()).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|ending| ending == "log") {
                let _ = std::fs::copy(entry.path(), folder.join(entry.file_name()));
            }
        }
    }
}

/// A line such as `0x00e00003  0 4711   host Meanwhile`.
fn window(line: &str) -> Option<Window> {
    let mut rest = line;
    let mut word = || {
        rest = rest.trim_start();
        let (word, after) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
        rest = after;
        word
    };
    let (id, _desk, pid, _host) = (word(), word(), word(), word());
    Some(Window { id: id.to_owned(), pid: pid.parse().ok()?, title: rest.trim().to_owned() })
}
