use crate::frame::{TextChange, TextView};
use crate::text::Words;
use meanwhile_core::model::{Event, EventKind, Seq, Task, TaskId, TaskState};
use meanwhile_core::{CommandError, Core, Interest, Scope};
use meanwhile_render::{Patch, Stream};

/// The text of a task that can still grow, as the window has it.
pub(crate) struct Live {
    task_id: TaskId,
    /// The newest piece contained.
    after: Seq,
    /// True once the window was sent the text as a whole, so that patches have something to change.
    is_shown: bool,
    grown: Grown,
    /// Held while pieces can come: they are stored every frame then.
    interest: Option<Interest>,
}

/// The text of one attempt and its blocks.
#[derive(Default)]
struct Grown {
    attempt: u32,
    text: String,
    words: Words,
    stream: Stream,
}

impl Live {
    /// Takes up the text of a task where it stands. `head` is a place in the log from before the task was read.
    pub(crate) async fn start(core: &Core, task: &Task, head: Seq) -> Result<Self, CommandError> {
        let mut live = Self {
            task_id: task.id.clone(),
            after: head,
            is_shown: false,
            grown: Grown { attempt: task.attempt, ..Grown::default() },
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
        self.grown.attempt
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
        self.is_shown |= !self.grown.text.is_empty();
        self.is_shown.then(|| self.grown.view(&self.task_id))
    }

    /// Reads the pieces stored since, and gives what they change.
    pub(crate) async fn read(&mut self, core: &Core) -> Result<Option<TextChange>, CommandError> {
        if self.interest.is_none() {
            return Ok(None);
        }
        let pieces = core.deltas(&self.task_id, self.after).await?;
        if pieces.is_empty() {
            return Ok(None);
        }
        if !pieces.iter().all(|piece| self.take(piece)) {
            // Another attempt, or a gap: what is on disk decides.
            self.reload(core, self.grown.attempt).await?;
            return Ok(self.whole());
        }
        let patches = self.grown.update();
        Ok(self.change(patches))
    }

    /// Begins with the text of another attempt.
    pub(crate) async fn restart(
        &mut self,
        core: &Core,
        attempt: u32,
    ) -> Result<Option<TextChange>, CommandError> {
        self.reload(core, attempt).await?;
        Ok(self.whole())
    }

    /// Takes the text as it stays now that no piece can come, and gives what that changes.
    pub(crate) async fn settle(
        &mut self,
        core: &Core,
        state: TaskState,
    ) -> Result<Option<TextChange>, CommandError> {
        self.interest = None;
        let text = core.task_text(&self.task_id).await?;
        if text.attempt != self.grown.attempt {
            self.is_shown = false;
        }
        self.grown.attempt = text.attempt;
        self.grown.replace(text.text);
        let patches = if is_whole(state) { self.grown.finish() } else { self.grown.cut() };
        Ok(self.change(patches))
    }

    /// The text and its length in bytes, once it has settled.
    pub(crate) fn ended(&self) -> (TextView, usize) {
        (self.grown.view(&self.task_id), self.grown.text.len())
    }

    fn take(&mut self, piece: &Event) -> bool {
        self.after = piece.seq;
        let EventKind::TextDelta { attempt, offset, text } = &piece.kind else { return true };
        if *attempt < self.grown.attempt {
            return true;
        }
        let held = self.grown.text.len() as u64;
        if *attempt > self.grown.attempt || *offset > held {
            return false;
        }
        // The first pieces may be contained in the text that was read at the start.
        let known = usize::try_from(held - offset).unwrap_or(usize::MAX);
        if known < text.len() {
            let Some(new) = text.get(known..) else { return false };
            self.grown.push(new);
        }
        true
    }

    /// Reads the pieces of the newest attempt, or what the one before it left.
    async fn reload(&mut self, core: &Core, attempt: u32) -> Result<(), CommandError> {
        let pieces = core.deltas(&self.task_id, 0).await?;
        let newest = pieces.iter().filter_map(attempt_of).max().unwrap_or(0);
        self.grown = Grown { attempt: newest.max(attempt), ..Grown::default() };
        for piece in &pieces {
            self.take(piece);
        }
        if self.grown.text.is_empty() {
            let text = core.task_text(&self.task_id).await?;
            self.grown.replace(text.text);
        }
        self.grown.update();
        Ok(())
    }

    fn change(&mut self, patches: Vec<Patch>) -> Option<TextChange> {
        if !self.is_shown {
            return self.view().map(TextChange::Whole);
        }
        let words = self.grown.words.count();
        let task_id = self.task_id.clone();
        (!patches.is_empty()).then_some(TextChange::Patches { task_id, patches, words })
    }

    /// The text as a whole; empty when an earlier one has to go.
    fn whole(&mut self) -> Option<TextChange> {
        let had_text = self.is_shown;
        match self.view() {
            Some(view) => Some(TextChange::Whole(view)),
            None => had_text.then(|| TextChange::Whole(self.grown.view(&self.task_id))),
        }
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
    }

    fn replace(&mut self, text: String) {
        self.words = Words::default();
        self.words.push(&text);
        self.text = text;
    }

    fn update(&mut self) -> Vec<Patch> {
        self.stream.update(&self.text)
    }

    fn cut(&mut self) -> Vec<Patch> {
        self.stream.cut(&self.text)
    }

    fn finish(&mut self) -> Vec<Patch> {
        self.stream.finish(&self.text)
    }

    fn view(&self, task_id: &TaskId) -> TextView {
        TextView {
            task_id: task_id.clone(),
            attempt: self.attempt,
            nodes: self.stream.nodes().to_vec(),
            words: self.words.count(),
        }
    }
}
