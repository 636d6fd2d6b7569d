//! Words that are looked for, in a text: whatever their case or accents, and anywhere in it.

use super::unmarked::unmarked;
use crate::model::{Piece, is_invisible};
use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};
use std::ops::Range;

/// Words that count; who writes more than that has found it long before.
const MOST_WORDS: usize = 16;
/// Sequences of three letters that are asked for; the text itself decides in the end.
const MOST_TRIGRAMS: usize = 64;
/// Bytes of a query that are read.
const MOST_BYTES: usize = 1_000;
/// Bytes of the text before the first word that are shown, and from it on.
const AROUND: (usize, usize) = (50, 190);

/// The words of a query, in small letters and without accents. Words in quotes are one.
pub struct Words(Vec<String>);

impl Words {
    /// Whatever is asked is a query, if it is not empty.
    pub fn of(query: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let query = &query[..query.floor_char_boundary(MOST_BYTES)];
        for (at, part) in query.split('"').enumerate() {
            let is_quoted = at % 2 == 1;
            let between = |c: char| c.is_control() || (c.is_whitespace() && !is_quoted);
            for word in part.split(between).map(|word| fold(word.trim())) {
                if !word.is_empty() && !words.contains(&word) && words.len() < MOST_WORDS {
                    words.push(word);
                }
            }
        }
        Self(words)
    }

    /// True when there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the index is asked: every three letters of every word. `None` when no word has three.
    pub fn trigrams(&self) -> Option<String> {
        let mut asked: Vec<String> = Vec::new();
        for word in &self.0 {
            let letters: Vec<char> = word.chars().collect();
            // Between two words of a phrase the text may have the end of a line.
            for three in letters.windows(3).filter(|three| !three.contains(&' ')) {
                let three: String = three.iter().collect();
                asked.push(format!("\"{}\"", three.replace('"', "\"\"")));
            }
        }
        asked.dedup();
        asked.truncate(MOST_TRIGRAMS);
        if asked.is_empty() { None } else { Some(asked.join(" AND ")) }
    }

    /// True when every word stands in the text.
    pub fn are_in(&self, text: &str) -> bool {
        // Letters without case or accents can be looked for as they are, which is ten times as fast.
        let is_plain = |word: &str| word.chars().all(|c| ('\u{2e80}'..'\u{ff00}').contains(&c));
        if self.0.iter().any(|word| is_plain(word) && !text.contains(word.as_str())) {
            return false;
        }
        let folded = fold(text);
        self.0.iter().all(|word| folded.contains(word.as_str()))
    }

    /// The same of a text in Markdown, to be read in a line. Whoever looks for the marks themselves sees them.
    pub fn snippet_of_markdown(&self, text: &str) -> Vec<Piece> {
        let plain = unmarked(text);
        if self.are_in(&plain) { self.snippet(&plain) } else { self.snippet(text) }
    }

    /// True when some word stands in the text.
    pub fn any_in(&self, text: &str) -> bool {
        let folded = fold(text);
        self.0.iter().any(|word| folded.contains(word.as_str()))
    }

    /// The text around the longest word, or its beginning when no word stands in it.
    pub fn snippet(&self, text: &str) -> Vec<Piece> {
        let text = text.trim();
        let folded = Folded::of(text);
        let longest = self.0.iter().max_by_key(|word| word.len());
        let at = longest.and_then(|word| folded.text.find(word.as_str())).map_or(0, |at| folded.at(at));
        let (from, to) = window(text, at);
        let mut pieces = Line::default();
        if from > 0 {
            pieces.push("… ", false);
        }
        let mut done = from;
        for found in self.places(&folded, from..to) {
            pieces.push(&text[done..found.start], false);
            pieces.push(&text[found.start..found.end], true);
            done = found.end;
        }
        pieces.push(&text[done..to], false);
        if to < text.len() {
            pieces.push(" …", false);
        }
        pieces.0
    }

    /// Where the words stand within a part of the text: in order, and no two over each other.
    fn places(&self, folded: &Folded, part: Range<usize>) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for word in &self.0 {
            let found = folded.text.match_indices(word.as_str());
            let found = found.map(|(at, _)| folded.at(at)..folded.at(at + word.len()));
            let found = found.skip_while(|place| place.start < part.start);
            places.extend(found.take_while(|place| place.end <= part.end));
        }
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut end = 0;
        places.retain(|place| {
            let is_free = place.start >= end && !place.is_empty();
            if is_free {
                end = place.end;
            }
            is_free
        });
        places
    }
}

/// A part of the text from the beginning of a word to the end of one, if they are not too long.
fn window(text: &str, at: usize) -> (usize, usize) {
    let from = text.floor_char_boundary(at.saturating_sub(AROUND.0));
    let to = text.ceil_char_boundary(text.len().min(at + AROUND.1));
    let begin = if from == 0 { 0 } else { text[from..at].find(' ').map_or(from, |space| from + space + 1) };
    let end = if to == text.len() { to } else { text[at..to].rfind(' ').map_or(to, |space| at + space) };
    (begin, end)
}

/// One line of pieces: each row of spaces and line ends is one space, and nothing in it is hidden.
#[derive(Default)]
struct Line(Vec<Piece>);

impl Line {
    fn push(&mut self, text: &str, is_found: bool) {
        let mut line = String::new();
        for c in text.chars().filter(|c| !is_invisible(*c)) {
            let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
            let before =
                line.chars().next_back().or(self.0.last().and_then(|last| last.text.chars().next_back()));
            if c != ' ' || before.is_some_and(|before| before != ' ') {
                line.push(c);
            }
        }
        match self.0.last_mut() {
            _ if line.is_empty() => {}
            Some(last) if last.is_found == is_found => last.text.push_str(&line),
            _ => self.0.push(Piece { text: line, is_found }),
        }
    }
}

/// A text as it is compared, and where in the text each of its bytes comes from.
struct Folded {
    text: String,
    from: Vec<usize>,
    end: usize,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded = Self { text: String::new(), from: Vec::new(), end: text.len() };
        for (at, c) in text.char_indices() {
            if let Some(c) = plain(c) {
                folded.text.push(c);
                folded.from.resize(folded.text.len(), at);
            }
        }
        folded
    }

    fn at(&self, place: usize) -> usize {
        self.from.get(place).copied().unwrap_or(self.end)
    }
}

fn fold(text: &str) -> String {
    text.chars().filter_map(plain).collect()
}

/// The letter as a small one without its accents, and a space for all that separates words; nothing for an accent that stands alone.
fn plain(letter: char) -> Option<char> {
    if letter.is_whitespace() {
        return Some(' ');
    }
    if letter.is_ascii() {
        return Some(letter.to_ascii_lowercase());
    }
    if is_accent(letter) {
        return None;
    }
    let mut letter = letter;
    loop {
        match CanonicalDecompositionBorrowed::new().decompose(letter) {
            Decomposed::Expansion(base, accent) if is_accent(accent) => letter = base,
            _ => return letter.to_lowercase().next(),
        }
    }
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str, text: &str) -> String {
        let mark = |piece: Piece| if piece.is_found { format!("[{}]", piece.text) } else { piece.text };
        Words::of(query).snippet(text).into_iter().map(mark).collect()
    }

    #[test]
    fn case_and_accents_do_not_matter_and_the_text_is_shown_as_it_is() {
        assert_eq!(
            shown("muller STRASSE", "Herr Müller, Lange Strasse 4"),
            "Herr [Müller], Lange [Strasse] 4"
        );
        assert_eq!(shown("Mu\u{308}ller", "MÜLLER"), "[MÜLLER]");
        assert_eq!(shown("한국", "나는 한국어"), "나는 [한국]어");
        assert!(!Words::of("가").are_in("각"), "another syllable");
    }

    #[test]
    fn words_in_quotes_are_one_and_a_word_inside_another_is_marked_once() {
        assert!(Words::of("\"heat pump\"").are_in("A heat pump"));
        assert!(!Words::of("\"heat pump\"").are_in("Heat the pump"));
        assert!(Words::of("\"heat pump\"").are_in("A heat\npump"), "also over the end of a line");
        assert_eq!(shown("heat eat", "a heater to eat"), "a [heat]er to [eat]");
    }

    #[test]
    fn a_long_text_is_cut_between_words_on_one_honest_line() {
        let text = format!("{}\n\n a needle\tin\u{202e} it {}", "before ".repeat(40), "after ".repeat(60));
        let line = shown("needle", &text);
        assert!(line.starts_with("… before ") && line.ends_with("after …"), "{line}");
        assert!(line.contains("before a [needle] in it after"), "{line}");
        assert!(line.len() < 260);
    }

    #[test]
    fn whatever_is_asked_is_a_query() {
        for query in
            ["\"", "\"\"\"a b", "a OR b* NEAR(c) -d ^e {f}: g", "\0\u{1}", "👩‍👩‍👧 🇩🇪", &"x'\"".repeat(2_000)]
        {
            let words = Words::of(query);
            let _ = (words.trigrams(), words.are_in(query), words.snippet(query));
        }
        assert!(Words::of(" \t\0\"\" ").is_empty());
        assert_eq!(Words::of("a\"bc\"d").trigrams(), None);
        assert_eq!(Words::of("it's").trigrams().unwrap(), "\"it'\" AND \"t's\"");
    }
}
