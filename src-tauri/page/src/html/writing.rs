//! Text as it is written down: spaces as one, lines where elements begin and end.

use super::element::Shape;

/// What stands between what was written and what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

/// The text so far.
#[derive(Default)]
pub(super) struct Writing {
    text: String,
    gap: Gap,
    /// A mark that goes before the next word.
    mark: &'static str,
}

impl Writing {
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    /// Words; as they are for what was set by hand.
    pub(super) fn say(&mut self, words: &str, is_raw: bool) {
        if is_raw {
            if !words.is_empty() {
                self.fill();
                self.text.push_str(words);
            }
            return;
        }
        for (at, word) in words.split([' ', '\t', '\n', '\r', '\u{c}']).enumerate() {
            if at > 0 {
                self.gap = self.gap.max(Gap::Space);
            }
            if !word.is_empty() {
                self.fill();
                self.text.push_str(word);
            }
        }
    }

    pub(super) fn begin(&mut self, name: &str, shape: Shape) {
        self.part(shape);
        self.mark = match name {
            "h1" => "# ",
            "h2" => "## ",
            "h3" => "### ",
            "h4" | "h5" | "h6" => "#### ",
            "li" => "- ",
            "br" => {
                self.gap = self.gap.max(Gap::Line);
                return;
            }
            "hr" => {
                self.gap = Gap::Paragraph;
                return;
            }
            "td" | "th" if self.gap < Gap::Line && !self.text.is_empty() => "| ",
            _ => return,
        };
        if matches!(name, "td" | "th") {
            self.gap = Gap::Space;
        }
    }

    pub(super) fn end(&mut self, _name: &str, shape: Shape) {
        self.part(shape);
    }

    /// The number of a link, right after its words.
    pub(super) fn refer(&mut self, number: usize) {
        self.text.push_str(&format!(" [{number}]"));
    }

    fn part(&mut self, shape: Shape) {
        let gap = match shape {
            Shape::Paragraph => Gap::Paragraph,
            Shape::Line => Gap::Line,
            _ => return,
        };
        self.gap = self.gap.max(gap);
    }

    fn fill(&mut self) {
        let gap = match std::mem::take(&mut self.gap) {
            _ if self.text.is_empty() => "",
            Gap::None => "",
            Gap::Space if self.text.ends_with(['\n', ' ']) => "",
            Gap::Space => " ",
            Gap::Line if self.text.ends_with('\n') => "",
            Gap::Line => "\n",
            Gap::Paragraph if self.text.ends_with("\n\n") => "",
            Gap::Paragraph if self.text.ends_with('\n') => "\n",
            Gap::Paragraph => "\n\n",
        };
        self.text.push_str(gap);
        self.text.push_str(std::mem::take(&mut self.mark));
    }
}
