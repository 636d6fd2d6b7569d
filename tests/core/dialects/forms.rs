//! The forms in which servers send calls of tools: what differs between two of them changes no call.

use crate::common::{TIDE, asked, chunks, offering, read, speaker};
use meanwhile_core::model::{FinishReason, ProviderKind};
use meanwhile_core::provider::Provider;
use meanwhile_support::answer::fold;
use meanwhile_support::model_server::ReplayServer;
use serde_json::{Value, json};

/// A stream with one call, whose arguments come in these pieces.
fn in_pieces(kind: ProviderKind, pieces: [&str; 2]) -> String {
    let event = |data: Value| format!("data: {data}\n\n");
    match kind {
        ProviderKind::OpenaiChat => {
            let chunk = |call: Value, reason: Value| {
                event(json!({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": reason}]}))
            };
            let [first, rest] = pieces;
            chunk(
                json!({"index": 0, "id": "c", "function": {"name": "look_up", "arguments": first}}),
                Value::Null,
            ) + &chunk(json!({"index": 0, "function": {"arguments": rest}}), json!("tool_calls"))
        }
        ProviderKind::OpenaiResponses => {
            let added = json!({"type": "response.output_item.added", "output_index": 1,
                "item": {"type": "function_call", "id": "fc", "call_id": "c", "name": "look_up", "arguments": ""}});
            let delta = |piece| {
                event(
                    json!({"type": "response.function_call_arguments.delta", "output_index": 1, "item_id": "fc",
                             "delta": piece}),
                )
            };
            let end =
                json!({"type": "response.completed", "response": {"status": "completed", "output": []}});
            event(added) + &pieces.map(delta).concat() + &event(end)
        }
        _ => {
            let start = json!({"type": "content_block_start", "index": 1,
                "content_block": {"type": "tool_use", "id": "c", "name": "look_up", "input": {}}});
            let delta = |piece| {
                event(json!({"type": "content_block_delta", "index": 1,
                             "delta": {"type": "input_json_delta", "partial_json": piece}}))
            };
            let end = json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}});
            event(start) + &pieces.map(delta).concat() + &event(end)
        }
    }
}

#[tokio::test]
async fn arguments_cut_anywhere_are_put_together_again() {
    let arguments = json!({"word": "Grüße 🌊", "as": ["\"}", {"deep\\": null}]}).to_string();
    let cuts = (0..=arguments.len()).filter(|at| arguments.is_char_boundary(*at));
    for at in cuts {
        let (first, rest) = arguments.split_at(at);
        for kind in [ProviderKind::OpenaiChat, ProviderKind::OpenaiResponses, ProviderKind::Anthropic] {
            let answer = read(kind, &in_pieces(kind, [first, rest])).await;
            assert_eq!(answer.calls, [asked("look_up", &arguments)], "{kind:?}, cut at {at}");
            assert_eq!(answer.finish, Some(FinishReason::ToolCalls), "{kind:?}, cut at {at}");
        }
    }
}

#[tokio::test]
async fn arguments_that_are_no_json_are_told_as_they_are() {
    for said in ["{\"word\":", "look up the tide", "[1]", "{\"a\":1}}", "\"}\""] {
        for kind in [ProviderKind::OpenaiChat, ProviderKind::OpenaiResponses, ProviderKind::Anthropic] {
            let answer = read(kind, &in_pieces(kind, [said, ""])).await;
            assert_eq!(answer.calls, [asked("look_up", said)], "{kind:?}");
        }
    }
}

#[tokio::test]
async fn chat_completions_may_be_streamed_in_any_of_their_forms() {
    let named = |name: &str, arguments: Value| json!({"function": {"name": name, "arguments": arguments}});
    let with = |mut call: Value, field: &str, value: Value| {
        call[field] = value;
        call
    };
    let two = [asked("a", r#"{"n":1}"#), asked("b", r#"{"n":2}"#)];
    let (one, other) = (r#"{"n":1}"#, r#"{"n":2}"#);
    let forms = [
        (
            "both in one piece",
            vec![json!([
                with(with(named("a", json!(one)), "index", json!(0)), "id", json!("x")),
                with(with(named("b", json!(other)), "index", json!(1)), "id", json!("y"))
            ])],
        ),
        (
            "without an index",
            vec![
                json!([with(named("a", json!(one)), "id", json!("x"))]),
                json!([with(named("b", json!(other)), "id", json!("y"))]),
            ],
        ),
        (
            "without an index, in pieces",
            vec![
                json!([with(named("a", json!("{\"n\"")), "id", json!("x"))]),
                json!([{"function": {"arguments": ":1}"}}]),
                json!([with(named("b", json!("{\"n\"")), "id", json!("y"))]),
                json!([{"function": {"arguments": ":2}"}}]),
            ],
        ),
        ("with nothing but names", vec![json!([named("a", json!(one)), named("b", json!(other))])]),
        (
            "with objects",
            vec![json!([
                with(named("a", json!({"n": 1})), "index", json!(0)),
                with(named("b", json!({"n": 2})), "index", json!(1))
            ])],
        ),
        (
            "with one index and other ids",
            vec![
                json!([with(with(named("a", json!(one)), "index", json!(0)), "id", json!("x"))]),
                json!([with(with(named("b", json!(other)), "index", json!(0)), "id", json!("y"))]),
            ],
        ),
        (
            "with one index and no ids",
            vec![
                json!([with(named("a", json!(one)), "index", json!(0))]),
                json!([with(named("b", json!(other)), "index", json!(0))]),
            ],
        ),
        (
            "with one id for all",
            vec![
                json!([with(with(named("a", json!(one)), "index", json!(0)), "id", json!("x"))]),
                json!([with(with(named("b", json!(other)), "index", json!(1)), "id", json!("x"))]),
            ],
        ),
        (
            "with a new id in each piece",
            vec![
                json!([with(with(named("a", json!("{\"n\"")), "index", json!(0)), "id", json!("x"))]),
                json!([{"index": 0, "id": "z", "function": {"arguments": ":1}"}}]),
                json!([with(with(named("b", json!("{\"n\"")), "index", json!(1)), "id", json!("y"))]),
                json!([{"index": 1, "id": "", "function": {"name": null, "arguments": ":2}"}}]),
            ],
        ),
        (
            "with the name in each piece",
            vec![
                json!([with(with(named("a", json!("{\"n\"")), "index", json!(0)), "id", json!("x"))]),
                json!([with(with(named("a", json!(":1}")), "index", json!(0)), "id", json!("x"))]),
                json!([with(with(named("b", json!("{\"n\"")), "index", json!(1)), "id", json!("y"))]),
                json!([with(with(named("b", json!(":2}")), "index", json!(1)), "id", json!("y"))]),
            ],
        ),
        (
            "between one another",
            vec![
                json!([
                    with(named("a", json!("{\"n\"")), "index", json!(0)),
                    with(named("b", json!("{\"n\"")), "index", json!(1))
                ]),
                json!([{"index": 1, "function": {"arguments": ":2}"}}, {"index": 0, "function": {"arguments": ":1}"}}]),
            ],
        ),
        (
            "with the name last",
            vec![
                json!([{"index": 0, "id": "x", "function": {"arguments": one}}]),
                json!([{"index": 0, "function": {"name": "a"}}]),
                json!([{"index": 1, "id": "y"}]),
                json!([with(named("b", json!(other)), "index", json!(1))]),
            ],
        ),
    ];
    for (form, calls) in forms {
        let answer = chunks(calls, "tool_calls").await;
        assert_eq!(answer.calls, two, "{form}");
    }
    let twice = chunks([json!([named("a", json!(one))]), json!([named("a", json!(one))])], "stop").await;
    assert_eq!(twice.calls, [asked("a", one), asked("a", one)], "called twice with the same");
}

#[tokio::test]
async fn what_google_wants_back_with_a_call_is_kept_in_both_of_its_forms() {
    let extra = json!({"google": {"thought_signature": "c2ln"}});
    let call = json!([{"index": 0, "id": "x", "function": {"name": "a", "arguments": "{}"}, "extra_content": extra}]);
    let answer = chunks([call], "tool_calls").await;
    assert_eq!(answer.calls[0].opaque, Some(json!({"extra_content": extra}).to_string()));
}

#[tokio::test]
async fn what_a_model_thought_before_a_call_is_kept_with_it() {
    let thought = json!([{"index": 0, "id": "x", "function": {"name": "a", "arguments": "{}"}}]);
    let body = ["hm, ", "so"]
        .map(|part| format!("data: {}\n\n", json!({"choices": [{"delta": {"reasoning_content": part}}]})));
    let call = json!({"choices": [{"delta": {"tool_calls": thought}, "finish_reason": "tool_calls"}]});
    let answer = read(ProviderKind::OpenaiChat, &(body.concat() + &format!("data: {call}\n\n"))).await;
    assert_eq!(answer.reasoning, "hm, so");
    assert_eq!(answer.calls[0].opaque.as_deref(), Some(r#"{"reasoning_content":"hm, so"}"#));

    let start = |index: u64, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let delta =
        |index: u64, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let call = |index| start(index, json!({"type": "tool_use", "id": "t", "name": "a", "input": {}}));
    let events = [
        start(0, json!({"type": "thinking", "thinking": "", "signature": ""})),
        delta(0, json!({"type": "thinking_delta", "thinking": "hm, "})),
        delta(0, json!({"type": "thinking_delta", "thinking": "so"})),
        delta(0, json!({"type": "signature_delta", "signature": "c2ln"})),
        start(1, json!({"type": "redacted_thinking", "data": "cmVk"})),
        start(2, json!({"type": "text", "text": "I look."})),
        call(3),
        call(4),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}),
    ];
    let streamed: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let thoughts = json!([
        {"type": "thinking", "thinking": "hm, so", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "cmVk"}]);
    let used = json!({"type": "tool_use", "id": "t", "name": "a", "input": {}});
    let whole = json!({"type": "message", "stop_reason": "tool_use", "content": [
        thoughts[0], thoughts[1], {"type": "text", "text": "I look."}, used, used]});
    for body in [streamed, format!("data: {whole}\n\n")] {
        let answer = read(ProviderKind::Anthropic, &body).await;
        let kept: Vec<_> = answer.calls.into_iter().map(|call| call.opaque).collect();
        assert_eq!(kept, [Some(json!({"thinking": thoughts}).to_string()), None]);
        assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), ("hm, so", "I look."));
    }
}

#[tokio::test]
async fn a_thought_without_an_end_is_not_kept_for_ever() {
    let part = "x".repeat(600 << 10);
    let chat = format!("data: {}\n\n", json!({"choices": [{"delta": {"reasoning_content": part}}]}));
    let call = json!([{"index": 0, "function": {"name": "a"}}]);
    let call = json!({"choices": [{"delta": {"tool_calls": call}, "finish_reason": "tool_calls"}]});
    let answer = read(ProviderKind::OpenaiChat, &format!("{}data: {call}\n\n", chat.repeat(4))).await;
    assert_eq!(answer.reasoning.len(), 4 * part.len());
    assert!(answer.calls[0].opaque.as_ref().unwrap().len() < 1 << 20);
}

#[tokio::test]
async fn responses_are_read_out_of_their_items_their_pieces_or_their_whole() {
    let item = |index: u64, name: &str, arguments: &str| {
        let id = format!("fc_{index}");
        json!({"type": "function_call", "id": id, "call_id": "c", "name": name, "arguments": arguments})
    };
    let event = |kind: &str, mut data: Value| {
        data["type"] = json!(format!("response.{kind}"));
        format!("data: {data}\n\n")
    };
    let at = |kind: &str, index: u64, item: Value| event(kind, json!({"output_index": index, "item": item}));
    let end =
        |output: Value| event("completed", json!({"response": {"status": "completed", "output": output}}));
    let arguments = |kind: &str, field: &str, index: u64, said: &str| {
        event(&format!("function_call_arguments.{kind}"), json!({"output_index": index, field: said}))
    };
    let whole = json!([item(0, "a", "{}"), item(1, "b", TIDE)]);
    for (form, body) in [
        ("the whole only", end(whole.clone())),
        (
            "items that are done",
            at("output_item.done", 0, item(0, "a", "{}"))
                + &at("output_item.done", 1, item(1, "b", TIDE))
                + &end(json!([])),
        ),
        (
            "items between one another",
            at("output_item.added", 0, item(0, "a", ""))
                + &at("output_item.added", 1, item(1, "b", ""))
                + &arguments("delta", "delta", 1, TIDE)
                + &at("output_item.done", 1, item(1, "b", TIDE))
                + &arguments("delta", "delta", 0, "{")
                + &arguments("delta", "delta", 0, "}")
                + &at("output_item.done", 0, item(0, "a", "{}"))
                + &end(json!([])),
        ),
        (
            "items that are never done",
            at("output_item.added", 0, item(0, "a", ""))
                + &at("output_item.added", 1, item(1, "b", ""))
                + &arguments("done", "arguments", 1, TIDE)
                + &end(json!([])),
        ),
        (
            "all of it, and other items between",
            at("output_item.added", 0, item(0, "a", ""))
                + &arguments("delta", "delta", 7, "{not ours")
                + &at("output_item.done", 2, json!({"type": "web_search_call"}))
                + &end(whole),
        ),
    ] {
        let answer = read(ProviderKind::OpenaiResponses, &body).await;
        assert_eq!(answer.calls, [asked("a", "{}"), asked("b", TIDE)], "{form}");
    }
}

#[tokio::test]
async fn calls_of_an_answer_that_was_not_streamed_are_read() {
    let function = |arguments: Value| json!({"function": {"name": "look_up", "arguments": arguments}});
    let tide = json!({"word": "tide"});
    for (kind, body) in [
        (
            ProviderKind::OpenaiChat,
            json!({"choices": [{"finish_reason": "tool_calls", "message":
            {"content": null, "tool_calls": [function(json!(TIDE)), function(json!(TIDE))]}}]}),
        ),
        (
            ProviderKind::OpenaiResponses,
            json!({"object": "response", "status": "completed", "output": [
            {"type": "function_call", "name": "look_up", "arguments": TIDE}, {"type": "reasoning", "summary": []},
            {"type": "function_call", "name": "look_up", "arguments": TIDE}]}),
        ),
        (
            ProviderKind::Anthropic,
            json!({"type": "message", "stop_reason": "tool_use", "content": [
            {"type": "tool_use", "id": "t1", "name": "look_up", "input": tide},
            {"type": "tool_use", "id": "t2", "name": "look_up", "input": tide}]}),
        ),
        (
            ProviderKind::Gemini,
            json!([{"candidates": [{"finishReason": "STOP", "content": {"parts": [
            {"functionCall": {"name": "look_up", "args": tide}}, {"functionCall": {"name": "look_up", "args": tide}}]}}]}]),
        ),
        (
            ProviderKind::Ollama,
            json!({"message": {"content": "", "tool_calls": [function(tide.clone()), function(json!(TIDE))]},
            "done": true, "done_reason": "stop"}),
        ),
    ] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
        let server = ReplayServer::start(format!("{head}{body}")).await;
        let answer = fold(speaker(kind, &server.base_url()).stream(offering("m"))).await;
        assert_eq!((answer.finish, answer.error), (Some(FinishReason::ToolCalls), None), "{kind:?}");
        assert_eq!(answer.calls, [asked("look_up", TIDE), asked("look_up", TIDE)], "{kind:?}");
    }
}
