use super::*;

fn at(html: &str) -> Read {
    read(html, &Address::read("https://example.com/a/b.html").unwrap())
}

fn text(html: &str) -> String {
    at(html).text
}

#[test]
fn a_page_is_read_as_a_person_would_with_its_links_as_numbers() {
    let page = at("<!doctype html><html><head><title>The\n heron</title><meta charset=utf-8></head><body>
        <h1>The <em>heron</em></h1><p>It   waits&nbsp;&amp; waits.<br>By the <a href=../river?x=1#bank>river</a>.
        <ul><li>Reeds<li>Fish, <a href='/fish'>more</a></ul><a href=/fish>Fish</a> <a href=#top>Top</a> <a href=javascript:a()>No</a>
        <table><tr><th>Bird<th>Legs<tr><td>Heron<td>2</table><pre>a\n  b</pre><img src=x alt='A heron'><img src=y alt=''></body>");
    assert_eq!(page.title.split_whitespace().collect::<Vec<_>>(), ["The", "heron"]);
    assert_eq!(
        page.text,
        "# The heron\n\nIt waits\u{a0}& waits.\nBy the river [1].\n\n- Reeds\n- Fish, more [2]\n\nFish [2] Top No\n\n\
         Bird | Legs\nHeron | 2\n\na\n  b\n\n[picture: A heron]"
    );
    assert_eq!(page.links, ["https://example.com/river?x=1", "https://example.com/fish"]);
    assert!(page.is_whole);
}

// S-38
#[test]
fn what_nobody_sees_on_a_page_is_not_told() {
    for hidden in [
        "<script>var a = '</p>';</script>",
        "<style>p { color: red }</style>",
        "<!-- hidden -->",
        "<template><p>hidden</p></template>",
        "<p hidden>hidden <b>all</b></p>",
        "<div style='DISPLAY : none'><div>hidden</div></div>",
        "<span aria-hidden=TRUE>hidden</span>",
        "<span style='color:red; visibility:hidden'>hidden</span>",
        "<span style='font-size:0px'>hidden</span>",
        "<span style='opacity:0 !important'>hidden</span>",
        "<svg><title/><text>hidden</text></svg>",
        "<noframes>hidden</noframes>",
        "<li hidden>hidden<li style='display:none'>hidden</li>",
        "<textarea hidden>hidden</textarea>",
        "<a href=/x hidden>hidden</a>",
        "<iframe>hidden</iframe>",
        "<select><option>hidden</select>",
    ] {
        let page = at(&format!("<div><p>Before.</p>{hidden}<p>After.</p></div>"));
        assert_eq!(page.text, "Before.\n\nAfter.", "{hidden}");
        assert!(page.links.is_empty(), "{hidden}");
    }
    let marked = "<span style='opacity:0.5'>seen</span>";
    assert_eq!(text(marked), "seen");
}

#[test]
fn what_is_broken_is_read_as_far_as_it_goes() {
    assert_eq!(text("</div></p>a</b><b>c<i>d</b>e"), "acde");
    assert_eq!(text("<title>a<p>b"), "");
    assert_eq!(text("<a href=/x>one<a href=/y>two"), "one [1]two");
    assert_eq!(text("a < b && c &notit; &#0; &#x110000; d <"), "a < b && c ¬it; \u{fffd} \u{fffd} d <");
    assert_eq!(text("<script>while(1);"), "");
    assert_eq!(text(""), "");
}

#[test]
fn a_page_that_was_made_to_be_slow_is_not() {
    let deep = "<div>".repeat(100_000) + "deep";
    assert_eq!(text(&deep), "");
    let wide = "<b>".repeat(100_000) + "x</b>";
    text(&wide);
    let ends = "<p>".to_owned() + &"</i>".repeat(50_000) + "after";
    assert_eq!(text(&ends), "after");
    let attributes: String = (0..100_000).map(|n| format!("a{n} ")).collect();
    let page = at(&format!("before<b {attributes}>after"));
    assert_eq!(&page.text[..6], "before");
    let attributes = "a ".repeat(50_000);
    assert!(at(&format!("before<b {attributes}>after")).is_whole);
    let links = "<a href=/x>x</a>".repeat(20_000);
    assert_eq!(at(&links).links.len(), 1);
    let links: String = (0..1_000).map(|n| format!("<a href=/{n}>x</a>")).collect();
    assert_eq!(at(&links).links.len(), LINKS);
}
