//! What the server knows and counts while it runs.

use super::script::{Gate, Step};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The HTTP method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; null when it is no JSON.
    pub body: Value,
}

impl Seen {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests for an answer.
    pub requests: u64,
    /// Answers on their way now.
    pub active: u64,
    /// Pieces of text sent.
    pub chunks: u64,
    /// Answers sent to their end.
    pub completed: u64,
    /// Answers that did not reach their end: the client went away, or a fault was asked for.
    pub dropped: u64,
}

#[derive(Default)]
pub(super) struct Sim {
    pub models: Vec<(String, String)>,
    scripts: Mutex<HashMap<String, VecDeque<Vec<Step>>>>,
    scripts_about: Mutex<HashMap<String, VecDeque<Vec<Step>>>>,
    texts: Mutex<Vec<(String, Arc<str>)>>,
    descriptions: Mutex<HashMap<String, Value>>,
    loaded: Mutex<HashMap<String, u64>>,
    seen: Mutex<Vec<Seen>>,
    refused: Mutex<HashMap<String, u64>>,
    pub release: Gate,
    changed: watch::Sender<()>,
    pub requests: AtomicU64,
    active: AtomicU64,
    pub chunks: AtomicU64,
    completed: AtomicU64,
    dropped: AtomicU64,
}

impl Sim {
    pub fn new(models: Vec<(String, String)>) -> Self {
        Self { models, ..Self::default() }
    }

    pub fn stats(&self) -> Stats {
        Stats {
            requests: self.requests.load(Relaxed),
            active: self.active.load(Relaxed),
            chunks: self.chunks.load(Relaxed),
            completed: self.completed.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
        }
    }

    pub fn load(&self, model: &str, context: u64) {
        hold(&self.loaded).insert(model.to_owned(), context);
    }

    pub fn loaded(&self) -> HashMap<String, u64> {
        hold(&self.loaded).clone()
    }

    pub fn set_description(&self, model: &str, fields: Value) {
        hold(&self.descriptions).insert(model.to_owned(), fields);
    }

    pub fn description(&self, model: &str) -> serde_json::Map<String, Value> {
        let known = hold(&self.descriptions);
        known.get(model).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// Wakes those who wait for a fact.
    pub fn touch(&self) {
        self.changed.send_replace(());
    }

    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub fn record(&self, request: Seen) {
        hold(&self.seen).push(request);
        self.touch();
    }

    pub fn seen(&self) -> Vec<Seen> {
        hold(&self.seen).clone()
    }

    /// Gives `model` a queue of scripts: each request takes the next, and the last one stays.
    pub fn set_scripts(&self, model: &str, scripts: Vec<Vec<Step>>) {
        hold(&self.scripts).insert(model.to_owned(), scripts.into());
    }

    /// Scripts for a prompt, which count before those for its model.
    pub fn set_scripts_about(&self, prompt: &str, scripts: Vec<Vec<Step>>) {
        hold(&self.scripts_about).insert(prompt.to_owned(), scripts.into());
    }

    pub fn next_script(&self, model: &str, said: &[String]) -> Option<VecDeque<Step>> {
        let mut about = hold(&self.scripts_about);
        let mut scripts = hold(&self.scripts);
        let prompt = said.iter().find(|said| about.contains_key(*said));
        let queue = match prompt {
            Some(prompt) => about.get_mut(prompt)?,
            None => scripts.get_mut(model)?,
        };
        let script = if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() };
        script.map(VecDeque::from)
    }

    pub fn script_names(&self) -> Vec<String> {
        let mut names: Vec<String> = hold(&self.scripts).keys().cloned().collect();
        names.sort();
        names
    }

    pub fn add_text(&self, name: &str, text: &str) {
        hold(&self.texts).push((name.to_owned(), Arc::from(text)));
    }

    /// The text called `name`, or the first one for an empty name.
    pub fn text(&self, name: &str) -> Option<Arc<str>> {
        let texts = hold(&self.texts);
        texts.iter().find(|(known, _)| name.is_empty() || known == name).map(|(_, text)| Arc::clone(text))
    }

    /// Counts a refusal of `words`; false once `times` of them were given.
    pub fn refuses(&self, words: &str, times: Option<u64>) -> bool {
        let mut refused = hold(&self.refused);
        let seen = refused.entry(words.to_owned()).or_default();
        let refuses = times.is_none_or(|times| *seen < times);
        *seen += u64::from(refuses);
        refuses
    }
}

/// Counts an answer as dropped unless it reached its end.
pub(super) struct Live {
    pub sim: Arc<Sim>,
    pub ended: bool,
}

impl Live {
    pub fn new(sim: Arc<Sim>) -> Self {
        sim.active.fetch_add(1, Relaxed);
        sim.touch();
        Self { sim, ended: false }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.sim.active.fetch_sub(1, Relaxed);
        let end = if self.ended { &self.sim.completed } else { &self.sim.dropped };
        end.fetch_add(1, Relaxed);
        self.sim.touch();
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
