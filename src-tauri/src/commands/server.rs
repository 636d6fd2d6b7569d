use crate::file_dialog::confirm;
use meanwhile_core::model::{ServerPlace, ToolServer, exactly};
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
    if matches!(server.place, ServerPlace::Program { .. })
        && !confirm(&window, "Add a server of tools", question(&server)).await
    {
        return Err(CommandError::invalid("you did not want that program to be started; nothing was added"));
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

/// Letters of a value that are shown.
const VALUE: usize = 200;

/// All that the program would be started with. It goes to a dialog of the system and into no log.
fn question(server: &NewToolServer) -> String {
    let mut text = format!("Start this program?\n\n{}\n", server.place.line());
    if let ServerPlace::Program { folder, .. } = &server.place {
        let folder = folder.as_deref().map_or_else(|| "your own folder".to_owned(), exactly);
        text += &format!("\nIn: {folder}\n");
    }
    for (name, value) in &server.variables {
        let shown = exactly(value);
        let shown = match shown.char_indices().nth(VALUE) {
            Some((end, _)) => format!("{}… ({} letters)", &shown[..end], shown.chars().count()),
            None => shown,
        };
        text += &format!("\n{} = {shown}", exactly(name));
    }
    text + "\n\nIt can do on this computer whatever you can."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_shows_all_that_a_program_is_started_with() {
        let mut server = NewToolServer {
            name: "files".to_owned(),
            place: ServerPlace::Program {
                words: vec!["server".to_owned(), "a\nb".to_owned()],
                folder: Some("/srv/\u{202e}x".to_owned()),
            },
            variables: [("TOKEN", "se\ncret".to_owned()), ("LONG", "x".repeat(500))]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            token: None,
        };
        let long = format!("{}… (500 letters)", "x".repeat(VALUE));
        assert_eq!(
            question(&server),
            format!(
                "Start this program?\n\nserver 'a\\u{{a}}b'\n\nIn: /srv/\\u{{202e}}x\n\nLONG = {long}\nTOKEN = se\\u{{a}}cret\n\n\
                 It can do on this computer whatever you can."
            )
        );
        server.place = ServerPlace::Program { words: vec!["server".to_owned()], folder: None };
        assert!(question(&server).contains("\nIn: your own folder\n"));
    }
}
