//! What a call brings along: a JSON body, an id in the path, parameters after the question mark.

use crate::problem::Problem;
use crate::routes::App;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use futures_util::StreamExt;
use meanwhile_core::model::{ConversationId, TaskId};
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};
use serde::{Deserialize, de};
use serde_json::error::Category;
use std::str::FromStr;
use std::time::Duration;

// A client that is told "too large" while it still sends may never read the answer, so some more is taken and dropped.
const DROPPED_BYTES: usize = 64 << 20;
const DROPPED_FOR: Duration = Duration::from_secs(5);

/// A JSON body of exactly the fields it may have.
pub(crate) struct Json<T>(pub(crate) T);

/// The same for calls that need nothing: no body at all is as good as `{}`.
pub(crate) struct OptionalJson<T>(pub(crate) T);

/// The body of calls that take no arguments.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        parse(&read(request, app).await?).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = read(request, app).await?;
        if bytes.is_empty() { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // A list would be taken for the fields in their order, which nobody promised.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => Err(Problem::invalid("the body is a JSON object")),
            Err(error) => Err(malformed(&error)),
        };
    }
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => Problem::invalid(format!("the body has the wrong form: {error}")),
        _ => malformed(&error),
    })
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", format!("the body is not JSON: {error}"))
}

async fn read(request: Request, app: &App) -> Result<Vec<u8>, Problem> {
    let limit = app.limits.body_bytes;
    let announced: Option<usize> = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok());
    let mut pieces = request.into_body().into_data_stream();
    let mut bytes = Vec::new();
    let whole = async {
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "cut_off",
                    format!("the body did not arrive whole: {error}"),
                )
            })?;
            if announced.is_some_and(|length| length > limit) || bytes.len() + piece.len() > limit {
                return Ok(false);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(true)
    };
    match tokio::time::timeout(app.limits.body, whole).await {
        Ok(Ok(true)) => Ok(bytes),
        Ok(Ok(false)) => {
            let mut dropped = 0;
            let rest = async {
                while let Some(Ok(piece)) = pieces.next().await {
                    dropped += piece.len();
                    if dropped > DROPPED_BYTES {
                        break;
                    }
                }
            };
            let _ = tokio::time::timeout(DROPPED_FOR, rest).await;
            Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("the body is larger than {} MiB; nothing was stored", limit >> 20),
            ))
        }
        Ok(Err(problem)) => Err(problem),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body took too long to arrive; nothing was stored",
        )),
    }
}

/// `{id}` of a task.
pub(crate) struct TaskIn(pub(crate) TaskId);

/// `{id}` of a conversation.
pub(crate) struct ConversationIn(pub(crate) ConversationId);

/// `{id}` of what is numbered.
pub(crate) struct NumberIn(pub(crate) i64);

/// `{name}` of a provider.
pub(crate) struct NameIn(pub(crate) String);

impl FromRequestParts<App> for TaskIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        segment(parts, app, "task").await.map(|id| Self(TaskId::from_text(id)))
    }
}

impl FromRequestParts<App> for ConversationIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        segment(parts, app, "conversation").await.map(|id| Self(ConversationId::from_text(id)))
    }
}

impl FromRequestParts<App> for NumberIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = segment(parts, app, "number").await?;
        text.parse().map(Self).map_err(|_| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "not_found",
                format!("there is nothing with the number {text}"),
            )
        })
    }
}

impl FromRequestParts<App> for NameIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        segment(parts, app, "provider").await.map(Self)
    }
}

async fn segment(parts: &mut Parts, app: &App, what: &str) -> Result<String, Problem> {
    match Path::<String>::from_request_parts(parts, app).await {
        Ok(Path(text)) => Ok(text),
        Err(_) => Err(Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))),
    }
}

/// Parameters after the question mark; unknown ones are refused.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, app).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => Err(Problem::invalid(format!(
                "a parameter of the address cannot be used: {}",
                error.body_text()
            ))),
        }
    }
}

/// A parameter with nothing after its `=` counts as absent.
pub(crate) fn unless_empty<'de, D: Deserializer<'de>, T: FromStr>(input: D) -> Result<Option<T>, D::Error>
where
    T::Err: std::fmt::Display,
{
    let text = String::deserialize(input)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(de::Error::custom) }
}
