//! An answer that is made at its provider survives the program that asked for it.

use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::{BatchServer, RemoteServer};
use serde_json::json;

// F2
#[tokio::test]
async fn after_kill_9_an_answer_made_at_the_provider_is_heard_from_its_cursor_and_told_once() {
    let server = RemoteServer::start().await;
    let folder = Folder::new();
    let serve = folder.serve().await;
    let provider = json!({ "name": "mine", "kind": "openai-responses", "base_url": server.base_url() });
    serve.client.post("/providers", &provider).await.expect(201);
    let task = serve.client.start(&json!({ "prompt": "x", "model": "mine/m" })).await;
    let id = task["id"].as_str().unwrap().to_owned();
    serve.client.until(&id, |task| task["is_remote"] == true).await;
    server.say("before, ");
    serve.client.until(&id, |task| task["text"] == "before, ").await;
    serve.crash().await;
    server.say("after");
    server.finish();

    let serve = folder.serve().await;
    let done = serve.client.until_state(&id, "completed").await;
    assert_eq!(done["text"], "before, after");
    assert_eq!(
        (done["usage"]["input_tokens"].as_u64(), done["usage"]["output_tokens"].as_u64()),
        (Some(7), Some(5))
    );
    assert_eq!(done["attempt"], 2);
    assert_eq!(server.questions().len(), 1, "{:?}", server.asked());
    assert!(server.asked().contains(&"GET resp_0 after 1".to_owned()), "{:?}", server.asked());
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

// F2
#[tokio::test]
async fn after_kill_9_an_answer_in_a_batch_is_met_again_and_told_once() {
    let server = BatchServer::start().await;
    let folder = Folder::new();
    let serve = folder.serve().await;
    let provider = json!({ "name": "far", "kind": "anthropic", "base_url": server.base_url() });
    serve.client.post("/providers", &provider).await.expect(201);
    let task = serve.client.start(&json!({ "prompt": "x", "model": "far/m", "in_batch": true })).await;
    assert_eq!(task["in_batch"], true);
    let id = task["id"].as_str().unwrap().to_owned();
    serve.client.until(&id, |task| task["is_remote"] == true).await;
    serve.crash().await;
    server.answer("Made meanwhile.");

    let serve = folder.serve().await;
    let done = serve.client.until_state(&id, "completed").await;
    assert_eq!((done["text"].as_str(), done["attempt"].as_u64()), (Some("Made meanwhile."), Some(2)));
    assert_eq!(done["usage"]["output_tokens"], 5);
    assert_eq!(server.times_asked("POST /v1/messages/batches"), 1, "{:?}", server.asked());
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
    let watched =
        json!({ "text": "x", "model": "far/m", "lane": "interactive", "origin": "api", "in_batch": true });
    let refused = serve.client.post("/ask", &watched).await.expect(422);
    assert!(refused.to_string().contains("only for the background"), "{refused}");
}
