//! Keys of other desktops, through the library.

use super::Refused;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};
use tauri_plugin_global_shortcut::{Builder, Error, GlobalShortcutExt as _, Shortcut, ShortcutState};

/// The library, whose only handler opens quick ask. It has to begin on the main thread.
pub fn plugin() -> TauriPlugin<Wry> {
    Builder::new()
        .with_handler(|app, _, event| {
            if event.state == ShortcutState::Pressed {
                super::pressed(app);
            }
        })
        .build()
}

/// The keys of the desktop.
#[derive(Clone)]
pub struct Keys(AppHandle);

impl Keys {
    /// From now on a shortcut that was taken opens quick ask.
    pub fn open(app: &AppHandle) -> Result<Self, Refused> {
        Ok(Self(app.clone()))
    }

    /// Takes it from all programs.
    pub fn take(&self, shortcut: Shortcut) -> Result<(), Refused> {
        self.0.global_shortcut().register(shortcut).map_err(|error| match error {
            Error::GlobalHotkey(_) => Refused::Taken,
            other => Refused::because(other),
        })
    }

    /// Leaves it to other programs again.
    pub fn give_back(&self, shortcut: Shortcut) {
        if let Err(error) = self.0.global_shortcut().unregister(shortcut) {
            tracing::warn!(%error, "the old shortcut stays taken");
        }
    }
}
