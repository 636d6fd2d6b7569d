//! From `provider/model` to something that can be asked: the row, its key, and one connection pool for each.

use crate::model::{KeySource, ProviderRow};
use crate::provider::{Build, Patience, Provider, ProviderError};
use crate::secrets::{Access, Secret, SecretStore, headers_of};
use crate::store::{Store, StoreError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The configured providers, ready to be asked.
pub struct Providers {
    store: Store,
    /// Where keys are kept.
    pub secrets: Arc<dyn SecretStore>,
    /// How long silent ones are borne.
    pub patience: Patience,
    build: Build,
    built: Mutex<Adapters>,
    woken: watch::Sender<()>,
}

#[derive(Default)]
struct Adapters {
    by_name: HashMap<String, Built>,
    /// Counts what was forgotten: an adapter whose key was read before that is not kept.
    forgotten: u64,
}

struct Built {
    row: ProviderRow,
    access: Access,
    adapter: Arc<dyn Provider>,
}

/// Why a model cannot be asked.
pub enum Unresolved {
    /// It is not set up, or not any more.
    Provider(ProviderError),
    /// Its row could not be read: nothing is known about the provider itself.
    Store(StoreError),
}

impl From<ProviderError> for Unresolved {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<StoreError> for Unresolved {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Providers {
    /// Nothing is read until something is asked.
    pub fn new(store: Store, secrets: Arc<dyn SecretStore>, patience: Patience, build: Build) -> Self {
        Self { store, secrets, patience, build, built: Mutex::default(), woken: watch::Sender::default() }
    }

    /// The computer slept, or its network changed: what is asked from now on gets connections of its own, and whoever
    /// waits for an answer from elsewhere learns that it may never come.
    pub fn wake(&self) {
        // With the keys that are there: a keychain may have been locked when the computer went to sleep.
        for built in self.adapters().by_name.values_mut() {
            built.adapter = (self.build)(&built.row, built.access.clone(), self.patience);
        }
        self.woken.send_replace(());
    }

    /// Changes with each [`Self::wake`].
    pub fn woken(&self) -> watch::Receiver<()> {
        self.woken.subscribe()
    }

    /// The adapter and the model's name at the provider, for `provider/model`.
    ///
    /// # Errors
    /// `ModelNotFound` when the provider is gone, `KeyMissing` when its key cannot be had, or that of the store.
    pub async fn resolve(&self, model: &str) -> Result<(Arc<dyn Provider>, String), Unresolved> {
        let gone = || ProviderError::ModelNotFound(model.to_owned());
        let (name, model_name) = model.split_once('/').ok_or_else(gone)?;
        let forgotten = self.adapters().forgotten;
        // Each time, because the row says whether there is such a provider, and where: 9 us.
        let row = self.store.provider(name)?.ok_or_else(gone)?;
        if let Some(built) = self.adapters().by_name.get(name)
            && built.row == row
        {
            return Ok((Arc::clone(&built.adapter), model_name.to_owned()));
        }
        let access = self.access(&row).await?;
        let adapter = (self.build)(&row, access.clone(), self.patience);
        let mut adapters = self.adapters();
        if adapters.forgotten == forgotten {
            let built = Built { row, access, adapter: Arc::clone(&adapter) };
            adapters.by_name.insert(name.to_owned(), built);
        }
        Ok((adapter, model_name.to_owned()))
    }

    /// Forgets the adapter of a provider, because its row or its key changed.
    pub fn forget(&self, name: &str) {
        let mut adapters = self.adapters();
        adapters.by_name.remove(name);
        adapters.forgotten += 1;
    }

    /// What a provider is shown: its key and its headers, as far as it needs any.
    ///
    /// # Errors
    /// `KeyMissing` when it needs one and there is none, `KeyUnreadable` when the keychain does not give it now.
    pub async fn access(&self, row: &ProviderRow) -> Result<Access, ProviderError> {
        let key = self.key(row).await?;
        if row.headers.is_empty() {
            return Ok(key.into());
        }
        let kept = self.secrets.get(&headers_of(&row.id)).await;
        let kept = kept.map_err(|error| ProviderError::KeyUnreadable(error.to_string()))?;
        let headers = kept.and_then(|kept| Access::unpacked(&row.headers, &kept));
        Ok(Access { key, headers: headers.ok_or(ProviderError::KeyMissing)? })
    }

    async fn key(&self, row: &ProviderRow) -> Result<Option<Secret>, ProviderError> {
        let from_env = || row.key_env.as_deref().and_then(Secret::from_env);
        let key = match row.key_source {
            KeySource::None => return Ok(None),
            KeySource::Environment => from_env(),
            // A key kept for one run is gone after it; the variable it came from may still have it.
            KeySource::Keychain | KeySource::Session => match self.secrets.get(&row.id).await {
                Err(error) if row.key_source == KeySource::Keychain && from_env().is_none() => {
                    return Err(ProviderError::KeyUnreadable(error.to_string()));
                }
                found => found.ok().flatten().or_else(from_env),
            },
        };
        key.map(Some).ok_or(ProviderError::KeyMissing)
    }

    fn adapters(&self) -> MutexGuard<'_, Adapters> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
