//! An answer in a batch.

use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::BatchServer;

async fn with_batches() -> (Folder, BatchServer) {
    let folder = Folder::new();
    let server = BatchServer::start().await;
    let url = server.base_url();
    folder.run(&["provider", "add", "--name", "far", "--kind", "anthropic", "--base-url", &url]).await.ok();
    (folder, server)
}

#[tokio::test]
async fn a_batch_is_asked_for_and_says_that_it_waits_elsewhere() {
    let (folder, server) = with_batches().await;
    let ran = folder.run(&["ask", "--background", "--batch", "--model", "far/m", "x"]).await;
    assert!(ran.err.contains("It is answered in a batch, within a day."), "{}", ran.err);
    let id = ran.ok().trim().to_owned();
    server.until_asked("POST /v1/messages/batches", 1).await;
    folder.client().until(&id, |task| task["is_remote"] == true).await;
    let shown = folder.run(&["show", &id]).await;
    let words = "Batch         for half the price; waits at far, goes on while this computer sleeps, comes within a day, \
                 mostly within an hour";
    assert!(shown.err.contains(words) || shown.out.contains(words), "{shown:?}");
    let logs = folder.run(&["logs", &id]).await.ok();
    assert!(logs.contains("It waits at the provider in a batch, for half the price"), "{logs}");
}

#[tokio::test]
async fn a_batch_that_cannot_be_one_is_refused_with_what_to_do() {
    let (folder, server) = with_batches().await;
    let watched = folder.run(&["ask", "--batch", "--model", "far/m", "x"]).await;
    assert_eq!(watched.code, 2);
    assert!(watched.err.contains("--background"), "{}", watched.err);
    let other = folder.run(&["ask", "--background", "--batch", "--model", "practice/quick", "x"]).await;
    assert_eq!(other.code, 2, "{other:?}");
    assert!(other.err.contains("practice/quick does not answer in batches"), "{}", other.err);
    assert_eq!(server.asked().len(), 0);
}
