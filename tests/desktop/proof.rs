//! The pull-the-plug test from the window, which starts this very program a second time, without a desktop.

use crate::stage::home::Home;
use meanwhile_support::model_server::ModelServer;

// F2
#[tokio::test(flavor = "multi_thread")]
async fn a_user_can_pull_the_plug_in_the_window_and_sees_that_nothing_is_lost() {
    let server = ModelServer::start().await;
    let home = Home::new("proof").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.press("Settings").await;
    page.press("Pull the plug").await;
    // Waits for each kill as it happens: the whole takes longer than one fact may.
    for kill in 1..=3 {
        page.until_there(&format!(".proof-steps > li:nth-child({})", 2 * kill)).await;
    }
    page.until_says(
        ".set-sections .note-mean",
        "Nothing was lost: killed 3 times, 0 of 1 937 bytes gone, told once.",
    )
    .await;
    assert_eq!(app.tasks().await.len(), 0, "nothing of it stands among the user's own");
}
