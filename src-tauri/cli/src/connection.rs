use crate::failure::{FAILED, Failure, UNREACHABLE, USAGE};
use crate::launch;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use meanwhile_api::Endpoint;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// A process that takes over is up in a second or two; it is looked for this often.
const NEXT_LOOKS: u32 = 100;
/// Between two looks.
const NEXT_LOOK: Duration = Duration::from_millis(50);

/// What is sent, and what kind of thing that is.
type Body = (&'static str, Vec<u8>);

/// The running process of a data folder, and the right to call it.
#[derive(Clone)]
pub(crate) struct Connection {
    endpoint: Endpoint,
    authorization: HeaderValue,
    host: String,
}

impl Connection {
    /// The process that runs, started first if there is none.
    pub(crate) async fn open(folder: &Path) -> Result<Self, Failure> {
        match Self::running(folder).await? {
            Some(connection) => Ok(connection),
            None => launch::launch(folder).await,
        }
    }

    /// The process that runs; `None` when there is none.
    pub(crate) async fn running(folder: &Path) -> Result<Option<Self>, Failure> {
        let Some(endpoint) = Endpoint::read(folder) else { return Ok(None) };
        // After a crash the file is left, and somebody else may listen there: they must not get the token.
        if !is_alive(endpoint.pid) || reach(&endpoint).await.is_err() {
            return Ok(None);
        }
        let token = std::fs::read_to_string(&endpoint.token_file).map_err(|error| {
            Failure::unreachable(format!("cannot read the token {}: {error}", endpoint.token_file.display()))
        })?;
        let authorization = HeaderValue::from_str(&format!("Bearer {}", token.trim_end()))
            .map_err(|_| Failure::unreachable("the token file holds no token"))?;
        let host = endpoint.url.as_deref().and_then(|url| url.strip_prefix("http://")).unwrap_or("localhost");
        Ok(Some(Self { authorization, host: host.to_owned(), endpoint }))
    }

    /// The process that runs after another one ended, such as a desktop app that took over; `None` when none comes. After a
    /// crash none does by itself.
    pub(crate) async fn next(folder: &Path) -> Result<Option<Self>, Failure> {
        for _ in 0..NEXT_LOOKS {
            if let Some(connection) = Self::running(folder).await? {
                return Ok(Some(connection));
            }
            if Endpoint::read(folder).is_some_and(|left| !is_alive(left.pid)) {
                break;
            }
            tokio::time::sleep(NEXT_LOOK).await;
        }
        Ok(None)
    }

    /// The process at the other end.
    pub(crate) fn pid(&self) -> u32 {
        self.endpoint.pid
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Reply, Failure> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Reply, Failure> {
        self.call(Method::POST, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Reply, Failure> {
        self.call(Method::PUT, path, Some(("application/json", body.to_string().into_bytes()))).await
    }

    /// Sends a file as it is.
    pub(crate) async fn upload(&self, path: &str, file: Vec<u8>) -> Result<Reply, Failure> {
        self.call(Method::POST, path, Some(("application/octet-stream", file))).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Reply, Failure> {
        self.call(Method::DELETE, path, None).await
    }

    /// The log from `after` on, as it grows.
    pub(crate) async fn events(&self, after: i64) -> Result<Incoming, Failure> {
        let response = self.send(Method::GET, &format!("/events?after={after}"), None).await?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            status => Err(refusal(status, &read(response).await?)),
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Body>) -> Result<Reply, Failure> {
        let response = self.send(method, path, body).await?;
        let status = response.status();
        let text = read(response).await?;
        if status.is_success() {
            Ok(Reply { text, is_new: status == StatusCode::CREATED })
        } else {
            Err(refusal(status, &text))
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<Response<Incoming>, Failure> {
        let stream = reach(&self.endpoint).await.map_err(lost)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
        tokio::spawn(connection);
        let (kind, bytes) = body.unwrap_or(("application/json", Vec::new()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host)
            .header(AUTHORIZATION, &self.authorization)
            .header(ACCEPT, "*/*")
            .header(CONTENT_TYPE, kind)
            .body(Full::new(Bytes::from(bytes)))
            .map_err(|error| Failure::usage(format!("this cannot be part of an address: {error}")))?;
        sender.send_request(request).await.map_err(lost)
    }
}

/// The JSON of an answer.
pub(crate) struct Reply {
    /// As it was sent.
    pub(crate) text: String,
    /// What was asked for was made, and not there already.
    pub(crate) is_new: bool,
}

impl Reply {
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.text).map_err(|error| {
            Failure::failed(format!(
                "the running Meanwhile gave an answer this program does not know: {error}"
            ))
        })
    }
}

/// One part of a path, whatever it holds.
pub(crate) fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => char::from(byte).to_string(),
            b'.' if text.bytes().any(|other| other != b'.') => ".".to_owned(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn refusal(status: StatusCode, text: &str) -> Failure {
    let problem: Value = serde_json::from_str(text).unwrap_or_default();
    let detail = problem["detail"].as_str().map_or_else(|| format!("the answer was {status}"), str::to_owned);
    let message = match (problem["code"].as_str(), problem["hint"].as_str()) {
        (Some("no_model"), _) => {
            "no model is chosen, so nothing was asked. Name one with --model PROVIDER/MODEL, such as \
             --model practice/tour; `meanwhile models` lists them, and the app's settings keep one for good"
                .to_owned()
        }
        (Some("working"), _) => {
            format!("{detail}. Text so far is kept; end it now with: meanwhile quit --force")
        }
        (_, Some(hint)) => format!("{detail}. {hint}"),
        (_, None) => detail,
    };
    let code = match status {
        StatusCode::UNAUTHORIZED | StatusCode::MISDIRECTED_REQUEST | StatusCode::FORBIDDEN => UNREACHABLE,
        StatusCode::CONFLICT => FAILED,
        status if status.is_client_error() => USAGE,
        _ => FAILED,
    };
    Failure::new(code, message)
}

fn lost(error: impl std::fmt::Display) -> Failure {
    Failure::unreachable(format!(
        "the running Meanwhile does not answer any more ({error}). What was accepted is stored; try again"
    ))
}

async fn read(response: Response<Incoming>) -> Result<String, Failure> {
    let bytes = response.into_body().collect().await.map_err(lost)?.to_bytes();
    String::from_utf8(bytes.into()).map_err(lost)
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn reach(endpoint: &Endpoint) -> std::io::Result<Box<dyn Stream>> {
    #[cfg(unix)]
    if let Some(path) = &endpoint.socket {
        return Ok(Box::new(tokio::net::UnixStream::connect(path).await?));
    }
    let authority = endpoint.url.as_deref().and_then(|url| url.strip_prefix("http://")).unwrap_or_default();
    let stream = tokio::net::TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    Ok(Box::new(stream))
}

/// Whether a process of this user has that number.
#[cfg(unix)]
pub(crate) fn is_alive(pid: u32) -> bool {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[cfg(not(unix))]
pub(crate) fn is_alive(_pid: u32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_stays_one_part_of_the_path() {
        assert_eq!(segment("tsk_01-a.b"), "tsk_01-a.b");
        assert_eq!(segment("../quit?x=1"), "..%2Fquit%3Fx%3D1");
        assert_eq!(segment(".."), "%2E%2E");
    }
}
