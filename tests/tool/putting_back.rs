//! Whatever a task and a person do, a file comes back byte for byte or is left as the person made it.

use crate::folder::Folder;
use meanwhile_tool::snapshot::{Caps, Objects, changes, of_folder, restore};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;

const PATHS: [&str; 6] = ["a", "b", "dir/a", "dir/b", "dir/sub/c", "other/d"];

#[derive(Clone, Debug)]
enum Step {
    Write(usize, u8),
    Delete(usize),
    Replace(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..PATHS.len(), 0..4u8).prop_map(|(path, text)| Step::Write(path, text)),
        2 => (0..PATHS.len()).prop_map(Step::Delete),
        1 => (0..PATHS.len(), 0..PATHS.len()).prop_map(|(from, to)| Step::Replace(from, to)),
    ]
}

fn apply(folder: &Folder, step: &Step) {
    match *step {
        Step::Write(path, text) => folder.write(PATHS[path], [text; 3]),
        Step::Delete(path) => drop(fs::remove_file(folder.path(PATHS[path]))),
        Step::Replace(from, to) => {
            fs::create_dir_all(folder.path(PATHS[to]).parent().unwrap()).unwrap();
            let _ = fs::rename(folder.path(PATHS[from]), folder.path(PATHS[to]));
        }
    }
}

fn state(folder: &Folder) -> BTreeMap<String, String> {
    folder.all().into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    // F64
    #[test]
    fn a_file_comes_back_byte_for_byte_or_is_a_conflict(
        begun in prop::collection::vec(step(), 0..8),
        by_task in prop::collection::vec(step(), 0..8),
        by_person in prop::collection::vec(step(), 0..4),
    ) {
        let folder = Folder::new(&[]);
        begun.iter().for_each(|step| apply(&folder, step));
        let objects = Objects::at(&folder.outside("objects"));
        let before = state(&folder);
        let manifest = of_folder(&folder.workspace, &objects, &Caps::default()).unwrap();
        by_task.iter().for_each(|step| apply(&folder, step));
        let by_task = state(&folder);
        let found = changes(&folder.workspace, &objects, &manifest).unwrap();
        let left: BTreeMap<_, _> = found.into_iter().map(|change| (change.path, change.left)).collect();
        by_person.iter().for_each(|step| apply(&folder, step));
        let by_person = state(&folder);
        let done = restore(&folder.workspace, &objects, &manifest, &left, None).unwrap();
        let after = state(&folder);

        for path in PATHS {
            let is_of_task = before.get(path) != by_task.get(path);
            let is_of_person = by_task.get(path) != by_person.get(path);
            let is_back = before.get(path) == after.get(path);
            prop_assert_eq!(left.contains_key(path), is_of_task);
            if is_of_task && !is_of_person {
                prop_assert!(is_back, "{} was changed by the task alone", path);
            } else {
                // The person may have put it back before.
                prop_assert_eq!(by_person.get(path), after.get(path), "{} is as the person left it", path);
            }
            let is_conflict = done.conflicts.iter().any(|conflict| conflict == path);
            prop_assert_eq!(is_conflict, is_of_task && !is_back, "{} is told", path);
        }
    }
}
