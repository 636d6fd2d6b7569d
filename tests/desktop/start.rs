//! Starting it once more, and starting it on a desktop that lacks things.

use crate::app::{App, Home, MAIN};
use crate::desktop::Desktop;
use meanwhile_support::model_server::{ModelServer, stop, text};

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
async fn without_tray_notices_and_keychain_it_says_so_and_nobody_is_locked_out() {
    let home = Home::on(Desktop::without("tray notices keychain").await, "bare desktop");
    goes_on_without_the_desktop(home).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_bus_it_says_so_and_nobody_is_locked_out() {
    let home = Home::on(Desktop::here().cut_off_from_the_bus(), "no bus");
    goes_on_without_the_desktop(home).await;
}

async fn goes_on_without_the_desktop(home: Home) {
    let server = ModelServer::start().await;
    server.script("story", [text("The night ferry."), stop()]);
    let home = home.set_up(&server).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    // The settings name what is missing.
    page.chord(&["ctrl", ","]).await.unwrap();
    page.until_says("h1", "Settings").await;
    page.until_says("main", "No notice service was found.").await;
    page.until_says("main", "No tray was found on this desktop.").await;
    page.until_says("main", "no keychain").await;

    // An outcome that could not be told on the desktop is in the list, and says so.
    page.press("Back to the chat").await;
    page.send("Compare the ferries", &["ctrl", "shift", "Enter"]).await;
    page.until_says(".task.is-completed", "Not delivered to the desktop").await;
    page.until_answer(1, "The night ferry.").await;

    // Closing works, and says how to get back without a tray.
    close(&mut app).await;
    page.until_says("[role=dialog]", "Start Meanwhile again to get the window back").await;
    page.press("OK").await;
    app.until_windowless().await;
    assert!(home.start_again(&[]).await.success());
    app.window().await;
    page.until_up().await;
    page.until_answer(1, "The night ferry.").await;
    app.assert_healthy().await;
    app.quit().await;
}

async fn close(app: &mut App<'_>) {
    let window = app.window().await;
    app.home.desktop.close(&window).await;
}
