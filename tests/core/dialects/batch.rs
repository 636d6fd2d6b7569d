//! The results of a batch in their documented shape, in `tests/fixtures/dialects/anthropic-batch.txt`, cut anywhere.

use crate::common::speaker;
use bytes::Bytes;
use futures_util::stream::{StreamExt, iter};
use meanwhile_core::model::{FinishReason, ProviderKind, RemoteRun};
use meanwhile_core::provider::{
    CompletionRequest, Provider, ProviderError, ProviderEvent, RemoteAnswer, TokenCount, read_result,
};
use meanwhile_support::answer::{Folded, brisk, fold, request};
use meanwhile_support::model_server::BatchServer;
use serde_json::json;
use std::path::Path;

fn recorded() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/dialects");
    std::fs::read(folder.join("anthropic-batch.txt")).expect("recorded results")
}

async fn read(name: &str, pieces: &[&[u8]]) -> Vec<Result<ProviderEvent, ProviderError>> {
    let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    read_result(iter(pieces).boxed(), name, "m", brisk()).await.collect().await
}

#[tokio::test]
async fn the_results_of_a_batch_mean_what_they_say_of_each_request() {
    let body = recorded();
    let events = read("ours-1", &[&body]).await;
    let tokens = TokenCount { input: 1525, cache_read: 1200, cache_write: 300, output: 64, reasoning: 0 };
    assert!(events.contains(&Ok(ProviderEvent::Usage(tokens))), "{events:?}");
    assert_eq!(events.first(), Some(&Ok(ProviderEvent::RemoteOver)), "nothing is left to be met there");
    let expected = Folded {
        text: "High water at 6 o’clock 🌊".to_owned(),
        reasoning: "A tide table is needed.".to_owned(),
        usage: Some((1525, 64)),
        finish: Some(FinishReason::Stop),
        ..Folded::default()
    };
    assert_eq!(fold(iter(events)).await, expected);
    for (name, error) in [
        ("other-1", ProviderError::Expired),
        ("other-2", ProviderError::BadRequest("too odd".to_owned())),
        ("nobody", ProviderError::RunGone),
    ] {
        assert_eq!(fold(iter(read(name, &[&body]).await)).await.error, Some(error), "{name}");
    }
}

// F31, F32
#[tokio::test]
async fn results_split_at_any_byte_give_the_same_events() {
    let body = recorded();
    let whole = read("ours-1", &[&body]).await;
    for at in 0..body.len() {
        let (first, rest) = body.split_at(at);
        assert_eq!(read("ours-1", &[first, rest]).await, whole, "split at {at}");
    }
    let single: Vec<&[u8]> = body.chunks(1).collect();
    assert_eq!(read("ours-1", &single).await, whole, "byte by byte");
}

// F25, F30
#[tokio::test]
async fn results_that_are_cut_before_the_end_of_their_line_are_no_answer() {
    let body = recorded();
    let start = body.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let end = start + body[start..].iter().position(|byte| *byte == b'\n').unwrap();
    for at in start + 1..end {
        let answer = fold(iter(read("ours-1", &[&body[..at]]).await)).await;
        let cut = Folded { error: Some(ProviderError::Truncated), ..Folded::default() };
        assert_eq!(answer, cut, "cut at {at}");
    }
    let answer = fold(iter(read("ours-1", &[&body[..end]]).await)).await;
    assert_eq!(answer.finish, Some(FinishReason::Stop), "the line feed says nothing");
}

#[tokio::test]
async fn a_line_without_an_end_is_not_kept_for_ever() {
    let line = format!("{{\"custom_id\": \"ours-1\", \"x\": \"{}", "x".repeat(9 << 20));
    let answer = fold(iter(read("ours-1", &[line.as_bytes()]).await)).await;
    assert!(matches!(answer.error, Some(ProviderError::Protocol(_))), "{:?}", answer.error);
}

#[tokio::test]
async fn a_batch_that_is_met_again_tells_only_what_was_not_heard() {
    let server = BatchServer::start().await;
    let provider = speaker(ProviderKind::Anthropic, &server.base_url());
    let asked = CompletionRequest { batch: Some("ours-1".to_owned()), ..request("m") };
    let mut events = provider.stream(asked.clone());
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Accepted)));
    let run = RemoteRun { id: "msgbatch_0".to_owned(), cursor: Some("ours-1".to_owned()) };
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Remote(run.clone()))));
    drop(events);
    assert_eq!(
        server.questions(),
        [json!({"requests": [{"custom_id": "ours-1", "params": {
            "model": "m", "max_tokens": 64_000, "messages": [{"role": "user", "content": "Hello"}]}}]})]
    );
    server.answer("Half and half.");
    let heard = RemoteAnswer { run, text: "Half ".to_owned(), has_thought: false };
    let again = CompletionRequest { batch: Some("ours-2".to_owned()), remote: Some(heard), ..request("m") };
    let rest = fold(provider.stream(again)).await;
    assert_eq!((rest.text.as_str(), rest.finish), ("and half.", Some(FinishReason::Stop)));
    assert_eq!(server.times_asked("POST /v1/messages/batches"), 1);
}
