//! An agent of nobody, which speaks the Agent Client Protocol: for tests of how programs of others work as agents.
//!
//!     acp_agent BEHAVIOUR LOG
//!
//! It works in the folder it is started in and keeps a line in LOG for everything it did.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

struct Agent {
    behaviour: String,
    log: PathBuf,
    asked: u64,
    prompts: u32,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [behaviour, log] = args.as_slice() else { panic!("{args:?}") };
    let mut agent = Agent { behaviour: behaviour.clone(), log: log.into(), asked: 0, prompts: 0 };
    agent.note("start");
    match behaviour.as_str() {
        "mute" => loop {
            std::thread::park();
        },
        "garbage" => loop {
            println!("Welcome! This is no protocol.");
        },
        "long" => println!("{{\"long\":\"{}\"}}", "x".repeat(5 << 20)),
        "flood" => {
            eprintln!("{}", "much ado \u{7} ".repeat(1 << 17));
            println!("Loading ...");
        }
        _ => {}
    }
    while let Some(message) = hear() {
        agent.answer(&message);
    }
}

fn hear() -> Option<Value> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).unwrap();
    (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap())
}

fn say(message: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{message}").and_then(|()| out.flush()).unwrap_or_else(|_| exit(0));
}

fn update(update: &Value) {
    let params = json!({ "sessionId": "s", "update": update });
    say(&json!({ "jsonrpc": "2.0", "method": "session/update", "params": params }));
}

fn text(words: &str) {
    update(&json!({ "sessionUpdate": "agent_message_chunk", "content": { "type": "text", "text": words } }));
}

fn made(id: &str, title: &str, kind: &str) {
    update(
        &json!({ "sessionUpdate": "tool_call", "toolCallId": id, "title": title, "kind": kind, "status": "in_progress" }),
    );
    let content = json!([{ "type": "content", "content": { "type": "text", "text": "as it was" } }]);
    update(
        &json!({ "sessionUpdate": "tool_call_update", "toolCallId": id, "status": "completed", "content": content }),
    );
}

fn edit(path: &str, old: &str, new: &str) -> Value {
    let whole = std::env::current_dir().unwrap().join(path);
    let diff = json!({ "type": "diff", "path": whole, "oldText": old, "newText": new });
    json!({ "toolCallId": path, "title": format!("Edit {path}"), "kind": "edit", "status": "pending",
            "content": [diff], "locations": [{ "path": whole }] })
}

impl Agent {
    fn note(&self, words: &str) {
        let mut log = std::fs::OpenOptions::new().append(true).create(true).open(&self.log).unwrap();
        writeln!(log, "{words}").unwrap();
    }

    fn answer(&mut self, message: &Value) {
        let id = message["id"].clone();
        let reply = |result: Value| say(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
        match message["method"].as_str().unwrap_or_default() {
            "initialize" => {
                assert_eq!(message["params"]["clientCapabilities"]["terminal"], false);
                let version = if self.behaviour == "newer" { 2 } else { 1 };
                reply(json!({ "protocolVersion": version, "agentCapabilities": {}, "authMethods": [] }));
            }
            "session/new" if self.behaviour == "login" => {
                let error = json!({ "code": -32000, "message": "Authentication required" });
                say(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
            }
            "session/new" => {
                let here = std::env::current_dir().unwrap();
                assert_eq!(message["params"]["cwd"], here.to_str().unwrap());
                reply(json!({ "sessionId": "s" }));
            }
            "session/prompt" if self.behaviour == "login-late" => {
                let error = json!({ "code": -32000, "message": "Authentication required" });
                say(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
            }
            "session/prompt" => {
                self.prompts += 1;
                let prompt = message["params"]["prompt"][0]["text"].as_str().unwrap().to_owned();
                let reason = self.work(&prompt);
                reply(json!({ "stopReason": reason }));
            }
            "session/cancel" => self.note("cancelled"),
            _ => {}
        }
    }

    /// Asks for all of these at once; true for each that is allowed.
    fn may(&mut self, calls: &[Value]) -> Vec<bool> {
        let first = self.asked + 1;
        for call in calls {
            self.asked += 1;
            let options = json!([
                { "optionId": "always", "name": "Always", "kind": "allow_always" },
                { "optionId": "yes", "name": "Yes", "kind": "allow_once" },
                { "optionId": "no", "name": "No", "kind": "reject_once" },
            ]);
            let params = json!({ "sessionId": "s", "toolCall": call, "options": options });
            say(
                &json!({ "jsonrpc": "2.0", "id": format!("q{}", self.asked), "method": "session/request_permission", "params": params }),
            );
        }
        let mut answers = vec![false; calls.len()];
        let mut open = calls.len();
        while open > 0 {
            let Some(answer) = hear() else { exit(0) };
            if answer["method"] == "session/cancel" {
                self.note("cancelled");
                exit(0);
            }
            let Some(number) = answer["id"].as_str().and_then(|id| id.strip_prefix('q')) else { continue };
            let place = usize::try_from(number.parse::<u64>().unwrap() - first).unwrap();
            let option = answer["result"]["outcome"]["optionId"].as_str();
            assert_ne!(option, Some("always"), "nobody said always");
            answers[place] = option == Some("yes");
            open -= 1;
        }
        answers
    }

    fn change(&self, path: &str, new: &str) {
        std::fs::write(path, new).unwrap();
        self.note(&format!("edit {path}"));
    }

    fn work(&mut self, prompt: &str) -> &'static str {
        match self.behaviour.clone().as_str() {
            "job" => self.job(),
            "ask" if self.prompts > 1 => text(&format!("I heard: {prompt}")),
            "ask" | "ask-slowly" => {
                text("May I?");
                if self.may(&[edit("a.txt", "old\n", "new\n")]) == [true] {
                    self.change("a.txt", "new\n");
                    text("It is new.");
                } else {
                    text("Then not.");
                }
            }
            "two" => {
                let calls = [edit("a.txt", "old\n", "new\n"), edit("b.txt", "old\n", "new\n")];
                let answers = self.may(&calls);
                for (path, is_allowed) in ["a.txt", "b.txt"].iter().zip(answers) {
                    if is_allowed {
                        self.change(path, "new\n");
                    }
                }
                text("Both asked.");
            }
            "far" => {
                let call = json!({ "toolCallId": "1", "title": "Tidy \u{202e}up", "kind": "edit", "rawInput": { "deep": true },
                    "content": [{ "type": "diff", "path": "/etc/far.conf", "newText": "x" }] });
                let answers = self.may(&[call]);
                text(if answers == [true] { "I would have." } else { "Never." });
            }
            "secretly" => {
                std::fs::write("a.txt", "secretly\n").unwrap();
                std::fs::write("c.txt", "new\n").unwrap();
                made("1", "Edit a.txt", "edit");
                text("Done, and nobody was asked.");
            }
            "forever" => {
                text("I work.");
                let mark = self.log.to_str().unwrap();
                let mut child = Command::new("sh").args(["-c", "sleep 600; :", mark]).spawn().unwrap();
                self.note("working");
                while let Some(message) = hear() {
                    if message["method"] == "session/cancel" {
                        self.note("cancelled");
                    }
                }
                // Whoever keeps this program ends that one with it.
                child.wait().unwrap();
            }
            "die" => {
                text("Half an answer");
                eprintln!("out of luck, key {}", std::env::var("ACP_SECRET").unwrap_or_default());
                exit(3);
            }
            "refuse" => {
                text("I do not do this.");
                return "refusal";
            }
            "flood" => {
                for number in 0..300 {
                    say(
                        &json!({ "jsonrpc": "2.0", "id": format!("x{number}"), "method": "fs/read_text_file", "params": {} }),
                    );
                    update(
                        &json!({ "sessionUpdate": "plan", "entries": [{ "content": "x", "status": "pending", "priority": "low" }] }),
                    );
                    update(&json!({ "sessionUpdate": "something_new", "x": number }));
                }
                text("Through.");
            }
            other => panic!("{other}"),
        }
        "end_turn"
    }

    /// Mends every note that says hernon, one yes for each, then runs the folder's test.
    fn job(&mut self) {
        let mut notes: Vec<_> =
            std::fs::read_dir("notes").unwrap().map(|it| it.unwrap().file_name()).collect();
        notes.sort();
        let names: Vec<String> =
            notes.iter().map(|name| format!("notes/{}", name.to_str().unwrap())).collect();
        let read = |name: &String| std::fs::read_to_string(name).unwrap();
        let wrong: Vec<&String> = names.iter().filter(|name| read(name).contains("hernon")).collect();
        let all = 12;
        made("read", "Read all notes", "read");
        text("I read all of it.");
        let plan = |mended: usize, test: &str| {
            let mending = if mended < all { "in_progress" } else { "completed" };
            update(&json!({ "sessionUpdate": "plan", "entries": [
                { "content": "Read all notes", "status": "completed", "priority": "low" },
                { "content": format!("Mend the mistakes ({mended} of {all})"), "status": mending, "priority": "high" },
                { "content": "Run the test", "status": test, "priority": "high" },
            ] }));
        };
        for (place, name) in wrong.iter().enumerate() {
            plan(all - wrong.len() + place, "pending");
            let (old, new) = (read(name), read(name).replace("hernon", "heron"));
            if self.may(&[edit(name, &old, &new)]) == [true] {
                self.change(name, &new);
            }
        }
        plan(all, "in_progress");
        let run = json!({ "toolCallId": "test", "title": "Run the test", "kind": "execute", "rawInput": { "command": "sh test.sh" } });
        if self.may(&[run]) == [true] {
            self.note("run");
            let ran = Command::new("sh")
                .arg(Path::new("test.sh"))
                .stdout(std::process::Stdio::null())
                .status()
                .unwrap();
            assert!(ran.success(), "the test fails");
        }
        plan(all, "completed");
        text("All notes say heron now, and the test passes.");
    }
}
