use crate::stage::desktop::Window;
use crate::stage::driver::free_port;
use crate::stage::endpoint;
use crate::stage::fact::{FACT_LIMIT, until, within};
use crate::stage::home::Home;
use crate::stage::page::Page;
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::{Signal, signal};
use serde_json::Value;
use std::fs::File;
use std::process::ExitStatus;
use std::time::{Duration, Instant};
use tokio::process::Child;

/// The title of the main window.
pub const MAIN: &str = "Meanwhile";
/// The title of the quick-ask window.
pub const QUICK_ASK: &str = "Meanwhile: quick ask";

/// The running app; killed when it is dropped.
pub struct App<'a> {
    pub home: &'a Home,
    pub pid: u32,
    child: Child,
    inspector: u16,
}

impl<'a> App<'a> {
    pub(super) async fn start(home: &'a Home, args: &[&str]) -> Self {
        let inspector = free_port();
        let log = File::options().create(true).append(true).open(home.log()).unwrap();
        let child = home
            .command(args)
            .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{inspector}"))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let app = App { home, pid: child.id().unwrap(), child, inspector };
        endpoint::until_answers(&home.data_dir(), app.pid).await;
        app
    }

    /// What the command line and other programs reach it by.
    pub fn api(&self) -> ApiClient {
        endpoint::api(&self.home.data_dir()).expect("the app left no endpoint")
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

    /// Makes this the model of new chats.
    pub async fn choose_model(&self, model: &str) {
        let settings = serde_json::json!({ "default_model": model });
        let put = self.api().request(reqwest::Method::PUT, "/settings").json(&settings).send();
        assert_eq!(put.await.unwrap().status(), 200);
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
        // The next test wants its shortcut, so this one has to be gone.
        let deadline = Instant::now() + FACT_LIMIT;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
