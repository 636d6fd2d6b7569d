use crate::frame::{TextView, ThreadView};
use crate::text::Texts;
use meanwhile_core::model::{ConversationId, Draft, Task, Thread};
use meanwhile_core::{CommandError, Core};
use tokio::task::JoinSet;

/// Turns that travel at once; the page asks for earlier ones when the user scrolls there.
pub(crate) const TURNS: u32 = 20;

/// The turns before `before`, with their texts; the draft is empty.
///
/// # Errors
/// As [`Core::thread`].
pub async fn earlier(
    core: &Core,
    texts: &Texts,
    conversation_id: &ConversationId,
    before: u32,
) -> Result<ThreadView, CommandError> {
    let thread = core.thread(conversation_id, Some(before), TURNS).await?;
    let all: Vec<Task> = thread.turns.iter().flat_map(|turn| turn.tasks.iter().cloned()).collect();
    let texts = ended(core, texts, all).await?;
    Ok(view(thread, texts, Vec::new(), Draft::default()))
}

pub(crate) fn view(
    thread: Thread,
    texts: Vec<TextView>,
    thoughts: Vec<TextView>,
    draft: Draft,
) -> ThreadView {
    let Thread { conversation, path, turns, has_earlier, .. } = thread;
    let Draft { text, attachments, .. } = draft;
    ThreadView {
        conversation_id: conversation.id,
        path,
        turns,
        texts,
        thoughts,
        has_earlier,
        draft: text,
        draft_files: attachments,
    }
}

/// The texts of tasks that do not change any more, parsed side by side; in no order.
pub(crate) async fn ended(
    core: &Core,
    texts: &Texts,
    tasks: Vec<Task>,
) -> Result<Vec<TextView>, CommandError> {
    let mut work = JoinSet::new();
    for task in tasks.into_iter().filter(|task| task.attempt > 0) {
        let (core, texts) = (core.clone(), texts.clone());
        work.spawn(async move { texts.ended(&core, &task).await });
    }
    let mut views = Vec::new();
    while let Some(done) = work.join_next().await {
        // A task that panicked has been logged; its answer is missing, the rest of the thread is not.
        if let Ok(view) = done {
            views.extend(view?);
        }
    }
    Ok(views)
}
