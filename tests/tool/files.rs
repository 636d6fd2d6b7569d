//! What the tools for files do when all is well, and how they say what they left out.

use crate::folder::Folder;
use meanwhile_tool::{Detail, Effect, Limits, ToolError, run, specs};
use serde_json::json;

#[test]
fn every_tool_has_a_schema_and_says_what_it_does_to_the_computer() {
    let effects: Vec<_> = specs().into_iter().map(|spec| (spec.name, spec.effect)).collect();
    let expected = [
        ("list_folder", Effect::Read),
        ("read_file", Effect::Read),
        ("search_files", Effect::Read),
        ("write_file", Effect::Write),
        ("edit_file", Effect::Write),
        ("delete_file", Effect::Write),
        ("run_command", Effect::Run),
    ];
    assert_eq!(
        effects, expected,
        "a prompt that does not change is cheaper, so the order is always the same"
    );
    for spec in specs() {
        assert_eq!(spec.parameters["type"], "object", "{}", spec.name);
        assert_eq!(spec.parameters["additionalProperties"], false, "{}", spec.name);
    }
}

#[tokio::test]
async fn a_folder_is_listed_without_what_is_ignored_which_is_named() {
    let folder = Folder::new(&[
        (".gitignore", "target/\n*.log\n"),
        ("src/main.rs", "fn main() {}\n"),
        ("src/deep/er/down.rs", ""),
        ("target/debug/big", "x"),
        ("run.log", "x"),
        (".git/config", "[core]\n"),
    ]);
    let text = folder.text("list_folder", json!({})).await;
    let expected = ".gitignore  14 B\nsrc/\nsrc/deep/\nsrc/main.rs  13 B\n\n\
                    ignored and not looked into: .git/, run.log, target/";
    assert_eq!(text, expected);
    assert_eq!(
        folder.text("list_folder", json!({ "path": "src/deep/er" })).await,
        "src/deep/er/down.rs  0 B"
    );
    assert_eq!(folder.text("list_folder", json!({ "path": "target", "depth": 1 })).await, "target/debug/");
    assert_eq!(folder.refusal("list_folder", json!({ "path": "nowhere" })).await, "nowhere is not there");
}

#[tokio::test]
async fn a_list_that_is_too_long_says_so() {
    let folder = Folder::new(&[]);
    for n in 0..1_100 {
        folder.write(&format!("{n:04}"), "");
    }
    let done = folder.run("list_folder", json!({})).await.unwrap();
    assert_eq!(done.fact, "1000 entries");
    assert!(done.text.ends_with("there is more than 1000 entries: list a folder below"), "{}", done.text);
}

#[tokio::test]
async fn a_file_is_read_with_the_numbers_of_its_lines() {
    let folder = Folder::new(&[("a.txt", "one\ntwo\nthree\nfour\n")]);
    let done = folder.run("read_file", json!({ "path": "a.txt", "from_line": 2, "lines": 2 })).await.unwrap();
    assert_eq!(done.text, "     2\ttwo\n     3\tthree\n1 line more: read on with from_line 4\n");
    assert_eq!(done.fact, "2 lines");
    let whole = folder.path("a.txt");
    let text = folder.text("read_file", json!({ "path": whole })).await;
    assert!(text.starts_with("     1\tone\n"), "a path from the root of the disk is fine inside: {text}");
    let refusal = folder.refusal("read_file", json!({ "path": "a.txt", "from_line": 9 })).await;
    assert_eq!(refusal, "a.txt has only 4 lines");
}

#[tokio::test]
async fn a_file_that_is_no_text_or_too_large_is_refused_in_a_sentence() {
    let folder = Folder::new(&[("a.png", "\u{89}PNG\0\0"), ("large", &"x".repeat(11 << 20)), ("sub/x", "")]);
    let refusal = folder.refusal("read_file", json!({ "path": "a.png" })).await;
    assert_eq!(refusal, "a.png is no text: 7 bytes of another kind of file");
    assert_eq!(
        folder.refusal("read_file", json!({ "path": "large" })).await,
        "large has more than 10240 KiB"
    );
    assert_eq!(folder.refusal("read_file", json!({ "path": "sub" })).await, "sub is a folder and no file");
}

#[tokio::test]
async fn a_long_file_is_read_piece_by_piece() {
    let text: String = (1..=5_000).map(|n| format!("{n} {}\n", "x".repeat(60))).collect();
    let folder = Folder::new(&[("a.txt", &text)]);
    let (mut from, mut seen) = (1, 0);
    while from <= 5_000 {
        let read = json!({ "path": "a.txt", "from_line": from, "lines": 5_000 });
        let done = folder.run("read_file", read).await.unwrap();
        assert!(done.text.len() <= Limits::default().result_bytes);
        let lines = done.text.lines().filter(|line| line.contains('\t')).count();
        from += lines;
        seen += lines;
    }
    assert_eq!(seen, 5_000);
}

#[tokio::test]
async fn words_are_found_with_path_and_line() {
    let folder = Folder::new(&[
        (".gitignore", "target/\n"),
        ("a.rs", "fn main() {}\nlet a = [1];\n"),
        ("sub/b.md", "see [1]\n"),
        ("target/c.rs", "[1]\n"),
        ("d.bin", "\0[1]"),
    ]);
    let done = folder.run("search_files", json!({ "text": "[1]" })).await.unwrap();
    assert_eq!(done.text, "a.rs:2: let a = [1];\nsub/b.md:1: see [1]");
    assert_eq!(done.fact, "2 matches in 2 files");
    let one = json!({ "regex": r"^see \[\d\]$", "glob": "*.md" });
    assert_eq!(folder.text("search_files", one).await, "sub/b.md:1: see [1]");
    let one = json!({ "text": "main", "path": "a.rs" });
    assert_eq!(folder.text("search_files", one).await, "a.rs:1: fn main() {}");
    let none = json!({ "text": "main", "path": "sub" });
    assert_eq!(folder.text("search_files", none).await, "nothing found in 1 file");
    let refusal = folder.refusal("search_files", json!({ "regex": "(" })).await;
    assert!(refusal.contains("unclosed group"), "{refusal}");
    let refusal = folder.refusal("search_files", json!({})).await;
    assert_eq!(refusal, "say either `text` or `regex`");
}

#[tokio::test]
async fn a_file_is_written_with_the_folders_it_needs() {
    let folder = Folder::new(&[]);
    let write = json!({ "path": "a/b/c.txt", "content": "one\ntwo\n" });
    let planned = folder.plan("write_file", write.clone()).unwrap();
    assert_eq!(planned.effect, Effect::Write);
    assert_eq!(planned.summary, "Create a/b/c.txt");
    assert_eq!(planned.writes, ["a/b/c.txt"]);
    let Detail::Diff { path, text, added, removed, is_new } = planned.detail else { panic!("a diff") };
    assert_eq!((path.as_str(), added, removed, is_new), ("a/b/c.txt", 2, 0, true));
    assert_eq!(text, "--- /dev/null\n+++ b/a/b/c.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n");
    assert_eq!(folder.all(), [], "a plan changes nothing");

    let done = folder.run("write_file", write).await.unwrap();
    assert_eq!(done.fact, "+2 \u{2212}0");
    assert_eq!(
        folder.all(),
        [("a/b/c.txt".to_owned(), "one\ntwo\n".to_owned())],
        "and leaves nothing beside it"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_keeps_its_rights_when_it_is_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new(&[("run.sh", "old")]);
    let mode = std::fs::Permissions::from_mode(0o750);
    std::fs::set_permissions(folder.path("run.sh"), mode).unwrap();
    folder.run("write_file", json!({ "path": "run.sh", "content": "new" })).await.unwrap();
    assert_eq!(std::fs::metadata(folder.path("run.sh")).unwrap().permissions().mode() & 0o7777, 0o750);
}

#[tokio::test]
async fn a_file_is_deleted_with_a_diff_of_all_that_goes() {
    let folder = Folder::new(&[("a.txt", "one\n")]);
    let planned = folder.plan("delete_file", json!({ "path": "./a.txt" })).unwrap();
    assert_eq!(planned.summary, "Delete a.txt");
    let Detail::Diff { text, .. } = planned.detail else { panic!("a diff") };
    assert_eq!(text, "--- a/a.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n");
    folder.run("delete_file", json!({ "path": "a.txt" })).await.unwrap();
    assert!(!folder.is_there("a.txt"));
    let refusal = folder.refusal("delete_file", json!({ "path": "a.txt" })).await;
    assert_eq!(refusal, "a.txt is not there; list_folder says what is");
}

#[tokio::test]
async fn a_call_that_makes_no_sense_is_answered_with_what_would() {
    let folder = Folder::new(&[]);
    let refusal = folder.refusal("rm", json!({})).await;
    let known = specs().iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ");
    assert_eq!(refusal, format!("there is no tool `rm`; there are: {known}"));
    let refusal = folder.refusal("read_file", json!({ "file": "a" })).await;
    assert!(refusal.contains("unknown field `file`, expected one of `path`"), "{refusal}");
    let refusal = folder.refusal("write_file", json!({ "path": "a" })).await;
    assert!(refusal.contains("missing field `content`"), "{refusal}");
    let none = run(&folder.workspace, "list_folder", "", None, &Limits::default()).await.unwrap();
    assert_eq!(none.text, "there is nothing", "no arguments at all are none");
    let broken = run(&folder.workspace, "list_folder", "{", None, &Limits::default()).await;
    assert!(matches!(broken, Err(ToolError::Arguments(_))), "{broken:?}");
}

#[tokio::test]
async fn what_is_too_long_for_the_model_is_cut_in_the_middle() {
    let text: String = (0..300).map(|n| format!("needle {n:03} {}\n", "ü".repeat(100))).collect();
    let folder = Folder::new(&[("a.txt", &text)]);
    let limits = Limits { result_bytes: 4_000, ..Limits::default() };
    let search = json!({ "text": "needle" }).to_string();
    let done = run(&folder.workspace, "search_files", &search, None, &limits).await.unwrap();
    assert!(done.text.len() <= 4_000, "{}", done.text.len());
    assert!(done.text.starts_with("a.txt:1: needle 000") && done.text.contains("needle 299"));
    assert!(done.text.contains("bytes are left out here"));
}
