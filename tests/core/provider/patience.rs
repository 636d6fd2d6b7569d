//! Silence ends an answer exactly when its limit says, and not before.

use crate::common::{Folded, chat, fold, request};
use meanwhile_core::provider::{Patience, Provider, ProviderError};
use meanwhile_support::model_server::{ModelServer, Step, hang, pause, raw, reasoning, stop, text};
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

fn calm() -> Patience {
    Patience { connect: LONG, first_event: LONG, silence: LONG, bytes: LONG, after_wake: LONG }
}

async fn asked(patience: Patience, steps: impl IntoIterator<Item = Step>) -> Folded {
    let server = ModelServer::start().await;
    server.script("m", steps);
    fold(chat(&server.base_url(), None, patience).stream(request("m"))).await
}

/// More comments than any limit of these tests, 20 ms apart.
fn comments(count: usize) -> impl Iterator<Item = Step> {
    (0..count).flat_map(|_| [raw(": keep-alive\n\n"), pause(Duration::from_millis(20))])
}

// F29
#[tokio::test]
async fn a_stream_that_stalls_keeps_its_text_and_ends_at_the_limit() {
    let started = Instant::now();
    let answer = asked(Patience { silence: SHORT, ..calm() }, [text("a"), hang()]).await;
    assert_eq!((answer.text.as_str(), answer.error), ("a", Some(ProviderError::Stalled(SHORT))));
    assert!(started.elapsed() < LONG, "the short limit ended it");
}

#[tokio::test]
async fn the_message_of_a_stall_names_the_seconds() {
    assert_eq!(
        ProviderError::Stalled(Duration::from_secs(120)).to_string(),
        "the provider was silent for 120 s"
    );
}

// F29
#[tokio::test]
async fn keep_alive_comments_do_not_hide_a_dead_stream() {
    let steps = [text("a")].into_iter().chain(comments(1000)).chain([stop()]);
    let answer = asked(Patience { silence: SHORT, ..calm() }, steps).await;
    assert_eq!(answer.error, Some(ProviderError::Stalled(SHORT)));
}

#[tokio::test]
async fn empty_chunks_do_not_hide_a_dead_stream() {
    let empty = (0..1000).flat_map(|_| [raw("data: {\"choices\":[]}\n\n"), pause(Duration::from_millis(20))]);
    let steps = [text("a")].into_iter().chain(empty).chain([stop()]);
    let answer = asked(Patience { silence: SHORT, ..calm() }, steps).await;
    assert_eq!(answer.error, Some(ProviderError::Stalled(SHORT)));
}

// F29, F36
#[tokio::test]
async fn silence_without_any_byte_has_its_own_limit() {
    let answer = asked(Patience { bytes: SHORT, ..calm() }, [text("a"), hang()]).await;
    assert_eq!(answer.error, Some(ProviderError::Stalled(SHORT)));
}

#[tokio::test]
async fn comments_keep_the_limit_for_bytes_away() {
    let steps = [text("a")].into_iter().chain(comments(40)).chain([text("b"), stop()]);
    let answer = asked(Patience { bytes: SHORT, ..calm() }, steps).await;
    assert_eq!((answer.text.as_str(), answer.error), ("ab", None));
}

#[tokio::test]
async fn reasoning_keeps_the_limit_for_silence_away() {
    let thinking = (0..40).flat_map(|_| [reasoning("hm "), pause(Duration::from_millis(20))]);
    let answer = asked(Patience { silence: SHORT, ..calm() }, thinking.chain([text("b"), stop()])).await;
    assert_eq!((answer.text.as_str(), answer.error), ("b", None));
}

// F29
#[tokio::test]
async fn a_server_without_a_first_event_is_given_up_at_its_limit() {
    let server = ModelServer::start().await;
    // The reply to this spec begins with its headers and a first, empty piece; the raw script has headers alone.
    server.script("m", [raw(": loading\n\n"), hang()]);
    let patience = Patience { first_event: SHORT, ..calm() };
    let answer = fold(chat(&server.base_url(), None, patience).stream(request("m"))).await;
    assert_eq!((answer.accepted, answer.error), (1, Some(ProviderError::Stalled(SHORT))));
}

// F29
#[tokio::test]
async fn a_server_without_headers_is_given_up_at_the_limit_for_the_first_event() {
    let fake = meanwhile_support::model_server::LocalFake::start(
        meanwhile_support::model_server::LocalProduct::Silent,
    )
    .await;
    let patience = Patience { first_event: SHORT, ..calm() };
    let provider = chat(&format!("http://{}/v1", fake.address()), None, patience);
    let answer = fold(provider.stream(request("m"))).await;
    assert_eq!((answer.accepted, answer.error), (0, Some(ProviderError::Stalled(SHORT))));
    assert_eq!(provider.models().await, Err(ProviderError::Stalled(SHORT)));
}

#[tokio::test]
async fn a_model_that_is_loaded_in_silence_is_waited_for() {
    let patience = Patience { bytes: SHORT, silence: SHORT, ..calm() };
    let server = ModelServer::start().await;
    server.script("m", [raw(""), pause(SHORT * 3), text("a"), stop()]);
    let answer = fold(chat(&server.base_url(), None, patience).stream(request("m"))).await;
    assert_eq!((answer.text.as_str(), answer.error), ("a", None));
}

/// Bytes of a body that never ends, 20 ms apart.
fn drip(bytes: &str) -> impl Iterator<Item = Step> {
    let bytes = bytes.to_owned();
    (0..1000).flat_map(move |_| [raw(bytes.clone()), pause(Duration::from_millis(20))])
}

// F29
#[tokio::test]
async fn a_body_that_drips_is_given_up_at_the_limit_for_the_first_event() {
    for (start, error) in [("{\"a\":\"", "truncated"), ("<html>", "not_a_provider"), ("\n", "stalled")] {
        let started = Instant::now();
        let steps = [raw(start)].into_iter().chain(drip("\n"));
        let answer = asked(Patience { first_event: SHORT, ..calm() }, steps).await;
        let code = answer.error.as_ref().map(ProviderError::code);
        assert!(started.elapsed() < Duration::from_secs(10), "{start:?} was read to its end");
        // A stream by its header that begins like JSON counts as a page: nothing says which of the two was cut.
        assert!(
            code == Some(error) || (error == "truncated" && code == Some("not_a_provider")),
            "{start:?}: {code:?}"
        );
    }
}
