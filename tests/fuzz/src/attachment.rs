//! Files that users attach.

use meanwhile_extract::{ExtractError, Limits, read};

/// Any file is read within its limits, or refused with a sentence.
pub fn attachment(data: &[u8]) {
    let limits = Limits {
        text_bytes: 1 << 20,
        entry_bytes: 1 << 20,
        unpacked_bytes: 2 << 20,
        pixels: 1_000_000,
        picture_side: 64,
        ..Limits::default()
    };
    match read(data.to_vec(), &limits) {
        Ok(document) => {
            assert!(document.parts.iter().all(|part| !part.label.is_empty() && !part.text.trim().is_empty()));
            assert!(document.parts.iter().map(|part| part.text.len()).sum::<usize>() <= 1 << 20);
            assert!(document.parts.iter().all(|part| !part.label.contains('\n')), "a name stays on its line");
            let small = document.picture.is_none_or(|picture| picture.width <= 64 && picture.height <= 64);
            assert!(small, "it fits the model");
        }
        Err(error) => {
            assert!(!matches!(error, ExtractError::Reader { .. }), "{error}");
            assert!(error.to_string().ends_with('.'), "{error}");
        }
    }
}
