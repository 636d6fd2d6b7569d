use super::Core;
use crate::command::CommandError;
use crate::model::{Conversation, ConversationId, Draft, Manner, SearchResult, Thread};

/// Bytes of a draft.
const DRAFT: usize = 4 * 1024 * 1024;

impl Core {
    /// Conversations outside the trash, most recently used first.
    pub async fn conversations(&self) -> Result<Vec<Conversation>, CommandError> {
        Ok(self.store().conversations().await?)
    }

    /// The newest `limit` turns of a conversation, or those before `before_turn`.
    pub async fn thread(
        &self,
        id: &ConversationId,
        before_turn: Option<u32>,
        limit: u32,
    ) -> Result<Thread, CommandError> {
        Ok(self.store().thread(id.clone(), before_turn, limit).await?)
    }

    /// Where all words of a query stand, in names, prompts, names of their files and answers outside the trash. Any text is a query; words in
    /// quotes are one. An answer that is still written is not found yet, nor what stands behind the
    /// first 262,144 characters of one text, or in one of more than a megabyte.
    ///
    /// # Errors
    /// `Invalid` when `limit` is not between 1 and 100.
    pub async fn search(&self, query: &str, limit: u32) -> Result<SearchResult, CommandError> {
        if !(1..=100).contains(&limit) {
            return Err(CommandError::invalid("limit is between 1 and 100"));
        }
        Ok(self.store().search(query.to_owned(), limit).await?)
    }

    /// How the models of a conversation are asked.
    pub async fn manner(&self, id: &ConversationId) -> Result<Manner, CommandError> {
        Ok(self.store().manner(id.clone()).await?)
    }

    /// Changes how the models of a conversation are asked, from its next request on.
    ///
    /// # Errors
    /// `Invalid` when a part of it is out of its bounds.
    pub async fn set_manner(
        &self,
        id: &ConversationId,
        manner: Manner,
    ) -> Result<Conversation, CommandError> {
        manner.check().map_err(CommandError::invalid)?;
        Ok(self.store().set_manner(id.clone(), manner).await?)
    }

    /// Gives a conversation a name.
    pub async fn rename_conversation(
        &self,
        id: &ConversationId,
        title: &str,
    ) -> Result<Conversation, CommandError> {
        Ok(self.store().rename(id.clone(), title.to_owned()).await?)
    }

    /// Moves a conversation to the trash and sets its work aside.
    pub async fn delete_conversation(&self, id: &ConversationId) -> Result<Conversation, CommandError> {
        Ok(self.store().delete(id.clone()).await?)
    }

    /// Takes a conversation out of the trash; the work that was set aside with it goes on.
    pub async fn restore_conversation(&self, id: &ConversationId) -> Result<Conversation, CommandError> {
        Ok(self.store().restore(id.clone()).await?)
    }

    /// What was typed and not sent.
    pub async fn draft(&self, id: Option<&ConversationId>) -> Result<Draft, CommandError> {
        Ok(self.store().draft(id.cloned()).await?)
    }

    /// Keeps what was typed.
    pub async fn save_draft(&self, draft: Draft) -> Result<(), CommandError> {
        if draft.text.len() > DRAFT {
            return Err(CommandError::invalid("a draft has at most 4 MiB; the last one is kept"));
        }
        Ok(self.store().save_draft(draft).await?)
    }
}
