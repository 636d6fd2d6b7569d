//! The screen this process draws on, as far as it has to be known before or beside a window.

/// What stands in the way of a window.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no display to open a window on. Start Meanwhile from a desktop session, or use `meanwhile serve`, which works without one"
)]
pub struct NoDisplay;

/// Connects to the display. Call it once, on the main thread, before anything is opened.
///
/// # Errors
/// [`NoDisplay`] when none answers.
pub fn connect() -> Result<(), NoDisplay> {
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| NoDisplay)?;
    Ok(())
}

/// Starts this process anew with WebKit's DMABUF renderer off, if that was asked for or the driver needs it.
///
/// With NVIDIA's own module a window stays blank otherwise; elsewhere the renderer makes drawing faster, so it stays.
/// A variable the user has set is never touched.
#[cfg(target_os = "linux")]
pub fn choose_renderer(safe: bool) -> std::io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let nvidia = std::path::Path::new("/sys/module/nvidia").exists();
    if !(safe || nvidia) || std::env::var_os(VARIABLE).is_some() {
        return Ok(());
    }
    let program = std::env::current_exe()?;
    // Only returns when it did not work.
    Err(std::process::Command::new(program).args(std::env::args_os().skip(1)).env(VARIABLE, "1").exec())
}

/// Other systems have no such renderer.
#[cfg(not(target_os = "linux"))]
pub fn choose_renderer(_safe: bool) -> std::io::Result<()> {
    Ok(())
}

/// True when programs cannot take keys for themselves here: Wayland leaves global shortcuts to the desktop.
pub fn keeps_shortcuts_to_itself() -> bool {
    if !cfg!(target_os = "linux") {
        return false;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("WAYLAND_DISPLAY") || std::env::var_os("XDG_SESSION_TYPE").is_some_and(|kind| kind == "wayland")
}

/// True when the desktop's theme is dark. Main thread only.
pub fn is_dark() -> bool {
    #[cfg(target_os = "linux")]
    if let Some(settings) = gtk::Settings::default() {
        use gtk::prelude::GtkSettingsExt as _;
        let named_dark = settings.gtk_theme_name().is_some_and(|name| name.to_lowercase().contains("dark"));
        return named_dark || settings.is_gtk_application_prefer_dark_theme();
    }
    false
}

/// True when the panel with the tray is dark. GNOME's always is; elsewhere it follows the theme. Main thread only.
pub fn has_dark_panel() -> bool {
    let gnome = std::env::var_os("XDG_CURRENT_DESKTOP")
        .is_some_and(|names| names.to_string_lossy().to_lowercase().contains("gnome"));
    gnome || is_dark()
}

/// Shows a message in a box and waits until it is closed. For a start that comes to nothing.
pub fn say(title: &str, text: &str) {
    #[cfg(target_os = "linux")]
    {
        use gtk::prelude::{DialogExt as _, GtkWindowExt as _, MessageDialogExt as _, WidgetExt as _};
        let dialog = gtk::MessageDialog::new(
            None::<&gtk::Window>,
            gtk::DialogFlags::empty(),
            gtk::MessageType::Info,
            gtk::ButtonsType::Close,
            title,
        );
        dialog.set_title("Meanwhile");
        dialog.set_secondary_text(Some(text));
        dialog.set_position(gtk::WindowPosition::Center);
        dialog.show_all();
        dialog.run();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (title, text);
}
