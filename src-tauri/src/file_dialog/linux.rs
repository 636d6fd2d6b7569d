//! The dialogs of GTK, which the window is made with anyway.

use gtk::glib::{UserDirectory, home_dir, user_special_dir};
use gtk::prelude::{
    Cast as _, DialogExt as _, FileChooserExt as _, GtkWindowExt as _, NativeDialogExt as _, WidgetExt as _,
};
use gtk::{
    ButtonsType, DialogFlags, FileChooserAction, FileChooserNative, FileFilter, MessageDialog, MessageType,
    ResponseType, Window,
};
use std::cell::RefCell;
use std::path::PathBuf;
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// Where to save a file that is called `name` unless the user says otherwise; `None` when they do not want to.
pub async fn save(window: &WebviewWindow, title: &'static str, name: String) -> Option<PathBuf> {
    ask(window, move |parent| {
        let dialog =
            FileChooserNative::new(Some(title), parent, FileChooserAction::Save, Some("_Save"), None);
        dialog.set_do_overwrite_confirmation(true);
        dialog.set_current_name(&name);
        // Not where the process happened to be started.
        dialog.set_current_folder(user_special_dir(UserDirectory::Documents).unwrap_or_else(home_dir));
        dialog
    })
    .await
}

/// The file that the user picks among those with one of these endings.
pub async fn open(
    window: &WebviewWindow,
    title: &'static str,
    endings: &'static [&'static str],
) -> Option<PathBuf> {
    ask(window, move |parent| {
        let dialog =
            FileChooserNative::new(Some(title), parent, FileChooserAction::Open, Some("_Open"), None);
        let filter = FileFilter::new();
        endings.iter().for_each(|ending| filter.add_pattern(&format!("*.{ending}")));
        dialog.set_filter(&filter);
        dialog
    })
    .await
}

/// The folder that the user picks; `act` is what the button says.
pub async fn open_folder(window: &WebviewWindow, title: &'static str, act: &'static str) -> Option<PathBuf> {
    ask(window, move |parent| {
        let action = FileChooserAction::SelectFolder;
        let dialog = FileChooserNative::new(Some(title), parent, action, Some(act), None);
        // A list of recent files, where it begins otherwise, takes no path that is typed.
        dialog.set_current_folder(home_dir());
        dialog
    })
    .await
}

/// Whether the user says yes to this; closing it is a no.
pub async fn confirm(window: &WebviewWindow, title: &'static str, text: String) -> bool {
    let (answer, answered) = oneshot::channel();
    let parent = window.clone();
    let shown = window.run_on_main_thread(move || {
        let parent = parent.gtk_window().ok();
        let parent: Option<&Window> = parent.as_ref().map(|parent| parent.upcast_ref());
        let (kind, buttons) = (MessageType::Question, ButtonsType::OkCancel);
        let dialog = MessageDialog::new(parent, DialogFlags::MODAL, kind, buttons, &text);
        dialog.set_title(title);
        dialog.set_default_response(ResponseType::Cancel);
        let answer = RefCell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            if let Some(answer) = answer.take() {
                // Whoever asked may be gone with its window.
                let _ = answer.send(response == ResponseType::Ok);
            }
            dialog.close();
        });
        dialog.show_all();
    });
    shown.is_ok() && answered.await.unwrap_or(false)
}

async fn ask(
    window: &WebviewWindow,
    make: impl FnOnce(Option<&Window>) -> FileChooserNative + Send + 'static,
) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    let parent = window.clone();
    let shown = window.run_on_main_thread(move || {
        let parent = parent.gtk_window().ok();
        show(make(parent.as_ref().map(|parent| parent.upcast_ref())), answer);
    });
    shown.ok()?;
    answered.await.ok()?
}

fn show(dialog: FileChooserNative, answer: oneshot::Sender<Option<PathBuf>>) {
    let answer = RefCell::new(Some(answer));
    // The dialog is held by what it calls, until it was answered.
    let held = RefCell::new(Some(dialog.clone()));
    dialog.connect_response(move |dialog, response| {
        let path = if response == ResponseType::Accept { dialog.filename() } else { None };
        if let Some(answer) = answer.take() {
            // Whoever asked may be gone with its window.
            let _ = answer.send(path);
        }
        dialog.destroy();
        held.take();
    });
    dialog.show();
}
