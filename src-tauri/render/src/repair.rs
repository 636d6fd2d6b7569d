//! Repairs the unfinished end of a growing text before it is parsed.

use crate::{
    hold::is_marker,
    inline,
    parse::{Leaf, LeafKind},
};

/// The text with its open end closed; `None` if nothing is open. Only the last block changes.
pub(crate) fn complete(text: &str, leaf: Leaf) -> Option<String> {
    let body = text.trim_end_matches([' ', '\t', '\n', '\r']);
    let line_ends = text[body.len()..].bytes().filter(|byte| *byte == b'\n').count();
    let may_go_on = match leaf.kind {
        LeafKind::Paragraph => line_ends < 2,
        LeafKind::Heading | LeafKind::Table => line_ends == 0,
        LeafKind::None | LeafKind::Fence | LeafKind::IndentedCode | LeafKind::Html => false,
    };
    if !may_go_on || leaf.start >= body.len() {
        return None;
    }
    let line_start = body.rfind(['\n', '\r']).map_or(0, |at| at + 1).max(leaf.start);
    let header =
        if leaf.kind == LeafKind::Paragraph { header_start(body, line_start, leaf.start) } else { None };
    let start = match (leaf.kind, header) {
        (LeafKind::Table, _) | (_, Some(_)) => last_cell(body, line_start),
        _ => leaf.start,
    };
    let closed = inline::close(&body[start..]);
    if closed.is_none() && header.is_none() {
        return None;
    }
    let mut repaired = body[..start].to_owned();
    repaired.push_str(closed.as_deref().unwrap_or(&body[start..]));
    // Without its last signs, a line may be a bare marker, which would mean something else to the line before it.
    let whole = repaired.len();
    while let Some(line) = marker_line(&repaired, leaf) {
        repaired.truncate(line);
    }
    if repaired.len() < whole {
        return Some(repaired);
    }
    if let Some(pipe) = header {
        let columns = columns(&repaired[pipe..]);
        let real_line = body[..pipe].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        repaired.push('\n');
        repaired.extend(body[real_line..pipe].chars().map(|c| if c == '>' { '>' } else { ' ' }));
        repaired.push_str(&"|-".repeat(columns));
        repaired.push('|');
    }
    Some(repaired)
}

/// Where the last line starts, if it is a bare marker. A complete line of a table may well be one.
fn marker_line(text: &str, leaf: Leaf) -> Option<usize> {
    let text = if leaf.kind == LeafKind::Table { text } else { text.trim_end_matches(['\n', '\r']) };
    let line = text.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    (text.len() >= leaf.start && is_marker(&text[line..])).then_some(line)
}

/// The first pipe of a last line that looks like the head of a table whose second line has not come yet.
fn header_start(body: &str, line_start: usize, leaf_start: usize) -> Option<usize> {
    let prefix = |c: char| c.is_ascii_digit() || " \t>-+*.)".contains(c);
    let line = body[line_start..].trim_start_matches(prefix);
    let before = body[leaf_start..line_start].trim_end().rsplit('\n').next().unwrap_or_default();
    let is_header = line.starts_with('|') && !before.trim_start_matches(prefix).starts_with('|');
    is_header.then_some(body.len() - line.len())
}

/// Where the last cell of a table's last line starts.
fn last_cell(body: &str, line_start: usize) -> usize {
    pipes(&body[line_start..]).last().map_or(line_start, |at| line_start + at + 1)
}

fn columns(line: &str) -> usize {
    let line = line.trim_end();
    let inner = pipes(line).filter(|at| *at > 0 && at + 1 < line.len()).count();
    inner + 1
}

/// The pipes that divide cells: those without a backslash before them.
fn pipes(line: &str) -> impl Iterator<Item = usize> {
    let bytes = line.as_bytes();
    (0..bytes.len()).filter(move |at| bytes[*at] == b'|' && (*at == 0 || bytes[at - 1] != b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_table_is_a_table() {
        let leaf = |start, end| Leaf { kind: LeafKind::Paragraph, start, end };
        for (text, start, shown) in [
            ("| a", 0, "| a\n|-|"),
            ("| a | **b", 0, "| a | **b**\n|-|-|"),
            ("| a | b |\n", 0, "| a | b |\n|-|-|"),
            ("x\n\n| a \\| b |", 3, "x\n\n| a \\| b |\n|-|"),
            ("> | a", 2, "> | a\n> |-|"),
            ("- | a", 0, "- | a\n  |-|"),
        ] {
            assert_eq!(complete(text, leaf(start, text.len())).as_deref(), Some(shown), "{text:?}");
        }
    }
}
