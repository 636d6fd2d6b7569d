use crate::file_dialog::confirm;
use meanwhile_core::model::{ServerPlace, ToolServer};
use meanwhile_core::{CommandError, Core, NewToolServer};
use tauri::{State, WebviewWindow};

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn tool_servers(core: State<'_, Core>) -> Answer<Vec<ToolServer>> {
    core.tool_servers().await
}

/// A program is started only after a yes outside of the page: one that was taken over could start any otherwise.
#[tauri::command]
pub async fn add_tool_server(
    window: WebviewWindow,
    core: State<'_, Core>,
    server: NewToolServer,
) -> Answer<ToolServer> {
    if matches!(server.place, ServerPlace::Program { .. }) {
        let line = server.place.line();
        let text = format!("Start this program?\n\n{line}\n\nIt can do on this computer whatever you can.");
        if !confirm(&window, "Add a server of tools", text).await {
            return Err(CommandError::invalid(
                "you did not want that program to be started; nothing was added",
            ));
        }
    }
    core.add_tool_server(server).await
}

#[tauri::command]
pub async fn accept_tool_server(core: State<'_, Core>, name: String, hash: String) -> Answer<ToolServer> {
    core.accept_tool_server(&name, &hash).await
}

#[tauri::command]
pub async fn try_tool_server(core: State<'_, Core>, name: String) -> Answer<ToolServer> {
    core.try_tool_server(&name).await
}

#[tauri::command]
pub async fn remove_tool_server(core: State<'_, Core>, name: String) -> Answer<()> {
    core.remove_tool_server(&name).await
}
