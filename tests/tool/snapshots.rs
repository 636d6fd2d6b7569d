//! What files were, and how they come back.

use crate::folder::Folder;
use meanwhile_tool::snapshot::{
    Caps, ChangeKind, Objects, Restored, changes, diff, fingerprint, of_folder, of_paths, restore,
};
use meanwhile_tool::{Detail, ToolError};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;

fn objects(folder: &Folder) -> Objects {
    Objects::at(&folder.outside("objects"))
}

fn left(folder: &Folder, paths: &[&str]) -> BTreeMap<String, Option<String>> {
    paths.iter().map(|path| ((*path).to_owned(), fingerprint(&folder.workspace, path).unwrap())).collect()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

// F64
#[tokio::test]
async fn what_the_tools_changed_comes_back_and_nothing_else_is_touched() {
    let folder = Folder::new(&[("a.txt", "one\ntwo\n"), ("b.txt", "b\n"), ("own.txt", "mine\n")]);
    let (before, objects) = (folder.all(), objects(&folder));
    let paths = names(&["a.txt", "b.txt", "new/deep/c.txt"]);
    let manifest = of_paths(&folder.workspace, &objects, &paths).unwrap();
    folder.run("edit_file", json!({ "path": "a.txt", "old": "two", "new": "2\n3" })).await.unwrap();
    folder.run("delete_file", json!({ "path": "b.txt" })).await.unwrap();
    folder.run("write_file", json!({ "path": "new/deep/c.txt", "content": "c\n" })).await.unwrap();

    let found = changes(&folder.workspace, &objects, &manifest).unwrap();
    let told: Vec<_> = found.iter().map(|c| (c.path.as_str(), c.kind, c.added, c.removed)).collect();
    let expected = [
        ("a.txt", ChangeKind::Modified, 2, 1),
        ("b.txt", ChangeKind::Deleted, 0, 1),
        ("new/deep/c.txt", ChangeKind::Added, 1, 0),
    ];
    assert_eq!(told, expected);
    let Detail::Diff { text, .. } = diff(&folder.workspace, &objects, &manifest, "a.txt").unwrap() else {
        panic!("a diff")
    };
    assert_eq!(text, "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,3 @@\n one\n-two\n+2\n+3\n");

    let left: BTreeMap<_, _> = found.into_iter().map(|change| (change.path, change.left)).collect();
    let done = restore(&folder.workspace, &objects, &manifest, &left, None).unwrap();
    assert_eq!(done, Restored { restored: paths, conflicts: vec![] });
    assert_eq!(folder.all(), before);
    assert!(!folder.is_there("new"), "the folders that were made for it go with it");
    assert_eq!(changes(&folder.workspace, &objects, &manifest).unwrap(), []);
    let again = restore(&folder.workspace, &objects, &manifest, &left, None).unwrap();
    assert_eq!(again.conflicts, names(&[]), "what is back already is no conflict");
}

// F64
#[tokio::test]
async fn what_a_person_changed_since_is_told_and_never_overwritten() {
    let folder = Folder::new(&[("a.txt", "a"), ("b.txt", "b"), ("c.txt", "c")]);
    let objects = objects(&folder);
    let manifest = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
    for path in ["a.txt", "b.txt", "c.txt", "d.txt"] {
        folder.run("write_file", json!({ "path": path, "content": "task" })).await.unwrap();
    }
    let left = left(&folder, &["a.txt", "b.txt", "c.txt", "d.txt"]);
    folder.write("a.txt", "task and a person");
    fs::remove_file(folder.path("b.txt")).unwrap();
    folder.write("d.txt", "a person's now");
    let only = restore(&folder.workspace, &objects, &manifest, &left, Some("a.txt")).unwrap();
    assert_eq!(only, Restored { restored: vec![], conflicts: names(&["a.txt"]) });
    let done = restore(&folder.workspace, &objects, &manifest, &left, None).unwrap();
    let expected = Restored { restored: names(&["c.txt"]), conflicts: names(&["a.txt", "b.txt", "d.txt"]) };
    assert_eq!(done, expected);
    assert_eq!(folder.read("a.txt"), "task and a person");
    assert_eq!(folder.read("c.txt"), "c");
    assert_eq!(folder.read("d.txt"), "a person's now");
    assert!(!folder.is_there("b.txt"));
}

// F64
#[test]
fn links_rights_and_folders_that_became_files_come_back() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder =
        Folder::new(&[("dir/a", "a"), ("dir/b", "b"), ("file", "file"), ("run.sh", "x"), ("t", "t")]);
    let mode = |path: &str| fs::metadata(folder.path(path)).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(folder.path("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("dir/a", folder.path("link")).unwrap();
    let (before, objects) = (folder.all(), objects(&folder));
    let manifest = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();

    fs::remove_dir_all(folder.path("dir")).unwrap();
    folder.write("dir", "a file now");
    fs::remove_file(folder.path("file")).unwrap();
    folder.write("file/deep/x", "a folder now");
    fs::set_permissions(folder.path("run.sh"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::remove_file(folder.path("link")).unwrap();
    folder.write("link", "a file now");
    fs::remove_file(folder.path("t")).unwrap();
    symlink("/etc/passwd", folder.path("t")).unwrap();

    let found = changes(&folder.workspace, &objects, &manifest).unwrap();
    let left: BTreeMap<_, _> = found.into_iter().map(|change| (change.path, change.left)).collect();
    let done = restore(&folder.workspace, &objects, &manifest, &left, None).unwrap();
    assert_eq!(done.conflicts, names(&[]));
    assert_eq!(folder.all(), before);
    assert_eq!(mode("run.sh"), 0o755);
    assert_eq!(fs::read_link(folder.path("link")).unwrap().to_str(), Some("dir/a"));
}

// F63
#[test]
fn what_is_not_covered_is_named_and_untracked_and_ignored_files_are_covered() {
    let folder = Folder::new(&[
        (".gitignore", "target/\n.env\n/node_modules\n"),
        (".env", "SECRET=1"),
        ("untracked", "x"),
        ("target/debug/x", "x"),
        ("node_modules/x", "x"),
        ("sub/.git/config", "nested"),
        ("sub/a", "a"),
        (".git/HEAD", "ref: refs/heads/main"),
        ("large", &"x".repeat(3_000)),
    ]);
    let objects = objects(&folder);
    let caps = Caps { file_bytes: 2_000, ..Caps::default() };
    let manifest = of_folder(&folder.workspace, &objects, &caps).unwrap();
    let covered: Vec<_> = manifest.entries.keys().map(String::as_str).collect();
    assert_eq!(covered, [".env", ".gitignore", "sub/a", "untracked"]);
    let left_out: Vec<_> = manifest.left_out.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(left_out, [".git", "large", "node_modules", "sub/.git", "target"]);

    // What is ignored now and was not then is still seen.
    folder.write(".gitignore", "*\n");
    folder.write("untracked", "y");
    folder.write("hidden/new", "z");
    folder.write("target/debug/y", "y");
    let found = changes(&folder.workspace, &objects, &manifest).unwrap();
    let paths: Vec<_> = found.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, [".gitignore", "hidden/new", "untracked"]);
}

// F63
#[test]
fn a_folder_that_is_too_large_has_no_snapshot_and_that_is_said() {
    let folder = Folder::new(&[("a", "12345"), ("b", "12345"), ("c", "12345")]);
    let objects = objects(&folder);
    let of = |caps: Caps| of_folder(&folder.workspace, &objects, &caps);
    let refused = of(Caps { files: 2, ..Caps::default() });
    assert_eq!(refused, Err(ToolError::NoSnapshot("it has more than 2 files".to_owned())));
    let refused = of(Caps { total_bytes: 14, ..Caps::default() });
    assert!(matches!(refused, Err(ToolError::NoSnapshot(_))), "{refused:?}");
    assert!(of(Caps { total_bytes: 15, files: 3, ..Caps::default() }).is_ok());
    let left = fs::read_dir(folder.outside("objects")).unwrap();
    let new = left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("new"));
    assert_eq!(new.count(), 0, "nothing half made is left");
}

#[test]
fn the_same_bytes_are_kept_once_and_for_the_user_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let text = "x".repeat(3 << 20);
    let folder = Folder::new(&[("a", &text), ("b", &text), ("c", "small"), ("d", "small")]);
    let objects = objects(&folder);
    let first = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
    let second = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
    assert_eq!(first, second);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.outside("objects")).unwrap() {
        for file in fs::read_dir(entry.unwrap().path()).unwrap() {
            files.push(file.unwrap().metadata().unwrap());
        }
    }
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|file| file.permissions().mode() & 0o777 == 0o600));
}

// F64
#[test]
fn bytes_that_were_damaged_are_never_put_back() {
    let folder = Folder::new(&[("a", "before")]);
    let objects = objects(&folder);
    let manifest = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
    let hash = manifest.entries["a"].as_ref().unwrap().hash.clone();
    fs::write(folder.outside("objects").join(&hash[..2]).join(&hash[2..]), "another").unwrap();
    folder.write("a", "after");
    let left = left(&folder, &["a"]);
    let done = restore(&folder.workspace, &objects, &manifest, &left, None);
    assert!(matches!(done, Err(ToolError::NoSnapshot(_))), "{done:?}");
    assert_eq!(folder.read("a"), "after");
}
