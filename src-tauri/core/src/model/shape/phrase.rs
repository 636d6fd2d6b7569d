//! Sentences of a prompt, and phrases that they are held against.

use super::Shape;
use icu_normalizer::DecomposingNormalizerBorrowed;

/// The words by which a language asks for things. All of them are folded: lower case, without accents.
pub struct Language {
    /// What may stand before what is asked for.
    pub polite: &'static [&'static str],
    /// How a sentence begins that asks to be told something.
    pub questions: &'static [&'static str],
    /// How a prompt begins that asks for something small; what else stands in it is what that is done to.
    pub small: &'static [&'static str],
    /// Words of something short, or of a program to be written: their sentence asks for nothing long.
    pub short: &'static [&'static str],
    /// What asks for long work, as phrases.
    pub says: &'static [(Shape, &'static [&'static str])],
}

impl Language {
    /// What these sentences ask for that takes long.
    pub fn shapes(&self, sentences: &[Vec<String>]) -> Vec<Shape> {
        let Some(first) = sentences.first() else { return Vec::new() };
        if begins(self.after_politeness(first), self.small).is_some() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for sentence in sentences {
            if sentence.iter().any(|word| self.short.contains(&word.as_str())) {
                continue;
            }
            for place in self.places(sentence) {
                for (shape, phrases) in self.says {
                    if phrases.iter().any(|phrase| matches(phrase, place)) {
                        found.push(*shape);
                    }
                }
            }
        }
        found
    }

    /// The places of a sentence where something may be asked for: its beginning, and after each `and` or comma, which is kept
    /// as a word of its own.
    fn places<'s>(&self, sentence: &'s [String]) -> Vec<&'s [String]> {
        let start = self.after_politeness(sentence);
        if begins(start, self.questions).is_some() {
            return Vec::new();
        }
        let breaks = |word: &String| word == "," || begins(std::slice::from_ref(word), JOINS).is_some();
        let later = (0..start.len()).filter(|at| start.get(*at).is_some_and(breaks));
        let later = later.filter_map(|at| start.get(at + 1..)).map(|rest| self.after_politeness(rest));
        std::iter::once(start).chain(later.filter(|rest| begins(rest, self.small).is_none())).collect()
    }

    fn after_politeness<'s>(&self, mut words: &'s [String]) -> &'s [String] {
        while let Some(more) = begins(words, self.polite) {
            words = words.get(more..).unwrap_or_default();
        }
        words
    }
}

/// Words of a sentence that are looked at: what goes on longer is no sentence, and phrases are looked for at each place of it.
const LONGEST: usize = 80;

/// What joins two requests in one sentence.
const JOINS: &[&str] = &["and", "then"];

/// Words that a number may be said in, from the smallest that is many on.
const NUMBERS: [&str; 9] = ["four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty"];
const MANY: u32 = 4;

/// Lower case, without accents.
pub fn fold(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    apart.chars().filter(|c| !is_mark(c)).flat_map(char::to_lowercase).collect()
}

/// The sentences of what is prose in a text, as words; a comma is a word. What is quoted and what looks like code is left out.
pub fn sentences(text: &str) -> Vec<Vec<String>> {
    let mut sentences = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_code = !is_code;
        } else if !is_code && is_prose(line) {
            let line = unquoted(line);
            let mut words = Vec::new();
            for piece in line.split_whitespace() {
                let ends = piece.ends_with(['.', '!', '?', ';']);
                let comma = piece.ends_with(',');
                let bare = piece.replace(['\'', '’'], "");
                words.extend(
                    bare.split(|c: char| !c.is_alphanumeric())
                        .filter(|word| !word.is_empty())
                        .map(str::to_owned),
                );
                if comma {
                    words.push(",".to_owned());
                }
                if ends {
                    sentences.push(std::mem::take(&mut words));
                }
            }
            sentences.push(words);
        }
    }
    sentences.retain(|words| !words.is_empty());
    sentences.iter_mut().for_each(|words| words.truncate(LONGEST));
    sentences
}

fn is_prose(line: &str) -> bool {
    let trimmed = line.trim();
    let marks = ["{", "}", "=>", "->", "()", "==", "</", "; do", ");", "* from"];
    !(trimmed.starts_with('>')
        || trimmed.starts_with('$')
        || line.starts_with("    ")
        || line.starts_with('\t')
        || trimmed.ends_with(';')
        || marks.iter().any(|mark| trimmed.contains(mark)))
}

/// Without what stands in quotation marks or between backticks; a mark that is never closed quotes the rest.
fn unquoted(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut until = None;
    for c in line.chars() {
        match (until, c) {
            (Some(end), c) if c == end => until = None,
            (Some(_), _) => {}
            (None, '"') => until = Some('"'),
            (None, '“' | '„') => until = Some('”'),
            (None, '«') => until = Some('»'),
            (None, '`') => until = Some('`'),
            (None, c) => plain.push(c),
        }
    }
    plain
}

/// How many words of the longest of these phrases stand at the beginning.
fn begins(words: &[String], phrases: &[&str]) -> Option<usize> {
    let stands = |phrase: &&&str| {
        let mut rest = words.iter();
        phrase.split(' ').all(|word| rest.next().is_some_and(|next| next == word))
    };
    phrases.iter().filter(stands).map(|phrase| phrase.split(' ').count()).max()
}

/// Whether a phrase stands at the beginning of these words. It is made of words, and of these:
/// `a|b` one of several words, among them `#` for a number that is many, `-a|b` not followed by one of them, `*` followed by any
/// word, `~` up to three words between, `...` any number of them.
fn matches(phrase: &str, words: &[String]) -> bool {
    let Some((head, rest)) =
        phrase.split_once(' ').map_or((!phrase.is_empty()).then_some((phrase, "")), Some)
    else {
        return true;
    };
    let next = words.first().map(String::as_str);
    let skipping = |most: usize| {
        (0..=most.min(words.len())).any(|skipped| matches(rest, words.get(skipped..).unwrap_or_default()))
    };
    let behind = words.get(1..).unwrap_or_default();
    match head {
        "~" => skipping(3),
        "..." => skipping(words.len()),
        "*" => next.is_some_and(|next| next != ",") && matches(rest, words),
        not if not.starts_with('-') => {
            let is_one = |next| not.trim_start_matches('-').split('|').any(|one| one == next);
            !next.is_some_and(is_one) && matches(rest, words)
        }
        one => {
            let is_one = |next: &str| one.split('|').any(|one| one == next || (one == "#" && is_many(next)));
            next.is_some_and(is_one) && matches(rest, behind)
        }
    }
}

fn is_many(word: &str) -> bool {
    NUMBERS.contains(&word) || word.parse::<u32>().is_ok_and(|number| number >= MANY)
}
