//! Text of a model on its way to the page.

use super::Cuts;
use meanwhile_core::provider::{is_address, keeps_a_key_safe};
use meanwhile_render::{MAX_HREF, Node, Stream, apply, openable, parse, parse_cut};
use reqwest::Url;
use serde_json::Value;

/// Whatever way a text came in, it ends in its own tree, and nothing in a tree is active.
pub fn render(data: &[u8]) {
    let (cuts, data) = Cuts::of(data);
    let text = String::from_utf8_lossy(data);
    let (mut stream, mut mirror) = (Stream::new(), Vec::new());
    let mut end = 0;
    for piece in cuts {
        end = text.floor_char_boundary(end + piece.len());
        apply(&mut mirror, &stream.update(&text[..end]));
        assert_eq!(mirror, stream.nodes(), "the mirror shows what the stream holds");
        assert_passive(&mirror);
    }
    apply(&mut mirror, &stream.finish(&text));
    assert_eq!(mirror, parse(&text), "the end is the tree of the whole text");
    assert_passive(&mirror);
    assert_passive(&parse_cut(&text));
}

/// A link that may be opened is one for every reader of addresses; input: an address.
pub fn url_rules(data: &[u8]) {
    let Ok(address) = std::str::from_utf8(data) else { return };
    if let Some(href) = openable(address) {
        assert_opens_what_it_says(&href);
    }
    // A name of the open network never gets a key without encryption.
    if let Ok(url) = Url::parse(address)
        && url.scheme() == "http"
        && url.host_str().is_some_and(|host| host.ends_with(".com"))
    {
        assert!(!keeps_a_key_safe(address), "{address:?}");
    }
    if is_address(address) {
        let url = Url::parse(address).expect("an address");
        assert!(matches!(url.scheme(), "http" | "https") && url.has_host(), "{address:?}");
    }
}

fn assert_opens_what_it_says(href: &str) {
    assert_eq!(openable(href).as_deref(), Some(href), "it stays what it is");
    assert!(href.len() <= MAX_HREF, "{} bytes", href.len());
    let is_visible = |c: char| !c.is_whitespace() && !c.is_control() && c != '\\';
    assert!(href.chars().all(is_visible), "{href:?}");
    let scheme = ["http://", "https://", "mailto:"].into_iter().find(|scheme| href.starts_with(scheme));
    let Some(scheme) = scheme else { panic!("{href:?}") };
    if let Ok(url) = Url::parse(href) {
        assert_eq!(url.scheme(), scheme.trim_end_matches([':', '/']), "{href:?}");
        assert!(url.username().is_empty() && url.password().is_none(), "{href:?} names another host first");
    }
}

/// Every address in a tree may be opened, and is not by being shown.
fn assert_passive(nodes: &[Node]) {
    if nodes.is_empty() {
        return;
    }
    assert_addresses(&serde_json::to_value(nodes).expect("a tree"));
}

fn assert_addresses(value: &Value) {
    match value {
        Value::Array(values) => values.iter().for_each(assert_addresses),
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value.as_str()) {
                    ("href", Some(href)) => assert_opens_what_it_says(href),
                    _ => assert_addresses(value),
                }
            }
        }
        _ => {}
    }
}
