//! Addresses that stand in the text as they are.

use crate::{Node, link};

/// Makes links of the web addresses in text nodes; gives the number of nodes that this added.
pub(crate) fn link_up(nodes: &mut Vec<Node>) -> usize {
    let has_address = |node: &Node| matches!(node, Node::Text { text } if text.contains("://"));
    if !nodes.iter().any(has_address) {
        return 0;
    }
    let before = nodes.len();
    for node in std::mem::take(nodes) {
        match node {
            Node::Text { text } => split(&text, nodes),
            other => nodes.push(other),
        }
    }
    nodes.len() - before
}

fn split(text: &str, nodes: &mut Vec<Node>) {
    let (mut shown, mut from) = (0, 0);
    while let Some(found) = text[from..].find("://") {
        let sign = from + found;
        from = sign + 3;
        let Some(start) = scheme_start(&text[..sign]).filter(|start| *start >= shown) else { continue };
        let end = start + length(&text[start..]);
        if end - start > link::MAX_HREF {
            from = end;
            continue;
        }
        let address = trimmed(&text[start..end]);
        let Some(href) = link::openable(address) else { continue };
        if start > shown {
            nodes.push(Node::text(&text[shown..start]));
        }
        shown = start + address.len();
        from = from.max(shown);
        nodes.push(Node::Link { href, children: vec![Node::text(address)] });
    }
    if shown < text.len() {
        nodes.push(Node::text(&text[shown..]));
    }
}

/// Where `http` or `https` begins, if that is the whole word before `://`.
fn scheme_start(before: &str) -> Option<usize> {
    let scheme = ["https", "http"].into_iter().find(|scheme| {
        before
            .get(before.len().wrapping_sub(scheme.len())..)
            .is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    })?;
    let start = before.len() - scheme.len();
    before[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric()).then_some(start)
}

/// Bytes until something that no address holds unescaped.
fn length(text: &str) -> usize {
    let goes_on = |c: char| {
        if c.is_ascii() { c.is_ascii_graphic() && !"<>\"`{}|\\^".contains(c) } else { c.is_alphanumeric() }
    };
    text.find(|c| !goes_on(c)).unwrap_or(text.len())
}

/// Without the signs that belong to the sentence, and without a bracket that was opened before the address.
fn trimmed(mut address: &str) -> &str {
    loop {
        let is_unmatched = |open: char, close: char| {
            address.ends_with(close) && address.matches(open).count() < address.matches(close).count()
        };
        let ends_sentence = address.ends_with(['.', ',', ':', ';', '!', '?', '\'', '*', '_', '~']);
        if !(ends_sentence || is_unmatched('(', ')') || is_unmatched('[', ']')) {
            return address;
        }
        address = &address[..address.len() - 1];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    /// The addresses that are links, in their order.
    fn links(text: &str) -> Vec<String> {
        fn walk(nodes: &[Node], found: &mut Vec<String>) {
            for node in nodes {
                if let Node::Link { href, .. } = node {
                    found.push(href.clone());
                }
                walk(node.children(), found);
            }
        }
        let mut found = Vec::new();
        walk(&parse(text), &mut found);
        found
    }

    #[test]
    fn an_address_in_a_sentence_is_a_link_and_the_sentence_stays_whole() {
        for (text, found) in [
            ("See https://example.com/a.", vec!["https://example.com/a"]),
            ("(see https://example.com/a_(b))", vec!["https://example.com/a_(b)"]),
            ("https://a.example, http://b.example!", vec!["https://a.example", "http://b.example"]),
            ("**https://a.example**", vec!["https://a.example"]),
            ("- https://a.example/x?y=1&z=2#w", vec!["https://a.example/x?y=1&z=2#w"]),
            ("siehe https://a.example/ä。", vec!["https://a.example/ä"]),
            ("[https://a.example](https://b.example)", vec!["https://b.example"]),
            ("<https://a.example>", vec!["https://a.example"]),
        ] {
            assert_eq!(links(text), found, "{text:?}");
        }
        let sentence = [
            Node::text("See "),
            Node::Link {
                href: "https://example.com".to_owned(),
                children: vec![Node::text("https://example.com")],
            },
            Node::text("."),
        ];
        assert_eq!(parse("See https://example.com."), [Node::Paragraph { children: sentence.into() }]);
    }

    #[test]
    fn what_is_no_web_address_stays_text() {
        for text in [
            "ftp://a.example",
            "javascript://a.example/%0aalert(1)",
            "xhttps://a.example",
            "https://",
            "https://user@a.example",
            "`https://a.example`",
            "```\nhttps://a.example\n```",
            "a://b",
            "://",
        ] {
            assert_eq!(links(text), Vec::<String>::new(), "{text:?}");
        }
    }
}
