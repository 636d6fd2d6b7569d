//! A server that is a program: a message is a line.

use crate::health::{Health, Why};
use crate::limit::{ERRORS, READ};
use crate::wire::{Heard, Out, Wire};
use meanwhile_tool::{Program, Talk};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStderr, ChildStdin};
use tokio::sync::watch;

/// How long the last words of a program that ended are waited for.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The end of what a program says about errors.
#[derive(Clone)]
pub(crate) struct Errors {
    tail: Arc<Mutex<VecDeque<u8>>>,
    ended: watch::Receiver<bool>,
}

impl Errors {
    /// The last of it, on one line, with everything hidden visible; empty for nothing.
    pub async fn last(mut self) -> String {
        // Without them the cause is told all the same.
        let _ = tokio::time::timeout(LAST_WORDS, self.ended.wait_for(|ended| *ended)).await;
        let bytes: Vec<u8> =
            self.tail.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        let words = String::from_utf8_lossy(&bytes).split_whitespace().collect::<Vec<_>>().join(" ");
        meanwhile_tool::visible(&words)
    }
}

/// Starts the program.
pub(crate) fn open(program: &Program, health: &Arc<Health>) -> Result<(Wire, Errors), Why> {
    let Talk { input, output, errors, mut process } = program.start().map_err(|error| error.to_string())?;
    let (mut wire, out, heard) = Wire::new();
    let tail = Arc::new(Mutex::new(VecDeque::with_capacity(ERRORS)));
    let (end, ended) = watch::channel(false);
    let kept = Arc::clone(&tail);
    // It outlives the wire by the moment that the program needs to end, and waits for that end, or a dead process stayed.
    tokio::spawn(async move {
        drain(errors, &kept).await;
        end.send_replace(true);
        drop(process.wait().await);
    });
    wire.tasks.spawn(write(out, input));
    let health = Arc::clone(health);
    wire.tasks.spawn(async move {
        if let Err(why) = read(output, &heard, &health).await {
            health.fail(why);
        }
    });
    Ok((wire, Errors { tail, ended }))
}

/// Reads all of it, so that the program never waits, and keeps the end.
async fn drain(mut errors: ChildStderr, tail: &Mutex<VecDeque<u8>>) {
    let mut bytes = vec![0; 8 << 10];
    while let Ok(read @ 1..) = errors.read(&mut bytes).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(&bytes[..read]);
        let more = tail.len().saturating_sub(ERRORS);
        tail.drain(..more);
    }
}

/// The program is not wanted any more when this ends, which drops its input.
async fn write(mut out: Out, mut input: ChildStdin) {
    while let Some(message) = out.recv().await {
        let Ok(mut line) = serde_json::to_vec(&message) else { return };
        line.push(b'\n');
        if input.write_all(&line).await.is_err() {
            // That it ended is seen by whoever reads; until then its input stays open.
            std::future::pending::<()>().await;
        }
    }
}

async fn read(output: impl AsyncRead + Unpin, heard: &Heard, health: &Health) -> Result<(), Why> {
    let mut output = BufReader::with_capacity(64 << 10, output);
    let mut line = Vec::new();
    loop {
        let read = output.fill_buf().await.map_err(|error| error.to_string())?;
        if read.is_empty() {
            return Err("the program ended".to_owned());
        }
        let end = read.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(read.len(), |end| end + 1);
        health.count(taken)?;
        if line.len() + taken > READ {
            return Err(format!("it sent a line of more than {} MiB", READ >> 20));
        }
        line.extend_from_slice(&read[..taken]);
        output.consume(taken);
        if end.is_none() {
            continue;
        }
        if let Some(message) = health.admit(&line)?
            && heard.send(message).await.is_err()
        {
            return Ok(());
        }
        line.clear();
        line.shrink_to(64 << 10);
    }
}
