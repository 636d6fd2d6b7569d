//! A job by an agent with the window closed: it waits for a yes, is told, survives two kills, and is put back by a button.

use crate::stage::home::Home;
use crate::stage::notices::{self, Notices};
use meanwhile_core::model::Settings;
use meanwhile_support::model_server::{Gate, ModelServer, Step, call, done, finish, stop, text, wait};
use serde_json::json;
use std::path::Path;

const JOB: &str = "Mend the notes about birds";

fn asks(calls: impl IntoIterator<Item = Step>) -> Vec<Step> {
    calls.into_iter().chain([finish("tool_calls"), done()]).collect()
}

fn edit(file: u32) -> Step {
    let path = format!("{file}.txt");
    call("edit_file", json!({ "path": path, "old": "hernon", "new": "heron" }))
}

fn note(folder: &Path, file: u32) -> String {
    std::fs::read_to_string(folder.join(format!("{file}.txt"))).unwrap()
}

// F9, F64
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_asks_by_a_notice_goes_on_after_a_yes_in_the_window_survives_kills_and_is_put_back() {
    let (server, work, held) = (ModelServer::start().await, tempfile::tempdir().unwrap(), Gate::new());
    for file in 1..=3 {
        std::fs::write(work.path().join(format!("{file}.txt")), format!("Note {file}.\nThe hernon waits.\n"))
            .unwrap();
    }
    let reads = (1..=3).map(|file| call("read_file", json!({ "path": format!("{file}.txt") })));
    let test = call("run_command", json!({ "command": "! grep -l hernon *.txt" }));
    let edits = || asks([edit(1), edit(2)]);
    server.scripts(
        "story",
        [
            asks([text("I look first.")].into_iter().chain(reads)),
            [vec![wait(&held)], edits()].concat(),
            edits(),
            asks([edit(3), test]),
            vec![text("All three say heron now."), stop()],
        ],
    );
    let settings = Settings {
        default_model: Some("sim/story".to_owned()),
        notices: Some(true),
        welcomed: true,
        ..Settings::default()
    };
    let home = Home::new("agent").set_up_with(&server.base_url(), settings).await;
    let notices = Notices::listen(&home.desktop).await;

    // Given without a window, and killed while the model thinks.
    let app = home.start(&["--hidden"]).await;
    let start = json!({ "prompt": JOB, "agent": "General", "folder": work.path() });
    app.api().post("/background-agents/start", &start).await.expect(201);
    held.reached().await;
    app.crash().await;

    // It goes on by itself, and asks.
    let app = home.start(&["--hidden"]).await;
    let asked = notices.until(&format!("Needs you: {JOB}")).await;
    assert!(asked.body.starts_with("General wants to do 2 things. The first: Edit 1.txt."), "{asked:?}");
    assert_eq!(note(work.path(), 1), "Note 1.\nThe hernon waits.\n", "nothing happened before");
    notices.click(&home.desktop, &asked).await;
    app.window().await;
    let page = app.page().await;
    page.until_says(".approval", "Edit 1.txt").await;
    page.until_says(".approval", "The heron waits.").await;
    page.press("Allow once").await;
    page.until_says(".approval", "Edit 2.txt").await;
    page.press("Allow once").await;
    page.until_says(".approval", "Edit 3.txt").await;
    assert_eq!(note(work.path(), 2), "Note 2.\nThe heron waits.\n");
    drop(page);
    app.crash().await;

    // The question is still there, and the rest of the job goes on after it.
    notices::clear(&home.desktop).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    app.api().post("/open", &json!({ "task": app.task(JOB).await["id"] })).await.expect(200);
    page.until_says(".approval", "Edit 3.txt").await;
    page.press("Allow once").await;
    page.until_says(".approval", "grep -l hernon").await;
    page.press("Allow once").await;
    page.until_answer(1, "All three say heron now.").await;
    let told = app.until_told(JOB).await;
    assert_eq!((told["files_changed"].as_u64(), told["state"].as_str()), (Some(3), Some("completed")));

    page.press("3 files changed").await;
    page.until_says("[role=dialog]", "3.txt").await;
    page.press("Put all back").await;
    page.press("Put back").await;
    page.until_says("[role=dialog]", "back").await;
    page.until_gone(".changes-list li").await;
    assert_eq!(app.task(JOB).await["files_changed"], 0);
    for file in 1..=3 {
        assert_eq!(note(work.path(), file), format!("Note {file}.\nThe hernon waits.\n"));
    }
    app.assert_healthy().await;
}
