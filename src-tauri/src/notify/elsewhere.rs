//! Notices through the plugin, where the system takes them without an answer.

use super::{About, NotifyError, Words, clicked};
use meanwhile_core::model::{ConversationId, TaskId};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use tauri::AppHandle;
use tauri_plugin_notification::{ActionPerformed, NotificationExt as _};

pub fn start(app: &AppHandle) {
    let on_click = {
        let app = app.clone();
        move |performed: &ActionPerformed| open(&app, performed)
    };
    // Buttons and clicks only work when somebody listens before the first notice is shown.
    if let Err(error) = app.notification().on_action(on_click) {
        tracing::warn!(%error, "clicks on notices are not heard");
    }
}

pub async fn show(
    app: &AppHandle,
    words: Words,
    about: Option<About>,
    _asks: bool,
) -> Result<(), NotifyError> {
    let mut builder = app.notification().builder().title(words.title);
    if !words.body.is_empty() {
        builder = builder.body(words.body);
    }
    if let Some(about) = about {
        let id = number(&about.task_id);
        let extra = builder.id(id).extra("task_id", about.task_id);
        builder = extra.extra("conversation_id", about.conversation_id);
    }
    builder.show().map_err(|error| NotifyError(error.to_string()))
}

fn open(app: &AppHandle, performed: &ActionPerformed) {
    let extra = performed.notification().map(|notice| notice.extra());
    let id = |name: &str| extra.and_then(|extra| extra.get(name)).and_then(|id| id.as_str());
    let about = id("task_id").zip(id("conversation_id")).map(|(task, chat)| About {
        task_id: TaskId::from_text(task),
        conversation_id: ConversationId::from_text(chat),
        act: None,
    });
    clicked(app, about);
}

/// The plugin names notices by number.
fn number(id: &TaskId) -> i32 {
    let mut hasher = DefaultHasher::new();
    id.as_str().hash(&mut hasher);
    (hasher.finish() & 0x7FFF_FFFF) as i32
}
