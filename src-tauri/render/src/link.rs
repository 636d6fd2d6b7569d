//! Which addresses survive, and how they are written.

/// Longest address that stays a link, in bytes after encoding; the limit common browsers and servers keep.
pub const MAX_HREF: usize = 2_048;

/// The address of a link that may be opened: http, https or mailto, with everything invisible percent-encoded.
pub fn openable(address: &str) -> Option<String> {
    let address = address.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let (scheme, rest) = address.split_once(':')?;
    let (prefix, body) = match scheme.to_ascii_lowercase().as_str() {
        "http" => ("http://", rest.strip_prefix("//")?),
        "https" => ("https://", rest.strip_prefix("//")?),
        // Only whom to write to: mail programs take subjects, texts and even files to attach from what follows.
        "mailto" => ("mailto:", rest.split(['?', '#']).next().unwrap_or_default()),
        _ => return None,
    };
    let is_mail = prefix == "mailto:";
    // Readers of URLs disagree about backslashes and controls: there is no safe reading of them.
    if body.is_empty()
        || body.chars().any(|c| c == '\\' || c.is_control())
        || !(is_mail || is_host(host(body)))
    {
        return None;
    }
    let mut href = String::with_capacity(address.len());
    href.push_str(prefix);
    for c in body.chars() {
        if needs_encoding(c) {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                href.push('%');
                href.extend(
                    [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[digit as usize])),
                );
            }
        } else {
            href.push(c);
        }
    }
    (href.len() <= MAX_HREF).then_some(href)
}

/// Where an image would come from, in a word for the placeholder, and its address if it may be loaded on a click.
pub(crate) fn image(address: &str) -> (String, Option<String>) {
    if let Some(href) = openable(address).filter(|href| !href.starts_with("mailto:")) {
        let source = href.split_once("//").map_or("", |(_, body)| host(body)).to_owned();
        return (source, Some(href));
    }
    let scheme = address.trim().split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.len() <= 20
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (if is_scheme { scheme.to_ascii_lowercase() } else { "relative".to_owned() }, None)
}

/// What stands between `//` and the path.
fn host(body: &str) -> &str {
    body.split(['/', '?', '#']).next().unwrap_or_default()
}

/// A name or number and a port. A user name before the host serves only to deceive.
fn is_host(host: &str) -> bool {
    let is_plain = |c: char| {
        if c.is_ascii() { c.is_ascii_alphanumeric() || "-._:[]".contains(c) } else { !needs_encoding(c) }
    };
    !host.is_empty() && host.chars().all(is_plain)
}

/// Letters and digits of all scripts stay readable; all else outside ASCII could hide or turn what follows.
fn needs_encoding(c: char) -> bool {
    // Letters by their class, blank by their shape.
    const FILLERS: [char; 4] = ['\u{115F}', '\u{1160}', '\u{3164}', '\u{FFA0}'];
    if c.is_ascii() {
        !c.is_ascii_graphic() || "\"<>`{}|^\\".contains(c)
    } else {
        !c.is_alphanumeric() || FILLERS.contains(&c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F58
    #[test]
    fn only_web_and_mail_addresses_are_links() {
        for (address, href) in [
            ("https://example.com/a?b=c#d", Some("https://example.com/a?b=c#d")),
            ("HTTPS://example.com", Some("https://example.com")),
            (" http://example.com ", Some("http://example.com")),
            ("MailTo:a@b.c", Some("mailto:a@b.c")),
            ("https://example.com/a%20b", Some("https://example.com/a%20b")),
            ("https://example.com/über", Some("https://example.com/über")),
            ("https://example.com/a b", Some("https://example.com/a%20b")),
            ("https://example.com/\u{202E}gpj.exe", Some("https://example.com/%E2%80%AEgpj.exe")),
            ("https://example.com/a\u{200B}b", Some("https://example.com/a%E2%80%8Bb")),
            ("https://exa\u{200B}mple.com/", None),
            ("https://example.com\\@evil.example", None),
            ("https:\\\\example.com", None),
            ("https:example.com", None),
            ("https://", None),
            ("https:///example.com", None),
            ("https://example.com@evil.example/x", None),
            ("https://example.com(1)", None),
            ("https://[::1]:8080/x", Some("https://[::1]:8080/x")),
            ("https://bücher.example/x", Some("https://bücher.example/x")),
            ("mailto:", None),
            ("mailto:a@b.c?attach=/etc/passwd&body=x", Some("mailto:a@b.c")),
            ("mailto:?bcc=a@b.c", None),
            ("java\nscript:alert(1)", None),
            ("https://example.com/a\nb", None),
            ("javascript:alert(1)", None),
            ("/etc/passwd", None),
            ("//example.com", None),
            ("#top", None),
            ("", None),
        ] {
            assert_eq!(openable(address).as_deref(), href, "{address:?}");
        }
        assert_eq!(openable(&format!("https://example.com/{}", "a".repeat(MAX_HREF))), None, "too long");
    }

    // F57
    #[test]
    fn an_image_says_where_it_would_come_from() {
        for (address, source, href) in [
            ("https://example.com:8080/a.png", "example.com:8080", true),
            ("https://example.com?q", "example.com", true),
            ("data:image/png;base64,AAAA", "data", false),
            ("JavaScript:alert(1)", "javascript", false),
            ("https://user@example.com/a.png", "https", false),
            ("mailto:a@b.c", "mailto", false),
            ("a.png", "relative", false),
            ("C\u{202E}:x", "relative", false),
        ] {
            let (is, link) = image(address);
            assert_eq!((is.as_str(), link.is_some()), (source, href), "{address:?}");
        }
    }
}
