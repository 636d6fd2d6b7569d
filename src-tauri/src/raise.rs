//! A second start: asks the process that holds the data folder to show its window, or to give way if it has none.

use meanwhile_api::Endpoint;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// A process that holds the data folder may still be on its way up: its endpoint is waited for this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the process that holds the data folder took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raised {
    /// It shows its window.
    Shown,
    /// It has none, and ends: the data folder is free in a moment.
    GivesWay,
}

/// Why no window came up.
#[derive(Debug, thiserror::Error)]
pub enum RaiseError {
    /// It runs without a window.
    #[error(
        "it was started to work without a window. End that with `meanwhile quit --force` and start again: what it was working on goes on in the window"
    )]
    NoWindow,
    /// It does not answer.
    #[error("it does not answer: {0}. Look at it with `meanwhile status`")]
    Silent(io::Error),
}

/// Raises the window of the process that holds `data_dir`, or has it give way.
///
/// A hidden start raises none, and does not interrupt what the other one works on: nobody asked for anything.
///
/// # Errors
/// [`RaiseError`] when it stays without a window, or nobody answered within two seconds.
pub fn raise(data_dir: &Path, hidden: bool) -> Result<Raised, RaiseError> {
    if hidden {
        let gives_way = ask(data_dir, "/quit", r#"{"give_way":true}"#)?;
        return if gives_way { Ok(Raised::GivesWay) } else { Err(RaiseError::NoWindow) };
    }
    if ask(data_dir, "/open", "{}")? {
        return Ok(Raised::Shown);
    }
    if ask(data_dir, "/quit", r#"{"give_way":true,"force":true}"#)? {
        return Ok(Raised::GivesWay);
    }
    // Another start may have taken over in between.
    if ask(data_dir, "/open", "{}")? { Ok(Raised::Shown) } else { Err(RaiseError::NoWindow) }
}

/// True when it does what is asked, false when its state does not allow it.
fn ask(data_dir: &Path, path: &str, body: &str) -> Result<bool, RaiseError> {
    let started = Instant::now();
    loop {
        match post(data_dir, path, body) {
            Ok(status) if status.starts_with("HTTP/1.1 2") => return Ok(true),
            Ok(status) if status.starts_with("HTTP/1.1 409") => return Ok(false),
            Ok(status) => return Err(RaiseError::Silent(io::Error::other(status))),
            Err(error) if started.elapsed() >= PATIENCE => return Err(RaiseError::Silent(error)),
            // Nothing tells another process that the endpoint is there, so it is tried again.
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Calls it and gives the status line.
fn post(data_dir: &Path, path: &str, body: &str) -> io::Result<String> {
    let endpoint = Endpoint::read(data_dir).ok_or_else(|| io::Error::other("it left no endpoint.json"))?;
    let token = std::fs::read_to_string(&endpoint.token_file)?;
    let (mut stream, host) = connect(&endpoint)?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        token.trim(),
        body.len()
    )?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer)?;
    let line = String::from_utf8_lossy(&answer);
    Ok(line.lines().next().unwrap_or_default().to_owned())
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

fn connect(endpoint: &Endpoint) -> io::Result<(Box<dyn Stream>, String)> {
    #[cfg(unix)]
    if let Some(path) = &endpoint.socket {
        let stream = std::os::unix::net::UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        return Ok((Box::new(stream), "localhost".to_owned()));
    }
    let host = endpoint.url.as_deref().and_then(|url| url.strip_prefix("http://")).unwrap_or_default();
    let stream = std::net::TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok((Box::new(stream), host.to_owned()))
}
