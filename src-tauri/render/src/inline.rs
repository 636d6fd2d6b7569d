//! Closes the inline markup that is still open at the end of a growing text.

use crate::{
    delimiter::{Target, flanks, formula_end, run_len, target},
    math::MAX_TEX,
    tex,
};

/// Longest link text, or formula inside a line, that is taken for one before it is closed, in bytes.
const MAX_OPEN: usize = 300;

/// Something that waits for its end.
#[derive(Debug, Clone, Copy)]
enum Open {
    Run { sign: char, len: usize, at: usize },
    Bracket { at: usize, is_image: bool },
}

impl Open {
    fn is_bracket(&self) -> bool {
        matches!(self, Open::Bracket { .. })
    }
}

/// Walks over the inline source of one block and collects what to change at its end.
struct Scan<'a> {
    text: &'a str,
    open: Vec<Open>,
    /// Places where signs are replaced: start, length, replacement.
    edits: Vec<(usize, usize, String)>,
    /// What is shown ends here.
    end: usize,
    /// Closes a code span or formula right at the end.
    closer: String,
}

/// The inline source with everything closed; `None` if nothing was open.
pub(crate) fn close(text: &str) -> Option<String> {
    let mut scan = Scan { text, open: Vec::new(), edits: Vec::new(), end: text.len(), closer: String::new() };
    let mut at = 0;
    while at < text.len() {
        match scan.step(at) {
            Some(next) => at = next,
            None => break,
        }
    }
    scan.finish()
}

impl<'a> Scan<'a> {
    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Reads what is at `at` and says where to go on; `None` when the rest belongs to something open or held.
    fn step(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        let sign = rest.chars().next()?;
        let after = at + sign.len_utf8();
        match sign {
            '\\' if rest.len() == 1 => self.hold(at),
            '\\' if tex::may_open(self.text, at).is_some() => self.bracket_formula(at),
            '\\' => Some(
                after + self.rest(after).chars().next().filter(char::is_ascii_punctuation).map_or(0, |_| 1),
            ),
            '`' => self.code(at),
            '$' => self.formula(at),
            '<' => self.tag(at),
            '&' if rest[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') && rest.len() < 32 => {
                self.hold(at)
            }
            '!' if rest.starts_with("![") => {
                self.open.push(Open::Bracket { at, is_image: true });
                Some(at + 2)
            }
            '!' if rest.len() == 1
                && self.text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '[') =>
            {
                self.hold(at)
            }
            // A link text begins with neither; without its bracket the rest could define a link target.
            '[' if self.rest(after).starts_with(|c: char| c.is_whitespace() || c == '[') => Some(after),
            '[' => {
                self.open.push(Open::Bracket { at, is_image: false });
                Some(after)
            }
            ']' => self.bracket_end(at),
            '*' | '_' | '~' => self.run(at, sign),
            _ => Some(
                after
                    + self
                        .rest(after)
                        .find(['\\', '`', '$', '<', '&', '!', '[', ']', '*', '_', '~'])
                        .unwrap_or(rest.len()),
            ),
        }
    }

    fn hold(&mut self, at: usize) -> Option<usize> {
        self.end = at;
        None
    }

    fn code(&mut self, at: usize) -> Option<usize> {
        let len = run_len(self.rest(at), '`');
        let mut search = at + len;
        while let Some(found) = self.rest(search).find('`') {
            let found_len = run_len(self.rest(search + found), '`');
            search += found + found_len;
            if found_len == len {
                return Some(search);
            }
        }
        let content = self.rest(at + len).trim_end_matches('`').trim_end();
        if content.is_empty() {
            return self.hold(at);
        }
        self.end = at + len + content.len();
        self.closer = "`".repeat(len);
        None
    }

    /// An unfinished formula is shown as its source: half a formula is rarely a valid one.
    fn formula(&mut self, at: usize) -> Option<usize> {
        let len = run_len(self.rest(at), '$');
        let body = self.rest(at + len);
        let next = body.chars().next();
        // A sum of money, or too many signs for a formula.
        if len > 2 || (len == 1 && next.is_some_and(char::is_whitespace)) {
            return Some(at + len);
        }
        if let Some(end) = formula_end(body, len) {
            return Some(at + len + end);
        }
        if len == 1 && (next.is_some_and(|c| c.is_ascii_digit()) || body.len() > MAX_OPEN) {
            return Some(at + len);
        }
        self.source_of(at, len)
    }

    /// The same for a formula between brackets.
    fn bracket_formula(&mut self, at: usize) -> Option<usize> {
        let (close, body) = (tex::may_open(self.text, at)?, self.rest(at + 2));
        if let Some(end) = tex::end(body, close) {
            return Some(at + 2 + end + 2);
        }
        let longest = if close == ')' { MAX_OPEN } else { MAX_TEX };
        let is_over = body.len() > longest || body.contains("\n\n") || body.contains('$');
        if is_over { Some(at + 2) } else { self.source_of(at, 2) }
    }

    /// Shows what follows an opening sign of `len` bytes as code, up to the end.
    fn source_of(&mut self, at: usize, len: usize) -> Option<usize> {
        let body = self.rest(at + len);
        let content = body.trim_end_matches(['$', '\\']).trim();
        if content.is_empty() {
            return self.hold(at);
        }
        let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let ticks = "`".repeat(longest + 1);
        let space = if content.starts_with('`') || content.ends_with('`') { " " } else { "" };
        let skipped = len + body.len() - body.trim_start().len();
        self.end = at + skipped + content.len();
        self.edits.push((at, skipped, format!("{ticks}{space}")));
        self.closer = format!("{space}{ticks}");
        None
    }

    /// Half an address in angle brackets is held back; tags are text and stay as they are.
    fn tag(&mut self, at: usize) -> Option<usize> {
        let inner = self.rest(at + 1);
        let is_open = |c: char| c.is_whitespace() || c == '<' || c == '>';
        let is_tag = inner.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        if let Some(end) = inner.find(['<', '>']).filter(|end| is_tag && inner[*end..].starts_with('>')) {
            return Some(at + 1 + end + 1);
        }
        if !inner.contains(is_open) { self.hold(at) } else { Some(at + 1) }
    }

    fn bracket_end(&mut self, close: usize) -> Option<usize> {
        let Some(index) = self.open.iter().rposition(Open::is_bracket) else { return Some(close + 1) };
        let Open::Bracket { at, is_image } = self.open.remove(index) else { return Some(close + 1) };
        let is_footnote = !is_image && self.rest(at + 1).starts_with('^');
        let after = self.rest(close + 1);
        let target = match after.chars().next() {
            _ if is_footnote => Target::None,
            None if close - at > MAX_OPEN && !is_image => Target::None,
            None => Target::Open,
            Some('(') => target(&after[1..]),
            Some('[') => after.find(']').map_or(Target::Open, Target::Closed),
            Some(_) => Target::None,
        };
        match target {
            Target::None => Some(close + 1),
            Target::Closed(len) => {
                self.open.truncate(index);
                Some(close + 1 + 1 + len)
            }
            Target::Open if is_image => {
                self.open.truncate(index);
                self.hold(at)
            }
            Target::Open => {
                self.edits.push((at, 1, String::new()));
                self.hold(close)
            }
        }
    }

    fn run(&mut self, at: usize, sign: char) -> Option<usize> {
        let len = run_len(self.rest(at), sign);
        let before = self.text[..at].chars().next_back();
        let after = self.rest(at + len).chars().next();
        let is_end = after.is_none();
        if sign == '~' && len != 2 && !is_end {
            return Some(at + len);
        }
        let (opens, closes) = flanks(sign, before, after);
        let mut left = len;
        while closes && left > 0 {
            let same = |open: &Open| matches!(open, Open::Run { sign: held, .. } if *held == sign);
            let Some(index) = self.open.iter().rposition(same) else { break };
            self.open.truncate(index + 1);
            let Some(Open::Run { len: held, .. }) = self.open.last_mut() else { break };
            let used = if left >= 2 && *held >= 2 { 2 } else { 1 };
            if sign == '~' && used == 1 {
                break;
            }
            *held -= used;
            left -= used;
            if *held == 0 {
                self.open.pop();
            }
        }
        if left > 0 && is_end {
            return self.hold(at + len - left);
        }
        // A lone star between letters or digits is more likely a product than emphasis.
        let is_product = sign == '*'
            && len == 1
            && before.zip(after).is_some_and(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric());
        if left > 0 && opens && !is_product {
            self.open.push(Open::Run { sign, len: left, at: at + len - left });
        }
        Some(at + len)
    }

    fn finish(mut self) -> Option<String> {
        let mut closers = std::mem::take(&mut self.closer);
        while let Some(open) = self.open.pop() {
            match open {
                Open::Run { sign, len, at } => {
                    if self.is_blank(at + len) && closers.is_empty() {
                        self.end = at;
                    } else {
                        closers.extend(std::iter::repeat_n(sign, len));
                    }
                }
                Open::Bracket { at, is_image } => {
                    if is_image || self.rest(at + 1).starts_with('^') {
                        self.end = at;
                        closers.clear();
                    } else if self.text.len() - at <= MAX_OPEN {
                        self.edits.push((at, 1, String::new()));
                    }
                }
            }
        }
        self.edits.retain(|(at, len, _)| at + len <= self.end);
        self.edits.sort_by_key(|(at, ..)| *at);
        if closers.is_empty() && self.edits.is_empty() && self.end == self.text.len() {
            return None;
        }
        let mut out = String::with_capacity(self.end + closers.len());
        let mut from = 0;
        for (at, len, with) in &self.edits {
            out.push_str(&self.text[from..*at]);
            out.push_str(with);
            from = at + len;
        }
        out.push_str(&self.text[from..self.end]);
        if !closers.is_empty() {
            out.truncate(out.trim_end().len());
        }
        out.push_str(&closers);
        Some(out)
    }

    /// Whether nothing but held-back signs and spaces would be shown from `at` on.
    fn is_blank(&self, at: usize) -> bool {
        let shown = self.text.get(at..self.end).unwrap_or_default();
        let removed: usize =
            self.edits.iter().filter(|(place, ..)| *place >= at).map(|(_, len, _)| len).sum();
        shown.trim().len() <= removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_markup_is_closed_and_half_addresses_are_hidden() {
        for (text, shown) in [
            ("**bo", "**bo**"),
            ("**bold*", "**bold**"),
            ("a **bold ", "a **bold**"),
            ("a **", "a "),
            ("*a **b", "*a **b***"),
            ("_a", "_a_"),
            ("~~a", "~~a~~"),
            ("~~a~", "~~a~~"),
            ("a `b", "a `b`"),
            ("a ``b`", "a ``b``"),
            ("a `", "a "),
            ("**a `b", "**a `b`**"),
            ("[text", "text"),
            ("[text]", "text"),
            ("[text](htt", "text"),
            ("[text](https://x.y \"ti", "text"),
            ("**[te", "**te**"),
            ("![alt](htt", ""),
            ("a ![al", "a "),
            ("a !", "a "),
            ("see [^1", "see "),
            ("<https://exa", ""),
            ("a $x^2", "a `x^2`"),
            ("a \\(x^2", "a `x^2`"),
            ("a \\(x^2\\", "a `x^2`"),
            ("\\[\nx_1", "`x_1`"),
            ("a \\(", "a "),
            ("$$\nx", "`x`"),
            ("$$x$", "`x`"),
            ("a $", "a "),
            ("a &am", "a "),
            ("a\\", "a"),
            ("snake_", "snake"),
        ] {
            assert_eq!(close(text).as_deref(), Some(shown), "{text:?}");
        }
    }

    #[test]
    fn what_is_closed_or_no_markup_stays() {
        for text in [
            "",
            "a",
            "**a**",
            "*a* b",
            "`a`",
            "``a`b``",
            "[a](https://x.y) b",
            "[a](b c",
            "[1] b",
            "see [^1]",
            "2 * 3",
            "5*3 is",
            "$5 and",
            "$5 and $10",
            "$x$",
            "\\(\\mathbf{x}_i\\) b",
            "see \\[1",
            "$$x$$",
            "Hello!",
            "snake_case",
            "a < b",
            "<b>a</b>",
            "~5 a",
            "\\*a",
            "AT&T a",
            "![a](b) c",
        ] {
            assert_eq!(close(text), None, "{text:?}");
        }
    }
}
