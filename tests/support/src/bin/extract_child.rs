//! The process that reads a file, and what it could do if somebody got hold of it.
//!
//!     extract_child LIMITS             reads standard input, as the app does
//!     extract_child WHAT... LIMITS     does something else, for the tests
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use meanwhile_extract::{Kind, Limits, Progress, Said, confine, extract_main};
use std::io::{Write as _, stdout};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (limits, what) = args.split_last().expect("limits");
    let what: Vec<&str> = what.iter().map(String::as_str).collect();
    match what[..] {
        [] => return extract_main(limits),
        // The other end of the connection sees when this process is gone.
        ["hang", address] => {
            let _open = TcpStream::connect(address).unwrap();
            say(&Said::Kind(Kind::Pdf));
            loop {
                std::thread::park();
            }
        }
        ["never done"] => loop {
            say(&Said::Progress(Progress { done: 1, of: 2 }));
        },
        ["flood"] => loop {
            let _ = stdout().write_all(&[b'a'; 64 << 10]);
        },
        ["nonsense"] => println!("what?"),
        ["complain"] => {
            eprintln!("no such library");
            return ExitCode::FAILURE;
        }
        ["surroundings"] => {
            let folder = std::env::current_dir().unwrap();
            note(format!("{} variables, in {}", std::env::vars_os().count(), folder.display()));
            say(&Said::End);
        }
        ["reach", address] => reach(address.parse().unwrap(), &serde_json::from_str(limits).unwrap()),
        _ => panic!("{what:?}"),
    }
    ExitCode::SUCCESS
}

/// Tries everything after it gave up its rights.
fn reach(address: SocketAddr, limits: &Limits) {
    let executable = std::env::current_exe().unwrap();
    let confined = confine(limits).unwrap();
    note(format!("calls {}", confined.calls));
    note(format!("connect {:?}", TcpStream::connect(address).map_err(|error| error.kind()).err()));
    note(format!("read {:?}", std::fs::read("/etc/passwd").map_err(|error| error.kind()).err()));
    let file = std::env::temp_dir().join("meanwhile-reach");
    note(format!("write {:?}", std::fs::write(file, "x").map_err(|error| error.kind()).err()));
    let run = std::process::Command::new(executable).spawn();
    note(format!("run {:?}", run.map_err(|error| error.kind()).err()));
    say(&Said::End);
}

fn note(text: String) {
    say(&Said::Note(text));
}

fn say(said: &Said) {
    let line = serde_json::to_string(said).unwrap();
    let _ = writeln!(stdout(), "{line}");
}
