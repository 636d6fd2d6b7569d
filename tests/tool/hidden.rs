//! Nothing that a person agrees to can hide from them.

use crate::folder::Folder;
use meanwhile_tool::Detail;
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

// F59
#[test]
fn a_huge_diff_says_how_much_it_does_not_show() {
    let folder = Folder::new(&[]);
    let content = "a line that is quite long for what it says\n".repeat(20_000);
    let planned = folder.plan("write_file", json!({ "path": "a", "content": content })).unwrap();
    let Detail::Diff { text, added, .. } = planned.detail else { panic!("a diff") };
    assert!(text.len() <= 256 << 10, "{}", text.len());
    assert_eq!(added, 20_000);
    assert!(text.ends_with("lines more not shown\n"), "{}", &text[text.len() - 100..]);
}
