//! Nothing flickers: while a text is typed, its markup is never seen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use meanwhile_render::{Node, Stream, parse};

/// Types a text character by character; no step may show any of `hidden`, or a link that the whole text does not have.
fn type_out(text: &str, hidden: &[&str]) {
    let whole = links(&parse(text));
    let mut stream = Stream::new();
    for (at, c) in text.char_indices() {
        let part = &text[..at + c.len_utf8()];
        stream.update(part);
        let seen = words(stream.nodes());
        for sign in hidden {
            assert!(!seen.contains(sign), "{sign:?} is seen after {part:?}: {seen:?}");
        }
        for link in links(stream.nodes()) {
            assert!(whole.contains(&link), "half an address is seen after {part:?}: {link:?}");
        }
    }
    stream.finish(text);
    assert_eq!(stream.nodes(), parse(text), "{text:?}");
}

fn words(nodes: &[Node]) -> String {
    let mut all = String::new();
    for node in nodes {
        if let Node::Text { text } | Node::Token { text, .. } = node {
            all.push_str(text);
        }
        all.push_str(&words(node.children()));
        all.push('\u{1F}');
    }
    all
}

fn links(nodes: &[Node]) -> Vec<String> {
    let mut all = Vec::new();
    for node in nodes {
        match node {
            Node::Link { href, .. } => all.push(href.clone()),
            Node::Image { source, .. } => all.push(source.clone()),
            _ => {}
        }
        all.extend(links(node.children()));
    }
    all
}

#[test]
fn bold_text_and_links_show_neither_stars_nor_half_addresses() {
    type_out("**bold** and [link](https://x.y)", &["*", "[", "]", "(", "http"]);
    type_out("**bold** and [link](https://x.y) after", &["*", "[", "]", "(", "http"]);
    type_out(
        "A [**bold** link](https://x.y/a_(b) \"title\") and [two](https://z.w).",
        &["*", "[", "]", "(", "http", "\""],
    );
}

#[test]
fn no_inline_markup_is_seen() {
    type_out("An *em*, a **strong**, ***both***, _one_ __two__ and **a *b* c**.", &["*", "_"]);
    type_out("Use `code`, ``co`de`` and **`bold code`** here.", &["``", "*"]);
    type_out("Use `code` here.", &["`"]);
    type_out("This ~~old~~ word.", &["~"]);
    type_out(
        "See ![alt](https://x.y/z.png) and [![badge](https://x.y/b.svg)](https://x.y).",
        &["!", "[", "]", "http"],
    );
    type_out("Go <https://x.y/z> now.", &["<", ">"]);
    type_out("So $x^2 + y_1$ and $$\\frac{a}{b}$$ hold.", &["$"]);
    type_out("Salt &amp; pepper\\*.", &["&amp", "\\"]);
    type_out("日本語の **太字** と `コード`。", &["*", "`"]);
}

#[test]
fn no_block_markup_is_seen() {
    type_out("# Title\n\n## Next **one**\n\ntext", &["#", "*"]);
    type_out("- one\n- two\n  - three\n\n* four\n* five\n", &["-", "*"]);
    type_out("1. one\n2. two\n10. ten\n", &["1", "2", "."]);
    type_out("- [ ] open\n- [x] **done**\n", &["[", "]", "x", "*"]);
    type_out("> quote\n> **more**\n>\n> > deep\n", &[">", "*"]);
    type_out("text\n\n---\n\nmore\n\n***\n\nend", &["-", "*"]);
    type_out("Title\n=====\n\nSubtitle\n---\n\ntext", &["=", "-"]);
    type_out("| a | **b** |\n|---|:-:|\n| `c` | d |\n| e | f |\n\nend", &["|", "-", ":", "*", "`"]);
    type_out("```rust\nlet a = 1;\n```\n\ntext", &["`", "rust"]);
    type_out("1. one\n\n   ```sh\n   ls\n   ```\n\n2. two\n", &["`", "sh", "1", "2"]);
    type_out("$$\nx^2\n$$\n\nend", &["$"]);
    type_out("See [a].\n\n[a]: https://x.y/z\n\nend", &["http", "]:"]);
}

#[test]
fn half_a_table_is_a_table_already() {
    let mut stream = Stream::new();
    for (text, rows, cells) in [
        ("| a", 1, 1),
        ("| a | b", 1, 2),
        ("| a | b |\n", 1, 2),
        ("| a | b |\n|--", 1, 2),
        ("| a | b |\n|---|---|\n| c", 2, 2),
    ] {
        stream.update(text);
        let [table @ Node::Table { .. }] = stream.nodes() else { panic!("{text:?}: {:?}", stream.nodes()) };
        assert_eq!(table.children().len(), rows, "{text:?}");
        assert_eq!(table.children()[0].children().len(), cells, "{text:?}");
    }
}

#[test]
fn what_is_never_closed_is_shown_as_it_was_written() {
    for text in [
        "**bold",
        "a `code",
        "[text](https://x.y",
        "$x^2",
        "| a | b",
        "> ",
        "#",
        "a\n-",
        "![alt](x",
        "see [^1",
        "a &am",
    ] {
        let mut stream = Stream::new();
        stream.update(text);
        stream.finish(text);
        assert_eq!(stream.nodes(), parse(text), "nothing that was added on the way is left: {text:?}");
    }
    assert_eq!(
        words(&parse("**bold and [text](ftp://x.y")).trim_end_matches('\u{1F}'),
        "**bold and [text](ftp://x.y"
    );
}

#[test]
fn sums_of_money_and_signs_in_prose_are_not_markup() {
    type_out("It costs $5 and then $10 more.", &["`"]);
    for (text, seen) in
        [("It costs $5 and", "It costs $5 and"), ("5*3 is 15", "5*3 is 15"), ("2 * 3 is", "2 * 3 is")]
    {
        let mut stream = Stream::new();
        stream.update(text);
        assert_eq!(words(stream.nodes()).trim_end_matches('\u{1F}'), seen);
    }
}
