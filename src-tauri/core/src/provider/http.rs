//! The client, and what can be said about a request that got no answer.

use super::{Patience, ProviderError};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::{Client, Proxy, Url, redirect};
use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A pooled connection older than this may be dead after sleep or a NAT drop. Source: T7 of the reliability notes.
const POOL_IDLE: Duration = Duration::from_secs(30);

/// A client for one address. It follows no redirects, keeps no cookies, and never sends loopback to a proxy that was not
/// named for it.
///
/// # Errors
/// A sentence, when the computer has no certificates to trust.
pub(super) fn client(base: &Url, connect: Duration, proxy: Option<&str>) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("meanwhile/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(connect)
        .pool_idle_timeout(POOL_IDLE)
        .tcp_nodelay(true);
    if let Some(proxy) = proxy {
        builder = builder.proxy(Proxy::all(proxy).map_err(|error| cause(&error))?);
    } else if is_loopback(base) {
        builder = builder.no_proxy();
    }
    if base.scheme() == "http" {
        // Reading the computer's certificates takes time and fails where there are none.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| cause(&error))
}

/// True when the address can only mean this computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some(host) => {
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            bare == "localhost"
                || bare.ends_with(".localhost")
                || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

/// `host:port` of an address.
pub(super) fn host_label(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// `base` with one or two path segments added; its own query stays.
pub(super) fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// The error for a request that got no answer.
pub(super) fn unreachable(base: &Url, error: &reqwest::Error) -> ProviderError {
    ProviderError::Unreachable { host: host_label(base), cause: cause(error) }
}

/// The beginning of a body, at most `limit` bytes, within the patience for bytes and until `deadline`, for a server that
/// lets single bytes drip; what came until then counts.
pub(super) async fn beginning(
    mut body: impl Stream<Item = Result<Bytes, ProviderError>> + Unpin,
    limit: usize,
    patience: Patience,
    deadline: Instant,
) -> Vec<u8> {
    let mut read = Vec::new();
    let until = || deadline.min(Instant::now() + patience.bytes);
    while let Ok(Some(Ok(chunk))) = timeout_at(until(), body.next()).await {
        read.extend_from_slice(&chunk);
        if read.len() >= limit {
            read.truncate(limit);
            break;
        }
    }
    read
}

/// The deepest cause in words that a user can act on. Addresses are left out: they may hold a query.
fn cause(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(source) = next {
        if let Some(words) = source.downcast_ref::<std::io::Error>().and_then(|io| io_cause(io.kind())) {
            return words.to_owned();
        }
        text = source.to_string();
        if text.starts_with("dns error") {
            return "its name is not known; check the address and the network".to_owned();
        }
        if let Some(words) = text.strip_prefix("tunnel error: ").map(proxy_cause) {
            return words.to_owned();
        }
        next = source.source();
    }
    let lower = text.to_lowercase();
    if error.is_timeout() {
        "it did not answer in time".to_owned()
    } else if lower.contains("certificate") {
        format!("its certificate is not trusted: {}; check the computer's clock and proxy", distrust(&text))
    } else if lower.contains("corrupt message") || lower.contains("invalidcontenttype") {
        "it does not speak https".to_owned()
    } else if lower.contains("connection closed") || lower.contains("incomplete") {
        BROKE.to_owned()
    } else if text.is_empty() {
        "the request could not be made".to_owned()
    } else {
        text
    }
}

/// Why the proxy did not lead there.
fn proxy_cause(text: &str) -> &'static str {
    match text {
        "failed to create underlying connection" => "the proxy cannot be reached",
        _ => "the proxy did not let the request through; check its address, name and password",
    }
}

/// Why a certificate is not trusted, for those who do not know the words of TLS.
fn distrust(text: &str) -> &str {
    let known = [
        ("UnknownIssuer", "the computer does not know who signed it"),
        ("expired", "it has expired"),
        ("not valid yet", "it is not valid yet"),
        ("not valid for name", "it is for another name"),
    ];
    known.iter().find(|(sign, _)| text.contains(sign)).map_or(text, |(_, words)| words)
}

pub(super) const BROKE: &str = "the connection broke before an answer";

fn io_cause(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::ConnectionRefused => "nothing is listening there",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => BROKE,
        ErrorKind::TimedOut => "it did not answer in time",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "the network does not reach it"
        }
        _ => return None,
    })
}
