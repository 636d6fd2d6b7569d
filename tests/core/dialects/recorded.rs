//! Streams in the documented shape of each API, in `tests/fixtures/dialects`: what they mean, and that it does not depend
//! on where they are cut.

use crate::common::{asked, speaker};
use bytes::Bytes;
use futures_util::stream::{StreamExt, iter};
use meanwhile_core::model::{AskedCall, FinishReason, ProviderKind};
use meanwhile_core::provider::{Provider, ProviderError, ProviderEvent, TokenCount, read_events};
use meanwhile_support::answer::{Folded, brisk, fold, request};
use meanwhile_support::model_server::ReplayServer;
use std::path::Path;

/// A stream, the bytes that say its end, and what it means.
struct Recorded {
    name: &'static str,
    kind: ProviderKind,
    end: &'static str,
    reasoning: &'static str,
    text: &'static str,
    /// Name, arguments, and what comes with them.
    calls: &'static [(&'static str, &'static str, Option<&'static str>)],
    tokens: TokenCount,
    finish: FinishReason,
}

/// What the recorded calls that every server makes in its own form come to.
const LOOKED_UP: (&str, &str, Option<&str>) = ("look_up", "{\"word\":\"tide 🌊\"}", None);

const RECORDED: [Recorded; 12] = [
    Recorded {
        name: "anthropic-thinking",
        kind: ProviderKind::Anthropic,
        end: "\"stop_reason\":\"end_turn\"",
        reasoning: "A tide table is needed.",
        text: "High water at 6 o’clock 🌊",
        calls: &[],
        tokens: TokenCount { input: 1525, cache_read: 1200, cache_write: 300, output: 64, reasoning: 0 },
        finish: FinishReason::Stop,
    },
    Recorded {
        name: "anthropic-tools",
        kind: ProviderKind::Anthropic,
        end: "\"stop_reason\":\"tool_use\"",
        reasoning: "",
        text: "I look it up. Twice a day.",
        calls: &[("remind", "{\"at\":\"06:00\"}", None)],
        tokens: TokenCount { input: 4100, cache_read: 0, cache_write: 0, output: 71, reasoning: 0 },
        finish: FinishReason::ToolCalls,
    },
    Recorded {
        name: "gemini-thinking",
        kind: ProviderKind::Gemini,
        end: "\"finishReason\":\"STOP\"",
        reasoning: "A tide table is needed.",
        text: "High water at 6 o’clock 🌊",
        calls: &[],
        tokens: TokenCount { input: 9, cache_read: 0, cache_write: 0, output: 54, reasoning: 43 },
        finish: FinishReason::Stop,
    },
    Recorded {
        name: "gemini-interaction",
        kind: ProviderKind::Gemini,
        end: "event: interaction.completed",
        reasoning: "A tide table is needed.",
        text: "High water at 6 o’clock 🌊",
        calls: &[],
        tokens: TokenCount { input: 9, cache_read: 4, cache_write: 0, output: 107, reasoning: 43 },
        finish: FinishReason::Stop,
    },
    Recorded {
        name: "gemini-parts",
        kind: ProviderKind::Gemini,
        end: "\"finishReason\":\"MAX_TOKENS\"",
        reasoning: "",
        text: "I count. Two tides",
        calls: &[],
        tokens: TokenCount { input: 515, cache_read: 400, cache_write: 0, output: 21, reasoning: 0 },
        finish: FinishReason::Length,
    },
    Recorded {
        name: "ollama-thinking",
        kind: ProviderKind::Ollama,
        end: "\"done\":true",
        reasoning: "A tide table is needed.",
        text: "High water at 6 o’clock 🌊",
        calls: &[],
        tokens: TokenCount { input: 26, cache_read: 0, cache_write: 0, output: 282, reasoning: 0 },
        finish: FinishReason::Stop,
    },
    Recorded {
        name: "ollama-tools",
        kind: ProviderKind::Ollama,
        end: "\"done\":true",
        reasoning: "",
        text: "I look it up.",
        calls: &[("look_up", "{\"word\":\"tide\"}", None)],
        tokens: TokenCount { input: 0, cache_read: 0, cache_write: 0, output: 14, reasoning: 0 },
        finish: FinishReason::ToolCalls,
    },
    Recorded {
        name: "responses-reasoning",
        kind: ProviderKind::OpenaiResponses,
        end: "event: response.completed",
        reasoning: "A tide table is needed.",
        text: "High water at 6 o’clock 🌊",
        calls: &[],
        tokens: TokenCount { input: 37, cache_read: 12, cache_write: 0, output: 75, reasoning: 64 },
        finish: FinishReason::Stop,
    },
    Recorded {
        name: "responses-two-messages",
        kind: ProviderKind::OpenaiResponses,
        end: "event: response.incomplete",
        reasoning: "",
        text: "I look it up.\n\nTwice a",
        calls: &[],
        tokens: TokenCount { input: 900, cache_read: 0, cache_write: 0, output: 16, reasoning: 0 },
        finish: FinishReason::Length,
    },
    Recorded {
        name: "chat-tools",
        kind: ProviderKind::OpenaiChat,
        end: "\"finish_reason\":\"tool_calls\"",
        reasoning: "",
        text: "I look it up.",
        calls: &[LOOKED_UP, ("now", "{}", None)],
        tokens: TokenCount { input: 81, cache_read: 0, cache_write: 0, output: 33, reasoning: 0 },
        finish: FinishReason::ToolCalls,
    },
    Recorded {
        name: "gemini-tools",
        kind: ProviderKind::Gemini,
        end: "\"finishReason\":\"STOP\"",
        reasoning: "",
        text: "I look it up.",
        calls: &[
            (LOOKED_UP.0, LOOKED_UP.1, Some("{\"thoughtSignature\":\"RW5jcnlwdGVk\"}")),
            ("now", "{}", None),
        ],
        tokens: TokenCount { input: 81, cache_read: 0, cache_write: 0, output: 33, reasoning: 0 },
        finish: FinishReason::ToolCalls,
    },
    Recorded {
        name: "responses-tools",
        kind: ProviderKind::OpenaiResponses,
        end: "event: response.completed",
        reasoning: "",
        text: "I look it up.",
        calls: &[LOOKED_UP, ("now", "{}", None)],
        tokens: TokenCount { input: 81, cache_read: 0, cache_write: 0, output: 33, reasoning: 0 },
        finish: FinishReason::ToolCalls,
    },
];

impl Recorded {
    fn calls(&self) -> Vec<AskedCall> {
        let call = |(tool, arguments, opaque): &(&str, &str, Option<&str>)| AskedCall {
            opaque: opaque.map(str::to_owned),
            ..asked(tool, arguments)
        };
        self.calls.iter().map(call).collect()
    }

    fn body(&self) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/dialects");
        std::fs::read(folder.join(format!("{}.txt", self.name))).expect("a recorded stream")
    }

    async fn read(&self, pieces: &[&[u8]]) -> Vec<Result<ProviderEvent, ProviderError>> {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        read_events(self.kind, iter(pieces).boxed(), "m", brisk()).collect().await
    }
}

// F34
#[tokio::test]
async fn recorded_streams_mean_what_they_say() {
    for recorded in &RECORDED {
        let events = recorded.read(&[&recorded.body()]).await;
        let tokens = events.iter().rev().find_map(|event| match event {
            Ok(ProviderEvent::Usage(tokens)) => Some(*tokens),
            _ => None,
        });
        assert_eq!(tokens, Some(recorded.tokens), "{}", recorded.name);
        let answer = fold(iter(events)).await;
        let expected = Folded {
            text: recorded.text.to_owned(),
            reasoning: recorded.reasoning.to_owned(),
            calls: recorded.calls(),
            usage: Some((recorded.tokens.input, recorded.tokens.output)),
            finish: Some(recorded.finish),
            ..Folded::default()
        };
        assert_eq!(answer, expected, "{}", recorded.name);
    }
}

// F31, F32
#[tokio::test]
async fn a_stream_split_at_any_byte_gives_the_same_events() {
    for recorded in &RECORDED {
        let body = recorded.body();
        let whole = recorded.read(&[&body]).await;
        assert!(whole.len() > 2, "{} has events", recorded.name);
        for at in 0..body.len() {
            let (first, rest) = body.split_at(at);
            assert_eq!(recorded.read(&[first, rest]).await, whole, "{} split at {at}", recorded.name);
        }
        let single: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(recorded.read(&single).await, whole, "{} byte by byte", recorded.name);
    }
}

// F25, F30
#[tokio::test]
async fn a_stream_cut_at_any_byte_keeps_what_came_and_is_never_complete_too_early() {
    for recorded in &RECORDED {
        let body = recorded.body();
        let end = recorded.end.as_bytes();
        let end_at = body.windows(end.len()).position(|bytes| bytes == end).expect("an end");
        for at in 0..body.len() {
            let answer = fold(iter(recorded.read(&[&body[..at]]).await)).await;
            assert!(recorded.text.starts_with(&answer.text), "{} cut at {at}", recorded.name);
            if at < end_at {
                let ended = (answer.finish, answer.error);
                assert_eq!(ended, (None, Some(ProviderError::Truncated)), "{} cut at {at}", recorded.name);
                assert_eq!(answer.calls, [], "{} cut at {at} calls nothing yet", recorded.name);
            }
        }
    }
}

// F31
#[tokio::test]
async fn line_ends_of_every_kind_give_the_same_events() {
    for recorded in &RECORDED {
        let body = String::from_utf8(recorded.body()).unwrap().replace("\r\n", "\n");
        let whole = recorded.read(&[body.as_bytes()]).await;
        for end in ["\r\n", "\r"] {
            let other = body.replace('\n', end);
            assert_eq!(recorded.read(&[other.as_bytes()]).await, whole, "{} with {end:?}", recorded.name);
        }
    }
}

#[tokio::test]
async fn a_stream_is_known_by_its_bytes_when_the_header_is_wrong() {
    for recorded in &RECORDED {
        for kind in ["text/plain", "application/json", "application/octet-stream"] {
            let answer = answered(recorded.kind, kind, &recorded.body()).await;
            assert_eq!(
                (answer.accepted, answer.text.as_str()),
                (1, recorded.text),
                "{kind} of {}",
                recorded.name
            );
        }
    }
}

#[tokio::test]
async fn an_answer_that_was_not_streamed_is_read_whole() {
    let text = "High water\nat 6 o’clock";
    for (kind, body) in [
        (
            ProviderKind::Anthropic,
            serde_json::json!({"type": "message", "role": "assistant", "stop_reason": "max_tokens",
                "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": text}],
                "usage": {"input_tokens": 3, "output_tokens": 4}}),
        ),
        (
            ProviderKind::Gemini,
            serde_json::json!([{"candidates": [{"finishReason": "MAX_TOKENS",
                "content": {"parts": [{"text": "hm", "thought": true}, {"text": text}]}}],
                "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 4}}]),
        ),
        (
            ProviderKind::Ollama,
            serde_json::json!({"message": {"role": "assistant", "content": text, "thinking": "hm"}, "done": true,
                "done_reason": "length", "prompt_eval_count": 3, "eval_count": 4}),
        ),
        (
            ProviderKind::OpenaiResponses,
            serde_json::json!({"object": "response", "status": "incomplete",
                "incomplete_details": {"reason": "max_output_tokens"},
                "output": [
                    {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
                    {"type": "message", "content": [{"type": "output_text", "text": text}]}],
                "usage": {"input_tokens": 3, "output_tokens": 4}}),
        ),
    ] {
        // Ollama's pieces are lines, so its whole answer is one.
        let pretty = (kind != ProviderKind::Ollama).then(|| format!("{body:#}"));
        for body in [Some(body.to_string()), pretty].into_iter().flatten() {
            let answer = answered(kind, "application/json", body.as_bytes()).await;
            let expected = Folded {
                calls: Vec::new(),
                accepted: 1,
                text: text.to_owned(),
                reasoning: "hm".to_owned(),
                usage: Some((3, 4)),
                finish: Some(FinishReason::Length),
                error: None,
            };
            assert_eq!(answer, expected, "{kind:?}");
        }
    }
}

/// The answer of a server that sends these bytes and says they are of that type.
async fn answered(kind: ProviderKind, content_type: &str, body: &[u8]) -> Folded {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n");
    let server = ReplayServer::start([head.as_bytes(), body].concat()).await;
    fold(speaker(kind, &server.base_url()).stream(request("m"))).await
}
