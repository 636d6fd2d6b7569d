use meanwhile_core::model::{LocalServer, ProviderRow, ProviderTest};
use meanwhile_core::{AddedProvider, CommandError, Core, Models, NewProvider};
use tauri::State;

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn models(core: State<'_, Core>) -> Answer<Models> {
    core.models().await
}

#[tauri::command]
pub async fn known_models(core: State<'_, Core>) -> Answer<Models> {
    core.known_models().await
}

#[tauri::command]
pub async fn providers(core: State<'_, Core>) -> Answer<Vec<ProviderRow>> {
    core.providers().await
}

#[tauri::command]
pub async fn add_provider(core: State<'_, Core>, provider: NewProvider) -> Answer<AddedProvider> {
    core.add_provider(checked(provider)?).await
}

#[tauri::command]
pub async fn remove_provider(core: State<'_, Core>, name: String) -> Answer<()> {
    core.remove_provider(&name).await
}

#[tauri::command]
pub async fn test_provider(core: State<'_, Core>, name: String) -> Answer<ProviderTest> {
    core.test_provider(&name).await
}

#[tauri::command]
pub async fn try_provider(core: State<'_, Core>, provider: NewProvider) -> Answer<ProviderTest> {
    core.try_provider(checked(provider)?).await
}

/// The page may name a variable only if it can hold a key of a model provider: others hold other secrets, and a page that
/// was taken over could have any of them sent anywhere.
fn checked(provider: NewProvider) -> Result<NewProvider, CommandError> {
    let is_ours = |name: &str| name.ends_with("_API_KEY") || name.starts_with("MEANWHILE_");
    match provider.key_env.as_deref().map(str::trim) {
        Some(name) if !name.is_empty() && !is_ours(name) => Err(CommandError::invalid(
            "here a key is read only from variables whose name ends with _API_KEY; `meanwhile provider add` takes any",
        )),
        _ => Ok(provider),
    }
}

#[tauri::command]
pub async fn detect_local(core: State<'_, Core>) -> Answer<Vec<LocalServer>> {
    core.detect_local().await
}

#[cfg(test)]
mod tests {
    use super::checked;
    use meanwhile_core::NewProvider;
    use meanwhile_core::model::ProviderKind;

    #[test]
    fn the_page_names_only_variables_that_hold_keys_of_model_providers() {
        let with = |name: &str| NewProvider {
            name: "x".to_owned(),
            kind: ProviderKind::OpenaiChat,
            base_url: "https://example.org".to_owned(),
            key: None,
            key_env: Some(name.to_owned()),
            headers: Default::default(),
            proxy: None,
        };
        assert!(checked(with("OPENAI_API_KEY")).is_ok());
        assert!(checked(with("MEANWHILE_KEY")).is_ok());
        assert!(checked(with("")).is_ok());
        assert!(checked(with("AWS_SECRET_ACCESS_KEY")).is_err());
        assert!(checked(with("GITHUB_TOKEN")).is_err());
    }
}
