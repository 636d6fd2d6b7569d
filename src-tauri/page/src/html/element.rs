//! What elements mean for those who read.

/// What an element does to the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing.
    Inline,
    /// It stands on lines of its own.
    Line,
    /// It stands apart from what is around it.
    Paragraph,
    /// It has no end, and nothing in it.
    Void,
    /// What is in it is for nobody who reads.
    Unseen,
}

pub(super) fn shape(name: &str) -> Shape {
    match name {
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param"
        | "source" | "track" | "wbr" => Shape::Void,
        "script" | "style" | "template" | "svg" | "math" | "iframe" | "object" | "audio" | "video"
        | "canvas" | "datalist" | "noembed" | "noframes" | "title" | "select" => Shape::Unseen,
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table" | "blockquote"
        | "pre" | "figure" | "section" | "article" | "header" | "footer" | "main" | "aside" | "nav"
        | "form" | "fieldset" | "details" => Shape::Paragraph,
        "div" | "li" | "dt" | "dd" | "tr" | "caption" | "address" | "figcaption" | "summary" | "legend"
        | "option" | "body" | "html" | "head" | "menu" | "center" | "textarea" => Shape::Line,
        _ => Shape::Inline,
    }
}

/// Whether an element says of itself that nobody sees it. What a style sheet says elsewhere is not known.
pub(super) fn is_hidden<'a>(said: impl Fn(&str) -> Option<&'a str>) -> bool {
    if said("hidden").is_some() || said("aria-hidden").is_some_and(|word| word.eq_ignore_ascii_case("true")) {
        return true;
    }
    let Some(style) = said("style") else { return false };
    let style: String = style
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let is_nothing = |value: &str| {
        value.trim_end_matches("!important").trim_matches(|c| "0.%pxremt".contains(c)).is_empty()
    };
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(what, value)| match what {
        "display" => value.starts_with("none"),
        "visibility" => value.starts_with("hidden") || value.starts_with("collapse"),
        "opacity" | "font-size" => is_nothing(value),
        _ => false,
    })
}

/// Elements that end when this one begins, and those beyond which it is not looked. Source: the HTML standard, optional tags.
pub(super) fn ends(name: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    const ITEM: &[&str] = &["ul", "ol", "menu", "table", "div", "section", "article"];
    const TABLE: &[&str] = &["table"];
    match name {
        "li" => Some((&["li"], ITEM)),
        "dt" | "dd" => Some((&["dt", "dd"], &["dl", "table"])),
        "td" | "th" => Some((&["td", "th"], &["tr", "table"])),
        "tr" => Some((&["tr", "caption", "colgroup"], TABLE)),
        "thead" | "tbody" | "tfoot" => Some((&["thead", "tbody", "tfoot", "caption", "colgroup"], TABLE)),
        "option" | "optgroup" => Some((&["option"], &["select", "datalist"])),
        "a" => Some((&["a"], &["table", "div", "li", "td", "th"])),
        "body" => Some((&["head"], &["body"])),
        _ => match shape(name) {
            Shape::Paragraph | Shape::Line => {
                Some((&["p"], &["div", "li", "td", "th", "section", "article", "button", "table"]))
            }
            _ => None,
        },
    }
}
