//! The ways in which compatible servers differ and still give a whole answer.

use crate::common::{Folded, KEY, ask, chat, fold, provider, request};
use meanwhile_core::model::{FinishReason, Said};
use meanwhile_core::provider::{CompletionRequest, Patience, Provider, ProviderError};
use meanwhile_support::model_server::{
    ModelServer, ReplayServer, Step, cut, done, finish, hang, raw, reasoning, refuse, stop, text,
};
use serde_json::json;

async fn scripted(steps: impl IntoIterator<Item = Step>) -> Folded {
    let server = ModelServer::start().await;
    server.script("m", steps);
    ask(&server.base_url(), "m").await
}

/// A chunk with this choice and these further fields.
fn chunk(choice: serde_json::Value, more: serde_json::Value) -> Step {
    let mut chunk = more;
    chunk["choices"] = json!([choice]);
    raw(format!("data: {chunk}\n\n"))
}

#[tokio::test]
async fn an_answer_arrives_whole_with_its_usage_before_its_end() {
    let answer = scripted([text("Half an "), text("answer"), stop()]).await;
    let whole = Folded {
        accepted: 1,
        text: "Half an answer".to_owned(),
        usage: Some((2, 2)),
        finish: Some(FinishReason::Stop),
        ..Folded::default()
    };
    assert_eq!(answer, whole);
}

#[tokio::test]
async fn a_request_carries_the_conversation_and_asks_for_usage_and_no_compression() {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    let mut conversation = request("m");
    conversation.messages.push(Said::by_assistant("Hi"));
    conversation.messages.push(Said::by_user("And now?"));
    fold(provider(&server.base_url()).stream(conversation)).await;

    let seen = server.requests().remove(0);
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/chat/completions"));
    let expected = json!({
        "model": "m",
        "messages": [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hi"},
            {"role": "user", "content": "And now?"},
        ],
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(seen.body, expected);
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
    assert_eq!(seen.header("cookie"), None);
}

#[tokio::test]
async fn nothing_is_sent_before_the_stream_is_polled() {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    let provider = provider(&server.base_url());
    drop(provider.stream(request("never")));
    fold(provider.stream(request("m"))).await;
    let models: Vec<_> = server.requests().iter().map(|seen| seen.body["model"].clone()).collect();
    assert_eq!(models, ["m"]);
}

#[tokio::test]
async fn without_a_key_no_authorization_is_sent() {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    fold(chat(&server.base_url(), None, Patience::default()).stream(request("m"))).await;
    assert_eq!(server.requests()[0].header("authorization"), None);
}

#[tokio::test]
async fn a_server_that_refuses_stream_options_is_asked_once_more_without_them() {
    let server = ModelServer::start().await;
    let refusal = r#"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#;
    server.scripts("m", [vec![refuse(400, &[], refusal)], vec![text("fine"), stop()]]);
    let answer = ask(&server.base_url(), "m").await;
    assert_eq!((answer.text.as_str(), answer.finish), ("fine", Some(FinishReason::Stop)));
    let asked: Vec<_> =
        server.requests().iter().map(|seen| seen.body.get("stream_options").is_some()).collect();
    assert_eq!(asked, [true, false]);
}

#[tokio::test]
async fn a_limit_that_a_server_does_not_take_is_called_as_it_likes_or_left_to_it() {
    let limits = |body: &serde_json::Value| {
        let names = ["max_tokens", "max_completion_tokens"];
        names.into_iter().filter(|name| body.get(*name).is_some()).collect::<Vec<_>>()
    };
    let renamed = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    let too_large = "max_tokens is too large: 900000. This model supports at most 16384 completion tokens";
    for (refusal, then) in [(renamed, vec!["max_completion_tokens"]), (too_large, vec![])] {
        let server = ModelServer::start().await;
        let refusal = json!({"error": {"message": refusal}}).to_string();
        server.scripts("m", [vec![refuse(400, &[], &refusal)], vec![text("fine"), stop()]]);
        let asked = CompletionRequest { max_tokens: Some(900_000), ..request("m") };
        let answer = fold(provider(&server.base_url()).stream(asked)).await;
        assert_eq!(answer.text, "fine");
        let asked: Vec<_> = server.requests().iter().map(|seen| limits(&seen.body)).collect();
        assert_eq!(asked, [vec!["max_tokens"], then]);
    }
}

#[tokio::test]
async fn another_bad_request_is_not_repeated() {
    let server = ModelServer::start().await;
    assert_eq!(
        ask(&server.base_url(), "e400").await.error,
        Some(ProviderError::BadRequest("simulated refusal (400)".to_owned()))
    );
    assert_eq!(server.requests().len(), 1);
}

// F29
#[tokio::test]
async fn the_end_marker_ends_the_answer_although_the_connection_stays_open() {
    let answer = scripted([text("done"), finish("stop"), done(), hang()]).await;
    assert_eq!((answer.text.as_str(), answer.finish), ("done", Some(FinishReason::Stop)));
}

// F30
#[tokio::test]
async fn a_finish_reason_is_enough_when_the_body_ends() {
    let server = ModelServer::start().await;
    let answer = ask(&server.base_url(), "sim-c3-nodone").await;
    assert_eq!((answer.finish, answer.error), (Some(FinishReason::Stop), None));
}

#[tokio::test]
async fn a_finish_reason_is_enough_when_the_connection_breaks() {
    assert_eq!(scripted([text("a"), finish("stop"), cut()]).await.finish, Some(FinishReason::Stop));
}

#[tokio::test]
async fn a_finish_reason_is_enough_when_the_connection_stays_open() {
    assert_eq!(scripted([text("a"), finish("length"), hang()]).await.finish, Some(FinishReason::Length));
}

// F30
#[tokio::test]
async fn the_end_marker_is_enough_without_a_finish_reason() {
    assert_eq!(scripted([text("a"), done()]).await.finish, Some(FinishReason::Stop));
}

// F42
#[tokio::test]
async fn odd_finish_reasons_are_understood() {
    for (word, reason) in [
        (json!("eos"), FinishReason::Stop),
        (json!("length"), FinishReason::Length),
        (json!("content_filter"), FinishReason::ContentFilter),
        (json!("tool_calls"), FinishReason::ToolCalls),
        (json!("abliterated"), FinishReason::Other),
        (json!(""), FinishReason::Stop),
        (json!(null), FinishReason::Stop),
        (json!(7), FinishReason::Stop),
    ] {
        let last = json!({"delta": {}, "finish_reason": word});
        let answer = scripted([text("a"), chunk(last, json!({})), done()]).await;
        assert_eq!(answer.finish, Some(reason), "finish_reason {word}");
    }
}

#[tokio::test]
async fn an_empty_finish_reason_in_every_chunk_ends_nothing() {
    let piece = |text: &str| chunk(json!({"delta": {"content": text}, "finish_reason": ""}), json!({}));
    let answer = scripted([piece("a"), piece("b"), piece("c"), stop()]).await;
    assert_eq!(answer.text, "abc");
}

#[tokio::test]
async fn reasoning_is_a_sign_of_life_and_no_text() {
    let other = chunk(json!({"delta": {"reasoning": " more"}}), json!({}));
    let answer = scripted([reasoning("hm"), other, text("yes"), stop()]).await;
    assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), ("hm more", "yes"));
}

// F34
#[tokio::test]
async fn the_last_usage_counts_wherever_it_comes() {
    let used =
        |input: u64, output: u64| json!({"usage": {"prompt_tokens": input, "completion_tokens": output}});
    let piece = |usage| chunk(json!({"delta": {"content": "a"}}), usage);
    let odd = piece(json!({"usage": {}}));
    let answer = scripted([piece(used(5, 1)), piece(used(5, 2)), odd, piece(used(5, 3)), done()]).await;
    assert_eq!(answer.usage, Some((5, 3)));
}

// F33
#[tokio::test]
async fn unknown_fields_and_wrong_types_do_not_end_an_answer() {
    let answer = scripted([
        raw("data: {\"choices\":null,\"usage\":null,\"new_field\":[1,2]}\n\n"),
        raw("data: {\"choices\":[{\"delta\":{\"content\":5,\"role\":true}}]}\n\n"),
        raw("data: {\"choices\":[{\"index\":0,\"index\":0,\"delta\":{\"content\":\"a\"}}],\"usage\":\"none\"}\n\n"),
        raw("data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"b\"}]}}]}\n\n"),
        raw("event: ping\ndata: {}\n\n"),
        raw("data: {\"choices\":[{\"delta\":{\"content\":\"c\"}}],\"created\":99999999999999999999}\n\n"),
        stop(),
    ])
    .await;
    assert_eq!((answer.text.as_str(), answer.error), ("abc", None));
}

#[tokio::test]
async fn only_the_first_choice_is_read() {
    let other = chunk(json!({"index": 1, "delta": {"content": "other"}, "finish_reason": "stop"}), json!({}));
    assert_eq!(scripted([text("a"), other, text("b"), stop()]).await.text, "ab");
}

// F42
#[tokio::test]
async fn a_refusal_of_the_model_is_an_answer() {
    let answer =
        scripted([chunk(json!({"delta": {"content": null, "refusal": "I cannot."}}), json!({})), stop()])
            .await;
    assert_eq!((answer.text.as_str(), answer.finish), ("I cannot.", Some(FinishReason::Stop)));
}

#[tokio::test]
async fn a_server_that_ignores_streaming_gives_its_answer_in_one_piece() {
    let body = json!({
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "All of it"}, "finish_reason": "length"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    })
    .to_string();
    let server = ReplayServer::start(http("application/json", &body)).await;
    let answer = ask(&server.base_url(), "m").await;
    let whole = Folded {
        accepted: 1,
        text: "All of it".to_owned(),
        usage: Some((3, 4)),
        finish: Some(FinishReason::Length),
        ..Folded::default()
    };
    assert_eq!(answer, whole);
}

#[tokio::test]
async fn an_event_stream_is_known_by_its_bytes_when_the_header_is_wrong() {
    let body = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n";
    for kind in ["text/plain", "application/octet-stream", "application/json"] {
        let server = ReplayServer::start(http(kind, body)).await;
        let answer = ask(&server.base_url(), "m").await;
        assert_eq!((answer.accepted, answer.text.as_str(), answer.error), (1, "a", None), "labelled {kind}");
    }
}

#[tokio::test]
async fn the_end_marker_counts_without_a_line_end_behind_it() {
    let body = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\ndata:[DONE]";
    let server = ReplayServer::start(http("text/event-stream", body)).await;
    assert_eq!(ask(&server.base_url(), "m").await.finish, Some(FinishReason::Stop));
}

// F31, F32
#[tokio::test]
async fn crlf_keep_alives_and_torn_characters_change_nothing() {
    let server = ModelServer::start().await.with_text("t", "Grüße, 漢字 und 🙂 — fertig.");
    let plain = ask(&server.base_url(), "file.t-b5").await;
    assert_eq!(plain.text, "Grüße, 漢字 und 🙂 — fertig.");
    for words in ["crlf", "ka1", "split", "bom", "crlf-ka2-split-bom"] {
        assert_eq!(ask(&server.base_url(), &format!("file.t-b5-{words}")).await, plain, "with {words}");
    }
}

#[tokio::test]
async fn the_list_of_models_keeps_the_order_of_the_server() {
    let server = ModelServer::start().await;
    server.script("b", [stop()]);
    server.script("a", [stop()]);
    assert_eq!(
        provider(&server.base_url()).models().await,
        Ok(["sim", "a", "b"].map(str::to_owned).to_vec())
    );
    assert_eq!(server.requests()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn a_base_address_may_end_with_a_slash_or_carry_a_query() {
    let server = ModelServer::start().await;
    server.script("m", [text("a"), stop()]);
    for tail in ["/", "?api-version=2"] {
        let address = format!("{}{tail}", server.base_url());
        assert_eq!(ask(&address, "m").await.text, "a", "with {tail}");
    }
    assert_eq!(server.requests()[1].path, "/v1/chat/completions?api-version=2");
}

#[tokio::test]
async fn two_answers_of_one_provider_run_side_by_side() {
    let server = ModelServer::start().await;
    server.script("hangs", [text("a"), hang()]);
    server.script("m", [text("b"), stop()]);
    let provider = provider(&server.base_url());
    let mut first = provider.stream(CompletionRequest { ..request("hangs") });
    use futures_util::StreamExt;
    assert!(first.next().await.unwrap().is_ok());
    assert_eq!(fold(provider.stream(request("m"))).await.text, "b");
}

pub fn http(kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
