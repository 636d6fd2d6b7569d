//! A client that follows the log over the WebSocket, as a window does.

use crate::Outcome;
use crate::load::{monotonic_us, stamps};
use futures_util::StreamExt;
use serde::Deserialize;
use std::borrow::Cow;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async};

/// The connection.
pub struct Follower {
    socket: WebSocketStream<TcpStream>,
}

/// A frame as far as a measurement needs it; a snapshot has no events.
#[derive(Deserialize)]
pub struct Frame<'a> {
    #[serde(borrow, default)]
    pub events: Vec<Event<'a>>,
}

/// One fact about a task.
#[derive(Deserialize)]
pub struct Event<'a> {
    pub task_id: &'a str,
    pub kind: &'a str,
    #[serde(default)]
    pub attempt: u32,
    #[serde(default)]
    pub offset: usize,
    #[serde(borrow, default)]
    pub text: Cow<'a, str>,
}

/// What a follower of steady load saw.
#[derive(Default)]
pub struct Seen {
    /// When each piece of text left the model server, and how long it took from its socket to here; microseconds.
    pub pieces: Vec<(u64, u32)>,
    /// When the first answer was over.
    pub first_end: u64,
    /// Frames they came in.
    pub frames: u64,
}

impl Follower {
    /// Follows from `after` on; `None` begins with a snapshot.
    pub async fn connect(url: &str, token: &str, after: Option<i64>) -> Outcome<Self> {
        let address = url.strip_prefix("http://").ok_or("not an http address")?;
        let after = after.map(|seq| format!("?after={seq}")).unwrap_or_default();
        let mut request = format!("ws://{address}/background-agent-ws{after}").into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (socket, _) = client_async(request, stream).await?;
        Ok(Self { socket })
    }

    /// The text of the next frame; `None` when the server is gone.
    pub async fn next(&mut self) -> Option<Utf8Bytes> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Some(text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Reads until `tasks` tasks are completed.
    ///
    /// # Errors
    /// When one of them ends in another way, or the server does.
    pub async fn until_completed(mut self, tasks: usize) -> Outcome<Seen> {
        let (mut seen, mut ended) = (Seen::default(), 0);
        while ended < tasks {
            let frame = self.next().await.ok_or("the server closed the WebSocket")?;
            let now = monotonic_us();
            // Searching the frame as it is costs a tenth of reading it, and this process shares the cores.
            stamps(&frame, |_, sent| {
                seen.pieces.push((sent, u32::try_from(now.saturating_sub(sent)).unwrap_or(u32::MAX)));
            });
            seen.frames += 1;
            ended += frame.matches("\"kind\":\"completed\"").count();
            if ended > 0 && seen.first_end == 0 {
                seen.first_end = now;
            }
            for bad in ["\"kind\":\"failed\"", "\"kind\":\"waiting\"", "\"kind\":\"requeued\""] {
                if frame.contains(bad) {
                    return Err(format!("a task came to {bad}").into());
                }
            }
        }
        Ok(seen)
    }
}
