//! Calls of tools in an answer: each is told once, whole, in order and before the end, however its server sends it.

use crate::common::{KINDS, TIDE, asked, chunks, offering, provider, read, speaker, with_tools};
use futures_util::StreamExt;
use meanwhile_core::model::{AskedCall, FinishReason, ProviderKind, RemoteRun};
use meanwhile_core::provider::{CompletionRequest, Provider, ProviderError, ProviderEvent, RemoteAnswer};
use meanwhile_support::answer::{Folded, fold};
use meanwhile_support::model_server::{
    BatchServer, ModelServer, RemoteServer, Step, call, cut, done, finish, raw, reasoning, stop, text, usage,
};
use serde_json::json;

/// The same with what the server of that kind gives with each call.
fn of(kind: ProviderKind, calls: impl IntoIterator<Item = AskedCall>) -> Vec<AskedCall> {
    let opaque = (kind == ProviderKind::Gemini).then(|| r#"{"thoughtSignature":"c2ln"}"#.to_owned());
    calls.into_iter().map(|call| AskedCall { opaque: opaque.clone(), ..call }).collect()
}

fn tide() -> Step {
    call("look_up", json!({"word": "tide"}))
}

#[tokio::test]
async fn a_call_without_text_is_a_whole_answer() {
    for kind in KINDS {
        let answer = with_tools(kind, [tide(), stop()]).await;
        let expected = Folded {
            accepted: 1,
            calls: of(kind, [asked("look_up", TIDE)]),
            usage: Some((2, 0)),
            finish: Some(FinishReason::ToolCalls),
            ..Folded::default()
        };
        assert_eq!(answer, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn calls_take_nothing_from_the_text_and_the_thoughts_around_them() {
    for kind in KINDS {
        let steps = [reasoning("hm"), text("I look. "), tide(), text("Then more."), tide(), stop()];
        let answer = with_tools(kind, steps).await;
        assert_eq!(answer.reasoning, "hm", "{kind:?}");
        assert_eq!(answer.text.replace("\n\n", ""), "I look. Then more.", "{kind:?}");
        let calls: Vec<_> =
            answer.calls.iter().map(|call| (call.tool.as_str(), call.arguments.as_str())).collect();
        assert_eq!(calls, [("look_up", TIDE), ("look_up", TIDE)], "{kind:?}");
        assert_eq!(answer.finish, Some(FinishReason::ToolCalls), "{kind:?}");
    }
}

#[tokio::test]
async fn several_calls_come_in_their_order_right_before_the_end() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        let steps = ["a", "b", "c"].map(|tool| call(tool, json!({"for": tool, "deep": {"list": [1, "]}"]}})));
        server.script("m", steps.into_iter().chain([usage(3), stop()]));
        let events: Vec<_> = provider(kind, &server).stream(offering("m")).collect().await;
        let last: Vec<_> = events.iter().rev().take(4).rev().cloned().collect();
        let calls = ["a", "b", "c"]
            .map(|tool| asked(tool, &json!({"for": tool, "deep": {"list": [1, "]}"]}}).to_string()));
        let expected = of(kind, calls).into_iter().map(ProviderEvent::Call);
        let expected: Vec<_> =
            expected.chain([ProviderEvent::Finished(FinishReason::ToolCalls)]).map(Ok).collect();
        assert_eq!(last, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn an_answer_with_calls_ends_for_them_whatever_word_its_server_has() {
    for kind in KINDS {
        for word in ["stop", "tool_calls"] {
            let answer = with_tools(kind, [text("a"), tide(), finish(word), done()]).await;
            assert_eq!(answer.finish, Some(FinishReason::ToolCalls), "{word} of {kind:?}");
            assert_eq!(answer.calls.len(), 1, "{word} of {kind:?}");
        }
    }
    for word in ["stop", "eos", "function_call", "hologram"] {
        let answer = chunks([json!([{"index": 0, "function": {"name": "a"}}])], word).await;
        assert_eq!((answer.finish, answer.calls), (Some(FinishReason::ToolCalls), vec![asked("a", "{}")]));
    }
}

#[tokio::test]
async fn tools_that_are_not_used_change_no_answer() {
    for kind in KINDS {
        let answer = with_tools(kind, [text("Half an "), text("answer"), stop()]).await;
        assert_eq!((answer.text.as_str(), answer.calls.len()), ("Half an answer", 0), "{kind:?}");
        assert_eq!(answer.finish, Some(FinishReason::Stop), "{kind:?}");
        let answer = with_tools(kind, [reasoning("hm"), stop()]).await;
        assert_eq!(answer.error, Some(ProviderError::Empty(Some(FinishReason::Stop))), "{kind:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_told_nothing_has_an_empty_object() {
    for kind in KINDS {
        let answer = with_tools(kind, [call("now", json!({})), stop()]).await;
        assert_eq!(answer.calls, of(kind, [asked("now", "{}")]), "{kind:?}");
    }
    for call in [
        json!({"name": "now"}),
        json!({"name": "now", "arguments": " "}),
        json!({"name": "now", "arguments": null}),
    ] {
        let chat = chunks([json!([{"index": 0, "id": "c", "function": call}])], "tool_calls").await;
        assert_eq!(chat.calls.len(), 1, "{call}");
        assert_eq!(chat.calls, [asked("now", "{}")], "{call}");
    }
    let gemini = r#"data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"now"}}]},"finishReason":"STOP"}]}"#;
    assert_eq!(read(ProviderKind::Gemini, gemini).await.calls, [asked("now", "{}")]);
    let ollama = r#"{"message":{"content":"","tool_calls":[{"function":{"name":"now"}}]},"done":true}"#;
    assert_eq!(read(ProviderKind::Ollama, ollama).await.calls, [asked("now", "{}")]);
}

#[tokio::test]
async fn of_an_answer_that_was_cut_the_half_of_a_call_is_dropped_and_the_reason_stays() {
    let half = |kind| match kind {
        ProviderKind::OpenaiChat => {
            let call = json!({"index": 1, "id": "c", "function": {"name": "look_up", "arguments": "{\"wo"}});
            format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}))
        }
        ProviderKind::OpenaiResponses => [
            json!({"type": "response.output_item.added", "output_index": 9,
                   "item": {"type": "function_call", "call_id": "c", "name": "look_up", "arguments": ""}}),
            json!({"type": "response.function_call_arguments.delta", "output_index": 9, "delta": "{\"wo"}),
        ]
        .map(|event| format!("data: {event}\n\n"))
        .concat(),
        _ => [
            json!({"type": "content_block_start", "index": 9,
                   "content_block": {"type": "tool_use", "id": "c", "name": "look_up", "input": {}}}),
            json!({"type": "content_block_delta", "index": 9,
                   "delta": {"type": "input_json_delta", "partial_json": "{\"wo"}}),
            json!({"type": "content_block_stop", "index": 9}),
        ]
        .map(|event| format!("data: {event}\n\n"))
        .concat(),
    };
    for kind in [ProviderKind::OpenaiChat, ProviderKind::Anthropic, ProviderKind::OpenaiResponses] {
        for (word, reason) in
            [("length", FinishReason::Length), ("content_filter", FinishReason::ContentFilter)]
        {
            let steps = [text("I look."), raw(half(kind)), finish(word), done()];
            let answer = with_tools(kind, steps).await;
            assert_eq!((answer.calls.len(), answer.finish), (0, Some(reason)), "{word} of {kind:?}");
        }
        let answer = with_tools(kind, [raw(" "), raw(half(kind)), finish("length"), done()]).await;
        assert_eq!(answer.error, Some(ProviderError::Empty(Some(FinishReason::Length))), "{kind:?}");
    }
    for kind in KINDS {
        let answer = with_tools(kind, [tide(), finish("length"), done()]).await;
        let end = (answer.calls, answer.finish);
        assert_eq!(
            end,
            (of(kind, [asked("look_up", TIDE)]), Some(FinishReason::Length)),
            "a whole call of {kind:?}"
        );
    }
    let unnamed = chunks([json!([{"index": 0, "function": {"arguments": "{"}}])], "length").await;
    assert_eq!(unnamed.error, Some(ProviderError::Empty(Some(FinishReason::Length))));
}

#[tokio::test]
async fn no_call_is_told_of_an_answer_that_breaks_off() {
    for kind in KINDS {
        for end in [None, Some(cut())] {
            let answer = with_tools(kind, [text("I look."), tide()].into_iter().chain(end)).await;
            assert_eq!(answer.calls, [], "{kind:?}");
            assert_eq!(
                (answer.text.as_str(), answer.error),
                ("I look.", Some(ProviderError::Truncated)),
                "{kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_call_without_a_name_is_an_error_that_says_so() {
    for kind in KINDS {
        let answer = with_tools(kind, [text("a"), call("", json!({"word": "tide"})), stop()]).await;
        let expected = ProviderError::Protocol("it called a tool without naming it".to_owned());
        assert_eq!(
            (answer.text.as_str(), answer.calls.len(), answer.error),
            ("a", 0, Some(expected)),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_may_have_64_calls_and_no_more() {
    for kind in KINDS {
        let many = |count: usize| std::iter::repeat_n(tide(), count).chain([stop()]);
        assert_eq!(with_tools(kind, many(64)).await.calls.len(), 64, "{kind:?}");
        let answer = with_tools(kind, many(65)).await;
        let expected = ProviderError::Protocol("it called more than 64 tools in one answer".to_owned());
        assert_eq!((answer.calls.len(), answer.error), (0, Some(expected)), "{kind:?}");
    }
}

#[tokio::test]
async fn the_calls_of_an_answer_may_have_4_mib_and_no_more() {
    for kind in KINDS {
        let long = |bytes: usize| call("write", json!({"text": "x".repeat(bytes)}));
        let answer = with_tools(kind, [long(2 << 20), long((2 << 20) - 4096), stop()]).await;
        assert_eq!((answer.calls.len(), answer.error), (2, None), "{kind:?}");
        let answer = with_tools(kind, [long(2 << 20), long(2 << 20), stop()]).await;
        let expected = ProviderError::Protocol("its calls of tools are longer than 4 MiB".to_owned());
        assert_eq!((answer.calls.len(), answer.error), (0, Some(expected)), "{kind:?}");
    }
}

#[tokio::test]
async fn a_tool_that_the_server_runs_itself_is_no_call() {
    let block = json!({"type": "content_block_start", "index": 3,
        "content_block": {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}});
    let input = json!({"type": "content_block_delta", "index": 3,
        "delta": {"type": "input_json_delta", "partial_json": "{\"query\":\"tides\"}"}});
    let steps = [text("a"), raw(format!("data: {block}\n\ndata: {input}\n\n")), stop()];
    let answer = with_tools(ProviderKind::Anthropic, steps).await;
    assert_eq!((answer.calls.len(), answer.finish), (0, Some(FinishReason::Stop)));
}

#[tokio::test]
async fn a_call_of_an_answer_that_is_made_there_is_told_once_whoever_listened() {
    let mut server = RemoteServer::start().await;
    let question = CompletionRequest { in_background: true, ..offering("m") };
    let mut events = speaker(ProviderKind::OpenaiResponses, &server.base_url()).stream(question.clone());
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Accepted)));
    server.say("I look.");
    let mut heard = None;
    while heard.is_none() {
        match events.next().await.unwrap().unwrap() {
            ProviderEvent::Text(_) => break,
            ProviderEvent::Remote(run) if run.cursor.as_deref() == Some("1") => heard = Some(run),
            _ => {}
        }
    }
    server.call("look_up", &json!({"word": "tide"}));
    drop(events);
    server.go_away();
    server.come_back().await;
    server.finish();

    let run = heard.unwrap_or(RemoteRun { id: "resp_0".to_owned(), cursor: Some("1".to_owned()) });
    for (cursor, before) in [("0", ""), ("1", "I look."), ("2", "I look."), ("3", "I look.")] {
        let run = RemoteRun { cursor: Some(cursor.to_owned()), ..run.clone() };
        let remote = RemoteAnswer { run, text: before.to_owned(), has_thought: false };
        let again = CompletionRequest { remote: Some(remote), ..question.clone() };
        let rest = fold(speaker(ProviderKind::OpenaiResponses, &server.base_url()).stream(again)).await;
        assert_eq!(rest.calls, [asked("look_up", TIDE)], "from {cursor} on");
        assert_eq!((rest.finish, rest.error), (Some(FinishReason::ToolCalls), None), "from {cursor} on");
    }
    server.stop_streaming();
    let remote = RemoteAnswer { run, text: "I look.".to_owned(), has_thought: false };
    let looked_at = CompletionRequest { remote: Some(remote), ..question };
    let rest = fold(speaker(ProviderKind::OpenaiResponses, &server.base_url()).stream(looked_at)).await;
    assert_eq!((rest.text.as_str(), rest.calls), ("", vec![asked("look_up", TIDE)]));
    let questions = server.questions();
    assert_eq!((questions.len(), &questions[0]["tools"][0]["name"]), (1, &json!("look_up")));
}

#[tokio::test]
async fn a_call_of_an_answer_in_a_batch_is_told() {
    let server = BatchServer::start().await;
    let provider = speaker(ProviderKind::Anthropic, &server.base_url());
    let question = CompletionRequest { batch: Some("ours-1".to_owned()), ..offering("m") };
    let mut events = provider.stream(question.clone());
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Accepted)));
    let Some(Ok(ProviderEvent::Remote(run))) = events.next().await else { panic!("it has a name") };
    drop(events);
    assert_eq!(server.questions()[0].pointer("/requests/0/params/tools/0/name"), Some(&json!("look_up")));
    server.end(
        &json!({"type": "succeeded", "message": {"type": "message", "stop_reason": "tool_use", "content": [
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "t1", "name": "look_up", "input": {"word": "tide"}}]}}),
    );
    let remote = RemoteAnswer { run, text: String::new(), has_thought: false };
    let answer = fold(provider.stream(CompletionRequest { remote: Some(remote), ..question })).await;
    assert_eq!((answer.text.as_str(), answer.calls), ("I look.", vec![asked("look_up", TIDE)]));
    assert_eq!(answer.finish, Some(FinishReason::ToolCalls));
}
