//! Ways out of the folder, none of which leads anywhere.

use crate::folder::Folder;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::json;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

const WRITING: [&str; 3] = ["write_file", "edit_file", "delete_file"];

/// Every tool that opens a file, on one path. All have to refuse.
async fn all_refuse(folder: &Folder, path: &str) {
    reading_refuses(folder, path).await;
    writing_refuses(folder, path).await;
}

async fn reading_refuses(folder: &Folder, path: &str) {
    folder.refusal("read_file", json!({ "path": path })).await;
    folder.refusal("search_files", json!({ "path": path, "text": "e" })).await;
}

async fn writing_refuses(folder: &Folder, path: &str) {
    for tool in WRITING {
        folder.refusal(tool, call(tool, path)).await;
    }
}

fn call(tool: &str, path: &str) -> serde_json::Value {
    match tool {
        "write_file" => json!({ "path": path, "content": "escaped" }),
        "edit_file" => json!({ "path": path, "old": "secret", "new": "escaped" }),
        _ => json!({ "path": path }),
    }
}

// F61
#[tokio::test]
async fn no_path_leads_up_or_out() {
    let folder = Folder::new(&[("sub/a.txt", "a")]);
    fs::write(folder.outside("secret.txt"), "secret").unwrap();
    let absolute = folder.outside("secret.txt").to_string_lossy().into_owned();
    let sibling = format!("{}-other/x", folder.workspace.path().display());
    let paths = [
        "../secret.txt",
        "sub/../../secret.txt",
        "./../secret.txt",
        &absolute,
        &sibling,
        "/etc/passwd",
        "//etc/passwd",
        "/proc/self/environ",
        "/proc/self/cwd/../secret.txt",
        "/dev/zero",
        "a\0b",
    ];
    for path in paths {
        all_refuse(&folder, path).await;
    }
    folder.refusal("list_folder", json!({ "path": ".." })).await;
    folder.refusal("list_folder", json!({ "path": "/" })).await;
    assert_eq!(fs::read_to_string(folder.outside("secret.txt")).unwrap(), "secret");
}

// F61
#[tokio::test]
async fn no_link_leads_out() {
    let folder = Folder::new(&[("real/a.txt", "inside")]);
    fs::write(folder.outside("secret.txt"), "secret").unwrap();
    symlink(folder.outside("secret.txt"), folder.path("file")).unwrap();
    symlink(folder.outside(""), folder.path("up")).unwrap();
    symlink("..", folder.path("dots")).unwrap();
    symlink("/proc/self", folder.path("proc")).unwrap();
    symlink("loop", folder.path("loop")).unwrap();
    for path in ["file", "up/secret.txt", "dots/secret.txt", "dots/folder/real/a.txt", "proc/environ", "loop"]
    {
        all_refuse(&folder, path).await;
    }
    for path in ["up", "dots", "proc/fd", "proc"] {
        folder.refusal("list_folder", json!({ "path": path })).await;
    }
    let found = folder.text("search_files", json!({ "text": "s" })).await;
    assert_eq!(found, "real/a.txt:1: inside", "a search goes through no link");
    assert_eq!(fs::read_to_string(folder.outside("secret.txt")).unwrap(), "secret");
}

// F61
#[tokio::test]
async fn a_link_that_stays_inside_is_read_through_and_not_written_through() {
    let folder = Folder::new(&[("real/a.txt", "secret")]);
    symlink("real", folder.path("link")).unwrap();
    symlink("real/a.txt", folder.path("a.txt")).unwrap();
    assert_eq!(folder.text("read_file", json!({ "path": "link/a.txt" })).await, "     1\tsecret\n");
    writing_refuses(&folder, "link/a.txt").await;
    writing_refuses(&folder, "a.txt").await;
    assert_eq!(folder.read("real/a.txt"), "secret");
}

// F61
#[tokio::test]
async fn what_git_keeps_is_not_written_under_any_name() {
    let folder = Folder::new(&[(".git/config", "secret"), ("sub/.git/config", "secret")]);
    symlink(".git", folder.path("link")).unwrap();
    let before = folder.all();
    let paths = [
        ".git/config",
        ".git/hooks/pre-commit",
        "sub/.git/config",
        "link/config",
        ".GIT/config",
        ".git./config",
        ".git /config",
        "GIT~1/config",
        ".g\u{200c}it/config",
        ".git::$INDEX_ALLOCATION/config",
        ".git",
    ];
    for path in paths {
        writing_refuses(&folder, path).await;
    }
    assert_eq!(folder.all(), before);
}

// F61
#[tokio::test]
async fn what_git_keeps_is_not_read_under_any_name() {
    let folder = Folder::new(&[(".git/config", "secret"), ("sub/.git/config", "secret"), ("sub/a", "")]);
    symlink(".git", folder.path("link")).unwrap();
    symlink("../.git/config", folder.path("sub/harmless.txt")).unwrap();
    for path in [
        ".git/config",
        "sub/.git/config",
        "link/config",
        "sub/harmless.txt",
        ".GIT/config",
        ".git./config",
        "link",
    ] {
        let refused = format!("{path}: what is inside of .git is git's own and not read by tools");
        for (tool, arguments) in [
            ("read_file", json!({ "path": path })),
            ("list_folder", json!({ "path": path })),
            ("search_files", json!({ "path": path, "text": "secret" })),
        ] {
            assert_eq!(folder.refusal(tool, arguments).await, refused, "{tool}");
        }
    }
    let found = folder.text("search_files", json!({ "text": "secret" })).await;
    assert_eq!(found, "nothing found in 1 file");
}

// F61
#[tokio::test]
async fn what_is_no_plain_file_is_neither_read_nor_written_nor_waited_for() {
    let folder = Folder::new(&[]);
    mknodat(CWD, folder.path("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = UnixListener::bind(folder.path("socket")).unwrap();
    let mut odd = vec!["pipe", "socket"];
    // Only the super user can make one.
    if mknodat(CWD, folder.path("zero"), FileType::CharacterDevice, Mode::RUSR, rustix::fs::makedev(1, 5))
        .is_ok()
    {
        odd.push("zero");
    }
    for path in &odd {
        all_refuse(&folder, path).await;
    }
    for path in &odd {
        assert!(folder.is_there(path));
    }
    let list = folder.text("list_folder", json!({})).await;
    assert!(list.contains("pipe  (a device, pipe or socket)"), "{list}");
}

// F61
#[tokio::test]
async fn a_file_with_a_second_name_elsewhere_is_not_written() {
    let folder = Folder::new(&[("own.txt", "own")]);
    fs::write(folder.outside("secret.txt"), "secret").unwrap();
    fs::hard_link(folder.outside("secret.txt"), folder.path("inside.txt")).unwrap();
    writing_refuses(&folder, "inside.txt").await;
    assert_eq!(fs::read_to_string(folder.outside("secret.txt")).unwrap(), "secret");
}

// F61
#[tokio::test]
async fn a_program_with_the_rights_of_its_owner_is_not_written() {
    for mode in [0o4755, 0o2755, 0o6755] {
        let folder = Folder::new(&[("run", "secret")]);
        fs::set_permissions(folder.path("run"), fs::Permissions::from_mode(mode)).unwrap();
        writing_refuses(&folder, "run").await;
        assert_eq!(folder.read("run"), "secret");
    }
}

// F61
#[tokio::test]
async fn a_folder_that_is_moved_away_is_still_the_one_that_was_opened() {
    let folder = Folder::new(&[("a.txt", "inside")]);
    fs::rename(folder.path(""), folder.outside("moved")).unwrap();
    fs::create_dir(folder.path("")).unwrap();
    fs::write(folder.path("a.txt"), "secret").unwrap();
    assert_eq!(folder.text("read_file", json!({ "path": "a.txt" })).await, "     1\tinside\n");
    folder.run("write_file", json!({ "path": "b.txt", "content": "b" })).await.unwrap();
    assert!(folder.outside("moved/b.txt").exists() && !folder.path("b.txt").exists());
}

// F61
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_becomes_a_link_at_any_moment_leads_nowhere() {
    let folder = Folder::new(&[("real/a.txt", "inside")]);
    fs::create_dir(folder.outside("out")).unwrap();
    fs::write(folder.outside("out/a.txt"), "secret").unwrap();
    symlink(folder.outside("out"), folder.path("link")).unwrap();
    let (first, second) = (folder.path("swapped"), folder.path("link"));
    fs::rename(folder.path("real"), &first).unwrap();
    let done = AtomicBool::new(false);
    let (mut read, mut written) = (0, 0);
    std::thread::scope(|scope| {
        // One moment it is a folder, the next a link to the outside.
        scope.spawn(|| {
            use rustix::fs::{RenameFlags, renameat_with};
            while !done.load(Ordering::Relaxed) {
                let _ = renameat_with(CWD, &first, CWD, &second, RenameFlags::EXCHANGE);
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let tries = async {
            for n in 0..10_000 {
                let call = if n % 2 == 0 {
                    folder.run("read_file", json!({ "path": "swapped/a.txt" })).await
                } else {
                    let content = format!("inside {n}");
                    folder.run("write_file", json!({ "path": "swapped/a.txt", "content": content })).await
                };
                let Ok(done) = call else { continue };
                assert!(!done.text.contains("secret"), "read through the link");
                *(if n % 2 == 0 { &mut read } else { &mut written }) += 1;
            }
        };
        // Not on this runtime: it must not wait inside itself.
        scope.spawn(move || runtime.block_on(tries)).join().unwrap();
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(fs::read_to_string(folder.outside("out/a.txt")).unwrap(), "secret");
    assert_eq!(fs::read_dir(folder.outside("out")).unwrap().count(), 1, "nothing was left there either");
    assert!(read > 0 && written > 0, "the moments in between were met: {read} read, {written} written");
}
