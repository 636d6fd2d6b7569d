//! Programs that work as agents when something is in the way: a no, a stop, and programs that do not behave.

use crate::acp_story::{Workshop, until_noted};
use meanwhile_support::binary::{Serve, built};
use serde_json::{Value, json};

/// An agent at work that was allowed to start.
async fn started(behaviour: &str) -> (Workshop, Serve, String) {
    started_with(Workshop::of(behaviour, "")).await
}

async fn started_with(shop: Workshop) -> (Workshop, Serve, String) {
    let serve = shop.folder.serve().await;
    let id = shop.ask("Make it new").await;
    let asked = shop.approve(&serve, &id).await;
    assert_eq!(asked[0]["tool"], "start_program");
    (shop, serve, id)
}

async fn is_sound(serve: &Serve) {
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

/// What its user is told when it cannot go on.
async fn trouble(serve: &Serve, id: &str) -> Value {
    let stands = |task: &Value| {
        let waits = task["state"] == "waiting" && task["reason"] != "approval";
        (waits || task["state"] == "failed") && task["error"].is_object()
    };
    serve.client.until(id, stands).await["error"].clone()
}

#[tokio::test]
async fn a_no_is_told_to_the_program_with_the_words_of_its_user_and_nothing_is_changed() {
    let (shop, serve, id) = started("ask").await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let asked = shop.approvals(&id).await.remove(0);
    shop.folder.run(&["reject", &asked["id"].to_string(), "--reason", "It is fine as it is."]).await.ok();
    let done = serve.client.until_state(&id, "completed").await;
    let text = done["text"].as_str().unwrap();
    assert!(text.starts_with("May I?\n\nThen not.\n\nI heard: "), "{text}");
    assert!(text.contains("They say: It is fine as it is."), "{text}");
    assert_eq!((shop.did("edit"), shop.file("a.txt").as_str()), (0, "old\n"));
    shop.until_gone().await;
    is_sound(&serve).await;
}

#[tokio::test]
async fn a_program_whose_start_is_refused_is_never_started() {
    let shop = Workshop::of("ask", "");
    let serve = shop.folder.serve().await;
    let id = shop.ask("Make it new").await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let asked = shop.approvals(&id).await.remove(0);
    shop.folder.run(&["reject", &asked["id"].to_string(), "--reason", "Not today."]).await.ok();
    let done = serve.client.until_state(&id, "completed").await;
    let text = done["text"].as_str().unwrap();
    assert!(text.starts_with("Other was not started.") && text.contains("Not today."), "{text}");
    assert_eq!(shop.did("start"), 0);
    is_sound(&serve).await;
}

#[tokio::test]
async fn what_is_asked_together_is_decided_one_by_one() {
    let (shop, serve, id) = started("two").await;
    serve.client.until(&id, |task| task["approvals"] == 2).await;
    let open = shop.approvals(&id).await;
    shop.folder.run(&["reject", &open[0]["id"].to_string()]).await.ok();
    shop.folder.run(&["approve", &open[1]["id"].to_string(), "--yes"]).await.ok();
    serve.client.until_state(&id, "completed").await;
    assert_eq!((shop.file("a.txt").as_str(), shop.file("b.txt").as_str()), ("old\n", "new\n"));
    is_sound(&serve).await;
}

// F59
#[tokio::test]
async fn what_lies_outside_of_the_folder_is_said_and_hidden_letters_are_shown() {
    let (shop, serve, id) = started("far").await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let asked = shop.approvals(&id).await.remove(0);
    assert!(asked["note"].as_str().unwrap().contains("outside of the folder"), "{asked}");
    let line = asked["detail"]["line"].as_str().unwrap();
    assert!(line.contains("Tidy \\u{202e}up") && line.contains("\"deep\": true"), "{line}");
    assert_eq!(asked["effect"], "run");
    shop.folder.run(&["reject", &asked["id"].to_string()]).await.ok();
    serve.client.until_state(&id, "completed").await;
    is_sound(&serve).await;
}

// F62
#[tokio::test]
async fn a_task_that_is_stopped_while_its_program_waits_or_works_leaves_nothing_of_it() {
    for behaviour in ["ask", "forever"] {
        let (shop, serve, id) = started(behaviour).await;
        if behaviour == "ask" {
            serve.client.until(&id, |task| task["reason"] == "approval").await;
        } else {
            until_noted(&shop, "working", 1).await;
        }
        shop.until_running(|count| count > 0, "processes run").await;
        shop.folder.run(&["stop", &id]).await.ok();
        serve.client.until_state(&id, "cancelled").await;
        shop.until_gone().await;
        assert_eq!((shop.did("edit"), shop.did("cancelled")), (0, 1), "{behaviour}");
        is_sound(&serve).await;
    }
}

#[tokio::test]
async fn a_task_that_is_paused_while_its_program_waits_lets_it_end_and_goes_on_with_another() {
    let (shop, serve, id) = started("ask").await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    shop.until_running(|count| count > 0, "processes run").await;
    shop.folder.run(&["pause", &id]).await.ok();
    shop.until_gone().await;
    assert_eq!((shop.did("edit"), shop.did("cancelled")), (0, 1));
    shop.folder.run(&["resume", &id]).await.ok();
    assert_eq!(shop.approve(&serve, &id).await.len(), 1, "the question of the one that ended counts no more");
    serve.client.until_state(&id, "completed").await;
    assert_eq!((shop.did("start"), shop.did("edit")), (2, 1));
    shop.until_gone().await;
    is_sound(&serve).await;
}

// F64
#[tokio::test]
async fn what_a_program_changes_without_asking_is_a_step_and_can_be_put_back() {
    let (shop, serve, id) = started("secretly").await;
    let done = serve.client.until_state(&id, "completed").await;
    let steps = done["steps"].as_array().unwrap();
    assert_eq!(
        (steps[1]["label"].as_str(), steps[1]["state"].as_str()),
        (Some("Edit a.txt"), Some("done")),
        "{steps:?}"
    );
    assert_eq!(done["files_changed"], 2);
    shop.folder.run(&["put-back", &id]).await.ok();
    assert_eq!(shop.file("a.txt"), "old\n");
    assert!(!shop.work.path().join("c.txt").exists());
    is_sound(&serve).await;
}

#[tokio::test]
async fn programs_that_are_no_agents_are_named_with_what_to_do_next() {
    for (behaviour, words) in [
        ("garbage", "Other does not speak the Agent Client Protocol on its output: it said "),
        ("long", "Other sent a message of more than 4 MiB."),
        (
            "login",
            "Other wants you to log in first; start it once in a terminal. It said: Authentication required.",
        ),
        (
            "login-late",
            "Other wants you to log in first; start it once in a terminal. It said: Authentication required.",
        ),
        ("newer", "Other speaks version 2 of the Agent Client Protocol, and Meanwhile speaks version 1."),
    ] {
        let (shop, serve, id) = started(behaviour).await;
        let error = trouble(&serve, &id).await;
        assert!(error["message"].as_str().unwrap().starts_with(words), "{behaviour}: {error}");
        assert!(error["message"].as_str().unwrap().len() < 3_000);
        let hint = "Your prompt is kept. Mend that, or the file of this agent, then continue.";
        assert_eq!(error["hint"], hint, "{behaviour}");
        shop.until_gone().await;
        is_sound(&serve).await;
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let shop = Workshop::of("ask", "");
    shop.agent("no-such-program-anywhere --acp", "");
    let (_shop, serve, id) = started_with(shop).await;
    let error = trouble(&serve, &id).await;
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("Other could not be started: it said no-such-program-anywhere"), "{message}");
    is_sound(&serve).await;
}

#[tokio::test]
async fn a_program_that_never_answers_is_given_up() {
    let shop = Workshop::of("mute", "");
    let serve = shop.folder.serve().await;
    let mut settings = serve.client.get("/settings").await.expect(200);
    settings["silence"] = json!({ "program/Other": 10 });
    let put = serve.client.request(reqwest::Method::PUT, "/settings").json(&settings).send().await.unwrap();
    assert!(put.status().is_success(), "{}", put.status());
    let id = shop.ask("Make it new").await;
    shop.approve(&serve, &id).await;
    let error = trouble(&serve, &id).await;
    assert_eq!(error["message"], "Other said nothing for 10 s.");
    shop.until_gone().await;
}

#[tokio::test]
async fn a_program_that_dies_is_started_again_twice_and_its_secrets_are_not_told() {
    let shop = Workshop::of("die", "variables: ACP_SECRET\n");
    let secret = "sk-very-secret-value";
    let serve = shop
        .folder
        .serve_with(&[], |command| {
            command.env("ACP_SECRET", secret);
        })
        .await;
    let id = shop.ask("Make it new").await;
    let asked = shop.approve(&serve, &id).await.remove(0);
    let note = "Where it ends before its work is done, it is started again for this task. It gets what is in ACP_SECRET. ";
    assert_eq!(asked["note"], note);
    let error = trouble(&serve, &id).await;
    let words = "Other ended before it was done, with status 3: it said out of luck, key [...].";
    assert_eq!(error["message"], words);
    assert_eq!(shop.did("start"), 3);
    let said = serve.client.task(&id).await.to_string() + &shop.folder.log();
    assert!(!said.contains(secret), "{said}");
    shop.until_gone().await;
    // What goes on in its place is another task, and needs a yes of its own.
    let again = serve.client.post(&format!("/background-agents/{id}/resume"), &json!({})).await.expect(200);
    let again = again["id"].as_str().unwrap();
    assert_ne!(again, id);
    let asked = serve.client.until(again, |task| task["reason"] == "approval").await;
    assert_eq!((asked["approvals"].as_u64(), shop.did("start")), (Some(1), 3));
    is_sound(&serve).await;
}

#[tokio::test]
async fn a_program_that_talks_too_much_beside_the_protocol_comes_through() {
    let (shop, serve, id) = started("flood").await;
    let done = serve.client.until_state(&id, "completed").await;
    assert_eq!(done["text"], "Through.");
    shop.until_gone().await;
    is_sound(&serve).await;
}

#[tokio::test]
async fn what_its_user_says_while_it_waits_is_told_when_its_turn_is_over() {
    let (shop, serve, id) = started("ask").await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    shop.folder.run(&["say", &id, "Then rest."]).await.ok();
    shop.approve(&serve, &id).await;
    let done = serve.client.until_state(&id, "completed").await;
    assert_eq!(done["text"], "May I?\n\nIt is new.\n\nI heard: Then rest.");
    is_sound(&serve).await;
}

#[tokio::test]
async fn a_standing_yes_starts_exactly_this_program_in_this_folder() {
    let shop = Workshop::of("refuse", "");
    let serve = shop.folder.serve().await;
    let id = shop.ask("Make it new").await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let asked = shop.approvals(&id).await.remove(0);
    shop.folder.run(&["approve", &asked["id"].to_string(), "--always", "--yes"]).await.ok();
    let done = serve.client.until_state(&id, "completed").await;
    assert_eq!(
        (done["text"].as_str(), done["finish_reason"].as_str()),
        (Some("I do not do this."), Some("content_filter"))
    );
    let again = shop.ask("Make it new again").await;
    serve.client.until_state(&again, "completed").await;
    shop.agent(
        &format!("{} refuse {} ", built("acp_agent").display(), shop.log().display()),
        "variables: ACP_SECRET\n",
    );
    let other = shop.ask("And with more").await;
    serve.client.until(&other, |task| task["reason"] == "approval").await;
    assert_eq!(shop.did("start"), 2);
    is_sound(&serve).await;
}

#[tokio::test]
async fn what_a_program_does_by_itself_counts_as_steps() {
    let shop = Workshop::of("secretly", "");
    let serve = shop.folder.serve().await;
    let place = shop.work.path().to_str().unwrap();
    let ask = [
        "ask",
        "--background",
        "--agent",
        "Other",
        "--folder",
        place,
        "--max-steps",
        "1",
        "--json",
        "Make it new",
    ];
    let id = shop.folder.run(&ask).await.json()["id"].as_str().unwrap().to_owned();
    shop.approve(&serve, &id).await;
    let capped = serve.client.until(&id, |task| task["reason"] == "budget").await;
    assert_eq!(capped["error"]["message"], "Its cap of 1 steps is reached.");
    assert_eq!(capped["files_changed"], 2, "what it did is known all the same");
    shop.until_gone().await;
    shop.folder.run(&["budget", &id, "--max-steps", "9"]).await.ok();
    serve.client.until_state(&id, "completed").await;
    assert_eq!(shop.did("start"), 2);
    is_sound(&serve).await;
}

#[tokio::test]
async fn a_budget_in_dollars_is_refused_for_a_program_that_pays_for_itself() {
    let shop = Workshop::of("ask", "");
    let serve = shop.folder.serve().await;
    let place = shop.work.path().to_str().unwrap();
    let body =
        json!({ "prompt": "Make it new", "agent": "Other", "folder": place, "budget": { "usd": 1.0 } });
    let refused = serve.client.post("/background-agents/start", &body).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("nobody knows what this agent costs"), "{}", refused.text);
    let without = shop.folder.run(&["ask", "--background", "--agent", "Other", "Make it new"]).await;
    assert!(without.err.contains("Other is a program and works in a folder"), "{without:?}");
}
