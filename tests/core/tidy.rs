//! The rules of the house that a compiler does not check: which part may know which, and what must not be written.
//!
//! Needs no dependency, so `make check` compiles this file alone and answers in seconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "tidy/faults.rs"]
mod faults;
#[path = "tidy/seeded.rs"]
mod seeded;
#[path = "tidy/source.rs"]
mod source;

use source::{Source, root, sources};
use std::collections::BTreeMap;
use std::fs;

/// The rooms of the core, lowest first, each with those it may know. `api` and the crate root may know all.
const ROOMS: [(&str, &[&str]); 21] = [
    ("model", &[]),
    ("place", &[]),
    ("command", &["model"]),
    ("clock", &["model"]),
    ("crash", &[]),
    ("secrets", &["model"]),
    ("provider", &["model", "secrets"]),
    ("store", &["model", "command", "clock", "error"]),
    ("error", &["model", "command", "store"]),
    ("providers", &["model", "command", "clock", "secrets", "provider", "store", "error"]),
    ("servers", &["model", "secrets", "store"]),
    ("attach", &["model", "command", "store"]),
    ("import", &["model"]),
    ("tool", &["model"]),
    ("agent", &["model", "command", "tool"]),
    ("outside", &["model", "provider"]),
    (
        "engine",
        &[
            "model",
            "clock",
            "secrets",
            "provider",
            "providers",
            "servers",
            "outside",
            "store",
            "tool",
            "error",
        ],
    ),
    ("delivery", &["model", "clock", "secrets", "provider", "store", "error"]),
    ("doctor", &["model", "store", "error"]),
    ("proof", &["api", "model", "command", "delivery", "doctor", "provider", "secrets", "store"]),
    ("backup", &["model", "clock", "store", "error"]),
];

#[test]
fn no_room_of_the_core_knows_one_it_should_not() {
    let rooms: BTreeMap<_, _> = ROOMS.into_iter().collect();
    let exported = exported_from(&fs::read_to_string(root().join("src-tauri/core/src/lib.rs")).unwrap());
    let mut wrong = Vec::new();
    for file in sources("src-tauri/core/src", &[".rs"]) {
        let Some(&own) = file.module().first() else { continue };
        if own == "api" {
            continue;
        }
        let Some(known) = rooms.get(own) else {
            wrong.push(format!("{}: say in ROOMS of tests/core/tidy.rs what `{own}` may know", file.path));
            continue;
        };
        for (offset, name) in file.roots() {
            let room = exported.get(&name).unwrap_or(&name);
            let is_room = rooms.contains_key(room.as_str()) || room == "api";
            if is_room && room != own && !known.contains(&room.as_str()) {
                wrong.push(format!("{}: `{own}` must not know `{room}`", file.at(offset)));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn each_library_is_used_in_one_place_only() {
    let places: [(&str, &[&str], &str); 18] = [
        ("rusqlite", &["src-tauri/core/src/store/"], "SQL is written in the store only"),
        ("rusqlite_migration", &["src-tauri/core/src/store/"], "SQL is written in the store only"),
        (
            "reqwest",
            &[
                "src-tauri/core/src/provider/",
                "src-tauri/core/src/delivery/",
                "src-tauri/mcp/",
                "src-tauri/page/",
            ],
            "requests leave from `provider`, `delivery`, `mcp` and `page` only",
        ),
        ("lettre", &["src-tauri/core/src/delivery/"], "mail is sent by `delivery` only"),
        ("rmcp", &["src-tauri/mcp/"], "MCP is spoken by `mcp` only"),
        ("html5ever", &["src-tauri/page/"], "pages of the web are read by `page` only"),
        ("keyring", &["src-tauri/core/src/secrets"], "keys are kept by `secrets` only"),
        ("hayro_interpret", &["src-tauri/extract/"], "attached files are read by `extract` only"),
        ("calamine", &["src-tauri/extract/"], "attached files are read by `extract` only"),
        ("zip", &["src-tauri/extract/"], "attached files are read by `extract` only"),
        (
            "ignore",
            &["src-tauri/core/src/attach/", "src-tauri/tool/"],
            "`attach` and `tool` go through folders",
        ),
        ("cap_std", &["src-tauri/tool/"], "what a model changes is changed by `tool` only"),
        ("cap_fs_ext", &["src-tauri/tool/"], "what a model changes is changed by `tool` only"),
        ("landlock", &["src-tauri/tool/src/command/"], "commands are confined by `tool` only"),
        ("seccompiler", &["src-tauri/extract/", "src-tauri/tool/"], "`extract` and `tool` confine processes"),
        ("axum", &["src-tauri/api/"], "HTTP is served by `api` only"),
        ("tauri", &["src-tauri/src/"], "only the shell knows Tauri"),
        ("gtk", &["src-tauri/src/"], "only the shell knows the desktop"),
    ];
    let mut wrong = Vec::new();
    for file in sources("src-tauri", &[".rs"]) {
        for (offset, word) in file.words() {
            let word = if word.starts_with("tauri_plugin_") { "tauri" } else { word };
            let is_path = file.code[offset + word.len()..].starts_with("::");
            for (library, places, rule) in places {
                let is_there = places.iter().any(|place| file.path.starts_with(place));
                if word == library && is_path && !is_there {
                    wrong.push(format!("{}: {rule}", file.at(offset)));
                }
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn crates_depend_downwards_only() {
    let allowed: [(&str, &[&str]); 10] = [
        (
            "core",
            &["meanwhile-acp", "meanwhile-extract", "meanwhile-mcp", "meanwhile-page", "meanwhile-tool"],
        ),
        ("page", &["meanwhile-tool"]),
        ("mcp", &["meanwhile-tool"]),
        ("acp", &["meanwhile-tool"]),
        ("extract", &[]),
        ("tool", &[]),
        ("render", &[]),
        ("view", &["meanwhile-core", "meanwhile-render"]),
        ("api", &["meanwhile-core"]),
        ("cli", &["meanwhile-core", "meanwhile-api", "meanwhile-extract", "meanwhile-tool"]),
    ];
    let mut wrong = Vec::new();
    for (name, allowed) in allowed {
        let path = format!("src-tauri/{name}/Cargo.toml");
        let manifest = fs::read_to_string(root().join(&path)).unwrap();
        // What tests depend on is their own affair.
        let shipped = manifest.split("[dev-dependencies]").next().unwrap();
        for line in shipped.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap();
            let is_sibling = dependency.starts_with("meanwhile-") && !allowed.contains(&dependency);
            if is_sibling || dependency.starts_with("tauri") {
                wrong.push(format!("{path}: `{name}` must not depend on {dependency}"));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_core_asks_the_clock_port_for_the_time() {
    let mut wrong = Vec::new();
    for file in sources("src-tauri/core/src", &[".rs"]) {
        if file.module() == ["clock"] {
            continue;
        }
        let mut never =
            vec!["SystemTime::now", "thread::sleep", "jiff::Timestamp::now", "Zoned::now", "Utc::now"];
        // The runtime's own clock only measures how long something took, and tests can stop it.
        if !file.code.contains("tokio::time::Instant") && !file.code.contains("use tokio::time::{") {
            never.push("Instant::now");
        }
        for needle in never {
            wrong.extend(
                file.places(&file.code, needle)
                    .iter()
                    .map(|at| format!("{at}: {needle}, ask the Clock port")),
            );
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_release_ends_itself_because_a_test_asks_it_to() {
    let store = fs::read_to_string(root().join("src-tauri/core/src/store/mod.rs")).unwrap();
    assert!(store.contains("#[cfg(debug_assertions)]\nmod point;"), "the moments are in no release");
    let named =
        sources("src-tauri", &[".rs"]).into_iter().filter(|file| file.text.contains("MEANWHILE_FAILPOINT"));
    let named: Vec<_> = named.map(|file| file.path).collect();
    assert_eq!(named, ["src-tauri/core/src/store/point.rs"], "they are named in one place");
}

#[test]
fn the_page_never_makes_markup_out_of_text() {
    let never = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "dangerouslySetInnerHTML",
        "document.write",
        "DOMParser",
        "createContextualFragment",
        "setHTMLUnsafe",
        "parseHTMLUnsafe",
        "srcdoc",
        "srcDoc",
        "eval(",
        "new Function(",
    ];
    let mut wrong = Vec::new();
    for file in sources("ui/src", &[".ts", ".tsx"]) {
        // Tests read markup to see that there is none.
        if file.path.contains(".test.") {
            continue;
        }
        for needle in never {
            wrong.extend(file.places(&file.quoted, needle).iter().map(|at| format!("{at}: {needle}")));
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_page_keeps_its_rooms_apart() {
    let mut wrong = Vec::new();
    for file in sources("ui/src", &[".ts", ".tsx"]) {
        let inside = file.path.trim_start_matches("ui/src/");
        let room = room_of(inside);
        for (offset, is_type, specifier) in file.imports() {
            let mut refuse = |rule: &str| wrong.push(format!("{}: \"{specifier}\", {rule}", file.at(offset)));
            if specifier.starts_with("@tauri-apps/") && !["ipc/tauri.ts", "ipc/channel.ts"].contains(&inside)
            {
                refuse("only ipc/tauri.ts and ipc/channel.ts know Tauri");
            }
            let Some(other) = inside_page(inside, &specifier).map(|path| room_of(&path)) else { continue };
            if room.starts_with("features/") && other.starts_with("features/") && other != room {
                refuse("a feature does not know another feature");
            }
            let is_test = inside.contains(".test.");
            if room.starts_with("features/") && other == "ipc" && !is_type && !is_test {
                refuse("a feature gets data and callbacks, not the client; types are fine");
            }
            if room == "components"
                && (other.starts_with("features/") || other == "state" || other == "ipc")
                && !is_type
            {
                refuse("a component knows nothing of this app");
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut wrong = Vec::new();
    for (folder, endings, most) in [
        ("src-tauri", &[".rs"] as &[&str], 450),
        ("tests", &[".rs"], 450),
        ("ui/src", &[".ts", ".tsx"], 300),
        ("ui/browser", &[".ts"], 300),
    ] {
        for file in sources(folder, endings) {
            let lines = file.text.lines().count();
            if lines > most {
                wrong.push(format!("{}: {lines} lines, split it by noun at {most}", file.path));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn nothing_is_left_for_later_and_no_test_is_switched_off() {
    let never = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[", "ignore"),
        concat!("it.", "skip("),
        concat!("test.", "skip("),
        concat!("describe.", "skip("),
        concat!("it.", "only("),
        concat!("test.", "only("),
        concat!("describe.", "only("),
    ];
    let mut wrong = Vec::new();
    for folder in ["src-tauri", "tests", "ui/src", "ui/browser", "scripts"] {
        let endings = [".rs", ".ts", ".tsx", ".css", ".sql", ".toml", ".json", ".py", ".html", "scripts/"];
        for file in sources(folder, if folder == "scripts" { &[""] } else { &endings }) {
            for needle in never {
                wrong.extend(file.places(&file.text, needle).iter().map(|at| format!("{at}: {needle}")));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn these_rules_see_what_they_look_for() {
    let text = "//! crate::api\nuse crate::{model::{A, B}, store::Store, Core};\nlet x = \"crate::api\"; super::super::clock();\
                \nfn f<'a>(c: char) { c == '\"'; crate::delivery::go(r#\"crate::doctor \"# ) } /* crate::error */ use super::retry;";
    let file = Source::new("src-tauri/core/src/engine/attempt.rs", text.to_owned());
    assert_eq!(file.module(), ["engine", "attempt"]);
    let names: Vec<_> = file.roots().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["model", "store", "Core", "clock", "delivery"]);
    assert_eq!(file.at(file.roots()[4].0), "src-tauri/core/src/engine/attempt.rs:4");
    let file = Source::new(
        "src-tauri/core/src/store/mod.rs",
        "use super::clock::{A}; use super::{error, model::B};".into(),
    );
    let names: Vec<_> = file.roots().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["clock", "error", "model"]);

    let text = "import type { A } from \"../../ipc/client\";\nimport {\n  B,\n} from '@tauri-apps/api/core'; // from \"x\"\
                \nconst it = await import(\"./lazy\"); export * from \"../tasks/row\"; import \"./a.css\";";
    let file = Source::new("ui/src/features/chat/thread.tsx", text.to_owned());
    let imports: Vec<_> = file.imports().into_iter().map(|(_, is_type, path)| (is_type, path)).collect();
    let expected = [
        (true, "../../ipc/client"),
        (false, "@tauri-apps/api/core"),
        (false, "./lazy"),
        (false, "../tasks/row"),
        (false, "./a.css"),
    ];
    assert_eq!(imports, expected.map(|(is_type, path)| (is_type, path.to_owned())));
    assert_eq!(
        inside_page("features/chat/thread.tsx", "../tasks/row").as_deref(),
        Some("features/tasks/row")
    );
    assert_eq!(inside_page("features/chat/thread.tsx", "react"), None);
    assert_eq!(room_of("features/tasks/row"), "features/tasks");

    let text = "pub use clock::{Clock, SystemClock as Real};\npub use api::Core;\npub use model::*;";
    let expected = [("Clock", "clock"), ("Core", "api"), ("Real", "clock")];
    assert_eq!(exported_from(text), expected.map(|(name, room)| (name.to_owned(), room.to_owned())).into());
}

/// Which room a name comes from that the crate root gives on.
fn exported_from(root: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for statement in root.split("pub use ").skip(1) {
        let statement = statement.split(';').next().unwrap();
        let Some((room, tree)) = statement.split_once("::") else { continue };
        for item in tree.split(['{', '}', ',']) {
            let name = item.rsplit([' ', ':']).next().unwrap().trim();
            if !name.is_empty() && name != "*" {
                names.insert(name.to_owned(), room.trim().to_owned());
            }
        }
    }
    names
}

/// A path below `ui/src` for a relative specifier; `None` for a package.
fn inside_page(file: &str, specifier: &str) -> Option<String> {
    if !specifier.starts_with('.') {
        return None;
    }
    let mut path: Vec<&str> = file.split('/').collect();
    path.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

/// `features/chat` for everything in it, else the top folder.
fn room_of(path: &str) -> String {
    let depth = if path.starts_with("features/") { 2 } else { 1 };
    path.split('/').take(depth).collect::<Vec<_>>().join("/")
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
