//! The system says that it slept.

use crate::stage::fact::until;
use crate::stage::home::Home;
use meanwhile_support::model_server::{ModelServer, hang, stop, text};
use serde_json::json;

const FERRIES: &str = "Compare the ferries to Bergen";

// F47
#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_an_answer_whose_connection_died_goes_on() {
    let server = ModelServer::start().await;
    server.scripts("story", [vec![text("The night "), hang()], vec![text("ferry."), stop()]]);
    // A name of this computer that does not look like one, because what runs here sleeps and wakes with it.
    let base_url = server.base_url().replace("127.0.0.1", "0.0.0.0");
    let home = Home::new("sleep").set_up(&server).await;
    let app = home.start(&["--hidden"]).await;
    let elsewhere = json!({ "name": "sim", "kind": "openai-chat", "base_url": base_url });
    app.api().post("/providers", &elsewhere).await.expect(201);
    let asked = json!({ "prompt": FERRIES, "model": "sim/story" });
    let id = app.api().start(&asked).await["id"].as_str().unwrap().to_owned();
    app.api().until(&id, |task| task["text"] == "The night ").await;

    let login = zbus::connection::Builder::address(home.desktop.bus()).unwrap();
    let login = login.name("org.freedesktop.login1").unwrap().build().await.unwrap();
    let task = until("the connection is given up", async || {
        // Nothing tells when the app began to listen, so it is said again; once is enough.
        let (path, interface) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
        login.emit_signal(None::<&str>, path, interface, "PrepareForSleep", &false).await.unwrap();
        let task = app.api().task(&id).await;
        (task["attempt"] == 2 && task["state"] == "completed").then_some(task)
    })
    .await;
    assert_eq!(task["text"], "The night ferry.");
    app.assert_healthy().await;
}
