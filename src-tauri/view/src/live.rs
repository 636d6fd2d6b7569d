use crate::frame::{TextChange, TextView};
use crate::text::Words;
use meanwhile_core::model::{Event, EventKind, Seq, Task, TaskId, TaskState};
use meanwhile_core::{CommandError, Core, Interest, Scope};
use meanwhile_render::{Patch, Stream};

/// The text of a task that can still grow, and what is thought on the way to it, as the window has them.
pub(crate) struct Live {
    task_id: TaskId,
    /// The newest piece contained.
    after: Seq,
    /// Of the newest attempt, or of the last that wrote something.
    attempt: u32,
    text: Grown,
    thought: Grown,
    /// Held while pieces can come: they are stored every frame then.
    interest: Option<Interest>,
}

/// A text and its blocks.
#[derive(Default)]
struct Grown {
    text: String,
    words: Words,
    stream: Stream,
    /// True once the window was sent all of it, so that patches have something to change.
    is_shown: bool,
    /// Something came since its blocks were made.
    is_new: bool,
}

/// What changed.
#[derive(Default)]
pub(crate) struct Changed {
    pub(crate) text: Option<TextChange>,
    pub(crate) thought: Option<TextChange>,
}

impl Live {
    /// Takes up the text of a task where it stands. `head` is a place in the log from before the task was read.
    pub(crate) async fn start(core: &Core, task: &Task, head: Seq) -> Result<Self, CommandError> {
        let mut live = Self {
            task_id: task.id.clone(),
            after: head,
            attempt: task.attempt,
            text: Grown::default(),
            thought: Grown::default(),
            interest: None,
        };
        live.listen(core, task.state);
        if live.interest.is_none() {
            live.settle(core, task.state).await?;
        } else if task.attempt > 0 {
            live.reload(core, task.attempt).await?;
        }
        Ok(live)
    }

    /// The attempt whose text this is.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Pieces come while a task is queued or running; nobody has to hurry for it otherwise.
    pub(crate) fn listen(&mut self, core: &Core, state: TaskState) {
        let comes = matches!(state, TaskState::Queued | TaskState::Running);
        if !comes {
            self.interest = None;
        } else if self.interest.is_none() {
            self.interest = Some(core.interest(Scope::Task(self.task_id.clone())));
        }
    }

    /// True while pieces can come.
    pub(crate) fn is_listening(&self) -> bool {
        self.interest.is_some()
    }

    /// The text as a whole, for a snapshot; `None` while there is none.
    pub(crate) fn view(&mut self) -> Option<TextView> {
        self.text.show(&self.task_id, self.attempt)
    }

    /// The same of what is thought; nothing once no more can come.
    pub(crate) fn thought(&mut self) -> Option<TextView> {
        self.thought.show(&self.task_id, self.attempt)
    }

    /// Reads the pieces stored since, and gives what they change.
    pub(crate) async fn read(&mut self, core: &Core) -> Result<Changed, CommandError> {
        if self.interest.is_none() {
            return Ok(Changed::default());
        }
        let pieces = core.deltas(&self.task_id, self.after).await?;
        if !pieces.iter().all(|piece| self.take(piece)) {
            // Another attempt, or a gap: what is on disk decides.
            return self.restart(core, self.attempt).await;
        }
        let (task_id, attempt) = (&self.task_id, self.attempt);
        Ok(Changed { text: self.text.grow(task_id, attempt), thought: self.thought.grow(task_id, attempt) })
    }

    /// Begins with the text of another attempt.
    pub(crate) async fn restart(&mut self, core: &Core, attempt: u32) -> Result<Changed, CommandError> {
        self.reload(core, attempt).await?;
        let (task_id, attempt) = (&self.task_id, self.attempt);
        Ok(Changed { text: self.text.whole(task_id, attempt), thought: self.thought.whole(task_id, attempt) })
    }

    /// Takes the text as it stays now that no piece can come, and gives what that changes.
    pub(crate) async fn settle(
        &mut self,
        core: &Core,
        state: TaskState,
    ) -> Result<Option<TextChange>, CommandError> {
        self.interest = None;
        let text = core.task_text(&self.task_id).await?;
        if text.attempt != self.attempt {
            self.text.is_shown = false;
        }
        self.attempt = text.attempt;
        self.text.replace(text.text);
        let patches = if is_whole(state) { self.text.finish() } else { self.text.cut() };
        Ok(self.text.change(&self.task_id, self.attempt, patches))
    }

    /// The text and its length in bytes, once it has settled.
    pub(crate) fn ended(&self) -> (TextView, usize) {
        (self.text.view(&self.task_id, self.attempt), self.text.text.len())
    }

    fn take(&mut self, piece: &Event) -> bool {
        self.after = piece.seq;
        let (attempt, offset, text) = match &piece.kind {
            EventKind::TextDelta { attempt, offset, text } => (attempt, offset, text),
            EventKind::Thought { text, .. } => {
                self.thought.push(text);
                return true;
            }
            _ => return true,
        };
        if *attempt < self.attempt {
            return true;
        }
        let held = self.text.text.len() as u64;
        if *attempt > self.attempt || *offset > held {
            return false;
        }
        // The first pieces may be contained in the text that was read at the start.
        let known = usize::try_from(held - offset).unwrap_or(usize::MAX);
        if known < text.len() {
            let Some(new) = text.get(known..) else { return false };
            self.text.push(new);
        }
        true
    }

    /// Reads the pieces of the newest attempt, or what the one before it left, and all that was thought.
    async fn reload(&mut self, core: &Core, attempt: u32) -> Result<(), CommandError> {
        let pieces = core.deltas(&self.task_id, 0).await?;
        let newest = pieces.iter().filter_map(attempt_of).max().unwrap_or(0);
        self.attempt = newest.max(attempt);
        for grown in [&mut self.text, &mut self.thought] {
            *grown = Grown { is_shown: grown.is_shown, ..Grown::default() };
        }
        for piece in &pieces {
            self.take(piece);
        }
        if self.text.text.is_empty() {
            let text = core.task_text(&self.task_id).await?;
            self.text.replace(text.text);
        }
        self.text.update();
        self.thought.update();
        Ok(())
    }
}

/// The text of any other state broke off somewhere.
pub(crate) fn is_whole(state: TaskState) -> bool {
    state == TaskState::Completed
}

fn attempt_of(piece: &Event) -> Option<u32> {
    match piece.kind {
        EventKind::TextDelta { attempt, .. } => Some(attempt),
        _ => None,
    }
}

impl Grown {
    fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.words.push(piece);
        self.is_new = true;
    }

    fn replace(&mut self, text: String) {
        self.words = Words::default();
        self.words.push(&text);
        self.text = text;
    }

    fn update(&mut self) -> Vec<Patch> {
        self.is_new = false;
        self.stream.update(&self.text)
    }

    fn cut(&mut self) -> Vec<Patch> {
        self.stream.cut(&self.text)
    }

    fn finish(&mut self) -> Vec<Patch> {
        self.stream.finish(&self.text)
    }

    /// What came since changes.
    fn grow(&mut self, task_id: &TaskId, attempt: u32) -> Option<TextChange> {
        if !self.is_new {
            return None;
        }
        let patches = self.update();
        self.change(task_id, attempt, patches)
    }

    fn change(&mut self, task_id: &TaskId, attempt: u32, patches: Vec<Patch>) -> Option<TextChange> {
        if !self.is_shown {
            return self.show(task_id, attempt).map(TextChange::Whole);
        }
        let (words, task_id) = (self.words.count(), task_id.clone());
        (!patches.is_empty()).then_some(TextChange::Patches { task_id, patches, words })
    }

    /// The text as a whole; empty when an earlier one has to go.
    fn whole(&mut self, task_id: &TaskId, attempt: u32) -> Option<TextChange> {
        let had_text = self.is_shown;
        match self.show(task_id, attempt) {
            Some(view) => Some(TextChange::Whole(view)),
            None => had_text.then(|| TextChange::Whole(self.view(task_id, attempt))),
        }
    }

    fn show(&mut self, task_id: &TaskId, attempt: u32) -> Option<TextView> {
        self.is_shown |= !self.text.is_empty();
        self.is_shown.then(|| self.view(task_id, attempt))
    }

    fn view(&self, task_id: &TaskId, attempt: u32) -> TextView {
        TextView {
            task_id: task_id.clone(),
            attempt,
            nodes: self.stream.nodes().to_vec(),
            words: self.words.count(),
        }
    }
}
