//! What a server was given in confidence is repeated nowhere, whatever it says and however it ends.

use crate::approved::{asked, asks, decide, echo, results, says, server, work};
use crate::contained::Folder;
use meanwhile_core::NewToolServer;
use meanwhile_core::model::Decision;
use meanwhile_support::harness::Harness;
use std::path::Path;

const SECRET: &str = "very-secret-value-4711";

fn confided(folder: &Folder, behaviour: &str) -> NewToolServer {
    let variables = [("SERVER_TOKEN".to_owned(), SECRET.to_owned())].into();
    NewToolServer { variables, ..server(folder, behaviour) }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => all.extend(files(&entry.path())),
            false => all.push(std::fs::read(entry.path()).unwrap_or_default()),
        }
    }
    all
}

async fn is_nowhere(app: &Harness, behaviour: &str) {
    app.core.shutdown().await;
    for file in files(&app.data_dir()) {
        assert!(!String::from_utf8_lossy(&file).contains(SECRET), "{behaviour}");
    }
}

// S-36
#[tokio::test]
async fn what_is_secret_reaches_the_server_and_no_file_no_argument_and_no_model() {
    let cases = [
        ("shows its variables", "true "),
        ("repeats its secret", "told: [key]"),
        ("refuses with its secret", "told: [key]"),
        ("dies with its secret", "told: [key]"),
    ];
    for (behaviour, expected) in cases {
        let (app, folder) = (Harness::start().await, Folder::new());
        let added = app.core.add_tool_server(confided(&folder, behaviour)).await.unwrap();
        assert_eq!(added.secrets, ["SERVER_TOKEN"]);
        assert!(!serde_json::to_string(&added).unwrap().contains(SECRET));
        app.core.accept_tool_server("evil", &added.hash).await.unwrap();
        app.server.scripts("m", [asks([echo("hello")]), says("Done.")]);
        let task = work(&app).await;
        decide(&app, &asked(&app, &task).await, Decision::AllowOnce).await;
        app.until_told(&task.id).await;
        assert!(results(&app)[0].contains(expected), "{behaviour}: {:?}", results(&app));
        assert!(results(&app).iter().all(|result| !result.contains(SECRET)), "{behaviour}");
        let calls = serde_json::to_string(&app.core.calls(&task.id).await.unwrap()).unwrap();
        assert!(calls.contains("evil__echo") && !calls.contains(SECRET), "{behaviour}: {calls}");
        assert!(folder.running().iter().all(|line| !line.contains(SECRET)), "{:?}", folder.running());
        is_nowhere(&app, behaviour).await;
    }
}

// S-36
#[tokio::test]
async fn a_server_that_says_a_secret_of_its_tools_is_not_added_and_what_it_said_is_kept_nowhere() {
    let cases = [
        ("describes its secret", "has one of its own secrets in it"),
        ("hides its secret in what it takes", "has one of its own secrets in it"),
        ("refuses its list with its secret", "no list for [key]"),
    ];
    for (behaviour, expected) in cases {
        let (app, folder) = (Harness::start().await, Folder::new());
        let refused = app.core.add_tool_server(confided(&folder, behaviour)).await.unwrap_err();
        assert!(refused.message.contains(expected), "{behaviour}: {}", refused.message);
        assert!(!refused.message.contains(SECRET), "{behaviour}: {}", refused.message);
        assert_eq!(app.core.tool_servers().await.unwrap(), []);
        folder.until_gone().await;
        is_nowhere(&app, behaviour).await;
    }
}
