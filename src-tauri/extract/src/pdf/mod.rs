//! PDF, page by page.

mod layout;

use crate::{ExtractError, Kind, Part, Progress, Said, Say};
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use layout::Layout;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) fn read(file: Vec<u8>, say: Say<'_>) -> Result<(), ExtractError> {
    let is_torn = !file[file.len().saturating_sub(END)..].windows(5).any(|bytes| bytes == b"%%EOF");
    let pdf = Pdf::new(file).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            ExtractError::Protected { kind: Kind::Pdf }
        }
        _ => DAMAGED,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(DAMAGED);
    }
    let cache = InterpreterCache::new();
    let (mut empty, mut broken, mut garbled) = (Vec::new(), Vec::new(), Vec::new());
    say(Said::Progress(Progress { done: 0, of: pages.len() }))?;
    for (at, page) in pages.iter().enumerate() {
        let number = at + 1;
        // One bad page of a book takes nothing from the others.
        match catch_unwind(AssertUnwindSafe(|| laid_out(&pdf, page, &cache))) {
            Err(_) => broken.push(number),
            Ok(layout) => {
                if layout.is_garbled() {
                    garbled.push(number);
                }
                let text = layout.into_text();
                match text.is_empty() {
                    true => empty.push(number),
                    false => say(Said::Part(Part { label: format!("page {number}"), text }))?,
                }
            }
        }
        say(Said::Progress(Progress { done: number, of: pages.len() }))?;
    }
    let has_text = empty.len() + broken.len() < pages.len();
    // What is there of a file that broke off can look like scanned pages, and is none.
    if !has_text && (is_torn || !broken.is_empty()) {
        return Err(DAMAGED);
    }
    let torn = is_torn.then(|| "The file breaks off, so something may be missing at its end.".to_owned());
    let notes = [
        torn,
        note(&broken, "could not be read, because the file is damaged there."),
        note(&garbled, "may be wrong, because the file does not say which letters its signs are."),
        note(&empty, "has no text. Scanned pages have none; attach them as pictures to a model that sees."),
    ];
    notes.into_iter().flatten().try_for_each(|note| say(Said::Note(note)))
}

/// Bytes at the end of a file among which its end mark stands. Source: what readers have always looked through.
const END: usize = 1024;

const DAMAGED: ExtractError = ExtractError::Damaged { kind: Kind::Pdf };

fn laid_out<'a>(pdf: &'a Pdf, page: &Page<'a>, cache: &InterpreterCache<'a>) -> Layout {
    let (width, height) = page.render_dimensions();
    let sheet = Rect::new(0.0, 0.0, width.into(), height.into());
    let settings = InterpreterSettings::default();
    let mut context = Context::new(Affine::IDENTITY, sheet, cache, pdf.xref(), settings);
    let mut layout = Layout::default();
    interpret_page(page, &mut context, &mut layout);
    layout
}

/// `Page 3 …`, `Pages 3, 5–9: each …`; nothing for none.
fn note(pages: &[usize], what: &str) -> Option<String> {
    let ranges = pages.chunk_by(|one, next| one + 1 == *next).map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}–{last}"),
        [] => String::new(),
    });
    let ranges = ranges.collect::<Vec<_>>().join(", ");
    match pages {
        [] => None,
        [_] => Some(format!("Page {ranges} {what}")),
        _ => Some(format!("Pages {ranges}: each {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn pages_are_named_shortly() {
        assert_eq!(note(&[], "is empty."), None);
        assert_eq!(note(&[7], "is empty.").as_deref(), Some("Page 7 is empty."));
        assert_eq!(note(&[1, 2, 3, 5, 8, 9], "").as_deref(), Some("Pages 1–3, 5, 8–9: each "));
    }
}
