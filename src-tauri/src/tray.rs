//! The tray: icon and menu are a function of [`TrayState`], drawn again at most once a second and only when different.

mod halo;
mod menu;

use crate::display::{self, Panel};
use crate::lifecycle;
use crate::subscribe::wish_for_page;
use crate::window;
use meanwhile_core::model::{Approval, Decision, Lane, Task, TaskState, Timestamp, one_line};
use meanwhile_core::{CommandError, Core};
use meanwhile_view::ViewFrame;
pub use menu::{Act, Action, Icon, Item, Row, TrayState};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::image::Image;
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager as _, Wry};
use tokio::time::Instant;

const ID: &str = "meanwhile";

/// Panels draw a changed menu anew, which costs them more than us.
const MOST_OFTEN: Duration = Duration::from_secs(1);

/// Characters of a task's title in the menu.
const TITLE: usize = 40;

/// Whether there is an icon. Whether somebody shows it is asked of the desktop.
#[derive(Default)]
pub struct Tray {
    is_made: AtomicBool,
}

/// Makes the icon and follows the tasks. Main thread only.
pub fn start(app: &AppHandle) {
    let state = TrayState::default();
    // Without its library the tray panics; the app goes on without an icon then.
    let made = std::panic::catch_unwind(AssertUnwindSafe(|| {
        TrayIconBuilder::with_id(ID)
            .icon(picture(state.icon())?)
            .icon_as_template(cfg!(target_os = "macos"))
            .tooltip("Meanwhile")
            .menu(&build(app, &menu::menu(&state))?)
            .on_menu_event(clicked)
            .build(app)
    }));
    match made {
        Ok(Ok(_)) => {
            app.state::<Tray>().is_made.store(true, Ordering::SeqCst);
            tauri::async_runtime::spawn(follow(app.clone()));
        }
        Ok(Err(error)) => tracing::warn!(%error, "no tray icon"),
        Err(_) => tracing::warn!("no tray icon: libayatana-appindicator3 is missing"),
    }
}

/// True when there is an icon and something that shows it.
pub async fn is_seen(app: &AppHandle) -> bool {
    let is_made = app.state::<Tray>().is_made.load(Ordering::SeqCst);
    #[cfg(target_os = "linux")]
    {
        is_made && crate::bus::has_tray_host().await
    }
    #[cfg(not(target_os = "linux"))]
    is_made
}

async fn follow(app: AppHandle) {
    let core = app.state::<Core>().inner().clone();
    let mut steps = core.steps();
    let mut shown = TrayState::default();
    loop {
        steps.mark_unchanged();
        match read(&core).await {
            Ok(state) if state != shown => {
                let icon = (state.icon() != shown.icon()).then(|| state.icon());
                shown = state.clone();
                draw(&app, state, icon);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the tray is not up to date"),
        }
        let next = Instant::now() + MOST_OFTEN;
        tokio::select! {
            () = core.closed() => return,
            changed = steps.changed() => if changed.is_err() { return },
        }
        tokio::time::sleep_until(next).await;
    }
}

async fn read(core: &Core) -> Result<TrayState, CommandError> {
    let summary = core.summary().await?;
    let tasks = core.tasks(20, None).await?;
    let acts = match summary.needs_you {
        0 => Vec::new(),
        _ => core.approvals(None).await?.iter().filter_map(act).take(menu::ACTS).collect(),
    };
    let background = |task: &&Task| task.lane == Lane::Background;
    let with = |state: TaskState| {
        let mut rows: Vec<&Task> = tasks.active.iter().filter(|task| task.state == state).collect();
        rows.reverse();
        rows
    };
    let rows = |tasks: Vec<&Task>, at: fn(&Task) -> Option<Timestamp>| {
        tasks.into_iter().map(|task| row(task, at(task))).collect()
    };
    Ok(TrayState {
        summary,
        running: rows(with(TaskState::Running).into_iter().filter(background).collect(), |task| {
            task.started_at
        }),
        waiting: rows(with(TaskState::Waiting), |_| None),
        acts,
        paused: with(TaskState::Paused).iter().filter(|task| background(task)).count(),
        finished: rows(tasks.history.iter().filter(background).take(menu::FINISHED).collect(), |task| {
            task.ended_at
        }),
    })
}

fn row(task: &Task, at: Option<Timestamp>) -> Row {
    Row {
        id: task.id.clone(),
        title: one_line(&task.title, TITLE),
        at: at.map(clock_time).unwrap_or_default(),
        count: task.progress.as_ref().map(|p| format!("{} of {} {}", p.done, p.total, p.unit)),
        failed: task.state == TaskState::Failed,
    }
}

/// A question of the model itself has no "no".
fn act(approval: &Approval) -> Option<Act> {
    approval.effect.map(|_| Act {
        task_id: approval.task_id.clone(),
        approval: approval.id,
        hash: approval.hash.clone(),
        words: one_line(&format!("{} ({})", approval.summary, approval.title), TITLE + TITLE / 2),
    })
}

/// Hours and minutes where the user is; a time that stands still needs no redrawing.
fn clock_time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_ms())
        .map(|at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M").to_string())
        .unwrap_or_default()
}

fn draw(app: &AppHandle, state: TrayState, icon: Option<Icon>) {
    let there = app.clone();
    let sent = app.run_on_main_thread(move || {
        if let Err(error) = draw_now(&there, &state, icon) {
            tracing::warn!(%error, "the tray is not up to date");
        }
    });
    if let Err(error) = sent {
        tracing::debug!(%error, "no tray any more");
    }
}

/// The icon is a file for the panel to read, so it is only written when it is another one.
fn draw_now(app: &AppHandle, state: &TrayState, icon: Option<Icon>) -> tauri::Result<()> {
    let Some(tray) = app.tray_by_id(ID) else { return Ok(()) };
    if let Some(icon) = icon {
        tray.set_icon_with_as_template(Some(picture(icon)?), cfg!(target_os = "macos"))?;
    }
    tray.set_menu(Some(build(app, &menu::menu(state))?))?;
    tray.set_tooltip(Some(state.line()))?;
    #[cfg(target_os = "macos")]
    tray.set_title(Some(state.count()))?;
    Ok(())
}

fn build(app: &AppHandle, items: &[Item]) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for item in items {
        match item {
            Item::Line(text) => menu.append(&MenuItem::new(app, label(text), false, None::<&str>)?)?,
            Item::Entry(text, action) => menu.append(&entry(app, text, action)?)?,
            Item::Separator => menu.append(&PredefinedMenuItem::separator(app)?)?,
            Item::Group(text, entries) => {
                let group = Submenu::new(app, label(text), true)?;
                for (text, action) in entries {
                    group.append(&entry(app, text, action)?)?;
                }
                menu.append(&group)?;
            }
        }
    }
    Ok(menu)
}

fn entry(app: &AppHandle, text: &str, action: &Action) -> tauri::Result<MenuItem<Wry>> {
    MenuItem::with_id(app, action.id(), label(text), true, None::<&str>)
}

/// A single `&` would underline the letter after it.
fn label(text: &str) -> String {
    text.replace('&', "&&")
}

fn clicked(app: &AppHandle, event: MenuEvent) {
    let Some(action) = Action::read(event.id().as_ref()) else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move { take(&app, action).await });
}

async fn take(app: &AppHandle, action: Action) {
    let new_chat = ViewFrame::Show { conversation_id: None, task_id: None, page: None };
    match action {
        Action::Open => window::open(app, None).await,
        Action::NewChat => window::open(app, Some(new_chat)).await,
        Action::QuickAsk => window::quick_ask(app).await,
        Action::Settings => window::open(app, Some(wish_for_page("settings"))).await,
        Action::Quit => lifecycle::ask_to_quit(app).await,
        Action::Task(id) => window::open_task(app, Some(id)).await,
        Action::Stop(id) => said(app.state::<Core>().stop_task(&id).await),
        Action::Pause(id) => said(app.state::<Core>().pause_task(&id).await),
        Action::Refuse(approval, hash) => {
            let core = app.state::<Core>();
            said(core.decide(approval, Decision::Reject, &hash, None, "tray").await);
        }
        Action::PauseAll => said(app.state::<Core>().pause_all().await),
        Action::ResumeAll => said(app.state::<Core>().resume_all().await),
    }
}

/// Mostly it had ended before it was clicked; there is nowhere to say so but the log.
fn said<T>(answer: Result<T, CommandError>) {
    if let Err(error) = answer {
        tracing::warn!(%error, "a click in the tray did nothing");
    }
}

/// The icon in the colour of the panel. On macOS the system colours it, so there it stays black with alpha.
fn picture(icon: Icon) -> tauri::Result<Image<'static>> {
    let image = Image::from_bytes(match icon {
        Icon::Idle => include_bytes!("../../icons/tray/idle.png").as_slice(),
        Icon::Working => include_bytes!("../../icons/tray/working.png"),
        Icon::Attention => include_bytes!("../../icons/tray/attention.png"),
        Icon::Failed => include_bytes!("../../icons/tray/failed.png"),
    })?;
    if cfg!(target_os = "macos") {
        return Ok(image);
    }
    // `--ink` and `--you-fill` of the design tokens for light and dark ground, and tones between for any ground.
    let colour = match (icon == Icon::Attention, display::panel()) {
        (false, Panel::Light) => [0x14, 0x20, 0x1F],
        (false, Panel::Dark) => [0xE7, 0xEC, 0xEA],
        (false, Panel::Unknown) => [0x7D, 0x8B, 0x88],
        (true, Panel::Light) => [0xA8, 0x62, 0x00],
        (true, Panel::Dark) => [0xF0, 0xB2, 0x3A],
        (true, Panel::Unknown) => [0xC7, 0x7F, 0x0A],
    };
    let pixels = halo::coloured(image.rgba(), image.width() as usize, colour);
    Ok(Image::new_owned(pixels, image.width(), image.height()))
}
