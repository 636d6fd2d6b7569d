//! A real job by an agent with the window closed: it reaches its cap, waits for a yes to each change, is told by notices, survives two
//! kills, runs the folder's own test, and all of it is put back by a button.

use crate::stage::home::Home;
use crate::stage::notices::{self, Notices};
use meanwhile_core::model::Settings;
use meanwhile_support::job::{self, WRONG};
use meanwhile_support::model_server::{Gate, ModelServer};
use serde_json::json;

const JOB: &str = "Mend the notes about birds";

// F9, F64
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_does_a_real_job_behind_yeses_in_the_window_through_two_kills_and_is_put_back() {
    let (server, work, held) = (ModelServer::start().await, tempfile::tempdir().unwrap(), Gate::new());
    job::prepare(work.path());
    let before = job::contents(work.path());
    server.scripts("story", job::answers(&held));
    let settings = Settings {
        default_model: Some("sim/story".to_owned()),
        notices: Some(true),
        welcomed: true,
        ..Settings::default()
    };
    let home = Home::new("agent").set_up_with(&server.base_url(), settings).await;
    let notices = Notices::listen(&home.desktop).await;

    // Given without a window, and killed while the model thinks about the forty files it read.
    let app = home.start(&["--hidden"]).await;
    let budget = json!({ "steps": job::CAP });
    let start = json!({ "prompt": JOB, "agent": "General", "folder": work.path(), "budget": budget });
    app.api().post("/background-agents/start", &start).await.expect(201);
    held.reached().await;
    app.crash().await;

    // It goes on by itself up to its cap, and says so; a click shows it, a press lets it go on.
    let app = home.start(&["--hidden"]).await;
    let capped = notices.until(&format!("Needs you: {JOB}")).await;
    assert!(capped.body.starts_with(&format!("Its cap of {} steps is reached.", job::CAP)), "{capped:?}");
    notices.click(&home.desktop, &capped).await;
    app.window().await;
    let page = app.page().await;
    page.until_says(".is-plan", "Read all notes").await;
    page.press(&format!("Add {} steps", job::CAP)).await;

    // Nothing is changed without a yes for exactly that.
    page.until_says(".approval", "Edit notes/00.txt").await;
    page.until_says(".approval", "The heron waits.").await;
    assert_eq!(job::contents(work.path()), before);
    for file in 0..WRONG {
        page.until_says(".approval", &format!("Edit {}", job::name(file))).await;
        page.press("Allow once").await;
    }
    page.until_says(".is-plan", "Mend the mistakes").await;
    page.until_says(".approval", job::TEST).await;
    page.press("Allow once").await;
    job::test_begun(work.path()).await;
    drop(page);
    app.crash().await;

    // It was cut in the middle of the test: nobody knows how far that came, so it is asked again.
    notices::clear(&home.desktop).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    app.api().post("/open", &json!({ "task": app.task(JOB).await["id"] })).await.expect(200);
    page.until_says(".approval", "nobody knows how far it came").await;
    page.press("Allow once").await;
    page.until_answer(1, job::SUMMARY).await;
    assert_eq!(job::runs(work.path()), 2, "once for each yes");
    let told = app.until_told(JOB).await;
    assert_eq!((told["files_changed"].as_u64(), told["state"].as_str()), (Some(13), Some("completed")));

    page.press("13 files changed").await;
    page.until_says("[role=dialog]", "notes/11.txt").await;
    page.press("Put all back").await;
    page.press("Put 13 files back").await;
    page.until_says("[role=dialog]", "Put back, ").await;
    page.until_gone(".changes-list .changes-name").await;
    assert_eq!(app.task(JOB).await["files_changed"], 0);
    assert_eq!(job::contents(work.path()), before);
    app.assert_healthy().await;
}
