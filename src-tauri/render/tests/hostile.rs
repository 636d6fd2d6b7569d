//! Hostile text stays text: whatever a model writes, the page gets nothing that can run, load or navigate by itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use meanwhile_render::{MAX_HREF, Stream, parse};
use serde_json::Value;

/// Addresses that must never become a link or an image that can be loaded.
fn addresses() -> Vec<String> {
    let schemes = [
        "javascript:",
        "JAVASCRIPT:",
        "JavaScript:",
        " javascript:",
        "java\tscript:",
        "java&#10;script:",
        "java&Tab;script:",
        "java&NewLine;script:",
        "&#106;avascript:",
        "&#x6A;avascript:",
        "javascript&colon;",
        "javascript&#58;",
        "javascript&#x3a;",
        "\u{1}javascript:",
        "&#1;javascript:",
        "javascript\\:",
        "jav\u{AD}ascript:",
        "java\u{200B}script:",
        "ｊavascript:",
        "vbscript:",
        "VbScript:",
        "livescript:",
        "data:text/html,",
        "data:text/html;base64,",
        "DATA:image/svg+xml,",
        "data&colon;text/html,",
        "file:///",
        "file:",
        "blob:",
        "filesystem:",
        "ftp://x/",
        "ws://x/",
        "wss://x/",
        "about:blank#",
        "view-source:http://x/",
        "jar:http://x!/",
        "tauri://localhost/",
        "ipc://localhost/",
        "asset://localhost/",
        "http://ipc.localhost\\@",
        "chrome://",
        "ms-settings:",
        "search-ms:query=",
        "smb://x/",
        "\\\\x\\",
        "//x/",
        "/",
        "./",
        "?",
        "#",
        "tel:",
        "sms:",
        "intent://x/",
        "feed:javascript:",
        "http:javascript:",
        "https:/",
        "https:\\\\x\\",
        "https://\\",
        "https://x\u{202E}/",
        "https://x\u{200B}.y/",
        "http://",
        "https://x&#10;.y/",
        "https://x.y@",
    ];
    schemes.iter().map(|scheme| format!("{scheme}alert(1)")).collect()
}

/// Raw HTML that must stay text.
const HTML: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.y/a.js></SCRIPT>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<IMG SRC=\"javascript:alert(1)\">",
    "<img src=`x`onerror=alert(1)>",
    "<img srcset=\"https://x.y/a 1x\">",
    "<img src=x style=\"background:url(https://x.y)\">",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><foreignObject><iframe src=x></iframe></foreignObject></svg>",
    "<svg><use href=\"data:image/svg+xml,x#x\"/></svg>",
    "<svg><animate attributeName=href to=javascript:alert(1)></svg>",
    "<svg/onload=alert(1)//",
    "<iframe src=https://x.y></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<iframe src=javascript:alert(1)>",
    "<object data=x.swf></object>",
    "<embed src=x.swf>",
    "<applet code=x>",
    "<base href=//x.y>",
    "<link rel=stylesheet href=//x.y/a.css>",
    "<link rel=dns-prefetch href=//x.y>",
    "<link rel=preload as=image href=//x.y>",
    "<meta http-equiv=refresh content=\"0;url=//x.y\">",
    "<meta http-equiv=\"Set-Cookie\" content=\"a=b\">",
    "<form action=//x.y><button>go</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<video src=x onerror=alert(1)>",
    "<video poster=//x.y>",
    "<audio src=x onerror=alert(1)>",
    "<source src=//x.y>",
    "<track src=//x.y>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<body background=//x.y>",
    "<html manifest=//x.y>",
    "<style>@import '//x.y'</style>",
    "<style>*{background:url(//x.y)}</style>",
    "<div style=\"background:url(//x.y)\">",
    "<div style=width:expression(alert(1))>",
    "<div onmouseover=alert(1)>x</div>",
    "<p onclick=alert(1)>x",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"//x.y\" ping=\"//x.y\">x</a>",
    "<a href=x target=_blank>x</a>",
    "<area href=javascript:alert(1)>",
    "<marquee onstart=alert(1)>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<isindex action=javascript:alert(1)>",
    "<table background=//x.y>",
    "<td background=javascript:alert(1)>",
    "<frameset onload=alert(1)>",
    "<frame src=javascript:alert(1)>",
    "<portal src=//x.y>",
    "<dialog open>x</dialog>",
    "<slot onslotchange=alert(1)>",
    "<x onclick=alert(1)>x</x>",
    "<!-- <script>alert(1)</script> -->",
    "<!--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?>",
    "<?php alert(1) ?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "\u{0}<script>alert(1)</script>",
    "<scr\u{0}ipt>alert(1)</script>",
    "<a\u{0C}href=javascript:alert(1)>x</a>",
    "＜script＞alert(1)＜/script＞",
    "<div id=__proto__>",
    "<a id=location href=x>",
    "<custom-element is=x>",
];

/// Formulas that try to be more than formulas.
const TEX: &[&str] = &[
    r"\href{javascript:alert(1)}{x}",
    r"\href{https://x.y}{x}",
    r"\url{https://x.y}",
    r"\includegraphics{https://x.y/a.png}",
    r"\includegraphics[width=1em]{data:x}",
    r"\htmlData{a=b}{x}",
    r"\htmlClass{evil}{x}",
    r"\htmlId{location}{x}",
    r"\htmlStyle{background:url(//x.y)}{x}",
    r"\class{evil}{x}",
    r"\cssId{x}{y}",
    r"\style{color:red}{x}",
    r"\unicode{x3c}",
    r"\text{<script>alert(1)</script>}",
    r"\text{</mtext><script>alert(1)</script>}",
    r"\text{</math><img src=x onerror=alert(1)>}",
    r"\mathrm{<img src=x>}",
    r"\operatorname{</mi><script>alert(1)</script>}",
    r"\operatorname{</mi><mtext href='x'>}",
    r"\operatorname{a</mi><mi>b}",
    r#"\operatorname{"><mi onclick="x">}"#,
    r"\operatorname{<maction>}",
    r"\color{red}{x}",
    r"\color{url(//x.y)}{x}",
    r"\textcolor{#fff}{x}",
    r"\colorbox{red}{x}",
    r"\fcolorbox{red}{blue}{x}",
    r"\hspace{99999em}x",
    r"\hspace{-99999em}x",
    r"\kern99999em x",
    r"\mspace{99999mu}",
    r"\genfrac{(}{)}{9999pt}{}{a}{b}",
    r"\def\a{\a\a}\a",
    r"\newcommand{\a}{<script>}\a",
    r"\let\a=\b",
    r"\input{/etc/passwd}",
    r"\write18{id}",
    r"\catcode`\$=12",
    r"\require{html}",
    r"\begin{array}{c}<script>\end{array}",
    r"x<y",
    r"x>y",
    r"x&y",
    r#"x"onclick="alert(1)"#,
    r"\lt script\gt",
    r"\&lt;",
    r"\begin{verbatim}<b>\end{verbatim}",
    r"\mathchoice{}{}{}{}",
    r"\special{html:x}",
    r"\rule{9999em}{9999em}",
    r"\left<x\right>",
    r"\tag{<b>}",
];

fn samples() -> Vec<String> {
    let mut samples = Vec::new();
    for address in addresses() {
        samples.push(format!("[x]({address})"));
        samples.push(format!("[x](<{address}> \"t\") ![i]({address})"));
        samples.push(format!("<{address}> [x]\n\n[x]: <{address}>"));
        samples.push(format!("[![i]({address})]({address})"));
    }
    for html in HTML {
        samples.push((*html).to_owned());
        samples.push(format!("a {html} b"));
        samples.push(format!("- {html}\n\n| {html} |\n|---|\n| {html} |\n"));
        samples.push(format!(
            "```{html}\n{html}\n```\n[{html}](https://x.y \"{html}\") [^{html}]\n\n[^{html}]: {html}\n"
        ));
    }
    for tex in TEX {
        samples.push(format!("a ${tex}$ b"));
        samples.push(format!("$$\n{tex}\n$$"));
    }
    for bidi in [
        '\u{202A}', '\u{202B}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{200E}',
        '\u{200F}', '\u{61C}',
    ] {
        samples.push(format!(
            "[x](https://x.y/{bidi}gpj.exe) <https://x.y/{bidi}a> ![{bidi}](https://x.y/{bidi}a.png)"
        ));
    }
    for hidden in [
        '\u{200B}',
        '\u{200C}',
        '\u{200D}',
        '\u{2060}',
        '\u{FEFF}',
        '\u{AD}',
        '\u{3164}',
        '\u{E0041}',
        '\u{FE0F}',
        '\u{85}',
        '\u{2028}',
    ] {
        samples.push(format!("[x](https://x.y/a{hidden}b) [y](mailto:a{hidden}@x.y)"));
    }
    samples
}

// F56
#[test]
fn hostile_text_yields_no_active_node() {
    let samples = samples();
    assert!(samples.len() >= 600, "{}", samples.len());
    for sample in &samples {
        check_all(&serde_json::to_value(parse(sample)).unwrap(), sample);
    }
}

// F56
#[test]
fn hostile_text_yields_no_active_node_while_it_grows() {
    for sample in samples() {
        let mut stream = Stream::new();
        let ends = sample.char_indices().map(|(at, c)| at + c.len_utf8());
        for end in ends.step_by(5) {
            for patch in stream.update(&sample[..end]) {
                let patch = serde_json::to_value(patch).unwrap();
                check_all(patch.get("nodes").unwrap_or(&Value::Null), &sample);
                patch.get("node").into_iter().for_each(|node| check(node, &sample));
            }
        }
    }
}

// F58
#[test]
fn no_hostile_address_becomes_a_link() {
    for address in addresses() {
        let tree = serde_json::to_string(&parse(&format!("[x](<{address}>) ![i](<{address}>)"))).unwrap();
        assert!(!tree.contains("\"href\""), "{address:?}: {tree}");
    }
}

#[test]
fn links_that_may_be_opened_still_are() {
    let tree =
        serde_json::to_string(&parse("[a](https://x.y/a?b=c) [b](HTTP://x.y) [c](mailto:a@x.y) <a@x.y>"))
            .unwrap();
    for href in ["https://x.y/a?b=c", "http://x.y", "mailto:a@x.y"] {
        assert!(tree.contains(&format!("\"href\":\"{href}\"")), "{tree}");
    }
}

fn check_all(nodes: &Value, sample: &str) {
    for node in nodes.as_array().into_iter().flatten() {
        check(node, sample);
    }
}

/// What the page receives: only known kinds, only their own fields, only checked values.
fn check(node: &Value, sample: &str) {
    let kind = node["t"].as_str().unwrap();
    let fields: &[&str] = match kind {
        "paragraph" | "quote" | "line" | "table" | "row" | "strong" | "emph" | "strike" | "code_span" => {
            &["children"]
        }
        "heading" => &["level", "children"],
        "list" => &["start", "children"],
        "item" => &["checked", "children"],
        "code" => &["lang", "children"],
        "cell" => &["head", "align", "children"],
        "link" => &["href", "children"],
        "image" => &["alt", "source", "href"],
        "footnote_ref" => &["label"],
        "footnote" => &["label", "children"],
        "math" => &["display", "tex", "mathml"],
        "rule" | "break" => &[],
        "text" => &["text"],
        "token" => &["class", "text"],
        other => panic!("{other} is no known kind: {sample:?}"),
    };
    for (field, value) in node.as_object().unwrap() {
        match field.as_str() {
            "t" => {}
            "href" => check_href(value.as_str().unwrap(), kind, sample),
            "lang" => assert!(
                value.as_str().unwrap().bytes().all(|b| b.is_ascii_graphic() && b != b'<'),
                "{sample:?}"
            ),
            "source" => assert!(!value.as_str().unwrap().contains(['<', '"', ' ', '\u{202E}']), "{sample:?}"),
            field => assert!(fields.contains(&field), "{kind} has no {field}: {sample:?}"),
        }
    }
    check_all(&node["children"], sample);
    for math in node["mathml"].as_array().into_iter().flatten() {
        check_math(math, sample);
    }
}

fn check_href(href: &str, kind: &str, sample: &str) {
    assert!(
        href.starts_with("https://")
            || href.starts_with("http://")
            || kind == "link" && href.starts_with("mailto:"),
        "{href:?} in {sample:?}"
    );
    let is_visible =
        |c: char| c.is_ascii_graphic() && !"\"<>`\\".contains(c) || !c.is_ascii() && c.is_alphanumeric();
    assert!(href.len() <= MAX_HREF && href.chars().all(is_visible), "{href:?} in {sample:?}");
}

fn check_math(node: &Value, sample: &str) {
    const TAGS: [&str; 18] = [
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mrow",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
    ];
    const ATTRS: [&str; 14] = [
        "displaystyle",
        "scriptlevel",
        "stretchy",
        "symmetric",
        "largeop",
        "movablelimits",
        "minsize",
        "maxsize",
        "width",
        "height",
        "depth",
        "linethickness",
        "mathvariant",
        "class",
    ];
    assert!(TAGS.contains(&node["tag"].as_str().unwrap()), "{node} in {sample:?}");
    for field in node.as_object().unwrap().keys() {
        assert!(["tag", "attrs", "text", "children"].contains(&field.as_str()), "{node} in {sample:?}");
    }
    for attr in node["attrs"].as_array().into_iter().flatten() {
        let (name, value) = (attr[0].as_str().unwrap(), attr[1].as_str().unwrap());
        assert!(ATTRS.contains(&name), "{name} in {sample:?}");
        assert!(
            value.bytes().all(|b| b.is_ascii_alphanumeric() || b" .-".contains(&b)),
            "{value:?} in {sample:?}"
        );
        assert!(!value.contains("9999"), "no formula pushes the page away: {value:?} in {sample:?}");
    }
    for child in node["children"].as_array().into_iter().flatten() {
        check_math(child, sample);
    }
}
