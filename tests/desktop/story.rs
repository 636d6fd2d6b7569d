//! The main job from end to end.

use crate::stage::home::Home;
use crate::stage::notices::{self, Notices};
use crate::stage::page::answer;
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};
use serde_json::{Value, json};

const TIDES: &str = "Why are there tides?";
const FERRIES: &str = "Compare the ferries to Bergen";
const POEM: &str = "Write a poem about rain";
const SHIPS: &str = "Name three old ships";

// F50
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_go_on_without_the_window_are_told_once_and_found_where_they_were_asked() {
    let server = ModelServer::start().await;
    let gates: [Gate; 4] = Default::default();
    let [tides, ferries, poem, ships] = &gates;
    server.scripts(
        "story",
        [
            vec![text("They follow "), wait(tides), text("the moon."), stop()],
            vec![text("The night ferry "), wait(ferries), text("is the cheapest."), stop()],
            vec![text("Grey threads "), wait(poem), text("on the roof."), stop()],
            vec![text("Vasa, Fram "), wait(ships), text("and Cutty Sark."), stop()],
        ],
    );
    let home = Home::new("story").set_up(&server).await;
    let notices = Notices::listen(&home.desktop).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    // Ask and watch it stream.
    page.send(TIDES, &["Enter"]).await;
    page.until_answer(1, "They follow").await;
    tides.open();
    page.until_answer(1, "They follow the moon.").await;
    page.until_gone(".live-bar").await;

    // Send the next one away; the composer is free at once.
    page.send(FERRIES, &["ctrl", "shift", "Enter"]).await;
    page.until_answer(2, "Got it. We'll keep working on this.").await;
    page.until_says(".task.is-running .task-title", FERRIES).await;
    let focused = page.script("return document.activeElement.id", json!([])).await.unwrap();
    assert_eq!(focused, "composer", "the next prompt can be typed");

    // Send two away halfway, in another chat: one by the button, one by the command.
    page.chord(&["ctrl", "n"]).await.unwrap();
    page.until_says("h1", "New chat").await;
    page.send(POEM, &["Enter"]).await;
    page.until_answer(1, "Grey threads").await;
    page.press("Continue in background").await;
    page.until_answer(1, "Going on in the background.").await;
    page.send(SHIPS, &["Enter"]).await;
    page.until_answer(2, "Vasa, Fram").await;
    page.send("/background", &["Enter"]).await;
    page.until_answer(2, "Going on in the background.").await;

    // Close the window; that it goes on is said once.
    home.desktop.close(&app.window().await).await;
    page.until_says("[role=dialog]", "Meanwhile keeps working in the tray.").await;
    page.press("OK").await;
    app.until_windowless().await;

    // Be told of each when it is done.
    for (gate, prompt) in [(poem, POEM), (ships, SHIPS)] {
        gate.open();
        notices.until(&format!("Done: {prompt}")).await;
    }
    notices::clear(&home.desktop).await;
    ferries.open();
    let notice = notices.until(&format!("Done: {FERRIES}")).await;
    assert!(notice.body.starts_with("The night ferry is the cheapest."), "{notice:?}");

    // Click, and stand before the right answer in the right chat.
    notices.click(&home.desktop, &notice).await;
    app.window().await;
    page.until_up().await;
    page.until_says("h1", TIDES).await;
    page.until_answer(2, "The night ferry is the cheapest.").await;
    page.until_answer(2, "Finished in background").await;
    assert!(page.text(&answer(1)).await.unwrap().contains("They follow the moon."));

    // Each was asked once and told once.
    for prompt in [FERRIES, POEM, SHIPS] {
        let task = app.until_told(prompt).await;
        assert_eq!(task["delivery"]["channels"], json!(["inbox", "native"]), "{task:#}");
        assert_eq!(app.times_told(&task, "native").await, 1);
        assert_eq!(task["attempt"], 1);
    }
    assert_eq!(app.task(TIDES).await["delivery"], Value::Null, "an answer somebody watched is not told");
    assert_eq!(notices.titles(), [POEM, SHIPS, FERRIES].map(|prompt| format!("Done: {prompt}")));
    assert_eq!(asked(&server), [TIDES, FERRIES, POEM, SHIPS]);
    app.assert_healthy().await;
}

/// The prompt of every request for an answer.
pub fn asked(server: &ModelServer) -> Vec<String> {
    let chats = server.requests().into_iter().filter(|request| request.path.ends_with("/chat/completions"));
    chats
        .map(|request| {
            let messages = request.body["messages"].as_array().unwrap().clone();
            messages.last().unwrap()["content"].as_str().unwrap().to_owned()
        })
        .collect()
}
