//! A key goes to the address it was entered for, and a keychain that is locked is waited for.

use meanwhile_core::model::{Lane, ProviderKind, TaskState};
use meanwhile_core::secrets::{Keychain, Secret, SecretError, Vault};
use meanwhile_core::{Core, ErrorCode, NewProvider, Options};
use meanwhile_support::canary::Canary;
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{ModelServer, refuse, stop, text};
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
        headers: Default::default(),
        proxy: None,
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

/// The same with headers.
fn with_headers(server: &ModelServer, key: &str, headers: &[(&str, &str)]) -> NewProvider {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    NewProvider { headers: headers.collect(), ..provider(server, key) }
}

#[tokio::test]
async fn a_header_that_is_left_empty_keeps_its_value_at_its_own_address_and_nowhere_else() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(Lockable::default()));
    let (server, elsewhere) = (ModelServer::start().await, ModelServer::start().await);
    let core = open(folder.path(), &vault).await;
    let headers = [("X-Team", "blue-and-green"), ("api-version", "2025-01")];
    core.add_provider(with_headers(&server, "sk-of-the-gateway", &headers)).await.unwrap();
    let kept = [("x-team", ""), ("api-version", "2026-01")];
    core.try_provider(with_headers(&server, "sk-another", &kept)).await.unwrap();
    core.add_provider(with_headers(&server, "sk-another", &kept)).await.unwrap();
    core.test_provider("sim").await.unwrap();
    for seen in server.requests() {
        assert_eq!(
            [seen.header("x-team"), seen.header("api-version")],
            [Some("blue-and-green"), Some("2026-01")]
        );
    }
    let before = core.providers().await.unwrap();
    for new in
        [with_headers(&elsewhere, "sk-another", &kept), with_headers(&server, "sk-another", &[("x-new", "")])]
    {
        assert_eq!(code(core.add_provider(new).await), ErrorCode::Invalid);
    }
    assert_eq!(elsewhere.requests().len(), 0);
    assert_eq!(core.providers().await.unwrap(), before, "nothing was changed");
    core.shutdown().await;
}

#[tokio::test]
async fn headers_of_a_provider_are_sent_with_each_request_and_kept_where_keys_are() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), Arc::new(Lockable::default()));
    let (server, canary) = (ModelServer::start().await, Canary::new("hdr-"));
    server.script("m", [text("ok"), stop()]);
    let core = open(folder.path(), &vault).await;
    let headers = [("X-Team", canary.key()), ("api-version", "2025-01")];
    core.add_provider(with_headers(&server, "sk-of-the-gateway", &headers)).await.unwrap();
    core.shutdown().await;

    let core = open(folder.path(), &vault).await;
    let row = core.providers().await.unwrap().into_iter().find(|row| row.name == "sim").unwrap();
    assert_eq!(row.headers, ["api-version", "x-team"], "names only");
    ask(&core, |task| task.state == TaskState::Completed).await;
    core.test_provider("sim").await.unwrap();
    core.models().await.unwrap();
    for seen in server.requests() {
        let sent = ["x-team", "api-version", "authorization"].map(|name| seen.header(name).unwrap());
        assert_eq!(sent, [canary.key(), "2025-01", "Bearer sk-of-the-gateway"], "{}", seen.path);
    }
    assert_eq!(vault.keys.lock().unwrap().len(), 2, "the key, and all headers as one");
    vault.lock(true);
    core.wake().await;
    core.shutdown().await;
    canary.assert_not_below(folder.path());

    vault.lock(false);
    let core = open(folder.path(), &vault).await;
    core.remove_provider("sim").await.unwrap();
    assert_eq!(vault.keys.lock().unwrap().len(), 0, "nothing stays behind");
    core.shutdown().await;
}

#[tokio::test]
async fn what_a_server_repeats_of_a_header_is_shown_to_nobody() {
    let app = Harness::start().await;
    let canary = Canary::new("hdr-");
    app.core.add_provider(with_headers(&app.server, "sk-1", &[("x-team", canary.key())])).await.unwrap();
    let body = serde_json::json!({"error": {"message": canary.echoes()}}).to_string();
    app.server.script("m", [refuse(400, &[], &body)]);
    let task = app.send("m", Lane::Interactive).await;
    let failed = app.until_state(&task.id, TaskState::Failed).await;
    canary.assert_not_in("the error", format!("{failed:?}"));
    app.core.shutdown().await;
    canary.assert_not_below(&app.data_dir());
}

#[tokio::test]
async fn a_header_that_takes_the_place_of_the_key_is_the_one_that_is_sent() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let own = with_headers(&app.server, "sk-1", &[("Authorization", "Token of-the-gateway")]);
    app.core.add_provider(own).await.unwrap();
    let task = app.send("m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Completed).await;
    let requests = app.server.requests();
    let sent: Vec<_> = requests[0].headers.iter().filter(|(name, _)| name == "authorization").collect();
    assert_eq!(sent, [&("authorization".to_owned(), "Token of-the-gateway".to_owned())]);
}

#[tokio::test]
async fn a_header_or_a_proxy_that_cannot_be_is_refused_and_nothing_is_kept() {
    let app = Harness::start().await;
    let before = app.core.providers().await.unwrap();
    let refused = async |new: NewProvider, says: &str| {
        let error = app.core.add_provider(new).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Invalid);
        assert!(
            error.message.contains(says) && error.message.contains("othing was added"),
            "{}",
            error.message
        );
    };
    for (name, value) in
        [("x team", "1"), ("", "1"), ("x-team", ""), ("x-team", "a\nb"), ("Host", "elsewhere")]
    {
        refused(with_headers(&app.server, "sk-1", &[(name, value)]), "cannot be sent").await;
    }
    refused(with_headers(&app.server, "sk-1", &[("x-a", "1"), ("X-A", "2")]), "each once").await;
    for proxy in ["proxy:3128", "http://ada:pass@proxy.example.org", "ftp://proxy.example.org"] {
        let new = NewProvider { proxy: Some(proxy.to_owned()), ..provider(&app.server, "sk-1") };
        refused(new, "a proxy is an address").await;
    }
    let far = NewProvider {
        base_url: "http://api.example.com/v1".to_owned(),
        key: None,
        ..with_headers(&app.server, "", &[("x-team", "1")])
    };
    refused(far, "anybody on the way").await;
    let read =
        NewProvider { proxy: Some("http://proxy.example.org".to_owned()), ..provider(&app.server, "sk-1") };
    refused(read, "anybody on the way").await;
    assert_eq!(app.core.providers().await.unwrap(), before);
}

#[tokio::test]
async fn two_accounts_of_one_service_are_asked_each_with_its_own_key() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    for (name, key) in [("home", "sk-home"), ("work", "sk-work")] {
        let new = NewProvider { name: name.to_owned(), ..provider(&app.server, key) };
        app.core.add_provider(new).await.unwrap();
    }
    for (model, key) in
        [("home/m", "Bearer sk-home"), ("work/m", "Bearer sk-work"), ("home/m", "Bearer sk-home")]
    {
        let message =
            meanwhile_core::SendMessage { model: Some(model.to_owned()), ..prompt("m", Lane::Interactive) };
        let task = app.core.send_message(message).await.unwrap().task;
        app.until_state(&task.id, TaskState::Completed).await;
        assert_eq!(app.server.requests().last().unwrap().header("authorization"), Some(key));
    }
    let listed = app.core.models().await.unwrap().models;
    assert!(["home/m", "work/m"].iter().all(|id| listed.iter().any(|model| model.id == *id)));
}
