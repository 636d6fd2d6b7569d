//! A question with tools: how they are offered, how calls and what came of them are told again, and what a refusal means.

use crate::common::{KINDS, offering, provider, schema, speaker};
use meanwhile_core::model::{ProviderKind, Said, SaidCall};
use meanwhile_core::provider::{CompletionRequest, Provider, ProviderError, Retry};
use meanwhile_support::answer::{fold, request};
use meanwhile_support::model_server::{ModelServer, RemoteServer, refuse, stop, text};
use serde_json::{Value, json};

/// The body of the one question that asking this takes.
async fn body_of(kind: ProviderKind, question: CompletionRequest) -> Value {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    let answer = fold(provider(kind, &server).stream(question)).await;
    assert_eq!((answer.text.as_str(), answer.error), ("x", None), "{kind:?}");
    assert_eq!(server.requests().len(), 1, "{kind:?}");
    server.requests().remove(0).body
}

fn said_call(id: &str, arguments: &str, result: &str) -> SaidCall {
    SaidCall {
        id: id.to_owned(),
        tool: "look_up".to_owned(),
        arguments: arguments.to_owned(),
        opaque: None,
        result: result.to_owned(),
        is_error: false,
    }
}

/// A conversation in which the model called two tools after `words`, and the user went on.
fn after_calls(words: &str) -> CompletionRequest {
    let mut question = offering("m");
    let failed = SaidCall { is_error: true, ..said_call("call00002", "[1", "no such word") };
    let calls = vec![said_call("call00001", r#"{"word": "tide"}"#, "Twice a day."), failed];
    question.messages.push(Said { calls, ..Said::by_assistant(words) });
    question.messages.push(Said::by_user("And now?"));
    question
}

#[tokio::test]
async fn tools_are_offered_in_the_words_of_each_dialect() {
    for kind in KINDS {
        let body = body_of(kind, offering("m")).await;
        let function = json!({"name": "look_up", "description": "Looks up a word.", "parameters": schema()});
        let expected = match kind {
            ProviderKind::OpenaiResponses => json!([{"type": "function", "name": "look_up",
                "description": "Looks up a word.", "parameters": schema(), "strict": false}]),
            ProviderKind::Anthropic => {
                json!([{"name": "look_up", "description": "Looks up a word.", "input_schema": schema()}])
            }
            ProviderKind::Gemini => json!([{"functionDeclarations": [{"name": "look_up",
                "description": "Looks up a word.", "parametersJsonSchema": schema()}]}]),
            _ => json!([{"type": "function", "function": function}]),
        };
        assert_eq!(body["tools"], expected, "{kind:?}");
        assert_eq!(body_of(kind, request("m")).await.get("tools"), None, "{kind:?} offers none");
    }
}

/// The conversation of [`after_calls`] behind its first prompt; `words` is false when the model said none.
fn told_again(kind: ProviderKind, words: bool) -> Value {
    let tide = json!({"word": "tide"});
    let said = if words { json!("I look.") } else { Value::Null };
    match kind {
        ProviderKind::OpenaiChat => json!([
            {"role": "assistant", "content": said, "tool_calls": [
                {"id": "call00001", "type": "function",
                 "function": {"name": "look_up", "arguments": r#"{"word": "tide"}"#}},
                {"id": "call00002", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "call00001", "content": "Twice a day."},
            {"role": "tool", "tool_call_id": "call00002", "content": "no such word"},
            {"role": "user", "content": "And now?"}]),
        ProviderKind::OpenaiResponses => {
            let mut items = vec![
                json!({"type": "function_call", "call_id": "call00001", "name": "look_up",
                       "arguments": r#"{"word": "tide"}"#}),
                json!({"type": "function_call", "call_id": "call00002", "name": "look_up", "arguments": "{}"}),
                json!({"type": "function_call_output", "call_id": "call00001", "output": "Twice a day."}),
                json!({"type": "function_call_output", "call_id": "call00002", "output": "no such word"}),
                json!({"role": "user", "content": "And now?"}),
            ];
            if words {
                items.insert(0, json!({"role": "assistant", "content": said}));
            }
            Value::from(items)
        }
        ProviderKind::Anthropic => {
            let mut blocks = vec![
                json!({"type": "tool_use", "id": "call00001", "name": "look_up", "input": tide}),
                json!({"type": "tool_use", "id": "call00002", "name": "look_up", "input": {}}),
            ];
            if words {
                blocks.insert(0, json!({"type": "text", "text": said}));
            }
            json!([
                {"role": "assistant", "content": blocks},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "call00001", "content": "Twice a day."},
                    {"type": "tool_result", "tool_use_id": "call00002", "content": "no such word", "is_error": true},
                    {"type": "text", "text": "And now?"}]}])
        }
        ProviderKind::Gemini => {
            let mut parts = vec![
                json!({"functionCall": {"id": "call00001", "name": "look_up", "args": tide}}),
                json!({"functionCall": {"id": "call00002", "name": "look_up", "args": {}}}),
            ];
            if words {
                parts.insert(0, json!({"text": said}));
            }
            let result = |id: &str, response: Value| json!({"functionResponse": {"id": id, "name": "look_up", "response": response}});
            json!([
                {"role": "model", "parts": parts},
                {"role": "user", "parts": [
                    result("call00001", json!({"output": "Twice a day."})),
                    result("call00002", json!({"error": "no such word"})),
                    {"text": "And now?"}]}])
        }
        _ => json!([
            {"role": "assistant", "content": if words { "I look." } else { "" }, "tool_calls": [
                {"function": {"name": "look_up", "arguments": tide}},
                {"function": {"name": "look_up", "arguments": {}}}]},
            {"role": "tool", "tool_name": "look_up", "content": "Twice a day."},
            {"role": "tool", "tool_name": "look_up", "content": "no such word"},
            {"role": "user", "content": "And now?"}]),
    }
}

/// What was said after the first prompt, as the question has it.
fn behind_the_prompt(body: &Value) -> Value {
    let list = ["messages", "input", "contents"].iter().find_map(|name| body[*name].as_array());
    list.unwrap()[1..].iter().cloned().collect()
}

#[tokio::test]
async fn calls_and_what_came_of_them_are_told_again_in_the_words_of_each_dialect() {
    for kind in KINDS {
        let body = body_of(kind, after_calls("I look.")).await;
        assert_eq!(behind_the_prompt(&body), told_again(kind, true), "{kind:?}");
    }
}

#[tokio::test]
async fn calls_without_words_before_them_are_told_again_without_any() {
    for kind in KINDS {
        let body = body_of(kind, after_calls("")).await;
        assert_eq!(behind_the_prompt(&body), told_again(kind, false), "{kind:?}");
    }
}

#[tokio::test]
async fn what_came_of_the_last_calls_may_end_a_question() {
    for kind in KINDS {
        let mut question = after_calls("I look.");
        question.messages.pop();
        let more = vec![said_call("call00003", "{}", "")];
        question.messages.push(Said { calls: more, ..Said::by_assistant("") });
        let told = behind_the_prompt(&body_of(kind, question).await).to_string();
        assert_eq!(told.matches("no such word").count(), 1, "{kind:?}");
        assert!(kind == ProviderKind::Ollama || told.contains("call00003"), "{kind:?}");
        assert!(!told.contains("And now?"), "{kind:?}");
    }
}

#[tokio::test]
async fn a_picture_after_calls_goes_with_what_came_of_them() {
    let mut question = after_calls("I look.");
    let picture =
        meanwhile_core::model::Picture { media_type: "image/png".to_owned(), base64: "aGVyb24=".to_owned() };
    question.messages[2].pictures.push(picture);
    for kind in [ProviderKind::Anthropic, ProviderKind::Gemini] {
        let told = behind_the_prompt(&body_of(kind, question.clone()).await);
        let list = if kind == ProviderKind::Gemini { "parts" } else { "content" };
        let parts = told[1][list].as_array().unwrap();
        let shown = parts.iter().position(|part| part.to_string().contains("aGVyb24="));
        assert_eq!((told.as_array().unwrap().len(), parts.len(), shown), (2, 4, Some(2)), "{kind:?}");
    }
}

#[tokio::test]
async fn only_the_provider_that_gave_something_with_a_call_gets_it_back() {
    let mut question = after_calls("");
    question.messages[1].calls[0].opaque = Some(r#"{"thoughtSignature":"c2ln"}"#.to_owned());
    question.messages[1].calls[1].opaque = Some(r#"{"extra_content":{"google":{}}}"#.to_owned());
    for kind in KINDS {
        let told = behind_the_prompt(&body_of(kind, question.clone()).await);
        let signature = told.pointer("/0/parts/0/thoughtSignature");
        assert_eq!(signature.is_some(), kind == ProviderKind::Gemini, "{kind:?}");
        let extra = told.pointer("/0/tool_calls/1/extra_content");
        assert_eq!(extra.is_some(), kind == ProviderKind::OpenaiChat, "{kind:?}");
        let counted = ["c2ln", "google"].map(|word| told.to_string().matches(word).count());
        let expected = [signature, extra].map(|kept| usize::from(kept.is_some()));
        assert_eq!(counted, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn what_was_thought_before_calls_stands_before_them_again_until_a_model_does_not_believe_it() {
    let thoughts = json!([{"type": "thinking", "thinking": "hm", "signature": "c2ln"}]);
    for (kind, opaque, said) in [
        (ProviderKind::Anthropic, json!({"thinking": thoughts}), "Invalid `signature` in `thinking` block"),
        (
            ProviderKind::OpenaiChat,
            json!({"reasoning_content": "hm"}),
            "property 'reasoning_content' is unsupported",
        ),
    ] {
        let server = ModelServer::start().await;
        let refusal = refuse(400, &[], &json!({"error": {"message": said}}).to_string());
        server.scripts("m", [vec![refusal], vec![text("x"), stop()]]);
        let mut question = after_calls("I look.");
        question.messages[1].calls[0].opaque = Some(opaque.to_string());
        assert_eq!(fold(provider(kind, &server).stream(question)).await.text, "x");
        let mut expected = told_again(kind, true);
        let asked: Vec<_> = server.requests().iter().map(|seen| behind_the_prompt(&seen.body)).collect();
        assert_eq!(asked[1], expected, "{kind:?}, after the refusal");
        match kind {
            ProviderKind::Anthropic => {
                expected[0]["content"].as_array_mut().unwrap().insert(0, thoughts[0].clone())
            }
            _ => expected[0]["reasoning_content"] = json!("hm"),
        }
        assert_eq!(asked[0], expected, "{kind:?}");
    }
}

#[tokio::test]
async fn what_another_provider_does_not_want_with_a_call_is_left_out_after_its_refusal() {
    let server = ModelServer::start().await;
    let refusal = json!({"error": {"message": "Additional properties are not allowed ('extra_content' was unexpected)"}});
    server.scripts("m", [vec![refuse(400, &[], &refusal.to_string())], vec![text("x"), stop()]]);
    let mut question = after_calls("");
    question.messages[1].calls[1].opaque = Some(r#"{"extra_content":{"google":{}}}"#.to_owned());
    let answer = fold(provider(ProviderKind::OpenaiChat, &server).stream(question)).await;
    assert_eq!(answer.text, "x");
    let asked = server.requests();
    assert_eq!(behind_the_prompt(&asked[1].body), told_again(ProviderKind::OpenaiChat, false));
    assert_eq!(asked[1].body["tools"], asked[0].body["tools"], "the tools stay");
}

#[tokio::test]
async fn a_call_that_gemini_did_not_sign_says_so_once_gemini_asks_for_that() {
    let server = ModelServer::start().await;
    let refusal = json!({"error": {"code": 400, "status": "INVALID_ARGUMENT",
        "message": "Function call is missing a thought_signature in functionCall parts."}});
    let refused = || vec![refuse(400, &[], &refusal.to_string())];
    server.scripts("m", [refused(), refused(), vec![text("x"), stop()]]);
    let mut question = after_calls("");
    let mut signed = Said::by_assistant("");
    let opaque = Some(r#"{"thoughtSignature":"c2ln"}"#.to_owned());
    signed.calls.push(SaidCall { opaque, ..said_call("call00003", "{}", "") });
    question.messages.push(signed);
    assert_eq!(fold(provider(ProviderKind::Gemini, &server).stream(question)).await.text, "x");
    let signatures: Vec<_> = server
        .requests()
        .iter()
        .map(|seen| {
            ["/contents/1/parts/0", "/contents/1/parts/1", "/contents/3/parts/0"]
                .map(|at| seen.body.pointer(at).unwrap()["thoughtSignature"].as_str().map(str::to_owned))
        })
        .collect();
    let (none, own) = (Some("skip_thought_signature_validator".to_owned()), Some("c2ln".to_owned()));
    let expected =
        [[None, None, own.clone()], [none.clone(), None, own.clone()], [none.clone(), None, none.clone()]];
    assert_eq!(signatures, expected, "only the first call of an answer is signed");
}

#[tokio::test]
async fn ollama_gives_a_prompt_the_context_that_its_tools_need() {
    let mut question = offering("m");
    question.tools[0].description = "x".repeat(30_000);
    let body = body_of(ProviderKind::Ollama, question).await;
    assert_eq!(body["options"]["num_ctx"], json!(32_768));
}

/// How servers refuse tools.
const REFUSALS: [(ProviderKind, u16, &str); 12] = [
    (ProviderKind::Ollama, 400, "registry.ollama.ai/library/gemma:latest does not support tools"),
    (ProviderKind::Ollama, 400, "m does not support tools"),
    (ProviderKind::OpenaiChat, 404, "No endpoints found that support tool use. Try disabling \"look_up\"."),
    (ProviderKind::OpenaiChat, 400, "`tool calling` is not supported with this model"),
    (ProviderKind::OpenaiChat, 400, "m does not support Function Calling"),
    (ProviderKind::OpenaiChat, 400, "Function calling is not enabled for this model"),
    (ProviderKind::OpenaiChat, 500, "tools param requires --jinja flag"),
    (
        ProviderKind::OpenaiChat,
        400,
        "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set",
    ),
    (ProviderKind::OpenaiChat, 400, "m does not support parameters: ['tools'], for model=m"),
    (ProviderKind::OpenaiResponses, 400, "Unsupported parameter: 'tools' is not supported with this model."),
    (ProviderKind::Anthropic, 400, "tools: tool use is not supported by this model"),
    (ProviderKind::Gemini, 400, "Function calling is not enabled for models/m"),
];

#[tokio::test]
async fn a_model_that_cannot_use_tools_is_an_error_that_says_so_and_is_not_asked_without() {
    for (kind, status, said) in REFUSALS {
        let body = if kind == ProviderKind::Ollama {
            json!({"error": said})
        } else {
            json!({"error": {"message": said}})
        };
        let refused = async |question: CompletionRequest| {
            let server = ModelServer::start().await;
            server.script("m", [refuse(status, &[], &body.to_string())]);
            let error = fold(provider(kind, &server).stream(question)).await.error.unwrap();
            assert_eq!(server.requests().len(), 1, "{said}");
            error
        };
        let error = refused(offering("m")).await;
        assert_eq!((error.code(), error.retry()), ("no_tools", Retry::Never), "{said}: {error:?}");
        assert!(error.to_string().starts_with("this model cannot use tools: "), "{error}");
        assert_ne!(refused(request("m")).await.code(), "no_tools", "{said}, when none were offered");
    }
}

#[tokio::test]
async fn a_tool_with_a_fault_is_no_model_without_tools() {
    for said in [
        "Invalid schema for function 'look_up': 'oneOf' is not supported",
        "tools[0].function.parameters: 'oneOf' is not supported",
        "tools: expected at most 128 items",
    ] {
        let server = ModelServer::start().await;
        let body = json!({"error": {"message": said}}).to_string();
        server.script("m", [refuse(400, &[], &body)]);
        let error = fold(provider(ProviderKind::OpenaiChat, &server).stream(offering("m"))).await.error;
        assert_eq!(error, Some(ProviderError::BadRequest(format!("{said} (400)"))));
    }
}

#[tokio::test]
async fn an_answer_with_tools_is_not_made_at_google_because_calls_cannot_go_back_there() {
    let server = RemoteServer::speaking(ProviderKind::Gemini).await;
    for question in [offering("m"), CompletionRequest { tools: Vec::new(), ..after_calls("") }] {
        let question = CompletionRequest { in_background: true, ..question };
        let gemini = speaker(ProviderKind::Gemini, &server.base_url());
        // There is nothing else there, and what matters is where it was asked for.
        let error = fold(gemini.stream(question)).await.error;
        assert_eq!(error.map(|error| error.code()), Some("not_a_provider"));
    }
    assert_eq!(server.asked(), [""; 0]);
}
