//! Edits: exact, and when they do not fit, what the model is told.

use crate::folder::Folder;
use meanwhile_tool::Detail;
use serde_json::{Value, json};

const CODE: &str = "fn one() {\n    call(1);\n}\n\nfn two() {\n    call(2);\n}\n";

fn edit(old: &str, new: &str) -> Value {
    json!({ "path": "a.rs", "old": old, "new": new })
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_nothing_else() {
    let folder = Folder::new(&[("a.rs", CODE)]);
    let planned = folder.plan("edit_file", edit("call(2)", "call(3)")).unwrap();
    assert_eq!(planned.summary, "Edit a.rs");
    let Detail::Diff { text, added: 1, removed: 1, is_new: false, .. } = planned.detail else {
        panic!("a diff")
    };
    assert!(text.contains("-    call(2);\n+    call(3);\n"), "{text}");
    let done = folder.run("edit_file", edit("call(2)", "call(3)")).await.unwrap();
    assert_eq!((done.fact.as_str(), done.is_error), ("+1 \u{2212}1", false));
    assert_eq!(folder.read("a.rs"), CODE.replace("call(2)", "call(3)"));
}

#[tokio::test]
async fn an_edit_that_fits_twice_names_the_lines_unless_all_are_meant() {
    let folder = Folder::new(&[("a.rs", CODE)]);
    let refusal = folder.refusal("edit_file", edit("call(", "go(")).await;
    assert_eq!(
        refusal,
        "`old` stands in a.rs 2 times, at lines 2, 6: take more of what is around it, or say `all`"
    );
    let all = json!({ "path": "a.rs", "old": "call(", "new": "go(", "all": true });
    folder.run("edit_file", all).await.unwrap();
    assert_eq!(folder.read("a.rs"), CODE.replace("call(", "go("));
}

#[tokio::test]
async fn an_edit_with_other_white_space_is_told_how_it_really_stands_there() {
    let folder = Folder::new(&[("a.rs", CODE)]);
    let refusal = folder.refusal("edit_file", edit("fn two() {\n  call(2);\n}", "x")).await;
    let expected = "`old` is not in a.rs, but at line 5 the same stands with other white space:\n     \
                    5\tfn two() {\n     6\t    call(2);\n     7\t}\n";
    assert_eq!(refusal, expected);
    assert_eq!(folder.read("a.rs"), CODE);
}

#[tokio::test]
async fn an_edit_of_what_is_not_there_is_told_what_is_nearest() {
    let folder = Folder::new(&[("a.rs", CODE)]);
    let refusal = folder.refusal("edit_file", edit("    cell(2);", "x")).await;
    let expected =
        "`old` is not in a.rs. Nearest to its first line is line 6 of 7 lines:\n     6\t    call(2);\n";
    assert_eq!(refusal, expected);
    let refusal = folder.refusal("edit_file", edit("SELECT * FROM somewhere_else", "x")).await;
    assert_eq!(refusal, "`old` is not in a.rs, and nothing there is like it: read the file first");
}

#[tokio::test]
async fn edits_that_say_nothing_are_refused() {
    let folder = Folder::new(&[("a.rs", CODE), ("a.bin", "\0\0")]);
    let refusal = folder.refusal("edit_file", edit("", "x")).await;
    assert_eq!(refusal, "`old` is empty: use write_file for a whole file");
    assert_eq!(folder.refusal("edit_file", edit("x", "x")).await, "`old` and `new` are the same");
    let refusal = folder.refusal("edit_file", json!({ "path": "a.bin", "old": "x", "new": "y" })).await;
    assert_eq!(refusal, "a.bin is no text in UTF-8 and not edited");
    let refusal = folder.refusal("edit_file", json!({ "path": "b.rs", "old": "x", "new": "y" })).await;
    assert_eq!(refusal, "b.rs is not there; list_folder says what is");
}

#[tokio::test]
async fn line_ends_of_windows_stay() {
    let folder = Folder::new(&[("a.rs", "one\r\ntwo\r\nthree\r\n")]);
    folder.run("edit_file", edit("one\ntwo\n", "1\n2\n")).await.unwrap();
    assert_eq!(folder.read("a.rs"), "1\r\n2\r\nthree\r\n");
}

#[tokio::test]
async fn an_edit_that_would_make_a_file_too_large_is_refused_before_it_is_made() {
    let folder = Folder::new(&[("a.rs", &"x".repeat(300 << 10))]);
    let all = json!({ "path": "a.rs", "old": "x", "new": "y".repeat(1 << 20), "all": true });
    assert_eq!(folder.refusal("edit_file", all).await, "a.rs would have more than 10 MiB");
    let one = json!({ "path": "a.rs", "old": "x", "new": "y", "all": true });
    assert!(folder.refusal("edit_file", one).await.contains("Write it in pieces"));
}

#[tokio::test]
async fn what_is_nearest_is_not_looked_for_without_end() {
    let near = format!("{}z\n", "ab".repeat(199));
    let folder = Folder::new(&[("a.rs", &near.repeat(20_000)), ("b.rs", &"x\n".repeat(20_000))]);
    let far = "ba".repeat(200);
    let began = std::time::Instant::now();
    assert!(folder.refusal("edit_file", edit(&far, "x")).await.contains("`old` is not in a.rs"));
    let long = json!({ "path": "b.rs", "old": format!("{}y", "x\n".repeat(10_000)), "new": "z" });
    assert!(folder.refusal("edit_file", long).await.contains("`old` is not in b.rs"));
    assert!(began.elapsed().as_secs() < 60, "it would take many minutes otherwise: {:?}", began.elapsed());
}
