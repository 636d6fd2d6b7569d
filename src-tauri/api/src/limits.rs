use std::time::Duration;

/// What one client may take from the others.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once, upgraded ones included; one more is told so and closed.
    pub connections: usize,
    /// From the start of a connection or the last answer to the end of the next request's header.
    pub header: Duration,
    /// For the body of a request to arrive.
    pub body: Duration,
    /// For a client that follows to take one frame.
    pub frame: Duration,
    /// For a client that reads nothing at all before its connection is cut.
    pub stuck: Duration,
    /// Between two signs of life asked for on a WebSocket.
    pub ping: Duration,
    /// Bytes of one request's body.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            header: Duration::from_secs(10),
            body: Duration::from_secs(30),
            frame: Duration::from_secs(10),
            stuck: Duration::from_secs(30),
            ping: Duration::from_secs(30),
            body_bytes: 16 << 20,
        }
    }
}
