//! T10: proportional memory of the process tree, in the three states it is left in for hours.

use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::{median, screen};
use crate::report::{Figure, Report};
use crate::{Choice, Outcome, process};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Starts behind each figure.
const STARTS: usize = 3;
/// Memory has settled when it was the same, to [`SAME`], over five looks in 2 s.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: usize = 5;
const SAME: f64 = 0.01;
/// Memory that moves for longer than this does not settle.
const LIMIT: Duration = Duration::from_secs(60);

/// The minimal Tauri app of the reference, on the machine of the targets: never had a window, had one, has one. In MiB.
const FLOOR: [f64; 3] = [54.0, 123.0, 249.0];
const TARGETS: [f64; 3] = [70.0, 140.0, 275.0];
const STATES: [&str; 3] =
    ["started in the background", "window closed again", "window open with a chat of 60 KB"];

pub async fn measure(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("memory in the tray and with a window, {STARTS} starts each");
    let home = Home::with_chat().await?;
    let mut measured: [Vec<f64>; 3] = Default::default();
    for _ in 0..STARTS {
        let app = App::spawn(&home, &["--hidden"])?;
        app.until_answers().await;
        measured[0].push(settled(app.pid).await?);
        app.quit().await?;

        let app = App::spawn(&home, &[])?;
        app.until_answers().await;
        screen::until_painted(app.pid).await?;
        measured[2].push(settled(app.pid).await?);
        app.close_window().await;
        measured[1].push(settled(app.pid).await?);
        app.quit().await?;
    }
    for (state, values) in measured.iter().enumerate() {
        eprintln!("    {}: {values:.1?} MiB", STATES[state]);
        let (value, most) = (median(values)?, TARGETS[state]);
        report.add(
            Figure::against("T10", &format!("PSS, {}", STATES[state]), value, "MiB", ("floor", FLOOR[state]))
                .target(&format!("{most} MiB"), value <= most),
        );
    }
    Ok(())
}

/// Memory of the tree once it no longer changes, in MiB.
async fn settled(root: u32) -> Outcome<f64> {
    let began = Instant::now();
    let mut looks: Vec<f64> = Vec::new();
    while began.elapsed() < LIMIT {
        let now = process::pss_mib(root);
        if now <= 0.0 {
            return Err("the memory of the app cannot be read".into());
        }
        looks.push(now);
        let last = &looks[looks.len().saturating_sub(LOOKS)..];
        let (least, most) = last.iter().fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        if last.len() == LOOKS && most - least <= SAME * most {
            return Ok(now);
        }
        sleep(LOOK).await;
    }
    Err(format!("the memory of the app does not settle: {looks:.1?}").into())
}
