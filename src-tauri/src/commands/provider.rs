use meanwhile_core::model::{LocalServer, ProviderRow, ProviderTest};
use meanwhile_core::{AddedProvider, CommandError, Core, Models, NewProvider};
use tauri::State;

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn models(core: State<'_, Core>) -> Answer<Models> {
    core.models().await
}

#[tauri::command]
pub async fn providers(core: State<'_, Core>) -> Answer<Vec<ProviderRow>> {
    core.providers().await
}

#[tauri::command]
pub async fn add_provider(core: State<'_, Core>, provider: NewProvider) -> Answer<AddedProvider> {
    core.add_provider(provider).await
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
    core.try_provider(provider).await
}

#[tauri::command]
pub async fn detect_local(core: State<'_, Core>) -> Answer<Vec<LocalServer>> {
    core.detect_local().await
}
