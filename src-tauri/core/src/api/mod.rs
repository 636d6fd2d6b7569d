//! [`Core`]: the one façade every client uses, one method for each thing a client can ask.

mod admission;
mod agents;
mod attachments;
mod catalogue;
mod channels;
mod conversations;
mod copies;
mod export;
mod follow;
mod history;
mod import;
mod providers;
mod servers;
mod tasks;
mod usage;

pub use catalogue::{ModelProblem, Models};
pub use follow::Follower;

use crate::attach::{Files, Reader};
use crate::backup;
use crate::clock::{Clock, SystemClock};
use crate::command::CommandError;
use crate::crash;
use crate::delivery::{self, Notifier};
use crate::engine::history::History;
use crate::engine::{self, Engine};
use crate::error::OpenError;
use crate::model::{Seq, Settings, SignOfLife, Summary, unfit};
use crate::place;
use crate::provider::{self, Build, Patience};
use crate::providers::Providers;
use crate::secrets::{Keychain, SecretStore};
use crate::servers::Servers;
use crate::store::{Changes, Finding, Interest, Scope, Store};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Followers that do not end in this time are cut off; what they held is in the log. Source: promise P11, 3 s in all.
const SHUTDOWN: Duration = Duration::from_secs(2);

/// Tasks at the same time, of all or of one provider.
const PLACES: RangeInclusive<u32> = 1..=1024;

/// Seconds for which a model may be silent. Below, it would be given up while it thinks; above, it is gone.
const SILENCE: RangeInclusive<u32> = 10..=4 * 3_600;

/// What a core is opened with.
#[derive(Clone)]
pub struct Options {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where keys are kept.
    pub secrets: Arc<dyn SecretStore>,
    /// Channels of this computer beside the inbox.
    pub notifiers: Vec<Arc<dyn Notifier>>,
    /// Outcomes that come within this time of a notice are told together.
    pub gather: Duration,
    /// How long silent providers are borne.
    pub patience: Patience,
    /// How providers are reached.
    pub build: Build,
    /// What reads attached files.
    pub reader: Reader,
    /// What keeps programs that are talked with, if it is not the program that runs.
    pub keeper: Option<PathBuf>,
    /// How long servers of tools are waited for.
    pub servers: meanwhile_mcp::Patience,
    /// How pages of the web are reached.
    pub pages: meanwhile_page::Reach,
}

impl Options {
    /// The system's clock and keychain, no channel beside the inbox.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            clock: Arc::new(SystemClock),
            secrets: Arc::new(Keychain::of_the_user()),
            notifiers: Vec::new(),
            gather: delivery::GATHER,
            patience: Patience::default(),
            build: Arc::new(provider::build),
            reader: Reader::this_program(),
            keeper: None,
            servers: meanwhile_mcp::Patience::default(),
            pages: meanwhile_page::Reach::default(),
        }
    }
}

/// Everything Meanwhile does, without a window. Clones are handles to the same core.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    providers: Arc<Providers>,
    servers: Arc<Servers>,
    files: Files,
    history: History,
    data_dir: PathBuf,
    taken_up: u32,
    stop: CancellationToken,
    followers: Mutex<Vec<JoinHandle<()>>>,
    _mark: crash::Mark,
}

impl Core {
    /// Opens the data, settles what a dead run left, then starts the engine and the delivery.
    ///
    /// # Errors
    /// [`OpenError`]; nothing was changed.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let Options { data_dir, clock, secrets, notifiers, gather, patience, build, reader, .. } = options;
        let store = Store::open(&data_dir, Arc::clone(&clock))?;
        let (mark, has_crashed) = crash::Mark::set(&data_dir);
        let found = store
            .recover(has_crashed, engine::recovery_plan)
            .await
            .map_err(|e| OpenError::Database { file: data_dir.join("meanwhile.db"), cause: e.to_string() })?;
        mark.clear();
        tracing::info!(tasks = found.tasks, unclean_runs = found.unclean_runs, has_crashed, "opened");
        if let Some(words) = place::warning(&data_dir) {
            tracing::warn!("{words}");
        }
        let files = Files::of(&data_dir, reader);
        if let Err(error) = files.sweep(&store).await {
            tracing::warn!(%error, "attached files that nobody needs any more could not be removed");
        }
        let servers = Servers::new(store.clone(), Arc::clone(&secrets), options.keeper, options.servers);
        let servers = Arc::new(servers);
        let providers = Arc::new(Providers::new(store.clone(), secrets, patience, build));
        let stop = CancellationToken::new();
        if let Err(error) = copies::sweep(&store, &data_dir).await {
            tracing::warn!(%error, "copies of folders that nobody needs any more could not be removed");
        }
        let history = History::of(&data_dir);
        let engine = Engine {
            store: store.clone(),
            providers: Arc::clone(&providers),
            servers: Arc::clone(&servers),
            history: history.clone(),
            sessions: Arc::default(),
            pages: options.pages,
            clock: Arc::clone(&clock),
        };
        let channels = delivery::Channels {
            store: store.clone(),
            secrets: Arc::clone(&providers.secrets),
            clock: Arc::clone(&clock),
            gather,
        };
        let followers = vec![
            tokio::spawn(engine.work(stop.clone())),
            tokio::spawn(delivery::follow(
                store.clone(),
                notifiers,
                gather,
                Arc::clone(&clock),
                stop.clone(),
            )),
            tokio::spawn(channels.follow(stop.clone())),
            tokio::spawn(backup::daily(store.clone(), data_dir.clone(), Arc::clone(&clock), stop.clone())),
        ];
        let inner = Inner {
            store,
            clock,
            providers,
            servers,
            files,
            history,
            data_dir,
            taken_up: found.tasks,
            stop,
            followers: Mutex::new(followers),
            _mark: mark,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends within 3 s. Attempts are cut, their text is kept, and background work goes on at the next start.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        let followers: Vec<_> =
            self.inner.followers.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        for follower in followers {
            let abort = follower.abort_handle();
            if tokio::time::timeout(SHUTDOWN, follower).await.is_err() {
                abort.abort();
            }
        }
        self.inner.servers.close();
        self.inner.store.close().await;
    }

    /// Waits until somebody has asked this core to end.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + 'static {
        self.inner.stop.clone().cancelled_owned()
    }

    /// Where everything is kept.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// Tasks that a run which ended had left unfinished, and that were settled when this one began.
    pub fn taken_up(&self) -> u32 {
        self.inner.taken_up
    }

    /// The newest stored change, text included. The number says that something happened, never what.
    pub fn head(&self) -> watch::Receiver<Seq> {
        self.inner.store.head()
    }

    /// The newest stored change that is more than text.
    pub fn steps(&self) -> watch::Receiver<Seq> {
        self.inner.store.steps()
    }

    /// While the guard lives, text of that scope is stored, and can be shown, every 16 ms instead of every 250.
    pub fn interest(&self, scope: Scope) -> Interest {
        self.inner.store.interest(scope)
    }

    /// Rows that changed after `after`, for clients that show rows.
    pub async fn changes(&self, after: Seq) -> Result<Changes, CommandError> {
        Ok(self.store().changes(after)?)
    }

    /// Tasks whose text grew after `after`, without the text.
    pub async fn alive(&self, after: Seq) -> Result<Vec<SignOfLife>, CommandError> {
        Ok(self.store().alive(after)?)
    }

    /// Counts for badges and the tray.
    pub async fn summary(&self) -> Result<Summary, CommandError> {
        Ok(self.store().summary()?)
    }

    /// What the user chose.
    pub async fn settings(&self) -> Result<Settings, CommandError> {
        Ok(self.store().settings()?)
    }

    /// Keeps what the user chose.
    ///
    /// # Errors
    /// `Invalid` when a number of places is not between 1 and 1,024, a silence not between 10 s and 4 h, or keys of a
    /// shortcut cannot be pressed or mean something else.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings, CommandError> {
        let is_allowed = |places: &u32| PLACES.contains(places);
        if !is_allowed(&settings.parallel_tasks) || !settings.provider_tasks.values().all(is_allowed) {
            return Err(CommandError::invalid(
                "between 1 and 1,024 tasks can run in parallel; nothing was changed",
            ));
        }
        if !settings.silence.values().all(|seconds| SILENCE.contains(seconds)) {
            return Err(CommandError::invalid(
                "a model can be silent for 10 to 14,400 seconds; nothing was changed",
            ));
        }
        tasks::sound(&settings.task_budget)?;
        if !settings.day_limit.is_sound() {
            return Err(CommandError::invalid(
                "each part of a day's limit is more than nothing; leave out what is not limited. Nothing was changed",
            ));
        }
        if !settings.quiet_hours.is_sound() {
            return Err(CommandError::invalid(
                "quiet hours begin and end at two different times of a day; nothing was changed",
            ));
        }
        if !settings.prices.values().all(|price| price.is_sound()) {
            return Err(CommandError::invalid(
                "a price is a number of dollars for a million tokens, 0 or more",
            ));
        }
        // What is stored already may be of a newer version, which knew what it did.
        let before = self.store().settings()?.shortcuts;
        if settings.shortcuts != before
            && let Some(why) = unfit(&settings.shortcuts)
        {
            return Err(CommandError::invalid(why));
        }
        Ok(self.store().save_settings(settings).await?)
    }

    /// The computer slept, or its network changed: new connections are made, an answer from elsewhere that stays silent is
    /// made to go on, and what waits for the network is tried at once.
    pub async fn wake(&self) {
        self.inner.providers.wake();
        if let Err(error) = self.store().network_is_back().await {
            tracing::warn!(%error, "what waits for the network waits for its time");
        }
    }

    /// Checks every invariant; empty means that all of them hold.
    pub async fn doctor(&self) -> Result<Vec<Finding>, CommandError> {
        Ok(self.store().check().await?)
    }

    fn store(&self) -> &Store {
        &self.inner.store
    }
}

/// `MEANWHILE_DATA_DIR`, else `meanwhile` in the system's folder for application data, else in the present folder.
pub fn default_data_dir() -> PathBuf {
    let from = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(folder) = from("MEANWHILE_DATA_DIR") {
        return folder;
    }
    let base = if cfg!(target_os = "windows") {
        from("APPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| from("HOME").map(|home| home.join(".local/share")))
    };
    base.unwrap_or_default().join("meanwhile")
}
