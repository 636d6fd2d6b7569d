//! Who comes back to ten results reads all of them from the keyboard.

use crate::stage::fact::until;
use crate::stage::home::Home;
use meanwhile_core::{Clock as _, Core, Options, SessionSecrets, SystemClock};
use meanwhile_support::harness::SetClock;
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};
use serde_json::json;
use std::sync::Arc;

const RESULTS: usize = 10;
const HOUR: i64 = 3_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn ten_results_of_an_hour_away_are_named_and_read_from_the_keyboard_with_one_key_for_each() {
    let server = ModelServer::start().await;
    server.scripts("story", (1..=RESULTS).map(|n| vec![text(&format!("This is result {n}.")), stop()]));
    let home = Home::new("away").set_up(&server).await;
    looked_an_hour_ago(&home).await;
    let app = home.start(&["--hidden"]).await;
    for n in 1..=RESULTS {
        let prompt = format!("Question {n}");
        app.api().post("/background-agents/start", &json!({ "prompt": prompt })).await.expect(201);
        // One after the other, so that they come back in this order.
        app.until_told(&prompt).await;
    }

    home.start_again(&[]).await;
    let page = app.page().await;
    page.until_says(".away", "While you were away").await;
    page.until_says(".away", "Question 10").await;
    page.press("Show").await;
    page.until_says(".away", "Question 1\nDone").await;
    page.press("Read them one by one").await;
    page.until_gone(".away").await;

    let mut keys = 0;
    for n in 1..=RESULTS {
        page.until_says(".reading", &format!("{n} of {RESULTS}")).await;
        page.until_says(".answer", &format!("This is result {n}.")).await;
        until("the bar has the focus", async || {
            page.focused_button().await.starts_with("Accept").then_some(())
        })
        .await;
        home.desktop.press("Return").await;
        keys += 1;
    }
    page.until_gone(".reading").await;
    assert!(keys <= 2 * RESULTS);
    until("nothing is new any more", async || {
        app.tasks().await.iter().all(|task| task["unread"] == false).then_some(())
    })
    .await;
    app.assert_healthy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_comes_when_its_chat_has_gone_on_asks_where_it_belongs_and_is_told_to_no_model_when_kept_aside()
 {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    server.scripts(
        "story",
        [
            vec![text("The ferry "), wait(&gate), text("leaves at nine."), stop()],
            vec![text("Take a coat."), stop()],
            vec![text("And an umbrella."), stop()],
        ],
    );
    let home = Home::new("late").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.send("When does the ferry leave", &["ctrl", "shift", "Enter"]).await;
    page.until_answer(1, "The ferry").await;
    page.send("What should I wear", &["Enter"]).await;
    page.until_answer(2, "Take a coat.").await;
    gate.open();
    page.until_answer(1, "leaves at nine.").await;
    page.until_says(
        ".late",
        "You went on here while it worked: 1 prompt since, the last “What should I wear”.",
    )
    .await;
    page.press("Keep aside").await;
    page.until_says(".put-away", "Result kept aside.").await;

    page.send("And what else", &["Enter"]).await;
    page.until_answer(3, "And an umbrella.").await;
    let heard = server.requests().last().unwrap().body["messages"].to_string();
    assert!(heard.contains("Take a coat.") && !heard.contains("ferry"), "{heard}");
    page.press("Insert").await;
    page.until_gone(".put-away").await;
    page.until_answer(1, "leaves at nine.").await;
    app.assert_healthy().await;
}

/// The data as somebody left them who turned away an hour ago.
async fn looked_an_hour_ago(home: &Home) {
    let clock = SetClock::at(SystemClock.now().as_ms() - HOUR);
    let secrets = Arc::new(SessionSecrets::default());
    let core = Core::open(Options { secrets, clock, ..Options::new(home.data_dir()) }).await.unwrap();
    core.leave().await.unwrap();
    core.shutdown().await;
}
