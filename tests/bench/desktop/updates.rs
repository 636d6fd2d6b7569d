//! U2: script of the page for each update of an answer that is 60 KB or 600 KB long.
//!
//! The pace is that of the reference's table of renderers, 100 tokens a second: an update brings a token or two, as from a
//! model that one reads along with. At 2,000 a second, twenty times the text in each update, it is noted beside. The first
//! quarter of an answer is not counted: a page is open for hours, and its script is compiled as it goes (the first 800
//! updates take twice as long as those after them).
//!
//! The page's clock goes in milliseconds and an update takes a fraction of one, so single updates cannot be timed.
//! Updates do not keep step with that clock: the sum over many is right, with an error of about the square root of the
//! milliseconds in it. What is timed is the channel's callback together with the microtasks it leaves, where React
//! draws. Before the callback the web process has read the message's text, which no script can time.
//!
//! Waiting for those microtasks takes time too, a third of the whole at this pace: between two updates the processor draws,
//! and forgets. So every second update is only waited for, in the same way, and drawn untimed after that; what the waiting
//! takes is taken off.
//!
//! The floor is the same way through the channel and our own code, with one text node that the new text is added to and
//! nothing else: no blocks, no colours, no links. It is measured in the same minute, at 60 KB.

use crate::desktop::answer;
use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::thread::MainThread;
use crate::report::{Figure, Report};
use crate::stage::fact::within;
use crate::{Choice, Outcome};
use meanwhile_support::model_server::Gate;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// What the best of the page libraries needs for an update, in milliseconds, measured on the machine of the targets.
const BEST: f64 = 0.4;
/// No part of an answer takes longer.
const LIMIT: Duration = Duration::from_secs(90);
/// Answers behind each figure.
const ANSWERS: usize = 3;

/// How fast an answer comes while it is measured.
#[derive(Clone, Copy)]
struct Pace {
    tokens_a_second: u32,
    /// Tokens sent together, and the pause after them: a pause takes up to 1 ms longer.
    group: usize,
    every: Duration,
    /// Text that streams meanwhile, half of it before the length that the figure is called by.
    bytes: usize,
}

/// 4,000 tokens, 40 s.
const READ_ALONG: Pace = Pace {
    tokens_a_second: 100,
    group: 1,
    every: Duration::from_millis(9),
    bytes: 4_000 * answer::TOKEN_BYTES,
};
/// 15,000 tokens, 7.5 s.
const FLOOD: Pace = Pace {
    tokens_a_second: 2_000,
    group: 8,
    every: Duration::from_millis(3),
    bytes: 15_000 * answer::TOKEN_BYTES,
};

/// What is done with the text of an update.
#[derive(Clone, Copy, PartialEq)]
enum Draw {
    /// What the app does.
    Blocks,
    /// It is added to one text node.
    OneNode,
}

pub async fn measure(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("script for each update of an answer that is one text node, {ANSWERS} answers");
    let least = several(60_000, READ_ALONG, Draw::OneNode).await?;
    report.add(Figure::alone(
        "",
        "script for each update of one text node that grows, 100 tokens a second",
        least.each(),
        "ms",
    ));
    for (length, pace) in [(60_000, READ_ALONG), (600_000, READ_ALONG), (60_000, FLOOD), (600_000, FLOOD)] {
        let what = format!("{} KB, {} tokens a second", length / 1_000, pace.tokens_a_second);
        eprintln!("script for each update of an answer of {what}, {ANSWERS} answers");
        let all = several(length, pace, Draw::Blocks).await?;
        let each = all.each();
        let name = format!("script for each update at {what}");
        report.add(if pace.tokens_a_second == READ_ALONG.tokens_a_second {
            Figure::against("U2", &name, each, "ms", ("best", BEST)).target("0.05 ms", each <= 0.05)
        } else {
            Figure::alone("", &name, each, "ms")
        });
        let note = |what: &str, value: f64, unit| Figure::alone("", &format!("  {what}"), value, unit);
        report.add(note("the measuring itself, taken off", all.empty_ms / all.empty, "ms"));
        report.add(note("updates it is the mean of", all.updates, "updates"));
        report.add(note(
            "its error, from the page's clock",
            (all.script_ms + all.empty_ms).max(1.0).sqrt() / all.updates,
            "ms",
        ));
        report.add(note(
            "observers and frame callbacks for each update",
            all.frames_ms / (all.updates + all.empty),
            "ms",
        ));
        report.add(note(
            "main-thread CPU for each update, drawing included",
            all.cpu_ms / (all.updates + all.empty),
            "ms",
        ));
    }
    Ok(())
}

/// What was counted while an answer streamed.
#[derive(Debug, Default, Deserialize)]
struct Spent {
    /// Messages of the channel that changed the text.
    updates: f64,
    /// In their callbacks and the microtasks after them.
    script_ms: f64,
    /// Messages that were only waited for.
    empty: f64,
    /// In the microtasks after nothing.
    empty_ms: f64,
    /// In animation frames and observers of sizes, which includes the layout they ask for.
    frames_ms: f64,
    /// Of the main thread, for everything.
    #[serde(default)]
    cpu_ms: f64,
}

impl Spent {
    /// Milliseconds of script for an update.
    fn each(&self) -> f64 {
        self.script_ms / self.updates - self.empty_ms / self.empty
    }

    fn add(&mut self, other: &Self) {
        self.updates += other.updates;
        self.script_ms += other.script_ms;
        self.empty += other.empty;
        self.empty_ms += other.empty_ms;
        self.frames_ms += other.frames_ms;
        self.cpu_ms += other.cpu_ms;
    }
}

async fn several(length: usize, pace: Pace, draw: Draw) -> Outcome<Spent> {
    let mut all = Spent::default();
    for _ in 0..ANSWERS {
        let spent = one(length, pace, draw).await?;
        eprintln!("    {spent:?}");
        all.add(&spent);
    }
    Ok(all)
}

async fn one(length: usize, pace: Pace, draw: Draw) -> Outcome<Spent> {
    let home = Home::scripted().await?;
    let (begin, count) = (Gate::new(), Gate::new());
    let before = length - pace.bytes / 2;
    home.script(answer::continued(before, &begin, pace.bytes, pace.group, pace.every, Some(&count)));
    let app = App::driven(&home).await?;
    let page = app.page().await;
    page.script(COUNT, json!([draw == Draw::OneNode])).await.map_err(|refusal| format!("{refusal:?}"))?;
    page.send("Compare the ways to store a log", &["Enter"]).await;
    tokio::time::timeout(LIMIT, begin.reached()).await?;
    let thread = MainThread::of(app.web_process()?);
    thread.until_at_rest().await?;
    begin.open();
    tokio::time::timeout(LIMIT, count.reached()).await?;
    thread.until_at_rest().await?;
    let reset = "Object.assign(window.benchSpent, { updates: 0, script_ms: 0, empty: 0, empty_ms: 0, frames_ms: 0, isCounted: true })";
    page.script(reset, json!([])).await.map_err(|refusal| format!("{refusal:?}"))?;
    let before = thread.cpu_seconds()?;
    count.open();
    within(LIMIT, async || (home.server.stats().completed == 1).then_some(()))
        .await
        .ok_or("the answer was not sent in time")?;
    let cpu_ms = (thread.cpu_seconds()? - before) * 1e3;
    let spent = page.script("return window.benchSpent", json!([])).await;
    let spent: Spent = serde_json::from_value(spent.map_err(|refusal| format!("{refusal:?}"))?)?;
    app.quit().await?;
    if spent.updates < 100.0 {
        return Err(format!("too few updates to measure: {spent:?}").into());
    }
    Ok(Spent { cpu_ms, ..spent })
}

/// Counts and times what the page does for a text, from now on.
///
/// Its argument says whether the text only goes into one node from the time on that is counted. Callbacks of channels are
/// kept in a map that the page's script can reach. Observers that exist already are not seen: this has to run before the
/// chat is opened.
const COUNT: &str = "
    const isLeast = arguments[0];
    const spent = window.benchSpent = { updates: 0, script_ms: 0, empty: 0, empty_ms: 0, frames_ms: 0, isCounted: false };
    let node, isEmpty = false;
    const addTo = (callback) => (data) => {
        const { texts, ...rest } = data.message;
        callback({ ...data, message: { ...rest, texts: [] } });
        node ??= [...document.querySelectorAll('.text')].at(-1).appendChild(document.createTextNode(''));
        const textOf = (made) => made.text ?? (made.children ?? []).map(textOf).join('');
        for (const { patches = [] } of texts) for (const { text, nodes = [] } of patches) {
            const added = text ?? nodes.map(textOf).join('');
            if (added) node.appendData(added);
        }
    };
    const callbacks = window.__TAURI_INTERNALS__.callbacks;
    const get = callbacks.get.bind(callbacks);
    callbacks.get = (id) => {
        const callback = get(id);
        return callback && ((data) => {
            if (!(data?.message?.texts?.length > 0)) return callback(data);
            const draw = () => (isLeast && spent.isCounted ? addTo(callback) : callback)(data);
            isEmpty = !isEmpty;
            const [count, sum, after] = isEmpty ? ['empty', 'empty_ms', draw] : ['updates', 'script_ms', undefined];
            const began = performance.now();
            if (!after) draw();
            // React's own microtask stands before the first of these, and what it leaves before the second.
            queueMicrotask(() => queueMicrotask(() => {
                spent[sum] += performance.now() - began;
                spent[count] += 1;
                after?.();
            }));
        });
    };
    const timed = (callback) => (...args) => {
        const began = performance.now();
        callback(...args);
        spent.frames_ms += performance.now() - began;
    };
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => request(timed(callback));
    const Sizes = window.ResizeObserver;
    window.ResizeObserver = class extends Sizes { constructor(callback) { super(timed(callback)); } };";
