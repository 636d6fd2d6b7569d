//! The user's own channels: nothing before a test arrived, then each outcome once, and a failure by its kind.

use meanwhile_core::model::{
    Channel, ChannelPlace, ChannelState, FailureKind, Lane, MailSecurity, Receipt, ReceiptState, Task,
    TaskState,
};
use meanwhile_core::{ErrorCode, NewChannel};
use meanwhile_support::harness::{Harness, SetClock, code};
use meanwhile_support::model_server::{stop, text};
use meanwhile_support::sink::{Does, Sink};
use serde_json::json;
use std::time::Duration;

pub fn webhook(name: &str, sink: &Sink) -> NewChannel {
    let place = ChannelPlace::Webhook { host: String::new() };
    NewChannel { name: name.to_owned(), place, secret: Some(sink.url("/hook/canary-address")) }
}

fn mail(sink: &Sink) -> NewChannel {
    let place = ChannelPlace::Email {
        host: "127.0.0.1".to_owned(),
        port: sink.address.port(),
        security: MailSecurity::None,
        user: Some("me".to_owned()),
        from: "Meanwhile <me@example.com>".to_owned(),
        to: "you@example.com".to_owned(),
    };
    NewChannel { name: "mail".to_owned(), place, secret: Some("password".to_owned()) }
}

/// Adds a channel, and goes through its dry run.
pub async fn add(app: &Harness, new: NewChannel) -> Channel {
    let name = new.name.clone();
    assert_eq!(app.core.add_channel(new).await.unwrap().state, ChannelState::New);
    assert_eq!(app.core.test_channel(&name).await.unwrap().state, ChannelState::Tested);
    let ready = app.core.confirm_channel(&name, true).await.unwrap();
    assert_eq!(ready.state, ChannelState::Ready);
    ready
}

pub fn receipt(task: &Task, channel: &str) -> Option<Receipt> {
    task.delivery.as_ref()?.receipts.iter().find(|receipt| receipt.channel == channel).cloned()
}

pub async fn until(app: &Harness, task: &Task, channel: &str, state: ReceiptState) -> Receipt {
    let is_so = |task: &Task| receipt(task, channel).is_some_and(|receipt| receipt.state == state);
    receipt(&app.until(&task.id, is_so).await, channel).unwrap()
}

pub async fn answered(app: &Harness, answer: &str) -> Task {
    app.server.script("m", [text(answer), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await
}

// C02, C06
#[tokio::test]
async fn an_outcome_is_one_message_on_each_channel_in_its_own_form() {
    let app = Harness::start().await;
    let (hook, slack, ntfy, post) =
        (Sink::http().await, Sink::http().await, Sink::http().await, Sink::mail().await);
    add(&app, webhook("hook", &hook)).await;
    let place = ChannelPlace::Slack { host: String::new() };
    add(&app, NewChannel { name: "slack".to_owned(), place, secret: Some(slack.url("/services/T0/B0/x")) })
        .await;
    let place = ChannelPlace::Ntfy { server: ntfy.url(""), topic: "mine".to_owned() };
    add(&app, NewChannel { name: "phone".to_owned(), place, secret: Some("tk_secret".to_owned()) }).await;
    add(&app, mail(&post)).await;
    let task = answered(&app, "Nordkai is <b>cheap</b> & good. It takes two days.").await;
    for channel in ["hook", "slack", "phone", "mail"] {
        until(&app, &task, channel, ReceiptState::Sent).await;
    }
    for sink in [&hook, &slack, &ntfy, &post] {
        assert_eq!(sink.heard().len(), 2, "its test and the outcome");
    }
    let heard = &hook.heard()[1];
    let told = heard.json();
    assert_eq!(told["event"], "done");
    assert_eq!(told["task_id"], task.id.as_str());
    assert_eq!((told["title"].as_str(), told["state"].as_str()), (Some("Summarise this"), Some("completed")));
    assert_eq!(told["text"], "Nordkai is <b>cheap</b> & good. It takes two days.");
    assert!(heard.header("idempotency-key").unwrap().starts_with(task.id.as_str()));
    assert_eq!(
        slack.heard()[1].json()["text"],
        "*Done: Summarise this*\nNordkai is &lt;b&gt;cheap&lt;/b&gt; &amp; good. It takes two days."
    );
    let told = ntfy.heard()[1].clone();
    assert_eq!(told.header("authorization"), Some("bearer tk_secret"));
    assert_eq!(
        told.json(),
        json!({
            "topic": "mine", "title": "Done: Summarise this", "priority": 3, "tags": ["white_check_mark"],
            "message": "Nordkai is <b>cheap</b> & good. It takes two days.",
        })
    );
    let mail = post.heard()[1].clone();
    assert!(mail.head.contains("you@example.com"));
    assert!(mail.body.contains("Subject: Done: Summarise this"), "{}", mail.body);
    assert!(mail.body.contains("It takes two days."), "{}", mail.body);
    app.assert_healthy().await;
}

// C06
#[tokio::test]
async fn a_channel_tells_nothing_before_its_test_was_sent_and_said_to_have_arrived() {
    let app = Harness::start().await;
    let sink = Sink::http().await;
    let new = app.core.add_channel(webhook("hook", &sink)).await.unwrap();
    assert_eq!(new.state, ChannelState::New);
    assert_eq!(code(app.core.confirm_channel("hook", true).await), ErrorCode::Conflict);
    let first = answered(&app, "one").await;
    assert_eq!(receipt(&first, "hook"), None);
    app.core.test_channel("hook").await.unwrap();
    let second = answered(&app, "two").await;
    assert_eq!(receipt(&second, "hook"), None, "tested is not confirmed");
    let sent: serde_json::Value = serde_json::from_str(&new.preview).unwrap();
    let told = sink.heard();
    assert_eq!(told.len(), 1, "the test alone");
    assert_eq!(told[0].json()["text"], sent["text"], "what was shown beforehand");
    app.core.confirm_channel("hook", true).await.unwrap();
    let third = answered(&app, "three").await;
    until(&app, &third, "hook", ReceiptState::Sent).await;
    assert_eq!(sink.heard().len(), 2);
    app.core.add_channel(webhook("hook", &sink)).await.unwrap();
    assert_eq!(
        app.core.channels().await.unwrap()[0].state,
        ChannelState::New,
        "a changed one is tested anew"
    );
}

// F48
#[tokio::test]
async fn what_a_dead_run_was_sending_is_shown_as_unknown_and_never_sent_again() {
    let mut app = Harness::start().await;
    let (hook, post) = (Sink::http().await, Sink::mail().await);
    add(&app, webhook("hook", &hook)).await;
    add(&app, mail(&post)).await;
    hook.next([Does::Hangs]);
    post.next([Does::Hangs]);
    let task = answered(&app, "ok").await;
    hook.until(2).await;
    post.until(2).await;
    app.crash().await;
    for channel in ["hook", "mail"] {
        let told = until(&app, &task, channel, ReceiptState::Unknown).await;
        assert_eq!(told.failure, Some(FailureKind::Unknown));
        assert!(told.error.unwrap().contains("may have arrived"));
    }
    // What comes later is sent, and that one not.
    let later = answered(&app, "later").await;
    let at_end = |state| matches!(state, ReceiptState::Sent | ReceiptState::Failed);
    app.until(&later.id, |task| receipt(task, "hook").is_some_and(|told| at_end(told.state))).await;
    let told: Vec<_> = hook.heard().iter().map(|heard| heard.json()["task_id"].clone()).collect();
    assert_eq!(told.iter().filter(|id| **id == task.id.as_str()).count(), 1);
    assert_eq!(post.heard().len(), 2);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_message_is_unknown_and_not_tried_again() {
    let app = Harness::start().await;
    let (hook, post) = (Sink::http().await, Sink::mail().await);
    add(&app, webhook("hook", &hook)).await;
    add(&app, mail(&post)).await;
    hook.next([Does::Breaks]);
    post.next([Does::Breaks]);
    let task = answered(&app, "ok").await;
    for channel in ["hook", "mail"] {
        let told = until(&app, &task, channel, ReceiptState::Unknown).await;
        assert_eq!(told.due_at, None, "{channel}");
    }
    assert_eq!((hook.heard().len(), post.heard().len()), (2, 2));
    app.assert_healthy().await;
}

// C06
#[tokio::test]
async fn each_failure_has_its_kind_in_the_receipt_and_at_the_channel() {
    let app = Harness::start().await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    for (status, kind) in [
        (403, FailureKind::Permission),
        (410, FailureKind::MissingTarget),
        (302, FailureKind::MissingTarget),
        (500, FailureKind::Refused),
    ] {
        sink.next([Does::Refuses(status, None)]);
        let task = answered(&app, "ok").await;
        let told = until(&app, &task, "hook", ReceiptState::Failed).await;
        assert_eq!(told.failure, Some(kind), "{status}");
        assert!(told.error.as_ref().unwrap().contains(&status.to_string()), "{told:?}");
        let channel = app.core.channels().await.unwrap().remove(0);
        assert_eq!(channel.failure.map(|failure| failure.kind), Some(kind));
        assert_eq!(app.core.task(&task.id).await.unwrap().state, TaskState::Completed);
    }
    let asked: Vec<_> =
        sink.heard().iter().filter(|heard| heard.head.starts_with("post /elsewhere")).cloned().collect();
    assert_eq!(asked, [], "no redirect is followed");
    let task = answered(&app, "ok").await;
    until(&app, &task, "hook", ReceiptState::Sent).await;
    assert_eq!(app.core.channels().await.unwrap()[0].failure, None, "it works again");
    app.assert_healthy().await;
}

#[tokio::test]
async fn mail_says_whether_the_password_the_mailbox_or_the_moment_was_wrong() {
    let app = Harness::start().await;
    let sink = Sink::mail().await;
    add(&app, mail(&sink)).await;
    sink.set_password("another");
    let task = answered(&app, "ok").await;
    let told = until(&app, &task, "mail", ReceiptState::Failed).await;
    assert_eq!(told.failure, Some(FailureKind::Permission));
    assert_eq!(told.error.as_deref(), Some("127.0.0.1 refused the name or the password (535)."));
    sink.set_password("password");
    sink.next([Does::Refuses(550, None)]);
    let task = answered(&app, "ok").await;
    let told = until(&app, &task, "mail", ReceiptState::Failed).await;
    assert_eq!(told.failure, Some(FailureKind::MissingTarget));
    sink.next([Does::Refuses(450, None)]);
    let task = answered(&app, "ok").await;
    let told =
        app.until(&task.id, |task| receipt(task, "mail").is_some_and(|told| told.failure.is_some())).await;
    let told = receipt(&told, "mail").unwrap();
    assert_eq!((told.state, told.failure), (ReceiptState::Due, Some(FailureKind::RateLimit)));
    app.assert_healthy().await;
}

// C06
#[tokio::test]
async fn what_certainly_did_not_arrive_is_tried_again_a_few_times_and_then_shown() {
    let clock = SetClock::at(1_700_000_000_000);
    let app = Harness::at(clock.clone()).await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    sink.next([503, 429, 503, 429].map(|code| Does::Refuses(code, (code == 429).then_some(600))));
    let task = answered(&app, "ok").await;
    let mut due: Vec<meanwhile_core::model::Timestamp> = Vec::new();
    for tries in 2..=4 {
        sink.until(tries).await;
        let next = |task: &Task| {
            let told = receipt(task, "hook").filter(|told| told.failure.is_some())?;
            told.due_at.filter(|at| due.last().is_none_or(|last| at > last))
        };
        let told = app.until(&task.id, |task| next(task).is_some()).await;
        due.push(next(&told).unwrap());
        clock.set(due[due.len() - 1].as_ms());
        // Whoever waits for a moment looks at the clock again when something happens.
        app.core.save_settings(app.core.settings().await.unwrap()).await.unwrap();
    }
    let told = until(&app, &task, "hook", ReceiptState::Failed).await;
    assert_eq!(told.failure, Some(FailureKind::RateLimit));
    assert_eq!(sink.heard().len(), 5, "its test, and four tries");
    let waited: Vec<_> = due.iter().map(|at| at.as_ms() - 1_700_000_000_000).collect();
    assert_eq!(waited, [60_000, 660_000, 2_460_000], "a minute, the ten it asked for, half an hour");
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_comes_closely_after_a_message_is_told_to_people_together() {
    let app = Harness::gathering(Duration::from_millis(400)).await;
    let sink = Sink::mail().await;
    add(&app, mail(&sink)).await;
    let first = answered(&app, "one").await;
    until(&app, &first, "mail", ReceiptState::Sent).await;
    app.server.scripts("m", [vec![text("Tides."), stop()], vec![text("Rain."), stop()]]);
    let rest = [app.send("m", Lane::Background).await, app.send("m", Lane::Background).await];
    for task in &rest {
        until(&app, task, "mail", ReceiptState::Sent).await;
    }
    let heard = sink.heard();
    assert_eq!(heard.len(), 3, "its test, the first, and both others");
    assert!(heard[2].body.contains("Subject: 2 tasks are done") && heard[2].body.contains("Rain."));
}

// S-25
#[tokio::test]
async fn what_is_secret_about_a_channel_is_in_no_answer_and_not_in_the_data() {
    let app = Harness::start().await;
    let (hook, post) = (Sink::http().await, Sink::mail().await);
    let shown = add(&app, webhook("hook", &hook)).await;
    post.set_password("canary-password");
    let mail = NewChannel { secret: Some("canary-password".to_owned()), ..mail(&post) };
    let mail = add(&app, mail).await;
    hook.next([Does::Refuses(500, None)]);
    let task = answered(&app, "ok").await;
    until(&app, &task, "hook", ReceiptState::Failed).await;
    until(&app, &task, "mail", ReceiptState::Sent).await;
    post.set_password("another");
    let task = answered(&app, "ok").await;
    let refused = until(&app, &task, "mail", ReceiptState::Failed).await;
    let login = Sink::login("me", "canary-password");
    let said = format!(
        "{refused:?} {shown:?} {mail:?} {:?} {:?}",
        app.core.log(&task.id).await.unwrap(),
        app.core.channels().await
    );
    assert!(!said.contains("canary") && !said.contains(&login), "{said}");
    for file in std::fs::read_dir(app.data_dir()).unwrap() {
        let Ok(bytes) = std::fs::read(file.unwrap().path()) else { continue };
        for secret in [&b"canary-address"[..], b"canary-password", login.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "a secret is in the data");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_a_channel_is_refused_with_its_reason() {
    let app = Harness::start().await;
    let sink = Sink::http().await;
    let refused = |new: NewChannel| {
        let core = app.core.clone();
        async move { core.add_channel(new).await.unwrap_err().message }
    };
    let hook = |address: &str| NewChannel { secret: Some(address.to_owned()), ..webhook("hook", &sink) };
    assert!(refused(hook("http://example.com/x")).await.contains("use https://"));
    assert!(refused(hook("ftp://example.com")).await.contains("https://"));
    assert!(
        refused(NewChannel { secret: None, ..webhook("hook", &sink) })
            .await
            .contains("the address is missing")
    );
    assert!(
        refused(NewChannel { name: "native".to_owned(), ..webhook("x", &sink) })
            .await
            .contains("there already")
    );
    let mut open = mail(&sink);
    if let ChannelPlace::Email { host, .. } = &mut open.place {
        *host = "mail.example.com".to_owned();
    }
    assert!(refused(open).await.contains("without encryption"));
    assert!(refused(NewChannel { secret: None, ..mail(&sink) }).await.contains("the password is missing"));
    assert_eq!(app.core.channels().await.unwrap(), []);
}

// C06
#[tokio::test]
async fn what_waits_for_one_place_never_goes_to_another_of_the_same_name() {
    let clock = SetClock::at(1_700_000_000_000);
    let app = Harness::at(clock.clone()).await;
    let (old, new) = (Sink::http().await, Sink::http().await);
    add(&app, webhook("Hook", &old)).await;
    old.next([Does::Refuses(503, None)]);
    let waits = answered(&app, "ok").await;
    let has_failed = |task: &Task| receipt(task, "Hook").is_some_and(|told| told.failure.is_some());
    app.until(&waits.id, has_failed).await;
    // The name is the same in other letters.
    add(&app, webhook("hook", &new)).await;
    let told = until(&app, &waits, "Hook", ReceiptState::Failed).await;
    assert!(told.error.unwrap().contains("changed"));
    // And what is on its way while it is changed.
    new.next([Does::Stays(503)]);
    let on_its_way = answered(&app, "ok").await;
    new.until(2).await;
    let last = Sink::http().await;
    add(&app, webhook("hook", &last)).await;
    new.go_on();
    let told = until(&app, &on_its_way, "Hook", ReceiptState::Failed).await;
    assert_eq!(told.failure, Some(FailureKind::RateLimit));
    clock.set(1_700_100_000_000);
    let later = answered(&app, "ok").await;
    until(&app, &later, "Hook", ReceiptState::Sent).await;
    assert_eq!((old.heard().len(), new.heard().len(), last.heard().len()), (2, 2, 2));
    app.assert_healthy().await;
}
