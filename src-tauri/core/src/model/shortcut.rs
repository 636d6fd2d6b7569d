use std::collections::BTreeMap;

/// Shortcuts that can be given other keys; there are some sixty.
const MOST: usize = 200;

/// Letters of an id or of keys.
const LONGEST: usize = 40;

/// Keys that write what is sent; they may stand alone, as which of them sends is a matter of taste.
const WRITING: [&str; 2] = ["send", "newline"];

/// What every text field does with these.
const OF_TEXT: [&str; 7] = ["Mod+A", "Mod+C", "Mod+V", "Mod+X", "Mod+Y", "Mod+Z", "Mod+Shift+Z"];

const MODIFIERS: [&str; 5] = ["Mod", "Ctrl", "Alt", "Shift", "Meta"];

/// Why these keys cannot be those of the window's shortcuts, as a sentence without its end; `None` when they can.
pub fn unfit(shortcuts: &BTreeMap<String, Option<String>>) -> Option<String> {
    if shortcuts.len() > MOST {
        return Some(format!("{MOST} shortcuts at most can have other keys; nothing was changed"));
    }
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, keys) in shortcuts {
        let is_named = !id.is_empty()
            && id.len() <= LONGEST
            && id.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'-');
        if !is_named {
            return Some("a shortcut has a name of small letters; nothing was changed".to_owned());
        }
        let Some(keys) = keys else { continue };
        if let Some(why) = unfit_keys(id, keys) {
            return Some(why);
        }
        if let Some(other) = taken.insert(keys, id) {
            return Some(format!("{keys} cannot be both {other} and {id}; nothing was changed"));
        }
    }
    None
}

fn unfit_keys(id: &str, keys: &str) -> Option<String> {
    let mut parts: Vec<&str> = keys.split('+').collect();
    let key = parts.pop().unwrap_or_default();
    let are_modifiers = parts
        .iter()
        .enumerate()
        .all(|(at, part)| MODIFIERS.contains(part) && !parts.iter().take(at).any(|before| before == part));
    if keys.len() > LONGEST || !are_modifiers || !is_key(key) {
        return Some(format!("{keys:?} are no keys; they are written like Mod+Shift+B. Nothing was changed"));
    }
    if OF_TEXT.contains(&keys) {
        return Some(format!("{keys} is for text in every field; nothing was changed"));
    }
    let is_held = parts.iter().any(|part| *part != "Shift") || is_function_key(key);
    let is_writing = key == "Enter" && WRITING.contains(&id);
    (!is_held && !is_writing)
        .then(|| format!("{keys} needs Ctrl or Alt, or nobody could type it; nothing was changed"))
}

fn is_key(key: &str) -> bool {
    let mut letters = key.chars();
    match (letters.next(), letters.next()) {
        (Some(one), None) => !one.is_control() && !one.is_whitespace() && !one.is_lowercase(),
        (Some(_), Some(_)) => key.chars().all(|letter| letter.is_ascii_alphanumeric()),
        (None, _) => false,
    }
}

fn is_function_key(key: &str) -> bool {
    key.strip_prefix('F')
        .and_then(|number| number.parse::<u8>().ok())
        .is_some_and(|number| (1..=24).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::unfit;
    use std::collections::BTreeMap;

    fn one(id: &str, keys: &str) -> Option<String> {
        unfit(&BTreeMap::from([(id.to_owned(), Some(keys.to_owned()))]))
    }

    #[test]
    fn keys_that_can_be_pressed_and_mean_nothing_else_are_kept() {
        for keys in ["Mod+Shift+B", "Mod+Alt+M", "Ctrl+Tab", "F9", "Shift+F3", "Mod+Plus", "Mod+,", "Alt+Ä"]
        {
            assert_eq!(one("tasks", keys), None, "{keys}");
        }
        assert_eq!(one("newline", "Enter"), None, "which key sends is a matter of taste");
        assert_eq!(unfit(&BTreeMap::from([("tasks".to_owned(), None)])), None, "no keys at all");
    }

    #[test]
    fn keys_that_people_type_with_are_refused_by_name() {
        for keys in ["A", "Shift+A", "Enter", "/", "Shift+Tab"] {
            assert!(one("tasks", keys).unwrap().contains("needs Ctrl or Alt"), "{keys}");
        }
        for keys in ["Mod+C", "Mod+Shift+Z"] {
            assert!(one("tasks", keys).unwrap().contains("for text in every field"), "{keys}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for keys in ["", "Mod+", "Mod+Mod+A", "Hyper+A", "Mod+a", "Mod+<b>", "+"] {
            assert!(one("tasks", keys).unwrap().contains("are no keys"), "{keys:?}");
        }
        assert!(one("Tasks!", "Mod+J").unwrap().contains("a name of small letters"));
    }

    #[test]
    fn the_same_keys_twice_are_refused_with_both_names() {
        let keys = Some("Mod+J".to_owned());
        let both = BTreeMap::from([("list".to_owned(), keys.clone()), ("tasks".to_owned(), keys)]);
        assert_eq!(unfit(&both).unwrap(), "Mod+J cannot be both list and tasks; nothing was changed");
    }
}
