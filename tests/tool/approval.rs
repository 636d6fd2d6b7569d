//! What was agreed to is what happens, or nothing does.

use crate::folder::Folder;
use meanwhile_tool::{Limits, Sandbox, ToolError, Workspace, plan, run};
use serde_json::{Value, json};

async fn approved(folder: &Folder, tool: &str, arguments: &Value, basis: &str) -> Result<String, ToolError> {
    let arguments = arguments.to_string();
    let done = run(&folder.workspace, tool, &arguments, Some(basis), &Limits::default()).await;
    done.map(|done| done.text)
}

// F59
#[tokio::test]
async fn an_approval_fits_only_what_it_was_given_for() {
    let folder = Folder::new(&[("a.txt", "one\n"), ("b.txt", "one\n")]);
    let edit = json!({ "path": "a.txt", "old": "one", "new": "two" });
    let basis = folder.plan("edit_file", edit.clone()).unwrap().basis;
    assert_eq!(basis.len(), 64);
    let others = [
        ("edit_file", json!({ "path": "b.txt", "old": "one", "new": "two" })),
        ("edit_file", json!({ "path": "a.txt", "old": "one", "new": "three" })),
        ("edit_file", json!({ "path": "a.txt", "old": "one", "new": "two", "all": true })),
        ("delete_file", json!({ "path": "a.txt" })),
        ("write_file", json!({ "path": "a.txt", "content": "two" })),
        ("run_command", json!({ "command": "true" })),
        ("read_file", json!({ "path": "a.txt" })),
    ];
    let before = folder.all();
    for (tool, arguments) in others {
        let done = approved(&folder, tool, &arguments, &basis).await;
        assert_eq!(done, Err(ToolError::Changed), "{tool} {arguments}");
    }
    assert_eq!(folder.all(), before);
    approved(&folder, "edit_file", &edit, &basis).await.unwrap();
    assert_eq!(folder.read("a.txt"), "two\n");
    assert_eq!(approved(&folder, "edit_file", &edit, &basis).await, Err(ToolError::Changed), "it is used up");
}

// F59
#[tokio::test]
async fn an_approval_no_longer_fits_when_the_file_changed() {
    let folder = Folder::new(&[("a.txt", "one\n")]);
    for (tool, arguments) in [
        ("edit_file", json!({ "path": "a.txt", "old": "one", "new": "two" })),
        ("write_file", json!({ "path": "a.txt", "content": "two" })),
        ("delete_file", json!({ "path": "a.txt" })),
    ] {
        let basis = folder.plan(tool, arguments.clone()).unwrap().basis;
        folder.write("a.txt", "one, and what a person added\n");
        assert_eq!(approved(&folder, tool, &arguments, &basis).await, Err(ToolError::Changed), "{tool}");
        assert_eq!(folder.read("a.txt"), "one, and what a person added\n");
        folder.write("a.txt", "one\n");
    }
    let new = json!({ "path": "new.txt", "content": "mine" });
    let basis = folder.plan("write_file", new.clone()).unwrap().basis;
    folder.write("new.txt", "a person's");
    assert_eq!(approved(&folder, "write_file", &new, &basis).await, Err(ToolError::Changed));
    assert_eq!(folder.read("new.txt"), "a person's");
}

// F59
#[test]
fn the_same_call_in_other_words_has_the_same_basis_and_elsewhere_another() {
    let folder = Folder::new(&[("a.txt", "one\n")]);
    let basis = |text: &str| plan(&folder.workspace, "write_file", text).unwrap().basis;
    let one = basis(r#"{"path":"a.txt","content":"x"}"#);
    assert_eq!(one, basis(r#" { "content" : "\u0078", "path": "a.txt" } "#));
    let other = Folder::new(&[("a.txt", "one\n")]);
    let elsewhere = other.plan("write_file", json!({ "path": "a.txt", "content": "x" })).unwrap().basis;
    assert_ne!(one, elsewhere);
}

// F59
#[test]
fn an_approval_of_a_command_is_for_one_sandbox() {
    let folder = Folder::new(&[]);
    let planned = |sandbox| {
        let workspace = folder.workspace.clone().with_sandbox(sandbox);
        plan(&workspace, "run_command", r#"{"command":"make"}"#).unwrap()
    };
    let all = [Sandbox::Bubblewrap, Sandbox::Landlock, Sandbox::None].map(|sandbox| planned(sandbox).basis);
    assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2], "{all:?}");
}

// F61
#[test]
fn a_whole_disk_or_home_is_no_folder_to_work_in() {
    let home = std::env::home_dir().unwrap();
    for path in ["/".into(), home, "/proc".into(), "/etc".into(), "/nowhere/at/all".into()] {
        assert!(matches!(Workspace::open(&path), Err(ToolError::Folder(_))), "{path:?}");
    }
    let folder = Folder::new(&[(".git/hooks/x", ""), ("file", "")]);
    for path in [".git", ".git/hooks", "file"] {
        let opened = Workspace::open(&folder.path(path));
        assert!(matches!(opened, Err(ToolError::Folder(_))), "{path}");
    }
}
