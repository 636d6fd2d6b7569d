//! Whether the background fits a prompt, before it is asked.

use crate::fixture::Api;
use serde_json::json;

#[tokio::test]
async fn the_background_is_suggested_for_what_takes_long_and_nothing_is_stored() {
    let api = Api::start().await;
    let ask = |text: &str| json!({ "text": text, "model": "sim/m" });
    let research =
        api.client.post("/admission", &ask("Research heat pumps for old houses")).await.expect(200);
    let signs = json!([{ "shape": "research", "count": null }]);
    assert_eq!(research, json!({ "tier": "upfront", "signs": signs, "forecast": null }));
    let short = api.client.post("/admission", &ask("What is the capital of France?")).await.expect(200);
    assert_eq!(short, json!({ "tier": "inline", "signs": [], "forecast": null }));
    assert_eq!(api.client.post("/admission", &json!({ "text": 1 })).await.refusal(), (422, "invalid"));
    let none = json!({ "right": 0, "of": 0, "models": [] });
    assert_eq!(api.client.get("/forecasts").await.expect(200), none);
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!(page, json!({ "active": [], "history": [], "next": null }));
}
