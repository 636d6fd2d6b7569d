//! `meanwhile prove`: the plug is pulled on a process of its own.

use meanwhile_support::binary::Folder;
use serde_json::json;

// F2
#[tokio::test]
async fn a_user_can_pull_the_plug_and_sees_that_nothing_is_lost() {
    let folder = Folder::new();
    let found = folder.run(&["prove", "--json"]).await.json();
    assert!(found["shown"].as_u64().unwrap() > 1_000, "{found}");
    assert_eq!(found["holds"], true, "{found}");
    for (name, expected) in [
        ("kills", json!(3)),
        ("lost", json!(0)),
        ("told", json!(1)),
        ("is_whole", json!(true)),
        ("findings", json!([])),
    ] {
        assert_eq!(found[name], expected, "{name}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing of the test stays");
}
