//! Commands: what they answer, and the limits that end them.

use crate::command::{levels, sandboxes};
use crate::folder::Folder;
use meanwhile_tool::{Detail, Effect, Limits, Sandbox, plan, run};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_command_runs_in_the_folder_and_both_outputs_stand_in_order() {
    for level in levels() {
        let folder = Folder::new(&[("a.txt", "a\n")]);
        let done = folder.command(level, "pwd; cat a.txt; echo wrong >&2; echo b; exit 3").await;
        let path = folder.workspace.path().display();
        assert_eq!(done.text, format!("{path}\na\nwrong\nb\n(exit 3)"), "{level:?}");
        assert!(done.is_error && done.fact.starts_with("exit 3 after "), "{level:?} {}", done.fact);
        let done = folder.command(level, "echo new > b.txt && mkdir -p d/e && echo x > d/e/f").await;
        assert_eq!((done.text.as_str(), done.is_error), ("(exit 0)", false), "{level:?}");
        assert_eq!(folder.read("b.txt"), "new\n");
        assert_eq!(folder.read("d/e/f"), "x\n");
    }
}

// F59
#[test]
fn a_plan_says_what_keeps_a_command_from_the_rest() {
    let folder = Folder::new(&[]);
    for (sandbox, open) in [(Sandbox::Bubblewrap, false), (Sandbox::Landlock, false), (Sandbox::None, true)] {
        let planned = plan(&folder.within(sandbox), "run_command", r#"{"command":"cargo test"}"#).unwrap();
        assert_eq!((planned.effect, planned.summary.as_str()), (Effect::Run, "Run `cargo test`"));
        assert_eq!(planned.writes, Vec::<String>::new());
        let folder = folder.workspace.path().to_string_lossy().into_owned();
        let expected = Detail::Command { line: "cargo test".to_owned(), folder, sandbox, network: open };
        assert_eq!(planned.detail, expected);
    }
}

// F62
#[tokio::test]
async fn a_command_that_never_ends_is_ended_at_its_time() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let arguments = json!({ "command": "echo begun; sleep 1000", "timeout_s": 1 }).to_string();
        let done =
            run(&folder.within(level), "run_command", &arguments, None, &Limits::default()).await.unwrap();
        assert_eq!(done.text, "begun\n(ended because it took longer than 1 s)", "{level:?}");
        assert!(done.is_error && done.fact.starts_with("stopped after "), "{}", done.fact);
    }
}

// F62
#[tokio::test]
async fn a_command_that_ignores_signals_is_ended_too() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
        let deaf = "trap '' HUP INT TERM QUIT; while :; do sleep 1; done";
        let done = folder.limited(level, deaf, &limits).await.unwrap();
        assert_eq!(done.text, "(ended because it took longer than 1 s)", "{level:?}");
    }
}

// F62
#[tokio::test]
async fn a_flood_of_output_is_ended_and_its_ends_are_kept() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let limits = Limits { output_bytes: 1 << 20, result_bytes: 8 << 10, ..Limits::default() };
        let done = folder.limited(level, "echo first; yes 'over and over'", &limits).await.unwrap();
        assert!(done.text.starts_with("first\nover and over\n"), "{level:?} {}", &done.text[..100]);
        assert!(done.text.ends_with("(ended because it wrote more than 1 MiB)"), "{level:?}");
        assert!(done.text.contains("bytes are left out here") && done.text.len() <= 8 << 10);
        assert_eq!(done.fact, "too much output");
    }
}

#[tokio::test]
async fn of_a_long_output_the_beginning_and_the_end_are_kept() {
    let folder = Folder::new(&[]);
    let done =
        folder.command(Sandbox::None, "seq 1 100000; printf '\\033[31mred\\033[0m 10%%\\r100%%\\n'").await;
    assert!(
        done.text.starts_with("1\n2\n") && done.text.ends_with("\n100000\n100%\n(exit 0)"),
        "{}",
        done.text
    );
    assert!(done.text.len() <= 64 << 10);
}

// F62
#[tokio::test]
async fn a_fork_bomb_is_capped_and_nothing_of_it_is_left() {
    // The system counts no processes of the super user, so for them only a view of its own is a cap.
    let is_counted = !rustix::process::geteuid().is_root();
    for level in levels().into_iter().filter(|level| is_counted || *level == Sandbox::Bubblewrap) {
        let folder = Folder::new(&[]);
        let mark = folder.mark();
        let limits = Limits { processes: 60, time: Duration::from_secs(20), ..Limits::default() };
        let bomb = format!("b() {{ b | b & }}; b; sleep 100; : {mark}");
        let done = folder.limited(level, &bomb, &limits).await.unwrap();
        assert!(done.is_error, "{level:?} {}", done.fact);
        crate::command::until_gone(&mark).await;
    }
}

// F62
#[tokio::test]
async fn memory_is_limited_for_one_process_and_for_all_together() {
    for level in levels() {
        let folder = Folder::new(&[]);
        folder.with_probe();
        let limits = Limits { memory_bytes: 300 << 20, ..Limits::default() };
        let one = folder.limited(level, "./probe eat 400 0", &limits).await.unwrap();
        assert!(one.is_error && !one.text.contains("took 400"), "{level:?} {}", one.text);
        let many = "for n in 1 2 3 4 5; do ./probe eat 100 60 & done; wait";
        let all = folder.limited(level, many, &limits).await.unwrap();
        assert_eq!(all.fact, "too much memory", "{level:?} {}", all.text);
    }
}

// F62
#[tokio::test]
async fn the_size_of_a_file_is_limited() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let limits = Limits { written_bytes: 1 << 20, ..Limits::default() };
        let done = folder.limited(level, "head -c 3000000 /dev/zero > big", &limits).await.unwrap();
        assert!(done.is_error, "{level:?} {}", done.text);
        assert_eq!(std::fs::metadata(folder.path("big")).unwrap().len(), 1 << 20);
    }
}

#[tokio::test]
async fn a_sandbox_that_does_not_work_runs_nothing() {
    for sandbox in sandboxes() {
        let folder = Folder::new(&[]);
        let elsewhere = folder.within(sandbox).with_program("/bin/true".into());
        let done =
            run(&elsewhere, "run_command", r#"{"command":"echo x > x"}"#, None, &Limits::default()).await;
        assert!(done.unwrap_err().to_string().starts_with("the command could not be run"), "{sandbox:?}");
        assert!(!folder.is_there("x"));
    }
}
