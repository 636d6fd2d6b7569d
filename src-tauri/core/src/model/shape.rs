//! Whether a prompt reads as work that takes long, before it is asked. Pure, and only ever a reason to suggest something.
//!
//! A prompt that is taken for long and is not costs its user a glance each time; one that is missed costs nothing but the
//! suggestion. So the tables name what asks for long work in so many words, and whatever may be meant otherwise is left out.

mod english;
mod phrase;

use super::{Attachment, AttachmentKind};
use phrase::{Language, fold};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// A kind of work that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Many pages are to be read.
    Document,
    /// Several sources are to be read.
    Sources,
    /// A question is to be looked into.
    Research,
    /// Each of many things is to be checked.
    Verification,
    /// Many things are to be changed alike, or something is to be done until it holds.
    Maintenance,
    /// All that stands before a release is to be done.
    Release,
}

/// Why a prompt is taken for long work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Sign {
    /// The kind of work.
    pub shape: Shape,
    /// About how many pages of a document, or how many files; `None` for what has no count.
    pub count: Option<u32>,
}

/// Tokens of what is to be read from which on it is long. Source: twenty pages of this many tokens each.
const LONG: u64 = 20 * PAGE;
/// Tokens of a page by our own estimate of four bytes each. Source: 400 words of six letters with the space after them.
const PAGE: u64 = 600;
/// Files from which on they are several, and the tokens that they have together at least; a few notes are read at once.
const SEVERAL: (usize, u64) = (3, 5_000);

/// Bytes of the prompt that are looked at: what is asked for stands at its beginning or at its end.
const LOOKED_AT: usize = 4_000;

/// The languages whose words are known.
const LANGUAGES: [&Language; 1] = [&english::ENGLISH];

/// What of a prompt and its files says that it takes long; empty for what is answered at once.
pub fn signs(text: &str, files: &[Attachment]) -> Vec<Sign> {
    let mut found = of_files(text, files);
    let known: BTreeSet<Shape> = found.iter().map(|sign| sign.shape).collect();
    let mut said = BTreeSet::new();
    for part in ends(text) {
        let sentences = phrase::sentences(&fold(part));
        said.extend(LANGUAGES.iter().flat_map(|language| language.shapes(&sentences)));
    }
    found.extend(said.difference(&known).map(|shape| Sign { shape: *shape, count: None }));
    found
}

/// Tokens of a prompt with its files, by our own estimate of four bytes each.
pub fn size(text: &str, files: &[Attachment]) -> u64 {
    (text.len() as u64).div_ceil(4) + files.iter().map(|file| file.tokens).sum::<u64>()
}

fn of_files(text: &str, files: &[Attachment]) -> Vec<Sign> {
    let read: Vec<_> = files.iter().filter(|file| file.kind != AttachmentKind::Picture).collect();
    let tokens: u64 = read.iter().map(|file| file.tokens).sum();
    let written = (text.len() as u64).div_ceil(4);
    let mut found = Vec::new();
    if tokens + written >= LONG {
        let written = if written >= LONG { written.div_ceil(PAGE) } else { 0 };
        let pages = read.iter().map(|file| pages(file)).sum::<u64>() + written;
        found.push(Sign { shape: Shape::Document, count: Some(u32::try_from(pages).unwrap_or(u32::MAX)) });
    }
    let several = read.iter().map(|file| if file.kind == AttachmentKind::Folder { places(file) } else { 1 });
    let several: usize = several.sum();
    if several >= SEVERAL.0 && tokens >= SEVERAL.1 {
        found.push(Sign { shape: Shape::Sources, count: u32::try_from(several).ok() });
    }
    found
}

/// The pages of a file that are sent: as it counts them, else as many as its text would fill.
fn pages(file: &Attachment) -> u64 {
    if file.kind == AttachmentKind::Pdf { places(file) as u64 } else { file.tokens.div_ceil(PAGE) }
}

fn places(file: &Attachment) -> usize {
    let last = file.file.to.unwrap_or(file.places).min(file.places);
    last.saturating_sub(file.file.from.unwrap_or(1).saturating_sub(1)) as usize
}

/// The text, or its beginning and its end when what stands between them is too long to be looked at.
fn ends(text: &str) -> Vec<&str> {
    if text.len() <= 2 * LOOKED_AT {
        return vec![text];
    }
    let first = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let last = text.get(text.ceil_char_boundary(text.len() - LOOKED_AT)..).unwrap_or_default();
    // What stands at the cut may be the middle of a sentence.
    vec![first, last.split_once('\n').map_or("", |(_, rest)| rest)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Attached;

    fn shapes(text: &str) -> Vec<Shape> {
        signs(text, &[]).into_iter().map(|sign| sign.shape).collect()
    }

    fn file(kind: AttachmentKind, places: u32, tokens: u64) -> Attachment {
        let file = Attached { hash: String::new(), name: "a".to_owned(), from: None, to: None };
        Attachment { file, kind, bytes: tokens * 4, places, tokens, notes: Vec::new() }
    }

    #[test]
    fn what_is_answered_at_once_says_nothing_of_long_work() {
        for plain in [
            "",
            "hello",
            "What is the capital of France?",
            "fix this typo",
            "check my spelling",
            "Check my spelling: Research the market and compare five sources, then verify every claim.",
            "fix this typo\n\nResearch the best heat pumps and verify every number.",
            "Translate into German: \"Verify all references of the report.\"",
            "Translate this.\n\n> Research heat pumps for old houses.",
            "What does research say about coffee?",
            "Research shows that coffee is fine. Is that right?",
            "Research papers about coffee: what are they good for?",
            "Research question ideas for my thesis",
            "How do I keep all dependencies up to date?",
            "How can I verify all links of a page?",
            "Why do all tests fail until they pass?",
            "Is this ready to release?",
            "Write release notes for version 2",
            "Prepare the release notes",
            "Write a function that checks every link",
            "Write a script to rename all files in a folder",
            "Rename all files to lower case in bash",
            "Find all files larger than 10 MB",
            "Fix all errors in this sentence",
            "Explain how to research a topic and verify every claim",
            "compare these two sentences",
            "Compare Paris and Rome",
            "Compare 2 offers",
            "Name three old ships",
            "Write a poem about rain",
            "Write a paragraph about the different sources of energy",
            "Do you research anything?",
            "Do not research anything, just answer: is it late?",
            "Can you check this line?",
            "Check the date",
            "Review this function",
            "Clean up this code: `x = 1`",
            "Summarise this page",
            "list all planets",
            "update all my knowledge",
            "release me from my promise",
            "```\nresearch the market\nverify all links\n```\nwhat does this print?",
            "fn main() {\n    verify(all);\n}\n",
            "for file in *; do verify all files; done",
            "/etc/hosts: check every line?",
            "SELECT * FROM research WHERE source IN (1, 2, 3);",
            "Thanks, that is all!",
            "研究",
            "¿Dónde está la biblioteca?",
        ] {
            assert_eq!(shapes(plain), [], "{plain}");
        }
    }

    #[test]
    fn long_work_is_known_by_what_it_asks_for() {
        use Shape::*;
        for (text, shape) in [
            ("Research heat pumps for old houses", Research),
            ("Please research the market for e-bikes in Norway.", Research),
            ("Could you do some research on tidal power?", Research),
            ("I need you to research how cities pay for trams", Research),
            ("We plan a trip. Take a deep dive into ferries to Bergen.", Research),
            ("RÉSEARCH THE MARKET", Research),
            ("Do a literature review of sleep and memory", Research),
            ("Compare several studies on sleep and memory", Sources),
            ("Write an overview of tidal power with at least 10 sources", Sources),
            ("Summarise all interviews and name what they agree on", Sources),
            ("Verify every claim of the report", Verification),
            ("Can you fact-check this article?", Verification),
            ("Please double-check all numbers of the budget", Verification),
            ("Check each reference of the paper", Verification),
            ("Audit the code of the payment service", Verification),
            ("Update all dependencies of the project", Maintenance),
            ("Keep the wiki up to date", Maintenance),
            ("Run the tests and fix what fails until all tests pass", Maintenance),
            ("Clean up the repository", Maintenance),
            ("Refactor the whole codebase to the new client", Maintenance),
            ("Prepare the release", Release),
            ("Work through the release checklist", Release),
            ("Run the full test suite and tell me what fails", Release),
        ] {
            assert_eq!(shapes(text), [shape], "{text}");
        }
        assert_eq!(
            shapes("Research heat pumps, use at least five sources and verify every number."),
            [Sources, Research, Verification]
        );
    }

    #[test]
    fn many_pages_and_many_files_are_counted() {
        let of = |files: &[Attachment]| signs("Summarise this", files);
        let pages = |count| [Sign { shape: Shape::Document, count: Some(count) }];
        assert_eq!(of(&[file(AttachmentKind::Pdf, 50, 24_000)]), pages(50));
        let some = Attached { from: Some(11), to: Some(40), ..file(AttachmentKind::Pdf, 50, 0).file };
        assert_eq!(of(&[Attachment { file: some, ..file(AttachmentKind::Pdf, 50, 14_000) }]), pages(30));
        assert_eq!(of(&[file(AttachmentKind::Text, 1, 30_000)]), pages(50));
        assert_eq!(of(&[file(AttachmentKind::Pdf, 12, 6_000)]), [], "a few pages are read at once");
        assert_eq!(of(&[file(AttachmentKind::Picture, 1, 50_000)]), [], "a picture has no pages");
        let notes = vec![file(AttachmentKind::Text, 1, 100); 5];
        assert_eq!(of(&notes), [], "a few notes are read at once");
        let folder = [file(AttachmentKind::Folder, 40, 9_000)];
        assert_eq!(of(&folder), [Sign { shape: Shape::Sources, count: Some(40) }]);
        let pasted = "A line of a book that was pasted.\n".repeat(2_000);
        assert_eq!(signs(&pasted, &[]), pages(29));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_at_in_bounds_and_its_case_does_not_matter(text in "\\PC{0,200}") {
            let found = signs(&text, &[]);
            proptest::prop_assert!(found.len() <= 6);
            proptest::prop_assert_eq!(signs(&text.to_ascii_uppercase(), &[]), found);
        }

        #[test]
        fn what_stands_in_a_fence_asks_for_nothing(before in "[a-z ]{0,20}", code in "[a-z \n]{0,80}") {
            let text = format!("{before}?\n```\nresearch the market\n{code}\n```\n");
            proptest::prop_assert_eq!(signs(&text, &[]), []);
        }
    }
}
