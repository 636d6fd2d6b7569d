//! What can go wrong, and the tests that show what happens then. `tests/FAULTS.md` is written from both, so it cannot drift.
//!
//! A test names its faults in a comment on the line above it: `// F26, F39`.

use super::source::{root, sources};
use std::collections::BTreeMap;
use std::fs;

/// Number, what goes wrong, what happens then, and what no test here shows.
const FAULTS: [(u8, &str, &str, &str); 72] = [
    (
        1,
        "The process is killed between two steps of a task",
        "A step is in the database whole or not at all, and the next start goes on from there",
        "",
    ),
    (
        2,
        "`kill -9` at any moment",
        "Nothing acknowledged is lost, each outcome is told once, every task comes to its end",
        "",
    ),
    (3, "The power fails", "As after a kill: what was acknowledged was on the disk", ""),
    (
        4,
        "A disk that says it has written and has not",
        "Nothing can be promised; the daily copy is the way back",
        "",
    ),
    (
        5,
        "One task takes the process down at every start",
        "After three crashes within minutes the task waits for the user, after twenty restarts of other kinds too; the rest goes on",
        "A fault in memory of a library leaves no mark and counts as a kill",
    ),
    (6, "A defect panics inside a task", "That attempt fails and says so; everything else goes on", ""),
    (
        7,
        "The system kills the process for its memory",
        "As after any kill",
        "The kill is the same signal as in F2",
    ),
    (
        8,
        "Logout, shutdown, SIGTERM, quit",
        "The process ends within three seconds; text is kept and background work goes on at the next start",
        "",
    ),
    (
        9,
        "A crash between the start of a tool and its result",
        "What only reads is read again; everything else is not done again before its user was told and said yes to that",
        "",
    ),
    (
        10,
        "A crash in the middle of a paid answer",
        "The text is kept with its attempt; background work goes on, a watched answer waits for the user",
        "",
    ),
    (
        11,
        "It is started twice",
        "The first one shows its window, the second one ends; the database has one owner",
        "",
    ),
    (
        12,
        "The page crashes or is loaded again",
        "It comes back by itself and shows what the database has",
        "",
    ),
    (
        13,
        "An upgrade, or one that is cut off",
        "A copy is made first, the change is one transaction, data of the first version go on",
        "",
    ),
    (
        14,
        "The database is damaged",
        "It is left as it is, never overwritten; `doctor` names the damage, `restore` goes back to a copy, `salvage` reads what can be read, and both keep the damaged file",
        "What stands below a damaged inner page of a table is not read",
    ),
    (
        15,
        "The disk is full",
        "Nothing is acknowledged that is not stored; work goes on by itself when there is space",
        "Stop and delete still need some space",
    ),
    (
        16,
        "The folder cannot be written",
        "It is named at the start and nothing is changed",
        "Reading history from a read-only folder is missing",
    ),
    (
        17,
        "Another program holds the database",
        "Everybody waits up to five seconds, then the action says so; text waits in memory and nothing is lost",
        "",
    ),
    (18, "The data are newer than the program", "It refuses with code 3 and does not change a byte", ""),
    (
        19,
        "The disk reports an error",
        "What could not be stored is not acknowledged; a start on a disk that is well again brings all work to its end",
        "",
    ),
    (
        20,
        "The data folder is on a network or is synchronised",
        "It is said at the start, by `doctor` and `status`, and in the settings, with what to do",
        "Network drives are told on Linux only",
    ),
    (
        21,
        "The log of the database grows without end",
        "Readers are short and the log is cut back to 64 MiB",
        "",
    ),
    (22, "A copy is made while answers stream", "The copy is whole and passes every check", ""),
    (23, "An attachment is gone or changed", "", "There are no attachments yet"),
    (
        24,
        "A database of a gigabyte",
        "A step costs the same however much was done before",
        "Figures of such a database belong to the benchmarks",
    ),
    (
        25,
        "No network, no name, a portal's page instead of an answer",
        "The text is kept; background work waits and goes on by itself; a page is told from a provider",
        "`meanwhile serve` and systems without NetworkManager do not hear of the network",
    ),
    (
        26,
        "Too many requests, overload, server errors",
        "What the provider says is honoured; else pauses double and are spread; one task at a time tries a provider in trouble",
        "",
    ),
    (27, "An error inside a stream that began well", "It is judged by its type", ""),
    (
        28,
        "Not an event stream, an empty answer, a web page",
        "It is named and quoted, never taken for an empty answer",
        "",
    ),
    (
        29,
        "A stream that hangs",
        "Limits for the first event, for bytes and for events that mean something, longer or shorter for a model if the user says so; the end marker ends an answer at once",
        "",
    ),
    (
        30,
        "A stream without its end marker or reason",
        "A reason or the marker is enough; without both the answer broke off and is never called complete",
        "",
    ),
    (
        31,
        "A malformed stream",
        "The same events wherever it is split; bad bytes stall nothing; lines and events have limits",
        "",
    ),
    (32, "A character split over two pieces", "It is whole", ""),
    (
        33,
        "JSON of wrong types, of any depth, or broken",
        "It is tolerated or the attempt fails; nothing panics",
        "",
    ),
    (
        34,
        "Usage in every chunk, twice or never",
        "The last one counts; without any it is estimated and says so",
        "",
    ),
    (35, "A compressed body", "It is named; none is asked for", ""),
    (
        36,
        "A connection that died unnoticed",
        "The attempt ends as broken off and is tried again",
        "A frozen HTTP/2 connection is missing",
    ),
    (
        37,
        "A certificate that is not trusted, or no TLS at all",
        "It is named; there is no switch to ignore it",
        "",
    ),
    (38, "A proxy", "The system's proxy is used, and never for this machine", ""),
    (
        39,
        "A wrong key, no credit",
        "It is not asked again; all tasks of that key wait, told once, and go on together",
        "",
    ),
    (40, "A model that is gone", "The task asks for another one; it is never swapped silently", ""),
    (
        41,
        "A conversation longer than the model reads",
        "It is named with its sizes and the original is kept",
        "",
    ),
    (42, "A refusal, a filter, an answer cut by its limit", "It is an answer, with its reason", ""),
    (43, "A redirect to another host", "It is not followed and the key does not travel", ""),
    (
        44,
        "An answer of a hundred megabytes",
        "It is ended at 128 MiB with the reason; memory stays bounded",
        "",
    ),
    (
        45,
        "Thousands of queued tasks",
        "Fair order, as many at a time as there are places, watched prompts before all",
        "",
    ),
    (46, "The clock jumps", "Order comes from numbers; a pause chosen by a clock that was ahead is over", ""),
    (
        47,
        "Sleep",
        "New connections are made, an answer from elsewhere that stays silent for 8 s is made to go on, what waits for the network is tried at once",
        "`meanwhile serve` and systems without logind notice a sleep by their limits only",
    ),
    (
        48,
        "The notice service is missing, silent or refuses",
        "The outcome is in the app, the failure is recorded with it and shown",
        "",
    ),
    (49, "A notice with text of a model", "Plain text, and none at all if the user wants it private", ""),
    (50, "A click on a notice after the window was closed", "The window opens at the right place", ""),
    (51, "No tray", "It is said once, a second start raises the window, the command line works", ""),
    (
        52,
        "No display",
        "`meanwhile serve` and the commands need none",
        "A display that dies while the app runs is missing",
    ),
    (
        53,
        "No keychain, a locked one, one that never answers",
        "Keys are kept for this run and that is said, never in plain text on disk; background work waits for the unlocking",
        "",
    ),
    (
        54,
        "A window that stays blank",
        "The page has to report; a process of the page that dies is started again",
        "Another way of drawing is not tried by itself",
    ),
    (55, "Started before the network and the keychain are there", "Work waits and does not fail", ""),
    (
        56,
        "Text of a model or a file attacks whoever reads it: markup, scripts, styles, frames, forms, mathematics",
        "It is shown as text or as harmless nodes; nothing runs, nothing is loaded, the page stays where it is",
        "",
    ),
    (
        57,
        "An answer wants to load images",
        "None is loaded; the place says where it would come from, and its address is a link",
        "Loading one by a press is not offered",
    ),
    (
        58,
        "A link leads elsewhere than it says",
        "Only addresses of the web and of mail open, outside and without a shell; hidden letters are written out, and names with a user or a backslash before the host are no links",
        "Letters of other alphabets that look like ours stay as they are written",
    ),
    (
        59,
        "A text that a model read asks it for something harmful",
        "What a tool would do is shown whole, hidden letters too, and what was agreed to is exactly that or nothing",
        "",
    ),
    (
        60,
        "A server of tools lies, changes what it says, floods, never answers, dies, asks for things or sends us elsewhere",
        "Its call fails in words that name it, within its time and its bytes; nothing of it is left running, nothing it asks for is given, and tools it describes in another way are used by nobody before that is accepted",
        "",
    ),
    (
        61,
        "A tool tries to leave its folder: `..`, links, hard links, devices, pipes",
        "The system itself refuses it, also when a folder becomes a link in that moment",
        "",
    ),
    (
        62,
        "A command forks without end, leaves its parent, ignores signals, floods, eats memory or never ends",
        "It is ended at its limits, and all it started is gone within five seconds of its end, of a stop and of a kill of ours",
        "With Landlock or no sandbox a fork bomb of the super user has no cap: the system does not count their processes",
    ),
    (
        63,
        "A folder whose repository has hostile settings, hooks or filters, or no repository, or far too much in it",
        "What is in its files is kept without running git or reading its settings; if it cannot be, that is said first. Where git makes a branch, nothing of its settings runs",
        "",
    ),
    (
        64,
        "What a task changed is put back",
        "Exactly the files it changed come back byte for byte; what somebody changed since is told and left alone",
        "",
    ),
    (65, "A web page calls the API", "It is refused before anything is read, and learns nothing", ""),
    (
        66,
        "Another user or program calls the API",
        "It needs the token, which only the user can read; guessing is slow",
        "",
    ),
    (
        67,
        "A flood of requests, slow clients, huge bodies",
        "Limits for connections, heads, bodies and time; the others go on",
        "",
    ),
    (68, "The same request twice", "One task", ""),
    (
        69,
        "A damaged or harmful file is attached: PDF, office file, picture, one that unpacks to far more",
        "It is read in a process that can only compute, with limits of time, memory and size; the text, or the reason and what to do",
        "On macOS and Windows that process has no limit of memory and could reach the network",
    ),
    (
        70,
        "Names in an archive that lead out of it",
        "They are names like others: nothing is ever unpacked to a disk",
        "",
    ),
    (
        72,
        "A whole book, or a hostile file, is pasted or dropped",
        "Long text becomes a file, and a file is read like any other; the page hands over bytes and never a path",
        "",
    ),
    (73, "Logs", "Neither prompts nor keys nor the token are in them", "There is no bundle for support yet"),
];

/// Where tests are.
const PLACES: [&str; 3] = ["tests", "src-tauri", "ui/src"];

#[test]
fn every_fault_has_a_test_or_a_reason_and_the_table_says_which() {
    let (proofs, mut wrong) = proofs();
    let known: Vec<u8> = FAULTS.iter().map(|fault| fault.0).collect();
    wrong.extend(proofs.keys().filter(|n| !known.contains(n)).map(|n| format!("F{n} is in no table")));
    let mut table = HEAD.to_owned();
    for (number, fault, then, missing) in &FAULTS {
        let tests = proofs.get(number).map_or(&[][..], Vec::as_slice);
        if tests.is_empty() && missing.is_empty() {
            wrong.push(format!("F{number} has neither a test nor a reason"));
        }
        let mut proof: Vec<String> = tests.to_vec();
        proof.extend((!missing.is_empty()).then(|| format!("*{missing}.*")));
        table += &format!("| F{number} | {fault} | {then} | {} |\n", proof.join("<br>"));
    }
    super::assert_none(&wrong);
    let file = root().join("tests/FAULTS.md");
    if std::env::var_os("MEANWHILE_WRITE").is_some() {
        fs::write(&file, &table).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(there == table, "tests/FAULTS.md is out of date: write it with `make faults` and commit it");
}

const HEAD: &str = "# What can go wrong\n\n\
    Each fault, what happens then, and the tests that show it. Written by `make faults` from the comments above the tests; a\n\
    check refuses a fault that has neither a test nor a reason. In italics: what no test here shows.\n\n\
    | | What goes wrong | What happens then | Shown by |\n|---|---|---|---|\n";

/// The tests of each fault as links, and comments that stand over no test.
fn proofs() -> (BTreeMap<u8, Vec<String>>, Vec<String>) {
    let (mut proofs, mut wrong) = (BTreeMap::<u8, Vec<String>>::new(), Vec::new());
    for file in PLACES.into_iter().flat_map(|place| sources(place, &[".rs", ".ts", ".tsx"])) {
        let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(numbers) = faults_of(line) else { continue };
            let after = || lines[at + 1..].iter().take(3);
            let is_test = after()
                .any(|line| line.starts_with("#[") && line.contains("test") || line.starts_with("test("));
            let Some(name) = after().find_map(|line| name_of(line)).filter(|_| is_test) else {
                wrong.push(format!("{}:{}: no test follows", file.path, at + 1));
                continue;
            };
            let path = file.path.strip_prefix("tests/").map_or(format!("../{}", file.path), str::to_owned);
            for number in numbers {
                proofs.entry(number).or_default().push(format!("[{}]({path})", name.replace('_', " ")));
            }
        }
    }
    (proofs, wrong)
}

/// The numbers of a comment that is nothing but them.
fn faults_of(line: &str) -> Option<Vec<u8>> {
    let list = line.strip_prefix("// ")?;
    list.split(", ").map(|one| one.strip_prefix('F')?.parse().ok()).collect()
}

fn name_of(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("test(\"") {
        return rest.split('"').next();
    }
    let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
    rest.split('(').next()
}

#[test]
fn a_comment_of_faults_is_nothing_but_numbers() {
    assert_eq!(faults_of("// F26, F39"), Some(vec![26, 39]));
    assert_eq!(faults_of("// F26 is waited out"), None);
    assert_eq!(faults_of("// Fetches it"), None);
    assert_eq!(name_of("async fn it_works() {"), Some("it_works"));
    assert_eq!(name_of("#[tokio::test]"), None);
    assert_eq!(name_of("test(\"it works\", async () => {"), Some("it works"));
}
