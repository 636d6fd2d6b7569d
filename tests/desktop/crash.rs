//! The main job with the plug pulled in the middle.

use crate::stage::app::MAIN;
use crate::stage::home::Home;
use crate::stage::notices::{self, Notices};
use meanwhile_core::doctor;
use meanwhile_core::model::{AttemptEnd, Settings, TaskId};
use meanwhile_support::model_server::{Gate, ModelServer, hang, stop, text, wait};

const FERRIES: &str = "Compare the ferries to Bergen";
const POEM: &str = "Write a poem about rain";

// F2, F10
#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_background_answers_go_on_without_a_window_and_nothing_shown_is_lost() {
    let server = ModelServer::start().await;
    let (ferries, poem) = (Gate::new(), Gate::new());
    server.scripts(
        "story",
        [
            vec![text("The night ferry is slow, "), hang()],
            vec![wait(&ferries), text("but the cheapest."), stop()],
        ],
    );
    server.scripts(
        "away",
        [vec![text("Grey threads in the "), hang()], vec![wait(&poem), text("gutter."), stop()]],
    );
    let settings = Settings {
        default_model: Some("sim/story".to_owned()),
        notices: Some(true),
        welcomed: true,
        ..Settings::default()
    };
    let home = Home::new("crash").set_up_with(&server.base_url(), settings).await;
    let notices = Notices::listen(&home.desktop).await;

    // Two answers on their way, both half on the screen; then the process is gone.
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.send(FERRIES, &["Enter"]).await;
    page.until_answer(1, "The night ferry is slow,").await;
    page.press("Continue in background").await;
    page.until_answer(1, "Going on in the background.").await;
    page.chord(&["ctrl", "n"]).await.unwrap();
    page.until_says("h1", "New chat").await;
    app.choose_model("sim/away").await;
    page.until_says(".model-picker", "away").await;
    page.send(POEM, &["ctrl", "shift", "Enter"]).await;
    page.until_answer(1, "Grey threads in the").await;
    let poem_id = app.task(POEM).await["id"].as_str().unwrap().to_owned();
    let ferries_id = app.task(FERRIES).await["id"].as_str().unwrap().to_owned();
    drop(page);
    app.crash().await;

    // Started without a window it goes on by itself and tells of each.
    let app = home.start(&["--hidden"]).await;
    ferries.reached().await;
    ferries.open();
    notices.until(&format!("Done: {FERRIES}")).await;
    poem.reached().await;
    notices::clear(&home.desktop).await;
    poem.open();
    let notice = notices.until(&format!("Done: {POEM}")).await;
    assert_eq!(home.desktop.find(app.pid, MAIN).await, None, "a hidden start makes no window");

    notices.click(&home.desktop, &notice).await;
    let page = app.page().await;
    page.until_says("h1", POEM).await;
    page.until_answer(1, "Grey threads in the gutter.").await;
    page.until_answer(1, "Finished in background").await;

    for prompt in [FERRIES, POEM] {
        let task = app.until_told(prompt).await;
        assert_eq!(app.times_told(&task, "native").await, 1);
        assert_eq!(task["attempt"], 2);
    }
    assert_eq!(notices.titles(), [format!("Done: {FERRIES}"), format!("Done: {POEM}")]);
    app.assert_healthy().await;
    app.quit().await;

    // What had been on the screen is kept with the attempt that brought it.
    assert_eq!(doctor::check(&home.data_dir()).unwrap(), []);
    let core = home.core().await;
    for (id, shown) in [(ferries_id, "The night ferry is slow, "), (poem_id, "Grey threads in the ")] {
        let attempts = core.attempts(&TaskId::from_text(id)).await.unwrap();
        assert_eq!(attempts[0].end, Some(AttemptEnd::Interrupted));
        assert_eq!(attempts[0].kept_text, shown);
        assert_eq!(attempts[1].end, Some(AttemptEnd::Complete));
    }
    core.shutdown().await;
}
