//! What stands on the screen, and since when: the X server is asked for the window and for its pixels.

use crate::Outcome;
use crate::desktop::x11::{Picture, Server};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two looks at the screen. A look costs the X server and this program 1 ms together.
const LOOK: Duration = Duration::from_millis(4);
/// The picture has settled when it was the same for so long.
const SETTLED: Duration = Duration::from_millis(1_200);
/// A window that does not settle by then never does.
const LIMIT: Duration = Duration::from_secs(30);
/// The part of the settled picture's ink that has to stand before a picture counts as painted. Not all of it, because
/// scroll bars fade and a caret blinks.
const INK: f64 = 0.9;
/// The part of the pixels that has to be other than the ground before a picture shows anything at all.
const ANYTHING: f64 = 0.002;

/// When things were on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// The window is mapped.
    pub visible_at: Instant,
    /// The window shows something besides its ground.
    pub content_at: Instant,
    /// The window shows 90 % of what it shows once it has settled.
    pub painted_at: Instant,
}

/// Says on what is drawn, for whoever reads the figures.
///
/// # Errors
/// When there is no desktop made by `tests/desktop/session`.
pub fn describe() -> Outcome<String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (Some(display), Some(_)) = (set("DISPLAY"), set("SESSION_DIR")) else {
        return Err("the group desktop needs a screen: run `tests/desktop/session PATH/bench desktop`".into());
    };
    let server = Server::connect()?;
    let drawn = match set("LIBGL_ALWAYS_SOFTWARE").as_deref() {
        Some("1") => "drawn by the processor (LIBGL_ALWAYS_SOFTWARE=1)",
        _ => "drawn by whatever OpenGL finds",
    };
    Ok(format!(
        "desktop: measured on display {display}, {}x{}, {}; an X server in memory (Xvfb), {drawn}, no GPU",
        server.size.0, server.size.1, server.vendor
    ))
}

/// Watches from now on for the main window of a process that does not have one yet.
pub fn watch(pid: impl FnOnce() -> Outcome<u32> + Send + 'static) -> JoinHandle<Outcome<Moments>> {
    std::thread::spawn(move || look(pid()?))
}

/// Waits until the main window of the process has settled.
pub async fn until_painted(pid: u32) -> Outcome<()> {
    tokio::task::spawn_blocking(move || look(pid)).await??;
    Ok(())
}

fn look(pid: u32) -> Outcome<Moments> {
    let mut server = Server::connect()?;
    let end = Instant::now() + LIMIT;
    let window = loop {
        if let Some(window) = server.window_of(pid)? {
            break window;
        }
        if Instant::now() > end {
            return Err("no window came up".into());
        }
        std::thread::sleep(LOOK);
    };
    let visible_at = Instant::now();
    let mut pictures: Vec<(Instant, Picture)> = Vec::new();
    loop {
        let at = Instant::now();
        let picture = server.picture(window)?;
        let last = pictures.last();
        if last.is_none_or(|(_, last)| *last != picture) {
            pictures.push((at, picture));
        } else if last.is_some_and(|(since, last)| at - *since > SETTLED && ink(last) > ANYTHING) {
            break;
        }
        if at > end {
            return Err("the window does not settle".into());
        }
        std::thread::sleep(LOOK);
    }
    let Some((_, settled)) = pictures.last() else { return Err("there is no picture".into()) };
    let first = |fits: &dyn Fn(&Picture) -> bool| {
        let found = pictures.iter().find(|(_, picture)| fits(picture));
        found.map(|(at, _)| *at).ok_or("the window never showed that")
    };
    Ok(Moments {
        visible_at,
        content_at: first(&|picture| ink(picture) > ANYTHING)?,
        painted_at: first(&|picture| common_ink(picture, settled) >= INK)?,
    })
}

/// The part of the pixels that are not ground, which is what most of them are.
fn ink(picture: &Picture) -> f64 {
    let ground = ground(picture);
    let drawn = picture.iter().filter(|pixel| **pixel != ground).count();
    drawn as f64 / picture.len() as f64
}

/// The part of the settled picture's ink that stands in this one already.
fn common_ink(picture: &Picture, settled: &Picture) -> f64 {
    let ground = ground(settled);
    let inked = settled.iter().zip(picture).filter(|(then, _)| **then != ground);
    let (all, same) =
        inked.fold((0_u32, 0_u32), |(all, same), (then, now)| (all + 1, same + u32::from(then == now)));
    if all == 0 { 0.0 } else { f64::from(same) / f64::from(all) }
}

fn ground(picture: &Picture) -> u32 {
    let mut sorted = picture.clone();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| run.len()).and_then(|run| run.first()).copied().unwrap_or_default()
}
