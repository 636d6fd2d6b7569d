//! All that fuzzing found worth keeping, and bytes that were written to be hostile, in every run of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "src/lib.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Files of all corpora together, and their bytes: enough for each way through the code, and no load for the repository.
const MOST_FILES: usize = 340;
const MOST_BYTES: usize = 300 << 10;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 11] = [
    ("sse_decode", targets::sse_decode),
    ("openai_stream", targets::openai_stream),
    ("responses_stream", targets::responses_stream),
    ("anthropic_stream", targets::anthropic_stream),
    ("gemini_stream", targets::gemini_stream),
    ("ollama_stream", targets::ollama_stream),
    ("retry_after", targets::retry_after),
    ("render", targets::render),
    ("url_rules", targets::url_rules),
    ("api_body", targets::api_body),
    ("attachment", targets::attachment),
];

// F31, F32, F33, F69
#[test]
fn what_was_found_by_fuzzing_stays_true_of_every_kept_input() {
    let (mut files, mut size) = (0, 0);
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
        let before = files;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let file = entry.unwrap().path();
            let bytes = std::fs::read(&file).unwrap();
            let held = catch_unwind(AssertUnwindSafe(|| target(&bytes)));
            assert!(held.is_ok(), "{}", file.display());
            (files, size) = (files + 1, size + bytes.len());
        }
        assert!(files > before, "{name} has a corpus");
    }
    assert!(files <= MOST_FILES && size <= MOST_BYTES, "{files} files, {size} bytes: minimise them");
}
