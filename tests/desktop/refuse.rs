//! A no without the window: on the notice itself and in the tray. A yes needs a look at what it is for.

use crate::stage::app::App;
use crate::stage::desktop::Desktop;
use crate::stage::fact::until;
use crate::stage::home::Home;
use crate::stage::notice_service::NoticeService;
use crate::stage::tray_menu::TrayMenu;
use meanwhile_core::model::Settings;
use meanwhile_support::job::asks;
use meanwhile_support::model_server::{ModelServer, call, stop, text};
use serde_json::json;
use std::path::Path;

const TIDY: &str = "Tidy the notes";

/// A model that wants to write a file, and says something when it was told no.
async fn eager() -> ModelServer {
    let server = ModelServer::start().await;
    let write = call("write_file", json!({ "path": "birds.txt", "content": "Gone." }));
    server.scripts("story", [asks([write]), vec![text("Then it stays."), stop()]]);
    server
}

async fn set_up(home: Home, server: &ModelServer, folder: &Path) -> Home {
    std::fs::write(folder.join("birds.txt"), "The heron waits.").unwrap();
    let settings = Settings {
        default_model: Some("sim/story".to_owned()),
        notices: Some(true),
        welcomed: true,
        ..Settings::default()
    };
    home.set_up_with(&server.base_url(), settings).await
}

/// The app without a window, and its agent at work in the folder.
async fn at_work<'a>(home: &'a Home, folder: &Path) -> App<'a> {
    let app = home.start(&["--hidden"]).await;
    let start = json!({ "prompt": TIDY, "agent": "General", "folder": folder });
    app.api().post("/background-agents/start", &start).await.expect(201);
    app
}

async fn until_refused(app: &App<'_>, folder: &Path) {
    until("it ends with a no", async || (app.task(TIDY).await["state"] == "completed").then_some(())).await;
    assert_eq!(std::fs::read_to_string(folder.join("birds.txt")).unwrap(), "The heron waits.");
    app.assert_healthy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_on_the_notice_itself_refuses_exactly_that_and_the_agent_goes_on() {
    let (server, work) = (eager().await, tempfile::tempdir().unwrap());
    let home = Home::on(Desktop::without("tray notices keychain").await, "no on a notice");
    let service = NoticeService::SayingNo.on(&home.desktop);
    let home = set_up(home, &server, work.path()).await;
    let app = at_work(&home, work.path()).await;
    until_refused(&app, work.path()).await;
    drop(service);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_names_what_an_agent_asks_for_and_can_say_no_to_it() {
    let (server, work) = (eager().await, tempfile::tempdir().unwrap());
    let home = set_up(Home::new("no in the tray"), &server, work.path()).await;
    let app = at_work(&home, work.path()).await;
    let tray = TrayMenu::of(&home.desktop, app.pid).await;
    let act = tray.until_entry("the act", |entry| entry.label.starts_with("Asks: ")).await;
    assert_eq!(act.label, format!("Asks: Replace birds.txt ({TIDY})"));
    tray.click_entry(act.entries.iter().find(|entry| entry.label == "Say no").unwrap());
    until_refused(&app, work.path()).await;
    tray.until_entry("nothing to do", |entry| entry.label == "1 unread").await;
}
