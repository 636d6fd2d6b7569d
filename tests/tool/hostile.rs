//! Repositories that want to run something when somebody looks at them.

use crate::folder::Folder;
use meanwhile_tool::snapshot::{Caps, Objects, changes, diff, of_folder, of_paths, restore};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// A repository in which every command that its settings can name leaves a mark.
fn hostile() -> Folder {
    let folder = Folder::new(&[
        ("a.txt", "one\n"),
        (".gitattributes", "* filter=evil diff=evil merge=evil\n"),
        (
            ".gitmodules",
            "[submodule \"x\"]\n\tpath = sub\n\turl = ext::sh -c touch%20canary\n\tupdate = !touch canary\n",
        ),
        (".lfsconfig", "[lfs]\n\turl = https://127.0.0.1:1/\n"),
        ("sub/.git", "gitdir: ../.git/modules/x\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/MERGE_HEAD", "0000000000000000000000000000000000000000\n"),
        (".git/index", "DIRC\0\0"),
        (".git/objects/x", ""),
        (".git/refs/x", ""),
        ("bare/HEAD", "ref: refs/heads/main\n"),
        ("bare/objects/x", ""),
        ("bare/refs/x", ""),
    ]);
    let canary = folder.outside("canary");
    let touch = format!("touch {}", canary.display());
    let config = format!(
        "[core]\n\tfsmonitor = {touch}\n\thooksPath = {hooks}\n\tsshCommand = {touch}\n\teditor = {touch}\n\
         \tpager = {touch}\n\tworktree = {outside}\n\tgitProxy = {touch}\n\taskPass = {touch}\n\
         [filter \"evil\"]\n\tclean = {touch}\n\tsmudge = {touch}\n\tprocess = {touch}\n\trequired = true\n\
         [diff]\n\texternal = {touch}\n[diff \"evil\"]\n\tcommand = {touch}\n\ttextconv = {touch}\n\
         [merge \"evil\"]\n\tdriver = {touch}\n[credential]\n\thelper = !{touch}\n[include]\n\tpath = {outside}/x\n\
         [alias]\n\tstatus = !{touch}\n\tstash = !{touch}\n[gpg]\n\tprogram = {touch}\n[uploadpack]\n\tpackObjectsHook = {touch}\n",
        hooks = folder.path(".git/hooks").display(),
        outside = folder.outside("").display(),
    );
    folder.write(".git/config", &config);
    folder.write("bare/config", &config);
    for hook in
        ["pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"]
    {
        let path = format!(".git/hooks/{hook}");
        folder.write(&path, format!("#!/bin/sh\n{touch}\n"));
        fs::set_permissions(folder.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

fn of_git(folder: &Folder) -> Vec<(String, String)> {
    folder.all().into_iter().filter(|(path, _)| path.starts_with(".git/")).collect()
}

// F63
#[tokio::test]
async fn nothing_of_a_hostile_repository_runs_or_changes_when_it_is_kept_and_put_back() {
    let folder = hostile();
    let objects = Objects::at(&folder.outside("objects"));
    let (git, all) = (of_git(&folder), folder.all());
    assert!(git.len() > 8, "{git:?}");
    let whole = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
    of_paths(&folder.workspace, &objects, &["a.txt".to_owned(), "bare/config".to_owned()]).unwrap();
    folder.run("list_folder", json!({ "depth": 9 })).await.unwrap();
    folder.run("search_files", json!({ "text": "touch" })).await.unwrap();
    folder.run("write_file", json!({ "path": "a.txt", "content": "two\n" })).await.unwrap();
    folder.run("write_file", json!({ "path": "b.txt", "content": "new\n" })).await.unwrap();
    diff(&folder.workspace, &objects, &whole, "a.txt").unwrap();
    let found = changes(&folder.workspace, &objects, &whole).unwrap();
    let left: BTreeMap<_, _> = found.into_iter().map(|change| (change.path, change.left)).collect();
    let done = restore(&folder.workspace, &objects, &whole, &left, None).unwrap();
    assert_eq!(done.restored, ["a.txt", "b.txt"]);
    assert!(!folder.outside("canary").exists(), "something of the repository ran");
    assert_eq!(of_git(&folder), git, "byte for byte");
    assert_eq!(folder.all(), all);
}

// F63
#[tokio::test]
async fn lists_of_what_to_ignore_that_are_no_lists_hold_nothing_up() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[
        ("a/x", "x"),
        ("b/x", "x"),
        ("c/x", "x"),
        ("d/.gitignore", "[\n\\\n*.o\n"),
        ("d/x.o", ""),
    ]);
    mknodat(CWD, folder.path("a/.gitignore"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    symlink("/dev/zero", folder.path("b/.gitignore")).unwrap();
    symlink(".gitignore", folder.path("c/.gitignore")).unwrap();
    let objects = Objects::at(&folder.outside("objects"));
    let manifest = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
    let left_out: Vec<_> = manifest.left_out.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(left_out, ["a/.gitignore"]);
    for path in ["a/x", "b/x", "b/.gitignore", "c/x", "d/x.o"] {
        assert!(manifest.entries.contains_key(path), "{path}");
    }
    let list = folder.text("list_folder", json!({})).await;
    assert!(list.ends_with("ignored and not looked into: d/x.o"), "{list}");
}
