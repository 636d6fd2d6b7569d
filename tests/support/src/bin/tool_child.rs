//! A program that runs commands, as the app does, and what a command could try.
//!
//!     tool_child drive FOLDER SANDBOX COMMAND   runs a command and says what came of it
//!     tool_child talk FOLDER SCRIPT             keeps a program to talk with
//!     tool_child linger MARK                    does nothing, for ever; `MARK` is how it is found
//!     tool_child reach TCP UDP SOCKET ABSTRACT  tries every way to somebody who listens
//!     tool_child eat MIB SECONDS                takes memory and keeps it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use meanwhile_tool::{Limits, Program, Sandbox, Workspace, run};
use std::net::{TcpStream, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    if let Some(code) = meanwhile_tool::running() {
        return code;
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["drive", folder, sandbox, command] => drive(folder, sandbox, command),
        ["talk", folder, script] => talk(folder, script),
        ["linger", _] => loop {
            std::thread::park();
        },
        ["reach", tcp, udp, socket, name] => reach(tcp, udp, socket, name),
        ["eat", mib, seconds] => {
            let taken = vec![1u8; mib.parse::<usize>().unwrap() << 20];
            println!("took {}", taken.iter().map(|byte| usize::from(*byte)).sum::<usize>() >> 20);
            std::thread::sleep(Duration::from_secs(seconds.parse().unwrap()));
        }
        _ => panic!("{args:?}"),
    }
    ExitCode::SUCCESS
}

fn drive(folder: &str, sandbox: &str, command: &str) {
    let sandbox: Sandbox = serde_json::from_str(&format!("\"{sandbox}\"")).unwrap();
    let workspace = Workspace::open(folder.as_ref()).unwrap().with_sandbox(sandbox);
    let arguments = serde_json::json!({ "command": command }).to_string();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let done = runtime.block_on(run(&workspace, "run_command", &arguments, None, &Limits::default()));
    println!("{}", done.unwrap().text);
}

fn talk(folder: &str, script: &str) {
    let program = Program {
        name: "sh".to_owned(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        folder: folder.into(),
        variables: Vec::new(),
        watched_by: None,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut talk = program.start().unwrap();
        talk.process.wait().await.unwrap();
    });
}

fn reach(tcp: &str, udp: &str, socket: &str, name: &str) {
    println!("tcp {}", TcpStream::connect(tcp).is_ok());
    if let Ok(from) = UdpSocket::bind("127.0.0.1:0") {
        let _ = from.send_to(b"escaped", udp);
    }
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::net::{SocketAddr, UnixStream};
        println!("socket {}", UnixStream::connect(socket).is_ok());
        let name = SocketAddr::from_abstract_name(name).unwrap();
        println!("abstract {}", UnixStream::connect_addr(&name).is_ok());
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (socket, name);
}
