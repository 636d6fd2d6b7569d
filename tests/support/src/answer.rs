//! Answers of a provider, folded into one value to compare.
#![allow(clippy::panic)]

use futures_util::{Stream, StreamExt};
use meanwhile_core::model::{AskedCall, FinishReason, Said};
use meanwhile_core::provider::{CompletionRequest, Patience, ProviderError, ProviderEvent};
use std::time::Duration;

/// A key that must not be shown anywhere.
pub const KEY: &str = "sk-canary-5a1f0c";

/// An answer without regard to how it was cut into pieces.
#[derive(Debug, Default, PartialEq)]
pub struct Folded {
    /// How often it was accepted.
    pub accepted: usize,
    /// The answer.
    pub text: String,
    /// What was thought on the way.
    pub reasoning: String,
    /// The tools it asked for.
    pub calls: Vec<AskedCall>,
    /// Tokens read and written, as they were told last.
    pub usage: Option<(u64, u64)>,
    /// Why it ended well.
    pub finish: Option<FinishReason>,
    /// Why it did not.
    pub error: Option<ProviderError>,
}

/// One prompt for `model`.
pub fn request(model: &str) -> CompletionRequest {
    CompletionRequest {
        model: model.to_owned(),
        system: String::new(),
        temperature: None,
        messages: vec![Said::by_user("Hello")],
        tools: Vec::new(),
        silence: None,
        max_tokens: None,
        context: None,
        thinks_aloud: false,
        in_background: false,
        batch: None,
        remote: None,
    }
}

/// Long enough for a slow computer, short enough for a test that hangs.
pub fn brisk() -> Patience {
    let limit = Duration::from_secs(20);
    Patience { connect: limit, first_event: limit, silence: limit, bytes: limit, after_wake: limit }
}

/// The whole answer.
///
/// # Panics
/// When something comes after the end, or an empty piece of text.
pub async fn fold(mut events: impl Stream<Item = Result<ProviderEvent, ProviderError>> + Unpin) -> Folded {
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
            Ok(ProviderEvent::Call(call)) => folded.calls.push(call),
            Ok(ProviderEvent::Usage(tokens)) => folded.usage = Some((tokens.input, tokens.output)),
            Ok(ProviderEvent::Remote(_) | ProviderEvent::RemoteOver) => {}
            // A model plans and works with the tools it is given only.
            Ok(said @ (ProviderEvent::Plan(_) | ProviderEvent::Step(_))) => panic!("no model says {said:?}"),
            Ok(ProviderEvent::Finished(reason)) => folded.finish = Some(reason),
            Err(error) => folded.error = Some(error),
        }
    }
    folded
}
