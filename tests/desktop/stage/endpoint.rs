//! What other programs reach the app by.

use crate::stage::fact::until;
use meanwhile_support::api_client::ApiClient;
use serde_json::Value;
use std::path::Path;

/// The client of the process that left its endpoint in this folder; `None` when none did.
pub fn api(data_dir: &Path) -> Option<ApiClient> {
    let endpoint = read(data_dir)?;
    let token_file = Path::new(endpoint["token_file"].as_str()?);
    Some(ApiClient::over_socket(Path::new(endpoint["socket"].as_str()?), token_file))
}

/// Waits until this process answers.
pub async fn until_answers(data_dir: &Path, pid: u32) {
    until("the app answers", async || {
        // After a crash the endpoint of the process before still lies there.
        let is_ours = read(data_dir)?["pid"] == pid;
        (is_ours && api(data_dir)?.get("/healthz").await.status == 200).then_some(())
    })
    .await;
}

fn read(data_dir: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(data_dir.join("endpoint.json")).ok()?).ok()
}
