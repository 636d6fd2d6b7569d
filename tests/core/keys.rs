//! A key goes to the address it was entered for, and a keychain that is locked is waited for.

use meanwhile_core::model::{Lane, ProviderKind, TaskState};
use meanwhile_core::secrets::{Keychain, Secret, SecretError, Vault};
use meanwhile_core::{Core, ErrorCode, NewProvider, Options};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{ModelServer, stop, text};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A keychain the user locks and unlocks.
#[derive(Default)]
struct Lockable {
    keys: Mutex<HashMap<String, Secret>>,
    is_locked: AtomicBool,
}

impl Lockable {
    fn lock(&self, is_locked: bool) {
        self.is_locked.store(is_locked, Ordering::SeqCst);
    }

    fn keys(&self) -> Result<std::sync::MutexGuard<'_, HashMap<String, Secret>>, SecretError> {
        if self.is_locked.load(Ordering::SeqCst) {
            return Err(SecretError::Unavailable("it is locked".to_owned()));
        }
        Ok(self.keys.lock().unwrap())
    }
}

impl Vault for Lockable {
    fn write(&self, name: &str, key: &Secret) -> Result<(), SecretError> {
        self.keys()?.insert(name.to_owned(), key.clone());
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        Ok(self.keys()?.get(name).cloned())
    }

    fn erase(&self, name: &str) -> Result<(), SecretError> {
        self.keys()?.remove(name);
        Ok(())
    }
}

async fn open(folder: &Path, vault: &Arc<Lockable>) -> Core {
    let vault: Arc<dyn Vault> = Arc::clone(vault) as Arc<dyn Vault>;
    let secrets = Arc::new(Keychain::over(vault, Duration::from_secs(20)));
    Core::open(Options { secrets, ..Options::new(folder.join("data")) }).await.unwrap()
}

fn provider(server: &ModelServer, key: &str) -> NewProvider {
    NewProvider {
        name: "sim".to_owned(),
        kind: ProviderKind::OpenaiChat,
        base_url: server.base_url(),
        key: Some(key.to_owned()),
        key_env: None,
    }
}

/// Asks in the background and waits until the task is as the test says.
async fn ask(core: &Core, is: impl Fn(&meanwhile_core::model::Task) -> bool) -> meanwhile_core::model::Task {
    let mut head = core.head();
    let id = core.send_message(prompt("m", Lane::Background)).await.unwrap().task.id;
    let wait = async {
        loop {
            head.mark_unchanged();
            let task = core.task(&id).await.unwrap();
            if is(&task) {
                return task;
            }
            let _ = head.changed().await;
        }
    };
    tokio::time::timeout(meanwhile_support::harness::FACT_LIMIT, wait).await.expect("it never came to that")
}

// F43
#[tokio::test]
async fn a_key_never_goes_to_an_address_it_was_not_entered_for() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(Lockable::default()));
    let (old, new) = (ModelServer::start().await, ModelServer::start().await);
    new.script("m", [text("ok"), stop()]);
    let core = open(folder.path(), &vault).await;
    core.add_provider(provider(&old, "key-of-the-old-address")).await.unwrap();
    vault.lock(true);
    core.add_provider(provider(&new, "key-of-the-new-address")).await.unwrap();
    core.shutdown().await;

    vault.lock(false);
    let core = open(folder.path(), &vault).await;
    let task = ask(&core, |task| task.state == TaskState::Waiting).await;
    assert_eq!(task.error.unwrap().code, "key_missing", "the new key was kept for one run only");
    assert_eq!(new.requests().len(), 0, "the old key must not travel to the new address");
    core.shutdown().await;
}

// F53, F55
#[tokio::test]
async fn background_work_waits_until_the_keychain_is_unlocked() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(Lockable::default()));
    let server = ModelServer::start().await;
    server.script("m", [text("ok"), stop()]);
    let core = open(folder.path(), &vault).await;
    core.add_provider(provider(&server, "sk-1234567890")).await.unwrap();
    vault.lock(true);
    let task = ask(&core, |task| task.error.is_some()).await;
    assert_eq!(task.state, TaskState::Queued, "{task:#?}");
    assert_eq!(
        task.error.unwrap().message,
        "The key cannot be read: the keychain cannot be used: it is locked."
    );
    vault.lock(false);
    ask(&core, |task| task.state == TaskState::Completed).await;
    core.shutdown().await;
}

#[tokio::test]
async fn a_key_is_not_sent_where_anybody_on_the_way_could_read_it() {
    let app = Harness::start().await;
    let far =
        NewProvider { base_url: "http://api.example.com/v1".to_owned(), ..provider(&app.server, "sk-1") };
    let error = app.core.add_provider(far).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Invalid);
    assert_eq!(
        error.message,
        "over http:// anybody on the way could read the key; use https://, or leave the key out. Nothing was added"
    );
    let near =
        NewProvider { base_url: "http://192.168.1.5:8000/v1".to_owned(), ..provider(&app.server, "sk-1") };
    app.core.add_provider(near).await.unwrap();
    let far =
        NewProvider { base_url: "http://api.example.com/v1".to_owned(), ..provider(&app.server, "sk-1") };
    assert_eq!(code(app.core.try_provider(far).await), ErrorCode::Invalid);
}
