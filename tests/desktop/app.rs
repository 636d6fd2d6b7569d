use crate::desktop::{Desktop, Window};
use crate::driver::free_port;
use crate::fact::{FACT_LIMIT, until, within};
use crate::page::Page;
use meanwhile_core::model::{ProviderKind, Settings};
use meanwhile_core::{Core, NewProvider, Options, SessionSecrets};
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::{Signal, signal};
use meanwhile_support::model_server::ModelServer;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::process::{Child, Command};

/// The title of the main window.
pub const MAIN: &str = "Meanwhile";
/// The title of the quick-ask window.
pub const QUICK_ASK: &str = "Meanwhile: quick ask";

/// A user of this computer: a desktop, an empty home, and a data folder.
pub struct Home {
    pub desktop: Desktop,
    name: String,
    outer: tempfile::TempDir,
    is_saved: AtomicBool,
}

impl Home {
    /// Somebody who never started the app. `name` says in which test, for what is kept when it fails.
    pub fn new(name: &str) -> Self {
        Self::on(Desktop::here(), name)
    }

    /// The same on another desktop.
    pub fn on(desktop: Desktop, name: &str) -> Self {
        let outer = tempfile::Builder::new().prefix("meanwhile-").tempdir().unwrap();
        Self { desktop, name: name.to_owned(), outer, is_saved: AtomicBool::new(false) }
    }

    /// Somebody who has set up the model `sim/story` of this server and wants notices.
    pub async fn set_up(self, server: &ModelServer) -> Self {
        let settings = Settings {
            default_model: Some("sim/story".to_owned()),
            notices: Some(true),
            welcomed: true,
            ..Settings::default()
        };
        self.set_up_with(&server.base_url(), settings).await
    }

    /// The same with another address and other choices.
    pub async fn set_up_with(self, base_url: &str, settings: Settings) -> Self {
        let provider = NewProvider {
            name: "sim".to_owned(),
            kind: ProviderKind::OpenaiChat,
            base_url: base_url.to_owned(),
            key: None,
            key_env: Some("SIM_KEY".to_owned()),
        };
        let core = self.core().await;
        core.add_provider(provider).await.unwrap();
        core.save_settings(settings).await.unwrap();
        core.shutdown().await;
        self
    }

    /// The core on the same data, while the app does not run.
    pub async fn core(&self) -> Core {
        let secrets = Arc::new(SessionSecrets::default());
        Core::open(Options { secrets, ..Options::new(self.data_dir()) }).await.unwrap()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.outer.path().join("data")
    }

    /// Starts the app and waits until it answers.
    pub async fn start(&self, args: &[&str]) -> App<'_> {
        let inspector = free_port();
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let child = self
            .command(args)
            .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{inspector}"))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let app = App { home: self, pid: child.id().unwrap(), child, inspector };
        until("the app answers", async || {
            let endpoint = app.endpoint()?;
            if endpoint["pid"] != app.pid {
                return None;
            }
            Some(app.try_api()?.get("/healthz").await.status == 200).filter(|up| *up)
        })
        .await;
        app
    }

    /// Starts the app a second time and waits until that process ends.
    pub async fn start_again(&self, args: &[&str]) -> ExitStatus {
        let ended = tokio::time::timeout(FACT_LIMIT, self.command(args).status()).await;
        ended.expect("a second start never ended").unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.desktop.command(binary());
        command.args(args).env("MEANWHILE_DATA_DIR", self.data_dir());
        for (name, folder) in [
            ("HOME", ""),
            ("XDG_DATA_HOME", "share"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            command.env(name, self.outer.path().join(folder));
        }
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("MEANWHILE_LOG", "info").env("SIM_KEY", "a key");
        command
    }

    fn log(&self) -> PathBuf {
        self.outer.path().join("app.stderr")
    }

    /// Keeps what helps to understand a failed test, and says where.
    fn save(&self) {
        if !std::thread::panicking() || self.is_saved.swap(true, SeqCst) {
            return;
        }
        let target = binary().ancestors().nth(2).unwrap().to_owned();
        let folder = target.join("desktop-failures").join(self.name.replace(' ', "-"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        self.desktop.save_to(&folder);
        let _ = std::fs::copy(self.log(), folder.join("app.log"));
        eprintln!("a picture of the screen and the logs are in {}", folder.display());
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.save();
    }
}

/// Where the build put the app: two folders above this test.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("meanwhile-desktop");
    assert!(path.is_file(), "{} is missing: run `cargo build` first", path.display());
    path
}

/// The running app; killed when it is dropped.
pub struct App<'a> {
    pub home: &'a Home,
    pub pid: u32,
    child: Child,
    inspector: u16,
}

impl App<'_> {
    /// What the command line and other programs reach it by.
    pub fn api(&self) -> ApiClient {
        self.try_api().expect("the app left no endpoint")
    }

    fn try_api(&self) -> Option<ApiClient> {
        let endpoint = self.endpoint()?;
        let token_file = Path::new(endpoint["token_file"].as_str()?);
        Some(ApiClient::over_socket(Path::new(endpoint["socket"].as_str()?), token_file))
    }

    fn endpoint(&self) -> Option<Value> {
        serde_json::from_slice(&std::fs::read(self.home.data_dir().join("endpoint.json")).ok()?).ok()
    }

    /// Waits for the main window and gives its page.
    pub async fn page(&self) -> Page {
        self.window().await;
        let page = Page::attach(&self.home.desktop, self.inspector).await;
        page.until_up().await;
        page
    }

    /// Waits for the quick-ask window and gives its page.
    pub async fn quick_ask(&self) -> Page {
        let page = Page::attach(&self.home.desktop, self.inspector).await;
        page.until_quick_ask().await;
        page
    }

    /// Presses the global shortcut until its window is there and has the keyboard.
    pub async fn summon_quick_ask(&self) {
        let desktop = &self.home.desktop;
        let window = until("the quick-ask window", async || {
            // Nothing tells when the shortcut is taken after the start, so it is pressed again.
            desktop.press("alt+shift+space").await;
            within(Duration::from_secs(2), async || desktop.find(self.pid, QUICK_ASK).await).await
        })
        .await;
        desktop.until_focused(&window).await;
    }

    /// Waits for the main window.
    pub async fn window(&self) -> Window {
        self.home.desktop.window(self.pid, MAIN).await
    }

    /// Waits until the main window is gone, while the process stays.
    pub async fn until_windowless(&mut self) {
        self.home.desktop.no_window(self.pid, MAIN).await;
        assert!(self.child.try_wait().unwrap().is_none(), "the process ended with its window");
    }

    /// The processes it started under this name.
    pub fn children_called(&self, name: &str) -> Vec<u32> {
        let file = format!("/proc/{0}/task/{0}/children", self.pid);
        let children = std::fs::read_to_string(file).unwrap();
        let is_called = |pid: &u32| {
            // The kernel keeps 15 characters of a name.
            std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|comm| name.starts_with(comm.trim_end()))
        };
        children.split_whitespace().map(|pid| pid.parse().unwrap()).filter(is_called).collect()
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(FACT_LIMIT, self.child.wait()).await.expect("the app never ended").unwrap()
    }

    /// The crash: `kill -9`, and the process is gone.
    pub async fn crash(mut self) {
        signal(self.pid, Signal::Kill);
        self.ended().await;
    }

    /// Ends it as `meanwhile quit` does.
    pub async fn quit(mut self) {
        self.api().post("/quit", &serde_json::json!({ "force": true })).await.expect(200);
        assert!(self.ended().await.success());
    }

    /// Every task there is, newest first.
    pub async fn tasks(&self) -> Vec<Value> {
        let page = self.api().get("/background-agents?limit=100").await.expect(200);
        let rows = |name: &str| page[name].as_array().unwrap().clone();
        [rows("active"), rows("history")].concat()
    }

    /// The task of a prompt.
    pub async fn task(&self, prompt: &str) -> Value {
        let tasks = self.tasks().await;
        let found = tasks.iter().find(|task| task["prompt"] == prompt);
        found.unwrap_or_else(|| panic!("no task for {prompt:?} among {tasks:#?}")).clone()
    }

    /// Waits until the duty to tell about a prompt is settled, and gives its task.
    pub async fn until_told(&self, prompt: &str) -> Value {
        until(&format!("{prompt:?} is told"), async || {
            let task = self.task(prompt).await;
            ["delivered", "seen", "failed"].contains(&task["delivery"]["state"].as_str()?).then_some(task)
        })
        .await
    }

    /// How often a channel was told of a task.
    pub async fn times_told(&self, task: &Value, channel: &str) -> usize {
        let path = format!("/background-agents/{}/events?after=0", task["id"].as_str().unwrap());
        let events = self.api().get(&path).await.expect(200);
        let events = events["events"].as_array().unwrap();
        events.iter().filter(|event| event["kind"] == "delivered" && event["channel"] == channel).count()
    }

    /// Every invariant of the data holds.
    pub async fn assert_healthy(&self) {
        let findings = self.api().get("/doctor").await.expect(200);
        assert_eq!(findings["findings"], serde_json::json!([]));
    }
}

impl Drop for App<'_> {
    fn drop(&mut self) {
        // The picture shows more while the window still stands.
        self.home.save();
        let _ = self.child.start_kill();
    }
}
