//! U4: from a key to the frame that shows it, while an answer streams and 500 tasks work in the background.
//!
//! The keys are pressed on the X server's keyboard. A key counts from the moment the event carries, and its frame is
//! done when a message gets through that was posted in that frame's callback. The page's clock goes in milliseconds.

use crate::desktop::answer;
use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::thread::MainThread;
use crate::report::{Figure, Report};
use crate::stage::fact::{until, within};
use crate::{Choice, Outcome};
use meanwhile_support::model_server::Gate;
use serde_json::{Value, json};
use std::time::Duration;

/// Tasks that stream in the background, a piece of text a second each.
const TASKS: usize = 500;
const TASK_MODEL: &str = "sim/sim-c3600-b24-r1";
/// Bytes of the open answer before the typing begins; it goes on with 100 tokens a second.
const BEFORE: usize = 54_000;
/// Bytes that are there to go on with: longer than anybody types here. About 6 KB of them come while the keys are pressed.
const MORE: usize = 60_000;
/// Keys, and the milliseconds between two of them: a fast typist.
const KEYS: usize = 150;
const BETWEEN_MS: &str = "90";
/// A key that is not shown so long after the last one was pressed is not waited for.
const LATE: Duration = Duration::from_secs(20);
/// What the best of the page libraries needs, in milliseconds, measured on the machine of the targets.
const BEST: f64 = 17.6;

pub async fn measure(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("typing while an answer streams and {TASKS} tasks work");
    let home = Home::scripted().await?;
    let gate = Gate::new();
    home.script(answer::continued(BEFORE, &gate, MORE, 1, Duration::from_millis(9), None));
    let app = App::driven(&home).await?;
    let page = app.page().await;
    page.send("Compare the ways to store a log", &["Enter"]).await;
    tokio::time::timeout(Duration::from_secs(30), gate.reached()).await?;
    MainThread::of(app.web_process()?).until_at_rest().await?;
    eprintln!("    an answer that pauses");
    let mut quiet = typed(&home, &app, &page).await?;

    let api = app.api()?;
    for _ in 0..TASKS {
        api.start(&json!({ "prompt": "Summarise this", "model": TASK_MODEL })).await;
    }
    until("every task streams", async || (home.server.stats().active == TASKS as u64 + 1).then_some(()))
        .await;
    gate.open();
    eprintln!("    {} streams", TASKS + 1);
    let mut busy = typed(&home, &app, &page).await?;
    let active = home.server.stats().active;
    if active != TASKS as u64 + 1 {
        return Err(format!("{active} answers streamed until the last key, and not {}", TASKS + 1).into());
    }
    // In the order they were pressed: a moment in which the page stood still is seen as such.
    eprintln!("    quiet {quiet:.0?}\n    busy {busy:.0?}");
    busy.sort_by(f64::total_cmp);
    quiet.sort_by(f64::total_cmp);
    let p95 = quantile(&busy, 0.95)?;
    let late = busy.iter().filter(|ms| **ms == LATE.as_secs_f64() * 1e3).count();
    let what = match late {
        0 => "key until its frame, p95, with 500 live tasks".to_owned(),
        _ => {
            format!("key until its frame, p95, with 500 live tasks (or more: {late} of {KEYS} did not come)")
        }
    };
    report.add(Figure::against("U4", &what, p95, "ms", ("best", BEST)).target("12 ms", p95 <= 12.0));
    report.add(Figure::alone("", "key until its frame, p50", quantile(&busy, 0.5)?, "ms"));
    report.add(Figure::alone(
        "",
        "the same p95 while the answer pauses and no task works",
        quantile(&quiet, 0.95)?,
        "ms",
    ));
    app.quit().await
}

/// Types and gives the milliseconds of each key; [`LATE`] for one that was not shown by then.
async fn typed(home: &Home, app: &App<'_>, page: &crate::stage::page::Page) -> Outcome<Vec<f64>> {
    let refused = |refusal| format!("{refusal:?}");
    page.script(LISTEN, json!([])).await.map_err(refused)?;
    let composer = page.until_there("#composer").await;
    page.click(&composer).await.map_err(refused)?;
    home.desktop.until_focused(&app.window().await).await;
    let text: String = "the night ferry is slow ".chars().cycle().take(KEYS).collect();
    home.desktop.run("xdotool", &["type", "--delay", BETWEEN_MS, &text]).await;
    // A page that is behind shows the last keys later.
    let mut keys: Vec<f64> = Vec::new();
    let came = within(LATE, async || {
        let said = page.script("return window.benchKeys", json!([])).await.ok()?;
        keys = said.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        (keys.len() >= KEYS).then_some(())
    });
    came.await;
    if keys.is_empty() {
        return Err("no key came to the page".into());
    }
    // What is missing has waited so long at least, because the last key was pressed before the waiting began.
    keys.resize(KEYS.max(keys.len()), LATE.as_secs_f64() * 1e3);
    Ok(keys)
}

fn quantile(sorted: &[f64], part: f64) -> Outcome<f64> {
    let at = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
    sorted.get(at).copied().ok_or_else(|| "no key was measured".into())
}

/// Keeps the milliseconds of each key, from now on.
const LISTEN: &str = "
    window.benchKeys = [];
    if (window.benchChannel) return;
    let pressed = [], shown = [];
    // One channel for all: nobody else holds it, and one made for each key may be collected before its message comes.
    const channel = window.benchChannel = new MessageChannel();
    channel.port1.onmessage = () => {
        const now = performance.now();
        for (const began of shown.splice(0)) window.benchKeys.push(now - began);
    };
    addEventListener('keydown', (event) => {
        const now = performance.now();
        // An event from the X server carries the time of its making on the page's clock.
        const began = now - event.timeStamp < 60000 && event.timeStamp <= now ? event.timeStamp : now;
        if (pressed.push(began) > 1) return;
        requestAnimationFrame(() => {
            shown.push(...pressed.splice(0));
            channel.port2.postMessage(0);
        });
    }, true);";
