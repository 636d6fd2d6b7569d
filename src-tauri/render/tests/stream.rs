//! A growing text: any way of cutting it ends in the same tree, and every step is followed by patches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use meanwhile_render::{Node, Patch, Stream, apply, parse, parse_cut};
use proptest::prelude::*;

const ANSWER: &str = include_str!("../../../tests/fixtures/answer-60k.md");

/// A mirror of a stream, as the page keeps one.
#[derive(Default)]
struct Mirror {
    stream: Stream,
    nodes: Vec<Node>,
}

impl Mirror {
    fn update(&mut self, text: &str) -> Vec<Patch> {
        let patches = self.stream.update(text);
        self.follow(text, &patches);
        patches
    }

    fn finish(&mut self, text: &str) -> Vec<Patch> {
        let patches = self.stream.finish(text);
        self.follow(text, &patches);
        assert_eq!(self.nodes, parse(text), "the end is the tree of the whole text: {text:?}");
        patches
    }

    fn follow(&mut self, text: &str, patches: &[Patch]) {
        apply(&mut self.nodes, patches);
        assert_eq!(self.nodes, self.stream.nodes(), "the mirror shows what the stream holds: {text:?}");
    }
}

/// Feeds a text up to each cut, and asserts that the way it came in does not matter.
fn feed(text: &str, cuts: impl IntoIterator<Item = usize>) {
    let mut mirror = Mirror::default();
    for cut in cuts {
        let part = &text[..cut];
        mirror.update(part);
        let mut fresh = Stream::new();
        fresh.update(part);
        assert_eq!(mirror.nodes, fresh.nodes(), "a tree depends on the text alone: {part:?}");
    }
    mirror.finish(text);
}

fn every_char(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, c)| at + c.len_utf8())
}

const SAMPLES: [&str; 32] = [
    "# Title\n\nText with **bold**, *em*, `code`, ~~old~~ and [link](https://x.y \"t\").\n\nSetext\n---\n\nEnd",
    "- a\n- b\n  - c\n\n    d\n- [ ] e\n- [x] f\n\n1. one\n2. two\n\n   more\n\n10) ten",
    "1. a\n\n2. b\n\n3. c\n\ntext\n\n* x\n* y\n+ z",
    "```rust\nfn main() {\n    let s = \"a\";\n}\n```\n\nafter\n\n```\nplain\n```\n",
    "```python\ndef f():\n    \"\"\"doc\n    string\"\"\"\n    return 1\n\n\n```\nnext",
    "~~~js\nconst a = `b ${c} d`\n```\nnot the end\n~~~~\n",
    "   ```sh\n   ls\n  x\n ```\ntext",
    "````md\n```rust\nfn a() {}\n```\n````\n",
    "- item\n  ```rust\n  let a = 1;\n\n  let b = 2;\n  ```\n- next\n",
    "> quote\n> ```js\n> a()\n> ```\nlazy\n\n> - a\n>   - b\n> > deep\n",
    "| a | b |\n|---|:-:|\n| 1 | **2** |\n| `x` | y |\n\nafter",
    "text\n| a | b |\n|---|--:|\n| 1 |\n",
    "> | a | b |\n> |---|---|\n> | 1 | 2 |\n\n- | a |\n  |---|\n  | b |\n",
    "a [ref] b\n\nc [ref][] d [text][ref]\n\n[ref]: https://x.y/z \"title\"\n\nafter [ref]",
    "a[^1] b[^n]\n\n[^1]: first\n[^n]: second\n    more\n\nafter[^1]",
    "Inline $x^2$ and $$\\sum_{i=0}^n i$$ and $5 and $10.\n\n$$\n\\frac{a}{b}\n= c\n$$\n\nbad $\\nosuch$ end",
    "<div>\n**no**\n</div>\n\na <b>c</b> d <br> e <!-- x -->\n\n<script>\na\n\nb\n</script>\nc",
    "![alt](https://h.st/a.png) [![b](https://x.y/b.svg)](https://x.y) ![](data:x) <https://x.y/z> <a@b.c>",
    "line one  \nline two\\\nline three\nline four\n\n    indented\n\n    code\n\nend",
    "* * *\n\n---\n\n***\n\ntext\n===\n\n#\n\n## Closed ##\n\n#no\n",
    "&amp; &copy; &#x41; &nope; \\* \\[ a\\\nb \\\\",
    "日本語の**太字**と`コード`。\n\n- 絵文字 👩‍👩‍👧‍👦 と é\n\n| 列 | 行 |\n|--|--|\n| 一 | 二 |\n",
    "a\r\nb\r\n\r\n```rust\r\nlet a = 1;\r\n\r\nlet b = 2;\r\n```\r\n\r\n- x\r\n- y\r\n",
    "a\rb\r\rc\n\0d\n\n```\n\0\n```\n",
    "***both*** **a*b*c** _x_y_ __z__ *a **b** c* **a _b `c` d_ e**",
    "[a [nested] b](https://x.y) [no](javascript:x) [un closed](https://x y) ](x) [[a]](b) ![[c](d)](e)",
    "- a\n\n\n- b\n\n<!-- -->\n\n- c\n- \n- d\n  -\n",
    "```\n\n```\n\n```\n```\n\n``` `\n```x y\nz",
    "**unclosed _and `more\n\nnext ~~paragraph $a\n\n[x](y\n\n> **q\n\n- [a",
    "so \\(a_1 * b_2\\) is\n\n\\[\nx = \\frac{1}{2} \\\\[2pt]\n\\]\n\n- \\(c\n- `\\(d\\)` \\[e\\]\n\n```\n\\(f\\)\n```\n\\(g\\)",
    "see https://x.y/a_(b), (http://z.example). **https://x.y** [https://x.y](https://z.y) `https://x.y`\n\nhttps://",
    "* a\n\n  b\n\n      code\n\n  c\n1. d\n   e\n\n\n\n   f\ng\n",
];

#[test]
fn every_text_cut_at_every_character_ends_in_its_own_tree() {
    for text in SAMPLES {
        feed(text, every_char(text));
    }
}

#[test]
fn the_long_answer_ends_in_its_own_tree() {
    let mut mirror = Mirror::default();
    let mut at = 0;
    while at < ANSWER.len() {
        at = (at + 307..)
            .find(|at| *at >= ANSWER.len() || ANSWER.is_char_boundary(*at))
            .unwrap()
            .min(ANSWER.len());
        mirror.update(&ANSWER[..at]);
    }
    mirror.finish(ANSWER);
}

#[test]
fn a_text_that_does_not_only_grow_is_still_right() {
    let mut mirror = Mirror::default();
    for text in [
        "# A\n\nb\n\n```rust\nlet a",
        "# A\n\nb\n\n```rust\nlet b = 1;\n",
        "c",
        "",
        "**d",
        "# A\n\nb\n\n```rust\nlet a",
    ] {
        mirror.update(text);
        let mut fresh = Stream::new();
        fresh.update(text);
        assert_eq!(mirror.nodes, fresh.nodes(), "{text:?}");
    }
    mirror.finish("other");
    mirror.update("other text");
    mirror.finish("other text");
}

#[test]
fn a_word_is_one_small_patch() {
    let mut mirror = Mirror::default();
    mirror.update("# Title\n\nSome words");
    for (text, path, piece) in [
        ("# Title\n\nSome words more", vec![1, 0], " more"),
        ("# Title\n\nSome words more and", vec![1, 0], " and"),
        ("# Title\n\nSome words more and\nmore", vec![1, 0], "\nmore"),
    ] {
        assert_eq!(mirror.update(text), [Patch::Text { path, text: piece.into() }]);
    }
    let text = "# Title\n\nSome words more and\nmore **bold";
    mirror.update(text);
    let patch = Patch::Text { path: vec![1, 1, 0], text: " words".into() };
    assert_eq!(mirror.update(&format!("{text} words")), [patch], "also inside open markup");
    assert_eq!(
        mirror.finish(&format!("{text} words**")),
        [],
        "closing what was closed already changes nothing"
    );
}

#[test]
fn an_open_fence_touches_only_its_last_line() {
    let mut mirror = Mirror::default();
    let mut text = String::from("Look:\n\n```rust\n");
    mirror.update(&text);
    for line in 0..200_u32 {
        text.push_str("let x");
        let new = Node::Line { children: vec![Node::Text { text: "let x".into() }] };
        assert_eq!(mirror.update(&text), [Patch::Append { path: vec![1], nodes: vec![new] }]);
        text.push_str(" = 1;");
        let patch = Patch::Text { path: vec![1, line, 0], text: " = 1;".into() };
        assert_eq!(mirror.update(&text), [patch], "an unfinished line is plain text that grows");
        text.push('\n');
        let patches = mirror.update(&text);
        assert!(!patches.is_empty(), "a whole line is coloured");
        for patch in patches {
            let (Patch::Replace { path, .. } | Patch::Append { path, .. }) = &patch else {
                panic!("{patch:?}")
            };
            assert_eq!(path[..2], [1, line], "only the last line changes");
        }
    }
    mirror.update(&format!("{text}``"));
    assert_eq!(mirror.update(&format!("{text}```")), [], "the end of a fence is never shown");
    text.push_str("```\n");
    assert_eq!(mirror.update(&text), []);
    assert_eq!(mirror.finish(&text), []);
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn generated_markdown_ends_in_its_own_tree(text in markdown(), step in 1_usize..9) {
        feed(&text, every_char(&text).step_by(step));
    }

    #[test]
    fn any_cuts_of_any_characters_end_in_the_same_tree(text in "\\PC{0,200}", step in 1_usize..40) {
        feed(&text, every_char(&text).step_by(step));
    }

}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn the_long_answer_may_be_cut_anywhere(mut cuts in prop::collection::vec(0..ANSWER.len(), 1..20)) {
        cuts.sort_unstable();
        let mut mirror = Mirror::default();
        for cut in cuts {
            let cut = (cut..).find(|at| ANSWER.is_char_boundary(*at)).unwrap();
            mirror.update(&ANSWER[..cut]);
        }
        mirror.finish(ANSWER);
    }
}

/// The same cases in each run; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for more and others.
fn config(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
        config.rng_seed = proptest::test_runner::RngSeed::Fixed(1);
    }
    config
}

/// Texts put together from pieces of markup, so that every construct meets every other, closed or not.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "word",
        " ",
        " ",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "**",
        "*",
        "_",
        "__",
        "~~",
        "`",
        "``",
        "```",
        "\n```rust\n",
        "\n```\n",
        "let a = \"b\"; // c\n",
        "\n~~~\n",
        "# ",
        "\n## ",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n2) ",
        "\n> ",
        "> ",
        "\n    ",
        "[",
        "]",
        "](",
        ")",
        "(https://x.y)",
        "[a](https://x.y/z)",
        "![",
        "<https://x.y>",
        " https://x.y/z",
        "\\(",
        "\\)",
        "\n\\[\n",
        "\\]\n",
        "<b>",
        "\n<div>\n",
        "$",
        "$$",
        "x^2",
        "\\frac{1}{2}",
        "\n| a | b |\n",
        "|---|---|\n",
        "| c ",
        "|",
        "\n---\n",
        "\n===\n",
        "\n[r]: https://r.s\n",
        "[r]",
        "[^1]",
        "\n[^1]: note\n",
        "\\",
        "&amp;",
        "&",
        "!",
        "é",
        "日本",
        "👩‍👧",
        "\u{202E}",
        "- [ ] ",
        "5",
        ".",
        "\t",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[test]
fn a_text_that_broke_off_loses_no_letter_and_shows_no_open_mark() {
    let cases = [
        ("The total is:\n\n42", "The total is:\n\n42"),
        ("42", "42"),
        ("12.", "12."),
        ("It **broke** off in the *mid", "It **broke** off in the *mid*"),
        ("A `name", "A `name`"),
    ];
    for (text, shown) in cases {
        assert_eq!(parse_cut(text), parse(shown), "{text:?}");
        let mut stream = Stream::new();
        stream.update(text);
        stream.cut(text);
        assert_eq!(stream.nodes(), parse_cut(text), "{text:?}, after it had grown");
    }
}
