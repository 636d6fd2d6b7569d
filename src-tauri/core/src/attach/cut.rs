//! Cuts what was read into pieces of which many make a request of any size. Pure.

use crate::model::Passage;
use meanwhile_extract::Part;

/// Bytes of a piece. Source: two thousand tokens, a quarter of what the smallest usual context takes.
const PIECE: usize = 8 << 10;

/// The label of text that has no places of its own.
const PLAIN: &str = "text";

/// The pieces of a document, in its order. Text without places is named by its lines.
pub fn pieces(parts: &[Part]) -> Vec<Passage> {
    let mut pieces = Vec::new();
    for (place, part) in (1..).zip(parts) {
        let place = numbered(&part.label).unwrap_or(place);
        let texts = chunks(&part.text);
        let is_one = texts.len() == 1;
        let mut line = 1;
        for (number, text) in (1..).zip(texts) {
            let first = line;
            line += text.matches('\n').count();
            let last = if text.ends_with('\n') { line - 1 } else { line };
            let label = match part.label.as_str() {
                label if is_one => label.to_owned(),
                PLAIN if first == last => format!("line {first}"),
                PLAIN => format!("lines {first}–{last}"),
                label => format!("{label}, part {number}"),
            };
            pieces.push(Passage { place, label, text: text.to_owned() });
        }
    }
    pieces
}

/// Pages and slides without text are left out, so their own numbers count.
fn numbered(label: &str) -> Option<u32> {
    let number = label.strip_prefix("page ").or_else(|| label.strip_prefix("slide "))?;
    number.parse().ok().filter(|number| *number > 0)
}

/// Ends at the end of a line where there is one, else of a word, else between two letters.
fn chunks(text: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut rest = text;
    while rest.len() > PIECE {
        let most = rest.floor_char_boundary(PIECE);
        let head = rest.get(..most).unwrap_or(rest);
        let end = ['\n', ' '].iter().find_map(|end| head.rfind(*end)).map_or(most, |at| at + 1);
        let (chunk, left) = rest.split_at(end);
        chunks.push(chunk);
        rest = left;
    }
    if !rest.is_empty() {
        chunks.push(rest);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(label: &str, text: &str) -> Part {
        Part { label: label.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn long_text_is_named_by_its_lines_and_nothing_of_it_is_lost() {
        let text: String = (1..=2_000).map(|n| format!("line {n} of the log\n")).collect();
        let pieces = pieces(&[part("text", &text)]);
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.text.len() <= PIECE));
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
        assert!(pieces[0].label.starts_with("lines 1–"), "{}", pieces[0].label);
        let (_, end) = pieces[0].label.rsplit_once('–').unwrap();
        let end: u32 = end.parse().unwrap();
        assert!(pieces[0].text.ends_with(&format!("line {end} of the log\n")));
        assert!(pieces[1].label.starts_with(&format!("lines {}–", end + 1)), "{}", pieces[1].label);
        assert!(pieces.last().unwrap().label.ends_with("–2000"));
    }

    #[test]
    fn a_page_keeps_its_number_when_pages_before_it_have_no_text() {
        let places: Vec<_> =
            pieces(&[part("page 3", "a"), part("page 7", "b")]).iter().map(|p| p.place).collect();
        assert_eq!(places, [3, 7]);
        let sheets: Vec<_> =
            pieces(&[part("sheet A", "a"), part("sheet B", "b")]).iter().map(|p| p.place).collect();
        assert_eq!(sheets, [1, 2]);
    }

    #[test]
    fn what_has_neither_lines_nor_words_is_cut_between_letters() {
        let text = "ü".repeat(PIECE);
        let pieces = pieces(&[part("page 1", &text)]);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
        assert_eq!(pieces[1].label, "page 1, part 2");
    }
}
