//! The closed set of MathML a formula may hold, and the strict reader that builds it.

use serde::Serialize;
use ts_rs::TS;

/// One element of a formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MathNode {
    /// Name of the element.
    pub tag: MathTag,
    /// Attributes with checked values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<(MathAttr, String)>>", optional)]
    pub attrs: Vec<(MathAttr, String)>,
    /// Text of `mi`, `mn`, `mo` and `mtext`; empty for all others.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub text: String,
    /// Child elements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<MathNode>>", optional)]
    pub children: Vec<MathNode>,
}

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
        #[serde(rename_all = "lowercase")]
        #[ts(export)]
        pub enum $type {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl $type {
            fn read(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

names! {
    /// Names of elements.
    MathTag {
        Mi = "mi", Mn = "mn", Mo = "mo", Mtext = "mtext", Mspace = "mspace", Mrow = "mrow", Mfrac = "mfrac",
        Msqrt = "msqrt", Mroot = "mroot", Msub = "msub", Msup = "msup", Msubsup = "msubsup", Munder = "munder",
        Mover = "mover", Munderover = "munderover", Mtable = "mtable", Mtr = "mtr", Mtd = "mtd",
    }
}

names! {
    /// Names of attributes. Colours are left out: a formula must not hide text.
    MathAttr {
        DisplayStyle = "displaystyle", ScriptLevel = "scriptlevel", Stretchy = "stretchy", Symmetric = "symmetric",
        LargeOp = "largeop", MovableLimits = "movablelimits", MinSize = "minsize", MaxSize = "maxsize",
        Width = "width", Height = "height", Depth = "depth", LineThickness = "linethickness",
        MathVariant = "mathvariant", Class = "class",
    }
}

/// Elements inside elements; deeper formulas are not valid.
const MAX_MATH_DEPTH: usize = 64;

/// Widest space and tallest sign, so that a formula cannot push the rest of the page away.
const MAX_LENGTH_EM: f32 = 40.0;

/// The content of the `math` element in `markup`; `None` if anything outside the set turns up.
pub(crate) fn read(markup: &str) -> Option<Vec<MathNode>> {
    let start = markup.strip_prefix("<math")?;
    let mut rest = &start[start.find('>')? + 1..];
    let mut top = Vec::new();
    let mut open: Vec<MathNode> = Vec::new();
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        if let Some(end) = rest.strip_prefix('/') {
            let (name, after) = end.split_once('>')?;
            let Some(node) = open.pop() else {
                return (name == "math" && after.is_empty()).then_some(top);
            };
            if MathTag::read(name)? != node.tag {
                return None;
            }
            open.last_mut().map_or(&mut top, |parent| &mut parent.children).push(node);
            rest = after;
            continue;
        }
        let name_len = rest.find(|c: char| !c.is_ascii_lowercase())?;
        let (name, after) = rest.split_at(name_len);
        let (attrs, is_empty, after) = attributes(after)?;
        let mut node =
            MathNode { tag: MathTag::read(name)?, attrs, text: String::new(), children: Vec::new() };
        rest = after;
        if matches!(node.tag, MathTag::Mi | MathTag::Mn | MathTag::Mo | MathTag::Mtext) && !is_empty {
            let (text, after) = rest.split_once(&format!("</{name}>"))?;
            node.text = decode(text);
            rest = after;
        } else if !is_empty {
            open.push(node);
            if open.len() > MAX_MATH_DEPTH {
                return None;
            }
            continue;
        }
        open.last_mut().map_or(&mut top, |parent| &mut parent.children).push(node);
    }
}

type Attributes = Vec<(MathAttr, String)>;

/// The attributes up to the end of a tag, whether the tag is an empty element, and what follows it.
fn attributes(mut rest: &str) -> Option<(Attributes, bool, &str)> {
    let mut attrs = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Some((attrs, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Some((attrs, false, after));
        }
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        // The writer puts colours and negative margins into `style`: they are dropped, the formula stays.
        if let Some(attr) = MathAttr::read(name).filter(|attr| attr.allows(value)) {
            attrs.push((attr, value.to_owned()));
        }
    }
}

impl MathAttr {
    fn allows(self, value: &str) -> bool {
        match self {
            Self::DisplayStyle | Self::Stretchy | Self::Symmetric | Self::LargeOp | Self::MovableLimits => {
                matches!(value, "true" | "false")
            }
            Self::ScriptLevel => matches!(value, "0" | "1" | "2"),
            Self::MinSize
            | Self::MaxSize
            | Self::Width
            | Self::Height
            | Self::Depth
            | Self::LineThickness => is_length(value),
            Self::MathVariant => value == "normal",
            Self::Class => value.split(' ').all(is_class),
        }
    }
}

fn is_length(value: &str) -> bool {
    let unit = value.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(value.len());
    let (number, unit) = value.split_at(unit);
    let em = match unit {
        "em" | "pc" => 1.0,
        "ex" => 0.5,
        "mu" => 0.06,
        "pt" | "px" => 0.1,
        "mm" => 0.25,
        "cm" => 2.5,
        "in" => 6.0,
        _ => return false,
    };
    number.parse::<f32>().is_ok_and(|number| number.is_finite() && (number * em).abs() <= MAX_LENGTH_EM)
}

/// The classes that say how the cells of a table are aligned and ruled; the page gives them their look.
fn is_class(class: &str) -> bool {
    matches!(
        class,
        "menv-alignlike"
            | "menv-align"
            | "menv-arraylike"
            | "menv-cells-left"
            | "menv-cells-right"
            | "menv-cases"
            | "menv-multline"
            | "menv-with-eqn"
            | "menv-nonumber"
            | "menv-hline"
            | "menv-hdashline"
            | "menv-left-solid"
            | "menv-left-dashed"
            | "menv-right-solid"
            | "menv-right-dashed"
            | "menv-border-only"
            | "cell-left"
            | "cell-right"
            | "small"
            | "mop-negated"
    )
}

fn decode(text: &str) -> String {
    text.replace("&nbsp;", "\u{A0}").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn math(content: &str) -> Option<Vec<MathNode>> {
        read(&format!("<math display=\"inline\">{content}</math>"))
    }

    #[test]
    fn anything_outside_the_set_is_refused() {
        for content in [
            "<annotation-xml encoding=\"text/html\"></annotation-xml>",
            "<maction></maction>",
            "<mglyph />",
            "<script>x</script>",
            "<a>x</a>",
            "<mi>x",
            "<mrow><mi>x</mi>",
            "<mrow></mfrac>",
            "loose text",
            "<mrow>loose text</mrow>",
            "</math><mi>x</mi>",
        ] {
            assert_eq!(math(content), None, "{content}");
        }
        let deep = format!("{}{}", "<mrow>".repeat(100), "</mrow>".repeat(100));
        assert_eq!(math(&deep), None, "too deep");
    }

    #[test]
    fn attributes_outside_the_list_are_dropped() {
        let content = "<mo stretchy=\"true\"minsize=\"1.8em\" href=\"https://x\" style=\"color: red\" onclick=\"x()\" \
             class=\"small evil\" width=\"9999em\" scriptlevel=\"7\">&lt;&amp;lt;</mo>";
        assert_eq!(
            math(content),
            Some(vec![MathNode {
                tag: MathTag::Mo,
                attrs: vec![(MathAttr::Stretchy, "true".into()), (MathAttr::MinSize, "1.8em".into())],
                text: "<&lt;".into(),
                children: vec![],
            }])
        );
    }
}
