//! One message to one of the user's channels.

use super::email::{self, Email};
use super::failure::Failure;
use super::message::{Message, compose, sample};
use super::post::{Post, post};
use crate::model::{ChannelPlace, ChannelRow, FailureKind, KeySource, Timestamp};
use crate::secrets::{Secret, SecretStore};
use crate::store::Due;

/// Exactly what a test of a channel at this place sends.
pub fn preview(place: &ChannelPlace, at: Timestamp, is_private: bool) -> String {
    compose(place, &[sample(at)], is_private).preview()
}

/// Sends a test.
pub async fn test(
    secrets: &dyn SecretStore,
    channel: &ChannelRow,
    at: Timestamp,
    is_private: bool,
) -> Result<(), Failure> {
    tell(secrets, channel, &[sample(at)], is_private).await
}

/// Tells a channel of outcomes, with one message.
pub async fn tell(
    secrets: &dyn SecretStore,
    channel: &ChannelRow,
    due: &[Due],
    is_private: bool,
) -> Result<(), Failure> {
    let secret = secret(secrets, channel).await?;
    let message = compose(&channel.place, due, is_private);
    let sent = send(channel, &message, secret.as_ref(), &key(due)).await;
    sent.map_err(|failure| failure.without(secret.as_ref()))
}

/// The same for the same outcomes. A test has another each time, so that no channel takes two for one.
fn key(due: &[Due]) -> String {
    match due {
        [one] if one.delivery.id > 0 => format!("{}-{}", one.delivery.task_id, one.delivery.id),
        [one] => format!("{}-{}", one.delivery.task_id, one.delivery.notice.at.as_ms()),
        several => {
            let ids: Vec<String> = several.iter().map(|one| one.delivery.id.to_string()).collect();
            format!("outcomes-{}", ids.join("-"))
        }
    }
}

async fn send(
    channel: &ChannelRow,
    message: &Message,
    secret: Option<&Secret>,
    key: &str,
) -> Result<(), Failure> {
    match (&channel.place, message) {
        (ChannelPlace::Email { host, port, security, user, from, to }, Message::Mail { subject, body }) => {
            let (user, password, security) = (user.as_deref(), secret, *security);
            email::send(Email { host, port: *port, security, user, password, from, to, subject, body, key })
                .await
        }
        (ChannelPlace::Webhook { .. } | ChannelPlace::Slack { .. }, Message::Json(body)) => {
            let address = secret.ok_or_else(lost)?.expose();
            post(Post { address, body, token: None, key }).await
        }
        (ChannelPlace::Ntfy { server, .. }, Message::Json(body)) => {
            // Published at the root: there a title may have any letters.
            post(Post { address: server, body, token: secret, key }).await
        }
        _ => Err(Failure::new(FailureKind::Refused, "There is no such message for this channel.")),
    }
}

async fn secret(secrets: &dyn SecretStore, channel: &ChannelRow) -> Result<Option<Secret>, Failure> {
    if channel.key_source == KeySource::None {
        return Ok(None);
    }
    match secrets.get(&channel.id).await {
        Ok(Some(secret)) => Ok(Some(secret)),
        Ok(None) => Err(lost()),
        // A keychain that is locked may be open in a while.
        Err(error) => Err(Failure::new(FailureKind::Transport, crate::model::sentence(&error.to_string()))),
    }
}

fn lost() -> Failure {
    Failure::new(FailureKind::Permission, "What is secret about it is not kept any more. Enter it again.")
}
