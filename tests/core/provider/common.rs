//! Asking, and folding the answer into one value to compare.

use futures_util::StreamExt;
use meanwhile_core::model::{FinishReason, ProviderKind, Role};
use meanwhile_core::provider::{
    Adapter, CompletionRequest, Patience, Provider, ProviderError, ProviderEvent,
};
use meanwhile_core::secrets::Secret;
use std::time::Duration;

pub const KEY: &str = "sk-canary-5a1f0c";

/// An answer without regard to how it was cut into pieces.
#[derive(Debug, Default, PartialEq)]
pub struct Folded {
    pub accepted: usize,
    pub text: String,
    pub reasoning: String,
    pub usage: Option<(u64, u64)>,
    pub finish: Option<FinishReason>,
    pub error: Option<ProviderError>,
}

pub fn request(model: &str) -> CompletionRequest {
    CompletionRequest {
        model: model.to_owned(),
        messages: vec![(Role::User, "Hello".to_owned())],
        silence: None,
        max_tokens: None,
        in_background: false,
        remote: None,
    }
}

/// Long enough for a slow computer, short enough for a test that hangs.
pub fn brisk() -> Patience {
    let limit = Duration::from_secs(20);
    Patience { connect: limit, first_event: limit, silence: limit, bytes: limit, after_wake: limit }
}

pub fn provider(base_url: &str) -> Adapter {
    chat(base_url, Some(Secret::new(KEY)), brisk())
}

/// Somebody who speaks chat completions.
pub fn chat(base_url: &str, key: Option<Secret>, patience: Patience) -> Adapter {
    Adapter::new(ProviderKind::OpenaiChat, base_url, key, patience).expect("it has an address")
}

pub async fn ask(base_url: &str, model: &str) -> Folded {
    fold(provider(base_url).stream(request(model))).await
}

/// The error an answer ends with, and the promise that no text of ours tells the key.
pub async fn error_of(base_url: &str, model: &str) -> ProviderError {
    let answer = ask(base_url, model).await;
    let error = answer.error.expect("an error");
    assert!(!format!("{error} {error:?}").contains(KEY), "the key is in {error:?}");
    error
}

pub async fn fold(
    mut events: impl futures_util::Stream<Item = Result<ProviderEvent, ProviderError>> + Unpin,
) -> Folded {
    let mut folded = Folded::default();
    while let Some(event) = events.next().await {
        assert!(folded.finish.is_none() && folded.error.is_none(), "nothing comes after the end: {event:?}");
        match event {
            Ok(ProviderEvent::Accepted) => folded.accepted += 1,
            Ok(ProviderEvent::Text(text)) => {
                assert!(!text.is_empty(), "a piece of text is never empty");
                folded.text += &text;
            }
            Ok(ProviderEvent::Reasoning(text)) => folded.reasoning += &text,
            Ok(ProviderEvent::Usage(tokens)) => folded.usage = Some((tokens.input, tokens.output)),
            Ok(ProviderEvent::Remote(_) | ProviderEvent::RemoteOver) => {}
            Ok(ProviderEvent::Finished(reason)) => folded.finish = Some(reason),
            Err(error) => folded.error = Some(error),
        }
    }
    folded
}
