//! The icon in the tray and its menu.

use crate::stage::app::MAIN;
use crate::stage::fact::until;
use crate::stage::home::Home;
use crate::stage::tray_menu::TrayMenu;
use meanwhile_core::doctor;
use meanwhile_support::model_server::{ModelServer, hang, text};

const FERRIES: &str = "Compare the ferries to Bergen";
const POEM: &str = "Write a poem about rain";

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_tells_what_runs_pauses_and_stops_it_brings_the_window_back_and_asks_before_it_quits() {
    let server = ModelServer::start().await;
    server.script("story", [text("The night ferry "), hang()]);
    let home = Home::new("tray").set_up(&server).await;
    let mut app = home.start(&[]).await;
    let tray = TrayMenu::of(&home.desktop, app.pid).await;
    tray.until_entry("nothing to do", |entry| entry.label == "Nothing running" && !entry.enabled).await;
    let idle = tray.icon();
    let page = app.page().await;

    // The menu follows the tasks.
    page.send(FERRIES, &["ctrl", "shift", "Enter"]).await;
    let group = tray.until_entry("the running task", |entry| entry.label.starts_with(FERRIES)).await;
    assert_eq!(
        group.entries.iter().map(|entry| entry.label.as_str()).collect::<Vec<_>>(),
        ["Open", "Pause", "Stop"]
    );
    tray.until_entry("the counts", |entry| entry.label == "1 working").await;
    assert_ne!(tray.icon(), idle, "the picture shows that something runs");

    // It brings the window back.
    home.desktop.close(&app.window().await).await;
    page.press("OK").await;
    app.until_windowless().await;
    tray.click("Open Meanwhile").await;
    app.window().await;
    page.until_up().await;

    // It sets everything in the background aside, and takes it up again.
    tray.click("Pause all in the background").await;
    tray.until_entry("the counts", |entry| entry.label == "1 paused").await;
    page.until_answer(1, "Paused by you. Everything so far is kept.").await;
    tray.click("Resume all (1)").await;
    tray.until_entry("the counts", |entry| entry.label == "1 working").await;

    // It stops a task.
    page.until_answer(1, "The night ferry").await;
    let group = tray.until_entry("the running task", |entry| entry.label.starts_with(FERRIES)).await;
    tray.click_entry(group.entries.iter().find(|entry| entry.label == "Stop").unwrap());
    page.until_answer(1, "Stopped by you. What was there is kept.").await;
    assert_eq!(app.task(FERRIES).await["state"], "cancelled");
    tray.until_entry("nothing to do", |entry| entry.label == "Nothing running").await;

    // It names what quitting would interrupt.
    page.send(POEM, &["ctrl", "shift", "Enter"]).await;
    tray.until_entry("the counts", |entry| entry.label == "1 working").await;
    home.desktop.close(&app.window().await).await;
    app.until_windowless().await;
    tray.click("Quit").await;
    app.window().await;
    page.until_up().await;
    page.until_says("[role=dialog]", "1 task is still working.").await;
    page.until_says("[role=dialog]", POEM).await;
    page.press("Close the window").await;
    app.until_windowless().await;
    assert_eq!(app.task(POEM).await["state"], "running");
    tray.click("Quit").await;
    app.window().await;
    page.until_up().await;
    page.press("Quit, resume later").await;
    assert!(app.ended().await.success());
    assert_eq!(doctor::check(&home.data_dir()).unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_a_new_chat_are_one_click_away_in_the_tray() {
    let server = ModelServer::start().await;
    let home = Home::new("tray pages").set_up(&server).await;
    let mut app = home.start(&["--hidden"]).await;
    let tray = TrayMenu::of(&home.desktop, app.pid).await;
    assert_eq!(home.desktop.find(app.pid, MAIN).await, None, "a hidden start makes no window");
    tray.click("Settings").await;
    let page = app.page().await;
    page.until_says("h1", "Settings").await;
    tray.click("New chat").await;
    page.until_says("h1", "New chat").await;
    // With nothing at work there is nothing to ask.
    tray.click("Quit").await;
    let code = app.ended().await;
    assert!(code.success(), "{code}");
    until("the name on the bus is free", async || tray.is_gone().then_some(())).await;
}
