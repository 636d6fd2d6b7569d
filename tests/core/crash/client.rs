//! A client that asks, repeats what was not acknowledged, and remembers what was.

use crate::app::{App, call};
use crate::chance::Chance;
use crate::journal::Journal;
use meanwhile_support::api_client::ApiClient;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;

/// The client over all lives of the program.
#[derive(Clone, Default)]
pub struct Client {
    pub journal: Journal,
    pub requests: Vec<Request>,
    repeats: usize,
}

/// One thing that was asked for.
#[derive(Clone, Debug)]
pub struct Request {
    pub key: String,
    pub model: String,
    pub is_background: bool,
    /// Pieces of a whole answer; `None` when it is refused.
    pub pieces: Option<u64>,
    /// Its task, once it was acknowledged.
    pub task: Option<String>,
    pub stop: Stop,
}

/// How far a stop of it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Its text was taken as it was.
    Taken,
    /// Nobody asked for it, or it was refused.
    No,
    /// The program was killed before it answered.
    Unknown,
    Acknowledged,
}

impl Client {
    /// Adds background tasks of several kinds, and one answer to be watched.
    pub fn plan(&mut self, chance: &mut Chance, cycle: u64, tasks: u64) {
        for number in 0..=tasks {
            // A number of pieces of its own makes each spec one that the server refuses once and then answers.
            let pieces = 4 + chance.between(0, 56);
            let (model, pieces) = match number {
                1 | 4 => (format!("sim-c{pieces}-r200-e500x1-t{}", cycle % 7), Some(pieces)),
                // Breaks off in the middle and goes on from there.
                2 => (format!("sim-c{pieces}-r200-cut{}", pieces.div_ceil(2)), Some(pieces)),
                6 => (format!("sim-c{pieces}-e400"), None),
                3 => ("sim-c60-r200".to_owned(), Some(60)),
                5 => (format!("sim-c{pieces}"), Some(pieces)),
                _ => (format!("sim-c{pieces}-r200"), Some(pieces)),
            };
            self.requests.push(Request {
                key: format!("cycle-{cycle}-request-{number}"),
                model,
                is_background: number < tasks,
                pieces,
                task: None,
                stop: Stop::No,
            });
        }
    }

    /// Follows, asks, repeats and stops until the program is killed; keeps what was acknowledged.
    pub async fn work_until_killed(&mut self, app: App, chance: &mut Chance, delay: Duration) {
        let mut journal = std::mem::take(&mut self.journal);
        let api = app.client();
        let follow = tokio::spawn(async move {
            if let Some(mut socket) = journal.connect(&api).await {
                while journal.read(&mut socket).await {}
            }
            journal
        });
        let api = app.client();
        let mut requests = self.requests.clone();
        let again = chance.between(0, requests.len() as u64 - 1) as usize;
        let stop = requests.len() - 1 - chance.between(0, 7) as usize;
        let ask = tokio::spawn(async move {
            let repeats = repeat(&api, &requests[again]).await;
            send_all(&api, &mut requests).await;
            stop_one(&api, &mut requests[stop]).await;
            (requests, repeats)
        });
        app.kill_after(delay).await;
        self.journal = follow.await.unwrap();
        let (requests, repeats) = ask.await.unwrap();
        self.requests = requests;
        self.repeats += repeats;
    }

    /// Asks for all that was never acknowledged, takes up what waits, and follows until every task has its end.
    pub async fn work_until_final(&mut self, app: &App) {
        let api = app.client();
        send_all(&api, &mut self.requests).await;
        for request in &self.requests {
            assert!(request.task.is_some(), "the running program answered {}", request.key);
        }
        let mut socket = self.journal.connect(&api).await.expect("the running program is followed");
        let mut resumed = HashSet::new();
        loop {
            let states = self.journal.states();
            let is_aside = |kind: &str| kind == "waiting" || kind == "paused";
            let waiting = states.iter().filter(|(_, (seq, kind))| is_aside(kind) && !resumed.contains(seq));
            let waiting: Vec<(i64, String)> =
                waiting.map(|(task, (seq, _))| (*seq, (*task).to_owned())).collect();
            for (seq, task) in waiting {
                let path = format!("/background-agents/{task}/resume");
                let (status, body) = call(&api, Method::POST, &path, &json!({}), None).await.unwrap();
                assert!(
                    status == 200 || status == 409,
                    "what waits is taken up, or was with another: {body}"
                );
                resumed.insert(seq);
            }
            let is_final = |task: &str| {
                states.get(task).is_some_and(|(_, kind)| ["completed", "failed", "cancelled"].contains(kind))
            };
            if self.requests.iter().filter_map(|r| r.task.as_deref()).all(is_final) {
                return;
            }
            assert!(self.journal.read(&mut socket).await, "the program runs on");
        }
    }

    /// Waits until somebody was told of each outcome in the background.
    pub async fn until_told(&self, api: &ApiClient) {
        let is_told = |task: &Value| {
            task["delivery"]["state"].as_str().is_some_and(|s| s != "pending" && s != "claimed")
        };
        for request in self.requests.iter().filter(|request| request.is_background) {
            api.until(request.task.as_deref().unwrap(), is_told).await;
        }
    }

    pub fn summary(&self) -> String {
        format!(
            "{} tasks, {} stopped, {} requests repeated, {} facts and {} bytes of text acknowledged, all kept",
            self.requests.len(),
            self.requests.iter().filter(|r| r.stop == Stop::Acknowledged).count(),
            self.repeats,
            self.journal.facts.len(),
            self.journal.texts.values().map(String::len).sum::<usize>(),
        )
    }
}

/// Asks for everything that was not acknowledged, at once.
async fn send_all(api: &ApiClient, requests: &mut [Request]) {
    let mut calls = JoinSet::new();
    for (index, request) in requests.iter().enumerate().filter(|(_, r)| r.task.is_none()) {
        let (api, request) = (api.clone(), request.clone());
        calls.spawn(async move { (index, send(&api, &request).await) });
    }
    while let Some(sent) = calls.join_next().await {
        if let (index, Ok((status, body))) = sent.unwrap() {
            assert!(status == 201 || status == 200, "{}: {status} {body}", requests[index].key);
            requests[index].task = Some(body["id"].as_str().unwrap().to_owned());
        }
    }
}

pub async fn send(api: &ApiClient, request: &Request) -> Result<(u16, Value), reqwest::Error> {
    let model = format!("sim/{}", request.model);
    let (path, body, key) = if request.is_background {
        let body = json!({ "prompt": format!("Work on {}", request.key), "model": model });
        ("/background-agents/start", body, Some(request.key.as_str()))
    } else {
        let body = json!({
            "text": format!("Talk about {}", request.key), "model": model, "lane": "interactive", "origin": "api",
            "idempotency_key": request.key,
        });
        ("/ask", body, None)
    };
    call(api, Method::POST, path, &body, key).await
}

/// The same key gives the same task, also after a crash. Returns how many answers there were.
async fn repeat(api: &ApiClient, request: &Request) -> usize {
    let Some(task) = &request.task else { return 0 };
    let Ok((status, body)) = send(api, request).await else { return 0 };
    assert_eq!((status, body["id"].as_str()), (200, Some(task.as_str())), "{} is known: {body}", request.key);
    1
}

async fn stop_one(api: &ApiClient, request: &mut Request) {
    let Some(task) = &request.task else { return };
    let path = format!("/background-agents/{task}/stop");
    request.stop = match call(api, Method::POST, &path, &json!({}), None).await {
        Ok((200, _)) => Stop::Acknowledged,
        Ok((status, body)) => {
            assert_eq!(status, 409, "a stop is done, or refused because it is over: {body}");
            Stop::No
        }
        Err(_) => Stop::Unknown,
    };
}
