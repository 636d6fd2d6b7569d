//! The same at an address: what it answers is bounded, and nothing leads elsewhere.

use meanwhile_mcp::{Address, Connection, Patience, Reach, ServerError, is_address};
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Long enough for whatever comes, on a busy computer.
const PATIENCE: Patience = Patience { connect: Duration::from_secs(60), call: Duration::from_secs(60) };
/// Short, for what never comes.
const SHORT: Patience = Patience { connect: Duration::from_secs(60), call: Duration::from_secs(2) };

/// A server that answers each request in its own way, and what it heard.
struct Site {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Site {
    async fn start(behaviour: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour, Arc::clone(&notes)));
            }
        });
        Self { url, heard }
    }

    fn reach(&self) -> Reach {
        let headers = vec![("authorization".to_owned(), "Bearer very-secret-value".to_owned())];
        Reach::Address(Address { url: self.url.clone(), headers })
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }
}

async fn serve(stream: TcpStream, behaviour: &'static str, heard: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if read.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
            head += &line;
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).await.unwrap();
        let asked: Value = serde_json::from_slice(&body).unwrap();
        heard.lock().unwrap().push(format!("{head}{asked}"));
        if answer(&mut write, behaviour, &asked).await.is_err() {
            return;
        }
    }
}

async fn answer(
    to: &mut (impl tokio::io::AsyncWrite + Unpin),
    behaviour: &str,
    asked: &Value,
) -> std::io::Result<()> {
    let method = asked["method"].as_str().unwrap_or_default();
    let result = match method {
        "initialize" => json!({ "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
                                "serverInfo": { "name": "site", "version": "1" } }),
        "tools/list" => json!({ "tools": [{ "name": "echo", "inputSchema": { "type": "object" } }] }),
        "tools/call" => json!({ "content": [{ "type": "text", "text": "hello" }] }),
        _ => return to.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await,
    };
    let message = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result }).to_string();
    let plain = |status: &str, more: &str, kind: &str, body: &str| {
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let is_call = method == "tools/call";
    let whole = match behaviour {
        "elsewhere" => {
            plain("307 Temporary Redirect", "location: http://127.0.0.1:9/steal\r\n", "text/plain", "")
        }
        "wants a token" => plain(
            "401 Unauthorized",
            "www-authenticate: Bearer resource_metadata=\"javascript:alert(1)\"\r\n",
            "text/plain",
            "",
        ),
        "a page" => plain("200 OK", "", "text/html", "<html>Welcome</html>"),
        "broken" => plain("500 Internal Server Error", "", "text/plain", "oh"),
        "no JSON" => plain("200 OK", "", "application/json", "{\"jsonrpc\": <"),
        "in a stream" => {
            let note = json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": { "level": "info", "data": 1 } });
            let body =
                format!(": hello\r\nevent: message\r\ndata: {note}\r\n\r\nid: 7\r\ndata: {message}\r\n\r\n");
            plain("200 OK", "mcp-session-id: s-1\r\n", "text/event-stream", &body)
        }
        "forgets us" if is_call => plain("404 Not Found", "", "text/plain", ""),
        "a stream without its end" if is_call => {
            to.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await?;
            std::future::pending::<()>().await;
            String::new()
        }
        "a flood" if is_call => {
            to.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"jsonrpc\":\"").await?;
            loop {
                to.write_all(&[b'x'; 65_536]).await?;
            }
        }
        "an endless line" if is_call => {
            to.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ").await?;
            loop {
                to.write_all(&[b'x'; 65_536]).await?;
            }
        }
        "hangs up" if is_call => return Err(std::io::ErrorKind::BrokenPipe.into()),
        _ => plain("200 OK", "mcp-session-id: s-1\r\n", "application/json", &message),
    };
    to.write_all(whole.as_bytes()).await
}

// F60
#[tokio::test]
async fn whatever_an_address_answers_is_contained_and_told_in_words() {
    let cases = [
        ("good", "hello"),
        ("in a stream", "hello"),
        ("elsewhere", "it sends us to http://127.0.0.1:9/steal, which is not followed"),
        ("wants a token", "it wants a token"),
        ("a page", "it answers with \"text/html\" where MCP belongs"),
        ("broken", "it answers with status 500"),
        ("no JSON", "a message that cannot be read"),
        ("forgets us", "it does not know this connection any more"),
        ("a stream without its end", "did not answer within 2 s"),
        ("a flood", "more than 10 MiB"),
        ("an endless line", "more than 10 MiB"),
        ("hangs up", "the connection to the server site ended before it answered"),
    ];
    for (behaviour, expected) in cases {
        let site = Site::start(behaviour).await;
        let patience = if behaviour == "a stream without its end" { SHORT } else { PATIENCE };
        let words = match Connection::open("site", &site.reach(), patience).await {
            Err(error) => error.to_string(),
            Ok(open) => match open.call("echo", Map::new()).await {
                Ok(said) => said.text,
                Err(error) => error.to_string(),
            },
        };
        assert!(words.contains(expected), "{behaviour}: {words}");
        assert!(!words.contains("very-secret-value"), "{words}");
        assert!(site.heard().contains("very-secret-value"), "it is sent where it belongs");
        if behaviour == "good" {
            let last = site.heard.lock().unwrap().last().unwrap().to_lowercase();
            assert!(
                last.contains("mcp-session-id: s-1") && last.contains("mcp-protocol-version: 2025-06-18"),
                "{last}"
            );
        }
    }
}

// F60
#[tokio::test]
async fn a_server_elsewhere_is_reached_encrypted_or_not_at_all() {
    for good in
        ["https://example.com/mcp", "http://127.0.0.1:8000/mcp", "http://[::1]:1/x", "http://localhost/"]
    {
        assert!(is_address(good), "{good}");
    }
    for bad in [
        "http://example.com/mcp",
        "http://10.0.0.7/mcp",
        "http://localhost.example.com/",
        "https://user:pass@example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "$(touch /tmp/x)",
        "",
    ] {
        assert!(!is_address(bad), "{bad}");
        let reach = Reach::Address(Address { url: bad.to_owned(), headers: Vec::new() });
        let refused = Connection::open("site", &reach, PATIENCE).await.err();
        assert!(matches!(refused, Some(ServerError::Unreachable { .. })), "{bad}");
    }
}
