use crate::file_dialog::confirm;
use meanwhile_core::model::{Channel, ChannelPlace, Task, TaskId, exactly};
use meanwhile_core::{CommandError, Core, ErrorCode, NewChannel};
use tauri::{State, WebviewWindow};

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn channels(core: State<'_, Core>) -> Answer<Vec<Channel>> {
    core.channels().await
}

#[tauri::command]
pub async fn add_channel(core: State<'_, Core>, channel: NewChannel) -> Answer<Channel> {
    core.add_channel(channel).await
}

/// Nothing goes to a place before this, and this only after a yes outside of the page: one that was taken over could have every
/// answer sent anywhere otherwise, and look for what listens in the user's own network.
#[tauri::command]
pub async fn test_channel(window: WebviewWindow, core: State<'_, Core>, name: String) -> Answer<Channel> {
    let channel = core.channels().await?.into_iter().find(|one| one.name.eq_ignore_ascii_case(&name));
    let Some(channel) = channel else {
        return Err(CommandError::new(
            ErrorCode::NotFound,
            format!("there is no channel {}", exactly(&name)),
        ));
    };
    if !confirm(&window, "Send a test", question(&channel.place)).await {
        return Err(CommandError::invalid("you did not want a test to be sent there; nothing was sent"));
    }
    core.test_channel(&name).await
}

/// Where a test would go, in letters that everybody sees, and what may follow it.
fn question(place: &ChannelPlace) -> String {
    let place = match place {
        ChannelPlace::Email { host, port, to, .. } => {
            format!("to {}, by the mail server {}:{port}", exactly(to), exactly(host))
        }
        ChannelPlace::Webhook { host } => format!("by a webhook of {}", exactly(host)),
        ChannelPlace::Slack { host } => format!("by a Slack webhook of {}", exactly(host)),
        ChannelPlace::Ntfy { server, topic } => {
            format!("to the topic {} of {}", exactly(topic), exactly(server))
        }
    };
    format!(
        "Send a test {place}?\n\nOnce you say that it arrived, titles and answers of your background tasks go there too."
    )
}

#[tauri::command]
pub async fn confirm_channel(core: State<'_, Core>, name: String, arrived: bool) -> Answer<Channel> {
    core.confirm_channel(&name, arrived).await
}

#[tauri::command]
pub async fn remove_channel(core: State<'_, Core>, name: String) -> Answer<()> {
    core.remove_channel(&name).await
}

#[tauri::command]
pub async fn mute_task(core: State<'_, Core>, task_id: TaskId, muted: bool) -> Answer<Task> {
    core.mute(&task_id, muted).await
}
