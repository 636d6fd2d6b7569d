use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use meanwhile_core::{CommandError, ErrorCode};
use serde_json::{Map, Value, json};

/// A refusal as `application/problem+json`, with a code that stays the same.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    hint: Option<String>,
    more: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), hint: None, more: Map::new() }
    }

    /// An argument that has the wrong form.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
    }

    /// The next step.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// One more member of the answer.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let (status, code) = match error.code {
            ErrorCode::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            ErrorCode::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            ErrorCode::IllegalStep => (StatusCode::CONFLICT, "illegal_step"),
            ErrorCode::Conflict => (StatusCode::CONFLICT, "conflict"),
            ErrorCode::NoModel => (StatusCode::CONFLICT, "no_model"),
            ErrorCode::Provider => (StatusCode::BAD_GATEWAY, "provider"),
            ErrorCode::Storage => (StatusCode::SERVICE_UNAVAILABLE, "storage"),
            ErrorCode::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        if status.is_server_error() {
            tracing::error!(code, error = %error.message, "a call was not done");
        }
        Self::new(status, code, error.message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Value::Object(members) = &mut body {
            members.extend(self.more);
            if let Some(hint) = self.hint {
                members.insert("hint".to_owned(), Value::String(hint));
            }
        }
        let mut response = (self.status, body.to_string()).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
