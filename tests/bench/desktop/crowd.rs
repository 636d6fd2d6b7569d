//! U5: CPU of the page while 500 tasks are at work and each gives a sign of life every second, beside 10,000 ended ones.
//!
//! Once with the list of tasks beside the chat, as a window is opened, and once with mission control.

use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::thread::MainThread;
use crate::report::{Figure, Report};
use crate::stage::fact::until;
use crate::{Choice, Outcome};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Tasks that stream in the background, a piece of text a second each, for ten minutes.
const TASKS: u64 = 500;
const MODEL: &str = "sim/sim-c600-b24-r1";
/// The stretch that the figure is said for.
const SECONDS: f64 = 15.0;
/// What a page has to be left alone before its CPU is that of its updates: it draws what was opened.
const SETTLED: Duration = Duration::from_secs(3);
/// What the best of the page libraries needs, in seconds, measured on the machine of the targets.
const BEST: f64 = 4.1;

pub async fn measure(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("CPU of the page while {TASKS} tasks work");
    let home = Home::scripted().await?;
    let app = App::driven(&home).await?;
    let page = app.page().await;
    let api = app.api()?;
    for _ in 0..TASKS {
        api.start(&json!({ "prompt": "Summarise this", "model": MODEL })).await;
    }
    until("every task streams", async || (home.server.stats().active == TASKS).then_some(())).await;
    page.until_there(".tasks .task").await;
    let beside = spent(&home, &app).await?;
    report.add(
        Figure::against(
            "U5",
            &format!("CPU of the page in {SECONDS} s, {TASKS} tasks at work, list of tasks"),
            beside,
            "s",
            ("best", BEST),
        )
        .target("0.4 s", beside <= 0.4),
    );
    page.press("Mission control").await;
    page.until_there(".mission .task").await;
    let mission = spent(&home, &app).await?;
    report.add(Figure::alone("", "the same with mission control", mission, "s"));
    app.quit().await
}

/// CPU seconds of the page's main thread for [`SECONDS`], with every task at work from the first to the last.
async fn spent(home: &Home, app: &App<'_>) -> Outcome<f64> {
    let thread = MainThread::of(app.web_process()?);
    sleep(SETTLED).await;
    let (began, cpu, chunks) = (Instant::now(), thread.cpu_seconds()?, home.server.stats().chunks);
    sleep(Duration::from_secs_f64(SECONDS)).await;
    let (cpu, lasted) = (thread.cpu_seconds()? - cpu, began.elapsed().as_secs_f64());
    let stats = home.server.stats();
    let each = (stats.chunks - chunks) as f64 / lasted;
    eprintln!("    {cpu:.2} s of CPU, {each:.0} pieces a second");
    if stats.active != TASKS || each < 0.9 * TASKS as f64 {
        return Err(format!("{} tasks were at work, with {each:.0} pieces a second", stats.active).into());
    }
    Ok(cpu * SECONDS / lasted)
}
