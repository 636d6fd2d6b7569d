//! Sends recorded bytes of a real server, whatever it is asked.

use std::net::SocketAddr;
use std::thread::JoinHandle;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Answers every request with the same recorded response, and closes.
pub struct ReplayServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ReplayServer {
    /// Starts with a whole response: status line, headers, body, as they were on the wire.
    #[allow(clippy::expect_used)]
    pub async fn start(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime for the server").block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
                let _ = tell.send(listener.local_addr().expect("the address of an open socket"));
                let answering = async {
                    while let Ok((stream, _)) = listener.accept().await {
                        let _ = answer(stream, &response).await;
                    }
                };
                tokio::select! {
                    () = answering => {}
                    _ = stopped => {}
                }
            });
        });
        let address = told.await.expect("the server's thread tells its address");
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    /// Where a provider finds it.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for ReplayServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads a whole request first: closing a socket with unread bytes would reset the connection.
async fn answer(mut stream: TcpStream, response: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !is_whole(&request) {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    stream.write_all(response).await?;
    stream.shutdown().await
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok()).unwrap_or_default();
    request.len() >= end + 4 + length
}

/// The body of a recorded response, with the chunked framing taken off.
pub fn body_of(response: &[u8]) -> Vec<u8> {
    let Some(end) = response.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Vec::new();
    };
    let (head, mut rest) = (String::from_utf8_lossy(&response[..end]).to_lowercase(), &response[end + 4..]);
    if !head.contains("transfer-encoding: chunked") {
        return rest.to_vec();
    }
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|bytes| bytes == b"\r\n") {
        let size =
            std::str::from_utf8(&rest[..at]).ok().and_then(|hex| usize::from_str_radix(hex.trim(), 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else {
            break;
        };
        let from = at + 2;
        let to = (from + size).min(rest.len());
        body.extend_from_slice(&rest[from..to]);
        rest = rest.get(to + 2..).unwrap_or_default();
    }
    body
}
