//! What has to be true of any bytes at all. Each function is a fuzz target (`make fuzz`), and `replay.rs` gives it all that was
//! worth keeping, in every run of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod attachment;
mod page;
mod stream;

pub use attachment::attachment;
pub use page::{render, url_rules};
pub use stream::{
    anthropic_stream, gemini_stream, ollama_stream, openai_stream, responses_stream, sse_decode,
};

use meanwhile_core::provider::asked_wait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::time::Duration;

/// A wait that a provider asks for in any headers is bounded. Input: lines of `name: value`.
pub fn retry_after(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(line[..colon].trim_ascii());
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let wait = asked_wait(&headers);
    assert!(wait.is_none_or(|wait| wait <= Duration::from_secs(15 * 60)), "{wait:?} for {headers:?}");
}

/// Whatever is taken for the body of a call is a JSON object.
pub fn api_body(data: &[u8]) {
    if meanwhile_api::is_body(data) {
        let value: Value = serde_json::from_slice(data).expect("JSON");
        assert!(value.is_object(), "{value}");
    }
}

/// The first two bytes choose where the rest is cut; the same input is always cut alike.
struct Cuts<'a> {
    state: u32,
    data: &'a [u8],
}

impl<'a> Cuts<'a> {
    fn of(data: &'a [u8]) -> (Self, &'a [u8]) {
        let (seed, data) = data.split_at(data.len().min(2));
        let state = seed.iter().fold(1, |state, byte| state * 256 + u32::from(*byte));
        (Self { state, data }, data)
    }
}

/// Pieces of 1 to 32 bytes.
impl<'a> Iterator for Cuts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.data.is_empty() {
            return None;
        }
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = 1 + (self.state >> 27) as usize;
        let (piece, rest) = self.data.split_at(length.min(self.data.len()));
        self.data = rest;
        Some(piece)
    }
}
