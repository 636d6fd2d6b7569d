//! What was used, and the limit of a day, over the API.

use crate::fixture::{Api, id};
use meanwhile_support::api_client::answer;
use meanwhile_support::model_server::{stop, text};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn what_was_used_is_told_by_day_model_and_conversation() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    let task = api.client.until_state(id(&task), "completed").await;
    let report = api.client.get("/usage?days=7").await.expect(200);
    assert_eq!(report["days"].as_array().unwrap().len(), 7);
    assert_eq!(report["days"][6]["spent"], report["total"], "today is the last");
    assert_eq!(report["models"], json!([{ "model": "sim/m", "spent": report["total"] }]));
    let chat = &report["conversations"][0];
    assert_eq!(
        (&chat["conversation_id"], &chat["title"]),
        (&task["conversation_id"], &json!("Summarise this"))
    );
    let total = &report["total"];
    assert_eq!(
        (&total["requests"], &total["cost_usd"], &total["unpriced"]),
        (&json!(1), &json!(null), &json!(1))
    );
    assert_eq!(report["limit_usd"], json!(null));
    assert_eq!(api.client.get("/usage").await.expect(200)["days"].as_array().unwrap().len(), 30);
    assert_eq!(api.client.get("/usage?days=all").await.expect(200)["days"].as_array().unwrap().len(), 1);
    for days in ["0", "-1", "4000", "week"] {
        assert_eq!(
            api.client.get(&format!("/usage?days={days}")).await.refusal(),
            (422, "invalid"),
            "{days}"
        );
    }
}

#[tokio::test]
async fn the_limit_of_a_day_is_a_setting_and_can_be_allowed_once_more() {
    let api = Api::start().await;
    assert_eq!(api.client.post("/usage/more-today", &json!({})).await.refusal(), (422, "invalid"));
    let limit = |body| api.client.request(Method::PUT, "/settings").json(&json!({ "day_limit": body }));
    let kept = answer(limit(json!({ "tokens": 500 }))).await.expect(200);
    assert_eq!(kept["day_limit"], json!({ "usd": null, "tokens": 500, "more": null }));
    let more = api.client.post("/usage/more-today", &json!({})).await.expect(200);
    assert_eq!((&more["day_limit"]["tokens"], &more["day_limit"]["more"]["times"]), (&json!(500), &json!(1)));
    assert_eq!(api.client.get("/usage?days=1").await.expect(200)["limit_tokens"], 1_000);
    for wrong in [json!({ "usd": 0 }), json!({ "tokens": 0 }), json!({ "euros": 1 })] {
        assert_eq!(answer(limit(wrong)).await.refusal(), (422, "invalid"));
    }
}
