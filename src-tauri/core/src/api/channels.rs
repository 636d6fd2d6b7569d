//! Ways to tell the user beside the app: added, tested, confirmed and removed by their user alone.

use super::Core;
use crate::command::{CommandError, ErrorCode, NewChannel};
use crate::delivery;
use crate::model::{
    Channel, ChannelPlace, ChannelRow, INBOX, KeySource, MailSecurity, NATIVE, ProviderId, Settings, Task,
    TaskId, Timestamp,
};
use crate::provider::{is_address, keeps_a_key_safe};
use crate::secrets::Secret;

impl Core {
    /// Every channel of the user, in the order they were added, each with exactly what its test sends.
    pub async fn channels(&self) -> Result<Vec<Channel>, CommandError> {
        let settings = self.store().settings()?;
        Ok(self.store().channels()?.into_iter().map(|row| self.as_channel(row, &settings)).collect())
    }

    /// Adds a channel, or changes the one of that name. Nothing is sent; it tells nobody of anything before its test was sent
    /// and confirmed. Without a secret a changed one keeps the one it has, at the same place.
    ///
    /// # Errors
    /// `Invalid` when it cannot be such a channel, `Storage` when its secret could not be kept; nothing was added.
    pub async fn add_channel(&self, new: NewChannel) -> Result<Channel, CommandError> {
        let (mut row, mut secret) = row(&new)?;
        let secrets = &self.inner.providers.secrets;
        if secret.is_none()
            && let Some(before) = self.known(&row.name)?
            && before.place == row.place
            && before.key_source != KeySource::None
        {
            secret = secrets.get(&before.id).await.map_err(no_keychain)?;
        }
        check(&row, secret.as_ref())?;
        // Under a fresh id: no place ever gets what was entered for another one.
        if let Some(secret) = &secret {
            row.key_source = secrets.put(&row.id, secret).await.map_err(no_keychain)?;
        }
        let unused = match self.store().put_channel(row.clone()).await {
            Ok(before) => (before.map(|before| before.id), Ok(())),
            Err(error) => (Some(row.id.clone()), Err(error)),
        };
        if let (Some(id), _) = &unused
            && let Err(error) = secrets.remove(id).await
        {
            tracing::warn!(channel = row.name, %error, "a secret that nothing uses stays in the keychain");
        }
        unused.1?;
        self.one(&row.name)
    }

    /// Sends the test of a channel, which is its preview and nothing else. Whether it arrived only its user knows.
    ///
    /// # Errors
    /// `Provider`, in plain words, when it was not taken.
    pub async fn test_channel(&self, name: &str) -> Result<Channel, CommandError> {
        let row = self.store().channel(name)?;
        let (at, settings) = (self.inner.clock.now(), self.store().settings()?);
        let secrets = self.inner.providers.secrets.as_ref();
        let sent = delivery::test(secrets, &row, at, settings.private_notices).await;
        let failure = sent.as_ref().err().map(|failure| failure.stored(at));
        self.store().channel_tested(row.id, failure).await?;
        sent.map_err(|failure| CommandError::new(ErrorCode::Provider, failure.message))?;
        self.one(&row.name)
    }

    /// The user says whether the test arrived: if so the channel is used from now on.
    ///
    /// # Errors
    /// `Conflict` when no test was sent.
    pub async fn confirm_channel(&self, name: &str, arrived: bool) -> Result<Channel, CommandError> {
        let row = self.store().confirm_channel(name.to_owned(), arrived).await?;
        self.one(&row.name)
    }

    /// Removes a channel with its secret; what waited for it is not sent.
    pub async fn remove_channel(&self, name: &str) -> Result<(), CommandError> {
        let gone = self.store().remove_channel(name.to_owned()).await?;
        if gone.key_source == KeySource::None {
            return Ok(());
        }
        self.inner.providers.secrets.remove(&gone.id).await.map_err(|error| {
            CommandError::new(
                ErrorCode::Storage,
                format!("the channel was removed, but its secret is still in the keychain: {error}"),
            )
        })
    }

    /// Whether anybody is told of a task outside the app from now on; what waits to be sent of a muted one is not.
    pub async fn mute(&self, id: &TaskId, muted: bool) -> Result<Task, CommandError> {
        Ok(self.store().mute(id.clone(), muted).await?)
    }

    fn one(&self, name: &str) -> Result<Channel, CommandError> {
        Ok(self.as_channel(self.store().channel(name)?, &self.store().settings()?))
    }

    fn known(&self, name: &str) -> Result<Option<ChannelRow>, CommandError> {
        Ok(self.store().channels()?.into_iter().find(|row| row.name.eq_ignore_ascii_case(name)))
    }

    fn as_channel(&self, row: ChannelRow, settings: &Settings) -> Channel {
        Channel {
            state: row.state(),
            preview: delivery::preview(&row.place, self.inner.clock.now(), settings.private_notices),
            name: row.name,
            place: row.place,
            key_source: row.key_source,
            tested_at: row.tested_at,
            used_at: row.used_at,
            failure: row.failure,
        }
    }
}

fn row(new: &NewChannel) -> Result<(ChannelRow, Option<Secret>), CommandError> {
    let name = new.name.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 40 || !name.chars().all(allowed) {
        return Err(CommandError::invalid(
            "a channel's name has 1 to 40 letters, digits, dots, dashes or underscores; nothing was added",
        ));
    }
    if [INBOX, NATIVE].iter().any(|ours| name.eq_ignore_ascii_case(ours)) {
        return Err(CommandError::invalid(format!(
            "{name} is there already; choose another name. Nothing was added"
        )));
    }
    let secret = new.secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty()).map(Secret::new);
    let row = ChannelRow {
        id: ProviderId::fresh(),
        name: name.to_owned(),
        place: placed(&new.place, secret.as_ref())?,
        key_source: KeySource::None,
        tested_at: None,
        confirmed_at: None,
        used_at: None,
        failure: None,
        created_at: Timestamp::default(),
    };
    Ok((row, secret))
}

/// The place as it is kept: trimmed, and of a secret address the host alone.
fn placed(place: &ChannelPlace, secret: Option<&Secret>) -> Result<ChannelPlace, CommandError> {
    let host = |shown: &str| match secret {
        Some(secret) => delivery::host_of(secret.expose()).unwrap_or_default(),
        None => shown.trim().to_owned(),
    };
    let trimmed = |text: &str| text.trim().to_owned();
    Ok(match place {
        ChannelPlace::Email { host, port, security, user, from, to } => ChannelPlace::Email {
            host: trimmed(host),
            port: *port,
            security: *security,
            user: user.as_deref().map(trimmed).filter(|user| !user.is_empty()),
            from: trimmed(from),
            to: trimmed(to),
        },
        ChannelPlace::Webhook { host: shown } => ChannelPlace::Webhook { host: host(shown) },
        ChannelPlace::Slack { host: shown } => ChannelPlace::Slack { host: host(shown) },
        ChannelPlace::Ntfy { server, topic } => ChannelPlace::Ntfy {
            server: server.trim().trim_end_matches('/').to_owned(),
            topic: trimmed(topic),
        },
    })
}

/// Refuses what cannot be sent to, and what would be read on the way.
fn check(row: &ChannelRow, secret: Option<&Secret>) -> Result<(), CommandError> {
    let wrong = |words: &str| Err(CommandError::invalid(format!("{words}; nothing was added")));
    match &row.place {
        ChannelPlace::Email { host, port, security, user, from, to } => {
            if host.is_empty() || host.contains(['/', ' ', '@']) || *port == 0 {
                return wrong("the mail server is a name such as mail.example.com and a port from 1 on");
            }
            if *security == MailSecurity::None && !delivery::is_this_computer(host) {
                return wrong(
                    "without encryption mail is sent to this computer only; choose TLS or STARTTLS",
                );
            }
            if !delivery::is_mailbox(from) || !delivery::is_mailbox(to) {
                return wrong("a mail goes from and to an address such as name@example.com");
            }
            match (user, secret) {
                (Some(_), None) => wrong("the password is missing"),
                (None, Some(_)) => wrong("a password needs the name it belongs to"),
                _ => Ok(()),
            }
        }
        ChannelPlace::Webhook { .. } | ChannelPlace::Slack { .. } => match secret {
            None => wrong("the address is missing"),
            Some(address) if !is_address(address.expose()) => {
                wrong("the address has to begin with https:// and name a host")
            }
            Some(address) if !keeps_a_key_safe(address.expose()) => {
                wrong("over http:// anybody on the way could read the address; use https://")
            }
            Some(_) => Ok(()),
        },
        ChannelPlace::Ntfy { server, topic } => {
            let is_topic = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            if !is_address(server) || !keeps_a_key_safe(server) {
                return wrong(
                    "the server is an address such as https://ntfy.sh; http:// only in your own network",
                );
            }
            if server.contains(['@', '?', '#']) {
                return wrong("a token is said by itself and not as a part of the server's address");
            }
            if topic.is_empty() || topic.len() > 64 || !topic.chars().all(is_topic) {
                return wrong("a topic has 1 to 64 letters, digits, dashes or underscores");
            }
            Ok(())
        }
    }
}

fn no_keychain(error: crate::secrets::SecretError) -> CommandError {
    CommandError::new(
        ErrorCode::Storage,
        format!("its secret could not be kept or read: {error}. Nothing was added"),
    )
}
