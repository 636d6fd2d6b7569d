use crate::failure::Failure;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use meanwhile_core::model::Frame;

/// The frames of an event stream, in order.
pub(crate) struct Frames {
    body: Incoming,
    lines: Lines,
}

impl Frames {
    pub(crate) fn new(body: Incoming) -> Self {
        Self { body, lines: Lines::default() }
    }

    /// The next frame; `None` when the other end has closed. Nothing is lost when the wait is left.
    pub(crate) async fn next(&mut self) -> Result<Option<Frame>, Failure> {
        loop {
            if let Some(line) = self.lines.next() {
                if let Some(data) = line.strip_prefix("data:") {
                    return serde_json::from_str(data).map(Some).map_err(|_| {
                        Failure::unreachable(format!("the running Meanwhile cannot go on: {}", data.trim()))
                    });
                }
                continue;
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.lines.push(&bytes);
                    }
                }
                Some(Err(_)) | None => return Ok(None),
            }
        }
    }
}

/// Whole lines out of bytes that come in any pieces.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    searched: usize,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Option<String> {
        let Some(end) = self.bytes[self.searched..].iter().position(|byte| *byte == b'\n') else {
            self.searched = self.bytes.len();
            return None;
        };
        let line: Vec<u8> = self.bytes.drain(..=self.searched + end).collect();
        self.searched = 0;
        Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_wherever_the_bytes_are_cut() {
        let whole = "id: 7\ndata: {\"a\":\"ä\"}\r\n\n";
        for cut in 0..whole.len() {
            let mut lines = Lines::default();
            let mut found = Vec::new();
            for piece in [&whole.as_bytes()[..cut], &whole.as_bytes()[cut..]] {
                lines.push(piece);
                while let Some(line) = lines.next() {
                    found.push(line);
                }
            }
            assert_eq!(found, ["id: 7", "data: {\"a\":\"ä\"}", ""], "cut at {cut}");
        }
    }
}
