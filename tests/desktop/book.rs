//! A long file, from the window into the background and back as one notice.

use crate::stage::home::Home;
use crate::stage::notices::Notices;
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};

#[allow(dead_code)]
#[path = "../core/extract/make.rs"]
pub mod make;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_pages_are_summarised_in_parts_with_the_window_closed_and_come_back_with_their_pages() {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    let mut answers = vec![vec![text("The pumps are compared (page 3)."), stop()]];
    answers.push(vec![text("Their noise "), wait(&gate), text("is measured (page 12)."), stop()]);
    answers.extend(
        (3..=5).map(|part| vec![text(&format!("Part {part} is about costs (page {part}0).")), stop()]),
    );
    answers.push(vec![text("Buy the second pump (page 12, page 40)."), stop()]);
    server.scripts("story", answers);
    let home = Home::new("a book").set_up(&server).await;
    let file = home.desktop.folder().join("pumps.pdf");
    let line = "The second pump is louder than the first and saves more. ";
    let page = |number| format!("Leaf {number}.\n{}", format!("{line}{line}\n").repeat(17));
    let pages: Vec<String> = (1..=50).map(page).collect();
    std::fs::write(&file, make::pdf(&pages.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let notices = Notices::listen(&home.desktop).await;
    let mut app = home.start(&[]).await;
    let page = app.page().await;

    let field = page.until_there("input[type=file]").await;
    page.type_into(&field, file.to_str().unwrap()).await.unwrap();
    page.until_says(".file-chip", "50 pages, about").await;
    page.press("Part by part, in the background").await;
    page.until_says(".prompt .file-chip", "pumps.pdf").await;
    gate.reached().await;
    page.until_says(".answer", "Pages 11–20").await;
    home.desktop.close(&app.window().await).await;
    page.press("OK").await;
    app.until_windowless().await;
    gate.open();

    let notice = notices.until("Done: Summarise pumps.pdf").await;
    assert!(notice.body.contains("Buy the second pump"), "it says what it came to: {notice:?}");
    notices.click(&home.desktop, &notice).await;
    page.until_up().await;
    // What they came to stands first; the parts are one click below it.
    page.until_says(".answer", "Buy the second pump (page 12, page 40).").await;
    let parts = page.until_there(".answer .parts > summary").await;
    page.click(&parts).await.unwrap();
    page.until_says(".answer", "Their noise is measured (page 12).").await;
    assert_eq!(notices.all().len(), 1);
    assert_eq!(app.times_told(&app.until_told("Summarise pumps.pdf").await, "native").await, 1);
    app.assert_healthy().await;
}
