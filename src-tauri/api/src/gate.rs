//! What stands before every route: who asks, from where, and in what form.

use crate::listener::Address;
use crate::problem::Problem;
use crate::scope::Pass;
use crate::token::Token;
use crate::tokens::{Digest, Tokens};
use axum::Router;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;
use tower_service::Service;

const BAD_TOKENS: usize = 10;
const BAD_TOKENS_WITHIN: Duration = Duration::from_secs(60);
const BAD_TOKEN_DELAY: Duration = Duration::from_secs(1);

/// Answers what must not get in, and hands the rest to the router.
pub(crate) struct Gate {
    hosts: Vec<String>,
    token: Token,
    tokens: Tokens,
    bad_tokens: Mutex<VecDeque<Instant>>,
}

impl Gate {
    pub(crate) fn new(address: &Address, token: Token, tokens: Tokens) -> Self {
        let bad_tokens = Mutex::new(VecDeque::with_capacity(BAD_TOKENS));
        Self { hosts: address.hosts(), token, tokens, bad_tokens }
    }

    /// The answer to one request, with the headers that every answer has.
    pub(crate) async fn admit(&self, request: Request, mut router: Router) -> Response {
        let (mut parts, body) = request.into_parts();
        let mut response = match self.look_at(&parts) {
            Ok(pass) => {
                parts.extensions.insert(pass);
                match router.call(Request::from_parts(parts, body)).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
            Err(Refusal::Told(problem)) => problem.into_response(),
            Err(Refusal::BadToken) => {
                if self.too_many_bad_tokens() {
                    tokio::time::sleep(BAD_TOKEN_DELAY).await;
                }
                Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "the bearer token is missing or wrong")
                    .into_response()
            }
        };
        let headers = response.headers_mut();
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn look_at(&self, request: &Parts) -> Result<Pass, Refusal> {
        if !self.is_for_us(request) {
            let problem = Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "misdirected",
                "this host name is not answered here",
            );
            return Err(Refusal::Told(problem));
        }
        if comes_from_a_page(request) {
            let problem =
                Problem::new(StatusCode::FORBIDDEN, "forbidden", "requests from web pages are not answered");
            return Err(Refusal::Told(problem));
        }
        if request.method == Method::GET && request.uri.path() == "/healthz" {
            return Ok(Pass::Nothing);
        }
        let pass = self.pass(request).ok_or(Refusal::BadToken)?;
        let kind = kind_of_body(request);
        if !request.method.is_safe() && has_body(request) && !has(request, kind) {
            let problem = Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                format!("a call with a body has the header Content-Type: {kind}"),
            );
            return Err(Refusal::Told(problem));
        }
        Ok(pass)
    }

    /// Exactly one `Host`, exactly one of ours. A page whose name was pointed at this machine sends its own name.
    fn is_for_us(&self, request: &Parts) -> bool {
        let mut hosts = request.headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let is_ours = |name: &[u8]| self.hosts.iter().any(|ours| ours.as_bytes() == name);
        is_ours(host.as_bytes())
            && request.uri.authority().is_none_or(|authority| is_ours(authority.as_str().as_bytes()))
    }

    fn pass(&self, request: &Parts) -> Option<Pass> {
        let mut values = request.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        let (scheme, token) = value.as_bytes().split_at_checked(7)?;
        if !scheme.eq_ignore_ascii_case(b"bearer ") {
            return None;
        }
        if self.token.matches(token) {
            return Some(Pass::Owner);
        }
        let digest = Digest::shown(token)?;
        let scope = self.tokens.scope_of(&digest)?;
        Some(Pass::Token { scope, digest, tokens: self.tokens.clone() })
    }

    fn too_many_bad_tokens(&self) -> bool {
        let now = Instant::now();
        let Ok(mut seen) = self.bad_tokens.lock() else { return true };
        let is_full = seen.len() >= BAD_TOKENS;
        let oldest = if is_full { seen.pop_front() } else { None };
        seen.push_back(now);
        oldest.is_some_and(|oldest| now.duration_since(oldest) < BAD_TOKENS_WITHIN)
    }
}

enum Refusal {
    Told(Problem),
    BadToken,
}

fn comes_from_a_page(request: &Parts) -> bool {
    request.headers.contains_key(header::ORIGIN)
        || request.headers.get_all("sec-fetch-site").iter().any(|site| site.as_bytes() != b"none")
        || request.method == Method::OPTIONS
}

fn has_body(request: &Parts) -> bool {
    request.headers.contains_key(header::TRANSFER_ENCODING)
        || request.headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// A file is taken as it is; neither of both is what a web page can send without asking first.
fn kind_of_body(request: &Parts) -> &'static str {
    if request.uri.path() == "/attachments" { "application/octet-stream" } else { "application/json" }
}

fn has(request: &Parts, wanted: &str) -> bool {
    let mut values = request.headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut pieces = value.split(';').map(str::trim);
    pieces.next().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
        && pieces.all(|piece| piece.eq_ignore_ascii_case("charset=utf-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    fn gate() -> (tempfile::TempDir, Gate) {
        let folder = tempfile::tempdir().unwrap();
        let token = Token::create(&Token::file(folder.path())).unwrap();
        let tokens = Tokens::of(folder.path());
        (folder, Gate::new(&Address::Tcp(SocketAddr::from(([127, 0, 0, 1], 4000))), token, tokens))
    }

    #[test]
    fn the_eleventh_bad_token_of_a_minute_is_answered_late() {
        let (_folder, gate) = gate();
        let late: Vec<bool> = (0..12).map(|_| gate.too_many_bad_tokens()).collect();
        assert_eq!(late[..10], [false; 10]);
        assert_eq!(late[10..], [true; 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn bad_tokens_are_forgotten_after_a_minute() {
        let (_folder, gate) = gate();
        for _ in 0..11 {
            gate.too_many_bad_tokens();
        }
        tokio::time::advance(Duration::from_secs(61)).await;
        assert!(!gate.too_many_bad_tokens());
    }
}
