//! The open chat: stopping, errors in words, drafts, names and roles.

use crate::stage::driver::free_port;
use crate::stage::fact::until;
use crate::stage::home::Home;
use meanwhile_core::model::Settings;
use meanwhile_support::model_server::{Gate, ModelServer, hang, refuse, stop, text, wait};
use serde_json::json;

const TIDES: &str = "Why are there tides?";

#[tokio::test(flavor = "multi_thread")]
async fn stopping_by_button_or_escape_keeps_the_text_that_was_there() {
    let server = ModelServer::start().await;
    server.script("story", [text("They follow "), hang()]);
    let home = Home::new("stop").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;

    page.send(TIDES, &["Enter"]).await;
    page.until_answer(1, "They follow").await;
    page.press("Stop").await;
    page.until_answer(1, "Stopped by you. What was there is kept.").await;
    page.until_answer(1, "They follow").await;

    page.send("And in lakes?", &["Enter"]).await;
    page.until_answer(2, "They follow").await;
    page.chord(&["Escape"]).await.unwrap();
    page.until_answer(2, "Stopped by you. What was there is kept.").await;
    page.until_answer(2, "They follow").await;
    for prompt in [TIDES, "And in lakes?"] {
        let task = app.task(prompt).await;
        assert_eq!((&task["state"], &task["text"]), (&json!("cancelled"), &json!("They follow ")));
    }
    server.until(|stats| stats.active == 0 && stats.dropped == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_named_with_the_way_out_and_going_on_answers_in_the_same_place() {
    let server = ModelServer::start().await;
    let body = r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"#;
    server.scripts("story", [vec![refuse(401, &[], body)], vec![text("They follow the moon."), stop()]]);
    let home = Home::new("refused key").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;

    page.send(TIDES, &["Enter"]).await;
    page.until_answer(1, "The provider refused the key.").await;
    page.until_answer(1, "Your prompt is kept. Enter another key in the settings, then continue.").await;
    page.press("Enter a key for sim").await;
    page.until_says("[role=dialog]", "sim").await;
    page.press("Cancel").await;
    page.until_gone("[role=dialog]").await;
    page.until_says("h1", "Settings").await;
    page.press("Back to the chat").await;
    page.press("Try again").await;
    page.until_answer(1, "They follow the moon.").await;
    page.until_gone(".outcome").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named_and_retrying_finds_it_once_it_is() {
    let port = free_port();
    let settings =
        Settings { default_model: Some("sim/story".to_owned()), welcomed: true, ..Settings::default() };
    let home =
        Home::new("server not there").set_up_with(&format!("http://127.0.0.1:{port}/v1"), settings).await;
    let app = home.start(&[]).await;
    let page = app.page().await;

    page.send(TIDES, &["Enter"]).await;
    page.until_answer(
        1,
        "Your prompt is kept. Check that it is running and that you are online, then retry.",
    )
    .await;
    page.button("Open settings").await;
    let server = ModelServer::start_on(port).await;
    server.script("story", [text("They follow the moon."), stop()]);
    page.press("Retry").await;
    page.until_answer(1, "They follow the moon.").await;
    page.until_gone(".outcome").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_and_what_streams_survive_closing_the_window() {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    server.script("story", [text("They follow "), wait(&gate), text("the moon."), stop()]);
    let home = Home::new("draft").set_up(&server).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    page.send(TIDES, &["Enter"]).await;
    page.until_answer(1, "They follow").await;
    page.write("and one more thing").await;
    home.desktop.close(&app.window().await).await;
    page.press("OK").await;
    app.until_windowless().await;
    assert!(home.start_again(&[]).await.success());
    app.window().await;
    page.until_up().await;
    page.until_says("h1", TIDES).await;
    page.until_composer("and one more thing").await;
    page.until_answer(1, "They follow").await;
    gate.open();
    page.until_answer(1, "They follow the moon.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_reader_finds_every_part_by_name_and_role() {
    let server = ModelServer::start().await;
    server.script("story", [text("They follow "), hang()]);
    let home = Home::new("roles").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.send(TIDES, &["Enter"]).await;
    page.until_answer(1, "They follow").await;
    for (css, role, name) in [
        ("#composer", "textbox", "Message"),
        ("[role=log]", "log", "Conversation"),
        ("aside.tasks", "complementary", "Tasks"),
        (".live-bar .btn", "button", "Stop"),
        (".live-bar .btn-mean", "button", "Continue in background"),
        ("h1", "heading", TIDES),
    ] {
        let element = page.until_there(css).await;
        assert_eq!(
            (page.role(&element).await.as_str(), page.label(&element).await.as_str()),
            (role, name),
            "{css}"
        );
    }
    page.chord(&["Escape"]).await.unwrap();
    until("the end is announced", async || {
        let said = page.script(
            "return [...document.querySelectorAll('[role=status]')].map((e) => e.textContent)",
            json!([]),
        );
        let said = said.await.ok()?;
        said.as_array()?.iter().any(|words| words == "Stopped after 2 words").then_some(())
    })
    .await;
}
