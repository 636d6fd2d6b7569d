//! Asks an address in its dialect: the same for all of them.

use super::dialect::{Dialect, Heard};
use super::reading::{Reading, Taken};
use super::refusal::Asked;
use super::{CompletionRequest, Patience, Provider, ProviderError, ProviderEvent, dialect, http, words};
use crate::model::ProviderKind;
use crate::secrets::Secret;
use futures_util::TryStreamExt;
use futures_util::stream::{BoxStream, StreamExt, once};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// A server is asked for its models by a person who waits. Source: F29, the limit for headers, halved.
const MODELS_LIMIT: Duration = Duration::from_secs(30);
/// As much of a refusal as is read. Source: F28 of the reliability notes.
const REFUSAL_LIMIT: usize = 64 << 10;
/// Lists of models are long at some aggregators, but not this long.
const MODELS_BYTES: usize = 8 << 20;

/// One address that speaks a dialect, with the key for it.
pub struct Adapter {
    line: Arc<Line>,
}

impl Adapter {
    /// A provider at `base_url`, such as `https://api.example.com/v1`; `None` for a kind that has no address. An address
    /// that cannot be used shows when it is asked. The key is sent to this address only.
    pub fn new(kind: ProviderKind, base_url: &str, key: Option<Secret>, patience: Patience) -> Option<Self> {
        let dialect = dialect::of(kind)?;
        let base = parse_base(base_url);
        let client = base.as_ref().map_err(Clone::clone).and_then(|base| {
            http::client(base, patience.connect)
                .map_err(|cause| ProviderError::Unreachable { host: http::host_label(base), cause })
        });
        Some(Self { line: Arc::new(Line { dialect, base, client, key, patience }) })
    }

    /// The names of the models it offers, in its order.
    ///
    /// # Errors
    /// Any [`ProviderError`] but those about an answer's stream.
    pub async fn models(&self) -> Result<Vec<String>, ProviderError> {
        let line = &self.line;
        let (base, client) = line.ready()?;
        let request = line.dressed(client.get(line.dialect.models_address(base)), "application/json")?;
        let limit = line.patience.first_event.min(MODELS_LIMIT);
        let work = async {
            let response = request.send().await.map_err(|error| http::unreachable(base, &error))?;
            let response = line.checked(response, None).await?;
            let headers = response.headers().clone();
            let body = http::beginning(bytes_of(response), MODELS_BYTES, line.patience, line.soon()).await;
            let list = serde_json::from_slice::<Value>(&body).ok();
            match list.and_then(|list| line.dialect.model_names(&list)) {
                Some(names) => Ok(each_once(names)),
                None => Err(line.not_a_provider(&headers, &body)),
            }
        };
        timeout(limit, work).await.unwrap_or(Err(ProviderError::Stalled(limit)))
    }
}

impl Provider for Adapter {
    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<ProviderEvent, ProviderError>> {
        once(answer(Arc::clone(&self.line), request)).try_flatten().boxed()
    }

    fn is_here(&self) -> bool {
        self.line.base.as_ref().is_ok_and(http::is_loopback)
    }
}

async fn answer(
    line: Arc<Line>,
    request: CompletionRequest,
) -> Result<BoxStream<'static, Result<ProviderEvent, ProviderError>>, ProviderError> {
    let asked_at = Instant::now();
    let response = line.ask(&request, asked_at).await?;
    let headers = response.headers().clone();
    let heard = Heard::new(&request.model, line.key.clone());
    let reading = Reading::new(line.dialect, heard, line.patience.bearing(request.silence), asked_at);
    if content_type(&headers).starts_with(line.dialect.framing().content_type()) {
        let events = async move {
            match reading.take(bytes_of(response), &headers).await? {
                Taken::Events(events) => Ok(events),
                Taken::Foreign(body) => Err(line.not_a_provider(&headers, &body)),
            }
        };
        let accepted = once(async { Ok(ProviderEvent::Accepted) });
        return Ok(accepted.chain(once(events).try_flatten()).boxed());
    }
    match reading.take(bytes_of(response), &headers).await? {
        Taken::Events(events) => Ok(once(async { Ok(ProviderEvent::Accepted) }).chain(events).boxed()),
        Taken::Foreign(body) => Err(line.not_a_provider(&headers, &body)),
    }
}

struct Line {
    dialect: &'static dyn Dialect,
    base: Result<Url, ProviderError>,
    client: Result<Client, ProviderError>,
    key: Option<Secret>,
    patience: Patience,
}

impl Line {
    fn ready(&self) -> Result<(&Url, &Client), ProviderError> {
        match (&self.base, &self.client) {
            (Ok(base), Ok(client)) => Ok((base, client)),
            (Err(error), _) | (_, Err(error)) => Err(error.clone()),
        }
    }

    /// When a short body has to be there.
    fn soon(&self) -> Instant {
        Instant::now() + self.patience.bytes
    }

    /// Sends the question; a server that does not know a part of it is asked once more without that.
    async fn ask(&self, request: &CompletionRequest, asked_at: Instant) -> Result<Response, ProviderError> {
        let mut question = self.dialect.body(request);
        let first = self.send(request, &question, asked_at).await?;
        if !matches!(first.status(), StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY) {
            return self.checked(first, Some(&request.model)).await;
        }
        let (status, headers) = (first.status(), first.headers().clone());
        let body = http::beginning(bytes_of(first), REFUSAL_LIMIT, self.patience, self.soon()).await;
        if !self.dialect.simplify(&mut question, &String::from_utf8_lossy(&body)) {
            return Err(self.asked(Some(&request.model)).refusal(status, &headers, &body));
        }
        let second = self.send(request, &question, asked_at).await?;
        self.checked(second, Some(&request.model)).await
    }

    async fn send(
        &self,
        request: &CompletionRequest,
        question: &Value,
        asked_at: Instant,
    ) -> Result<Response, ProviderError> {
        let (base, client) = self.ready()?;
        let limit = self.patience.bearing(request.silence).first_event;
        let post = client.post(self.dialect.address(base, request)).json(question);
        let sent = self.dressed(post, self.dialect.framing().content_type())?.send();
        match timeout_at(asked_at + limit, sent).await {
            Ok(sent) => sent.map_err(|error| http::unreachable(base, &error)),
            Err(_) => Err(ProviderError::Stalled(limit)),
        }
    }

    /// Compression would make the stream arrive in lumps, so it is declined.
    fn dressed(
        &self,
        request: RequestBuilder,
        accept: &'static str,
    ) -> Result<RequestBuilder, ProviderError> {
        let mut request = request.header(ACCEPT, accept).header(ACCEPT_ENCODING, "identity");
        for (name, value) in self.dialect.headers() {
            request = request.header(*name, *value);
        }
        let Some(key) = &self.key else {
            return Ok(request);
        };
        let (name, scheme) = self.dialect.key_header();
        let mut value = HeaderValue::try_from(format!("{scheme}{}", key.expose()))
            .map_err(|_| ProviderError::KeyMissing)?;
        value.set_sensitive(true);
        Ok(request.header(name, value))
    }

    /// The response, if it has an answer in it.
    async fn checked(&self, response: Response, model: Option<&str>) -> Result<Response, ProviderError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        if status.is_redirection() {
            return Err(ProviderError::NotAProvider(match redirect_host(&headers, response.url()) {
                Some(host) => format!("it redirects to {host}"),
                None => format!("status {}", status.as_u16()),
            }));
        }
        let body = http::beginning(bytes_of(response), REFUSAL_LIMIT, self.patience, self.soon()).await;
        Err(self.asked(model).refusal(status, &headers, &body))
    }

    fn asked<'a>(&'a self, model: Option<&'a str>) -> Asked<'a> {
        Asked { model, key: self.key.as_ref() }
    }

    fn not_a_provider(&self, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        if body.is_empty() {
            return ProviderError::NotAProvider("it sent nothing".to_owned());
        }
        let kind = match content_type(headers) {
            "" => "no content type".to_owned(),
            kind => words::message(kind, self.key.as_ref()),
        };
        ProviderError::NotAProvider(match words::quote(body, self.key.as_ref()) {
            quote if quote.is_empty() => format!("it sent {kind} without any words"),
            quote => format!("it sent {kind} that begins \"{quote}\""),
        })
    }
}

fn parse_base(text: &str) -> Result<Url, ProviderError> {
    let address = Url::parse(text.trim()).ok().filter(|url| url.has_host());
    match address {
        Some(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(ProviderError::NotAProvider(
            "it is not an address that begins with https:// or http://".to_owned(),
        )),
    }
}

fn bytes_of(response: Response) -> BoxStream<'static, Result<bytes::Bytes, ProviderError>> {
    response.bytes_stream().map_err(|_| ProviderError::Truncated).boxed()
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(reqwest::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.map_or("", |value| value.split(';').next().unwrap_or_default().trim())
}

fn redirect_host(headers: &HeaderMap, from: &Url) -> Option<String> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    Some(http::host_label(&from.join(location).ok()?))
}

/// Names in a list of models; the largest real one has a few hundred.
const MODELS: usize = 5_000;

/// Each name where it came first.
fn each_once(names: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).take(MODELS).collect()
}
