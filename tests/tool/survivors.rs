//! Nothing a command started outlives it, however it ends.

use crate::command::{PROGRAM, levels, name, until_gone, until_there};
use crate::folder::Folder;
use meanwhile_tool::Limits;
use std::process::{Command, Stdio};

/// Processes that leave their parent, their session and their group in every way a shell has.
fn leaving(mark: &str) -> String {
    format!(
        "setsid -f ./probe linger {mark} </dev/null >/dev/null 2>&1\n\
         (setsid ./probe linger {mark} & ) </dev/null >/dev/null 2>&1\n\
         nohup ./probe linger {mark} >/dev/null 2>&1 &\n\
         (trap '' HUP TERM; (setsid -f setsid -f ./probe linger {mark} &) &)\n\
         ./probe linger {mark} &\n"
    )
}

// F62
#[tokio::test]
async fn what_a_command_leaves_behind_ends_with_it() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let mark = folder.with_probe().mark();
        let command = format!("{}sleep 1; echo done", leaving(&mark));
        let done = folder.command(level, &command).await;
        assert_eq!(done.text, "done\n(exit 0)", "{level:?}");
        until_gone(&mark).await;
    }
}

// F62
#[tokio::test]
async fn a_call_that_is_dropped_ends_all_of_its_processes() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let mark = folder.with_probe().mark();
        let command = format!("{}sleep 1000", leaving(&mark));
        let limits = Limits::default();
        tokio::select! {
            done = folder.limited(level, &command, &limits) => panic!("{level:?} {done:?}"),
            // The five of them, the shell and those who watch it.
            () = until_there(&mark, 6) => {}
        }
        until_gone(&mark).await;
    }
}

// F62
#[tokio::test]
async fn a_command_ends_when_our_process_is_killed() {
    for level in levels() {
        let folder = Folder::new(&[]);
        let mark = folder.with_probe().mark();
        let command = format!("{}sleep 1000", leaving(&mark));
        let mut ours = Command::new(PROGRAM)
            .args(["drive", folder.workspace.path().to_str().unwrap(), &name(level), &command])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        until_there(&mark, 7).await;
        ours.kill().unwrap();
        ours.wait().unwrap();
        until_gone(&mark).await;
    }
}
