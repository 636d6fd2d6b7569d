//! How long something would take, in words.

use super::with_server;

#[tokio::test]
async fn forecast_says_why_how_long_and_what_follows() {
    let (folder, server) = with_server().await;
    let of = |text| ["forecast", "--model", "sim/m", text];
    assert_eq!(
        folder.run(&of("Verify every claim of the report")).await.ok().trim(),
        "There is much to check. No history yet. The background fits: meanwhile ask --background."
    );
    assert_eq!(
        folder.run(&of("fix this typo")).await.ok().trim(),
        "No history yet. Nothing says that it takes long, so it is answered while you watch."
    );
    let score = folder.run(&["forecast"]).await;
    assert!(score.out.is_empty() && score.err.contains("No task had a forecast yet"), "{score:?}");
    assert!(server.requests().is_empty(), "nothing was asked");
}
