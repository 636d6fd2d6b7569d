//! The letters of a page, from the bytes it came as.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Where a page says in itself how it is written. Source: the HTML standard, "prescan a byte stream".
const PRESCAN: usize = 1024;

/// The text, by its mark, by what the server said, by what stands in it, else as UTF-8 if it is that.
pub(crate) fn decode(bytes: &[u8], said: Option<&str>, is_html: bool) -> String {
    let by_name = |name: &str| Encoding::for_label(name.trim_matches(['"', '\'', ' ']).as_bytes());
    let inside = || if is_html { named_inside(bytes).and_then(|name| by_name(&name)) } else { None };
    let guess = || if is_utf8(bytes) { UTF_8 } else { WINDOWS_1252 };
    let encoding = said.and_then(by_name).or_else(inside).unwrap_or_else(guess);
    // A mark at the beginning wins.
    encoding.decode(bytes).0.into_owned()
}

/// Whether it is UTF-8, but for a letter that was cut at its end.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

fn named_inside(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).to_ascii_lowercase();
    let mark = head.find("<meta").and_then(|at| head[at..].find("charset=").map(|found| at + found))?;
    let name = head[mark + "charset=".len()..].trim_start_matches(['"', '\'', ' ']);
    let name: String =
        name.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_:".contains(*letter)).collect();
    // What could be read so far is no UTF-16, whatever it says.
    Some(if name.starts_with("utf-16") { "utf-8".to_owned() } else { name })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn letters_are_read_as_they_were_written() {
        assert_eq!(decode("Möwe".as_bytes(), None, false), "Möwe");
        assert_eq!(decode(b"M\xf6we", None, false), "Möwe");
        assert_eq!(decode(b"M\xf6we", Some("ISO-8859-1"), false), "Möwe");
        assert_eq!(
            decode(b"<html><meta charset=\"shift_jis\">\x83J\x83\x82", None, true),
            "<html><meta charset=\"shift_jis\">カモ"
        );
        assert_eq!(decode(b"\xef\xbb\xbfM\xc3\xb6we", Some("latin1"), false), "Möwe");
        assert_eq!(decode("Möw€".as_bytes().split_last().unwrap().1, None, false), "Möw\u{fffd}");
    }
}
