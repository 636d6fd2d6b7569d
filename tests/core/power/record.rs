//! A recording: what a working program did to its files, and what its clients had been shown when.

use crate::app::App;
use crate::chance::Chance;
use crate::client::{self, Client, Request, Stop};
use crate::disk::{Deed, Step};
use crate::library;
use meanwhile_support::binary::Folder;
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::ModelServer;
use tokio::task::JoinSet;

const TASKS: u64 = 12;
/// Lives of the program in one recording; each but the last ends by a kill.
const LIVES: u64 = 3;

/// Requests that wait for their answer at a time.
const AT_ONCE: usize = 4;

pub struct Recording {
    steps: Vec<Step>,
    /// In order.
    shown: Vec<Shown>,
}

/// What a client had been shown once the record had so many bytes.
struct Shown {
    bytes: u64,
    client: Client,
    /// The last of it is the answer to a request.
    is_answer: bool,
}

impl Recording {
    pub async fn make(chance: &mut Chance) -> Self {
        let (folder, tools) = (Folder::new(), tempfile::tempdir().unwrap());
        let recorder = tools.path().join("recorder.so");
        library::build("power/recorder.c", &recorder);
        let server = ModelServer::start().await;
        let (mut shown, mut client) = (Vec::new(), Client::default());
        let mut steps = Steps::default();
        for life in 0..LIVES {
            let log = tools.path().join(format!("log-{life}"));
            let serve = folder.serve_with(&[], |command| {
                command.env("LD_PRELOAD", &recorder).env("MEANWHILE_POWER_LOG", &log);
            });
            let app = App(serve.await);
            let app = if life == 0 { app.set_up(&server.base_url()).await } else { app };
            client.requests.extend((0..TASKS).map(|number| request(chance, life, number)));
            let so_far = || steps.bytes + std::fs::metadata(&log).unwrap().len();
            let working = work(&app, &mut client, so_far, &mut shown, life + 1 == LIVES);
            tokio::time::timeout(FACT_LIMIT * 3, working).await.expect("the work goes on");
            app.kill_after(std::time::Duration::ZERO).await;
            steps.read(&std::fs::read(&log).unwrap());
        }
        Self { steps: steps.all, shown }
    }

    /// Whether the log of the database went into it after something was shown.
    pub fn has_checkpoint(&self) -> bool {
        let first = self.shown[0].bytes;
        self.steps.iter().any(|s| s.file == 0 && s.end > first && matches!(s.deed, Deed::Write { .. }))
    }

    /// What the program did, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What had been shown by the time the record had so many bytes; `None` before anything was.
    pub fn acknowledged_by(&self, at: u64) -> Option<&Client> {
        let count = self.shown.partition_point(|shown| shown.bytes <= at);
        self.shown[..count].last().map(|shown| &shown.client)
    }

    /// What had been done by the time each request had its answer, and what had been shown by then.
    pub fn answers(&self) -> impl Iterator<Item = (&[Step], &Client)> {
        self.shown.iter().filter(|shown| shown.is_answer).map(|shown| {
            let count = self.steps.partition_point(|step| step.end <= shown.bytes);
            (&self.steps[..count], &shown.client)
        })
    }

    pub fn summary(&self) -> String {
        let syncs = self.steps.iter().filter(|step| matches!(step.deed, Deed::Sync)).count();
        let last = &self.shown.last().unwrap().client;
        format!("{} steps and {syncs} syncs of {LIVES} lives; {}", self.steps.len(), last.summary())
    }
}

/// Asks for everything new and follows until half of all tasks came to their end, or all of them.
async fn work(
    app: &App,
    client: &mut Client,
    so_far: impl Fn() -> u64,
    shown: &mut Vec<Shown>,
    to_the_end: bool,
) {
    let api = app.client();
    let mut socket = client.journal.connect(&api).await.expect("the running program is followed");
    let mut asks = JoinSet::new();
    let new: Vec<_> = client.requests.iter().cloned().enumerate().filter(|(_, r)| r.task.is_none()).collect();
    let mut new = new.into_iter();
    let mut ask_next = |asks: &mut JoinSet<_>| {
        let Some((index, request)) = new.next() else { return };
        let api = api.clone();
        asks.spawn(async move { (index, client::send(&api, &request).await.unwrap()) });
    };
    for _ in 0..AT_ONCE {
        ask_next(&mut asks);
    }
    let enough = if to_the_end { client.requests.len() } else { client.requests.len() / 2 };
    let mut ended = 0;
    while ended < enough || !asks.is_empty() {
        let mut is_answer = false;
        tokio::select! {
            is_there = client.journal.read(&mut socket) => assert!(is_there, "the program runs on"),
            Some(asked) = asks.join_next() => {
                let (index, (status, body)) = asked.unwrap();
                assert_eq!(status, 201, "{body}");
                client.requests[index].task = Some(body["id"].as_str().unwrap().to_owned());
                ask_next(&mut asks);
                is_answer = true;
            }
        }
        // What was shown was on the disk before, and so in the record.
        shown.push(Shown { bytes: so_far(), client: client.clone(), is_answer });
        ended = client.journal.states().values().filter(|(_, kind)| *kind == "completed").count();
    }
}

/// Background work that comes to its end by itself, at a readable pace or as fast as it goes.
fn request(chance: &mut Chance, life: u64, number: u64) -> Request {
    let pieces = 4 + chance.between(0, 90);
    let pace = if chance.one_in(4) { "" } else { "-r200" };
    Request {
        key: format!("life-{life}-request-{number}"),
        model: format!("sim-c{pieces}{pace}"),
        is_background: true,
        pieces: Some(pieces),
        task: None,
        stop: Stop::No,
    }
}

/// The steps of all lives; each has a record of its own, of which the last one may be cut by the kill.
#[derive(Default)]
struct Steps {
    all: Vec<Step>,
    /// Of all records so far.
    bytes: u64,
}

impl Steps {
    fn read(&mut self, log: &[u8]) {
        const HEAD: usize = 16;
        let mut at = 0;
        while let Some(head) = log.get(at..at + HEAD) {
            let length = u32::from_ne_bytes(head[4..8].try_into().unwrap()) as usize;
            let offset = usize::try_from(u64::from_ne_bytes(head[8..16].try_into().unwrap())).unwrap();
            let Some(bytes) = log.get(at + HEAD..at + HEAD + length) else { break };
            at += HEAD + length;
            let deed = match head[0] {
                b'w' => Deed::Write { offset, bytes: bytes.to_vec() },
                b't' => Deed::Truncate(offset),
                b's' => Deed::Sync,
                b'u' => Deed::Unlink,
                other => panic!("the recorder wrote {other}"),
            };
            self.all.push(Step { file: usize::from(head[1]), deed, end: self.bytes + at as u64 });
        }
        self.bytes += log.len() as u64;
    }
}
