//! Hostile shapes neither overflow the stack nor explode, and no text is lost to a limit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use meanwhile_render::{MAX_DEPTH, MAX_LINES, MAX_NODES, Node, Stream, parse};

/// Depth and number of nodes, counted without recursion.
fn size(nodes: &[Node]) -> (usize, usize) {
    let mut open: Vec<(&Node, usize)> = nodes.iter().map(|node| (node, 1)).collect();
    let (mut deepest, mut count) = (0, 0);
    while let Some((node, depth)) = open.pop() {
        deepest = deepest.max(depth);
        count += 1;
        open.extend(node.children().iter().map(|child| (child, depth + 1)));
    }
    (deepest, count)
}

fn text(nodes: &[Node]) -> String {
    let mut all = String::new();
    for node in nodes {
        if let Node::Text { text } | Node::Token { text, .. } = node {
            all.push_str(text);
        }
        all.push_str(&text_of(node));
    }
    all
}

fn text_of(node: &Node) -> String {
    text(node.children())
}

#[test]
fn hostile_shapes_stay_shallow_and_small() {
    let n = 10_000;
    for (name, hostile) in [
        ("quotes", format!("{}x", ">".repeat(n))),
        ("spaced quotes", format!("{}x", "> ".repeat(n))),
        ("lists in a line", format!("{}x", "- ".repeat(n))),
        ("nested lists", (0..500).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect()),
        ("opening brackets", format!("{}x", "[".repeat(n))),
        ("brackets", format!("{}x{}", "[".repeat(n), "]".repeat(n))),
        ("brackets and addresses", "[a](".repeat(n)),
        ("links in links", format!("{}x{}", "[".repeat(n), "](https://x.y)".repeat(n))),
        ("images", format!("{}x{}", "![".repeat(n), "](https://x.y)".repeat(n))),
        ("parentheses", format!("[a]({}x{})", "(".repeat(n), ")".repeat(n))),
        ("emphasis", format!("{}x{}", "*a ".repeat(n), "b*".repeat(n))),
        ("both emphases", format!("{}x{}", "**a _b ".repeat(n), "c_ d**".repeat(n))),
        ("stars", "*".repeat(n)),
        ("star pairs", "a**b".repeat(n)),
        ("underscores", "_a".repeat(n)),
        ("strikes", "~~a ".repeat(n)),
        ("backticks", (1..300).map(|len| format!("{} ", "`".repeat(len))).collect()),
        ("angles", "<".repeat(n)),
        ("half tags", "<a b=\"".repeat(n)),
        ("half comments", "<!-- ".repeat(n)),
        ("entities", "&amp".repeat(n)),
        ("backslashes", "\\".repeat(n)),
        ("half formulas", "$a ".repeat(n)),
        ("formulas", "$x$ ".repeat(n)),
        ("bad formulas", "$\\a$ ".repeat(n)),
        ("braces in a formula", format!("${}x{}$", "{".repeat(n), "}".repeat(n))),
        ("roots in a formula", format!("${}x{}$", "\\sqrt{".repeat(600), "}".repeat(600))),
        ("scripts in a formula", format!("${}x{}$", "a_{".repeat(n), "}".repeat(n))),
        ("nothings in a formula", format!("${}x$", "\\relax".repeat(600))),
        ("half bracket formulas", "\\(a ".repeat(n)),
        ("bracket formulas", "\\(a\\) ".repeat(n)),
        ("half display formulas", "\\[\na\n".repeat(n)),
        ("half formulas and backticks", "\\(`".repeat(n)),
        ("addresses", "https://x.y ".repeat(n)),
        ("half addresses", "://https".repeat(n)),
        ("an address and brackets", format!("https://x.y/{}", ")".repeat(n))),
        ("wide table", format!("{}\n{}\n{}\n", "|a".repeat(n), "|-".repeat(n), "|b".repeat(n))),
        ("empty rows", format!("{}\n{}\n{}", "|a".repeat(1_000), "|-".repeat(1_000), "|b\n".repeat(1_000))),
        ("table in quotes", format!("{0}|a|\n{0}|-|\n{0}|b|\n", "> ".repeat(500))),
        ("definitions", (0..n).map(|label| format!("[{label}]: https://x.y\n")).collect()),
        (
            "one definition, many uses",
            format!("{}\n\n[a]: https://x.y/{}\n", "[a] ".repeat(n), "b".repeat(2_000)),
        ),
        ("footnotes", (0..1_000).map(|label| format!("[^{label}]: [^{}]\n\n", label + 1)).collect()),
        ("fences", "```\n".repeat(n)),
        ("fences in quotes", format!("{}```\nx", "> ".repeat(n))),
        ("long code line", format!("```rust\n{}\n```", "\"a\" + ".repeat(n))),
        ("headings", "# a\n".repeat(n)),
        ("rules", "---\n".repeat(n)),
        ("breaks", "a  \n".repeat(n)),
    ] {
        let tree = parse(&hostile);
        let (depth, count) = size(&tree);
        assert!(depth <= MAX_DEPTH + 3, "{name}: {depth} deep");
        assert!(count <= MAX_NODES + 1_000, "{name}: {count} nodes");
        let mut stream = Stream::new();
        stream.update(&hostile[..hostile.len() / 2]);
        stream.update(&hostile);
        stream.finish(&hostile);
        assert_eq!(stream.nodes(), tree, "{name}");
    }
}

#[test]
fn text_deeper_than_the_limit_moves_up_and_is_kept() {
    let tree = parse(&format!("{}deep **text**\n\nafter", "> ".repeat(500)));
    assert!(text(&tree).contains("deep text"), "{:?}", text(&tree));
    assert!(text(&tree).contains("after"));
}

#[test]
fn text_beyond_the_node_limit_is_kept_as_plain_text() {
    let many = format!("{}\n\nlast **words**", "a `b` ".repeat(MAX_NODES));
    let tree = parse(&many);
    let Some(last) = tree.last() else { panic!("no nodes") };
    assert!(text_of(last).ends_with("last **words**"), "the end is shown as it was written");
}

#[test]
fn code_beyond_the_line_limit_is_kept_in_one_line() {
    let code = format!("```\n{}last\n```\n", "a\n".repeat(MAX_LINES + 10));
    let [Node::Code { children, .. }] = &parse(&code)[..] else { panic!("no code") };
    assert_eq!(children.len(), MAX_LINES + 1);
    assert!(text_of(&children[MAX_LINES]).ends_with("a\nlast"));
    let mut stream = Stream::new();
    for cut in [100, code.len() / 2, code.len() - 5, code.len()] {
        stream.update(&code[..cut]);
    }
    stream.finish(&code);
    assert_eq!(stream.nodes(), parse(&code));
}
