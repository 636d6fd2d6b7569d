//! What goes over the wire to one address, and what comes back instead of an answer.

use super::dialect::{Dialect, RemoteAt};
use super::reading::Reading;
use super::refusal::Asked;
use super::{CompletionRequest, Patience, ProviderError, http, words};
use crate::model::RemoteRun;
use crate::secrets::Access;
use futures_util::TryStreamExt;
use futures_util::stream::{BoxStream, StreamExt};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// As much of a refusal as is read. Source: F28 of the reliability notes.
const REFUSAL_LIMIT: usize = 64 << 10;
/// How often an answer is looked at that is made there, unless the server says. Source: section 4.1 of the notes on APIs.
const LOOK: Duration = Duration::from_secs(2);
/// As much of a whole answer as is read: the limit for an event.
const ANSWER_BYTES: usize = 16 << 20;
/// So often a question is made simpler for a server.
const SIMPLER: usize = 3;

/// One address with its key: what is asked of it, and what its refusals mean.
pub(super) struct Line {
    pub(super) dialect: &'static dyn Dialect,
    pub(super) base: Result<Url, ProviderError>,
    pub(super) client: Result<Client, ProviderError>,
    pub(super) access: Access,
    pub(super) patience: Patience,
}

impl Line {
    pub(super) fn ready(&self) -> Result<(&Url, &Client), ProviderError> {
        match (&self.base, &self.client) {
            (Ok(base), Ok(client)) => Ok((base, client)),
            (Err(error), _) | (_, Err(error)) => Err(error.clone()),
        }
    }

    /// When a short body has to be there.
    pub(super) fn soon(&self) -> Instant {
        Instant::now() + self.patience.bytes
    }

    /// Sends the question; a server that does not know a part of it is asked again without that.
    pub(super) async fn ask(
        &self,
        request: &CompletionRequest,
        asked_at: Instant,
    ) -> Result<Response, ProviderError> {
        self.ask_with(&mut self.dialect.body(request), request, asked_at).await
    }

    /// The same with a question that may have been made simpler before.
    pub(super) async fn ask_with(
        &self,
        question: &mut Value,
        request: &CompletionRequest,
        asked_at: Instant,
    ) -> Result<Response, ProviderError> {
        if request.in_background && self.dialect.asks_apart(request) {
            let response = self.send(request, question, asked_at).await?;
            if !is_unknown(response.status()) {
                return self.checked(response, Some(request)).await;
            }
            // Not there, or not for this model: it is made while somebody listens.
            let plain = CompletionRequest { in_background: false, ..request.clone() };
            return Box::pin(self.ask(&plain, asked_at)).await;
        }
        for _ in 0..SIMPLER {
            let response = self.send(request, question, asked_at).await?;
            if !matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY) {
                let has_none = request.batch.is_some() && is_unknown(response.status());
                return match self.checked(response, Some(request)).await {
                    Err(error) if has_none && !is_about_model(&error) => Err(ProviderError::NoBatches),
                    checked => checked,
                };
            }
            let (status, headers) = (response.status(), response.headers().clone());
            let body = http::beginning(bytes_of(response), REFUSAL_LIMIT, self.patience, self.soon()).await;
            if !self.dialect.simplify(question, &String::from_utf8_lossy(&body)) {
                return Err(self.asked(Some(request)).refusal(status, &headers, &body));
            }
        }
        let last = self.send(request, question, asked_at).await?;
        self.checked(last, Some(request)).await
    }

    async fn send(
        &self,
        request: &CompletionRequest,
        question: &Value,
        asked_at: Instant,
    ) -> Result<Response, ProviderError> {
        let (base, client) = self.ready()?;
        let post = client.post(self.dialect.address(base, request)).json(question);
        let limit = self.patience.bearing(request.silence).first_event;
        let accept =
            if request.batch.is_some() { "application/json" } else { self.dialect.framing().content_type() };
        self.sent(post, accept, asked_at, limit).await
    }

    /// The response to a request, within `limit` from `asked_at` on.
    async fn sent(
        &self,
        request: RequestBuilder,
        accept: &'static str,
        asked_at: Instant,
        limit: Duration,
    ) -> Result<Response, ProviderError> {
        let (base, _) = self.ready()?;
        match timeout_at(asked_at + limit, self.dressed(request, accept)?.send()).await {
            Ok(sent) => sent.map_err(|error| http::unreachable(base, &error)),
            Err(_) => Err(ProviderError::Stalled(limit)),
        }
    }

    /// The same for what is answered at once.
    async fn sent_now(&self, request: RequestBuilder) -> Result<Response, ProviderError> {
        self.sent(request, "application/json", Instant::now(), self.patience.bytes).await
    }

    pub(super) fn reading(&self, request: &CompletionRequest, asked_at: Instant) -> Reading {
        let patience = self.patience.bearing(request.silence);
        Reading::new(self.dialect, request, self.access.clone(), patience, asked_at)
    }

    pub(super) fn remote_at(&self, run: &RemoteRun) -> Result<RemoteAt, ProviderError> {
        self.dialect.remote(self.ready()?.0, run).ok_or(ProviderError::RunGone)
    }

    /// Goes on hearing an answer that is made there; `None` when it can only be looked at.
    pub(super) async fn hear(
        &self,
        request: &CompletionRequest,
        at: &RemoteAt,
        asked_at: Instant,
    ) -> Result<Option<Response>, ProviderError> {
        let (_, client) = self.ready()?;
        let limit = self.patience.bearing(request.silence).first_event;
        let accept = self.dialect.framing().content_type();
        let response = self.sent(client.get(at.stream.clone()), accept, asked_at, limit).await?;
        if is_not_so(response.status()) {
            return Ok(None);
        }
        self.checked(response, Some(request)).await.map(Some)
    }

    /// What stands at a place where an answer is made, if it is still there.
    pub(super) async fn fetch(&self, place: &Url) -> Result<Response, ProviderError> {
        let (_, client) = self.ready()?;
        let response = self.sent_now(client.get(place.clone())).await?;
        if is_not_so(response.status()) {
            return Err(ProviderError::RunGone);
        }
        self.checked(response, None).await
    }

    /// All that there is of an answer that is made there, and when to look again.
    pub(super) async fn look(&self, whole: &Url) -> Result<(Value, Duration), ProviderError> {
        let response = self.fetch(whole).await?;
        let headers = response.headers().clone();
        let asked = headers.get("openai-poll-after-ms").and_then(|value| value.to_str().ok()?.parse().ok());
        let pause = asked.map_or(LOOK, Duration::from_millis).clamp(LOOK / 4, 30 * LOOK);
        let body = http::beginning(bytes_of(response), ANSWER_BYTES, self.patience, self.soon()).await;
        let whole = serde_json::from_slice(&body).map_err(|_| self.not_a_provider(&headers, &body))?;
        Ok((whole, pause))
    }

    pub(super) async fn stop(&self, run: &RemoteRun) -> Result<(), ProviderError> {
        let at = self.remote_at(run)?;
        let (_, client) = self.ready()?;
        let response = self.sent_now(client.post(at.stop)).await?;
        match is_not_so(response.status()) {
            true => Ok(()),
            false => self.checked(response, None).await.map(drop),
        }
    }

    /// Compression would make the stream arrive in lumps, so it is declined.
    pub(super) fn dressed(
        &self,
        request: RequestBuilder,
        accept: &'static str,
    ) -> Result<RequestBuilder, ProviderError> {
        let mut request = request.header(ACCEPT, accept).header(ACCEPT_ENCODING, "identity");
        for (name, value) in self.dialect.headers() {
            request = request.header(*name, *value);
        }
        let mut secret = HeaderMap::new();
        let mut keep = |name: &str, value: String| -> Option<()> {
            let mut value = HeaderValue::try_from(value).ok()?;
            value.set_sensitive(true);
            secret.insert(HeaderName::try_from(name).ok()?, value);
            Some(())
        };
        if let Some(key) = &self.access.key {
            let (name, scheme) = self.dialect.key_header();
            keep(name, format!("{scheme}{}", key.expose())).ok_or(ProviderError::KeyMissing)?;
        }
        // The user's own word counts, also over ours.
        for (name, value) in &self.access.headers {
            keep(name, value.expose().to_owned()).ok_or(ProviderError::KeyMissing)?;
        }
        Ok(request.headers(secret))
    }

    /// The response, if it has an answer in it.
    pub(super) async fn checked(
        &self,
        response: Response,
        request: Option<&CompletionRequest>,
    ) -> Result<Response, ProviderError> {
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
        Err(self.asked(request).refusal(status, &headers, &body))
    }

    fn asked<'a>(&'a self, request: Option<&'a CompletionRequest>) -> Asked<'a> {
        Asked {
            model: request.map(|request| request.model.as_str()),
            offers_tools: request.is_some_and(|request| !request.tools.is_empty()),
            access: &self.access,
        }
    }

    pub(super) fn not_a_provider(&self, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        if body.is_empty() {
            return ProviderError::NotAProvider("it sent nothing".to_owned());
        }
        let kind = match content_type(headers) {
            "" => "no content type".to_owned(),
            kind => words::message(kind, &self.access),
        };
        ProviderError::NotAProvider(match words::quote(body, &self.access) {
            quote if quote.is_empty() => format!("it sent {kind} without any words"),
            quote => format!("it sent {kind} that begins \"{quote}\""),
        })
    }
}

/// What stands in the way of any other request to this model too.
fn is_about_model(error: &ProviderError) -> bool {
    matches!(error, ProviderError::ModelNotFound(_) | ProviderError::NoTools(_))
}

/// Statuses that say that there is no such answer, or that it cannot be had in this way.
fn is_not_so(status: StatusCode) -> bool {
    use StatusCode as S;
    matches!(status, S::BAD_REQUEST | S::NOT_FOUND | S::CONFLICT | S::GONE | S::UNPROCESSABLE_ENTITY)
}

/// Statuses of a server that does not know what it was asked for.
fn is_unknown(status: StatusCode) -> bool {
    use StatusCode as S;
    is_not_so(status) || matches!(status, S::METHOD_NOT_ALLOWED | S::NOT_IMPLEMENTED)
}

pub(super) fn bytes_of(response: Response) -> BoxStream<'static, Result<bytes::Bytes, ProviderError>> {
    response.bytes_stream().map_err(|_| ProviderError::Truncated).boxed()
}

pub(super) fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(reqwest::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.map_or("", |value| value.split(';').next().unwrap_or_default().trim())
}

fn redirect_host(headers: &HeaderMap, from: &Url) -> Option<String> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    Some(http::host_label(&from.join(location).ok()?))
}
