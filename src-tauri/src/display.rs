//! The screen this process draws on, as far as it has to be known before or beside a window.

use meanwhile_core::model::Theme;

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

/// Switches parts of WebKit's drawing off, where they do harm. What the user has set stays. Call it before there is a thread.
///
/// The DMABUF renderer leaves windows blank with NVIDIA's own module; elsewhere it makes drawing faster. Compositing
/// without a GPU costs 60 MiB and more than half of the frames. What else asks for a GPU loads a whole compiler into this
/// process to imitate one, 26 MiB that stay when the window is closed: not asked, WebKit draws the same pictures.
#[cfg(target_os = "linux")]
pub fn choose_renderer(safe: bool) {
    let nvidia = std::path::Path::new("/sys/module/nvidia").exists();
    let without_gpu = safe || !has_gpu();
    let wanted = [
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1", without_gpu || nvidia),
        ("WEBKIT_DISABLE_COMPOSITING_MODE", "1", without_gpu),
        // Named, it is not looked for; without compositing nothing opens it.
        ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null", without_gpu),
    ];
    for (variable, value, is_wanted) in wanted {
        if is_wanted && let Err(error) = gtk::glib::setenv(variable, value, false) {
            eprintln!("meanwhile-desktop: the safe renderer cannot be chosen: {error}");
        }
    }
}

/// True when something beside the processor can draw.
#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    let software =
        std::env::var_os("LIBGL_ALWAYS_SOFTWARE").is_some_and(|value| value == "1" || value == "true");
    let mut devices = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    !software && devices.any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// Other systems have no such renderer.
#[cfg(not(target_os = "linux"))]
pub fn choose_renderer(_safe: bool) {}

/// Gives a window the keyboard. Main thread only; on X11 once the window has been shown.
///
/// Window managers keep a window without it that claims no time, or an old one: this one was asked for just now, by a
/// shortcut, the tray or a notice, which GTK does not know.
pub fn give_keyboard(window: &tauri::WebviewWindow) {
    #[cfg(target_os = "linux")]
    if let Ok(window) = window.gtk_window() {
        use gtk::gdk::prelude::Cast as _;
        use gtk::prelude::{GtkWindowExt as _, WidgetExt as _};
        gtk::glib::idle_add_local_once(move || {
            let Some(shown) = window.window() else { return };
            // Without this event the server's time would be waited for without end.
            shown.set_events(shown.events() | gtk::gdk::EventMask::PROPERTY_CHANGE_MASK);
            let Ok(shown) = shown.downcast::<gdkx11::X11Window>() else { return };
            window.present_with_time(gdkx11::functions::x11_get_server_time(&shown));
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
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
        let prefers_dark = PREFERS_DARK.get_or_init(|| settings.is_gtk_application_prefer_dark_theme());
        return named_dark || *prefers_dark;
    }
    false
}

/// What the desktop says of itself, before a theme of ours was put on over it.
#[cfg(target_os = "linux")]
static PREFERS_DARK: std::sync::OnceLock<bool> = std::sync::OnceLock::new();

/// Puts on the theme that the user chose, for what GTK draws and not the page: the choices of a field, and dialogs. Main
/// thread only.
pub fn wear(theme: Theme) {
    #[cfg(target_os = "linux")]
    if let Some(settings) = gtk::Settings::default() {
        use gtk::prelude::GtkSettingsExt as _;
        let desktop_is_dark = is_dark();
        settings.set_gtk_application_prefer_dark_theme(match theme {
            Theme::Dark => true,
            Theme::Light => false,
            Theme::System | Theme::HighContrast => desktop_is_dark,
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = theme;
}

/// What the tray icon stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Light icons can be seen.
    Dark,
    /// Dark icons can be seen.
    Light,
    /// It does not tell, so the icon has to be seen on both.
    Unknown,
}

/// What the panel is known to look like. Main thread only.
pub fn panel() -> Panel {
    if !cfg!(target_os = "linux") {
        return Panel::Unknown;
    }
    panel_of(&std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default(), is_dark())
}

/// Some desktops have a dark panel whatever the theme is, some draw it with the theme.
fn panel_of(desktop: &str, is_dark: bool) -> Panel {
    let desktop = desktop.to_lowercase();
    let is_any_of = |names: &[&str]| desktop.split(':').any(|name| names.contains(&name));
    if is_any_of(&["gnome", "unity", "xfce", "x-cinnamon", "pantheon", "budgie"]) {
        Panel::Dark
    } else if is_any_of(&["kde", "lxqt", "mate"]) {
        if is_dark { Panel::Dark } else { Panel::Light }
    } else {
        Panel::Unknown
    }
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

#[cfg(test)]
mod tests {
    use super::{Panel, panel_of};

    #[test]
    fn the_tray_icon_suits_the_panel_or_every_panel() {
        assert_eq!(panel_of("ubuntu:GNOME", false), Panel::Dark);
        assert_eq!(panel_of("XFCE", false), Panel::Dark, "its panel is dark under a light theme too");
        assert_eq!(panel_of("KDE", true), Panel::Dark);
        assert_eq!(panel_of("KDE", false), Panel::Light);
        assert_eq!(panel_of("", true), Panel::Unknown);
    }
}
