//! F5: what takes the process down at every start is set aside, and everything else goes on.

use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::{Folder, Signal};
use serde_json::{Value, json};

const LONG: &str = "practice/long-task";

async fn start(client: &ApiClient) -> String {
    let task = client.start(&json!({ "prompt": "x", "model": LONG })).await;
    task["id"].as_str().unwrap().to_owned()
}

/// What waits with nothing more to come by itself, or works.
fn is_decided(task: &Value) -> bool {
    task["state"] == "waiting" || task["state"] == "running"
}

// F5
#[tokio::test]
async fn a_task_that_was_there_in_three_crashes_waits_for_the_user_and_the_rest_goes_on() {
    let folder = Folder::new();
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let mut serve = folder.serve().await;
        tasks.push(start(&serve.client).await);
        for id in &tasks {
            serve.client.until(id, |task| task["state"] == "running").await;
        }
        serve.signal(Signal::Abort);
        assert!(!serve.ended().await.success());
    }
    let serve = folder.serve().await;
    let set_aside = serve.client.until(&tasks[0], is_decided).await;
    assert_eq!((set_aside["state"].as_str(), set_aside["attempt"].as_u64()), (Some("waiting"), Some(3)));
    assert_eq!(set_aside["error"]["code"], "crashed");
    assert_eq!(
        set_aside["error"]["message"],
        "Meanwhile crashed 3 times within minutes while this was being answered."
    );
    for other in &tasks[1..] {
        assert_eq!(serve.client.until(other, is_decided).await["state"], "running");
    }
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));

    serve.client.post(&format!("/background-agents/{}/resume", tasks[0]), &json!({})).await.expect(200);
    serve.client.until(&tasks[0], |task| task["state"] == "running" && task["attempt"] == 4).await;
}

// F5
#[tokio::test]
async fn kills_from_outside_are_not_blamed_on_what_was_running() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let id = start(&serve.client).await;
    serve.crash().await;
    for _ in 0..4 {
        let serve = folder.serve().await;
        serve.client.until(&id, |task| task["state"] == "running").await;
        serve.crash().await;
    }
    let serve = folder.serve().await;
    assert_eq!(serve.client.until(&id, is_decided).await["state"], "running");
}
