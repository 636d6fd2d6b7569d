//! Asking somebody who speaks chat completions.

use meanwhile_core::model::ProviderKind;
use meanwhile_core::provider::{Adapter, Patience, Provider, ProviderError};
use meanwhile_core::secrets::Secret;
pub use meanwhile_support::answer::{Folded, KEY, brisk, fold, request};

pub fn provider(base_url: &str) -> Adapter {
    chat(base_url, Some(Secret::new(KEY)), brisk())
}

/// Somebody who speaks chat completions.
pub fn chat(base_url: &str, key: Option<Secret>, patience: Patience) -> Adapter {
    Adapter::new(ProviderKind::OpenaiChat, base_url, key, patience).expect("it has an address")
}

pub async fn ask(base_url: &str, model: &str) -> Folded {
    fold(provider(base_url).stream(request(model))).await
}

/// The error an answer ends with, and the promise that no text of ours tells the key.
pub async fn error_of(base_url: &str, model: &str) -> ProviderError {
    let answer = ask(base_url, model).await;
    let error = answer.error.expect("an error");
    assert!(!format!("{error} {error:?}").contains(KEY), "the key is in {error:?}");
    error
}
