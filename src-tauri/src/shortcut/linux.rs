//! Keys of an X11 desktop. A thread sleeps until one is pressed: the library for other desktops looks twenty times a second.

use super::Refused;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::AppHandle;
use tauri_plugin_global_shortcut::{Code, Modifiers, Shortcut};
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xkb::{ConnectionExt as _, ID, PerClientFlag};
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, Keycode, ModMask};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;
use xkeysym::key;

/// Locks are modifiers to the server, and a shortcut works whatever is locked: Caps Lock, and Num Lock on this one.
const LOCKS: [ModMask; 2] = [ModMask::LOCK, ModMask::M2];

/// The version of the keyboard extension that is asked for.
const XKB: (u16, u16) = (1, 0);

/// The keys of the display.
#[derive(Clone)]
pub struct Keys {
    display: Arc<RustConnection>,
    root: u32,
    /// The key that is held for us: another layout may have it elsewhere by the time it is given back.
    taken: Arc<Mutex<Option<Keycode>>>,
}

impl Keys {
    /// Connects to the display. From then on a shortcut that was taken opens quick ask.
    pub fn open(app: &AppHandle) -> Result<Self, Refused> {
        let (display, screen) = RustConnection::connect(None).map_err(Refused::because)?;
        let root = display.setup().roots.get(screen).ok_or(Refused::NoDisplay)?.root;
        let keys = Self { display: Arc::new(display), root, taken: Arc::default() };
        keys.stop_repeats()?;
        let (app, listener) = (app.clone(), keys.clone());
        std::thread::Builder::new()
            .name("shortcut".to_owned())
            .spawn(move || listener.listen(&app))
            .map_err(Refused::because)?;
        Ok(keys)
    }

    /// Takes it from all programs.
    pub fn take(&self, shortcut: Shortcut) -> Result<(), Refused> {
        let key = self.keycode(shortcut.key)?.ok_or(Refused::NoSuchKey)?;
        *self.taken() = Some(key);
        for modifiers in with_locks(shortcut.mods) {
            let grab = self
                .display
                .grab_key(false, self.root, modifiers, key, GrabMode::ASYNC, GrabMode::ASYNC)
                .map_err(Refused::because)?;
            match grab.check() {
                Ok(()) => {}
                Err(error) => {
                    self.give_back(shortcut);
                    return Err(match error {
                        ReplyError::X11Error(error) if error.error_kind == ErrorKind::Access => {
                            Refused::Taken
                        }
                        other => Refused::because(other),
                    });
                }
            }
        }
        Ok(())
    }

    /// Leaves it to other programs again.
    pub fn give_back(&self, shortcut: Shortcut) {
        let Some(key) = self.taken().take() else { return };
        for modifiers in with_locks(shortcut.mods) {
            // Keys that are not held are no harm, and a lost display holds none.
            if let Ok(given) = self.display.ungrab_key(key, self.root, modifiers) {
                given.ignore_error();
            }
        }
        let _ = self.display.flush();
    }

    /// A key that is held is one press, without releases in between.
    fn stop_repeats(&self) -> Result<(), Refused> {
        self.display
            .xkb_use_extension(XKB.0, XKB.1)
            .map_err(Refused::because)?
            .reply()
            .map_err(Refused::because)?;
        let flag = PerClientFlag::DETECTABLE_AUTO_REPEAT;
        let none = Default::default();
        self.display
            .xkb_per_client_flags(ID::USE_CORE_KBD.into(), flag, flag, none, none, none)
            .map_err(Refused::because)?
            .reply()
            .map_err(Refused::because)?;
        Ok(())
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Option<Keycode>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// While the shortcut is held every key comes here, and only its own counts.
    fn listen(&self, app: &AppHandle) {
        let mut is_down = false;
        loop {
            match self.display.wait_for_event() {
                Ok(Event::KeyPress(press)) if Some(press.detail) == *self.taken() => {
                    if !std::mem::replace(&mut is_down, true) {
                        super::pressed(app);
                    }
                }
                Ok(Event::KeyRelease(release)) if Some(release.detail) == *self.taken() => is_down = false,
                Ok(_) => {}
                Err(error) => return tracing::warn!(%error, "the display is gone, and the shortcut with it"),
            }
        }
    }

    /// Where the key is on the keyboard; `None` when it has no such key.
    fn keycode(&self, code: Code) -> Result<Option<Keycode>, Refused> {
        let Some(symbol) = symbol(code) else { return Ok(None) };
        let setup = self.display.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self
            .display
            .get_keyboard_mapping(first, last.saturating_sub(first).saturating_add(1))
            .map_err(Refused::because)?
            .reply()
            .map_err(Refused::because)?;
        let mut keys = mapping.keysyms.chunks(usize::from(mapping.keysyms_per_keycode).max(1));
        let at = keys.position(|symbols| symbols.contains(&symbol));
        Ok(at.and_then(|at| u8::try_from(usize::from(first) + at).ok()))
    }
}

/// The modifiers as the server has them, with each combination of locks.
fn with_locks(modifiers: Modifiers) -> [ModMask; 4] {
    let masks = [
        (Modifiers::SHIFT, ModMask::SHIFT),
        (Modifiers::CONTROL, ModMask::CONTROL),
        (Modifiers::ALT, ModMask::M1),
        (Modifiers::SUPER, ModMask::M4),
    ];
    let wanted = masks.into_iter().filter(|(modifier, _)| modifiers.contains(*modifier));
    let bare = wanted.fold(ModMask::default(), |all, (_, mask)| all | mask);
    let [caps, num] = LOCKS;
    [bare, bare | caps, bare | num, bare | caps | num]
}

/// What the server calls the key; `None` for keys that nobody would press for this.
fn symbol(code: Code) -> Option<u32> {
    let named = match code {
        Code::ArrowDown => key::Down,
        Code::ArrowLeft => key::Left,
        Code::ArrowRight => key::Right,
        Code::ArrowUp => key::Up,
        Code::Backquote => key::grave,
        Code::Backslash => key::backslash,
        Code::Backspace => key::BackSpace,
        Code::BracketLeft => key::bracketleft,
        Code::BracketRight => key::bracketright,
        Code::Comma => key::comma,
        Code::Delete => key::Delete,
        Code::End => key::End,
        Code::Enter => key::Return,
        Code::Equal => key::equal,
        Code::Escape => key::Escape,
        Code::Home => key::Home,
        Code::Insert => key::Insert,
        Code::Minus => key::minus,
        Code::NumpadAdd => key::KP_Add,
        Code::NumpadDecimal => key::KP_Decimal,
        Code::NumpadDivide => key::KP_Divide,
        Code::NumpadEnter => key::KP_Enter,
        Code::NumpadMultiply => key::KP_Multiply,
        Code::NumpadSubtract => key::KP_Subtract,
        Code::PageDown => key::Page_Down,
        Code::PageUp => key::Page_Up,
        Code::Pause => key::Pause,
        Code::Period => key::period,
        Code::PrintScreen => key::Print,
        Code::Quote => key::apostrophe,
        Code::ScrollLock => key::Scroll_Lock,
        Code::Semicolon => key::semicolon,
        Code::Slash => key::slash,
        Code::Space => key::space,
        Code::Tab => key::Tab,
        _ => return numbered(&code.to_string()),
    };
    Some(named)
}

/// Keys whose names count, such as `KeyA`, `Digit0`, `F12` and `Numpad7`. Their symbols follow each other.
fn numbered(name: &str) -> Option<u32> {
    if let Some(letter) = name.strip_prefix("Key").and_then(|rest| rest.bytes().next()) {
        return Some(u32::from(letter.to_ascii_lowercase()));
    }
    let number = |prefix| name.strip_prefix(prefix).and_then(|rest: &str| rest.parse::<u32>().ok());
    let digit = number("Digit").map(|digit| key::_0 + digit);
    let pad = || number("Numpad").map(|digit| key::KP_0 + digit);
    let function =
        || number("F").filter(|number| (1..=24).contains(number)).map(|number| key::F1 + number - 1);
    digit.or_else(pad).or_else(function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_called_as_the_server_calls_them() {
        let cases = [
            (Code::Space, key::space),
            (Code::KeyA, key::a),
            (Code::KeyZ, key::z),
            (Code::Digit9, key::_9),
            (Code::Numpad7, key::KP_7),
            (Code::F1, key::F1),
            (Code::F24, key::F24),
        ];
        for (code, expected) in cases {
            assert_eq!(symbol(code), Some(expected), "{code}");
        }
        assert_eq!(symbol(Code::Fn), None);
        assert_eq!(symbol(Code::KanaMode), None);
    }
}
