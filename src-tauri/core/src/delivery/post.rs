//! Messages that are one HTTP request with JSON: webhooks, Slack and ntfy.

use super::failure::Failure;
use crate::model::FailureKind;
use crate::provider::asked_wait;
use crate::secrets::Secret;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, StatusCode, Url, redirect};
use serde_json::Value;
use std::error::Error;
use std::time::Duration;

/// A channel that is not connected with in this time is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// For one message, the connection included. Slack answers within 3 s; a small server of one's own may be slow to wake.
const WHOLE: Duration = Duration::from_secs(30);

/// One request.
pub struct Post<'a> {
    /// Where to.
    pub address: &'a str,
    /// What is sent.
    pub body: &'a Value,
    /// Shown to the address, if it needs one.
    pub token: Option<&'a Secret>,
    /// The same for the same message, so that a program which looks at it takes a message once.
    pub key: &'a str,
}

/// The host of an address; `None` when it is none.
pub fn host_of(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

/// Sends it, once. Nothing of the answer but its status is read.
pub async fn post(post: Post<'_>) -> Result<(), Failure> {
    let broken = || Failure::new(FailureKind::MissingTarget, "Its address is none. Add the channel anew.");
    let address = Url::parse(post.address).map_err(|_| broken())?;
    let host = address.host_str().unwrap_or_default().to_owned();
    let client = client(&address).map_err(|why| Failure::unreachable(&host, &why))?;
    let mut request =
        client.post(address).header(CONTENT_TYPE, "application/json").header("Idempotency-Key", post.key);
    if let Some(token) = post.token {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| {
            Failure::new(FailureKind::Permission, "Its token cannot be sent. Add the channel anew.")
        })?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    match request.body(post.body.to_string()).send().await {
        Ok(answer) => judge(answer.status(), &host)
            .map_err(|failure| Failure { wait: asked_wait(answer.headers()), ..failure }),
        Err(error) if error.is_connect() => Err(Failure::unreachable(&host, &cause(&error))),
        Err(error) if error.is_builder() => Err(broken()),
        // It had left, so nobody knows.
        Err(_) => Err(Failure::unknown()),
    }
}

/// Follows no redirects: an address that was confirmed must not lead on to another.
fn client(address: &Url) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("meanwhile/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .pool_max_idle_per_host(0);
    if address.scheme() == "http" {
        // Only on this computer or in the own network: no certificates, and no proxy in between.
        builder = builder.tls_certs_only([]).no_proxy();
    }
    builder.build().map_err(|error| cause(&error))
}

fn judge(status: StatusCode, host: &str) -> Result<(), Failure> {
    let code = status.as_u16();
    let (kind, words) = match code {
        200..=299 => return Ok(()),
        300..=399 => {
            (FailureKind::MissingTarget, format!("{host} says that the address has moved ({code})."))
        }
        401 | 403 => (FailureKind::Permission, format!("{host} refused access ({code}).")),
        404 | 410 => {
            (FailureKind::MissingTarget, format!("{host} has nothing at that address any more ({code})."))
        }
        429 | 503 => (FailureKind::RateLimit, format!("{host} takes no messages right now ({code}).")),
        _ => (FailureKind::Refused, format!("{host} refused the message ({code}).")),
    };
    Err(Failure::new(kind, words))
}

/// The deepest cause. The error itself would name the address, which is a secret.
fn cause(error: &reqwest::Error) -> String {
    let mut text = "no connection".to_owned();
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(source) = next {
        text = source.to_string();
        next = source.source();
    }
    if error.is_timeout() { "it did not answer in time".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_what_to_do_next() {
        let kind = |code| {
            judge(StatusCode::from_u16(code).unwrap(), "example.com").err().map(|failure| failure.kind)
        };
        assert_eq!(kind(204), None);
        for (code, expected) in [
            (302, FailureKind::MissingTarget),
            (400, FailureKind::Refused),
            (401, FailureKind::Permission),
            (403, FailureKind::Permission),
            (404, FailureKind::MissingTarget),
            (410, FailureKind::MissingTarget),
            (429, FailureKind::RateLimit),
            (500, FailureKind::Refused),
            (503, FailureKind::RateLimit),
        ] {
            assert_eq!(kind(code), Some(expected), "{code}");
        }
    }
}
