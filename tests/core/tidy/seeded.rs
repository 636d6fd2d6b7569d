//! Every seeded defect names a test that is there: the stage that puts them in takes minutes to find out.

use crate::assert_none;
use crate::source::{root, sources};
use std::fs;

const SAYS: &str = "# Noticed by: ";

#[test]
fn every_seeded_defect_names_a_test_that_is_there() {
    let tests = sources("tests", &[".rs"]);
    let mut patches: Vec<_> =
        fs::read_dir(root().join("tests/seeded")).unwrap().map(|entry| entry.unwrap().path()).collect();
    patches.sort();
    let mut wrong = Vec::new();
    for patch in &patches {
        let text = fs::read_to_string(patch).unwrap();
        let named =
            text.lines().find_map(|line| line.strip_prefix(SAYS)).and_then(|line| line.split_once("--test "));
        let Some((target, name)) = named.and_then(|(_, test)| test.split_once(' ')) else {
            wrong.push(format!("{}: no line \"{SAYS}--test TARGET NAME\"", patch.display()));
            continue;
        };
        // `approvals::a_no_is_a_no` stands in `approvals.rs`; a name alone may stand in any file of that target.
        let mut path: Vec<_> = name.split("::").collect();
        let function = format!("fn {}(", path.pop().unwrap_or_default());
        let file = if path.is_empty() { String::new() } else { format!("/{}.rs", path.join("/")) };
        if !tests.iter().any(|test| test.path.ends_with(&file) && test.text.contains(&function)) {
            wrong.push(format!("{}: there is no {name} in --test {target}", patch.display()));
        }
    }
    assert!(!patches.is_empty(), "no seeded defects found");
    assert_none(&wrong);
}
