//! The embedded model that needs no key, no network and no other program.

use super::practice_job;
use super::practice_text::{PRACTICE_MODELS, answer};
use super::{CompletionRequest, Provider, ProviderError, ProviderEvent, TokenCount};
use crate::model::{FinishReason, GO_ON, Said};
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
    fn is_here(&self) -> bool {
        true
    }

    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<ProviderEvent, ProviderError>> {
        let (prompt, said) = asked(&request.messages);
        let Some(mut whole) = answer(&request.model, prompt) else {
            return once(async { Err(ProviderError::ModelNotFound(request.model)) }).boxed();
        };
        let mut calls = Vec::new();
        if !request.tools.is_empty() {
            (whole, calls) = practice_job::next(&request.tools, &request.messages);
        }
        let end = if calls.is_empty() { FinishReason::Stop } else { FinishReason::ToolCalls };
        let text = whole.strip_prefix(said).unwrap_or(&whole).to_owned();
        let usage = ProviderEvent::Usage(TokenCount {
            input: tokens(request.messages.iter().map(|said| said.text.chars().count()).sum()),
            output: tokens(text.chars().count()),
            ..TokenCount::default()
        });
        let pause = match request.model.as_str() {
            // The whole takes that long, also when it goes on after a cut.
            "long-task" => LONG_TASK / u32::try_from(pieces(&whole).len()).unwrap_or(u32::MAX).max(1),
            _ => PIECE_PAUSE,
        };
        let spoken = iter(pieces(&text)).then(move |piece| async move {
            sleep(pause).await;
            ProviderEvent::Text(piece)
        });
        iter([ProviderEvent::Accepted])
            .chain(spoken)
            .chain(iter(calls.into_iter().map(ProviderEvent::Call)))
            .chain(iter([usage, ProviderEvent::Finished(end)]))
            .map(Ok)
            .boxed()
    }
}

/// The last prompt, and what was already said in answer to it.
fn asked(messages: &[Said]) -> (&str, &str) {
    match messages {
        [.., prompt, said, last] if last.text == GO_ON => (&prompt.text, &said.text),
        [.., prompt] => (&prompt.text, ""),
        [] => ("", ""),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_cut_answer_goes_on_where_it_stopped() {
        let whole = answer("quick", "hello").unwrap();
        let (said, rest) = whole.split_at(whole.char_indices().nth(20).unwrap().0);
        let messages = vec![Said::by_user("hello"), Said::by_assistant(said), Said::by_user(GO_ON)];
        let events = Practice.stream(CompletionRequest {
            model: "quick".to_owned(),
            system: String::new(),
            temperature: None,
            messages,
            tools: Vec::new(),
            silence: None,
            max_tokens: None,
            context: None,
            thinks_aloud: false,
            in_background: false,
            batch: None,
            remote: None,
        });
        let text: Vec<String> = events
            .filter_map(async |event| match event {
                Ok(ProviderEvent::Text(piece)) => Some(piece),
                _ => None,
            })
            .collect()
            .await;
        assert_eq!(text.concat(), rest);
    }
}
