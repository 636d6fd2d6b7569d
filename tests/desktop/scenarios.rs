//! The three ways into the background, each as a person meets it: halfway through, offered before it is sent, and unasked.

use crate::book::make;
use crate::stage::app::App;
use crate::stage::home::Home;
use crate::stage::notices::Notices;
use crate::stage::page::{Page, answer};
use crate::story::asked;
use meanwhile_core::model::{ChatNames, Lane, Origin, Settings, TaskId};
use meanwhile_core::{Core, Options, SendMessage, SessionSecrets};
use meanwhile_support::harness::{SetClock, sim};
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};
use serde_json::json;
use std::sync::Arc;

const SHIPS: &str = "Name three old ships";
const PUMPS: &str = "Which pump is the quietest?";
const FERRIES: &str = "Which ferry to Bergen is the cheapest?";

/// When the history begins, in milliseconds since 1970.
const BEFORE: i64 = 1_750_000_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_medium_task_is_detached_while_it_streams() {
    let (server, gate) = (ModelServer::start().await, Gate::new());
    let home = Home::new("detached while streaming");
    a_minute_each(&home, &server).await;
    server.script("story", [text("Vasa, Fram "), wait(&gate), text("and Cutty Sark."), stop()]);
    let notices = Notices::listen(&home.desktop).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    page.write(SHIPS).await;
    assert_eq!(page.text(".offer").await, None, "for a minute nobody is asked before it is sent");
    page.chord(&["Enter"]).await.unwrap();
    page.until_answer(1, "Vasa, Fram").await;
    page.until_says(".live-offer", "Usually takes 50–75 s. Continue in background if you like.").await;
    page.press("Continue in background").await;
    page.until_answer(1, "Going on in the background.").await;
    page.until_answer(1, "Usually 50–75 s.").await;
    page.until_gone(".live-offer").await;
    comes_back(&home, &mut app, &page, &notices, &gate, SHIPS, "Vasa, Fram and Cutty Sark.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_task_is_offered_before_it_is_sent_and_comes_back_to_its_chat() {
    let (server, gate) = (ModelServer::start().await, Gate::new());
    server.script("story", [text("The second "), wait(&gate), text("is the quietest (page 12)."), stop()]);
    let home = Home::new("offered upfront").set_up(&server).await;
    let file = home.desktop.folder().join("fifty-pages.pdf");
    let line = "The second pump is louder than the first and saves more. ";
    let leaf = |number| format!("Leaf {number}.\n{}", format!("{line}{line}\n").repeat(17));
    let pages: Vec<String> = (1..=50).map(leaf).collect();
    std::fs::write(&file, make::pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let notices = Notices::listen(&home.desktop).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    let field = page.until_there("input[type=file]").await;
    page.type_into(&field, file.to_str().unwrap()).await.unwrap();
    page.until_says(".file-chip", "50 pages, about").await;
    page.write(PUMPS).await;
    page.until_says(".offer-words", "This reads about 50 pages.").await;
    let shown = page.text(".offer").await.unwrap();
    let lines: Vec<_> = shown.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "This reads about 50 pages. No history yet of how long that takes on this model.",
            "Stream now",
            "stay and watch",
            "Background",
            "we will notify you"
        ]
    );
    assert!(asked(&server).is_empty(), "nothing is sent by itself");
    page.press("Background we will notify you").await;
    page.until_answer(1, "Got it. We'll keep working on this.").await;
    page.until_gone(".offer").await;
    assert!(page.is_focused("#composer").await, "the next prompt can be typed");
    comes_back(&home, &mut app, &page, &notices, &gate, PUMPS, "The second is the quietest (page 12).").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_the_background_takes_it_without_being_offered_it() {
    let (server, gate) = (ModelServer::start().await, Gate::new());
    server.script("story", [text("The night ferry "), wait(&gate), text("is the cheapest."), stop()]);
    let home = Home::new("by the shortcut").set_up(&server).await;
    let notices = Notices::listen(&home.desktop).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    page.send(FERRIES, &["ctrl", "shift", "Enter"]).await;
    page.until_answer(1, "Got it. We'll keep working on this.").await;
    page.until_answer(1, "No forecast yet: it is among the first of its kind.").await;
    assert_eq!(page.text(".offer").await, None, "a short question is offered nothing");
    comes_back(&home, &mut app, &page, &notices, &gate, FERRIES, "The night ferry is the cheapest.").await;
}

/// The user goes to another chat, is told once, clicks, and stands before the answer where it was asked.
async fn comes_back(
    home: &Home,
    app: &mut App<'_>,
    page: &Page,
    notices: &Notices,
    gate: &Gate,
    prompt: &str,
    whole: &str,
) {
    page.chord(&["ctrl", "n"]).await.unwrap();
    page.until_says("h1", "New chat").await;
    gate.open();
    let notice = notices.until(&format!("Done: {prompt}")).await;
    assert!(notice.body.starts_with(whole), "{notice:?}");
    notices.click(&home.desktop, &notice).await;
    page.until_says("h1", prompt).await;
    page.until_answer(1, whole).await;
    page.until_answer(1, "Finished in background").await;
    assert_eq!(page.text(&answer(2)).await, None, "it came back once");
    let task = app.until_told(prompt).await;
    assert_eq!((&task["attempt"], &task["lane"]), (&json!(1), &json!("background")), "{task:#}");
    assert_eq!(app.times_told(&task, "native").await, 1);
    assert_eq!(notices.titles(), [format!("Done: {prompt}")]);
    app.assert_healthy().await;
}

/// Sets up the model, which answered five questions in a minute each.
async fn a_minute_each(home: &Home, server: &ModelServer) {
    let clock = SetClock::at(BEFORE);
    let options = Options {
        secrets: Arc::new(SessionSecrets::default()),
        clock: Arc::clone(&clock) as _,
        ..Options::new(home.data_dir())
    };
    let core = Core::open(options).await.unwrap();
    core.add_provider(sim(&server.base_url())).await.unwrap();
    let settings = Settings {
        default_model: Some("sim/story".to_owned()),
        notices: Some(true),
        welcomed: true,
        // Each request is one that the test scripts.
        chat_names: ChatNames::Off,
        ..Settings::default()
    };
    core.save_settings(settings).await.unwrap();
    for number in 0..5 {
        let gate = Gate::new();
        server.script("story", [text("A "), wait(&gate), text("ship."), stop()]);
        clock.set(BEFORE + number * 120_000);
        let asked = SendMessage::new("Name an old ship", Lane::Interactive, Origin::Window);
        let task = core.send_message(asked).await.unwrap().task.id;
        gate.reached().await;
        clock.set(BEFORE + number * 120_000 + 60_000);
        gate.open();
        ended(&core, &task).await;
    }
    core.shutdown().await;
}

async fn ended(core: &Core, task: &TaskId) {
    let mut steps = core.steps();
    while !core.task(task).await.unwrap().state.is_final() {
        steps.changed().await.unwrap();
    }
}
