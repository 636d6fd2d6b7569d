use crate::frame::TextView;
use crate::live::is_whole;
use meanwhile_core::model::{Task, TaskId};
use meanwhile_core::{CommandError, Core, ErrorCode};
use meanwhile_render::{Node, parse, parse_cut};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// From this length on a text is parsed beside the threads that serve everything else: code in it takes milliseconds.
const LONG: usize = 8 * 1024;

/// Bytes of text whose blocks are kept. An answer of 60 KB is long; this is a hundred of them.
const KEPT: usize = 6 * 1024 * 1024;

/// Parsed texts of ended tasks, shared by all windows. An ended task keeps its text, so nothing here grows old.
#[derive(Clone, Default)]
pub struct Texts {
    inner: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    views: HashMap<TaskId, Entry>,
    bytes: usize,
    uses: u64,
}

struct Entry {
    view: TextView,
    bytes: usize,
    used: u64,
}

/// The blocks of a text that broke off.
pub async fn blocks_of_cut(text: String) -> Vec<Node> {
    aside(text.len(), move || parse_cut(&text)).await.unwrap_or_default()
}

impl Texts {
    /// The text of a task that nobody is writing; `None` when it has none.
    pub(crate) async fn ended(&self, core: &Core, task: &Task) -> Result<Option<TextView>, CommandError> {
        if let Some(view) = self.lock().find(&task.id) {
            return Ok(Some(view));
        }
        let text = core.task_text(&task.id).await?;
        if text.text.is_empty() {
            return Ok(None);
        }
        let (task_id, attempt, source) = (text.task_id, text.attempt, text.text);
        let (bytes, is_whole) = (source.len(), is_whole(task.state));
        let view = aside(bytes, move || {
            let words = Words::of(&source);
            TextView {
                task_id,
                attempt,
                nodes: if is_whole { parse(&source) } else { parse_cut(&source) },
                words,
            }
        })
        .await?;
        // A task that waits may still go on, and its text with it.
        if task.state.is_final() {
            self.keep(&view, bytes);
        }
        Ok(Some(view))
    }

    /// Keeps the text of a task that has just ended, if parsing it again would take time.
    pub(crate) fn keep(&self, view: &TextView, bytes: usize) {
        if bytes >= LONG {
            self.lock().insert(view.clone(), bytes);
        }
    }

    /// Forgets everything, for when nobody looks.
    pub fn clear(&self) {
        *self.lock() = Kept::default();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, id: &TaskId) -> Option<TextView> {
        self.uses += 1;
        let entry = self.views.get_mut(id)?;
        entry.used = self.uses;
        Some(entry.view.clone())
    }

    fn insert(&mut self, view: TextView, bytes: usize) {
        self.uses += 1;
        let entry = Entry { bytes, used: self.uses, view };
        if let Some(before) = self.views.insert(entry.view.task_id.clone(), entry) {
            self.bytes -= before.bytes;
        }
        self.bytes += bytes;
        while self.bytes > KEPT
            && let Some(id) = self.views.iter().min_by_key(|(_, entry)| entry.used).map(|(id, _)| id.clone())
            && let Some(oldest) = self.views.remove(&id)
        {
            self.bytes -= oldest.bytes;
        }
    }
}

/// Runs work on a text at once when it is short, else on a thread for such work.
async fn aside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CommandError> {
    if bytes < LONG {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        CommandError::new(
            ErrorCode::Internal,
            format!("an answer could not be laid out: {error}. Its text is kept"),
        )
    })
}

/// Counts the words of a text that grows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Words {
    count: u32,
    in_word: bool,
}

impl Words {
    pub(crate) fn of(text: &str) -> u32 {
        let mut words = Self::default();
        words.push(text);
        words.count
    }

    pub(crate) fn push(&mut self, piece: &str) {
        for c in piece.chars() {
            let in_word = !c.is_whitespace();
            self.count += u32::from(in_word && !self.in_word);
            self.in_word = in_word;
        }
    }

    pub(crate) fn count(self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(id: &str) -> TextView {
        TextView { task_id: TaskId::from_text(id), attempt: 1, nodes: Vec::new(), words: 0 }
    }

    #[test]
    fn words_are_counted_the_same_in_one_piece_and_in_many() {
        let text = "one  two\nthree four";
        let mut words = Words::default();
        for c in text.chars() {
            words.push(&c.to_string());
        }
        assert_eq!(words.count(), 4);
        assert_eq!(Words::of(text), 4);
    }

    #[test]
    fn the_text_that_was_not_looked_at_for_longest_goes_first() {
        let mut kept = Kept::default();
        for id in ["a", "b", "c"] {
            kept.insert(view(id), KEPT / 3);
        }
        assert!(kept.find(&TaskId::from_text("a")).is_some());
        kept.insert(view("d"), KEPT / 3);
        let left: Vec<bool> =
            ["a", "b", "c", "d"].map(|id| kept.find(&TaskId::from_text(id)).is_some()).to_vec();
        assert_eq!(left, [true, false, true, true]);
        assert!(kept.bytes <= KEPT);
    }

    #[test]
    fn a_short_text_is_not_kept_because_parsing_it_costs_nothing() {
        let texts = Texts::default();
        texts.keep(&view("short"), LONG - 1);
        texts.keep(&view("long"), LONG);
        assert!(texts.lock().find(&TaskId::from_text("short")).is_none());
        assert!(texts.lock().find(&TaskId::from_text("long")).is_some());
    }
}
