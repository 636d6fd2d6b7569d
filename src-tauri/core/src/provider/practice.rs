//! The embedded model that needs no key, no network and no other program.

use super::practice_text::{PRACTICE_MODELS, answer};
use super::{CompletionRequest, Provider, ProviderError, ProviderEvent};
use crate::model::{FinishReason, Role};
use futures_util::stream::{BoxStream, StreamExt, iter, once};
use std::time::Duration;
use tokio::time::sleep;

/// A pace that can be read along: 40 pieces a second.
const PIECE_PAUSE: Duration = Duration::from_millis(25);
/// How long `long-task` takes: long enough to send it away, close the window, and come back.
const LONG_TASK: Duration = Duration::from_secs(90);
/// Characters of the next pieces, over and over; real models are as uneven.
const PIECE_CHARS: [usize; 5] = [4, 7, 3, 6, 5];
/// The usual estimate, as for providers that send no usage.
const CHARS_A_TOKEN: usize = 4;

/// Answers with sample text at a readable pace; the same prompt gives the same text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Practice;

impl Practice {
    /// The names of its models.
    pub fn models() -> Vec<String> {
        PRACTICE_MODELS.iter().map(|name| (*name).to_owned()).collect()
    }
}

impl Provider for Practice {
    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<ProviderEvent, ProviderError>> {
        let prompt = request.messages.iter().rev().find(|(role, _)| *role == Role::User);
        let Some(text) = answer(&request.model, prompt.map_or("", |(_, text)| text)) else {
            return once(async { Err(ProviderError::ModelNotFound(request.model)) }).boxed();
        };
        let usage = ProviderEvent::Usage {
            input_tokens: tokens(request.messages.iter().map(|(_, text)| text.chars().count()).sum()),
            output_tokens: tokens(text.chars().count()),
        };
        let pieces = pieces(&text);
        let pause = match request.model.as_str() {
            "long-task" => LONG_TASK / u32::try_from(pieces.len()).unwrap_or(u32::MAX),
            _ => PIECE_PAUSE,
        };
        let spoken = iter(pieces).then(move |piece| async move {
            sleep(pause).await;
            ProviderEvent::Text(piece)
        });
        iter([ProviderEvent::Accepted])
            .chain(spoken)
            .chain(iter([usage, ProviderEvent::Finished(FinishReason::Stop)]))
            .map(Ok)
            .boxed()
    }
}

fn pieces(text: &str) -> Vec<String> {
    let mut chars = text.chars();
    PIECE_CHARS
        .iter()
        .cycle()
        .map(|count| chars.by_ref().take(*count).collect::<String>())
        .take_while(|piece| !piece.is_empty())
        .collect()
}

fn tokens(chars: usize) -> u64 {
    u64::try_from(chars.div_ceil(CHARS_A_TOKEN)).unwrap_or(u64::MAX)
}
