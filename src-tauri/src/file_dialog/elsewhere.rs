//! The dialogs of other desktops, through the library.

use std::path::PathBuf;
use tauri::plugin::TauriPlugin;
use tauri::{WebviewWindow, Wry};
use tauri_plugin_dialog::{DialogExt as _, FilePath, MessageDialogButtons};
use tokio::sync::oneshot;

/// The library. No window may call it.
pub fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_dialog::init()
}

/// Where to save a file that is called `name` unless the user says otherwise; `None` when they do not want to.
pub async fn save(window: &WebviewWindow, title: &'static str, name: String) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window).set_title(title).set_file_name(name);
    dialog.save_file(|path| drop(answer.send(path)));
    path_of(answered).await
}

/// The file that the user picks among those with one of these endings.
pub async fn open(
    window: &WebviewWindow,
    title: &'static str,
    endings: &'static [&'static str],
) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(window).set_title(title).add_filter("Exports", endings);
    dialog.pick_file(|path| drop(answer.send(path)));
    path_of(answered).await
}

/// The folder that the user picks.
pub async fn open_folder(window: &WebviewWindow, title: &'static str, _: &'static str) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    window.dialog().file().set_parent(window).set_title(title).pick_folder(|path| drop(answer.send(path)));
    path_of(answered).await
}

/// Whether the user says yes to this; closing it is a no.
pub async fn confirm(window: &WebviewWindow, title: &'static str, text: String) -> bool {
    let (answer, answered) = oneshot::channel();
    let dialog = window.dialog().message(text).title(title).parent(window);
    dialog.buttons(MessageDialogButtons::OkCancel).show(|yes| drop(answer.send(yes)));
    answered.await.unwrap_or(false)
}

async fn path_of(answered: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    answered.await.ok()??.into_path().ok()
}
