//! Bytes that a real llama.cpp server sent, in `tests/fixtures/llamacpp-wire`, mean what they meant to it.

use crate::common::{Folded, ask, brisk, error_of, fold, provider};
use bytes::Bytes;
use futures_util::stream::{StreamExt, iter};
use meanwhile_core::model::{FinishReason, ProviderKind};
use meanwhile_core::provider::{ProviderError, ProviderEvent, read_events};
use meanwhile_support::model_server::{ReplayServer, body_of};
use serde_json::Value;
use std::path::Path;

fn recorded(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/llamacpp-wire");
    std::fs::read(folder.join(format!("{name}.txt"))).expect("a recorded response")
}

async fn replayed(name: &str) -> Folded {
    ask(&ReplayServer::start(recorded(name)).await.base_url(), "tiny-random").await
}

/// What the recording says, read the plain way: every line of data, the first choice only.
fn plainly(name: &str) -> Folded {
    let body = String::from_utf8(body_of(&recorded(name))).unwrap();
    let mut plain = Folded { accepted: 1, ..Folded::default() };
    for line in body.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|line| *line != "[DONE]") {
        let chunk: Value = serde_json::from_str(line).unwrap();
        if let Some(usage) = chunk.get("usage").filter(|usage| usage.is_object()) {
            plain.usage = Some((
                usage["prompt_tokens"].as_u64().unwrap(),
                usage["completion_tokens"].as_u64().unwrap(),
            ));
        }
        let choice = &chunk["choices"][0];
        if choice["index"] == 0 {
            plain.text += choice["delta"]["content"].as_str().unwrap_or_default();
            plain.reasoning += choice["delta"]["reasoning_content"].as_str().unwrap_or_default();
        }
    }
    plain
}

#[tokio::test]
async fn recorded_streams_decode_as_they_were_meant() {
    for (name, finish) in [
        ("stream-usage", FinishReason::Stop),
        ("stream-no-usage", FinishReason::Stop),
        ("max-tokens-stream", FinishReason::Length),
        ("unicode-emoji-stream", FinishReason::Stop),
        ("progress-timings-stream", FinishReason::Length),
        ("reasoning-stream", FinishReason::Stop),
        ("ctx-runs-out-stream", FinishReason::Length),
        ("n2-stream", FinishReason::Length),
        ("queued-ping-stream", FinishReason::Length),
        ("http10-stream", FinishReason::Length),
    ] {
        let answer = replayed(name).await;
        assert!(answer.text.len() + answer.reasoning.len() > 3, "{name} has words: {answer:?}");
        assert_eq!(answer, Folded { finish: Some(finish), ..plainly(name) }, "{name}");
    }
}

#[tokio::test]
async fn the_usage_chunk_behind_the_finish_reason_is_read() {
    assert_eq!(replayed("stream-usage").await.usage, Some((26, 21)));
    assert_eq!(replayed("stream-no-usage").await.usage, None);
}

#[tokio::test]
async fn an_answer_that_was_not_streamed_is_read_whole() {
    let answer = replayed("chat").await;
    assert_eq!((answer.accepted, answer.finish), (1, Some(FinishReason::Stop)));
    assert!(!answer.text.is_empty() && answer.usage.is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_server_killed_in_the_middle_leaves_a_truncated_answer() {
    for name in ["server-sigterm-midstream", "server-graceful-sigint-midstream", "cancel-disconnect"] {
        let answer = replayed(name).await;
        assert_eq!(answer, Folded { error: Some(ProviderError::Truncated), ..plainly(name) }, "{name}");
        assert!(answer.text.len() > 20, "{name} keeps its text");
    }
}

#[tokio::test]
async fn recorded_refusals_are_judged_right() {
    let bad = |said: &str| ProviderError::BadRequest(said.to_owned());
    let long = |said: &str| ProviderError::ContextTooLong(said.to_owned());
    let too_long = "request (424 tokens) exceeds the available context size (256 tokens), try increasing it";
    let missing_role = "Failed to parse messages: Missing 'role' in message: {\"content\":\"hi\"} (500)";
    for (name, expected) in [
        ("err-401-wrong-key", ProviderError::Unauthorized),
        ("err-404", ProviderError::NotAProvider("404, File Not Found".to_owned())),
        ("err-overflow", long(too_long)),
        ("err-overflow-stream", long(too_long)),
        ("err-no-messages", bad("'messages' is required (400)")),
        ("err-role-missing", ProviderError::overloaded(missing_role.to_owned())),
    ] {
        let server = ReplayServer::start(recorded(name)).await;
        assert_eq!(error_of(&server.base_url(), "tiny-random").await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_recorded_list_of_models_is_read() {
    let server = ReplayServer::start(recorded("models")).await;
    assert_eq!(provider(&server.base_url()).models().await, Ok(vec!["tiny-random".to_owned()]));
}

// F31, F32
#[tokio::test]
async fn a_stream_split_at_any_byte_gives_the_same_events() {
    for name in ["max-tokens-stream", "unicode-emoji-stream"] {
        let body = body_of(&recorded(name));
        let whole = read(&[&body]).await;
        assert!(whole.len() > 3, "{name} has events");
        for at in 0..body.len() {
            let (first, rest) = body.split_at(at);
            assert_eq!(read(&[first, rest]).await, whole, "{name} split at {at}");
        }
        let single: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(read(&single).await, whole, "{name} byte by byte");
    }
}

// F31
#[tokio::test]
async fn line_ends_of_every_kind_give_the_same_events() {
    let body = String::from_utf8(body_of(&recorded("max-tokens-stream"))).unwrap();
    let whole = read(&[body.as_bytes()]).await;
    for end in ["\r\n", "\r"] {
        let other = body.replace('\n', end);
        for at in 0..other.len() {
            let (first, rest) = other.as_bytes().split_at(at);
            assert_eq!(read(&[first, rest]).await, whole, "{end:?} split at {at}");
        }
    }
}

// F25, F30
#[tokio::test]
async fn a_stream_cut_at_any_byte_keeps_what_came_and_is_never_complete_too_early() {
    let body = body_of(&recorded("max-tokens-stream"));
    let whole = plainly("max-tokens-stream").text;
    let finish_at =
        body.windows(24).position(|bytes| bytes == b"\"finish_reason\":\"length\"").expect("a finish reason");
    for at in 0..body.len() {
        let answer = fold(read_events(
            ProviderKind::OpenaiChat,
            iter([Ok(Bytes::copy_from_slice(&body[..at]))]).boxed(),
            "m",
            brisk(),
        ))
        .await;
        assert!(whole.starts_with(&answer.text), "cut at {at}");
        if at < finish_at {
            assert_eq!((answer.finish, answer.error), (None, Some(ProviderError::Truncated)), "cut at {at}");
        }
    }
}

async fn read(pieces: &[&[u8]]) -> Vec<Result<ProviderEvent, ProviderError>> {
    let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    read_events(ProviderKind::OpenaiChat, iter(pieces).boxed(), "m", brisk()).collect().await
}
