//! Whatever a server sends, the attempt ends with an error that says what happened, and text that came is kept.

use crate::common::{ask, brisk, error_of, fold};
use crate::dialect::http;
use bytes::Bytes;
use futures_util::stream::{StreamExt, iter};
use meanwhile_core::model::{FinishReason, ProviderKind};
use meanwhile_core::provider::{ProviderError, Retry, read_events};
use meanwhile_support::model_server::{
    ErrKind, ModelServer, ReplayServer, cut, done, error, finish, raw, text,
};

// F30
#[tokio::test]
async fn a_stream_that_just_ends_is_truncated_and_keeps_its_text() {
    let server = ModelServer::start().await;
    let answer = ask(&server.base_url(), "sim-c9-b4-nostamp-eof2").await;
    assert_eq!((answer.text.as_str(), answer.finish), ("lorelore", None));
    let error = answer.error.unwrap();
    assert_eq!(error, ProviderError::Truncated);
    assert_eq!(error.to_string(), "the provider closed the connection before the answer was complete");
}

// F25, F36
#[tokio::test]
async fn a_connection_cut_in_the_middle_is_truncated() {
    let server = ModelServer::start().await;
    let answer = ask(&server.base_url(), "sim-c9-b4-nostamp-cut2").await;
    assert_eq!((answer.text.as_str(), answer.error), ("lorelore", Some(ProviderError::Truncated)));
}

#[tokio::test]
async fn a_cut_inside_an_event_is_truncated_and_not_a_broken_protocol() {
    let server = ModelServer::start().await;
    server.script("m", [text("a"), raw("data: {\"choices\":[{\"delta\":{\"content\":\"b")]);
    let answer = ask(&server.base_url(), "m").await;
    assert_eq!((answer.text.as_str(), answer.error), ("a", Some(ProviderError::Truncated)));
}

// F30
#[tokio::test]
async fn reasoning_without_an_answer_is_truncated_at_the_end_of_the_body() {
    let server = ModelServer::start().await;
    let reasoning = raw("data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n");
    server.script("m", [reasoning]);
    assert_eq!(error_of(&server.base_url(), "m").await, ProviderError::Truncated);
}

// F28
#[tokio::test]
async fn an_answer_without_text_is_empty() {
    let server = ModelServer::start().await;
    let error = error_of(&server.base_url(), "sim-empty").await;
    assert_eq!(error, ProviderError::Empty(Some(FinishReason::Stop)));
    assert_eq!(error.to_string(), "the provider sent an empty answer");
}

// F42
#[tokio::test]
async fn an_answer_that_the_filter_emptied_is_complete() {
    let server = ModelServer::start().await;
    server.script("m", [finish("content_filter"), done()]);
    assert_eq!(ask(&server.base_url(), "m").await.finish, Some(FinishReason::ContentFilter));
}

// F27
#[tokio::test]
async fn an_error_inside_a_stream_is_judged_by_its_type() {
    let said = || "The server had an error while processing your request".to_owned();
    for (kind, expected) in [
        (ErrKind::Server, ProviderError::overloaded(said())),
        (ErrKind::Overloaded, ProviderError::overloaded(said())),
        (ErrKind::Rate, ProviderError::RateLimited { retry_after: None }),
        (ErrKind::Quota, ProviderError::Billing(said())),
        (ErrKind::Context, ProviderError::ContextTooLong(said())),
        (ErrKind::Model, ProviderError::ModelNotFound("m".to_owned())),
        (ErrKind::Key, ProviderError::Unauthorized),
    ] {
        let server = ModelServer::start().await;
        server.script("m", [text("so far"), error(kind)]);
        let answer = ask(&server.base_url(), "m").await;
        assert_eq!((answer.text.as_str(), answer.error), ("so far", Some(expected)), "for {kind:?}");
    }
}

// F27
#[tokio::test]
async fn errors_of_other_forms_inside_a_stream_are_read() {
    for (data, expected) in [
        (r#"{"error":"out of memory"}"#, ProviderError::overloaded("out of memory".to_owned())),
        (
            r#"{"error":{"code":502,"message":"upstream"}}"#,
            ProviderError::overloaded("upstream (502)".to_owned()),
        ),
        (r#"{"error":{"code":429,"message":"slow"}}"#, ProviderError::RateLimited { retry_after: None }),
        (
            r#"{"object":"error","message":"bad top_p","type":"BadRequestError","code":400}"#,
            ProviderError::BadRequest("bad top_p (400)".to_owned()),
        ),
        (
            r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#,
            ProviderError::overloaded("it ended the answer with an error".to_owned()),
        ),
    ] {
        let server = ModelServer::start().await;
        server.script("m", [text("a"), raw(format!("data: {data}\n\n"))]);
        assert_eq!(error_of(&server.base_url(), "m").await, expected, "for {data}");
    }
}

// F25, F28
#[tokio::test]
async fn a_web_page_is_told_from_a_model_server_and_quoted() {
    let server = ModelServer::start().await;
    let error = error_of(&server.base_url(), "sim-html").await;
    assert_eq!(
        error.to_string(),
        "the address did not answer like a model server: it sent text/html that begins \
         \"Guest network Welcome Please sign in to use the guest network.\""
    );
    assert_eq!(error.retry(), Retry::Never);
}

#[tokio::test]
async fn a_long_page_is_quoted_in_at_most_120_characters() {
    let page = format!("<script>let x = 'hidden';</script><p>{}</p>", "word ".repeat(500));
    let server = ReplayServer::start(http("text/html", &page)).await;
    let ProviderError::NotAProvider(said) = error_of(&server.base_url(), "m").await else {
        panic!("a page is not a provider");
    };
    let quote = said.split('"').nth(1).unwrap();
    assert!(quote.starts_with("word word") && quote.ends_with('…'), "quoted {quote}");
    assert!(quote.chars().count() <= 121, "{} characters", quote.chars().count());
}

// F28
#[tokio::test]
async fn a_page_labelled_as_a_stream_is_still_a_page() {
    let server = ReplayServer::start(http("text/event-stream", "<html><p>Blocked</p></html>")).await;
    assert_eq!(
        error_of(&server.base_url(), "m").await,
        ProviderError::NotAProvider("it sent text/event-stream that begins \"Blocked\"".to_owned())
    );
}

// F28
#[tokio::test]
async fn an_error_in_json_under_status_200_is_read() {
    let body = r#"{"error":{"message":"The key is used up","type":"insufficient_quota"}}"#;
    for kind in ["application/json", "text/event-stream"] {
        let server = ReplayServer::start(http(kind, body)).await;
        let error = error_of(&server.base_url(), "m").await;
        assert_eq!(error, ProviderError::Billing("The key is used up".to_owned()), "labelled {kind}");
    }
}

// F28
#[tokio::test]
async fn json_without_an_answer_is_not_a_provider() {
    let server = ReplayServer::start(http("application/json", r#"{"status":"ok"}"#)).await;
    assert_eq!(
        error_of(&server.base_url(), "m").await,
        ProviderError::NotAProvider("it sent JSON without an answer in it".to_owned())
    );
}

// F28
#[tokio::test]
async fn an_answer_without_a_body_is_reported() {
    let nothing = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    let server = ReplayServer::start(nothing).await;
    assert_eq!(
        error_of(&server.base_url(), "m").await,
        ProviderError::NotAProvider("it sent nothing".to_owned())
    );
}

// F31
#[tokio::test]
async fn an_invalid_byte_becomes_a_replacement_character_and_stalls_nothing() {
    let server = ModelServer::start().await;
    let answer = ask(&server.base_url(), "sim-c3-b4-nostamp-bad").await;
    assert_eq!((answer.text.as_str(), answer.finish), ("lore\u{fffd}lorelore", Some(FinishReason::Stop)));
}

// F31
#[tokio::test]
async fn a_line_of_64_mib_is_refused_by_its_limit() {
    let server = ModelServer::start().await;
    let error = error_of(&server.base_url(), "sim-huge64").await;
    assert_eq!(
        error.to_string(),
        "the provider sent something unreadable: one line of the answer is longer than 8 MiB"
    );
    assert_eq!(error.retry(), Retry::Never);
}

// F31
#[tokio::test]
async fn an_event_of_many_lines_is_refused_by_its_limit() {
    let server = ModelServer::start().await;
    let line = format!("data: {}\n", "x".repeat(4 << 20));
    server.script("m", (0..5).map(|_| raw(line.clone())));
    assert_eq!(
        error_of(&server.base_url(), "m").await,
        ProviderError::Protocol("one event of the answer is longer than 16 MiB".to_owned())
    );
}

// F31
#[tokio::test]
async fn a_million_empty_events_are_passed_over() {
    let server = ModelServer::start().await;
    server.script("m", [raw("\n".repeat(1_000_000)), text("a"), finish("stop"), done()]);
    assert_eq!(ask(&server.base_url(), "m").await.text, "a");
}

// F35
#[tokio::test]
async fn compressed_bytes_are_named() {
    let server = ModelServer::start().await;
    server.script("m", [raw([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]), cut()]);
    assert_eq!(
        error_of(&server.base_url(), "m").await,
        ProviderError::Protocol(
            "the answer is compressed with gzip although plain text was asked for".to_owned()
        )
    );
}

// F33
#[tokio::test]
async fn data_that_is_no_json_breaks_the_protocol_when_the_stream_goes_on() {
    let server = ModelServer::start().await;
    server.script("m", [text("a"), raw("data: hello\n\n"), text("b"), finish("stop"), done()]);
    let answer = ask(&server.base_url(), "m").await;
    let error = ProviderError::Protocol("a piece of the answer is not JSON".to_owned());
    assert_eq!((answer.text.as_str(), answer.error), ("a", Some(error)));
}

// F33
#[tokio::test]
async fn json_of_any_depth_is_no_danger() {
    let server = ModelServer::start().await;
    server
        .script("m", [raw(format!("data: {}\n\n", "[".repeat(200_000))), text("b"), finish("stop"), done()]);
    assert_eq!(
        error_of(&server.base_url(), "m").await,
        ProviderError::Protocol("a piece of the answer is not JSON".to_owned())
    );
}

// F6
#[tokio::test]
async fn a_panic_while_reading_is_an_error_of_that_answer_alone() {
    let body = iter([()]).map(|()| -> Result<Bytes, ProviderError> { panic!("as the parser could") });
    let answer = fold(read_events(ProviderKind::OpenaiChat, body.boxed(), "m", brisk())).await;
    assert_eq!(answer.error, Some(ProviderError::Protocol("its event stream cannot be parsed".to_owned())));
}

// F31
#[tokio::test]
async fn a_byte_order_mark_is_stripped_wherever_it_is_split() {
    let body = "\u{feff}\u{feff}data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n"
        .as_bytes();
    for at in 0..body.len() {
        let (first, rest) = body.split_at(at);
        let pieces = [first, rest].map(|piece| Ok(Bytes::copy_from_slice(piece)));
        let answer = fold(read_events(ProviderKind::OpenaiChat, iter(pieces).boxed(), "m", brisk())).await;
        assert_eq!((answer.text.as_str(), answer.error), ("a", None), "split at {at}");
    }
}

// F31
#[tokio::test]
async fn a_byte_order_mark_behind_empty_lines_and_comments_is_stripped() {
    for before in ["\n", ": hello\n\n", "\r\n: hello\r\n\r\n"] {
        let body = format!(
            "{before}\u{feff}data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}}}}]}}\n\ndata: [DONE]\n\n"
        );
        let pieces = iter([Ok(Bytes::from(body))]).boxed();
        let answer = fold(read_events(ProviderKind::OpenaiChat, pieces, "m", brisk())).await;
        assert_eq!((answer.text.as_str(), answer.error), ("a", None), "behind {before:?}");
    }
}

#[tokio::test]
async fn an_event_larger_than_a_chunk_is_not_read_again_with_every_chunk() {
    // 7 MiB in pieces of 64 bytes: with a rescan at each piece this takes minutes, without one well under a second.
    let long = "x".repeat(7 << 20);
    let body =
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{long}\"}}}}]}}\n\ndata: [DONE]\n\n");
    let pieces: Vec<_> = body.as_bytes().chunks(64).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let reading = fold(read_events(ProviderKind::OpenaiChat, iter(pieces).boxed(), "m", brisk()));
    let answer =
        tokio::time::timeout(std::time::Duration::from_secs(20), reading).await.expect("linear time");
    assert_eq!(answer.text.len(), long.len());
}
