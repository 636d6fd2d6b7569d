//! LaTeX → MathML.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, mathml::write_mathml};

use crate::{MathNode, mathml};

/// Longest formula that is typeset, in bytes; a longer one is shown as its source.
pub const MAX_TEX: usize = 4_000;

/// The content of the `math` element for `tex`; `None` if it is not a valid formula.
pub(crate) fn typeset(tex: &str, display: bool) -> Option<Vec<MathNode>> {
    // A definition can make a few bytes expand to a megabyte.
    const DEFINE: [&str; 5] = ["\\def", "\\let", "\\futurelet", "\\newcommand", "\\renewcommand"];
    if tex.len() > MAX_TEX || tex.trim().is_empty() || DEFINE.iter().any(|name| tex.contains(name)) {
        return None;
    }
    let tex = replace_unknown(tex);
    // The parser and the writer have asserts that hostile formulas may reach.
    let markup = catch_unwind(AssertUnwindSafe(|| {
        let storage = Storage::new();
        let events = Parser::new(&tex, &storage).collect::<Result<Vec<_>, _>>().ok()?;
        let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
        let config = RenderConfig { display_mode, ..RenderConfig::default() };
        let mut markup = Vec::with_capacity(tex.len() * 8);
        write_mathml(&mut markup, events.into_iter().map(Ok::<_, std::fmt::Error>), config).ok()?;
        String::from_utf8(markup).ok()
    }));
    mathml::read(&markup.ok()??)
}

/// Writes what models like to use and the parser does not know in a way that it knows.
fn replace_unknown(tex: &str) -> String {
    tex.replace("\\boxed{", "{").replace("\\operatorname*", "\\operatorname")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MathAttr, MathTag};

    fn leaf(tag: MathTag, text: &str) -> MathNode {
        MathNode { tag, attrs: vec![], text: text.into(), children: vec![] }
    }

    #[test]
    fn a_formula_becomes_a_tree() {
        let children = vec![leaf(MathTag::Mi, "x"), leaf(MathTag::Mn, "2")];
        let square = MathNode { tag: MathTag::Msup, attrs: vec![], text: String::new(), children };
        let less = leaf(MathTag::Mo, "<");
        assert_eq!(typeset("x^2 < 1", false), Some(vec![square, less, leaf(MathTag::Mn, "1")]));
    }

    #[test]
    fn limits_of_sums_depend_on_the_display() {
        let tag = |display| typeset(r"\sum_{i=0}^n i", display).unwrap()[0].tag;
        assert_eq!(tag(false), MathTag::Msubsup);
        assert_eq!(tag(true), MathTag::Munderover);
    }

    #[test]
    fn what_models_write_is_typeset() {
        for tex in [
            r"\boxed{42}",
            r"\operatorname*{argmax}_x f(x)",
            r"\begin{aligned} a &= b \\ &= c \end{aligned}",
            r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
            r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
            r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
            r"\Big( \int_0^\infty e^{-x^2} \, \mathrm{d}x \Big)",
            r"\mathbb{E}[X] = \underbrace{\mu}_{\text{mean}}",
        ] {
            assert!(typeset(tex, true).is_some(), "{tex}");
        }
        let big = typeset(r"\big(", false).unwrap();
        assert!(big[0].attrs.iter().any(|(attr, _)| *attr == MathAttr::MinSize), "{big:?}");
    }

    #[test]
    fn invalid_or_endless_formulas_are_refused() {
        for tex in
            [r"\frac{1}", r"\nosuchthing", "{", "}", "a^b^c", " ", r"\def\a{\a\a}\a", r"\href{https://x}{y}"]
        {
            assert_eq!(typeset(tex, false), None, "{tex}");
        }
        assert_eq!(typeset(&"x".repeat(MAX_TEX + 1), false), None, "too long");
        assert_eq!(typeset(&format!("{}x{}", "{".repeat(1_000), "}".repeat(1_000)), false), None, "too deep");
    }
}
