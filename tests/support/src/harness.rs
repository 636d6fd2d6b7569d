//! A real core on a real database in a folder of its own, with a model server to talk to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::binary::built;
use crate::model_server::ModelServer;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use meanwhile_core::model::{
    Attached, Attachment, ChatNames, ConversationId, Lane, Notice, Origin, Outcome, ProviderKind, Settings,
    Task, TaskId, TaskState, Timestamp,
};
use meanwhile_core::{
    Clock, CommandError, Core, NewProvider, Notifier, NotifyError, Options, Patience, Reader, Scope,
    SendMessage, SessionSecrets, Shown, SystemClock,
};
use meanwhile_page::Reach;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a test waits for a fact before it says that it never came. Only a failing test takes so long; an answer of 128 MiB
/// is settled in 5 s, and took 20 s on two cores with four other programs.
pub const FACT_LIMIT: Duration = Duration::from_secs(60);

/// The application under test.
pub struct Harness {
    /// The core; replaced by a restart.
    pub core: Core,
    /// The provider `sim`, already added; any model name is a script or a spec of the server.
    pub server: ModelServer,
    /// What was shown to the user.
    pub notifier: Arc<FakeNotifier>,
    folder: tempfile::TempDir,
    given: Given,
}

/// What a test may choose; the same after a restart.
#[derive(Clone)]
struct Given {
    kind: ProviderKind,
    patience: Patience,
    gather: Duration,
    clock: Arc<dyn Clock>,
    pages: Reach,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            kind: ProviderKind::OpenaiChat,
            patience: Patience::default(),
            gather: Duration::ZERO,
            clock: Arc::new(SystemClock),
            pages: Reach::default(),
        }
    }
}

impl Harness {
    /// A fresh application.
    pub async fn start() -> Self {
        Self::with(Given::default()).await
    }

    /// A fresh application whose provider speaks another dialect than chat completions.
    pub async fn speaking(kind: ProviderKind) -> Self {
        Self::with(Given { kind, ..Given::default() }).await
    }

    /// A fresh application that bears silence for other times.
    pub async fn with_patience(patience: Patience) -> Self {
        Self::with(Given { patience, ..Given::default() }).await
    }

    /// A fresh application that tells together what comes within this time of a notice; others tell at once.
    pub async fn gathering(gather: Duration) -> Self {
        Self::with(Given { gather, ..Given::default() }).await
    }

    /// A fresh application with a time of its own.
    pub async fn at(clock: Arc<impl Clock + 'static>) -> Self {
        Self::with(Given { clock, ..Given::default() }).await
    }

    /// A fresh application whose agents reach pages in another way.
    pub async fn reaching(pages: Reach) -> Self {
        Self::with(Given { pages, ..Given::default() }).await
    }

    async fn with(given: Given) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = ModelServer::start().await;
        let notifier = Arc::new(FakeNotifier::default());
        let core = open(folder.path(), &notifier, &given).await;
        let provider = NewProvider { kind: given.kind, ..sim(&server.base_url_for(given.kind)) };
        core.add_provider(provider).await.unwrap();
        // The scripted server is on this computer, so each chat would ask it for a name: a test that wants that says so.
        let settings = core.settings().await.unwrap();
        core.save_settings(Settings { chat_names: ChatNames::Off, ..settings }).await.unwrap();
        Self { core, server, notifier, folder, given }
    }

    /// Where the data is.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Quits and starts again on the same data: a polite crash.
    pub async fn restart(&mut self) {
        self.core.shutdown().await;
        self.core = open(self.folder.path(), &self.notifier, &self.given).await;
    }

    /// Dies as by `kill -9`, and starts again on what was on the disk at that moment.
    pub async fn crash(&mut self) {
        let left = tempfile::tempdir().unwrap();
        let data = left.path().join("data");
        std::fs::create_dir(&data).unwrap();
        // While this is held nobody writes, so what is copied is what a kill would leave.
        let hold = rusqlite::Connection::open(self.data_dir().join("meanwhile.db")).unwrap();
        hold.busy_timeout(FACT_LIMIT).unwrap();
        hold.execute_batch("BEGIN IMMEDIATE").unwrap();
        for file in ["meanwhile.db", "meanwhile.db-wal"] {
            std::fs::copy(self.data_dir().join(file), data.join(file)).unwrap();
        }
        // From here on it asks and tells nothing new; what it still writes is in nobody's data.
        let mut end = Box::pin(self.core.shutdown());
        assert!(end.as_mut().now_or_never().is_none(), "the end waits for the disk");
        drop(hold);
        end.await;
        self.folder = left;
        self.core = open(self.folder.path(), &self.notifier, &self.given).await;
    }

    /// Sends a prompt in a new conversation.
    pub async fn send(&self, model: &str, lane: Lane) -> Task {
        self.core.send_message(prompt(model, lane)).await.unwrap().task
    }

    /// Sends a prompt in a known conversation.
    pub async fn send_in(&self, conversation: &ConversationId, model: &str, lane: Lane) -> Task {
        let message = SendMessage { conversation_id: Some(conversation.clone()), ..prompt(model, lane) };
        self.core.send_message(message).await.unwrap().task
    }

    /// Waits until the task is as the test says, and gives it.
    pub async fn until(&self, id: &TaskId, fact: impl Fn(&Task) -> bool) -> Task {
        let mut head = self.core.head();
        let wait = async {
            loop {
                head.mark_unchanged();
                let task = self.core.task(id).await.unwrap();
                if fact(&task) {
                    return task;
                }
                let _ = head.changed().await;
            }
        };
        match tokio::time::timeout(FACT_LIMIT, wait).await {
            Ok(task) => task,
            Err(_) => panic!("the task never came to that: {:#?}", self.core.task(id).await),
        }
    }

    /// Waits until the task is in `state`.
    pub async fn until_state(&self, id: &TaskId, state: TaskState) -> Task {
        self.until(id, |task| task.state == state).await
    }

    /// Waits until that much of the answer is on disk.
    pub async fn until_text(&self, id: &TaskId, text: &str) {
        let _interest = self.core.interest(Scope::Task(id.clone()));
        let mut head = self.core.head();
        let wait = async {
            loop {
                head.mark_unchanged();
                if self.text(id).await == text {
                    return;
                }
                let _ = head.changed().await;
            }
        };
        if tokio::time::timeout(FACT_LIMIT, wait).await.is_err() {
            panic!("the text never became {text:?}: {:?}", self.text(id).await);
        }
    }

    /// The answer as far as it is on disk.
    pub async fn text(&self, id: &TaskId) -> String {
        self.core.task_text(id).await.unwrap().text
    }

    /// Waits until the duty to tell about a task is settled.
    pub async fn until_told(&self, id: &TaskId) -> Task {
        use meanwhile_core::model::DeliveryState::{Claimed, Pending};
        self.until(id, |t| {
            t.state.is_final() && t.delivery.as_ref().is_some_and(|d| !matches!(d.state, Pending | Claimed))
        })
        .await
    }

    /// Attaches a file, whole.
    pub async fn attach(&self, name: &str, bytes: &[u8]) -> Attachment {
        let hash = self.core.keep_file(bytes).await.unwrap();
        let file = Attached { hash, name: name.to_owned(), from: None, to: None };
        self.core.read_file(file, |_| {}).await.unwrap()
    }

    /// Every invariant holds.
    pub async fn assert_healthy(&self) {
        assert_eq!(self.core.doctor().await.unwrap(), [], "every invariant holds");
    }
}

/// A clock that a test sets.
pub struct SetClock(AtomicI64);

impl SetClock {
    /// Standing at so many milliseconds since 1970.
    pub fn at(ms: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(ms)))
    }

    /// Sets it.
    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.load(Ordering::SeqCst))
    }
}

/// The provider `sim` at this address, without a key.
pub fn sim(base_url: &str) -> NewProvider {
    NewProvider {
        name: "sim".to_owned(),
        kind: ProviderKind::OpenaiChat,
        base_url: base_url.to_owned(),
        key: None,
        key_env: None,
        headers: Default::default(),
        proxy: None,
    }
}

/// A prompt for a model of the provider `sim`.
pub fn prompt(model: &str, lane: Lane) -> SendMessage {
    SendMessage {
        model: Some(format!("sim/{model}")),
        ..SendMessage::new("Summarise this", lane, Origin::Window)
    }
}

async fn open(folder: &Path, notifier: &Arc<FakeNotifier>, given: &Given) -> Core {
    let notifier: Arc<dyn Notifier> = Arc::clone(notifier) as Arc<dyn Notifier>;
    let options = Options {
        secrets: Arc::new(SessionSecrets::default()),
        notifiers: vec![notifier],
        patience: given.patience,
        gather: given.gather,
        clock: Arc::clone(&given.clock),
        reader: Reader { program: built("extract_child"), args: Vec::new() },
        keeper: Some(built("tool_child")),
        pages: given.pages.clone(),
        ..Options::new(folder.join("data"))
    };
    Core::open(options).await.unwrap()
}

/// Keeps what it was asked to show.
#[derive(Default)]
pub struct FakeNotifier {
    shown: Mutex<Vec<Notice>>,
    together: Mutex<Vec<usize>>,
    answer: Mutex<Option<Result<Shown, NotifyError>>>,
}

impl FakeNotifier {
    /// Everything shown so far, as outcome and title.
    pub fn shown(&self) -> Vec<(Outcome, String)> {
        self.shown.lock().unwrap().iter().map(|n| (n.outcome, n.title.clone())).collect()
    }

    /// Everything shown so far, whole.
    pub fn notices(&self) -> Vec<Notice> {
        self.shown.lock().unwrap().clone()
    }

    /// How many outcomes each call was about.
    pub fn together(&self) -> Vec<usize> {
        self.together.lock().unwrap().clone()
    }

    /// Answers like this from now on.
    pub fn answer_with(&self, answer: Result<Shown, NotifyError>) {
        *self.answer.lock().unwrap() = Some(answer);
    }
}

impl Notifier for FakeNotifier {
    fn channel(&self) -> &'static str {
        "native"
    }

    fn notify(&self, notices: Vec<Notice>) -> BoxFuture<'_, Vec<Result<Shown, NotifyError>>> {
        let answer = self.answer.lock().unwrap().clone().unwrap_or(Ok(Shown::Yes));
        let answers = vec![answer; notices.len()];
        self.together.lock().unwrap().push(notices.len());
        self.shown.lock().unwrap().extend(notices);
        async { answers }.boxed()
    }

    fn is_watched(&self, _: &Notice) -> bool {
        *self.answer.lock().unwrap() == Some(Ok(Shown::Watched))
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, CommandError>) -> meanwhile_core::ErrorCode {
    result.expect_err("a refusal").code
}
