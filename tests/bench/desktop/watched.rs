//! U1 and U3: an answer of 60 KB that comes at 2,000 tokens a second into a window that shows it.

use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::thread::MainThread;
use crate::desktop::{answer, median};
use crate::report::{Figure, Report};
use crate::stage::fact::until;
use crate::stage::page::Page;
use crate::{Choice, Outcome};
use serde_json::{Value, json};
use std::time::Instant;

/// Answers behind each figure.
const ANSWERS: usize = 3;
/// Tokens a second.
const RATE: u64 = 2_000;

/// Milliseconds between two messages on a resting page, beyond which they are no measure of tasks.
const USUAL_GAP: f64 = 0.5;

/// CPU seconds that the best of the page libraries needs for the same, and streamdown: the reference's own
/// measurements, on the machine of the targets.
const BEST_CPU: f64 = 2.3;
/// The longest task of the best of them, in milliseconds.
const BEST_TASK: f64 = 30.0;

/// U1: CPU of the page's main thread from the first token until the page is at rest again.
///
/// Everything on that thread counts: script, styles, layout, and taking pictures for the compositor. The driver is
/// attached and asks nothing meanwhile.
pub async fn cpu(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("CPU of the page for an answer of 60 KB, {ANSWERS} times");
    let mut used = Vec::new();
    let mut lasted = Vec::new();
    for _ in 0..ANSWERS {
        let home = Home::new(&answer::paced(RATE)).await?;
        let app = App::driven(&home).await?;
        let page = app.page().await;
        page.send("Compare the ways to store a log", &["Enter"]).await;
        let thread = MainThread::of(app.web_process()?);
        let before = before_the_first_token(&home, thread).await?;
        lasted.push(until_answered(&home).await);
        used.push(thread.until_at_rest().await? - before);
        app.quit().await?;
    }
    eprintln!("    {used:.2?} s of CPU; the last token came after {lasted:.1?} s, silence included");
    let cpu = median(&used)?;
    report.add(
        Figure::against(
            "U1",
            "CPU of the page's main thread for 60 KB at 2,000 tokens/s",
            cpu,
            "s",
            ("best", BEST_CPU),
        )
        .target("1.1 s", cpu <= 1.1),
    );
    Ok(())
}

/// U3: the longest time for which the page's main thread does not come to a message that is waiting for it.
///
/// A message channel asks for its next message from each one it gets, and the longest gap between two of them is
/// the longest task: the usual gap is some hundredths of a millisecond. The clock of the page goes in milliseconds. The gap contains what the system
/// gives to other processes while it lasts; the same loop on the resting page says how much that is.
pub async fn longest_task(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("the longest task of the page for an answer of 60 KB, {ANSWERS} times");
    let (mut resting, mut streaming, mut ending) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ANSWERS {
        let home = Home::new(&answer::paced(RATE)).await?;
        let app = App::driven(&home).await?;
        let page = app.page().await;
        page.send("Compare the ways to store a log", &["Enter"]).await;
        before_the_first_token(&home, MainThread::of(app.web_process()?)).await?;
        script(&page, GAPS).await?;
        // The answer's silence is not over yet.
        until("the first token", async || (home.server.stats().chunks > 0).then_some(())).await;
        let (longest, usual) = gaps(&page).await?;
        if usual > USUAL_GAP {
            return Err(format!("on a resting page {usual} ms pass between two messages").into());
        }
        resting.push(longest);
        until_answered(&home).await;
        streaming.push(gaps(&page).await?.0);
        page.until_gone(".live-bar").await;
        ending.push(gaps(&page).await?.0);
        app.quit().await?;
    }
    eprintln!("    at rest {resting:.0?}, streaming {streaming:.0?}, at the end {ending:.0?} ms");
    let task = median(&streaming)?;
    report.add(
        Figure::against("U3", "longest task of the page while 60 KB stream", task, "ms", ("best", BEST_TASK))
            .target("8 ms", task <= 8.0),
    );
    report.add(Figure::alone(
        "",
        "the same on the resting page: what the machine adds",
        median(&resting)?,
        "ms",
    ));
    report.add(Figure::alone(
        "",
        "the longest task from the last token until the answer is shown as finished",
        median(&ending)?,
        "ms",
    ));
    Ok(())
}

/// Keeps the longest gap between two messages, and how many messages there were.
const GAPS: &str = "
    const gaps = window.benchGaps = { longest: 0, count: 0, began: performance.now() };
    const channel = new MessageChannel();
    let last = performance.now();
    channel.port1.onmessage = () => {
        const now = performance.now();
        gaps.longest = Math.max(gaps.longest, now - last);
        gaps.count += 1;
        last = now;
        channel.port2.postMessage(0);
    };
    channel.port2.postMessage(0);";

/// The longest gap since the last question, in milliseconds, and the mean of all.
async fn gaps(page: &Page) -> Outcome<(f64, f64)> {
    let read = "
        const gaps = window.benchGaps, now = performance.now();
        const said = [gaps.longest, (now - gaps.began) / gaps.count];
        Object.assign(gaps, { longest: 0, count: 0, began: now });
        return said;";
    let said = script(page, read).await?;
    let number = |at: usize| said[at].as_f64().ok_or("the page counted no gaps");
    Ok((number(0)?, number(1)?))
}

async fn script(page: &Page, body: &str) -> Outcome<Value> {
    page.script(body, json!([])).await.map_err(|refusal| format!("{refusal:?}").into())
}

/// Waits until the request is at the model server and the page rests; gives the CPU seconds of its main thread.
async fn before_the_first_token(home: &Home, thread: MainThread) -> Outcome<f64> {
    until("the request is at the model server", async || (home.server.stats().active == 1).then_some(()))
        .await;
    let at_rest = thread.until_at_rest().await?;
    if home.server.stats().chunks > 0 {
        return Err("the page did not come to rest before the first token".into());
    }
    Ok(at_rest)
}

/// Waits until the model server has sent the whole answer; gives the seconds from now.
async fn until_answered(home: &Home) -> f64 {
    let began = Instant::now();
    until("the answer is sent", async || (home.server.stats().completed == 1).then_some(())).await;
    began.elapsed().as_secs_f64()
}
