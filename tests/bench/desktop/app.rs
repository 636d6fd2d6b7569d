//! The desktop binary as a process: started as a user starts it, or with a driver attached to its page.

use crate::desktop::home::Home;
use crate::stage::desktop::Window;
use crate::stage::driver::free_port;
use crate::stage::endpoint;
use crate::stage::fact::FACT_LIMIT;
use crate::stage::page::Page;
use crate::{Outcome, process};
use meanwhile_support::api_client::ApiClient;
use serde_json::json;
use std::fs::File;
use tokio::process::{Child, Command};

/// The title of the main window.
pub const MAIN: &str = "Meanwhile";

/// The running app; killed when it is dropped.
pub struct App<'a> {
    pub pid: u32,
    home: &'a Home,
    child: Child,
    /// Where a driver reaches its page; `None` as users have it.
    inspector: Option<u16>,
}

impl<'a> App<'a> {
    /// Starts it as a user does, and does not wait for anything.
    pub fn spawn(home: &'a Home, args: &[&str]) -> Outcome<Self> {
        let child = command(home, args)?.spawn()?;
        Self::of(home, child, None)
    }

    /// Starts it with a window whose page can be driven, and waits until it answers.
    pub async fn driven(home: &'a Home) -> Outcome<Self> {
        let port = free_port();
        let child = command(home, &[])?
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{port}"))
            .spawn()?;
        let app = Self::of(home, child, Some(port))?;
        app.until_answers().await;
        Ok(app)
    }

    fn of(home: &'a Home, child: Child, inspector: Option<u16>) -> Outcome<Self> {
        let pid = child.id().ok_or("the app ended at once")?;
        Ok(Self { pid, home, child, inspector })
    }

    /// Waits until other programs reach it.
    pub async fn until_answers(&self) {
        endpoint::until_answers(&self.home.data_dir(), self.pid).await;
    }

    /// What other programs reach it by.
    pub fn api(&self) -> Outcome<ApiClient> {
        endpoint::api(&self.home.data_dir()).ok_or_else(|| "the app left no endpoint".into())
    }

    /// Waits for the main window.
    pub async fn window(&self) -> Window {
        self.home.desktop.window(self.pid, MAIN).await
    }

    /// Waits for the main window of an app that is driven, and gives its page.
    pub async fn page(&self) -> Page {
        self.window().await;
        let page =
            Page::attach(&self.home.desktop, self.inspector.expect("this app was started undriven")).await;
        page.until_up().await;
        page
    }

    /// Closes the main window and waits until it is gone.
    pub async fn close_window(&self) {
        self.home.desktop.close(&self.window().await).await;
        self.home.desktop.no_window(self.pid, MAIN).await;
    }

    /// The process that draws its page.
    pub fn web_process(&self) -> Outcome<u32> {
        // The kernel keeps 15 characters of a name.
        let draws = |pid: &u32| {
            std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|comm| comm.trim() == "WebKitWebProces")
        };
        let mut found = process::tree(self.pid).into_iter().filter(draws);
        match (found.next(), found.next()) {
            (Some(pid), None) => Ok(pid),
            (None, _) => Err("no web process draws the page".into()),
            (Some(_), Some(_)) => Err("two web processes, and it is unknown which draws the page".into()),
        }
    }

    /// Ends it as `meanwhile quit` does.
    pub async fn quit(mut self) -> Outcome<()> {
        self.api()?.post("/quit", &json!({ "force": true })).await.expect(200);
        let ended = tokio::time::timeout(FACT_LIMIT, self.child.wait()).await??;
        if ended.success() { Ok(()) } else { Err(format!("the app ended with {ended}").into()) }
    }
}

/// The app for this user, not started yet.
fn command(home: &Home, args: &[&str]) -> Outcome<Command> {
    let mut command = home.desktop.command(process::binary("meanwhile-desktop")?);
    let log = File::options().create(true).append(true).open(home.path().join("app.stderr"))?;
    command.args(args).stdout(log.try_clone()?).stderr(log).env("MEANWHILE_DATA_DIR", home.data_dir());
    for (name, folder) in
        [("HOME", ""), ("XDG_DATA_HOME", "share"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")]
    {
        command.env(name, home.path().join(folder));
    }
    command.env("SIM_KEY", "a key");
    Ok(command)
}
