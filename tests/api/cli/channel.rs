//! The user's own channels on the command line, and what a real kill leaves of a message.

use super::{background, with_input};
use meanwhile_support::binary::{Folder, Serve};
use meanwhile_support::canary::Canary;
use meanwhile_support::model_server::ModelServer;
use meanwhile_support::sink::{Does, Sink};
use serde_json::{Value, json};

/// A process that stays, and knows a model server by the name `sim`.
async fn started() -> (Folder, Serve, ModelServer) {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let serve = folder.serve().await;
    let url = server.base_url();
    folder.run(&["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &url]).await.ok();
    (folder, serve, server)
}

fn receipt<'a>(task: &'a Value, channel: &str) -> Option<&'a Value> {
    task["delivery"]["receipts"].as_array()?.iter().find(|receipt| receipt["channel"] == channel)
}

// C06, S-25
#[tokio::test]
async fn a_channel_is_added_tested_confirmed_and_removed_and_its_address_is_in_no_file_and_answer() {
    let (folder, serve, _server) = started().await;
    let (sink, canary) = (Sink::http().await, Canary::new("hook-"));
    let address = sink.url(&format!("/{}", canary.key()));
    let added = with_input(
        &folder,
        &["channel", "add", "hook", "--webhook", "--secret-stdin"],
        &format!("{address}\n"),
    )
    .await;
    let said = added.ok();
    assert!(said.contains("Its test sends exactly this:") && said.contains("\"event\": \"done\""), "{said}");
    let refused = folder.run(&["channel", "confirm", "hook"]).await;
    assert!(refused.err.contains("no test of hook was sent yet"), "{}", refused.err);
    folder.run(&["channel", "test", "hook"]).await.ok();
    folder.run(&["channel", "confirm", "hook"]).await.ok();
    let id = background(&folder, "sim/sim-c1").await;
    let is_sent = |task: &Value| receipt(task, "hook").is_some_and(|receipt| receipt["state"] == "sent");
    serve.client.until(&id, is_sent).await;
    assert_eq!(sink.heard().len(), 2, "its test and the outcome");
    let listed = folder.run(&["channel", "--json"]).await.ok();
    canary.assert_not_in("what was said", format!("{said}{listed}{}", folder.log()));
    canary.assert_not_below(&folder.path());
    assert!(folder.run(&["channel"]).await.ok().contains("works"));
    folder.run(&["channel", "remove", "hook"]).await.ok();
    let none: Value = serde_json::from_str(&folder.run(&["channel", "list", "--json"]).await.ok()).unwrap();
    assert_eq!(none, json!({ "channels": [] }));
}

// F48
#[tokio::test]
async fn a_message_that_was_on_its_way_at_a_kill_is_unknown_and_never_sent_again() {
    let (folder, serve, _server) = started().await;
    let sink = Sink::mail().await;
    let port = sink.address.port().to_string();
    let add =
        ["channel", "add", "mail", "--email", "you@example.com", "--host", "127.0.0.1", "--port", &port];
    let more = ["--security", "none", "--from", "me@example.com"];
    folder.run(&[&add[..], &more].concat()).await.ok();
    folder.run(&["channel", "test", "mail"]).await.ok();
    folder.run(&["channel", "confirm", "mail"]).await.ok();
    sink.next([Does::Hangs]);
    let id = background(&folder, "sim/sim-c1").await;
    sink.until(2).await;
    serve.crash().await;
    let serve = folder.serve().await;
    let is_unknown =
        |task: &Value| receipt(task, "mail").is_some_and(|receipt| receipt["state"] == "unknown");
    let task = serve.client.until(&id, is_unknown).await;
    assert_eq!(receipt(&task, "mail").unwrap()["failure"], "unknown");
    let later = background(&folder, "sim/sim-c1").await;
    let is_sent = |task: &Value| receipt(task, "mail").is_some_and(|receipt| receipt["state"] == "sent");
    serve.client.until(&later, is_sent).await;
    assert_eq!(sink.heard().len(), 3, "its test, the one that hung, and the later one");
}

#[tokio::test]
async fn a_muted_task_is_told_nowhere_outside_the_app() {
    let (folder, serve, _server) = started().await;
    let id = background(&folder, "sim/sim-c1").await;
    folder.run(&["mute", &id]).await.ok();
    assert_eq!(serve.client.task(&id).await["muted"], true);
    folder.run(&["unmute", &id]).await.ok();
    assert_eq!(serve.client.task(&id).await["muted"], false);
}
