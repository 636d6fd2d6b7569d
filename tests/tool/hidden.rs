//! Nothing that a person agrees to can hide from them.

use crate::folder::Folder;
use meanwhile_tool::{Detail, visible};
use serde_json::json;

// F59
#[test]
fn letters_that_nobody_sees_are_seen_in_a_diff() {
    let folder = Folder::new(&[("a.rs", "let admin = false;\n")]);
    let hidden = "let admin = true; // \u{202e}eslaf\u{2066}\u{200b}\u{feff}\u{e0041}\u{1b}[2K\r\u{ad}\n";
    let planned = folder.plan("write_file", json!({ "path": "a.rs", "content": hidden })).unwrap();
    let Detail::Diff { text, .. } = planned.detail else { panic!("a diff") };
    let seen =
        "+let admin = true; // \\u{202e}eslaf\\u{2066}\\u{200b}\\u{feff}\\u{e0041}\\u{1b}[2K\\u{d}\\u{ad}\n";
    assert!(text.ends_with(seen), "{text}");
}

// F59
#[test]
fn letters_that_nobody_sees_are_seen_in_names_and_commands() {
    let folder = Folder::new(&[]);
    let planned = folder.plan("write_file", json!({ "path": "a\u{202e}txt.exe", "content": "" })).unwrap();
    assert_eq!(planned.summary, "Create a\\u{202e}txt.exe");
    let planned = folder.plan("run_command", json!({ "command": "ls\u{200b}\u{1b}[8m; rm -r ." })).unwrap();
    let Detail::Command { line, .. } = planned.detail else { panic!("a command") };
    assert_eq!(line, "ls\\u{200b}\\u{1b}[8m; rm -r .");
}

// F59
#[test]
fn a_command_of_many_lines_is_one_line_in_short_and_whole_in_full() {
    let folder = Folder::new(&[]);
    let command = format!("echo {}\nrm -r .", "x".repeat(500));
    let planned = folder.plan("run_command", json!({ "command": command })).unwrap();
    assert!(planned.summary.chars().count() <= 121 && planned.summary.ends_with('…'), "{}", planned.summary);
    let Detail::Command { line, .. } = planned.detail else { panic!("a command") };
    assert_eq!(line, command);
}

const LINE: &str = "a line that is quite long for what it says\n";

// F59
#[tokio::test]
async fn what_is_too_long_to_be_shown_whole_is_not_written() {
    let folder = Folder::new(&[("there", &"x\n".repeat(20_000))]);
    let refused = "this is more than the user can be shown at once (256 KiB). Write it in pieces: a beginning with write_file, \
                   then the rest with several edit_file";
    for (tool, arguments) in [
        ("write_file", json!({ "path": "a", "content": LINE.repeat(20_000) })),
        ("write_file", json!({ "path": "there", "content": "x".repeat(257 << 10) })),
        // Hidden letters are longer when they are seen.
        ("write_file", json!({ "path": "a", "content": "\u{200b}".repeat(50_000) })),
        ("edit_file", json!({ "path": "there", "old": "x", "new": LINE, "all": true })),
    ] {
        let path = arguments["path"].as_str().unwrap().to_owned();
        assert_eq!(folder.refusal(tool, arguments).await, format!("{path}: {refused}"));
    }
    assert_eq!(folder.all().len(), 1);
    assert_eq!(folder.read("there"), "x\n".repeat(20_000));
}

// F59
#[test]
fn of_a_long_file_that_is_replaced_the_new_text_is_shown_whole() {
    let folder = Folder::new(&[("a", &LINE.repeat(20_000))]);
    let planned = folder.plan("write_file", json!({ "path": "a", "content": "rm -r .\nend" })).unwrap();
    let Detail::Diff { text, added, removed, .. } = planned.detail else { panic!("a diff") };
    let end = "... before: 20000 lines, not shown\n+rm -r .\n+end\n\\ No newline at end of file\n";
    assert!(text.ends_with(end), "{text}");
    assert_eq!((added, removed), (2, 20_000));
}

// F59
#[test]
fn a_long_file_that_is_deleted_says_how_much_is_not_shown() {
    let folder = Folder::new(&[("a", &LINE.repeat(20_000))]);
    let planned = folder.plan("delete_file", json!({ "path": "a" })).unwrap();
    let Detail::Diff { text, removed, .. } = planned.detail else { panic!("a diff") };
    assert!(text.len() <= 256 << 10, "{}", text.len());
    assert_eq!(removed, 20_000);
    assert!(text.ends_with("lines more not shown\n"), "{}", &text[text.len() - 100..]);
}

// F59
#[test]
fn a_text_in_the_place_of_what_was_none_is_shown_whole() {
    let folder = Folder::new(&[]);
    for (path, before) in [("latin", &b"gr\xfc\xdfe\n"[..]), ("zeros", &b"\0\0\0"[..])] {
        folder.write(path, before);
        let planned = folder.plan("write_file", json!({ "path": path, "content": "one\ntwo\n" })).unwrap();
        let Detail::Diff { text, added, removed, is_new, .. } = planned.detail else { panic!("a diff") };
        let count = before.len();
        let shown = format!("... before: {count} bytes, which are no text\n+one\n+two\n");
        assert!(text.ends_with(&shown), "{text}");
        assert_eq!((added, removed, is_new), (2, 0, false));
    }
}

// F59
#[tokio::test]
async fn a_zero_byte_is_written_by_no_tool() {
    let folder = Folder::new(&[("a", "one\n")]);
    let refused = "a: what is written has to be text, and there is a zero byte (\\u0000) in this";
    for (tool, arguments) in [
        ("write_file", json!({ "path": "a", "content": "\0rm -r ." })),
        ("edit_file", json!({ "path": "a", "old": "one", "new": "rm -r .\0" })),
    ] {
        assert_eq!(folder.refusal(tool, arguments).await, refused);
    }
    assert_eq!(folder.read("a"), "one\n");
}

// F59
#[test]
fn every_letter_that_nobody_sees_is_seen_as_its_number() {
    for letter in ['\u{fe0f}', '\u{fff0}', '\u{fff8}', '\u{1bca0}', '\u{1bca3}', '\u{2800}', '\u{200d}'] {
        assert_eq!(visible(&format!("a{letter}b")), format!("a\\u{{{:x}}}b", u32::from(letter)));
    }
}
