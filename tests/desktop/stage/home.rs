use crate::stage::app::App;
use crate::stage::desktop::Desktop;
use crate::stage::fact::FACT_LIMIT;
use meanwhile_core::model::{ChatNames, ProviderKind, Settings};
use meanwhile_core::{Core, NewProvider, Options, SessionSecrets};
use meanwhile_support::model_server::ModelServer;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use tokio::process::Command;

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
        // Inside the folder of the session, which goes with it: web processes may write after the app is gone.
        let outer = tempfile::Builder::new().prefix("home-").tempdir_in(desktop.folder()).unwrap();
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
            headers: Default::default(),
            proxy: None,
        };
        let core = self.core().await;
        core.add_provider(provider).await.unwrap();
        // The scripted server is on this computer, so each chat would ask it for a name.
        core.save_settings(Settings { chat_names: ChatNames::Off, ..settings }).await.unwrap();
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
        App::start(self, args).await
    }

    /// Starts the app a second time and waits until that process ends.
    pub async fn start_again(&self, args: &[&str]) -> ExitStatus {
        let ended = tokio::time::timeout(FACT_LIMIT, self.command(args).status()).await;
        ended.expect("a second start never ended").unwrap()
    }

    /// The command line for this user, not started yet.
    pub fn meanwhile(&self, args: &[&str]) -> Command {
        self.program(meanwhile_support::binary::binary(), args)
    }

    /// The app for this user, not started yet.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        self.program(binary(), args)
    }

    fn program(&self, program: PathBuf, args: &[&str]) -> Command {
        let mut command = self.desktop.command(program);
        command.args(args).env("MEANWHILE_DATA_DIR", self.data_dir());
        for (name, folder) in [
            ("HOME", ""),
            ("XDG_DATA_HOME", "share"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            command.env(name, self.outer.path().join(folder));
        }
        // No test hears of a sleep of the computer it runs on.
        command.env("DBUS_SYSTEM_BUS_ADDRESS", self.desktop.bus());
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("MEANWHILE_LOG", "info").env("SIM_KEY", "a key");
        command
    }

    /// What the app said, over all its starts.
    pub(super) fn log(&self) -> PathBuf {
        self.outer.path().join("app.stderr")
    }

    /// Keeps what helps to understand a failed test, and says where.
    pub(super) fn save(&self) {
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
