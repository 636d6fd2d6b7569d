//! T11 and T12: from the tray or from nothing to a window that shows the last chat.
//!
//! Painted is what stands in the window's pixels: nine tenths of what is there once nothing changes any more. So the
//! chat, its fonts and its colours count, and not the first frame of an empty page.

use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::median;
use crate::desktop::screen::{self, Moments};
use crate::report::{Figure, Report};
use crate::stage::tray_menu::TrayMenu;
use crate::{Choice, Outcome};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;

/// Openings behind each figure.
const OPENINGS: usize = 5;

/// The minimal Tauri app of the reference, on the machine of the targets, in milliseconds: a window made again until it
/// has painted, a cold start until a window is visible, and until it has painted.
const FLOOR_AGAIN: f64 = 254.0;
const FLOOR_VISIBLE: f64 = 223.0;
const FLOOR_PAINTED: f64 = 451.0;

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("a window from the tray and from a cold start, {OPENINGS} times each");
    let home = Home::with_chat().await?;
    let against = |id: &'static str, what: &str, value: f64, floor: f64, most: f64| {
        Figure::against(id, what, value, "ms", ("floor", floor)).target(&format!("{most} ms"), value <= most)
    };
    let alone = |what: &str, values: &[f64]| median(values).map(|value| Figure::alone("", what, value, "ms"));
    if choice.wants(&["T11"]) {
        let moments = from_the_tray(&home).await?;
        let painted = median(&moments.painted_ms)?;
        report.add(against(
            "T11",
            "click in the tray until the chat is painted",
            painted,
            FLOOR_AGAIN,
            350.0,
        ));
        report.add(alone("click in the tray until the window is visible", &moments.visible_ms)?);
        report.add(alone("click in the tray until anything is painted", &moments.content_ms)?);
    }
    if choice.wants(&["T12"]) {
        let moments = from_nothing(&home).await?;
        let (visible, painted) = (median(&moments.visible_ms)?, median(&moments.painted_ms)?);
        report.add(against("T12", "cold start until the window is visible", visible, FLOOR_VISIBLE, 300.0));
        report.add(against("T12", "cold start until the chat is painted", painted, FLOOR_PAINTED, 650.0));
        report.add(alone("cold start until anything is painted", &moments.content_ms)?);
    }
    Ok(())
}

/// Milliseconds of several openings.
#[derive(Debug, Default)]
struct Openings {
    visible_ms: Vec<f64>,
    content_ms: Vec<f64>,
    painted_ms: Vec<f64>,
}

impl Openings {
    fn add(&mut self, began: Instant, watch: JoinHandle<Outcome<Moments>>) -> Outcome<()> {
        let moments = watch.join().map_err(|_| "looking at the screen broke off")??;
        let ms = |at: Instant| at.duration_since(began).as_secs_f64() * 1e3;
        self.visible_ms.push(ms(moments.visible_at));
        self.content_ms.push(ms(moments.content_at));
        self.painted_ms.push(ms(moments.painted_at));
        Ok(())
    }
}

/// The line of the tray's menu, of a process that has had the window before.
async fn from_the_tray(home: &Home) -> Outcome<Openings> {
    let app = App::spawn(home, &[])?;
    app.until_answers().await;
    screen::until_painted(app.pid).await?;
    let tray = TrayMenu::of(&home.desktop, app.pid).await;
    let entry = tray.until_entry("a way back", |entry| entry.label == "Open Meanwhile").await;
    let mut openings = Openings::default();
    for _ in 0..OPENINGS {
        app.close_window().await;
        // The page's process ends after its window; its end is not part of the opening.
        crate::stage::fact::until("the page is gone", async || app.web_process().is_err().then_some(()))
            .await;
        let pid = app.pid;
        let watch = screen::watch(move || Ok(pid));
        let began = Instant::now();
        tray.click_entry(&entry);
        openings.add(began, watch)?;
    }
    eprintln!("    {openings:.0?}");
    app.quit().await?;
    Ok(openings)
}

/// The start of a process. Cold means without a process; its files are in the cache of the system.
async fn from_nothing(home: &Home) -> Outcome<Openings> {
    let mut openings = Openings::default();
    for _ in 0..OPENINGS {
        let (tell, told) = mpsc::channel();
        let watch = screen::watch(move || Ok(told.recv()?));
        let began = Instant::now();
        let app = App::spawn(home, &[])?;
        tell.send(app.pid)?;
        openings.add(began, watch)?;
        app.until_answers().await;
        app.quit().await?;
    }
    eprintln!("    {openings:.0?}");
    Ok(openings)
}
