//! Where keys live: the OS keychain, or this process's memory. Never a file of ours.

mod access;
mod form;
mod redact;

pub use access::{Access, headers_of};
pub use redact::Redacted;

use crate::model::{KeySource, ProviderId};
use form::Forms;
use futures_util::future::BoxFuture;
use keyring::v1::{Entry, Error as KeyringError};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroize;

/// How long the OS may take to answer, an unlock prompt included. Source: F53 of the reliability notes.
const KEYCHAIN_LIMIT: Duration = Duration::from_secs(30);
/// Calls at the same time, those included that were given up and hang still.
const CALLS: usize = 4;
/// The name under which the OS lists our entries.
const SERVICE: &str = "Meanwhile";

/// A key. It is never printed, and its memory is overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a key as typed or pasted; white space around it is dropped. From now on it is in no log.
    pub fn new(key: impl Into<String>) -> Self {
        let mut typed = key.into();
        let secret = Self(typed.trim().to_owned());
        typed.zeroize();
        redact::remember(&secret.0);
        secret
    }

    /// Reads a key from the environment variable `name`; `None` when it is unset or empty.
    pub fn from_env(name: &str) -> Option<Self> {
        std::env::var(name).ok().map(Self::new).filter(|secret| !secret.0.is_empty())
    }

    /// The key itself, for a request header or the OS keychain and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` with every occurrence of the key replaced, in any of its encodings.
    pub fn hide_in(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut found = Vec::new();
        Forms::of(&self.0).find(text.as_bytes(), &mut found);
        String::from_utf8_lossy(&redact::without(text.as_bytes(), found)).into_owned()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Why a key could not be kept, read or removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is no keychain, it stays locked, or it refused.
    #[error("the keychain cannot be used: {0}")]
    Unavailable(String),
    /// It did not answer within the limit; a prompt may be waiting for the user.
    #[error("the keychain did not answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// What it gave is not a key.
    #[error("the keychain holds something that is not a key")]
    Garbage,
}

/// Keeps one key for each provider.
pub trait SecretStore: Send + Sync {
    /// Keeps `key`, replacing an older one, and says where it is now.
    fn put<'a>(
        &'a self,
        id: &'a ProviderId,
        key: &'a Secret,
    ) -> BoxFuture<'a, Result<KeySource, SecretError>>;

    /// The key of `id`; `None` when there is none.
    fn get<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<Option<Secret>, SecretError>>;

    /// Forgets the key of `id`, if there is one.
    fn remove<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<(), SecretError>>;
}

/// Keys in memory, gone when the process ends.
#[derive(Default)]
pub struct SessionSecrets {
    keys: Mutex<HashMap<ProviderId, Secret>>,
}

impl SessionSecrets {
    fn with<T>(&self, change: impl FnOnce(&mut HashMap<ProviderId, Secret>) -> T) -> T {
        change(&mut self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SecretStore for SessionSecrets {
    fn put<'a>(
        &'a self,
        id: &'a ProviderId,
        key: &'a Secret,
    ) -> BoxFuture<'a, Result<KeySource, SecretError>> {
        self.with(|keys| keys.insert(id.clone(), key.clone()));
        Box::pin(async { Ok(KeySource::Session) })
    }

    fn get<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<Option<Secret>, SecretError>> {
        let key = self.with(|keys| keys.get(id).cloned());
        Box::pin(async { Ok(key) })
    }

    fn remove<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<(), SecretError>> {
        self.with(|keys| keys.remove(id));
        Box::pin(async { Ok(()) })
    }
}

/// The OS keychain, with memory behind it for a session without one.
pub struct Keychain {
    vault: Arc<dyn Vault>,
    limit: Duration,
    calls: Arc<Semaphore>,
    session: SessionSecrets,
}

impl Keychain {
    /// The keychain of this user: Keychain on macOS, Credential Manager on Windows, Secret Service elsewhere.
    pub fn of_the_user() -> Self {
        Self::over(Arc::new(OsVault), KEYCHAIN_LIMIT)
    }

    /// A keychain over another vault that gets `limit` for each call.
    pub fn over(vault: Arc<dyn Vault>, limit: Duration) -> Self {
        Self { vault, limit, calls: Arc::new(Semaphore::new(CALLS)), session: SessionSecrets::default() }
    }

    /// Runs a call on a thread of its own: an unlock prompt may block it for ever, and nothing waits for it then. While too
    /// many are blocked no more are made, however often somebody asks.
    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Vault) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let stopped = || SecretError::Unavailable("it stopped while answering".to_owned());
        let (tx, answered) = oneshot::channel();
        let (vault, calls) = (Arc::clone(&self.vault), Arc::clone(&self.calls));
        let answer = async {
            let place = calls.acquire_owned().await.map_err(|_| stopped())?;
            std::thread::Builder::new()
                .name("keychain".to_owned())
                .spawn(move || {
                    // Nobody listens any more once the limit has passed.
                    let _ = tx.send(work(vault.as_ref()));
                    drop(place);
                })
                .map_err(|error| SecretError::Unavailable(error.to_string()))?;
            answered.await.map_err(|_| stopped())?
        };
        tokio::time::timeout(self.limit, answer).await.unwrap_or(Err(SecretError::Silent(self.limit)))
    }
}

impl SecretStore for Keychain {
    fn put<'a>(
        &'a self,
        id: &'a ProviderId,
        key: &'a Secret,
    ) -> BoxFuture<'a, Result<KeySource, SecretError>> {
        Box::pin(async move {
            let (name, copy) = (id.as_str().to_owned(), key.clone());
            match self.call(move |vault| vault.write(&name, &copy)).await {
                Ok(()) => {
                    self.session.remove(id).await?;
                    Ok(KeySource::Keychain)
                }
                Err(error) => {
                    tracing::warn!(provider = %id, %error, "the key is kept for this session only");
                    self.session.put(id, key).await
                }
            }
        })
    }

    fn get<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<Option<Secret>, SecretError>> {
        Box::pin(async move {
            if let Some(key) = self.session.get(id).await? {
                return Ok(Some(key));
            }
            let name = id.as_str().to_owned();
            self.call(move |vault| vault.read(&name)).await
        })
    }

    fn remove<'a>(&'a self, id: &'a ProviderId) -> BoxFuture<'a, Result<(), SecretError>> {
        Box::pin(async move {
            let was_here = self.session.get(id).await?.is_some();
            self.session.remove(id).await?;
            let name = id.as_str().to_owned();
            let removed = self.call(move |vault| vault.erase(&name)).await;
            // A key that was only in memory is gone whatever the keychain says.
            if was_here { Ok(()) } else { removed }
        })
    }
}

/// A place for secrets whose calls may block for a long time.
pub trait Vault: Send + Sync {
    /// Keeps `key` under `name`.
    ///
    /// # Errors
    /// [`SecretError`] when nothing was kept.
    fn write(&self, name: &str, key: &Secret) -> Result<(), SecretError>;

    /// What is kept under `name`.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be told.
    fn read(&self, name: &str) -> Result<Option<Secret>, SecretError>;

    /// Forgets what is kept under `name`, if anything.
    ///
    /// # Errors
    /// [`SecretError`] when it may still be there.
    fn erase(&self, name: &str) -> Result<(), SecretError>;
}

struct OsVault;

impl OsVault {
    fn entry(name: &str) -> Result<Entry, SecretError> {
        if let Err(error) = Entry::store_status() {
            return Err(SecretError::Unavailable(error.to_string()));
        }
        Entry::new(SERVICE, name).map_err(refusal)
    }
}

impl Vault for OsVault {
    fn write(&self, name: &str, key: &Secret) -> Result<(), SecretError> {
        Self::entry(name)?.set_password(key.expose()).map_err(refusal)
    }

    fn read(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        match Self::entry(name)?.get_password() {
            Ok(key) => Ok(Some(Secret::new(key))),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(refusal(error)),
        }
    }

    fn erase(&self, name: &str) -> Result<(), SecretError> {
        match Self::entry(name)?.delete_credential() {
            Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
            Err(error) => Err(refusal(error)),
        }
    }
}

/// Errors that carry the bytes of the entry are not printed.
fn refusal(error: KeyringError) -> SecretError {
    match error {
        KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) | KeyringError::Ambiguous(_) => {
            SecretError::Garbage
        }
        other => SecretError::Unavailable(other.to_string()),
    }
}
