//! Standing rules about the tools of servers: narrow, bound to what was described, and not enough where two could be played against
//! each other.

use crate::approved::{about, accepted, asked, asks, decide, echo, results, says, server, work};
use crate::contained::Folder;
use meanwhile_core::model::{AgentChoice, Decision, Lane};
use meanwhile_core::{NewToolServer, SendMessage};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::call;
use meanwhile_support::site::Site;
use serde_json::json;

// S-36
#[tokio::test]
async fn a_standing_no_holds_however_the_tool_is_described_later() {
    let (app, folder) = (Harness::start().await, Folder::new());
    about(&folder, "First.");
    accepted(&app, &folder, "changes").await;
    app.server.scripts("m", [asks([echo("one")]), says("Done."), asks([echo("two")]), says("Done.")]);
    let first = work(&app).await;
    decide(&app, &asked(&app, &first).await, Decision::RejectAlways).await;
    app.until_told(&first.id).await;
    about(&folder, "Second.");
    let changed = app.core.try_tool_server("evil").await.unwrap();
    app.core.accept_tool_server("evil", &changed.hash).await.unwrap();
    let second = work(&app).await;
    app.until_told(&second.id).await;
    assert!(results(&app)[0].starts_with("The user never allows this here"), "{:?}", results(&app));
    assert_eq!(folder.noted(), [""; 0], "nothing was asked of it");
    app.assert_healthy().await;
}

// S-38
#[tokio::test]
async fn who_heard_one_server_and_can_read_a_folder_asks_before_it_sends_to_another() {
    let (app, folder, private) = (Harness::start().await, Folder::new(), tempfile::tempdir().unwrap());
    accepted(&app, &folder, "good").await;
    let other = NewToolServer { name: "other".to_owned(), ..server(&folder, "good") };
    let added = app.core.add_tool_server(other).await.unwrap();
    app.core.accept_tool_server("other", &added.hash).await.unwrap();
    let tell = |words: &str| call("other__echo", json!({ "text": words }));
    // Both are allowed from now on.
    app.server.scripts("m", [asks([echo("1"), tell("2")]), says("Done.")]);
    let first = work(&app).await;
    app.until(&first.id, |task| task.approvals == 2).await;
    for approval in app.core.approvals(Some(&first.id)).await.unwrap() {
        decide(&app, &approval, Decision::AllowAlways).await;
    }
    app.until_told(&first.id).await;
    app.server.scripts("m", [asks([echo("3"), tell("4"), echo("5")]), says("Done.")]);
    let second = work(&app).await;
    app.until_told(&second.id).await;
    assert_eq!(folder.noted().len(), 5, "without a folder there is nothing to send");

    app.server.scripts("m", [asks([echo("6")]), asks([echo("7")]), asks([tell("8")]), says("Done.")]);
    let agent = Some(AgentChoice {
        name: "General".to_owned(),
        folder: Some(private.path().to_str().unwrap().to_owned()),
        plan_first: false,
        in_copy: false,
    });
    let message = SendMessage { agent, ..prompt("m", Lane::Background) };
    let third = app.core.send_message(message).await.unwrap().task;
    let approval = asked(&app, &third).await;
    assert_eq!(approval.summary, "Use echo of other");
    assert!(approval.note.contains("a standing yes is not enough"), "{approval:?}");
    assert_eq!(folder.noted().len(), 7, "the same server was asked again without a question");
    decide(&app, &approval, Decision::Reject).await;
    app.until_told(&third.id).await;
    assert_eq!(folder.noted().len(), 7);
    app.assert_healthy().await;
}

// S-38
#[tokio::test]
async fn who_read_a_page_and_can_read_a_folder_asks_before_it_sends_to_a_server() {
    let (app, folder, private) = (Harness::start().await, Folder::new(), tempfile::tempdir().unwrap());
    let site = Site::start().await;
    accepted(&app, &folder, "good").await;
    app.server.scripts("m", [asks([echo("1")]), says("Done.")]);
    let first = work(&app).await;
    decide(&app, &asked(&app, &first).await, Decision::AllowAlways).await;
    app.until_told(&first.id).await;

    let fetch = call("fetch_page", json!({ "url": site.url("/page") }));
    app.server.scripts("m", [asks([echo("2")]), asks([fetch]), asks([echo("3")]), says("Done.")]);
    let place = Some(private.path().to_str().unwrap().to_owned());
    let agent =
        Some(AgentChoice { name: "General".to_owned(), folder: place, plan_first: false, in_copy: false });
    let message = SendMessage { agent, ..prompt("m", Lane::Background) };
    let second = app.core.send_message(message).await.unwrap().task;
    let page = asked(&app, &second).await;
    assert!(page.note.contains("a standing yes is not enough"), "it had heard the server: {page:?}");
    decide(&app, &page, Decision::AllowOnce).await;
    let after = app.until(&second.id, |task| task.approvals == 1 && task.steps.len() == 3).await;
    let approval = app.core.approvals(Some(&after.id)).await.unwrap().remove(0);
    assert_eq!((approval.summary.as_str(), folder.noted().len()), ("Use echo of evil", 2));
    decide(&app, &approval, Decision::Reject).await;
    app.until_told(&second.id).await;
    assert_eq!(folder.noted().len(), 2);
    app.assert_healthy().await;
}

// S-36
#[tokio::test]
async fn a_standing_yes_is_for_one_tool_as_it_was_described_and_can_be_taken_back() {
    let (app, folder) = (Harness::start().await, Folder::new());
    about(&folder, "First.");
    accepted(&app, &folder, "changes").await;
    app.server
        .scripts("m", (0..5).flat_map(|round| [asks([echo(&format!("round {round}"))]), says("Done.")]));
    let first = work(&app).await;
    decide(&app, &asked(&app, &first).await, Decision::AllowAlways).await;
    app.until_told(&first.id).await;
    let permits = app.core.permits().await.unwrap();
    let server = app.core.tool_servers().await.unwrap().remove(0);
    assert_eq!((permits[0].tool.as_str(), &permits[0].folder), ("evil__echo", &server.line));

    let second = work(&app).await;
    app.until_told(&second.id).await;
    assert_eq!(folder.noted().len(), 2, "other arguments, and nobody was asked");

    about(&folder, "Second.");
    let changed = app.core.try_tool_server("evil").await.unwrap();
    app.core.accept_tool_server("evil", &changed.hash).await.unwrap();
    let third = work(&app).await;
    decide(&app, &asked(&app, &third).await, Decision::AllowTask).await;
    app.until_told(&third.id).await;
    assert_eq!(app.core.permits().await.unwrap().len(), 1, "one for a task is no standing one");

    about(&folder, "First.");
    let back = app.core.try_tool_server("evil").await.unwrap();
    app.core.accept_tool_server("evil", &back.hash).await.unwrap();
    app.core.revoke(permits[0].id).await.unwrap();
    let fourth = work(&app).await;
    decide(&app, &asked(&app, &fourth).await, Decision::Reject).await;
    app.until_told(&fourth.id).await;
    assert_eq!(folder.noted().len(), 3);
    app.assert_healthy().await;
}
