//! A chat has its models asked as its user set it, and nothing else is.

use meanwhile_core::model::{Budget, Lane, Manner, ProviderKind, TaskState};
use meanwhile_core::{ErrorCode, SendMessage};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{refuse, stop, text};
use serde_json::{Value, json};

fn brief() -> Manner {
    Manner { system: "Be brief.".to_owned(), temperature: Some(0.5), max_tokens: Some(300) }
}

/// What was told first, wherever a dialect has it.
fn told_first(body: &Value) -> &Value {
    let places = ["/instructions", "/system", "/systemInstruction/parts/0/text", "/messages/0/content"];
    places.iter().find_map(|place| body.pointer(place)).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn each_request_of_a_chat_carries_its_manner_in_every_dialect() {
    for kind in [
        ProviderKind::OpenaiChat,
        ProviderKind::OpenaiResponses,
        ProviderKind::Anthropic,
        ProviderKind::Gemini,
        ProviderKind::Ollama,
    ] {
        let app = Harness::speaking(kind).await;
        app.server.script("m", [text("ok"), stop()]);
        let message = SendMessage { manner: Some(brief()), ..prompt("m", Lane::Interactive) };
        let first = app.core.send_message(message).await.unwrap().task;
        app.until_state(&first.id, TaskState::Completed).await;
        let second = app.send_in(&first.conversation_id, "m", Lane::Background).await;
        app.until_state(&second.id, TaskState::Completed).await;
        let elsewhere = app.send("m", Lane::Interactive).await;
        app.until_state(&elsewhere.id, TaskState::Completed).await;
        let told: Vec<_> = app.server.requests().iter().map(|seen| told_first(&seen.body).clone()).collect();
        assert_eq!(told[..2], ["Be brief.", "Be brief."], "{kind:?}");
        assert_ne!(told[2], "Be brief.", "{kind:?}: another chat");
    }
}

#[tokio::test]
async fn it_can_be_changed_and_taken_away_and_survives_a_restart() {
    let mut app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Completed).await;
    let chat = task.conversation_id;
    assert!(app.core.set_manner(&chat, brief()).await.unwrap().has_manner);
    app.restart().await;
    assert_eq!(app.core.manner(&chat).await.unwrap(), brief());
    assert_eq!(app.core.thread(&chat, None, 1).await.unwrap().manner, brief());
    assert!(!app.core.set_manner(&chat, Manner::default()).await.unwrap().has_manner);
    let again = app.send_in(&chat, "m", Lane::Interactive).await;
    app.until_state(&again.id, TaskState::Completed).await;
    let body = app.server.requests().pop().unwrap().body;
    assert_eq!((&body["temperature"], &body["messages"][0]["role"]), (&Value::Null, &json!("user")));
}

#[tokio::test]
async fn what_is_out_of_bounds_is_refused_and_changes_nothing() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let chat = app.send("m", Lane::Interactive).await.conversation_id;
    app.core.set_manner(&chat, brief()).await.unwrap();
    for wrong in [
        Manner { system: "x".repeat(64 * 1024 + 1), ..Manner::default() },
        Manner { temperature: Some(2.1), ..Manner::default() },
        Manner { temperature: Some(f64::NAN), ..Manner::default() },
        Manner { max_tokens: Some(0), ..Manner::default() },
    ] {
        assert_eq!(code(app.core.set_manner(&chat, wrong.clone()).await), ErrorCode::Invalid);
        let message = SendMessage { manner: Some(wrong), ..prompt("m", Lane::Interactive) };
        assert_eq!(code(app.core.send_message(message).await), ErrorCode::Invalid);
    }
    assert_eq!(app.core.manner(&chat).await.unwrap(), brief());
}

#[tokio::test]
async fn a_refused_temperature_is_named_with_what_to_change() {
    let app = Harness::start().await;
    let refusal = json!({"error": {"message": "Unsupported value: 'temperature' does not support 0.5 with this model."}});
    app.server.script("m", [refuse(400, &[], &refusal.to_string())]);
    let message = SendMessage { manner: Some(brief()), ..prompt("m", Lane::Interactive) };
    let task = app.core.send_message(message).await.unwrap().task;
    let error = app.until_state(&task.id, TaskState::Failed).await.error.unwrap();
    assert_eq!(
        error.hint,
        "Your prompt is kept. Take the temperature out of this chat's instructions, or choose another model."
    );
}

#[tokio::test]
async fn the_smaller_limit_counts_and_a_long_system_prompt_is_paid_from_the_budget() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let ask = |tokens| SendMessage {
        manner: Some(brief()),
        budget: Some(Budget { tokens: Some(tokens), ..Budget::default() }),
        ..prompt("m", Lane::Background)
    };
    for (cap, told) in [(100, 100), (1_000, 300)] {
        let task = app.core.send_message(ask(cap)).await.unwrap().task;
        app.until_told(&task.id).await;
        assert_eq!(app.server.requests().pop().unwrap().body["max_tokens"], told);
    }

    let mut settings = app.core.settings().await.unwrap();
    let price = meanwhile_core::model::Price { input: 1.0, cached: None, output: 0.0 };
    settings.prices.insert("sim/m".to_owned(), price);
    app.core.save_settings(settings).await.unwrap();
    let asked = app.server.requests().len();
    // 30,000 bytes are at most 10,000 tokens, a cent.
    let long = Manner { system: "word ".repeat(6_000), ..Manner::default() };
    let budget = Budget { usd: Some(0.005), ..Budget::default() };
    let message = SendMessage { manner: Some(long), budget: Some(budget), ..prompt("m", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(app.server.requests().len(), asked, "nothing was asked");
}

#[tokio::test]
async fn a_prompt_to_a_chat_that_exists_cannot_bring_instructions_along() {
    let app = Harness::start().await;
    app.server.script("m", [text("Yes."), stop()]);
    let first = app.send("m", Lane::Interactive).await;
    let message = SendMessage {
        conversation_id: Some(first.conversation_id.clone()),
        manner: Some(brief()),
        ..prompt("m", Lane::Interactive)
    };
    assert_eq!(
        code(app.core.send_message(message).await),
        ErrorCode::Invalid,
        "whoever may only ask changes no chat"
    );
    assert_eq!(app.core.manner(&first.conversation_id).await.unwrap(), Manner::default());
}
