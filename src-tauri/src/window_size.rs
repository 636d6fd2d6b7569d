//! How large the main window was when it was last there, and where.

use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, WebviewWindow};

/// In the data folder. One that is gone or unreadable costs a size and nothing else.
const FILE: &str = "window.json";

/// Pixels of a side; beyond what any desktop has, a number is damaged.
const MOST: f64 = 32_768.0;

/// From its upper left corner to where a title can be taken hold of.
const TITLE: (f64, f64) = (120.0, 12.0);

/// Before there is any other.
pub const USUAL: Size = Size { width: 1280.0, height: 800.0, is_maximized: false, at: None };

/// A size, in pixels of the page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub width: f64,
    pub height: f64,
    /// Then the sides are those it had when it last went away unmaximized.
    pub is_maximized: bool,
    /// Its upper left corner; `None` where windows do not learn where they are.
    #[serde(default)]
    pub at: Option<(f64, f64)>,
}

/// The size that is kept.
pub struct WindowSize {
    file: PathBuf,
    last: Mutex<Option<Size>>,
}

impl WindowSize {
    /// What was kept in this data folder.
    pub fn of(data_dir: &Path) -> Self {
        let file = data_dir.join(FILE);
        let last = std::fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Self { file, last: Mutex::new(last.filter(Size::is_sound)) }
    }

    /// The last size; `None` before the first.
    pub fn last(&self) -> Option<Size> {
        *self.lock()
    }

    /// Keeps the size of a window that is about to go.
    /// It asks the main thread, so no lock is held meanwhile, and that thread must not call it.
    pub fn keep(&self, window: &WebviewWindow) {
        let last = self.last();
        let Some(now) = of_window(window, last).filter(Size::is_sound) else { return };
        if last == Some(now) {
            return;
        }
        *self.lock() = Some(now);
        let written =
            serde_json::to_vec(&now).map_err(std::io::Error::from).and_then(|text| self.write(&text));
        if let Err(error) = written {
            tracing::warn!(%error, "the size of the window is not kept");
        }
    }

    /// For the user alone, as everything in the folder.
    fn write(&self, text: &[u8]) -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.file)?.write_all(text)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Size>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Size {
    fn is_sound(&self) -> bool {
        let is_near = |(x, y): (f64, f64)| x.abs() <= MOST && y.abs() <= MOST;
        [self.width, self.height].iter().all(|side| (1.0..=MOST).contains(side))
            && self.at.is_none_or(is_near)
    }
}

fn of_window(window: &WebviewWindow, last: Option<Size>) -> Option<Size> {
    let is_maximized = window.is_maximized().ok()?;
    if is_maximized || window.is_fullscreen().ok()? {
        return Some(Size { is_maximized, ..last.unwrap_or(USUAL) });
    }
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    // Wayland says that every window is in the corner.
    let is_told = !crate::display::keeps_shortcuts_to_itself();
    let at = window.outer_position().ok().filter(|_| is_told).map(|at| at.to_logical::<f64>(scale));
    Some(Size { width: size.width, height: size.height, is_maximized, at: at.map(|at| (at.x, at.y)) })
}

/// True when a window there can be reached: the middle of its title is on some screen that is there now.
pub fn is_on_screen(app: &AppHandle, (x, y): (f64, f64)) -> bool {
    let monitors = app.available_monitors().unwrap_or_default();
    monitors.iter().any(|monitor| {
        let (at, size, scale) = (monitor.position(), monitor.size(), monitor.scale_factor());
        let (left, top) = (f64::from(at.x) / scale, f64::from(at.y) / scale);
        let (right, bottom) = (left + f64::from(size.width) / scale, top + f64::from(size.height) / scale);
        let (title_x, title_y) = (x + TITLE.0, y + TITLE.1);
        (left..right).contains(&title_x) && (top..bottom).contains(&title_y)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_size_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(WindowSize::of(folder.path()).last(), None);
        for damaged in [
            "",
            "{",
            r#"{"width":0,"height":600,"is_maximized":false}"#,
            r#"{"width":1e9,"height":600,"is_maximized":false}"#,
        ] {
            std::fs::write(folder.path().join(FILE), damaged).unwrap();
            assert_eq!(WindowSize::of(folder.path()).last(), None, "{damaged}");
        }
        std::fs::write(folder.path().join(FILE), r#"{"width":900,"height":600,"is_maximized":true}"#)
            .unwrap();
        let size = Size { width: 900.0, height: 600.0, is_maximized: true, at: None };
        assert_eq!(WindowSize::of(folder.path()).last(), Some(size));
    }
}
