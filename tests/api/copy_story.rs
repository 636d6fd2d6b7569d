//! An agent that works in a copy of a folder: the folder stays as it is, and what was changed is a branch.

use meanwhile_support::binary::Folder;
use meanwhile_support::job::asks;
use meanwhile_support::model_server::{ModelServer, call, stop, text};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// git as its user has it, in a home of its own.
fn git(folder: &Path, words: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(words).env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        git.env(who, "user");
    }
    let said = git.output().unwrap();
    assert!(said.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// A repository with one commit, and work in it that is in none.
fn repository() -> tempfile::TempDir {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    std::fs::write(at.join("birds.txt"), "The hernon waits.\n").unwrap();
    std::fs::write(at.join("old.txt"), "Of no use.\n").unwrap();
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "--message=First"]);
    std::fs::write(at.join("trees.txt"), "Not in any commit.\n").unwrap();
    work
}

/// Everything that its user could see of it: files, the index, the branch, what is stashed.
fn seen(at: &Path) -> String {
    let said = [
        &["status", "--porcelain", "--branch"] as &[&str],
        &["rev-parse", "HEAD"],
        &["diff"],
        &["diff", "--cached"],
        &["stash", "list"],
        &["cat-file", "-p", ":birds.txt"],
    ];
    said.iter().map(|words| git(at, words)).collect()
}

async fn work_in_a_copy(folder: &Folder, server: &ModelServer, at: &Path) -> Value {
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let ask = [
        "ask",
        "Mend the notes",
        "--model",
        "sim/m",
        "--agent",
        "General",
        "--in-copy",
        "--background",
        "--json",
    ];
    folder.run(&[&ask[..], &["--folder", at.to_str().unwrap()]].concat()).await.json()
}

#[tokio::test]
async fn what_an_agent_changed_in_a_copy_is_a_branch_and_the_folder_stays_as_it_is() {
    let (folder, work, server) = (Folder::new(), repository(), ModelServer::start().await);
    let (at, serve) = (work.path(), folder.serve().await);
    let before = seen(at);
    let edit = call("edit_file", json!({ "path": "birds.txt", "old": "hernon", "new": "heron" }));
    let write = call("write_file", json!({ "path": "notes/new.txt", "content": "New.\n" }));
    let delete = call("delete_file", json!({ "path": "old.txt" }));
    let read = call("read_file", json!({ "path": "trees.txt" }));
    server.scripts("m", [asks([read, edit, write, delete]), vec![text("Done."), stop()]]);
    let task = work_in_a_copy(&folder, &server, at).await;
    let id = task["id"].as_str().unwrap();
    assert_eq!(task["copy_of"].as_str(), at.canonicalize().unwrap().to_str());

    // What is in no commit is in the copy too, and a no commits nothing.
    let refused = folder.run(&["branch", id]).await;
    assert_ne!(refused.code, 0, "there is nothing to make a branch of yet");
    serve.client.until(id, |task| task["reason"] == "approval").await;
    let steps = folder.run(&["steps", id, "--json"]).await.json();
    assert!(steps["calls"][0]["result"].as_str().unwrap().contains("Not in any commit."), "{steps}");
    let open = folder.run(&["approvals", "--task", id, "--json"]).await.json();
    for approval in open["approvals"].as_array().unwrap() {
        folder.run(&["approve", &approval["id"].to_string(), "--yes"]).await.ok();
    }
    serve.client.until_state(id, "completed").await;
    assert_eq!(seen(at), before, "nothing of the folder changed");

    let made = folder.run(&["branch", id, "--json"]).await.json();
    assert_eq!((made["name"].as_str(), made["files"].as_u64()), (Some("meanwhile/mend-the-notes"), Some(3)));
    assert_eq!(seen(at), before, "nothing but a branch came");
    let changed = git(at, &["diff", "--name-status", "main", "meanwhile/mend-the-notes"]);
    assert_eq!(changed, "M\tbirds.txt\nA\tnotes/new.txt\nD\told.txt\n");
    assert_eq!(git(at, &["show", "meanwhile/mend-the-notes:birds.txt"]), "The heron waits.\n");
    assert_eq!(git(at, &["rev-parse", "meanwhile/mend-the-notes^"]), git(at, &["rev-parse", "main"]));
    let again = folder.run(&["branch", id, "--json"]).await.json();
    assert_eq!(again, made, "the same work is the same branch");
    assert_eq!(git(at, &["branch", "--list"]).lines().count(), 2);
    git(at, &["fsck", "--strict"]);
}

// F63
#[cfg(unix)]
#[tokio::test]
async fn a_hostile_repository_can_run_nothing_when_it_is_copied_or_gets_a_branch() {
    let (folder, work, server) = (Folder::new(), repository(), ModelServer::start().await);
    let (at, serve) = (work.path(), folder.serve().await);
    let canary = tempfile::tempdir().unwrap();
    let ran = canary.path().join("ran");
    let program = canary.path().join("canary");
    std::fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", ran.display())).unwrap();
    let run = |file: &Path| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    run(&program);
    let hooks = [
        "post-checkout",
        "reference-transaction",
        "pre-commit",
        "post-commit",
        "post-index-change",
        "update",
    ];
    for hook in hooks {
        std::fs::copy(&program, at.join(".git/hooks").join(hook)).unwrap();
        run(&at.join(".git/hooks").join(hook));
    }
    std::fs::write(at.join(".gitattributes"), "* filter=evil diff=evil merge=evil\n").unwrap();
    let name = program.to_str().unwrap();
    let said = format!(
        "\n[core]\n\tfsmonitor = {name}\n\tsshCommand = {name}\n\tpager = {name}\n\teditor = {name}\n\tgitProxy = {name}\n\
         [filter \"evil\"]\n\tclean = {name}\n\tsmudge = {name}\n\tprocess = {name}\n\trequired = true\n[diff \"evil\"]\n\ttextconv = {name}\n\
         [gpg]\n\tprogram = {name}\n[commit]\n\tgpgSign = true\n[alias]\n\trev-parse = !{name}\n\tread-tree = !{name}\n\
         [credential]\n\thelper = {name}\n[remote \"origin\"]\n\turl = ext::{name}\n\tpromisor = true\n"
    );
    let config = at.join(".git/config");
    std::fs::write(&config, std::fs::read_to_string(&config).unwrap() + &said).unwrap();

    let edit = call("edit_file", json!({ "path": "birds.txt", "old": "hernon", "new": "heron" }));
    server.scripts("m", [asks([edit]), vec![text("Done."), stop()]]);
    let task = work_in_a_copy(&folder, &server, at).await;
    let id = task["id"].as_str().unwrap();
    serve.client.until(id, |task| task["reason"] == "approval").await;
    let open = folder.run(&["approvals", "--task", id, "--json"]).await.json();
    folder.run(&["approve", &open["approvals"][0]["id"].to_string(), "--yes"]).await.ok();
    serve.client.until_state(id, "completed").await;
    let made = folder.run(&["branch", id, "--json"]).await.json();
    assert_eq!(made["files"], 1);
    assert!(!ran.exists(), "ran: {}", std::fs::read_to_string(&ran).unwrap());
    let head = std::fs::read_to_string(at.join(".git/refs/heads/meanwhile/mend-the-notes")).unwrap();
    assert_eq!(Some(head.trim()), made["commit"].as_str());
}

#[tokio::test]
async fn a_folder_that_git_does_not_know_cannot_be_worked_in_as_a_copy_and_says_why() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let start = json!({ "prompt": "x", "model": "sim/m", "agent": "General", "folder": work.path(), "in_copy": true });
    let refused = serve.client.post("/background-agents/start", &start).await;
    assert_eq!(refused.refusal().0, 422);
    assert!(
        refused.text.contains("not a git repository") && refused.text.contains("Nothing was sent"),
        "{}",
        refused.text
    );
    assert_eq!(serve.client.get("/background-agents").await.expect(200)["active"], json!([]));
}
