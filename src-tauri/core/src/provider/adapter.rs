//! Asks an address in its dialect: the same for all of them.

use super::dialect::{Dialect, Meaning, RemoteAt};
use super::reading::{Reading, Taken};
use super::refusal::Asked;
use super::{CompletionRequest, Patience, Provider, ProviderError, ProviderEvent, dialect, http, words};
use crate::model::{ProviderKind, RemoteRun};
use crate::secrets::Secret;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt, once};
use futures_util::{FutureExt, TryStreamExt};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// A server is asked for its models by a person who waits. Source: F29, the limit for headers, halved.
const MODELS_LIMIT: Duration = Duration::from_secs(30);
/// As much of a refusal as is read. Source: F28 of the reliability notes.
const REFUSAL_LIMIT: usize = 64 << 10;
/// How often an answer is looked at that is made there, unless the server says. Source: section 4.1 of the notes on APIs.
const LOOK: Duration = Duration::from_secs(2);
/// As much of a whole answer as is read: the limit for an event.
const ANSWER_BYTES: usize = 16 << 20;
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
    fn stream(&self, request: CompletionRequest) -> Events {
        once(answer(Arc::clone(&self.line), request)).try_flatten().boxed()
    }

    fn stop(&self, run: String) -> BoxFuture<'static, Result<(), ProviderError>> {
        let line = Arc::clone(&self.line);
        async move { line.stop(&RemoteRun { id: run, cursor: None }).await }.boxed()
    }

    fn is_here(&self) -> bool {
        self.line.base.as_ref().is_ok_and(http::is_loopback)
    }
}

type Events = BoxStream<'static, Result<ProviderEvent, ProviderError>>;

async fn answer(line: Arc<Line>, request: CompletionRequest) -> Result<Events, ProviderError> {
    let asked_at = Instant::now();
    if let Some(remote) = &request.remote {
        let at = line.remote_at(&remote.run)?;
        return match line.hear(&request, &at, asked_at).await? {
            Some(response) => read(line, request, response, asked_at).await,
            None => Ok(watch(line, request, at)),
        };
    }
    let response = line.ask(&request, asked_at).await?;
    read(line, request, response, asked_at).await
}

async fn read(
    line: Arc<Line>,
    request: CompletionRequest,
    response: Response,
    asked_at: Instant,
) -> Result<Events, ProviderError> {
    let headers = response.headers().clone();
    let reading = line.reading(&request, asked_at);
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

/// An answer that is made there and cannot be streamed any more is looked at until it has ended.
fn watch(line: Arc<Line>, request: CompletionRequest, at: RemoteAt) -> Events {
    let accepted = once(async { Ok(ProviderEvent::Accepted) });
    let rest = once(async move {
        let began = Instant::now();
        loop {
            let (whole, pause) = line.look(&at.whole).await?;
            match line.reading(&request, began).looked_at(&whole) {
                Ok(events) => return Ok(events),
                // It was taken and never begun: some of those stay so for ever.
                Err(Meaning::Nothing) if began.elapsed() > line.patience.first_event => {
                    return Err(ProviderError::Stalled(line.patience.first_event));
                }
                Err(_) => sleep(pause).await,
            }
        }
    });
    accepted.chain(rest.try_flatten()).boxed()
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

    fn reading(&self, request: &CompletionRequest, asked_at: Instant) -> Reading {
        let patience = self.patience.bearing(request.silence);
        Reading::new(self.dialect, request, self.key.clone(), patience, asked_at)
    }

    fn remote_at(&self, run: &RemoteRun) -> Result<RemoteAt, ProviderError> {
        self.dialect.remote(self.ready()?.0, run).ok_or(ProviderError::RunGone)
    }

    /// Goes on hearing an answer that is made there; `None` when it can only be looked at.
    async fn hear(
        &self,
        request: &CompletionRequest,
        at: &RemoteAt,
        asked_at: Instant,
    ) -> Result<Option<Response>, ProviderError> {
        let (base, client) = self.ready()?;
        let limit = self.patience.bearing(request.silence).first_event;
        let sent = self.dressed(client.get(at.stream.clone()), self.dialect.framing().content_type())?.send();
        let response = match timeout_at(asked_at + limit, sent).await {
            Ok(sent) => sent.map_err(|error| http::unreachable(base, &error))?,
            Err(_) => return Err(ProviderError::Stalled(limit)),
        };
        if is_not_so(response.status()) {
            return Ok(None);
        }
        self.checked(response, Some(&request.model)).await.map(Some)
    }

    /// All that there is of an answer that is made there, and when to look again.
    async fn look(&self, whole: &Url) -> Result<(Value, Duration), ProviderError> {
        let (base, client) = self.ready()?;
        let sent = self.dressed(client.get(whole.clone()), "application/json")?.send();
        let response = match timeout(self.patience.bytes, sent).await {
            Ok(sent) => sent.map_err(|error| http::unreachable(base, &error))?,
            Err(_) => return Err(ProviderError::Stalled(self.patience.bytes)),
        };
        if is_not_so(response.status()) {
            return Err(ProviderError::RunGone);
        }
        let response = self.checked(response, None).await?;
        let headers = response.headers().clone();
        let asked = headers.get("openai-poll-after-ms").and_then(|value| value.to_str().ok()?.parse().ok());
        let pause = asked.map_or(LOOK, Duration::from_millis).clamp(LOOK / 4, 30 * LOOK);
        let body = http::beginning(bytes_of(response), ANSWER_BYTES, self.patience, self.soon()).await;
        let whole = serde_json::from_slice(&body).map_err(|_| self.not_a_provider(&headers, &body))?;
        Ok((whole, pause))
    }

    async fn stop(&self, run: &RemoteRun) -> Result<(), ProviderError> {
        let at = self.remote_at(run)?;
        let (base, client) = self.ready()?;
        let sent = self.dressed(client.post(at.stop), "application/json")?.send();
        let response = match timeout(self.patience.bytes, sent).await {
            Ok(sent) => sent.map_err(|error| http::unreachable(base, &error))?,
            Err(_) => return Err(ProviderError::Stalled(self.patience.bytes)),
        };
        match is_not_so(response.status()) {
            true => Ok(()),
            false => self.checked(response, None).await.map(drop),
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

/// Statuses that say that there is no such answer, or that it cannot be had in this way.
fn is_not_so(status: StatusCode) -> bool {
    use StatusCode as S;
    matches!(status, S::BAD_REQUEST | S::NOT_FOUND | S::CONFLICT | S::GONE | S::UNPROCESSABLE_ENTITY)
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
