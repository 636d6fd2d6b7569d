//! Asks an address in its dialect: the same for all of them.

use super::catalogue;
use super::dialect::{Meaning, RemoteAt};
use super::line::{Line, bytes_of, content_type};
use super::reading::Taken;
use super::{CompletionRequest, Patience, Provider, ProviderError, ProviderEvent, batch, dialect, http};
use crate::model::{ListedModel, ModelFacts, ProviderKind, ProviderRow, RemoteRun};
use crate::secrets::Access;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt, once};
use futures_util::{FutureExt, TryStreamExt};
use reqwest::{Response, Url};
use std::sync::Arc;
use tokio::time::{Instant, sleep};

/// Times the patience for silence that an answer may take that can only be looked at: an hour.
const ENDLESS: u32 = 12;

/// One address that speaks a dialect, with the key for it.
pub struct Adapter {
    kind: ProviderKind,
    line: Arc<Line>,
}

impl Adapter {
    /// A provider at `base_url`, such as `https://api.example.com/v1`; `None` for a kind that has no address. An address
    /// that cannot be used shows when it is asked. Its key and its headers are sent to this address only.
    pub fn new(
        kind: ProviderKind,
        base_url: &str,
        access: impl Into<Access>,
        patience: Patience,
    ) -> Option<Self> {
        Self::through(None, kind, base_url, access.into(), patience)
    }

    /// The provider that `row` describes, through its own proxy if it has one; `None` for a kind that has no address.
    pub fn of(row: &ProviderRow, access: Access, patience: Patience) -> Option<Self> {
        Self::through(row.proxy.as_deref(), row.kind, &row.base_url, access, patience)
    }

    fn through(
        proxy: Option<&str>,
        kind: ProviderKind,
        base_url: &str,
        access: Access,
        patience: Patience,
    ) -> Option<Self> {
        let dialect = dialect::of(kind)?;
        let base = parse_base(base_url);
        let client = base.as_ref().map_err(Clone::clone).and_then(|base| {
            http::client(base, patience.connect, proxy)
                .map_err(|cause| ProviderError::Unreachable { host: http::host_label(base), cause })
        });
        Some(Self { kind, line: Arc::new(Line { dialect, base, client, access, patience }) })
    }

    /// The names of the models it offers, in its order.
    ///
    /// # Errors
    /// Any [`ProviderError`] but those about an answer's stream.
    pub async fn models(&self) -> Result<Vec<String>, ProviderError> {
        Ok(catalogue::listed(&self.line).await?.into_iter().map(|model| model.name).collect())
    }

    /// The models it offers, in its order, with what it says about them.
    ///
    /// # Errors
    /// Those of [`Self::models`]: what cannot be learned about a model of the list is unknown.
    pub async fn described_models(&self) -> Result<Vec<ListedModel>, ProviderError> {
        let mut models = catalogue::listed(&self.line).await?;
        catalogue::describe(&self.line, &mut models).await;
        Ok(models)
    }
}

impl Provider for Adapter {
    fn stream(&self, mut request: CompletionRequest) -> Events {
        if let Ok(base) = &self.line.base {
            request.thinks_aloud |=
                ModelFacts::published(base.as_str(), &request.model).reasoning == Some(true);
        }
        let line = Arc::clone(&self.line);
        match request.batch.clone() {
            None => once(answer(line, request)).try_flatten().boxed(),
            Some(_) if !self.kind.has_batches() => once(async { Err(ProviderError::NoBatches) }).boxed(),
            Some(name) => match request.remote.clone() {
                Some(made) => batch::meet(line, request, made),
                None => {
                    let question = line.dialect.body(&request);
                    once(batch::ask(line, request, name, question)).try_flatten().boxed()
                }
            },
        }
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

async fn answer(line: Arc<Line>, mut request: CompletionRequest) -> Result<Events, ProviderError> {
    let asked_at = Instant::now();
    if let Some(remote) = &request.remote {
        let at = line.remote_at(&remote.run)?;
        return match line.hear(&request, &at, asked_at).await? {
            Some(response) => read(line, request, response, asked_at).await,
            None => Ok(watch(line, request, at)),
        };
    }
    request.context = catalogue::context_for(&line, &request).await;
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
                // Some go on for days and never end.
                Err(_) if began.elapsed() > line.patience.silence * ENDLESS => {
                    return Err(ProviderError::Stalled(line.patience.silence * ENDLESS));
                }
                Err(_) => sleep(pause).await,
            }
        }
    });
    accepted.chain(rest.try_flatten()).boxed()
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
