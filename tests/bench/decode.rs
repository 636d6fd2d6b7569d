//! What it costs to understand an answer, beside the least that it can: to find the lines and to parse their JSON.

use crate::report::{Figure, Report};
use crate::{Choice, Outcome};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::iter;
use meanwhile_core::model::ProviderKind;
use meanwhile_core::provider::{Patience, ProviderError, ProviderEvent, read_events};
use std::time::{Duration, Instant};

/// Pieces of each answer.
const PIECES: usize = 20_000;
/// Text of a piece, about a token.
const WORD: &str = " grüne";
/// Bytes that come at a time, as a connection gives them.
const CHUNK: usize = 16 << 10;
/// The shortest of so many runs is the figure: what else the machine does only makes them longer.
const RUNS: usize = 15;

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&["DECODE"]) {
        return Ok(());
    }
    for (name, kind, piece, end) in dialects() {
        let body = Bytes::from(piece.repeat(PIECES) + &end);
        let (mut ours, mut floor) = (Duration::MAX, Duration::MAX);
        for _ in 0..RUNS {
            let began = Instant::now();
            let bytes = read(kind, &body).await?;
            ours = ours.min(began.elapsed());
            if bytes != PIECES * WORD.len() {
                return Err(format!("{name}: {bytes} bytes of text were understood").into());
            }
            let began = Instant::now();
            parse(&body)?;
            floor = floor.min(began.elapsed());
        }
        let [ours, floor] = [ours, floor].map(|time| time.as_secs_f64() * 1e6 / PIECES as f64);
        report.add(
            Figure::against("decode", name, ours, "us a piece", ("parsing", floor))
                .target("1.5 x parsing", ours <= 1.5 * floor),
        );
    }
    Ok(())
}

/// Name, kind, a piece of text as it is on the wire, and the end.
fn dialects() -> [(&'static str, ProviderKind, String, String); 5] {
    [
        (
            "OpenAI chat completions",
            ProviderKind::OpenaiChat,
            format!(
                "data: {{\"id\":\"chatcmpl-B9MBs8Cj\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":\"m-2026\",\
                 \"service_tier\":\"default\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{{\"index\":0,\"delta\":\
                 {{\"content\":\"{WORD}\"}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null}}\n\n"
            ),
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".to_owned(),
        ),
        (
            "OpenAI responses",
            ProviderKind::OpenaiResponses,
            format!(
                "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"sequence_number\":4711,\
                 \"item_id\":\"msg_67c9fdcf37fc8190ba82116e33fb28c5\",\"output_index\":0,\"content_index\":0,\"delta\":\"{WORD}\",\
                 \"logprobs\":[],\"obfuscation\":\"Wq4kZ0\"}}\n\n"
            ),
            "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n".to_owned(),
        ),
        (
            "Anthropic",
            ProviderKind::Anthropic,
            format!(
                "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":\
                 {{\"type\":\"text_delta\",\"text\":\"{WORD}\"}}}}\n\n"
            ),
            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n\
             event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
                .to_owned(),
        ),
        (
            "Gemini",
            ProviderKind::Gemini,
            format!(
                "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{WORD}\"}}],\"role\":\"model\"}},\"index\":0}}],\
                 \"usageMetadata\":{{\"promptTokenCount\":12,\"totalTokenCount\":12,\"promptTokensDetails\":[{{\"modality\":\"TEXT\",\
                 \"tokenCount\":12}}]}},\"modelVersion\":\"m-2026\",\"responseId\":\"eK2taJ3dHuCqnsEP\"}}\r\n\r\n"
            ),
            "data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}]}\r\n\r\n".to_owned(),
        ),
        (
            "Ollama",
            ProviderKind::Ollama,
            format!(
                "{{\"model\":\"m:8b\",\"created_at\":\"2026-11-22T10:00:00.123456789Z\",\"message\":{{\"role\":\"assistant\",\
                 \"content\":\"{WORD}\"}},\"done\":false}}\n"
            ),
            "{\"model\":\"m:8b\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n".to_owned(),
        ),
    ]
}

/// Bytes of text that were understood.
async fn read(kind: ProviderKind, body: &Bytes) -> Outcome<usize> {
    let chunks: Vec<Result<Bytes, ProviderError>> =
        (0..body.len()).step_by(CHUNK).map(|at| Ok(body.slice(at..body.len().min(at + CHUNK)))).collect();
    let mut events = read_events(kind, iter(chunks).boxed(), "m", Patience::default());
    let mut bytes = 0;
    while let Some(event) = events.next().await {
        if let ProviderEvent::Text(text) = event? {
            bytes += text.len();
        }
    }
    Ok(bytes)
}

fn parse(body: &[u8]) -> Outcome<()> {
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_prefix(b"data: ").unwrap_or(line);
        if line.starts_with(b"{") {
            std::hint::black_box(serde_json::from_slice::<serde_json::Value>(line)?);
        }
    }
    Ok(())
}
