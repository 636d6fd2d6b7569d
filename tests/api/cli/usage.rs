//! What was used, and the limit of a day.

use super::{background, until_state, with_server};
use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::{stop, text};

#[tokio::test]
async fn usage_lists_what_was_used_and_says_what_is_unknown() {
    let (folder, server) = with_server().await;
    let none = folder.run(&["usage"]).await;
    assert_eq!((none.code, none.out.as_str()), (0, ""), "{none:?}");
    assert!(none.err.contains("Nothing was used"), "{}", none.err);
    server.script("m", [text("ok"), stop()]);
    let id = background(&folder, "sim/m").await;
    until_state(&folder, &id, "completed").await;
    for (by, name) in [("day", "-"), ("model", "sim/m"), ("conversation", "Summarise this")] {
        let out = folder.run(&["usage", "--by", by]).await.ok();
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(lines.len(), 3, "a heading, a line, the total: {out}");
        assert!(lines[1].contains("unknown") && lines[1].contains(name), "{out}");
    }
    let json = folder.run(&["usage", "--all", "--json"]).await.json();
    assert_eq!(json["models"][0]["model"], "sim/m");
}

#[tokio::test]
async fn a_prompt_over_the_limit_is_not_sent_and_the_way_on_is_said() {
    let (folder, server) = with_server().await;
    server.script("m", [text("ok"), stop()]);
    folder.run(&["limit", "--tokens", "5"]).await.ok();
    folder.run(&["ask", "--model", "sim/m", "Summarise this"]).await;
    let over = folder.run(&["ask", "--model", "sim/m", "Summarise this"]).await;
    assert_eq!((over.code, server.requests().len()), (1, 1), "{over:?}");
    assert!(
        over.err.contains("This would pass today's limit of 5 written tokens: 1 was written."),
        "{}",
        over.err
    );
    assert!(over.err.contains("meanwhile limit --more-today"), "{}", over.err);
    let list = folder.run(&["tasks"]).await.ok();
    assert!(list.contains("Needs you: day limit"), "{list}");
}

#[tokio::test]
async fn limit_says_and_changes_what_a_day_may_use() {
    let folder = Folder::new();
    assert!(folder.run(&["limit"]).await.ok().contains("A day has no limit"));
    let set = folder.run(&["limit", "--usd", "2.5", "--tokens", "1000"]).await.ok();
    assert!(set.contains("of $2.50") && set.contains("0 of 1000 tokens written"), "{set}");
    assert!(folder.run(&["limit", "--more-today"]).await.ok().contains("of $5.00"));
    let wrong = folder.run(&["limit", "--usd", "0"]).await;
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(folder.run(&["limit", "--off"]).await.ok().contains("A day has no limit"));
    let refused = folder.run(&["limit", "--more-today"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
}
