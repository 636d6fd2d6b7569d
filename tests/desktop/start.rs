//! Starting it once more, and starting it on a desktop that lacks things.

use crate::stage::app::MAIN;
use crate::stage::desktop::{Desktop, Window};
use crate::stage::fact::{FACT_LIMIT, until};
use crate::stage::home::Home;
use meanwhile_support::binary::{Signal, signal};
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};
use serde_json::json;
use std::process::Stdio;

const FERRIES: &str = "Compare the ferries to Bergen";

// F11
#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_shows_the_window_of_the_first_and_ends() {
    let server = ModelServer::start().await;
    let home = Home::new("second start").set_up(&server).await;
    let app = home.start(&["--hidden"]).await;
    assert_eq!(home.desktop.find(app.pid, MAIN).await, None, "a hidden start makes no window");
    assert!(home.start_again(&["--hidden"]).await.success());
    assert_eq!(home.desktop.find(app.pid, MAIN).await, None, "nor does a second hidden start");

    assert!(home.start_again(&[]).await.success());
    let window = app.window().await;
    home.desktop.until_focused(&window).await;
    home.desktop.run("xdotool", &["windowminimize", "--sync", &window.id]).await;
    assert!(home.start_again(&[]).await.success());
    home.desktop.until_focused(&window).await;
    assert_eq!(home.desktop.windows_of(app.pid).await, [window], "there is still one window");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_a_command_started_gives_way_to_the_window_and_its_work_goes_on() {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    server.script("story", [text("The night "), wait(&gate), text("ferry."), stop()]);
    let home = Home::new("gives way").set_up(&server).await;
    let reader = home.meanwhile(&["ask", FERRIES]).stdout(Stdio::piped()).spawn().unwrap();
    gate.reached().await;

    let app = home.start(&[]).await;
    let page = app.page().await;
    gate.open();
    page.until_says("[aria-label=Chats]", FERRIES).await;
    page.press(FERRIES).await;
    page.until_answer(1, "The night ferry.").await;
    let task = app.task(FERRIES).await;
    assert_eq!((&task["lane"], &task["attempt"]), (&json!("background"), &json!(2)));
    // The terminal reads on from the process that took over.
    let read = tokio::time::timeout(FACT_LIMIT, reader.wait_with_output()).await.unwrap().unwrap();
    assert!(read.status.success());
    assert!(String::from_utf8_lossy(&read.stdout).ends_with("ferry.\n"));
    app.assert_healthy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_comes_back_as_large_and_where_it_was_left() {
    let server = ModelServer::start().await;
    let home = Home::new("window size").set_up(&server).await;
    let mut app = home.start(&[]).await;
    let desktop = &home.desktop;
    let window = app.window().await;
    desktop.run("xdotool", &["windowsize", "--sync", &window.id, "900", "620"]).await;
    desktop.run("xdotool", &["windowmove", "--sync", &window.id, "150", "90"]).await;
    let place = async |window: &Window| {
        let text = desktop.run("xdotool", &["getwindowgeometry", &window.id]).await;
        text.lines().find(|line| line.contains("Position")).unwrap_or_default().to_owned()
    };
    let left_at = place(&window).await;
    // Nothing is asked at the first close when the user has said before what it means.
    desktop.close(&window).await;
    app.until_windowless().await;
    assert!(home.start_again(&[]).await.success());
    let window = app.window().await;
    until("the window is as large as before", async || {
        (desktop.size(&window).await == (900, 620)).then_some(())
    })
    .await;
    until("the window is where it was left", async || (place(&window).await == left_at).then_some(())).await;

    // Maximized, it comes back maximized, and goes back to the size from before.
    desktop.run("wmctrl", &["-i", "-r", &window.id, "-b", "add,maximized_vert,maximized_horz"]).await;
    until("the window is maximized", async || (desktop.size(&window).await.0 > 900).then_some(())).await;
    let large = desktop.size(&window).await;
    app.quit().await;
    let app = home.start(&[]).await;
    let window = app.window().await;
    until("the window is maximized again", async || (desktop.size(&window).await == large).then_some(()))
        .await;
    desktop.run("wmctrl", &["-i", "-r", &window.id, "-b", "remove,maximized_vert,maximized_horz"]).await;
    until("the window is as large as at first", async || {
        (desktop.size(&window).await == (900, 620)).then_some(())
    })
    .await;
}

// F48, F51, F53
#[tokio::test(flavor = "multi_thread")]
async fn without_tray_notices_and_keychain_it_says_so_and_nobody_is_locked_out() {
    let home = Home::on(Desktop::without("tray notices keychain").await, "bare desktop");
    goes_on_without_the_desktop(home).await;
}

// F48, F51
#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_bus_it_says_so_and_nobody_is_locked_out() {
    let home = Home::on(Desktop::here().cut_off_from_the_bus(), "no bus");
    goes_on_without_the_desktop(home).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortcut_that_another_program_has_is_named_in_the_settings() {
    let server = ModelServer::start().await;
    let other = Home::new("shortcut holder").set_up(&server).await;
    let holder = other.start(&["--hidden"]).await;
    holder.summon_quick_ask().await;
    let home = Home::new("shortcut taken").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.chord(&["ctrl", ","]).await.unwrap();
    page.until_says("main", "Another program already uses Alt+Shift+Space; choose other keys.").await;
}

// F12, F54
#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_process_dies_comes_back_by_itself() {
    let server = ModelServer::start().await;
    server.script("story", [text("The night ferry."), stop()]);
    let home = Home::new("page dies").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.send(FERRIES, &["Enter"]).await;
    page.until_answer(1, "The night ferry.").await;
    // The driver's session ends with that process.
    drop(page);
    let drawing = app.children_called("WebKitWebProcess")[0];
    signal(drawing, Signal::Kill);
    until("another process draws the page", async || {
        (app.children_called("WebKitWebProcess").first().is_some_and(|now| *now != drawing)).then_some(())
    })
    .await;
    let page = app.page().await;
    page.until_answer(1, "The night ferry.").await;
    app.assert_healthy().await;
}

async fn goes_on_without_the_desktop(home: Home) {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    server.script("story", [text("The night "), wait(&gate), text("ferry."), stop()]);
    let home = home.set_up(&server).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    // The settings name what is missing.
    page.chord(&["ctrl", ","]).await.unwrap();
    page.until_says("h1", "Settings").await;
    page.until_says("main", "No notice service was found.").await;
    page.until_says("main", "No tray was found on this desktop.").await;
    page.until_says("main", "No system keychain was found.").await;
    page.press("Back to the chat").await;

    // Closing works, and says how to get back without a tray.
    page.send(FERRIES, &["ctrl", "shift", "Enter"]).await;
    page.until_answer(1, "The night").await;
    page.chord(&["ctrl", "n"]).await.unwrap();
    page.until_says("h1", "New chat").await;
    home.desktop.close(&app.window().await).await;
    page.until_says("[role=dialog]", "Start Meanwhile again to get the window back").await;
    page.press("OK").await;
    app.until_windowless().await;

    // An outcome that cannot be told on the desktop is not lost: the way back leads to it.
    gate.open();
    let task = app.until_told(FERRIES).await;
    assert_eq!(
        (&task["delivery"]["state"], &task["delivery"]["channels"]),
        (&json!("failed"), &json!(["inbox"]))
    );
    assert!(home.start_again(&[]).await.success());
    app.window().await;
    page.until_up().await;
    page.until_says(".task.is-completed", "Not delivered to the desktop").await;
    page.press(FERRIES).await;
    page.until_answer(1, "The night ferry.").await;
    app.assert_healthy().await;
    app.quit().await;
}
