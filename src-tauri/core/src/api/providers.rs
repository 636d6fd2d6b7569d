use super::Core;
use crate::command::{AddedProvider, CommandError, ErrorCode, NewProvider};
use crate::model::{KeySource, LocalServer, ProviderId, ProviderKind, ProviderRow, ProviderTest, Timestamp};
use crate::provider::{
    DETECT_PATIENCE, ProviderError, detect_local, is_address, is_header, keeps_a_key_safe, list_models,
    usual_targets,
};
use crate::secrets::{Access, Secret, headers_of};
use std::collections::BTreeSet;
use tokio::time::Instant;

/// More headers than this nobody needs, and they have to fit into one entry of a keychain.
const HEADERS: usize = 16;

impl Core {
    /// Every provider, in the order they were added.
    pub async fn providers(&self) -> Result<Vec<ProviderRow>, CommandError> {
        Ok(self.store().providers()?)
    }

    /// Adds a provider, or changes the one of that name; tasks that waited for its key go on. A header without a value keeps
    /// the one it has, at the same address.
    pub async fn add_provider(&self, new: NewProvider) -> Result<AddedProvider, CommandError> {
        let new = self.with_kept_headers(new).await?;
        let mut row = row(&new)?;
        let before = self.store().provider(&row.name)?;
        let access = entered(&new, &row)?;
        let secrets = &self.inner.providers.secrets;
        // Under a fresh id: an address never gets a secret that was entered for another one, whatever fails on the way.
        let (id, headers) = (row.id.clone(), headers_of(&row.id));
        row.key_source = match &access.key {
            Some(key) => secrets.put(&id, key).await.map_err(no_keychain)?,
            None if row.key_env.is_some() => KeySource::Environment,
            None => KeySource::None,
        };
        let kept = match row.headers.is_empty() {
            true => Ok(KeySource::None),
            false => secrets.put(&headers, &access.packed()).await.map_err(no_keychain),
        };
        let stored = match &kept {
            Ok(_) => self.store().put_provider(row).await.map_err(CommandError::from),
            Err(error) => Err(error.clone()),
        };
        let unused = match (&stored, before) {
            (Ok(_), Some(before)) => secrets_of(&before),
            (Ok(_), None) => Vec::new(),
            (Err(_), _) => {
                [access.key.map(|_| id), kept.is_ok().then_some(headers)].into_iter().flatten().collect()
            }
        };
        for id in unused {
            if let Err(error) = secrets.remove(&id).await {
                tracing::warn!(provider = %id, %error, "a key that nothing uses stays in the keychain");
            }
        }
        let stored = stored?;
        self.inner.providers.forget(&stored.name);
        self.store().resume_after_new_key(stored.name.clone()).await?;
        // What lasts only for this run is said, whichever of the two it is.
        let key_source = if kept? == KeySource::Session { KeySource::Session } else { stored.key_source };
        Ok(AddedProvider { name: stored.name, key_source })
    }

    /// Removes a provider and its key; conversations that used it stay.
    pub async fn remove_provider(&self, name: &str) -> Result<(), CommandError> {
        let removed = self.store().remove_provider(name.to_owned()).await?;
        self.inner.providers.forget(name);
        let secrets = &self.inner.providers.secrets;
        let mut left = None;
        for id in secrets_of(&removed) {
            left = left.or(secrets.remove(&id).await.err());
        }
        let had_some = !removed.headers.is_empty()
            || matches!(removed.key_source, KeySource::Keychain | KeySource::Session);
        if let Some(error) = left.filter(|_| had_some) {
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
        let access = self.inner.providers.access(&row).await.map_err(refused)?;
        ask(&row, access).await
    }

    /// The same for a provider that is not added yet; nothing is kept.
    pub async fn try_provider(&self, new: NewProvider) -> Result<ProviderTest, CommandError> {
        let new = self.with_kept_headers(new).await?;
        let row = row(&new)?;
        let mut access = entered(&new, &row)?;
        access.key = access.key.or_else(|| row.key_env.as_deref().and_then(Secret::from_env));
        ask(&row, access).await
    }

    /// Values of headers that were left empty are those that are kept; another address or proxy never gets them.
    async fn with_kept_headers(&self, mut new: NewProvider) -> Result<NewProvider, CommandError> {
        if new.headers.values().all(|value| !value.trim().is_empty()) {
            return Ok(new);
        }
        let now = row(&NewProvider { headers: Default::default(), ..new.clone() })?;
        let is_same = |before: &ProviderRow| before.base_url == now.base_url && before.proxy == now.proxy;
        let Some(before) = self.store().provider(&now.name)?.filter(is_same) else { return Ok(new) };
        let kept = self.inner.providers.access(&before).await.map_err(refused)?.headers;
        for (name, value) in new.headers.iter_mut().filter(|(_, value)| value.trim().is_empty()) {
            let found = kept.iter().find(|(kept, _)| kept.eq_ignore_ascii_case(name.trim()));
            *value = found.map(|(_, value)| value.expose().to_owned()).unwrap_or_default();
        }
        Ok(new)
    }

    /// Model servers on this machine, told by their answers. No key is sent.
    pub async fn detect_local(&self) -> Result<Vec<LocalServer>, CommandError> {
        let host = std::env::var("OLLAMA_HOST").ok();
        Ok(detect_local(DETECT_PATIENCE, &usual_targets(host.as_deref())).await)
    }
}

/// Where the secrets of a provider are. Always its key: one of an earlier time may still be there although the row names none.
fn secrets_of(row: &ProviderRow) -> Vec<ProviderId> {
    let headers = (!row.headers.is_empty()).then(|| headers_of(&row.id));
    [Some(row.id.clone()), headers].into_iter().flatten().collect()
}

/// The secrets that were entered, unless anybody on the way could read them.
fn entered(new: &NewProvider, row: &ProviderRow) -> Result<Access, CommandError> {
    let key = new.key.as_deref().map(str::trim).filter(|key| !key.is_empty());
    let has_secret = key.is_some() || row.key_env.is_some() || !row.headers.is_empty();
    let proxy = row.proxy.as_deref().unwrap_or_default();
    // A proxy reads what goes through it without encryption.
    let is_read = row.base_url.starts_with("http://") && !keeps_a_key_safe(proxy);
    if has_secret && (!keeps_a_key_safe(&row.base_url) || is_read) {
        return Err(CommandError::invalid(
            "over http:// anybody on the way could read the key; use https://, or leave the key out. Nothing was added",
        ));
    }
    let headers =
        new.headers.iter().map(|(name, value)| (name.trim().to_lowercase(), Secret::new(value.trim())));
    Ok(Access { key: key.map(Secret::new), headers: headers.collect() })
}

async fn ask(row: &ProviderRow, access: Access) -> Result<ProviderTest, CommandError> {
    let started = Instant::now();
    let models = list_models(row, access).await.map_err(refused)?;
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
    let proxy =
        new.proxy.as_deref().map(|proxy| proxy.trim().trim_end_matches('/')).filter(|p| !p.is_empty());
    if proxy.is_some_and(|proxy| !is_address(proxy)) {
        return Err(CommandError::invalid(
            "a proxy is an address that begins with http:// or https://, without a password; nothing was added",
        ));
    }
    Ok(ProviderRow {
        id: ProviderId::fresh(),
        name: name.to_owned(),
        kind: new.kind,
        base_url: base_url.to_owned(),
        key_source: KeySource::None,
        key_env: new.key_env.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned),
        headers: header_names(new)?,
        proxy: proxy.map(str::to_owned),
        created_at: Timestamp::default(),
    })
}

/// The names of the headers that were entered, in small letters.
fn header_names(new: &NewProvider) -> Result<Vec<String>, CommandError> {
    let names: BTreeSet<String> = new.headers.keys().map(|name| name.trim().to_lowercase()).collect();
    let wrong = new.headers.iter().find(|(name, value)| !is_header(name.trim(), value.trim()));
    if let Some((name, _)) = wrong {
        return Err(CommandError::invalid(format!(
            "the header {name} cannot be sent: a name has letters, digits and dashes, a value is one line, and those of the \
             message itself are not given. Nothing was added",
        )));
    }
    if names.len() > HEADERS || names.len() < new.headers.len() {
        return Err(CommandError::invalid(format!(
            "a provider has at most {HEADERS} headers, each once; nothing was added"
        )));
    }
    Ok(names.into_iter().collect())
}

fn refused(error: ProviderError) -> CommandError {
    let shown = crate::engine::explain(&error, &crate::model::Manner::default(), 0, false, false);
    CommandError::new(
        ErrorCode::Provider,
        format!("{} {}", shown.message, shown.hint.replace("Your prompt is kept. ", "")),
    )
}

fn no_keychain(error: crate::secrets::SecretError) -> CommandError {
    CommandError::new(ErrorCode::Storage, format!("the key could not be stored: {error}. Nothing was added"))
}
