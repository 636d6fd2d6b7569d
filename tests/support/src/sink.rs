//! Where messages to people arrive: a server for webhooks, Slack and ntfy, and one for mail, each with its bad days.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::harness::FACT_LIMIT;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// What a server does with a message, once it has heard it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Takes it.
    Takes,
    /// Says no with this code; a mail server at the step to which the code belongs. HTTP asks to wait so many seconds.
    Refuses(u16, Option<u32>),
    /// Has heard all of it and breaks the connection without a word.
    Breaks,
    /// Has heard all of it and never answers.
    Hangs,
    /// Has heard all of it, and says no with this code of HTTP once it is told to go on.
    Stays(u16),
}

/// A message that was heard whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The head of the request in small letters; of a mail who it went to.
    pub head: String,
    /// The body; of a mail all of it with its headers.
    pub body: String,
}

impl Heard {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a header of the request.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

struct State {
    next: Mutex<VecDeque<Does>>,
    heard: watch::Sender<Vec<Heard>>,
    password: Mutex<String>,
    go_on: Notify,
}

impl State {
    fn does(&self) -> Does {
        self.next.lock().unwrap().pop_front().unwrap_or(Does::Takes)
    }

    fn hear(&self, head: String, body: String) {
        self.heard.send_modify(|all| all.push(Heard { head, body }));
    }
}

/// A server that takes messages.
pub struct Sink {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
    _serving: JoinSet<()>,
}

impl Sink {
    /// One for HTTP.
    pub async fn http() -> Self {
        Self::start(|stream, state| async move { drop(http(stream, state).await) }).await
    }

    /// One for mail, without encryption, where the password is `password`. It repeats the line of a login that it refuses.
    pub async fn mail() -> Self {
        Self::start(|stream, state| async move { drop(mail(stream, state).await) }).await
    }

    async fn start<F: Future<Output = ()> + Send + 'static>(
        serve: impl Fn(TcpStream, Arc<State>) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            next: Mutex::default(),
            heard: watch::Sender::default(),
            password: Mutex::new("password".to_owned()),
            go_on: Notify::new(),
        });
        let (mut serving, given) = (JoinSet::new(), Arc::clone(&state));
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&given)));
            }
        });
        Self { address, state, _serving: serving }
    }

    /// An address of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it does with the next messages; all later ones are taken.
    pub fn next(&self, does: impl IntoIterator<Item = Does>) {
        self.state.next.lock().unwrap().extend(does);
    }

    /// From now on another password counts.
    pub fn set_password(&self, password: &str) {
        *self.state.password.lock().unwrap() = password.to_owned();
    }

    /// One answer that stays out is given.
    pub fn go_on(&self) {
        self.state.go_on.notify_one();
    }

    /// What a login by PLAIN says of name and password.
    pub fn login(user: &str, password: &str) -> String {
        STANDARD.encode(format!("\0{user}\0{password}"))
    }

    /// Everything it heard whole so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.state.heard.borrow().clone()
    }

    /// Waits until it heard so many messages.
    pub async fn until(&self, count: usize) -> Vec<Heard> {
        let mut heard = self.state.heard.subscribe();
        let wait = heard.wait_for(|all| all.len() >= count);
        let all = tokio::time::timeout(FACT_LIMIT, wait).await.expect("so many messages never came");
        all.unwrap().clone()
    }
}

async fn http(mut stream: TcpStream, state: Arc<State>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await?;
    let does = state.does();
    state.hear(head, String::from_utf8(body).unwrap());
    let (code, wait) = match does {
        Does::Takes => (200, None),
        Does::Refuses(code, wait) => (code, wait),
        Does::Stays(code) => {
            state.go_on.notified().await;
            (code, None)
        }
        Does::Breaks => return Ok(()),
        Does::Hangs => return std::future::pending().await,
    };
    let wait = wait.map_or_else(String::new, |seconds| format!("retry-after: {seconds}\r\n"));
    let to = if (300..400).contains(&code) { "location: /elsewhere\r\n" } else { "" };
    let answer =
        format!("HTTP/1.1 {code} Such\r\n{wait}{to}content-length: 2\r\nconnection: close\r\n\r\nok");
    stream.write_all(answer.as_bytes()).await
}

/// At which step a mail server says no with a code.
fn step_of(code: u16) -> &'static str {
    match code {
        421 | 450 | 451 => "MAIL",
        550 | 551 | 553 => "RCPT",
        _ => ".",
    }
}

async fn mail(stream: TcpStream, state: Arc<State>) -> io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    let does = state.does();
    let refusal = |step: &str| match &does {
        Does::Refuses(code, _) if step_of(*code) == step => Some(format!("{code} not this one")),
        _ => None,
    };
    to.write_all(b"220 sink ready\r\n").await?;
    let mut recipient = String::new();
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN".to_owned(),
            "AUTH" => {
                let given = line.rsplit(' ').next().unwrap_or_default();
                let plain = STANDARD.decode(given).unwrap_or_default();
                let known = state.password.lock().unwrap().clone();
                let is_known = String::from_utf8_lossy(&plain).ends_with(&format!("\0{known}"));
                if is_known { "235 welcome".to_owned() } else { format!("535 5.7.8 not with {line}") }
            }
            "MAIL" => refusal("MAIL").unwrap_or_else(|| "250 ok".to_owned()),
            "RCPT" => {
                recipient.clone_from(&line);
                refusal("RCPT").unwrap_or_else(|| "250 ok".to_owned())
            }
            "DATA" => {
                to.write_all(b"354 go on\r\n").await?;
                let mut body = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    body += line.strip_prefix('.').unwrap_or(&line);
                    body.push('\n');
                }
                state.hear(recipient.clone(), body);
                match does {
                    Does::Breaks => return Ok(()),
                    Does::Hangs => return std::future::pending().await,
                    _ => refusal(".").unwrap_or_else(|| "250 taken".to_owned()),
                }
            }
            "QUIT" => {
                to.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "500 what".to_owned(),
        };
        to.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
