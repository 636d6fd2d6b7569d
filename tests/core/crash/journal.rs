//! What the client was shown, kept outside of the program: an event with its number is an acknowledgement.

use futures_util::StreamExt;
use meanwhile_support::api_client::ApiClient;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Everything seen so far, over all lives of the program.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// The newest number seen; the next connection goes on from here.
    pub cursor: i64,
    /// Every event but text, by its number.
    pub facts: BTreeMap<i64, Fact>,
    /// The text of each attempt.
    pub texts: HashMap<(String, u32), String>,
}

/// An event as it came.
#[derive(Clone, Debug)]
pub struct Fact {
    pub task_id: String,
    pub kind: String,
    pub event: Value,
}

#[derive(Deserialize)]
struct Frame {
    events: Vec<Value>,
    head: i64,
}

/// A connection to one life of the program.
pub struct Socket(WebSocketStream<TcpStream>);

impl Journal {
    /// Follows from the cursor; `None` when the program is killed before it answers.
    pub async fn connect(&self, api: &ApiClient) -> Option<Socket> {
        let address = api.url.strip_prefix("http://").unwrap();
        let url = format!("ws://{address}/background-agent-ws?after={}", self.cursor);
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {}", api.token.trim()).parse().unwrap());
        let stream = TcpStream::connect(address).await.ok()?;
        client_async(request, stream).await.ok().map(|(socket, _)| Socket(socket))
    }

    /// Takes the next frame; false when the connection is gone.
    pub async fn read(&mut self, socket: &mut Socket) -> bool {
        loop {
            match socket.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    self.take(serde_json::from_str(&text).unwrap());
                    return true;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return false,
                Some(Ok(_)) => {}
            }
        }
    }

    fn take(&mut self, frame: Frame) {
        for event in frame.events {
            let seq = event["seq"].as_i64().unwrap();
            assert!(seq > self.cursor, "event {seq} came again, or its number was used twice: {event}");
            self.cursor = seq;
            let task_id = event["task_id"].as_str().unwrap().to_owned();
            let kind = event["kind"].as_str().unwrap().to_owned();
            if kind == "text_delta" {
                let attempt = u32::try_from(event["attempt"].as_u64().unwrap()).unwrap();
                let text = self.texts.entry((task_id, attempt)).or_default();
                assert_eq!(event["offset"], text.len(), "text came without a gap and once: {event}");
                text.push_str(event["text"].as_str().unwrap());
            } else {
                self.facts.insert(seq, Fact { task_id, kind, event });
            }
        }
        assert_eq!(frame.head, self.cursor);
    }

    /// The last fact about each task that decides its state.
    pub fn states(&self) -> HashMap<&str, (i64, &str)> {
        let decides = [
            "queued",
            "started",
            "requeued",
            "part_done",
            "tools_asked",
            "tools_begun",
            "tools_ended",
            "waiting",
            "paused",
            "resumed",
            "completed",
            "failed",
            "cancelled",
        ];
        let deciding = self.facts.iter().filter(|(_, fact)| decides.contains(&fact.kind.as_str()));
        deciding.map(|(seq, fact)| (fact.task_id.as_str(), (*seq, fact.kind.as_str()))).collect()
    }
}
