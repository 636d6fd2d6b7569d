//! Files that are asked about.

use super::with_server;
use meanwhile_support::model_server::{stop, text};
use std::fs;

#[tokio::test]
async fn the_text_of_a_file_stands_before_the_prompt_under_its_name() {
    let (folder, server) = with_server().await;
    server.script("m", [text("read"), stop()]);
    let file = folder.path().join("notes.md");
    fs::write(&file, "The ferry leaves at noon.").unwrap();
    let file = file.to_str().unwrap();
    let ran = folder.run(&["ask", "--model", "sim/m", "--attach", file, "When does it leave?"]).await;
    assert_eq!(ran.ok(), "read\n");
    let asked = server.requests().pop().unwrap().body["messages"][0]["content"].clone();
    assert_eq!(asked, "[notes.md]\nThe ferry leaves at noon.\n\n[end of notes.md]\n\nWhen does it leave?");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_or_sent_is_named_and_nothing_is_asked() {
    let (folder, server) = with_server().await;
    for (name, bytes, words) in
        [("cut.pdf", &b"%PDF-1.7\n1 0 obj\n"[..], "cut.pdf: "), ("tool", b"\x7fELF\0\0\0\0", "tool: ")]
    {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let ran = folder.run(&["ask", "--model", "sim/m", "--attach", file.to_str().unwrap(), "x"]).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(words) && ran.err.contains("It was not attached"), "{}", ran.err);
    }
    let missing = folder.run(&["ask", "--model", "sim/m", "--attach", "/nowhere.txt", "x"]).await;
    assert_eq!(missing.code, 2, "{missing:?}");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_long_file_is_asked_about_in_parts() {
    let (folder, server) = with_server().await;
    server.script("m", [text("read"), stop()]);
    let file = folder.path().join("log.txt");
    let lines: String = (1..=1_000).map(|line| format!("line {line} of a log that nobody reads\n")).collect();
    fs::write(&file, &lines).unwrap();
    let args =
        ["ask", "--model", "sim/m", "--attach", file.to_str().unwrap(), "--in-parts", "What is in it?"];
    let answer = folder.run(&args).await.ok();
    assert!(answer.starts_with("## Lines 1–") && answer.ends_with("## All in all\n\nread\n"), "{answer}");
    assert_eq!(server.requests().len(), 3, "two parts and what they come to");
}

#[tokio::test]
async fn of_a_folder_go_the_files_that_a_person_would_send() {
    let (folder, server) = with_server().await;
    server.script("m", [text("read"), stop()]);
    let project = folder.path().join("project");
    fs::create_dir_all(project.join("src")).unwrap();
    fs::create_dir_all(project.join("target")).unwrap();
    for (path, bytes) in [
        (".gitignore", &b"/target\n"[..]),
        ("target/built.txt", b"x"),
        ("src/main.rs", b"fn main() {}\n"),
        ("notes.md", b"The ferry leaves at noon."),
        ("logo.png", b"\x89PNG\r\n\x1a\n0000"),
    ] {
        fs::write(project.join(path), bytes).unwrap();
    }
    let ran = folder
        .run(&["ask", "--model", "sim/m", "--attach", project.to_str().unwrap(), "When does it leave?"])
        .await;
    assert!(
        ran.err.contains("project: 2 files, about ") && ran.err.contains("project: 1 left out: 1 picture."),
        "{}",
        ran.err
    );
    assert_eq!(ran.ok(), "read\n");
    let asked = server.requests().pop().unwrap().body["messages"][0]["content"].clone();
    assert_eq!(
        asked,
        "[project, file notes.md]\nThe ferry leaves at noon.\n\n[project, file src/main.rs]\nfn main() {}\n\n\
         [end of project]\n\nWhen does it leave?"
    );
}

#[tokio::test]
async fn a_folder_with_nothing_to_send_says_so_and_nothing_is_asked() {
    let (folder, server) = with_server().await;
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let ran = folder.run(&["ask", "--model", "sim/m", "--attach", empty.to_str().unwrap(), "x"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(
        ran.err.contains("empty: There is nothing in this folder that could be sent.")
            && ran.err.contains("Nothing was sent."),
        "{}",
        ran.err
    );
    assert_eq!(server.requests().len(), 0);
}
