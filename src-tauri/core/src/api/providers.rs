use super::Core;
use crate::command::{AddedProvider, CommandError, ErrorCode, NewProvider};
use crate::model::{
    KeySource, LocalServer, Model, ProviderId, ProviderKind, ProviderRow, ProviderTest, Timestamp,
};
use crate::provider::{
    DETECT_PATIENCE, ProviderError, detect_local, is_address, keeps_a_key_safe, list_models, usual_targets,
};
use crate::secrets::Secret;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::Instant;
use ts_rs::TS;

/// A provider that does not name its models in this time is listed as a problem.
const LIST: Duration = Duration::from_secs(5);

/// What can be asked right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Models {
    /// Models of the providers that answered.
    pub models: Vec<Model>,
    /// Providers that did not.
    pub problems: Vec<ModelProblem>,
}

/// A provider that did not name its models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ModelProblem {
    /// Its name.
    pub provider: String,
    /// Why, in plain words.
    pub message: String,
}

impl Core {
    /// Every provider, in the order they were added.
    pub async fn providers(&self) -> Result<Vec<ProviderRow>, CommandError> {
        Ok(self.store().providers()?)
    }

    /// Adds a provider, or changes the one of that name; tasks that waited for its key go on.
    pub async fn add_provider(&self, new: NewProvider) -> Result<AddedProvider, CommandError> {
        let mut row = row(&new)?;
        let before = self.store().provider(&row.name)?;
        let key = entered_key(&new, &row)?;
        let secrets = &self.inner.providers.secrets;
        // Under a fresh id: an address never gets a key that was entered for another one, whatever fails on the way.
        row.key_source = match &key {
            Some(key) => secrets.put(&row.id, key).await.map_err(no_keychain)?,
            None if row.key_env.is_some() => KeySource::Environment,
            None => KeySource::None,
        };
        let id = row.id.clone();
        let stored = self.store().put_provider(row).await;
        let unused = if stored.is_ok() { before.map(|before| before.id) } else { key.map(|_| id) };
        if let Some(id) = unused
            && let Err(error) = secrets.remove(&id).await
        {
            tracing::warn!(provider = %id, %error, "a key that nothing uses stays in the keychain");
        }
        let stored = stored?;
        self.inner.providers.forget(&stored.name);
        self.store().resume_after_new_key(stored.name.clone()).await?;
        Ok(AddedProvider { name: stored.name, key_source: stored.key_source })
    }

    /// Removes a provider and its key; conversations that used it stay.
    pub async fn remove_provider(&self, name: &str) -> Result<(), CommandError> {
        let removed = self.store().remove_provider(name.to_owned()).await?;
        self.inner.providers.forget(name);
        // Always: a key of an earlier time may still be there although the row names none.
        if let Err(error) = self.inner.providers.secrets.remove(&removed.id).await
            && matches!(removed.key_source, KeySource::Keychain | KeySource::Session)
        {
            return Err(CommandError::new(
                ErrorCode::Storage,
                format!("the provider was removed, but its key is still in the keychain: {error}"),
            ));
        }
        Ok(())
    }

    /// Asks a configured provider for its models, with its key.
    pub async fn test_provider(&self, name: &str) -> Result<ProviderTest, CommandError> {
        let row = self.store().provider(name)?.ok_or_else(|| CommandError::not_found("provider", name))?;
        let key = self.inner.providers.key(&row).await.map_err(refused)?;
        ask(&row, key).await
    }

    /// The same for a provider that is not added yet; nothing is kept.
    pub async fn try_provider(&self, new: NewProvider) -> Result<ProviderTest, CommandError> {
        let row = row(&new)?;
        let key = entered_key(&new, &row)?.or_else(|| row.key_env.as_deref().and_then(Secret::from_env));
        ask(&row, key).await
    }

    /// Model servers on this machine, told by their answers. No key is sent.
    pub async fn detect_local(&self) -> Result<Vec<LocalServer>, CommandError> {
        let host = std::env::var("OLLAMA_HOST").ok();
        Ok(detect_local(DETECT_PATIENCE, &usual_targets(host.as_deref())).await)
    }

    /// The models of every provider; each is asked at the same time.
    pub async fn models(&self) -> Result<Models, CommandError> {
        let rows = self.providers().await?;
        let asked = rows.iter().map(|row| async move {
            let key = self.inner.providers.key(row).await?;
            match tokio::time::timeout(LIST, list_models(row, key)).await {
                Ok(names) => names,
                Err(_) => Err(ProviderError::Stalled(LIST)),
            }
        });
        let mut found = Models { models: Vec::new(), problems: Vec::new() };
        for (row, answer) in rows.iter().zip(join_all(asked).await) {
            let provider = row.name.clone();
            match answer {
                Ok(names) => found.models.extend(names.into_iter().map(|name| Model {
                    id: format!("{provider}/{name}"),
                    provider: provider.clone(),
                    name,
                })),
                Err(error) => found.problems.push(ModelProblem { provider, message: error.to_string() }),
            }
        }
        Ok(found)
    }
}

/// The key that was entered, unless anybody on the way could read it.
fn entered_key(new: &NewProvider, row: &ProviderRow) -> Result<Option<Secret>, CommandError> {
    let key = new.key.as_deref().map(str::trim).filter(|key| !key.is_empty());
    if (key.is_some() || row.key_env.is_some()) && !keeps_a_key_safe(&row.base_url) {
        return Err(CommandError::invalid(
            "over http:// anybody on the way could read the key; use https://, or leave the key out. Nothing was added",
        ));
    }
    Ok(key.map(Secret::new))
}

async fn ask(row: &ProviderRow, key: Option<Secret>) -> Result<ProviderTest, CommandError> {
    let started = Instant::now();
    let models = list_models(row, key).await.map_err(refused)?;
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(ProviderTest { latency_ms, models })
}

fn row(new: &NewProvider) -> Result<ProviderRow, CommandError> {
    let name = new.name.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 40 || !name.chars().all(allowed) {
        return Err(CommandError::invalid(
            "a provider's name has 1 to 40 letters, digits, dots, dashes or underscores; nothing was added",
        ));
    }
    let base_url = new.base_url.trim().trim_end_matches('/');
    if new.kind != ProviderKind::Practice && !is_address(base_url) {
        return Err(CommandError::invalid(
            "the address has to begin with https:// or http:// and name a host; nothing was added",
        ));
    }
    Ok(ProviderRow {
        id: ProviderId::fresh(),
        name: name.to_owned(),
        kind: new.kind,
        base_url: base_url.to_owned(),
        key_source: KeySource::None,
        key_env: new.key_env.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned),
        created_at: Timestamp::default(),
    })
}

fn refused(error: ProviderError) -> CommandError {
    let shown = crate::engine::explain(&error, 0, false, false);
    CommandError::new(
        ErrorCode::Provider,
        format!("{} {}", shown.message, shown.hint.replace("Your prompt is kept. ", "")),
    )
}

fn no_keychain(error: crate::secrets::SecretError) -> CommandError {
    CommandError::new(ErrorCode::Storage, format!("the key could not be stored: {error}. Nothing was added"))
}
