//! A server at an address: each message is a request of its own, and what comes back is one message or a stream of them.

use crate::health::{Health, Why};
use crate::limit::READ;
use crate::wire::{Heard, Out, Wire};
use futures_util::StreamExt as _;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage, ServerResult};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// Requests at the same time.
const AT_ONCE: usize = 16;
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// Where a server is, and what it is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// `https`, or `http` on this computer.
    pub url: String,
    /// Sent with each request, and secret.
    pub headers: Vec<(String, String)>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Address").field("url", &self.url).field("headers", &names).finish()
    }
}

/// Whether a server can be there: over `https`, or on this computer; without a name or a password in it.
pub fn is_address(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        let is_near = url.scheme() == "http" && is_loopback(&url);
        (url.scheme() == "https" || is_near)
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

pub(crate) fn open(address: &Address, health: &Arc<Health>) -> Result<Wire, Why> {
    if !is_address(&address.url) {
        return Err("its address has to begin with https://, or be on this computer".to_owned());
    }
    let url = Url::parse(&address.url).map_err(|error| error.to_string())?;
    let mut headers = HeaderMap::new();
    for (name, value) in &address.headers {
        let name = HeaderName::try_from(name).map_err(|_| format!("{name} is no name of a header"))?;
        let mut value =
            HeaderValue::try_from(value).map_err(|_| format!("the value of {name} cannot be sent"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let mut builder = Client::builder()
        .user_agent(concat!("meanwhile/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .default_headers(headers)
        .connect_timeout(CONNECT);
    if is_loopback(&url) {
        builder = builder.no_proxy();
    }
    if url.scheme() == "http" {
        // Reading the computer's certificates takes time and fails where there are none.
        builder = builder.tls_certs_only([]);
    }
    let client = builder.build().map_err(|error| error.to_string())?;
    let (mut wire, out, heard) = Wire::new();
    let post = Post { client, url, heard, health: Arc::clone(health), met: Arc::default() };
    wire.tasks.spawn(work(post, out));
    Ok(wire)
}

#[derive(Clone)]
struct Post {
    client: Client,
    url: Url,
    heard: Heard,
    health: Arc<Health>,
    met: Arc<Met>,
}

/// What the server said at the beginning, to be repeated to it.
#[derive(Default)]
struct Met {
    session: OnceLock<HeaderValue>,
    version: OnceLock<HeaderValue>,
}

async fn work(post: Post, mut out: Out) {
    let mut posts = JoinSet::new();
    let why = loop {
        tokio::select! {
            message = out.recv(), if posts.len() < AT_ONCE => match message {
                None => return,
                // What is only told has to be there before what follows it.
                Some(message @ JsonRpcMessage::Notification(_)) => {
                    if let Err(why) = post.send(&message).await {
                        break why;
                    }
                }
                Some(message) => {
                    let post = post.clone();
                    posts.spawn(async move { post.send(&message).await });
                }
            },
            Some(sent) = posts.join_next() => if let Ok(Err(why)) = sent {
                break why;
            },
        }
    };
    post.health.fail(why);
}

impl Post {
    async fn send(&self, message: &ClientJsonRpcMessage) -> Result<(), Why> {
        let body = serde_json::to_vec(message).map_err(|error| error.to_string())?;
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .body(body);
        for (name, value) in [(SESSION, &self.met.session), (VERSION, &self.met.version)] {
            if let Some(value) = value.get() {
                request = request.header(name, value);
            }
        }
        let response = request.send().await.map_err(|error| cause(&error))?;
        self.read(response, matches!(message, JsonRpcMessage::Request(_))).await
    }

    async fn read(&self, response: Response, is_asked: bool) -> Result<(), Why> {
        let status = response.status();
        if status.is_redirection() {
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("elsewhere");
            let to = meanwhile_tool::visible(&to.chars().take(200).collect::<String>());
            return Err(format!(
                "it sends us to {to}, which is not followed; if you trust it, add that address"
            ));
        }
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err("it wants a token, or another one; add the server again with it".to_owned());
            }
            StatusCode::NOT_FOUND if self.met.session.get().is_some() => {
                return Err("it does not know this connection any more".to_owned());
            }
            status if !status.is_success() => {
                return Err(format!("it answers with status {}", status.as_u16()));
            }
            _ => {}
        }
        if let Some(session) = response.headers().get(&SESSION) {
            // The first one counts.
            let _ = self.met.session.set(session.clone());
        }
        let kind =
            response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            _ if !is_asked || status == StatusCode::ACCEPTED => Ok(()),
            "application/json" => self.whole(response).await,
            "text/event-stream" => self.stream(response).await,
            _ => {
                let kind = meanwhile_tool::visible(&kind.chars().take(60).collect::<String>());
                Err(format!("it answers with {kind:?} where MCP belongs; check the address"))
            }
        }
    }

    async fn whole(&self, response: Response) -> Result<(), Why> {
        let mut bytes = response.bytes_stream();
        let mut text = Vec::new();
        while let Some(part) = bytes.next().await {
            let part = part.map_err(|error| cause(&error))?;
            self.health.count(part.len())?;
            text.extend_from_slice(&part);
        }
        self.hear(&text).await
    }

    /// Lines that begin with `data:`, until an empty one.
    async fn stream(&self, response: Response) -> Result<(), Why> {
        let mut bytes = response.bytes_stream();
        let (mut line, mut text) = (Vec::new(), Vec::new());
        while let Some(part) = bytes.next().await {
            let part = part.map_err(|error| cause(&error))?;
            self.health.count(part.len())?;
            for byte in part {
                if byte != b'\n' {
                    line.push(byte);
                    continue;
                }
                let whole = line.strip_suffix(b"\r").unwrap_or(&line);
                if whole.is_empty() {
                    self.hear(&text).await?;
                    text.clear();
                } else if let Some(data) = whole.strip_prefix(b"data:") {
                    text.extend_from_slice(data);
                    text.push(b'\n');
                }
                line.clear();
                if text.len() > READ {
                    return Err(format!("it sent a message of more than {} MiB", READ >> 20));
                }
            }
            if line.len() > READ {
                return Err(format!("it sent a line of more than {} MiB", READ >> 20));
            }
        }
        Ok(())
    }

    async fn hear(&self, text: &[u8]) -> Result<(), Why> {
        let Some(message) = self.health.admit(text)? else { return Ok(()) };
        if let JsonRpcMessage::Response(response) = &message
            && let ServerResult::InitializeResult(met) = &response.result
            && let Ok(version) = HeaderValue::try_from(met.protocol_version.as_str())
        {
            let _ = self.met.version.set(version);
        }
        self.heard.send(message).await.map_err(|_| "it is closed".to_owned())
    }
}

/// The deepest cause. Addresses are left out: they may hold what is secret.
fn cause(error: &reqwest::Error) -> Why {
    let mut next = std::error::Error::source(error);
    let mut text = "it cannot be reached".to_owned();
    while let Some(source) = next {
        text = source.to_string();
        next = source.source();
    }
    meanwhile_tool::visible(&text)
}
