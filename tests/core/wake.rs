//! After a sleep, or a change of network, work moves again at once.

use futures_util::future::BoxFuture;
use meanwhile_core::model::{
    AttemptEnd, KeySource, Lane, ProviderId, Reason, Task, TaskId, TaskState, Timestamp,
};
use meanwhile_core::secrets::{Secret, SecretError, SecretStore};
use meanwhile_core::{Clock, Core, NewProvider, Options, Patience, SessionSecrets};
use meanwhile_support::harness::{FACT_LIMIT, Harness, prompt, sim};
use meanwhile_support::model_server::{Gate, ModelServer, hang, stop, text, wait};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A name for this computer that does not look like one: what is asked there counts as elsewhere.
fn elsewhere(base_url: &str) -> NewProvider {
    sim(&base_url.replace("127.0.0.1", "0.0.0.0"))
}

fn short() -> Patience {
    Patience { after_wake: Duration::from_millis(50), ..Patience::default() }
}

// F36, F47
#[tokio::test]
async fn an_answer_from_elsewhere_that_stays_silent_after_a_sleep_is_made_to_go_on() {
    let app = Harness::with_patience(short()).await;
    app.core.add_provider(elsewhere(&app.server.base_url())).await.unwrap();
    app.server.scripts("m", [vec![text("The night "), hang()], vec![text("ferry."), stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "The night ").await;
    app.core.wake().await;
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(app.text(&task.id).await, "The night ferry.");
    let attempts = app.core.attempts(&task.id).await.unwrap();
    let error = attempts[0].error.as_ref().unwrap();
    assert_eq!((attempts.len(), attempts[0].end), (2, Some(AttemptEnd::Interrupted)));
    assert_eq!(
        format!("{} {}", error.message, error.hint),
        "The connection did not survive the computer's sleep or its change of network. The text so far is kept. It goes on from there by itself."
    );
    app.assert_healthy().await;
}

// F47
#[tokio::test]
async fn an_answer_from_elsewhere_that_goes_on_after_a_sleep_is_not_asked_for_again() {
    let app = Harness::with_patience(Patience { after_wake: FACT_LIMIT, ..Patience::default() }).await;
    app.core.add_provider(elsewhere(&app.server.base_url())).await.unwrap();
    let gate = Gate::new();
    app.server.script("m", [text("The night "), wait(&gate), text("ferry."), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "The night ").await;
    app.core.wake().await;
    gate.open();
    let whole = app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!((app.text(&task.id).await.as_str(), whole.attempt), ("The night ferry.", 1));
}

// F47
#[tokio::test]
async fn a_model_on_this_computer_may_think_on_after_a_sleep() {
    let none = Patience { after_wake: Duration::ZERO, ..Patience::default() };
    let app = Harness::with_patience(none).await;
    let gate = Gate::new();
    app.server.script("slow", [text("The night "), wait(&gate), text("ferry."), stop()]);
    app.server.script("m", [text("ok"), stop()]);
    let slow = app.send("slow", Lane::Background).await;
    app.until_text(&slow.id, "The night ").await;
    app.core.wake().await;
    // Another one is asked, answered and stored meanwhile; what had to prove itself at once would be given up by now.
    let other = app.send("m", Lane::Background).await;
    app.until_state(&other.id, TaskState::Completed).await;
    gate.open();
    assert_eq!(app.until_state(&slow.id, TaskState::Completed).await.attempt, 1);
}

/// A clock that stands still: no pause is ever over.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(1_800_000_000_000)
    }
}

// F25
#[tokio::test]
async fn what_waits_for_the_network_is_tried_as_soon_as_it_may_be_back() {
    let server = ModelServer::start().await;
    let (port, base_url) = (server.address().port(), server.base_url());
    drop(server);
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        clock: Arc::new(Still),
        secrets: Arc::new(SessionSecrets::default()),
        ..Options::new(folder.path().join("data"))
    };
    let core = Core::open(options).await.unwrap();
    core.add_provider(sim(&base_url)).await.unwrap();
    let id = core.send_message(prompt("m", Lane::Background)).await.unwrap().task.id;
    assert_eq!(until(&core, &id, TaskState::Queued, Some(Reason::Network)).await.attempt, 1);

    let server = ModelServer::start_on(port).await;
    server.script("m", [text("ok"), stop()]);
    core.wake().await;
    assert_eq!(until(&core, &id, TaskState::Completed, None).await.attempt, 2);
    assert_eq!(core.doctor().await.unwrap(), []);
    core.shutdown().await;
}

/// A keychain that opens when it is told to.
struct Locked(SessionSecrets, AtomicBool);

impl SecretStore for Locked {
    fn put<'a>(
        &'a self,
        id: &'a ProviderId,
        key: &'a Secret,
    ) -> BoxFuture<'a, Result<KeySource, SecretError>> {
        Box::pin(async move { self.0.put(id, key).await.map(|_| KeySource::Keychain) })
    }

    fn get<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<Option<Secret>, SecretError>> {
        Box::pin(async move {
            match self.1.load(Ordering::SeqCst) {
                true => self.0.get(id).await,
                false => Err(SecretError::Unavailable("it is locked".to_owned())),
            }
        })
    }

    fn remove<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<(), SecretError>> {
        self.0.remove(id)
    }
}

// F55
#[tokio::test]
async fn what_waits_for_the_keychain_is_tried_after_a_sleep_without_waiting_for_its_time() {
    let server = ModelServer::start().await;
    server.script("m", [text("ok"), stop()]);
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(Locked(SessionSecrets::default(), AtomicBool::new(false)));
    let options = Options {
        clock: Arc::new(Still),
        secrets: Arc::clone(&keychain) as Arc<dyn SecretStore>,
        ..Options::new(folder.path().join("data"))
    };
    let core = Core::open(options).await.unwrap();
    let key = Some("not-a-real-key".to_owned());
    core.add_provider(NewProvider { key, ..sim(&server.base_url()) }).await.unwrap();
    let id = core.send_message(prompt("m", Lane::Background)).await.unwrap().task.id;
    assert_eq!(until(&core, &id, TaskState::Queued, Some(Reason::Key)).await.attempt, 1);

    keychain.1.store(true, Ordering::SeqCst);
    core.wake().await;
    until(&core, &id, TaskState::Completed, None).await;
    core.shutdown().await;
}

async fn until(core: &Core, id: &TaskId, state: TaskState, reason: Option<Reason>) -> Task {
    let mut head = core.head();
    loop {
        head.mark_unchanged();
        let task = core.task(id).await.unwrap();
        if (task.state, task.reason) == (state, reason) {
            return task;
        }
        tokio::time::timeout(FACT_LIMIT, head.changed()).await.expect("the task moves").unwrap();
    }
}
