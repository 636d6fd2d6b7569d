//! The global shortcut that opens quick ask.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use crate::desktop_status::{self, DesktopStatus};
use crate::{display, window};
#[cfg(not(target_os = "linux"))]
use elsewhere::Keys;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::plugin;
#[cfg(target_os = "linux")]
use linux::Keys;
use meanwhile_core::model::Settings;
use meanwhile_core::{CommandError, Core};
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager as _, State};
use tauri_plugin_global_shortcut::{Code, Modifiers, Shortcut};
use tokio::sync::oneshot;
use ts_rs::TS;

/// Time to press the keys in a test: long enough to read what to do, short enough to wait for.
const TEST: Duration = Duration::from_secs(10);

/// Whether the shortcut works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutState {
    /// It opens quick ask.
    Ready,
    /// The user turned it off.
    #[default]
    Off,
    /// Another program has it.
    Conflict,
    /// This desktop gives no keys to programs.
    Unsupported,
}

/// The shortcut as it stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Whether it works.
    pub state: ShortcutState,
    /// Why it does not, and what to do.
    pub message: Option<String>,
    held: Option<Shortcut>,
    wanted: Option<String>,
}

/// Why a shortcut cannot be had.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("another program already uses it")]
    Taken,
    #[cfg(target_os = "linux")]
    #[error("there is no such key on this keyboard")]
    NoSuchKey,
    #[cfg(target_os = "linux")]
    #[error("there is no display")]
    NoDisplay,
    #[error("{0}")]
    Because(String),
}

impl Refused {
    fn because(error: impl std::fmt::Display) -> Self {
        Self::Because(error.to_string())
    }
}

/// The one shortcut there is.
#[derive(Default)]
pub struct Shortcuts(Mutex<Standing>, Mutex<Option<Keys>>, Mutex<Option<oneshot::Sender<()>>>);

impl Shortcuts {
    /// As it stands now.
    pub fn standing(&self) -> Standing {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Its keys were pressed.
fn pressed(app: &AppHandle) {
    let tested = app.state::<Shortcuts>().2.lock().unwrap_or_else(PoisonError::into_inner).take();
    // A test that was given up hears nothing, and the keys mean what they always do.
    if tested.is_some_and(|test| test.send(()).is_ok()) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move { window::quick_ask(&app).await });
}

/// Takes the shortcut of the settings, now and whenever they change.
pub fn start(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let core = app.state::<Core>().inner().clone();
        let mut steps = core.steps();
        loop {
            steps.mark_unchanged();
            match core.settings().await {
                Ok(settings) => take(&app, settings.quick_ask_shortcut).await,
                Err(error) => tracing::warn!(%error, "the shortcut stays as it is"),
            }
            tokio::select! {
                () = core.closed() => return,
                changed = steps.changed() => if changed.is_err() { return },
            }
        }
    });
}

/// Waits for the keys to be pressed and says whether they arrived; that time they open nothing.
#[tauri::command]
pub async fn test_shortcut(app: AppHandle) -> Result<bool, CommandError> {
    let (heard, is_heard) = oneshot::channel();
    *app.state::<Shortcuts>().2.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
    Ok(tokio::time::timeout(TEST, is_heard).await.is_ok_and(|heard| heard.is_ok()))
}

/// Chooses another shortcut, or none.
#[tauri::command]
pub async fn set_shortcut(
    app: AppHandle,
    core: State<'_, Core>,
    shortcut: Option<String>,
) -> Result<DesktopStatus, CommandError> {
    if let Some(wanted) = &shortcut {
        read(wanted)?;
    }
    let settings = core.settings().await?;
    core.save_settings(Settings { quick_ask_shortcut: shortcut.clone(), ..settings }).await?;
    take(&app, shortcut).await;
    desktop_status::desktop_status(app.clone(), core).await
}

/// Gives back the shortcut held so far and takes the wanted one; what came of it is kept as data.
async fn take(app: &AppHandle, wanted: Option<String>) {
    let app = app.clone();
    let worked = tauri::async_runtime::spawn_blocking(move || {
        let shortcuts = app.state::<Shortcuts>();
        let mut standing = shortcuts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if standing.wanted == wanted && (wanted.is_none() || standing.state != ShortcutState::Off) {
            return;
        }
        let mut keys = shortcuts.1.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(keys), Some(held)) = (&*keys, standing.held.take()) {
            keys.give_back(held);
        }
        *standing = claim(&app, &mut keys, wanted);
        if let Some(message) = &standing.message {
            tracing::warn!(message, "no global shortcut");
        }
    });
    if let Err(error) = worked.await {
        tracing::warn!(%error, "the shortcut was not changed");
    }
}

/// Takes the wanted shortcut; `keys` are those of the desktop, once they were needed.
fn claim(app: &AppHandle, keys: &mut Option<Keys>, wanted: Option<String>) -> Standing {
    let fails = |state, message: String| Standing {
        state,
        message: Some(message),
        held: None,
        wanted: wanted.clone(),
    };
    let Some(words) = &wanted else { return Standing::default() };
    if display::keeps_shortcuts_to_itself() {
        let how = "this desktop keeps shortcuts to itself. Bind one in its keyboard settings to the command `meanwhile open`";
        return fails(ShortcutState::Unsupported, how.to_owned());
    }
    let shortcut = match read(words) {
        Ok(shortcut) => shortcut,
        Err(error) => return fails(ShortcutState::Conflict, error.message),
    };
    let taken = match keys {
        Some(keys) => keys.take(shortcut),
        None => Keys::open(app).and_then(|opened| keys.insert(opened).take(shortcut)),
    };
    match taken {
        Ok(()) => Standing { state: ShortcutState::Ready, message: None, held: Some(shortcut), wanted },
        Err(Refused::Taken) => {
            let message = format!("another program already uses {words}; choose other keys");
            fails(ShortcutState::Conflict, message)
        }
        Err(refused) => fails(ShortcutState::Unsupported, format!("{words} cannot be taken: {refused}")),
    }
}

/// A shortcut as typed, such as `Alt+Shift+Space`. It needs Alt or Super, or has to be Ctrl+Space or a function key: a bare
/// key, or Ctrl and a letter, would be lost to every program, this one too.
fn read(words: &str) -> Result<Shortcut, CommandError> {
    let shortcut: Shortcut = words
        .parse()
        .map_err(|_| CommandError::invalid(format!("{words:?} is not a shortcut; nothing was changed")))?;
    let is_free = shortcut.mods.intersects(Modifiers::ALT | Modifiers::SUPER)
        || shortcut.mods.contains(Modifiers::CONTROL) && shortcut.key == Code::Space;
    if is_free || is_function_key(shortcut.key) {
        return Ok(shortcut);
    }
    Err(CommandError::invalid(format!(
        "{words} needs Alt or the logo key, or no program could use these keys any more; nothing was changed"
    )))
}

fn is_function_key(code: Code) -> bool {
    let name = code.to_string();
    name.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_shortcut_can_be_taken() {
        let default = Settings::default().quick_ask_shortcut.unwrap();
        assert!(read(&default).is_ok(), "{default} is what a fresh start asks for");
    }

    #[test]
    fn a_key_that_people_type_with_is_refused() {
        for words in ["A", "Shift+A", "Space", "Shift+Space", "Ctrl+N", "Ctrl+Shift+C"] {
            assert!(read(words).unwrap_err().message.contains("needs Alt"), "{words}");
        }
        for words in ["Ctrl+Space", "Super+K", "F9", "Shift+F1"] {
            assert!(read(words).is_ok(), "{words}");
        }
    }

    #[test]
    fn nonsense_is_named_and_changes_nothing() {
        let refused = read("Alt+Nothing").unwrap_err();
        assert_eq!(refused.message, "\"Alt+Nothing\" is not a shortcut; nothing was changed");
    }
}
