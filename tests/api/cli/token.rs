//! Tokens for other programs on the command line.

use meanwhile_support::binary::Folder;

// S-15
#[tokio::test]
async fn a_new_token_is_alone_on_standard_output_and_opens_what_its_scope_says() {
    let folder = Folder::new();
    let made = folder.run(&["token", "add", "backup-script", "--scope", "read"]).await;
    assert!(!made.err.contains("mw_"), "{}", made.err);
    assert_eq!(folder.pid(), None, "nothing was started for it");
    let out = made.ok();
    let token = out.strip_suffix('\n').unwrap();
    assert!(token.starts_with("mw_") && token.len() == 67, "{out:?}");

    let serve = folder.serve().await;
    let program = serve.client.with_token(token);
    program.get("/status").await.expect(200);
    assert_eq!(program.post("/quit", &serde_json::json!({})).await.refusal(), (403, "insufficient_scope"));
    serve.crash().await;
    let serve = folder.serve().await;
    let program = serve.client.with_token(token);
    program.get("/status").await.expect(200);

    folder.run(&["token", "remove", "backup-script"]).await.ok();
    assert_eq!(program.get("/status").await.refusal(), (401, "unauthorized"));
    assert!(!folder.log().contains(token), "it is in the log");
}

// S-15
#[tokio::test]
async fn a_list_of_tokens_says_what_each_allows_and_not_what_it_is() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["token", "list"]).await.ok(), "");
    let made = folder.run(&["token", "add", "ci", "--scope", "enqueue", "--json"]).await.json();
    assert_eq!((&made["name"], &made["scope"]), (&"ci".into(), &"enqueue".into()));
    let token = made["token"].as_str().unwrap();
    folder.run(&["token", "add", "phone", "--scope", "control"]).await.ok();

    let listed = folder.run(&["token", "list"]).await.ok();
    let words: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words[0][..2], ["ci", "enqueue"]);
    assert_eq!(words[1][..2], ["phone", "control"]);
    let json = folder.run(&["token", "list", "--json"]).await.json();
    let row = serde_json::json!({ "name": "ci", "scope": "enqueue", "created_at": made["created_at"] });
    assert_eq!(json["tokens"][0], row);
    assert!(!listed.contains(token) && !json.to_string().contains(token), "a token is shown once");

    assert_eq!(folder.run(&["token", "remove", "ci", "--json"]).await.json()["removed"], "ci");
    assert_eq!(folder.run(&["token", "list"]).await.ok().lines().count(), 1);
}

// S-15
#[tokio::test]
async fn names_and_scopes_that_cannot_be_are_refused_with_the_reason() {
    let folder = Folder::new();
    folder.run(&["token", "add", "ci", "--scope", "read"]).await.ok();
    let twice = folder.run(&["token", "add", "ci", "--scope", "control"]).await;
    assert_eq!((twice.code, twice.out.as_str()), (1, ""));
    assert!(twice.err.contains("there is a token \"ci\" already"), "{}", twice.err);

    let long = "x".repeat(41);
    for name in ["", " ", "two words", ".hidden", "_x", "a/b", "é", "a\nb", &long] {
        let ran = folder.run(&["token", "add", name, "--scope", "read"]).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name:?}");
        assert!(ran.err.contains("a name has 1 to 40 letters"), "{name:?}: {}", ran.err);
    }
    for scope in ["owner", "all", "READ", ""] {
        let ran = folder.run(&["token", "add", "other", "--scope", scope]).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{scope:?}");
        assert!(ran.err.contains("read, enqueue, control"), "{scope:?}: {}", ran.err);
    }
    assert_eq!(folder.run(&["token", "add", "other"]).await.code, 2, "a scope is never guessed");
    let unknown = folder.run(&["token", "remove", "nobody"]).await;
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("there is no token \"nobody\""), "{}", unknown.err);
    assert_eq!(folder.run(&["token", "list"]).await.ok().lines().count(), 1, "nothing was changed");
}
