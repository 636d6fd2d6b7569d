//! Text on its way to the disk: gathered for each stream, committed for all streams together.

use super::writer::Job;
use super::{Store, StoreError};
use crate::model::TaskId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// The pause between two commits of a text that somebody follows: one frame of a 60 Hz screen.
pub const WATCHED_WINDOW: Duration = Duration::from_millis(16);

/// The pause between two commits of a text that nobody follows; the bound of promise P2.
pub const UNWATCHED_WINDOW: Duration = Duration::from_millis(250);

/// A text is never further ahead of the disk than this.
pub const MOST_LATE: usize = 16 * 1024;

/// With this much text waiting for a slow disk the stream itself has to wait.
const MOST_WAITING: usize = 1024 * 1024;

/// The end of a stream that goes to the disk; held by the attempt that reads the stream.
pub struct TextSink {
    buffer: Arc<Buffer>,
    jobs: mpsc::Sender<Job>,
}

impl TextSink {
    /// Takes a piece, and the place in the provider's own count that it brings us to. Both are stored together.
    /// Returns at once unless the disk is a megabyte behind.
    ///
    /// # Errors
    /// [`StoreError::Closed`] after shutdown.
    pub async fn push(&self, piece: &str, cursor: Option<String>) -> Result<(), StoreError> {
        self.take(piece.len(), cursor, |heard| heard.text.push_str(piece)).await
    }

    /// The same for what the model thinks aloud, which is no part of the text.
    ///
    /// # Errors
    /// [`StoreError::Closed`] after shutdown.
    pub async fn think(&self, piece: &str, cursor: Option<String>) -> Result<(), StoreError> {
        self.take(piece.len(), cursor, |heard| heard.thought.push_str(piece)).await
    }

    async fn take(
        &self,
        bytes: usize,
        cursor: Option<String>,
        add: impl FnOnce(&mut Heard),
    ) -> Result<(), StoreError> {
        let (was_empty, len) = {
            let mut heard = self.buffer.lock();
            let was_empty = heard.is_empty();
            add(&mut heard);
            heard.cursor = cursor.or(heard.cursor.take());
            (was_empty, heard.len())
        };
        if was_empty || (len >= MOST_LATE && len - bytes < MOST_LATE) {
            self.jobs.send(Job::Text(Arc::clone(&self.buffer))).await.map_err(|_| StoreError::Closed)?;
        }
        while self.buffer.len() >= MOST_WAITING {
            self.buffer.room.notified().await;
        }
        Ok(())
    }
}

/// Text of one attempt that is not on disk yet.
pub struct Buffer {
    pub task_id: TaskId,
    pub attempt: u32,
    heard: Mutex<Heard>,
    room: Notify,
}

/// What was heard and is not stored.
#[derive(Default)]
pub struct Heard {
    pub text: String,
    /// What the model thought aloud.
    pub thought: String,
    /// How far that brings us in the provider's own count, if it has one.
    pub cursor: Option<String>,
}

impl Heard {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.thought.is_empty()
    }

    fn len(&self) -> usize {
        self.text.len() + self.thought.len()
    }
}

impl Buffer {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn len(&self) -> usize {
        self.lock().len()
    }

    pub fn take(&self) -> Heard {
        std::mem::take(&mut *self.lock())
    }

    /// Puts back what could not be stored, before what came since.
    pub fn put_back(&self, heard: Heard) {
        let mut now = self.lock();
        now.text.insert_str(0, &heard.text);
        now.thought.insert_str(0, &heard.thought);
        now.cursor = now.cursor.take().or(heard.cursor);
    }

    pub fn has_room(&self) {
        self.room.notify_one();
    }
}

/// Whose text somebody follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every task.
    All,
    /// One task.
    Task(TaskId),
}

/// Counts of followers; read by the writer when it plans the next commit.
#[derive(Default)]
pub struct Interests(HashMap<Scope, u32>);

impl Interests {
    pub fn window(&self, task: &TaskId) -> Duration {
        let watched = self.0.contains_key(&Scope::All) || self.0.contains_key(&Scope::Task(task.clone()));
        if watched { WATCHED_WINDOW } else { UNWATCHED_WINDOW }
    }
}

/// While it lives, text of its scope is stored, and so can be shown, every frame.
pub struct Interest {
    scope: Scope,
    interests: Arc<Mutex<Interests>>,
}

impl Drop for Interest {
    fn drop(&mut self) {
        let mut interests = self.interests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = interests.0.get_mut(&self.scope) {
            *count -= 1;
            if *count == 0 {
                interests.0.remove(&self.scope);
            }
        }
    }
}

impl Store {
    /// The way to the disk for the text of one attempt.
    pub fn text_sink(&self, task_id: &TaskId, attempt: u32) -> TextSink {
        let buffer =
            Buffer { task_id: task_id.clone(), attempt, heard: Mutex::default(), room: Notify::new() };
        TextSink { buffer: Arc::new(buffer), jobs: self.shared.jobs.clone() }
    }

    /// Says that somebody follows, until the guard is dropped.
    pub fn interest(&self, scope: Scope) -> Interest {
        let interests = Arc::clone(&self.shared.interests);
        *interests.lock().unwrap_or_else(PoisonError::into_inner).0.entry(scope.clone()).or_default() += 1;
        Interest { scope, interests }
    }
}
