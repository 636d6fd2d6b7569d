//! Keys are kept by the keychain or by this process, and are shown by neither.

use meanwhile_core::model::{KeySource, ProviderId};
use meanwhile_core::secrets::{Keychain, Secret, SecretError, SecretStore, SessionSecrets, Vault};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Memory(Mutex<HashMap<String, Secret>>);

impl Vault for Memory {
    fn write(&self, name: &str, key: &Secret) -> Result<(), SecretError> {
        self.0.lock().unwrap().insert(name.to_owned(), key.clone());
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn erase(&self, name: &str) -> Result<(), SecretError> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }
}

/// Refuses everything.
struct Absent;

impl Vault for Absent {
    fn write(&self, _: &str, _: &Secret) -> Result<(), SecretError> {
        Err(SecretError::Unavailable("no service".to_owned()))
    }

    fn read(&self, _: &str) -> Result<Option<Secret>, SecretError> {
        Err(SecretError::Unavailable("no service".to_owned()))
    }

    fn erase(&self, _: &str) -> Result<(), SecretError> {
        Err(SecretError::Unavailable("no service".to_owned()))
    }
}

/// Waits for an unlock prompt that nobody answers, until the test ends.
struct Prompting(Mutex<mpsc::Receiver<()>>);

impl Prompting {
    fn wait<T>(&self) -> Result<T, SecretError> {
        let _ = self.0.lock().unwrap().recv();
        Err(SecretError::Unavailable("dismissed".to_owned()))
    }
}

impl Vault for Prompting {
    fn write(&self, _: &str, _: &Secret) -> Result<(), SecretError> {
        self.wait()
    }

    fn read(&self, _: &str) -> Result<Option<Secret>, SecretError> {
        self.wait()
    }

    fn erase(&self, _: &str) -> Result<(), SecretError> {
        self.wait()
    }
}

fn key() -> Secret {
    Secret::new(crate::common::KEY)
}

#[tokio::test]
async fn a_key_is_kept_by_the_keychain_until_it_is_removed() {
    let keychain = Keychain::over(Arc::new(Memory::default()), LIMIT);
    let (id, other) = (ProviderId::fresh(), ProviderId::fresh());
    assert_eq!(keychain.put(&id, &key()).await, Ok(KeySource::Keychain));
    assert_eq!(keychain.get(&id).await, Ok(Some(key())));
    assert_eq!(keychain.get(&other).await, Ok(None));
    assert_eq!(keychain.remove(&id).await, Ok(()));
    assert_eq!(keychain.remove(&id).await, Ok(()), "removing twice is removing once");
    assert_eq!(keychain.get(&id).await, Ok(None));
}

// F53
#[tokio::test]
async fn without_a_keychain_a_key_lives_as_long_as_the_session_and_that_is_said() {
    let keychain = Keychain::over(Arc::new(Absent), LIMIT);
    let id = ProviderId::fresh();
    assert_eq!(keychain.put(&id, &key()).await, Ok(KeySource::Session));
    assert_eq!(keychain.get(&id).await, Ok(Some(key())));
    assert_eq!(keychain.remove(&id).await, Ok(()));
    assert_eq!(
        keychain.get(&id).await.unwrap_err().to_string(),
        "the keychain cannot be used: no service",
        "whether there is a key cannot be told"
    );
}

// F53
#[tokio::test]
async fn an_unlock_prompt_that_nobody_answers_holds_nothing_up() {
    let (prompt, answered) = mpsc::channel();
    let limit = Duration::from_millis(200);
    let keychain = Keychain::over(Arc::new(Prompting(Mutex::new(answered))), limit);
    let id = ProviderId::fresh();
    assert_eq!(keychain.get(&id).await, Err(SecretError::Silent(limit)));
    assert_eq!(keychain.put(&id, &key()).await, Ok(KeySource::Session));
    assert_eq!(keychain.get(&id).await, Ok(Some(key())));
    drop(prompt);
}

/// Counts who asks.
struct Counting(AtomicUsize, Prompting);

impl Vault for Counting {
    fn write(&self, name: &str, key: &Secret) -> Result<(), SecretError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.1.write(name, key)
    }

    fn read(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.1.read(name)
    }

    fn erase(&self, name: &str) -> Result<(), SecretError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.1.erase(name)
    }
}

// F53
#[tokio::test]
async fn a_keychain_that_hangs_takes_few_threads_however_often_it_is_asked() {
    let (prompt, answered) = mpsc::channel();
    let vault = Arc::new(Counting(AtomicUsize::new(0), Prompting(Mutex::new(answered))));
    let limit = Duration::from_millis(20);
    let keychain = Keychain::over(Arc::clone(&vault) as Arc<dyn Vault>, limit);
    let id = ProviderId::fresh();
    for _ in 0..12 {
        assert_eq!(keychain.get(&id).await, Err(SecretError::Silent(limit)));
    }
    assert!(vault.0.load(Ordering::SeqCst) <= 4, "{:?} threads wait", vault.0);
    drop(prompt);
}

#[tokio::test]
async fn a_session_store_keeps_keys_apart() {
    let session = SessionSecrets::default();
    let (id, other) = (ProviderId::fresh(), ProviderId::fresh());
    assert_eq!(session.put(&id, &key()).await, Ok(KeySource::Session));
    assert_eq!(session.get(&id).await, Ok(Some(key())));
    assert_eq!(session.get(&other).await, Ok(None));
    assert_eq!(session.remove(&id).await, Ok(()));
    assert_eq!(session.get(&id).await, Ok(None));
}

#[test]
fn a_key_is_not_printed_and_loses_the_white_space_around_it() {
    let key = Secret::new("  sk-123\n");
    assert_eq!(format!("{key:?}"), "Secret(hidden)");
    assert_eq!(key.expose(), "sk-123");
    assert_eq!(key.hide_in("a sk-123 b"), "a [key] b");
    assert_eq!(Secret::new(" ").hide_in("as it is"), "as it is");
}

/// The variable that makes this test the program it starts.
#[cfg(target_os = "linux")]
const INSIDE: &str = "MEANWHILE_TEST_INSIDE_A_SESSION";

// F53
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_secret_service_keeps_the_key_and_a_session_without_one_keeps_it_in_memory() {
    if std::env::var_os(INSIDE).is_some() {
        return keep_a_key_of_the_user().await;
    }
    let without = inside_a_session(&["env", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"]);
    assert!(without.contains("kept by Session"), "{without}");

    if !["dbus-run-session", "gnome-keyring-daemon"].iter().all(|program| is_installed(program)) {
        eprintln!("no Secret Service is installed here, so only the session without one was tried");
        return;
    }
    let unlock =
        r#"printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$0" "$@""#;
    let with = inside_a_session(&["dbus-run-session", "--", "sh", "-c", unlock]);
    assert!(with.contains("kept by Keychain"), "{with}");
}

#[cfg(target_os = "linux")]
async fn keep_a_key_of_the_user() {
    let keychain = Keychain::of_the_user();
    let id = ProviderId::fresh();
    let source = keychain.put(&id, &key()).await.unwrap();
    assert_eq!(keychain.get(&id).await, Ok(Some(key())));
    if source == KeySource::Keychain {
        assert_eq!(Keychain::of_the_user().get(&id).await, Ok(Some(key())), "another process would find it");
    }
    assert_eq!(keychain.remove(&id).await, Ok(()));
    println!("kept by {source:?}");
}

/// Runs this very test once more behind `wrapper`, in an empty home, and gives what it said.
#[cfg(target_os = "linux")]
fn inside_a_session(wrapper: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(wrapper[0])
        .args(&wrapper[1..])
        .arg(std::env::current_exe().unwrap())
        .args(["--nocapture", "--exact"])
        .arg("keychain::a_secret_service_keeps_the_key_and_a_session_without_one_keeps_it_in_memory")
        .env(INSIDE, "1")
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .output()
        .unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[cfg(target_os = "linux")]
fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
