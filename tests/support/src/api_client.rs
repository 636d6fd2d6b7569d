//! A program that uses the HTTP API, with the token of a data folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::harness::FACT_LIMIT;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// Calls one running Meanwhile.
#[derive(Clone)]
pub struct ApiClient {
    http: reqwest::Client,
    /// The start of every address.
    pub url: String,
    /// The token that is sent along.
    pub token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it was sent.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub json: Value,
}

/// The server closes a connection on which nothing comes for 10 s; a request that is sent in that very moment would be lost.
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().pool_idle_timeout(Duration::from_secs(2))
}

impl ApiClient {
    /// Over a port of this machine.
    pub fn new(url: &str, token_file: &Path) -> Self {
        let http = builder().build().unwrap();
        Self { http, url: url.to_owned(), token: std::fs::read_to_string(token_file).unwrap() }
    }

    /// A client of the same server with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// Over a socket file.
    #[cfg(unix)]
    pub fn over_socket(socket: &Path, token_file: &Path) -> Self {
        let http = builder().unix_socket(socket).build().unwrap();
        Self { http, ..Self::new("http://localhost", token_file) }
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// Changes something.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).json(body)).await
    }

    /// Starts a task and gives it.
    pub async fn start(&self, body: &Value) -> Value {
        self.post("/background-agents/start", body).await.expect(201)
    }

    /// One task.
    pub async fn task(&self, id: &str) -> Value {
        self.get(&format!("/background-agents/{id}")).await.expect(200)
    }

    /// Waits until the task is as the test says, and gives it.
    pub async fn until(&self, id: &str, fact: impl Fn(&Value) -> bool) -> Value {
        let mut events = self.request(Method::GET, "/events").send().await.unwrap();
        let wait = async {
            loop {
                let task = self.task(id).await;
                if fact(&task) {
                    return task;
                }
                events.chunk().await.unwrap().expect("the process ended before the fact came");
            }
        };
        match tokio::time::timeout(FACT_LIMIT, wait).await {
            Ok(task) => task,
            Err(_) => panic!("the task never came to that: {:#}", self.task(id).await),
        }
    }

    /// Waits until the task is in `state`.
    pub async fn until_state(&self, id: &str, state: &str) -> Value {
        self.until(id, |task| task["state"] == state).await
    }
}

/// Sends a request and reads the whole answer.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, text, json }
}

impl Answer {
    /// The JSON of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub fn refusal(&self) -> (u16, &str) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        assert_eq!(self.json["status"], self.status, "{}", self.text);
        for member in ["type", "title", "detail"] {
            assert!(self.json[member].as_str().is_some_and(|words| !words.is_empty()), "{}", self.text);
        }
        (self.status, self.json["code"].as_str().unwrap())
    }
}
