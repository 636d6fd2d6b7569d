//! What is dropped on a window, as GTK has it. WebKitGTK gives the page no files, only an event.

use super::NamedFiles;
use gtk::gdk::DragContext;
use gtk::glib::filename_from_uri;
use gtk::prelude::WidgetExt as _;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use tauri::{Manager as _, WebviewWindow};

/// What hangs over a window, and in which drag.
type Over = (DragContext, Vec<PathBuf>);

/// Remembers what is dropped on a window until its page asks.
pub fn watch(window: &WebviewWindow) {
    let app = window.app_handle().clone();
    let watched = window.with_webview(move |view| {
        let (view, dropping) = (view.inner(), app.clone());
        // What hangs over the window is not dropped yet, and may never be.
        let over: Rc<RefCell<Option<Over>>> = Rc::default();
        let seen = Rc::clone(&over);
        view.connect_drag_data_received(move |_, context, _, _, given, _, _| {
            let paths: Vec<PathBuf> = given
                .uris()
                .iter()
                .filter_map(|uri| filename_from_uri(uri).ok())
                .map(|(path, _)| path)
                .collect();
            // Other forms of the same have none.
            if given.data_type().name() == "text/uri-list" {
                app.state::<NamedFiles>().hang_over(!paths.is_empty());
                seen.replace(Some((context.clone(), paths)));
            }
        });
        view.connect_drag_drop(move |_, context, _, _, _| {
            let dropped = over.take().filter(|(seen, _)| seen == context);
            dropping.state::<NamedFiles>().drop_here(dropped.map(|(_, paths)| paths).unwrap_or_default());
            // The page does with it what it did before.
            false
        });
    });
    if let Err(error) = watched {
        tracing::warn!(%error, "files that are dropped are not seen");
    }
}
