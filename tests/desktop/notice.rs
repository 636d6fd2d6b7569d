//! Notices on the desktop: when there is one, what it says, and where it leads.

use crate::stage::desktop::Desktop;
use crate::stage::home::Home;
use crate::stage::notice_service::NoticeService;
use crate::stage::notices::{self, Notices};
use meanwhile_core::model::Settings;
use meanwhile_support::model_server::{Gate, ModelServer, refuse, stop, text, wait};
use serde_json::json;

const FERRIES: &str = "Compare the ferries to Bergen";
const POEM: &str = "Write a poem about rain";

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told_as_one_and_a_click_leads_there_while_the_window_shows_something_else() {
    let server = ModelServer::start().await;
    let body = r#"{"error":{"message":"The prompt is too strange","type":"invalid_request_error"}}"#;
    server.script("story", [refuse(400, &[], body)]);
    let home = Home::new("failure notice").set_up(&server).await;
    let notices = Notices::listen(&home.desktop).await;
    let app = home.start(&[]).await;
    let page = app.page().await;

    let ask = json!({ "prompt": FERRIES, "model": "sim/story" });
    app.api().start(&ask).await;
    let notice = notices.until(&format!("Failed: {FERRIES}")).await;
    assert!(notice.body.contains("The prompt is too strange"), "{notice:?}");
    page.until_says("h1", "New chat").await;
    notices.click(&home.desktop, &notice).await;
    page.until_says("h1", FERRIES).await;
    page.until_answer(1, "The prompt is too strange").await;
    page.button("Edit the prompt").await;
    assert_eq!(notices.titles(), [format!("Failed: {FERRIES}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_that_follow_a_notice_closely_are_one_notice_and_a_click_leads_to_the_one_that_failed() {
    let server = ModelServer::start().await;
    let (first, second) = (Gate::new(), Gate::new());
    let answer = |gate: &Gate| vec![text("The night "), wait(gate), text("ferry."), stop()];
    let refused = vec![refuse(400, &[], r#"{"error":{"message":"The prompt is too strange"}}"#)];
    server.scripts("story", [answer(&first), answer(&second), refused]);
    let home = Home::new("several notices").set_up(&server).await;
    let notices = Notices::listen(&home.desktop).await;
    let app = home.start(&["--hidden"]).await;
    let ask = async |prompt| app.api().start(&json!({ "prompt": prompt, "model": "sim/story" })).await;
    ask(FERRIES).await;
    first.reached().await;
    ask(POEM).await;
    second.reached().await;

    first.open();
    notices.until(&format!("Done: {FERRIES}")).await;
    notices::clear(&home.desktop).await;
    second.open();
    ask("Something strange").await;
    let several = notices.until("2 tasks: 1 done, 1 failed").await;
    assert!(several.body.contains(POEM) && several.body.contains("Something strange"), "{several:?}");
    notices.click(&home.desktop, &several).await;
    let page = app.page().await;
    page.until_says("h1", "Something strange").await;
    for prompt in [FERRIES, POEM, "Something strange"] {
        assert_eq!(app.times_told(&app.until_told(prompt).await, "native").await, 1, "{prompt}");
    }
    assert_eq!(notices.all().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_is_being_looked_at_is_not_told_on_the_desktop_and_another_one_is() {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    server.script("story", [text("The night "), wait(&gate), text("ferry."), stop()]);
    let home = Home::new("watched").set_up(&server).await;
    let notices = Notices::listen(&home.desktop).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    home.desktop.until_focused(&app.window().await).await;

    page.send(POEM, &["ctrl", "shift", "Enter"]).await;
    page.until_answer(1, "The night").await;
    page.chord(&["ctrl", "n"]).await.unwrap();
    page.until_says("h1", "New chat").await;
    page.send(FERRIES, &["ctrl", "shift", "Enter"]).await;
    page.until_says("h1", FERRIES).await;
    page.until_answer(1, "The night").await;
    gate.open();
    page.until_answer(1, "The night ferry.").await;
    let (watched, other) = (app.until_told(FERRIES).await, app.until_told(POEM).await);
    notices.until(&format!("Done: {POEM}")).await;
    assert_eq!(notices.titles(), [format!("Done: {POEM}")]);
    assert_eq!((app.times_told(&watched, "native").await, app.times_told(&other, "native").await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_asked_for_once_and_can_hide_what_they_are_about() {
    let server = ModelServer::start().await;
    let (first, second) = (Gate::new(), Gate::new());
    server.scripts(
        "story",
        [
            vec![text("The night "), wait(&first), text("ferry."), stop()],
            vec![text("Grey "), wait(&second), text("threads."), stop()],
        ],
    );
    let settings = Settings {
        default_model: Some("sim/story".to_owned()),
        private_notices: true,
        close_explained: true,
        welcomed: true,
        ..Settings::default()
    };
    let home = Home::new("asked for notices").set_up_with(&server.base_url(), settings).await;
    let notices = Notices::listen(&home.desktop).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    page.send(FERRIES, &["ctrl", "shift", "Enter"]).await;
    page.until_says(".notice-card", "Want a desktop notice when background work is done?").await;
    page.press("Enable notifications").await;
    page.until_gone(".notice-card").await;
    home.desktop.close(&app.window().await).await;
    app.until_windowless().await;
    first.open();
    let notice = notices.until("A task is done").await;
    assert_eq!(notice.body, "", "nothing of the answer stands on the desktop");

    notices::clear(&home.desktop).await;
    assert!(home.start_again(&[]).await.success());
    app.window().await;
    page.until_up().await;
    page.send(POEM, &["ctrl", "shift", "Enter"]).await;
    page.until_answer(2, "Got it. We'll keep working on this.").await;
    assert_eq!(page.find(".notice-card").await, None, "it is asked once");
    second.open();
    app.until_told(POEM).await;
}

// F48
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_service_that_never_answers_holds_nothing_up_and_each_failure_is_recorded() {
    let home = Home::on(Desktop::without("tray notices keychain").await, "silent notices");
    let service = NoticeService::Silent.on(&home.desktop);
    not_shown(home, "the notification service does not answer").await;
    drop(service);
}

// F48
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_the_service_refuses_is_recorded_with_its_words() {
    let home = Home::on(Desktop::without("tray notices keychain").await, "refusing notices");
    let service = NoticeService::Refusing.on(&home.desktop);
    not_shown(home, "the notification service refused it: too many notices").await;
    drop(service);
}

/// More outcomes than the app has threads for what blocks; each is in the app, with the reason why it was not shown.
async fn not_shown(home: Home, why: &str) {
    let server = ModelServer::start().await;
    server.script("story", [text("The night ferry."), stop()]);
    let home = home.set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    for round in 0..5 {
        let prompt = format!("{FERRIES} {round}");
        app.api().start(&json!({ "prompt": prompt, "model": "sim/story" })).await;
        let told = app.until_told(&prompt).await;
        assert_eq!(
            (&told["delivery"]["state"], &told["delivery"]["channels"]),
            (&json!("failed"), &json!(["inbox"])),
            "{told:#}"
        );
        assert_eq!(told["delivery"]["error"], why, "{told:#}");
    }
    page.send(POEM, &["Enter"]).await;
    page.until_answer(1, "The night ferry.").await;
    page.until_says(".task.is-completed", "Not delivered to the desktop").await;
    app.assert_healthy().await;
}
