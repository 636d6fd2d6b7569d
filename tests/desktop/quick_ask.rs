//! The global shortcut and its small window.

use crate::stage::app::{MAIN, QUICK_ASK};
use crate::stage::fact::until;
use crate::stage::home::Home;
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};

const TIDES: &str = "Why are there tides?";
const POEM: &str = "Write a poem about rain";

#[tokio::test(flavor = "multi_thread")]
async fn the_global_shortcut_asks_from_anywhere_to_watch_or_to_send_away() {
    let server = ModelServer::start().await;
    let (tides, poem) = (Gate::new(), Gate::new());
    server.scripts(
        "story",
        [
            vec![text("They follow "), wait(&tides), text("the moon."), stop()],
            vec![text("Grey threads "), wait(&poem), text("on the roof."), stop()],
        ],
    );
    let home = Home::new("quick ask").set_up(&server).await;
    let (app, desktop) = (home.start(&["--hidden"]).await, &home.desktop);

    // Enter streams, in the main window.
    app.summon_quick_ask().await;
    let page = app.quick_ask().await;
    desktop.write(TIDES).await;
    until("the prompt is typed", async || (page.value(".quick-field").await == TIDES).then_some(())).await;
    desktop.press("Return").await;
    desktop.no_window(app.pid, QUICK_ASK).await;
    let main = app.window().await;
    page.until_up().await;
    page.until_says("h1", TIDES).await;
    page.until_answer(1, "They follow").await;
    let task = app.task(TIDES).await;
    assert_eq!((&task["lane"], &task["ownership"]["origin"]), (&"interactive".into(), &"quick_ask".into()));
    tides.open();
    page.until_answer(1, "They follow the moon.").await;

    // Ctrl+Shift+Enter sends away; the field goes, and no other window comes.
    desktop.close(&main).await;
    page.press("OK").await;
    desktop.no_window(app.pid, MAIN).await;
    app.summon_quick_ask().await;
    page.until_quick_ask().await;
    until("the field is empty again", async || page.value(".quick-field").await.is_empty().then_some(()))
        .await;
    desktop.write(POEM).await;
    until("the prompt is typed", async || (page.value(".quick-field").await == POEM).then_some(())).await;
    desktop.press("ctrl+shift+Return").await;
    page.until_says(".quick", "Got it. We'll keep working on this.").await;
    desktop.no_window(app.pid, QUICK_ASK).await;
    assert_eq!(desktop.find(app.pid, MAIN).await, None);
    assert_eq!(app.task(POEM).await["lane"], "background");
    poem.open();
    let task = app.until_told(POEM).await;
    assert_eq!(task["text"], "Grey threads on the roof.");
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_puts_quick_ask_away_and_keeps_what_was_typed() {
    let server = ModelServer::start().await;
    let home = Home::new("quick ask escape").set_up(&server).await;
    let (app, desktop) = (home.start(&["--hidden"]).await, &home.desktop);
    app.summon_quick_ask().await;
    let page = app.quick_ask().await;
    desktop.write("half a thought").await;
    until("it is typed", async || (page.value(".quick-field").await == "half a thought").then_some(())).await;
    desktop.press("Escape").await;
    desktop.no_window(app.pid, QUICK_ASK).await;
    app.summon_quick_ask().await;
    assert_eq!(page.value(".quick-field").await, "half a thought");
    assert_eq!(app.tasks().await, Vec::<serde_json::Value>::new());
}
