//! The desktop binary in a real window: its memory, its starts, and what a streamed answer costs its page.
//!
//! Runs inside `tests/desktop/session` only. Where nothing else is said the window has its first size, 1280x800, and
//! shows a conversation whose answer is `tests/fixtures/answer-60k.md`. Whoever uses it has 10,000 ended tasks behind them.

mod answer;
mod app;
mod crowd;
mod home;
mod idle;
mod long_chat;
mod memory;
mod past;
mod screen;
mod thread;
mod typing;
mod updates;
mod watched;
mod window;
mod x11;

use crate::report::Report;
use crate::{Choice, Outcome};
use futures_util::FutureExt;
use std::any::Any;
use std::panic::AssertUnwindSafe;

/// Every figure of the group.
const FIGURES: [&str; 10] = ["T10", "T11", "T12", "T13", "U1", "U2", "U3", "U4", "U5", "U6"];

/// Measures the group. A figure that cannot be measured does not keep the others from it, and is an error at the end.
pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&FIGURES) {
        return Ok(());
    }
    report.note(&screen::describe()?);
    report.note(&format!(
        "desktop: beside {} ended tasks, one chat of them with {} prompts",
        past::TASKS,
        past::LONG
    ));
    let mut failed = Vec::new();
    // What the stage expects and does not find is a panic, as in the tests.
    macro_rules! figure {
        ($names:expr, $measure:path) => {
            if choice.wants(&$names) {
                let measured = AssertUnwindSafe(Box::pin($measure(choice, report))).catch_unwind().await;
                if let Err(why) = measured.unwrap_or_else(|panic| Err(words(&*panic).into())) {
                    eprintln!("bench: {}: {why}", $names.join(", "));
                    failed.push($names.join(", "));
                }
            }
        };
    }
    figure!(["T10"], memory::measure);
    figure!(["T11", "T12"], window::measure);
    figure!(["T13"], idle::measure);
    figure!(["U1"], watched::cpu);
    figure!(["U2"], updates::measure);
    figure!(["U3"], watched::longest_task);
    figure!(["U4"], typing::measure);
    figure!(["U5"], crowd::measure);
    figure!(["U6"], long_chat::measure);
    if failed.is_empty() { Ok(()) } else { Err(format!("not measured: {}", failed.join("; ")).into()) }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("something broke").to_owned()
}

/// The middle one of an odd number of measurements; of an even number, the upper one of the two.
fn median(values: &[f64]) -> Outcome<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().ok_or_else(|| "nothing was measured".into())
}
