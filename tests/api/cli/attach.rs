//! Files that are asked about.

use super::with_server;
use meanwhile_support::model_server::{stop, text};
use std::fs;

/// A PNG of one pixel.
const PIXEL: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\
    \x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\xf8\x0f\x00\x01\
    \x01\x01\x00\xb1\x38\xf6\x14\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

#[tokio::test]
async fn the_text_of_a_file_stands_before_the_prompt_under_its_name() {
    let (folder, server) = with_server().await;
    server.script("m", [text("read"), stop()]);
    let file = folder.path().join("notes.md");
    fs::write(&file, "The ferry leaves at noon.").unwrap();
    let file = file.to_str().unwrap();
    let ran = folder.run(&["ask", "--model", "sim/m", "--attach", file, "When does it leave?"]).await;
    assert_eq!(ran.ok(), "read\n");
    let asked = server.requests().pop().unwrap().body["messages"][0]["content"].clone();
    assert_eq!(asked, "[notes.md]\nThe ferry leaves at noon.\n\n[end of notes.md]\n\nWhen does it leave?");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_or_sent_is_named_and_nothing_is_asked() {
    let (folder, server) = with_server().await;
    for (name, bytes, words) in [
        ("cut.pdf", &b"%PDF-1.7\n1 0 obj\n"[..], "cut.pdf: "),
        ("dot.png", PIXEL, "dot.png is a picture, and pictures cannot be sent yet. Nothing was sent"),
        ("tool", b"\x7fELF\0\0\0\0", "tool: "),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let ran = folder.run(&["ask", "--model", "sim/m", "--attach", file.to_str().unwrap(), "x"]).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(words) && ran.err.contains("Nothing was sent"), "{}", ran.err);
    }
    let missing = folder.run(&["ask", "--model", "sim/m", "--attach", "/nowhere.txt", "x"]).await;
    assert_eq!(missing.code, 2, "{missing:?}");
    assert_eq!(server.requests().len(), 0);
}
