//! Bytes of a provider, in any pieces.

use super::Cuts;
use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt, iter};
use meanwhile_core::model::ProviderKind;
use meanwhile_core::provider::{Patience, ProviderError, ProviderEvent, event_data, read_events};
use tokio::runtime::{Builder, Runtime};

type Body = BoxStream<'static, Result<Bytes, ProviderError>>;

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().unwrap();
}

/// Cut anywhere, a body gives the same events, and no more than came.
pub fn sse_decode(data: &[u8]) {
    let read = |body: Body| run(event_data(body, Patience::default()).collect::<Vec<_>>());
    let (cuts, data) = Cuts::of(data);
    let whole = read(body([data]));
    assert_eq!(read(body(cuts)), whole, "in pieces");
    assert_eq!(read(body(data.chunks(1))), whole, "byte by byte");
    let length: usize = whole.iter().flatten().map(String::len).sum();
    // A byte that is none becomes a character of three.
    assert!(length <= 3 * data.len(), "{length} bytes out of {}", data.len());
    assert!(whole.iter().rev().skip(1).all(Result::is_ok), "nothing comes after an error: {whole:?}");
}

/// An answer in chat completions.
pub fn openai_stream(data: &[u8]) {
    answer(ProviderKind::OpenaiChat, data, &["finish_reason"]);
}

/// An answer of OpenAI's responses.
pub fn responses_stream(data: &[u8]) {
    answer(ProviderKind::OpenaiResponses, data, &["completed", "incomplete"]);
}

/// An answer of Anthropic; a message that is there at once needs no reason for its end.
pub fn anthropic_stream(data: &[u8]) {
    answer(ProviderKind::Anthropic, data, &["stop_reason", "message_stop", "\"message\""]);
}

/// An answer of Gemini.
pub fn gemini_stream(data: &[u8]) {
    answer(ProviderKind::Gemini, data, &["finishReason", "blockReason", "interaction"]);
}

/// An answer of Ollama.
pub fn ollama_stream(data: &[u8]) {
    answer(ProviderKind::Ollama, data, &["done"]);
}

/// Cut anywhere, an answer is the same; it has one end, and is complete only if the provider said so by one of these signs.
fn answer(kind: ProviderKind, data: &[u8], signs: &[&str]) {
    let read = |body: Body| run(read_events(kind, body, "m", Patience::default()).collect::<Vec<_>>());
    let (cuts, data) = Cuts::of(data);
    let whole = read(body([data]));
    assert_eq!(read(body(cuts)), whole, "in pieces");
    assert_eq!(read(body(data.chunks(1))), whole, "byte by byte");
    let is_end = |said: &Result<_, _>| matches!(said, Ok(ProviderEvent::Finished(_)) | Err(_));
    assert_eq!(whole.iter().filter(|said| is_end(said)).count(), 1, "{whole:?}");
    assert!(whole.last().is_some_and(is_end), "nothing comes after the end: {whole:?}");
    let is_nothing = |said: &Result<ProviderEvent, _>| match said {
        Ok(ProviderEvent::Text(text) | ProviderEvent::Reasoning(text)) => text.is_empty(),
        _ => false,
    };
    assert!(!whole.iter().any(is_nothing), "a piece is never empty");
    let is_complete = matches!(whole.last(), Some(Ok(ProviderEvent::Finished(_))));
    // A name may be written with escapes.
    let is_said = signs.iter().chain(&["[DONE]", "\\u"]).any(|sign| holds(data, sign));
    assert!(!is_complete || is_said, "{whole:?}");
}

fn body<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Body {
    let pieces: Vec<_> = pieces.into_iter().map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    iter(pieces).boxed()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(work))
}

fn holds(data: &[u8], text: &str) -> bool {
    data.windows(text.len()).any(|window| window == text.as_bytes())
}
