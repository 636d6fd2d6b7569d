use crate::frame::{Rows, TextChange, TextView, ThreadView, ViewFrame};
use crate::live::{Changed, Live};
use crate::text::Texts;
use crate::thread::{self, TURNS};
use meanwhile_core::model::{Conversation, ConversationId, Seq, SignOfLife, Stretch, Summary, Task, TaskId};
use meanwhile_core::{Changes, CommandError, Core, ErrorCode};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Between two frames: a screen shows no more, and each message costs the page.
const FRAME: Duration = Duration::from_millis(16);

/// The longest pause between two frames that a page can ask for: text that comes in ten steps a second still flows.
const SLOWEST: Duration = Duration::from_millis(100);

/// Between two signs of life of a task: what a ring that turns can show.
const PULSE: Duration = Duration::from_millis(250);

/// The same with more tasks at work than a list shows: each of these draws that list anew.
const CROWD_PULSE: Duration = Duration::from_secs(1);
const CROWD: u32 = 20;

/// Signs of life in one frame. More than 8 KiB at once do not go to a page directly: it fetches them, which costs it ten times
/// as much as what it fetches.
const SIGNS: usize = 100;

/// Tasks in a final state that a snapshot contains.
const HISTORY: u32 = 50;

/// The pause that a page wants between two frames, told while it is followed for: a page that draws slowly is not kept
/// from everything else by text that streams.
#[derive(Clone, Debug, Default)]
pub struct Pace(Arc<AtomicU32>);

impl Pace {
    /// The page wants at least so many milliseconds between two frames; 16 is the least, 100 the most.
    pub fn set(&self, ms: u32) {
        self.0.store(ms, Ordering::Relaxed);
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed).into()).clamp(FRAME, SLOWEST)
    }
}

/// Follows the log for one window with one open conversation.
///
/// It stays on one thread: what colours a block of code remembers where it stands in memory of a C library. Texts that grow
/// are laid out on that thread, so give it one where nothing else waits.
pub struct ViewFollower {
    core: Core,
    texts: Texts,
    conversation_id: Option<ConversationId>,
    /// The newest change of rows that the window knew before it was followed for.
    known: Option<Seq>,
    pace: Pace,
    /// Where the turns that the window shows stand.
    path: Vec<Stretch>,
    /// The newest choice of a version that the window knows.
    shown_seq: Seq,
    head: watch::Receiver<Seq>,
    steps: watch::Receiver<Seq>,
    /// The newest change the window has; `None` before the snapshot.
    cursor: Option<Seq>,
    summary: Summary,
    /// Tasks of the open conversation whose text can still change.
    live: HashMap<TaskId, Live>,
    /// Tasks of the open conversation whose last text the window has.
    ended: HashSet<TaskId>,
    next_frame: Instant,
    /// Signs of life up to here were read, and those of them that were not given yet.
    pulse: Seq,
    signs: VecDeque<SignOfLife>,
    next_pulse: Instant,
}

impl ViewFollower {
    /// Follows with this conversation open, or with none.
    pub fn new(core: Core, texts: Texts, conversation_id: Option<ConversationId>) -> Self {
        let (head, steps) = (core.head(), core.steps());
        Self {
            core,
            texts,
            conversation_id,
            known: None,
            pace: Pace::default(),
            path: Vec::new(),
            shown_seq: 0,
            head,
            steps,
            cursor: None,
            summary: Summary::default(),
            live: HashMap::new(),
            ended: HashSet::new(),
            next_frame: Instant::now(),
            pulse: 0,
            signs: VecDeque::new(),
            next_pulse: Instant::now(),
        }
    }

    /// For a window that knows every row up to `head`, such as one in which another conversation was opened: its first
    /// frame is what is opened, with what changed since.
    #[must_use]
    pub fn knowing(self, head: Seq) -> Self {
        Self { known: Some(head), ..self }
    }

    /// Lets the window say how fast it wants its frames.
    #[must_use]
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// The next frame, the first one a snapshot; waits until there is one. `None` once the core has shut down.
    ///
    /// After an error the next frame is a snapshot. Not cancel safe: drop the follower rather than the call.
    pub async fn next(&mut self) -> Option<Result<ViewFrame, CommandError>> {
        loop {
            if let Some(cursor) = self.cursor {
                self.wait(cursor).await?;
            }
            tokio::time::sleep_until(self.next_frame).await;
            let made = match self.cursor {
                None => self.first().await.map(Some),
                Some(cursor) => self.changes(cursor).await,
            };
            self.next_frame = Instant::now() + self.pace.pause();
            match made {
                Ok(None) => {}
                Ok(Some(frame)) => return Some(Ok(frame)),
                Err(error) => {
                    self.cursor = None;
                    return Some(Err(error));
                }
            }
        }
    }

    /// Waits until something was stored after the cursor; `None` when nothing will be.
    async fn wait(&mut self, cursor: Seq) -> Option<()> {
        while self.signs.is_empty() && *self.head.borrow_and_update() <= cursor {
            tokio::select! {
                () = self.core.closed() => return None,
                changed = self.head.changed() => changed.ok()?,
            }
        }
        Some(())
    }

    async fn first(&mut self) -> Result<ViewFrame, CommandError> {
        match self.known.take() {
            Some(known) => match self.opened(known).await? {
                Some(frame) => Ok(frame),
                None => self.snapshot().await,
            },
            None => self.snapshot().await,
        }
    }

    /// `None` when the conversation is gone: then the window has to learn all of it.
    async fn opened(&mut self, known: Seq) -> Result<Option<ViewFrame>, CommandError> {
        let head = *self.head.borrow_and_update();
        let changed = self.core.changes(known).await?;
        let (summary, draft) = tokio::try_join!(self.core.summary(), self.core.draft(None))?;
        let thread = self.thread(head).await?.map(Box::new);
        if thread.is_none() && self.conversation_id.is_some() {
            return Ok(None);
        }
        self.summary = summary.clone();
        // As in a snapshot, and never before what the rows say they contain.
        self.cursor = Some(head);
        self.pulse = head;
        let Changes { tasks, conversations, settings, head } = changed;
        Ok(Some(ViewFrame::Opened {
            thread,
            draft: draft.text,
            draft_files: draft.attachments,
            rows: Box::new(Rows { head, summary: Some(summary), conversations, tasks, settings }),
        }))
    }

    async fn snapshot(&mut self) -> Result<ViewFrame, CommandError> {
        // The cursor is read first: rows may be newer than it, and what comes twice replaces itself.
        let head = *self.head.borrow_and_update();
        let core = self.core.clone();
        let (summary, conversations, tasks, settings, draft) = tokio::try_join!(
            core.summary(),
            core.conversations(),
            core.tasks(HISTORY, None),
            core.settings(),
            core.draft(None)
        )?;
        let mut tasks: Vec<Task> = tasks.active.into_iter().chain(tasks.history).collect();
        tasks.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| b.id.cmp(&a.id)));
        let thread = self.thread(head).await?.map(Box::new);
        self.summary = summary.clone();
        self.cursor = Some(head);
        self.pulse = head;
        Ok(ViewFrame::Snapshot {
            head,
            summary,
            conversations,
            tasks,
            thread,
            draft: draft.text,
            draft_files: draft.attachments,
            settings: Box::new(settings),
        })
    }

    /// The open conversation; `None` when there is none or it is gone.
    async fn thread(&mut self, head: Seq) -> Result<Option<ThreadView>, CommandError> {
        self.live.clear();
        self.ended.clear();
        let Some(id) = self.conversation_id.clone() else { return Ok(None) };
        let thread = match self.core.thread(&id, None, TURNS).await {
            Err(error) if error.code == ErrorCode::NotFound => return Ok(None),
            found => found?,
        };
        self.path.clone_from(&thread.path);
        self.shown_seq = thread.conversation.shown_seq;
        let draft = self.core.draft(Some(&id)).await?;
        let (ended, live): (Vec<Task>, Vec<Task>) = thread
            .turns
            .iter()
            .flat_map(|turn| turn.tasks.iter().cloned())
            .partition(|task| task.state.is_final());
        self.ended.extend(ended.iter().map(|task| task.id.clone()));
        let mut texts: Vec<TextView> = thread::ended(&self.core, &self.texts, ended).await?;
        let mut thoughts = Vec::new();
        for task in live {
            let mut live = Live::start(&self.core, &task, head).await?;
            texts.extend(live.view());
            thoughts.extend(live.thought());
            self.live.insert(task.id, live);
        }
        Ok(Some(thread::view(thread, texts, thoughts, draft)))
    }

    async fn changes(&mut self, cursor: Seq) -> Result<Option<ViewFrame>, CommandError> {
        // The head is read before the steps: a step that it contains has moved the steps already.
        let mut head = *self.head.borrow_and_update();
        let stepped = *self.steps.borrow_and_update() > cursor;
        let (mut thread, mut texts, mut thoughts, mut rows) = (None, Vec::new(), Vec::new(), None);
        if stepped {
            let Changes { head: newest, tasks, conversations, settings } = self.core.changes(cursor).await?;
            head = newest;
            let now = self.core.summary().await?;
            let summary = (now != self.summary).then(|| now.clone());
            self.summary = now;
            if conversations.iter().any(|one| self.shows_another_version(one)) {
                thread = self.thread(cursor).await?.map(Box::new);
            }
            for task in &tasks {
                // What came with the thread is taken up already, and gives nothing new.
                if self.is_open(task) {
                    let changed = self.take(task, cursor).await?;
                    texts.extend(changed.text);
                    thoughts.extend(changed.thought);
                }
            }
            if !(tasks.is_empty() && conversations.is_empty() && settings.is_none() && summary.is_none()) {
                rows = Some(Box::new(Rows { head, summary, conversations, tasks, settings }));
            }
        }
        for live in self.live.values_mut() {
            let changed = live.read(&self.core).await?;
            texts.extend(changed.text);
            thoughts.extend(changed.thought);
        }
        let alive = self.alive(head).await?;
        self.cursor = Some(head);
        let is_empty =
            thread.is_none() && texts.is_empty() && thoughts.is_empty() && alive.is_empty() && rows.is_none();
        Ok((!is_empty).then_some(ViewFrame::Changes { thread, texts, thoughts, alive, rows }))
    }

    async fn alive(&mut self, head: Seq) -> Result<Vec<SignOfLife>, CommandError> {
        let working = self.summary.working + self.summary.interactive;
        if working > 0 && self.signs.is_empty() && Instant::now() >= self.next_pulse {
            self.next_pulse = Instant::now() + if working > CROWD { CROWD_PULSE } else { PULSE };
            self.signs = self.core.alive(std::mem::replace(&mut self.pulse, head)).await?.into();
        }
        Ok(self.signs.drain(..self.signs.len().min(SIGNS)).collect())
    }

    fn shows_another_version(&self, conversation: &Conversation) -> bool {
        self.conversation_id.as_ref() == Some(&conversation.id) && conversation.shown_seq > self.shown_seq
    }

    /// Whether it stands in the branch that is shown of the open conversation.
    fn is_open(&self, task: &Task) -> bool {
        let stretch = self.path.iter().rfind(|stretch| stretch.from <= task.turn);
        self.conversation_id.as_ref() == Some(&task.conversation_id)
            && stretch.is_none_or(|stretch| stretch.branch == task.branch)
    }

    /// What the new state of a task does to its text.
    async fn take(&mut self, task: &Task, before: Seq) -> Result<Changed, CommandError> {
        let whole = |text: Option<TextView>| Changed { text: text.map(TextChange::Whole), thought: None };
        if self.ended.contains(&task.id) {
            return Ok(Changed::default());
        }
        let live = self.live.remove(&task.id);
        if task.state.is_final() {
            self.ended.insert(task.id.clone());
            let Some(mut live) = live else {
                return Ok(whole(self.texts.ended(&self.core, task).await?));
            };
            let text = live.settle(&self.core, task.state).await?;
            let (view, bytes) = live.ended();
            self.texts.keep(&view, bytes);
            return Ok(Changed { text, thought: None });
        }
        let (live, changed) = match live {
            None => {
                let mut live = Live::start(&self.core, task, before).await?;
                let changed =
                    Changed { thought: live.thought().map(TextChange::Whole), ..whole(live.view()) };
                (live, changed)
            }
            Some(mut live) => {
                live.listen(&self.core, task.state);
                let changed = if !live.is_listening() {
                    Changed { text: live.settle(&self.core, task.state).await?, thought: None }
                } else if task.attempt != live.attempt() {
                    live.restart(&self.core, task.attempt).await?
                } else {
                    Changed::default()
                };
                (live, changed)
            }
        };
        self.live.insert(task.id.clone(), live);
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME, Pace, SLOWEST};
    use std::time::Duration;

    #[test]
    fn a_page_gets_the_pause_it_wants_but_none_that_freezes_it_or_that_no_screen_shows() {
        let pace = Pace::default();
        let wanted = |ms| {
            pace.set(ms);
            pace.pause()
        };
        assert_eq!(wanted(48), Duration::from_millis(48));
        assert_eq!([wanted(0), wanted(u32::MAX)], [FRAME, SLOWEST]);
    }
}
