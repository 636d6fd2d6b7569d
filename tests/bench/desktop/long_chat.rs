//! U6: from the click on a chat of 2,000 messages until the last screen of it is painted.
//!
//! Painted is a frame whose callback found the end of the last answer in sight, and is done when a message gets through
//! that was posted in that callback. The page's clock goes in milliseconds.

use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::{median, past};
use crate::report::{Figure, Report};
use crate::stage::fact::until;
use crate::stage::page::Page;
use crate::{Choice, Outcome};
use serde_json::{Value, json};

/// Openings behind the figure, beside the first.
const OPENINGS: usize = 9;
/// What the best of the page libraries needs, in milliseconds, measured on the machine of the targets.
const BEST: f64 = 118.0;

pub async fn measure(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("a chat of {} messages is opened, {OPENINGS} times after the first", 2 * past::LONG);
    let home = Home::scripted().await?;
    let app = App::driven(&home).await?;
    let page = app.page().await;
    let first = opened(&page).await?;
    let mut again = Vec::new();
    for _ in 0..OPENINGS {
        page.press("New chat").await;
        page.until_gone("[data-turn]").await;
        again.push(opened(&page).await?);
    }
    eprintln!("    first {first:.0}, then {again:.0?} ms");
    let value = median(&again)?;
    let what = format!("a chat of {} messages, click until its last screen is painted", 2 * past::LONG);
    report.add(Figure::against("U6", &what, value, "ms", ("best", BEST)).target("40 ms", value <= 40.0));
    report.add(Figure::alone("", "the same for the first time in a window", first, "ms"));
    app.quit().await
}

/// Opens the long chat and gives the milliseconds it took.
async fn opened(page: &Page) -> Outcome<f64> {
    let asked = json!([past::LONG_TITLE, past::last_words(past::LONG)]);
    page.script(WATCH, asked).await.map_err(|refusal| format!("{refusal:?}"))?;
    page.press(past::LONG_TITLE).await;
    let took = until("the last answer is painted", async || {
        page.script("return window.benchOpened", json!([])).await.ok().as_ref().and_then(Value::as_f64)
    });
    Ok(took.await)
}

/// Times from the next click on the chat of that name until these words are in sight.
const WATCH: &str = "
    const [title, words] = arguments;
    window.benchOpened = null;
    const clicked = (event) => {
        if (!event.target.closest?.('.conv-title')?.textContent.includes(title)) return;
        removeEventListener('click', clicked, true);
        const channel = window.benchChannel = new MessageChannel();
        channel.port1.onmessage = () => { window.benchOpened = performance.now() - event.timeStamp; };
        const isInSight = () => {
            const last = [...document.querySelectorAll('.answer')].at(-1);
            if (!last?.textContent.includes(words)) return false;
            const { bottom } = last.getBoundingClientRect();
            return bottom > 0 && bottom <= innerHeight;
        };
        const look = () => isInSight() ? channel.port2.postMessage(0) : requestAnimationFrame(look);
        requestAnimationFrame(look);
    };
    addEventListener('click', clicked, true);";
