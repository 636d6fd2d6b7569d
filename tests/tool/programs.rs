//! Programs that are talked with: what is said arrives, and nothing of them is left.

use crate::command::{PROGRAM, until_gone, until_there};
use crate::folder::Folder;
use meanwhile_tool::{Program, Talk};
use std::process::{Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn start(folder: &Folder, script: &str) -> Talk {
    let program = Program {
        name: "sh".to_owned(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        folder: folder.workspace.path().to_owned(),
        variables: vec![("SAID".to_owned(), "quietly".to_owned())],
        watched_by: Some(PROGRAM.into()),
    };
    program.start().unwrap()
}

#[tokio::test]
async fn what_is_said_to_a_program_arrives_and_its_end_is_its_own() {
    let folder = Folder::new(&[]);
    let mut talk = start(&folder, "read line; echo \"$line $SAID\"; pwd; echo oh >&2; exit 3");
    talk.input.write_all(b"hello\n").await.unwrap();
    let (mut said, mut errors) = (String::new(), String::new());
    talk.output.read_to_string(&mut said).await.unwrap();
    talk.errors.read_to_string(&mut errors).await.unwrap();
    assert_eq!(said, format!("hello quietly\n{}\n", folder.workspace.path().display()));
    assert_eq!(errors, "oh\n");
    assert_eq!(talk.process.wait().await.unwrap().code(), Some(3));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let program = Program {
        name: "there-is-no-such-program".to_owned(),
        arguments: Vec::new(),
        folder: std::env::temp_dir(),
        variables: Vec::new(),
        watched_by: Some(PROGRAM.into()),
    };
    let mut talk = program.start().unwrap();
    let mut errors = String::new();
    talk.errors.read_to_string(&mut errors).await.unwrap();
    assert!(errors.contains("there-is-no-such-program"), "{errors}");
    assert_eq!(talk.process.wait().await.unwrap().code(), Some(127));
}

/// Reads nothing, hears no polite signal and leaves others behind.
fn stubborn(mark: &str) -> String {
    format!(
        "trap '' HUP TERM PIPE; setsid -f ./probe linger {mark} </dev/null >/dev/null 2>&1; ./probe linger {mark}"
    )
}

// F62
#[tokio::test]
async fn a_program_that_nobody_talks_with_any_more_ends_with_all_it_started() {
    let folder = Folder::new(&[]);
    let mark = folder.with_probe().mark();
    let mut talk = start(&folder, &stubborn(&mark));
    // Something is on its way to it, which it never reads.
    talk.input.write_all(b"unread\n").await.unwrap();
    until_there(&mark, 4).await;
    drop(talk.input);
    until_gone(&mark).await;
    talk.process.wait().await.unwrap();
}

// F62
#[tokio::test]
async fn a_program_that_is_talked_with_ends_when_our_process_is_killed() {
    let folder = Folder::new(&[]);
    let mark = folder.with_probe().mark();
    let place = folder.workspace.path().to_str().unwrap().to_owned();
    let mut ours = Command::new(PROGRAM)
        .args(["talk", &place, &stubborn(&mark)])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until_there(&mark, 5).await;
    ours.kill().unwrap();
    ours.wait().unwrap();
    until_gone(&mark).await;
}
