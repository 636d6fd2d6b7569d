//! A text without the marks of Markdown: what stands in a line of a list is to be read, not rendered.

/// The text as it reads. Within a block of code everything stays as it is; what looks like a mark and is none may be lost.
pub fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => plain.push_str(line),
            (None, None) if is_rule(trimmed) => {}
            (None, None) => inline(without_head(trimmed), trimmed.starts_with('|'), &mut plain),
        }
        plain.push('\n');
    }
    plain
}

/// Lines that only draw: between sections, and below the head of a table.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| "-*_=|: ".contains(c)) && line.contains(['-', '*', '_', '='])
}

/// Without what makes it a heading, a quotation or a point of a list.
fn without_head(line: &str) -> &str {
    let mut line = line;
    loop {
        let hashes = line.trim_start_matches('#');
        let level = line.len() - hashes.len();
        line = match line.as_bytes() {
            [b'#', ..] if level <= 6 && hashes.starts_with(' ') => hashes.trim_start(),
            [b'>', ..] | [b'-' | b'*' | b'+', b' ', ..] => line.get(1..).unwrap_or_default().trim_start(),
            _ => {
                let boxes = ["[ ] ", "[x] ", "[X] "];
                return boxes.iter().find_map(|it| line.strip_prefix(it)).unwrap_or(line);
            }
        };
    }
}

fn inline(line: &str, is_row: bool, plain: &mut String) {
    let mut rest = line;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next().unwrap_or(' ');
        let (said, left) = match c {
            '\\' if next.is_ascii_punctuation() => (Some(next), after.get(1..).unwrap_or_default()),
            '!' if next == '[' && link(after).is_some() => (None, after),
            '[' => match link(rest) {
                Some((words, left)) => {
                    inline(words, false, plain);
                    (None, left)
                }
                None => (Some(c), after),
            },
            '`' => (None, after),
            '*' if !(before.is_whitespace() && next.is_whitespace()) => (None, after),
            '_' if before.is_alphanumeric() != next.is_alphanumeric() => (None, after),
            '~' if next == '~' => (None, after.get(1..).unwrap_or_default()),
            '|' if is_row => (Some(' '), after),
            c => (Some(c), after),
        };
        plain.extend(said);
        before = c;
        rest = left;
    }
}

/// Bytes of an address.
const LONGEST_ADDRESS: usize = 2_048;

/// The words of a link that the text begins with, and what stands behind it.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    // Never far: a text of nothing but brackets is looked through as fast as any other.
    let (words, left) = inner.split_at(inner.find(['[', ']'])?);
    let left = left.strip_prefix("](")?;
    let (address, _) = left[..left.floor_char_boundary(LONGEST_ADDRESS)].split_once(')')?;
    Some((words, &left[address.len() + 1..]))
}

#[cfg(test)]
mod tests {
    use super::unmarked;

    #[test]
    fn what_is_read_stays_and_what_only_marks_goes() {
        let plain = |text: &str| unmarked(text).trim_end().to_owned();
        assert_eq!(plain("## The **quiet** one, _really_"), "The quiet one, really");
        assert_eq!(plain("> - [x] `cargo test` and ~~more~~"), "cargo test and more");
        assert_eq!(plain("See [the *plan*](https://a.b/c) ![a map](m.png)"), "See the plan a map");
        assert_eq!(plain("| Model | dB |\n|---|--:|\n| Nordkai | 38 |"), "  Model   dB  \n\n  Nordkai   38");
        for kept in
            ["2 * 3 = 6", "snake_case_name", "a [note] (see below)", "#hashtag", "-5 degrees", "~/work"]
        {
            assert_eq!(plain(kept), kept);
        }
        assert_eq!(plain("\\*not bold\\*"), "*not bold*");
        assert_eq!(plain("```rust\nlet **x = 1;\n```\nend"), "\nlet **x = 1;\n\nend");
    }

    #[test]
    fn nothing_but_brackets_is_looked_through_like_any_other_text() {
        let (open, links) = ("[".repeat(400_000), "[](".repeat(200_000));
        assert_eq!(unmarked(&open).trim_end(), open);
        assert_eq!(unmarked(&links).trim_end(), links);
    }
}
