//! What is asked, and with what key; and which models there are.

use crate::common::{KINDS, provider, speaker};
use meanwhile_core::model::{Picture, ProviderKind, Said};
use meanwhile_core::provider::{Adapter, CompletionRequest, Provider};
use meanwhile_support::answer::{KEY, brisk, fold, request};
use meanwhile_support::model_server::{ModelServer, Seen, refuse, stop, text};
use serde_json::{Value, json};

/// The path and the body of a question that follows an earlier answer.
fn expected(kind: ProviderKind) -> (&'static str, Value) {
    let messages = json!([
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "And now?"},
    ]);
    match kind {
        ProviderKind::OpenaiChat => (
            "/v1/chat/completions",
            json!({"model": "m", "messages": messages, "stream": true, "stream_options": {"include_usage": true}}),
        ),
        ProviderKind::OpenaiResponses => {
            ("/v1/responses", json!({"model": "m", "input": messages, "stream": true, "store": false}))
        }
        ProviderKind::Anthropic => (
            "/v1/messages",
            json!({"model": "m", "max_tokens": 64_000, "messages": messages, "stream": true}),
        ),
        ProviderKind::Gemini => (
            "/v1beta/models/m:streamGenerateContent?alt=sse",
            json!({"contents": [
                {"role": "user", "parts": [{"text": "Hello"}]},
                {"role": "model", "parts": [{"text": "Hi"}]},
                {"role": "user", "parts": [{"text": "And now?"}]},
            ]}),
        ),
        ProviderKind::Ollama => ("/api/chat", json!({"model": "m", "messages": messages, "stream": true})),
        ProviderKind::Practice => panic!("nobody is asked"),
    }
}

/// The key as it stands in the one header it may stand in.
fn key_of(kind: ProviderKind, seen: &Seen) -> Option<&str> {
    seen.header(match kind {
        ProviderKind::Anthropic => "x-api-key",
        ProviderKind::Gemini => "x-goog-api-key",
        _ => "authorization",
    })
    .map(|value| value.trim_start_matches("Bearer "))
}

#[tokio::test]
async fn a_question_carries_the_conversation_and_its_key_in_one_header() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("m", [text("x"), stop()]);
        let mut conversation = request("m");
        conversation.messages.push(Said::by_assistant("Hi"));
        conversation.messages.push(Said::by_user("And now?"));
        fold(provider(kind, &server).stream(conversation)).await;

        let seen = server.requests().remove(0);
        let (path, body) = expected(kind);
        assert_eq!((seen.method.as_str(), seen.path.as_str(), &seen.body), ("POST", path, &body));
        assert_eq!(key_of(kind, &seen), Some(KEY), "{kind:?}");
        let holders = seen.headers.iter().filter(|(_, value)| value.contains(KEY)).count();
        assert_eq!((holders, seen.path.contains(KEY)), (1, false), "{kind:?}");
        assert_eq!(seen.header("accept-encoding"), Some("identity"), "{kind:?}");
        let version = (kind == ProviderKind::Anthropic).then_some("2023-06-01");
        assert_eq!(seen.header("anthropic-version"), version, "{kind:?}");
    }
}

#[tokio::test]
async fn a_picture_goes_before_the_words_it_was_shown_with() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("m", [text("x"), stop()]);
        let mut question = request("m");
        let picture = Picture { media_type: "image/png".to_owned(), base64: "aGVyb24=".to_owned() };
        question.messages[0].pictures.push(picture);
        question.messages.push(Said::by_assistant("Hi"));
        question.messages.push(Said::by_user("And now?"));
        fold(provider(kind, &server).stream(question)).await;

        let body = server.requests().remove(0).body;
        let address = "data:image/png;base64,aGVyb24=";
        let (at, shown) = match kind {
            ProviderKind::OpenaiChat => (
                "/messages",
                json!({"role": "user", "content": [
                    {"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": "Hello"}]}),
            ),
            ProviderKind::OpenaiResponses => (
                "/input",
                json!({"role": "user", "content": [
                    {"type": "input_image", "image_url": address}, {"type": "input_text", "text": "Hello"}]}),
            ),
            ProviderKind::Anthropic => (
                "/messages",
                json!({"role": "user", "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVyb24="}},
                    {"type": "text", "text": "Hello"}]}),
            ),
            ProviderKind::Gemini => (
                "/contents",
                json!({"role": "user", "parts": [
                    {"inlineData": {"mimeType": "image/png", "data": "aGVyb24="}}, {"text": "Hello"}]}),
            ),
            _ => ("/messages", json!({"role": "user", "content": "Hello", "images": ["aGVyb24="]})),
        };
        let messages = body.pointer(at).unwrap();
        assert_eq!(messages[0], shown, "{kind:?}");
        assert!(!messages[2].to_string().contains("aGVyb24="), "only with the words it was shown with");
    }
}

#[tokio::test]
async fn without_a_key_no_header_for_one_is_sent() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("m", [text("x"), stop()]);
        let keyless = Adapter::new(kind, &server.base_url_for(kind), None, brisk()).unwrap();
        assert_eq!(fold(keyless.stream(request("m"))).await.text, "x", "{kind:?}");
        assert_eq!(key_of(kind, &server.requests()[0]), None, "{kind:?}");
    }
}

#[tokio::test]
async fn the_list_of_models_keeps_the_order_of_the_server() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("b", [stop()]);
        server.script("a", [stop()]);
        let names = provider(kind, &server).models().await;
        assert_eq!(names, Ok(["sim", "a", "b"].map(str::to_owned).to_vec()), "{kind:?}");
        assert_eq!(key_of(kind, &server.requests()[0]), Some(KEY), "{kind:?}");
    }
}

#[tokio::test]
async fn ollama_is_found_at_its_root_and_at_the_address_of_its_other_dialect() {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    let root = server.base_url_for(ProviderKind::Ollama);
    for tail in ["", "/", "/v1", "/v1/"] {
        let ollama = speaker(ProviderKind::Ollama, &format!("{root}{tail}"));
        assert_eq!(fold(ollama.stream(request("m"))).await.text, "x", "with {tail:?}");
        assert_eq!(ollama.models().await.map(|names| names.len()), Ok(2), "with {tail:?}");
    }
}

#[tokio::test]
async fn ollama_gives_a_long_prompt_the_context_it_needs_and_a_model_in_memory_is_not_loaded_anew() {
    let server = ModelServer::start().await;
    let ollama = provider(ProviderKind::Ollama, &server);
    let asked_for = async |model: &str, bytes: usize| {
        server.script(model, [text("x"), stop()]);
        let messages = vec![Said::by_user("x".repeat(bytes))];
        assert_eq!(fold(ollama.stream(CompletionRequest { messages, ..request(model) })).await.text, "x");
        server.requests().last().unwrap().body["options"]["num_ctx"].as_u64()
    };
    assert_eq!(asked_for("m", 1_000).await, None, "it fits into what everybody gets");
    assert_eq!(asked_for("m", 30_000).await, Some(32_768), "with room to answer");
    server.load("m", 32_768);
    assert_eq!(asked_for("m", 20_000).await, Some(32_768), "less would load it anew");
    assert_eq!(asked_for("m", 1_000).await, Some(32_768));
    assert_eq!(asked_for("m", 120_000).await, Some(65_536));
    server.load("n:latest", 8_192);
    assert_eq!(asked_for("n", 1_000).await, Some(8_192));
}

#[tokio::test]
async fn a_model_of_gemini_may_be_named_with_its_folder() {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    let gemini = provider(ProviderKind::Gemini, &server);
    assert_eq!(fold(gemini.stream(request("models/m"))).await.text, "x");
}

#[tokio::test]
async fn a_model_of_anthropic_that_writes_less_is_asked_for_as_much_as_it_can() {
    let server = ModelServer::start().await;
    let refusal = r#"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 64000 > 8192, which is the maximum allowed number of output tokens for m"}}"#;
    server.scripts("m", [vec![refuse(400, &[], refusal)], vec![text("fine"), stop()]]);
    let answer = fold(provider(ProviderKind::Anthropic, &server).stream(request("m"))).await;
    assert_eq!(answer.text, "fine");
    let limits: Vec<_> = server.requests().iter().map(|seen| seen.body["max_tokens"].clone()).collect();
    assert_eq!(limits, [64_000, 8192]);
}

#[tokio::test]
async fn anthropic_is_not_sent_a_message_without_a_visible_character() {
    let server = ModelServer::start().await;
    server.script("m", [text("x"), stop()]);
    let mut conversation = request("m");
    conversation.messages.insert(0, Said::by_assistant(" \n"));
    fold(provider(ProviderKind::Anthropic, &server).stream(conversation)).await;
    assert_eq!(server.requests()[0].body["messages"], json!([{"role": "user", "content": "Hello"}]));
}

/// The question of a chat with a manner of its own: what is told first, how freely, how much.
fn with_manner(kind: ProviderKind) -> Value {
    let first = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]);
    let only = json!([{"role": "user", "content": "Hello"}]);
    match kind {
        ProviderKind::OpenaiChat => json!({
            "model": "m", "messages": first, "stream": true, "stream_options": {"include_usage": true},
            "temperature": 0.5, "max_tokens": 300,
        }),
        ProviderKind::OpenaiResponses => json!({
            "model": "m", "input": only, "stream": true, "store": false,
            "instructions": "Be brief.", "temperature": 0.5, "max_output_tokens": 300,
        }),
        ProviderKind::Anthropic => json!({
            "model": "m", "messages": only, "stream": true,
            "system": "Be brief.", "temperature": 0.5, "max_tokens": 300,
        }),
        ProviderKind::Gemini => json!({
            "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "generationConfig": {"temperature": 0.5, "maxOutputTokens": 300},
        }),
        ProviderKind::Ollama => json!({
            "model": "m", "messages": first, "stream": true,
            "options": {"temperature": 0.5, "num_predict": 300},
        }),
        ProviderKind::Practice => panic!("nobody is asked"),
    }
}

#[tokio::test]
async fn a_manner_of_its_own_is_said_in_the_words_of_each_dialect() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("m", [text("x"), stop()]);
        let question = CompletionRequest {
            system: "Be brief.".to_owned(),
            temperature: Some(0.5),
            max_tokens: Some(300),
            ..request("m")
        };
        fold(provider(kind, &server).stream(question)).await;
        assert_eq!(server.requests().remove(0).body, with_manner(kind), "{kind:?}");
    }
}

#[tokio::test]
async fn a_limit_that_gemini_does_not_take_is_left_out_and_the_temperature_stays() {
    let server = ModelServer::start().await;
    let refusal = json!({"error": {"message": "max_output_tokens must be at most 8192"}}).to_string();
    server.scripts("m", [vec![refuse(400, &[], &refusal)], vec![text("x"), stop()]]);
    let question = CompletionRequest { temperature: Some(0.5), max_tokens: Some(900_000), ..request("m") };
    assert_eq!(fold(provider(ProviderKind::Gemini, &server).stream(question)).await.text, "x");
    assert_eq!(server.requests()[1].body["generationConfig"], json!({"temperature": 0.5}));
}

#[tokio::test]
async fn a_model_that_reasons_is_asked_to_do_so_aloud_and_one_that_refuses_is_asked_without() {
    let aloud = [
        (
            ProviderKind::OpenaiResponses,
            "/reasoning/summary",
            json!("auto"),
            "reasoning summaries need a verified organization",
        ),
        (
            ProviderKind::Gemini,
            "/generationConfig/thinkingConfig/includeThoughts",
            json!(true),
            "Thinking is not supported",
        ),
    ];
    for (kind, place, value, refusal) in aloud {
        let server = ModelServer::start().await;
        let refused = refuse(400, &[], &json!({"error": {"message": refusal}}).to_string());
        server.scripts("m", [vec![refused], vec![text("x"), stop()]]);
        let question = CompletionRequest { thinks_aloud: true, ..request("m") };
        assert_eq!(fold(provider(kind, &server).stream(question)).await.text, "x");
        let asked: Vec<_> = server.requests().iter().map(|seen| seen.body.pointer(place).cloned()).collect();
        assert_eq!(asked, [Some(value), None], "{kind:?}");
    }
}
