//! The process that is killed: it asks once, shows what is stored as it comes, and goes on after every start.

use crate::api::{Core, Options};
use crate::command::{CommandError, SendMessage};
use crate::delivery::{Notifier, NotifyError, Shown};
use crate::model::{DeliveryState, Lane, Notice, Origin, Task};
use crate::secrets::SessionSecrets;
use crate::store::Scope;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// How a folder of the test begins.
pub(super) const FOLDER: &str = "proof-";

/// What is asked, and of whom: about ten seconds of text that is always the same.
pub(super) const MODEL: &str = "tour";
pub(super) const PROMPT: &str = "Show me that nothing is lost.";

/// One line of this process.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said {
    /// The stored answer from this byte on.
    Shows { from: usize, text: String },
    /// The end is told to the user.
    Tells,
    /// Nothing more comes.
    Ends,
}

/// Answers the prompt of the test in `folder`, and goes on with it when it was cut. Ends after the answer, or when standard
/// input does.
///
/// # Errors
/// In plain words, for standard error.
pub async fn answer_in(folder: PathBuf) -> Result<(), String> {
    // Its keys and its notices are not those of the user, so it must not work on their data.
    let is_of_a_test = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(FOLDER));
    if !is_of_a_test || !folder.is_dir() {
        return Err(format!("{} is no folder of the test", folder.display()));
    }
    let mut options = Options::new(folder);
    options.secrets = Arc::new(SessionSecrets::default());
    options.notifiers = vec![Arc::new(Told)];
    options.gather = Duration::ZERO;
    let core = Core::open(options).await.map_err(|error| error.to_string())?;
    let ended = tokio::select! {
        ended = answer(&core) => ended.map_err(|error| error.message),
        _ = left_alone() => Ok(()),
    };
    core.shutdown().await;
    ended
}

async fn answer(core: &Core) -> Result<(), CommandError> {
    let task = match any_task(core).await? {
        Some(task) => task,
        None => core.send_message(prompt()).await?.task,
    };
    let _interest = core.interest(Scope::Task(task.id.clone()));
    let mut head = core.head();
    let mut shown = String::new();
    loop {
        head.mark_unchanged();
        let task = core.task(&task.id).await?;
        let text = core.task_text(&task.id).await?.text;
        let from = if text.starts_with(&shown) { shown.len() } else { 0 };
        if text.len() > from {
            say(&Said::Shows { from, text: text[from..].to_owned() });
            shown = text;
        }
        if task.delivery.as_ref().is_some_and(|told| told.state == DeliveryState::Delivered) {
            say(&Said::Ends);
            return Ok(());
        }
        if head.changed().await.is_err() {
            return Ok(());
        }
    }
}

async fn any_task(core: &Core) -> Result<Option<Task>, CommandError> {
    let page = core.tasks(1, None).await?;
    Ok(page.active.into_iter().chain(page.history).next())
}

fn prompt() -> SendMessage {
    SendMessage {
        model: Some(format!("practice/{MODEL}")),
        ..SendMessage::new(PROMPT, Lane::Background, Origin::Window)
    }
}

async fn left_alone() {
    let mut byte = [0];
    // Nothing is ever sent: the read ends with the process at the other end.
    let _ = tokio::io::stdin().read(&mut byte).await;
}

/// A line that cannot be written has no reader any more, and then the process ends by its input.
fn say(said: &Said) {
    if let Ok(line) = serde_json::to_string(said) {
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

struct Told;

impl Notifier for Told {
    fn channel(&self) -> &'static str {
        "proof"
    }

    fn notify(&self, notices: Vec<Notice>) -> BoxFuture<'_, Vec<Result<Shown, NotifyError>>> {
        let told = notices.iter().map(|_| say(&Said::Tells));
        let shown = told.map(|()| Ok(Shown::Yes)).collect();
        Box::pin(async { shown })
    }
}
