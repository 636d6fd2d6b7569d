//! The source of load: `modelsim` as a process of its own. Its pieces carry their number and the time they were made.

use crate::{Outcome, process, server};
use serde::Deserialize;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running model server.
pub struct Load {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    client: reqwest::Client,
    _child: Child,
}

/// Its counters.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Stats {
    pub requests: u64,
    pub chunks: u64,
}

impl Load {
    /// Starts it on a free port. It ends with this value.
    pub async fn start() -> Outcome<Self> {
        let mut child = Command::new(process::binary("modelsim")?)
            .args(["--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().ok_or("modelsim has no output")?;
        let line = BufReader::new(out).lines().next_line().await?.ok_or("modelsim ended at once")?;
        let url = line.split_whitespace().last().ok_or("modelsim did not say where it is")?.to_owned();
        Ok(Self { url, client: server::client()?, _child: child })
    }

    /// What a provider has as its address.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.url)
    }

    /// The counters now.
    pub async fn stats(&self) -> Outcome<Stats> {
        Ok(self.client.get(format!("{}/stats", self.url)).send().await?.json().await?)
    }
}

/// Bytes of text in a piece; a token is one piece.
pub const PIECE_BYTES: u64 = 24;

/// The name of a model that answers with `chunks` pieces, `rate` a second.
pub fn model(chunks: u64, rate: u64) -> String {
    format!("sim-c{chunks}-b{PIECE_BYTES}-r{rate}")
}

/// When the pieces of many streams come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phases {
    /// All in the same moments, as they do when all streams were started at once.
    Together,
    /// Evenly spread over the time between two pieces of one stream, as they do when nobody synchronised the streams.
    /// Group commits save less then.
    Spread,
}

impl Phases {
    /// The models of `streams` streams.
    pub fn models(self, streams: usize, chunks: u64, rate: u64) -> Vec<String> {
        let step_us = match self {
            Self::Together => 0,
            Self::Spread => 1_000_000 / rate / streams as u64,
        };
        (0..streams as u64).map(|k| format!("{}-t{}", model(chunks, rate), k * step_us / 1_000)).collect()
    }
}

/// The time of all programs on this machine, in microseconds, as in the stamps.
pub fn monotonic_us() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * 1_000_000 + now.tv_nsec.unsigned_abs() / 1_000
}

/// Calls `found` with number and time of each stamp `~number:microseconds~` in a text, whatever is around it.
pub fn stamps(text: &str, mut found: impl FnMut(u64, u64)) {
    let mut pieces = text.split('~');
    let mut piece = pieces.next();
    while piece.is_some() {
        piece = pieces.next();
        if let Some((number, time)) = piece.and_then(|text| text.split_once(':'))
            && let (Ok(number), Ok(time)) = (number.parse(), time.parse())
        {
            found(number, time);
            piece = pieces.next();
        }
    }
}

/// The value below which the given part of all values lies.
pub fn quantile(values: &mut [u32], part: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let at = ((values.len() - 1) as f64 * part).round() as usize;
    f64::from(*values.select_nth_unstable(at).1)
}
