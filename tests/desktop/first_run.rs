//! A fresh folder, nothing but a keyboard, and no account anywhere.

use crate::stage::app::App;
use crate::stage::fact::until;
use crate::stage::home::Home;
use crate::stage::page::Page;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_leads_to_an_answer_and_to_background_work_with_the_keyboard_alone() {
    let home = Home::new("first run");
    let app = home.start(&[]).await;
    let (page, keyboard) = (app.page().await, &home.desktop);
    keyboard.until_focused(&app.window().await).await;

    // The practice model needs nothing.
    page.until_says("h1", "Which model should answer?").await;
    tab_to(&app, &page, "input[name=model]").await;
    until("the practice model is chosen", async || {
        if page.is_focused("input[value=practice]:checked").await {
            return Some(());
        }
        keyboard.press("Down").await;
        None
    })
    .await;
    keyboard.press("Return").await;

    // It streams.
    page.until_says("h1", "Ask it something").await;
    tab_to(&app, &page, "input").await;
    keyboard.press("Return").await;
    page.until_says(".wel-answer", "Practice model: sample text, not a real answer.").await;
    tab_to_button(&app, &page, "Continue").await;
    keyboard.press("Return").await;

    // And works in the background.
    page.until_says("h1", "Send one away").await;
    tab_to_button(&app, &page, "Background").await;
    keyboard.press("Return").await;
    page.until_says("main", "Got it. We'll keep working on this.").await;
    tab_to_button(&app, &page, "Enable notifications").await;
    keyboard.press("Return").await;

    // From here on it is a chat, with both in it, and the welcome does not come back.
    page.until_there("#composer").await;
    page.until_answer(2, "Got it. We'll keep working on this.").await;
    let settings = app.api().get("/settings").await.expect(200);
    assert_eq!((&settings["welcomed"], &settings["notices"]), (&json!(true), &json!(true)));
    assert_eq!(settings["default_model"], "practice/tour");
    let lanes: Vec<_> = app.tasks().await.iter().map(|task| task["lane"].clone()).collect();
    assert_eq!(lanes, ["background", "interactive"]);
}

/// Presses Tab until something that fits has the focus.
async fn tab_to(app: &App<'_>, page: &Page, css: &str) {
    for _ in 0..30 {
        app.home.desktop.press("Tab").await;
        if page.is_focused(css).await {
            return;
        }
    }
    panic!("Tab never reached {css}");
}

async fn tab_to_button(app: &App<'_>, page: &Page, name: &str) {
    page.button(name).await;
    for _ in 0..30 {
        app.home.desktop.press("Tab").await;
        if page.focused_button().await == name {
            return;
        }
    }
    panic!("Tab never reached the button {name}");
}
