//! Refusals, in the form of the API that was asked.

use super::spec::{ErrKind, Refuse, Spec};
use super::wire::{self, Fault};
use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use meanwhile_core::model::ProviderKind;

/// The seconds that a refused request is asked to wait, where the test does not say.
const WAIT: u64 = 7;

/// The refusal that a spec asks for.
pub(super) fn refuse_by(kind: ProviderKind, spec: &Spec, refuse: Refuse) -> Response {
    let by_status = match refuse.status {
        401 => "invalid_api_key",
        402 => "insufficient_credits",
        403 => "permission_error",
        404 => "model_not_found",
        413 => "request_too_large",
        429 => "rate_limit_exceeded",
        503 | 529 => "overloaded_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    let code = spec.code.as_deref().unwrap_or(by_status);
    let fault = Fault { status: refuse.status, code, message: "simulated refusal".to_owned() };
    waiting(fail(kind, &fault), kind, spec.retry_after)
}

/// The refusal for a fault, worded as that API does.
pub(super) fn refuse_with(kind: ProviderKind, fault: ErrKind, model: &str) -> Response {
    waiting(fail(kind, &wire::fault(kind, fault, model)), kind, WAIT)
}

/// The refusal that a test wrote.
pub(super) fn refuse_as_given(status: u16, headers: &[(String, String)], body: &str) -> Response {
    let mut reply = (status_of(status), Body::from(body.to_owned())).into_response();
    let headers: HeaderMap = headers
        .iter()
        .filter_map(|(name, value)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        })
        .collect();
    reply.headers_mut().extend(headers);
    reply
}

pub(super) fn fail(kind: ProviderKind, fault: &Fault) -> Response {
    (status_of(fault.status), Json(wire::refusal(kind, fault))).into_response()
}

/// Gemini says in the body how long to wait; the others in a header.
fn waiting(mut reply: Response, kind: ProviderKind, seconds: u64) -> Response {
    if reply.status() == StatusCode::TOO_MANY_REQUESTS && kind != ProviderKind::Gemini {
        reply.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    reply
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
