//! The entry of the XDG autostart specification. Written here: the library for it names paths with spaces wrongly.

use std::io;
use std::path::{Path, PathBuf};

/// As the identifier of the app, so that no other program's entry is meant.
const FILE: &str = "app.meanwhile.desktop.desktop";

/// Where the entry of this user stands; `None` without a home.
pub fn entry() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = from("XDG_CONFIG_HOME").or_else(|| from("HOME").map(|home| home.join(".config")))?;
    Some(config.join("autostart").join(FILE))
}

/// Desktops turn an entry off by a line of it.
pub fn is_on(file: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    let says = |line: &str| text.lines().any(|one| one.replace(' ', "") == line);
    !says("Hidden=true") && !says("X-GNOME-Autostart-enabled=false")
}

/// Starts this program, with other data than the usual ones if it has them.
pub fn write(file: &Path, data_dir: Option<&Path>) -> io::Result<()> {
    // An AppImage is mounted elsewhere at each start.
    let image = std::env::var_os("APPIMAGE").filter(|value| !value.is_empty()).map(PathBuf::from);
    let program = image.map_or_else(std::env::current_exe, Ok)?;
    let text = text(&program, data_dir).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "the path of this program is not readable text")
    })?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, text)
}

/// One that is not there is removed already.
pub fn remove(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn text(program: &Path, data_dir: Option<&Path>) -> Option<String> {
    let mut command = format!("{} --hidden", quoted(program.to_str()?)?);
    if let Some(folder) = data_dir {
        command = format!("{command} --data-dir {}", quoted(folder.to_str()?)?);
    }
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Meanwhile\nComment=Goes on with work that was interrupted\n\
         Exec={command}\nIcon=meanwhile-desktop\nTerminal=false\n"
    ))
}

/// An argument of an Exec line: in quotes, its signs escaped for the quotes, for the line and for the codes with `%`.
/// `None` when it has a line break, which no line can have.
fn quoted(word: &str) -> Option<String> {
    if word.contains(['\n', '\r']) {
        return None;
    }
    let mut quoted = String::from("\"");
    for letter in word.chars() {
        match letter {
            '"' | '`' | '$' => quoted.push_str("\\\\"),
            '\\' => quoted.push_str("\\\\\\"),
            '%' => quoted.push('%'),
            _ => {}
        }
        quoted.push(letter);
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_the_program_as_the_specification_wants_it() {
        let text = text(Path::new("/opt/My \"apps\"/a$b%c"), Some(Path::new("/data\\x"))).unwrap();
        let command = text.lines().find(|line| line.starts_with("Exec=")).unwrap();
        assert_eq!(command, r#"Exec="/opt/My \\"apps\\"/a\\$b%%c" --hidden --data-dir "/data\\\\x""#);
        assert_eq!(quoted("two\nlines"), None);
    }

    #[test]
    fn an_entry_that_the_desktop_turned_off_is_off() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("autostart/entry.desktop");
        assert!(!is_on(&file));
        write(&file, None).unwrap();
        assert!(is_on(&file));
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}Hidden=true\n")).unwrap();
        assert!(!is_on(&file));
        remove(&file).unwrap();
        remove(&file).unwrap();
        assert!(!file.exists());
    }
}
