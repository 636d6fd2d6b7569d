use crate::subscribe::Subscriptions;
use meanwhile_core::model::{Conversation, ConversationId, Draft, Manner, SearchResult};
use meanwhile_core::{CommandError, Core};
use meanwhile_view::ThreadView;
use tauri::State;

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn rename_conversation(
    core: State<'_, Core>,
    conversation_id: ConversationId,
    title: String,
) -> Answer<Conversation> {
    core.rename_conversation(&conversation_id, &title).await
}

#[tauri::command]
pub async fn delete_conversation(
    core: State<'_, Core>,
    conversation_id: ConversationId,
) -> Answer<Conversation> {
    core.delete_conversation(&conversation_id).await
}

#[tauri::command]
pub async fn restore_conversation(
    core: State<'_, Core>,
    conversation_id: ConversationId,
) -> Answer<Conversation> {
    core.restore_conversation(&conversation_id).await
}

#[tauri::command]
pub async fn save_draft(core: State<'_, Core>, draft: Draft) -> Answer<()> {
    core.save_draft(draft).await
}

#[tauri::command]
pub async fn earlier_turns(
    core: State<'_, Core>,
    subscriptions: State<'_, Subscriptions>,
    conversation_id: ConversationId,
    before: u32,
) -> Answer<ThreadView> {
    meanwhile_view::earlier(&core, subscriptions.texts(), &conversation_id, before).await
}

/// Places for one list: more than anybody reads, and what a page of them takes is soon found.
const HITS: u32 = 30;

#[tauri::command]
pub async fn search(core: State<'_, Core>, query: String) -> Answer<SearchResult> {
    core.search(&query, HITS).await
}

#[tauri::command]
pub async fn manner(core: State<'_, Core>, conversation_id: ConversationId) -> Answer<Manner> {
    core.manner(&conversation_id).await
}

#[tauri::command]
pub async fn set_manner(
    core: State<'_, Core>,
    conversation_id: ConversationId,
    manner: Manner,
) -> Answer<Conversation> {
    core.set_manner(&conversation_id, manner).await
}
