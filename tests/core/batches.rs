//! An answer in a batch costs half, comes within a day, goes on when nobody is there, and is asked for, billed and told once.

use meanwhile_core::model::{
    AttemptEnd, Budget, EventKind, Lane, Origin, Price, ProviderKind, Reason, Task, TaskState,
};
use meanwhile_core::{ErrorCode, NewProvider, SendMessage};
use meanwhile_support::harness::{Harness, prompt, sim};
use meanwhile_support::model_server::{BatchServer, stop, text};
use serde_json::json;

const CREATED: &str = "POST /v1/messages/batches";

async fn at(server: &BatchServer) -> Harness {
    let app = Harness::start().await;
    let provider = NewProvider { kind: ProviderKind::Anthropic, ..sim(&server.base_url()) };
    app.core.add_provider(provider).await.unwrap();
    app
}

fn batched(model: &str) -> SendMessage {
    SendMessage { in_batch: true, ..prompt(model, Lane::Background) }
}

async fn send(app: &Harness) -> Task {
    let task = app.core.send_message(batched("m")).await.unwrap().task;
    app.until(&task.id, |t| t.is_remote).await
}

/// Looks at every batch, and waits until it was done.
async fn look(app: &Harness, server: &BatchServer, id: &str) {
    let looks = server.times_asked(&format!("GET {id}"));
    app.core.wake().await;
    server.until_asked(&format!("GET {id}"), looks + 1).await;
}

#[tokio::test]
async fn an_answer_in_a_batch_is_looked_at_until_it_is_there_and_costs_half() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.prices.insert("sim/m".to_owned(), Price { input: 2.0, cached: None, output: 10.0 });
    app.core.save_settings(settings).await.unwrap();
    let budget = Some(Budget { usd: Some(0.001), ..Budget::default() });
    let message = SendMessage { budget, ..batched("m") };
    let task = app.core.send_message(message).await.unwrap().task;
    assert!(task.in_batch);
    app.until(&task.id, |t| t.is_remote).await;
    for _ in 0..3 {
        look(&app, &server, "msgbatch_0").await;
    }
    assert_eq!(app.core.task(&task.id).await.unwrap().state, TaskState::Running);
    server.answer("All of it at once.");
    app.core.wake().await;
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, app.text(&task.id).await.as_str()), (TaskState::Completed, "All of it at once."));
    assert_eq!((done.attempt, done.usage.estimated, done.is_remote), (1, false, false));
    assert_eq!((done.usage.input_tokens, done.usage.output_tokens), (Some(7), Some(5)));
    let half = (7.0 * 2.0 + 5.0 * 10.0) / 1e6 / 2.0;
    assert_eq!(done.usage.cost_usd, Some(half));
    let days = app.core.usage(Some(1)).await.unwrap();
    assert_eq!(days.total.cost_usd, Some(half), "in the view of what was used as well");

    let question = server.questions().remove(0);
    let params = &question["requests"][0]["params"];
    assert_eq!((params["model"].as_str(), params.get("stream")), (Some("m"), None));
    assert_eq!(
        question["requests"][0]["custom_id"],
        format!("{}-1", task.id),
        "it is named after its attempt"
    );
    // What the prompt can read at most, and 100 tokens a thousandth of a dollar would write at the full price, twice.
    let most = params["max_tokens"].as_u64().unwrap();
    assert!((190..200).contains(&most), "{most}");
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    let reserved: f64 =
        sql.query_row("SELECT usd FROM ledger WHERE kind = 'reserve'", [], |r| r.get(0)).unwrap();
    let used: f64 = sql.query_row("SELECT usd FROM ledger WHERE kind = 'settle'", [], |r| r.get(0)).unwrap();
    assert!(reserved <= 0.001 && used == half, "{reserved} {used}");
    assert_eq!(server.times_asked(CREATED), 1);
    assert_eq!(app.notifier.shown().len(), 1);
    app.assert_healthy().await;
}

// F2
#[tokio::test]
async fn after_a_kill_a_batch_is_met_again_by_its_name_and_asked_for_billed_and_told_once() {
    let server = BatchServer::start().await;
    let mut app = at(&server).await;
    let task = send(&app).await;
    app.crash().await;
    server.until_asked("GET msgbatch_0", 1).await;
    app.restart().await;
    server.answer("Done while nobody was here.");
    app.restart().await;
    let done = app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "Done while nobody was here.");
    assert_eq!((done.state, done.usage.output_tokens), (TaskState::Completed, Some(5)));
    assert_eq!(server.times_asked(CREATED), 1, "{:?}", server.asked());
    assert_eq!(app.notifier.shown().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn its_line_is_found_among_those_of_others_and_lines_that_are_none() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    let other = json!({"custom_id": "somebody-else", "result": {"type": "expired"}});
    server.say_first(&format!("{other}\n\nnot JSON\n[1, 2]\n{{\"custom_id\": 7}}\n"));
    server.answer("Ours.");
    app.core.wake().await;
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "Ours.");
}

#[tokio::test]
async fn a_stop_asks_the_provider_and_an_answer_that_comes_all_the_same_is_too_late() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    server.answer_when_cancelled("Too late.");
    app.core.stop_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Cancelled).await;
    server.until_asked("cancel msgbatch_0", 1).await;
    app.core.wake().await;
    assert_eq!(app.text(&task.id).await, "");
    assert_eq!(server.times_asked(CREATED), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_pause_leaves_a_batch_at_its_provider_and_it_is_met_again_afterwards() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    server.answer("Made in the pause.");
    app.core.resume_task(&task.id).await.unwrap();
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "Made in the pause.");
    assert_eq!(server.times_asked(CREATED), 1);
}

#[tokio::test]
async fn what_the_provider_refuses_in_a_batch_is_told_like_any_refusal_and_trouble_is_tried_again() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    server.refuse("overloaded_error", "Overloaded");
    app.core.wake().await;
    server.until_asked(CREATED, 2).await;
    app.until(&task.id, |t| t.is_remote && t.attempt == 2).await;
    server.refuse("invalid_request_error", "messages: too odd");
    app.core.wake().await;
    let failed = app.until_told(&task.id).await;
    assert_eq!(failed.state, TaskState::Failed);
    let error = failed.error.unwrap();
    assert_eq!(error.code, "bad_request");
    assert!(error.message.contains("messages: too odd"), "{}", error.message);
    assert_eq!(failed.usage.cost_usd, None);
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_order_that_nobody_answered_is_not_given_again_by_itself() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    server.lose_names();
    let task = app.core.send_message(batched("m")).await.unwrap().task;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(
        (waits.reason, waits.error.unwrap().code.as_str()),
        (Some(Reason::Interrupted), "batch_unsure")
    );
    assert_eq!(server.times_asked(CREATED), 1);
    app.core.resume_task(&task.id).await.unwrap();
    app.until(&task.id, |t| t.state == TaskState::Waiting && t.attempt == 2).await;
    assert_eq!(server.times_asked(CREATED), 2, "its user wanted it");
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_older_model_that_writes_less_is_asked_again_within_its_limit() {
    let server = BatchServer::start().await;
    let mut app = at(&server).await;
    let task = send(&app).await;
    let limit = "max_tokens: 64000 > 8192, which is the maximum allowed number of output tokens for m";
    server.refuse("invalid_request_error", limit);
    app.core.wake().await;
    server.until_asked(CREATED, 2).await;
    assert_eq!(server.questions()[1]["requests"][0]["params"]["max_tokens"], 8192);
    look(&app, &server, "msgbatch_1").await;
    // Whoever comes next meets the second one.
    app.crash().await;
    server.answer("Shorter.");
    app.restart().await;
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "Shorter.");
    assert_eq!(server.times_asked(CREATED), 2);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_batch_that_expired_asks_its_user_who_waits_once_more_or_pays_for_it_now() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    let expire = async |id: &str| {
        server.end(&json!({"type": "expired"}));
        app.core.wake().await;
        server.until_asked(&format!("GET {id}/results"), 1).await;
        app.until_state(&task.id, TaskState::Waiting).await
    };
    let waits = expire("msgbatch_0").await;
    let error = waits.error.unwrap();
    assert_eq!((waits.reason, error.code.as_str()), (Some(Reason::Interrupted), "expired"));
    assert_eq!(error.message, "The provider did not come to it within a day.");
    assert_eq!(
        error.hint,
        "Your prompt is kept. Ask for another batch, or for an answer now, at full price."
    );
    assert_eq!((waits.usage.cost_usd, waits.is_remote), (None, false));

    app.core.resume_task(&task.id).await.unwrap();
    app.until(&task.id, |t| t.is_remote).await;
    assert_eq!(server.times_asked(CREATED), 2, "its user wanted it");
    expire("msgbatch_1").await;
    let again = app.core.retry_task(&task.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    assert!(!again.in_batch);
    app.until_state(&again.id, TaskState::Completed).await;
    assert_eq!(app.text(&again.id).await, "Now.");
    assert_eq!(app.core.task(&task.id).await.unwrap().state, TaskState::Cancelled);
    app.assert_healthy().await;
}

#[tokio::test]
async fn one_that_was_cancelled_at_the_provider_is_cancelled_here_and_not_asked_for_again() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    server.end(&json!({"type": "canceled"}));
    app.core.wake().await;
    app.until_state(&task.id, TaskState::Cancelled).await;
    let attempts = app.core.attempts(&task.id).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.end).collect::<Vec<_>>(), [Some(AttemptEnd::Cancelled)]);
    assert_eq!(attempts[0].error.as_ref().unwrap().message, "It was cancelled at the provider.");
    assert_eq!(server.times_asked(CREATED), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn one_that_the_provider_forgot_asks_its_user() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    server.forget();
    app.core.wake().await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.error.unwrap().code, "run_gone");
    assert_eq!(server.times_asked(CREATED), 1);
}

// F25
#[tokio::test]
async fn a_network_that_is_gone_in_between_costs_a_batch_nothing() {
    let mut server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    server.go_away();
    app.core.wake().await;
    server.come_back().await;
    look(&app, &server, "msgbatch_0").await;
    server.answer("Back.");
    app.core.wake().await;
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.attempt), (TaskState::Completed, 1));
    assert_eq!(app.text(&task.id).await, "Back.");
}

#[tokio::test]
async fn a_batch_takes_no_place_from_what_is_answered_now() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    settings.provider_tasks.insert("sim".to_owned(), 1);
    app.core.save_settings(settings).await.unwrap();
    let batches = [send(&app).await, send(&app).await];
    let now = app.send("m", Lane::Background).await;
    assert_eq!(app.until_told(&now.id).await.state, TaskState::Completed);
    for batch in batches {
        assert_eq!(app.core.task(&batch.id).await.unwrap().state, TaskState::Running);
    }
}

#[tokio::test]
async fn the_log_says_that_it_waits_in_a_batch() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let task = send(&app).await;
    let log = app.core.log(&task.id).await.unwrap();
    let remote = log.into_iter().find(|event| matches!(event.kind, EventKind::WentRemote { .. }));
    assert_eq!(remote.unwrap().kind, EventKind::WentRemote { attempt: 1, in_batch: true });
}

#[tokio::test]
async fn a_model_that_cannot_do_it_goes_on_without_a_batch() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let near = NewProvider { name: "near".to_owned(), ..sim(&app.server.base_url()) };
    app.core.add_provider(near).await.unwrap();
    app.server.script("m", [text("Here."), stop()]);
    let task = send(&app).await;
    server.end(&json!({"type": "expired"}));
    app.core.wake().await;
    app.until_state(&task.id, TaskState::Waiting).await;
    assert!(!app.core.hand_over_task(&task.id, "near/m").await.unwrap().in_batch);
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "Here.");
}

#[tokio::test]
async fn a_server_that_has_no_batches_is_not_asked_at_full_price_without_a_word() {
    let app = Harness::speaking(ProviderKind::Anthropic).await;
    let task = app.core.send_message(batched("m")).await.unwrap().task;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    let error = waits.error.unwrap();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("no_batches", "The provider does not answer in batches.")
    );
    assert_eq!(
        error.hint,
        "Your prompt is kept. Ask for an answer now, at full price, or choose another model."
    );
}

#[tokio::test]
async fn what_cannot_be_a_batch_is_refused_with_what_to_do_and_nothing_is_sent() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let near = NewProvider { name: "near".to_owned(), ..sim(&app.server.base_url()) };
    app.core.add_provider(near).await.unwrap();
    let near = || Some("near/m".to_owned());
    let seconds = Budget { seconds: Some(60), ..Budget::default() };
    for (message, words) in [
        (SendMessage { lane: Lane::Interactive, ..batched("m") }, "only for the background"),
        (SendMessage { model: near(), ..batched("m") }, "near/m does not answer in batches"),
        (SendMessage { compare_with: near(), ..batched("m") }, "near/m does not answer in batches"),
        (SendMessage { in_parts: true, ..batched("m") }, "part by part"),
        (SendMessage { budget: Some(seconds), ..batched("m") }, "cannot have a cap in seconds"),
    ] {
        let refused = app.core.send_message(message).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Invalid);
        assert!(refused.message.contains(words), "{words}: {}", refused.message);
        assert!(refused.message.ends_with("Nothing was sent"), "{}", refused.message);
    }
    assert_eq!(app.core.tasks(200, None).await.unwrap().active, []);
    let task = send(&app).await;
    let refused = app.core.set_budget(&task.id, seconds).await.unwrap_err();
    assert!(refused.message.contains("cannot have a cap in seconds"), "{}", refused.message);
}

#[tokio::test]
async fn the_usual_cap_in_seconds_is_not_for_batches() {
    let server = BatchServer::start().await;
    let app = at(&server).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.task_budget = Budget { seconds: Some(60), tokens: Some(500), ..Budget::default() };
    app.core.save_settings(settings).await.unwrap();
    let task = send(&app).await;
    assert_eq!(task.budget, Some(Budget { tokens: Some(500), ..Budget::default() }));
}
