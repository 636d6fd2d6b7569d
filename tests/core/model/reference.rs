//! What may become of a task, said a second time and in few words: the worlds it may be in, and what each action leaves of
//! them. What is seen must be one of them; when none is left, core and reference disagree.

use meanwhile_core::model::{Lane, Reason, Task, TaskId, TaskState};
use std::collections::BTreeSet;

/// What a model does with every request, until it is healed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    Answers,
    /// Says half and waits for the end of the test.
    Holds,
    BreaksOff,
    IsBusy,
    LimitsRate,
    WantsMoney,
    WantsKey,
    Refuses,
}

/// Where a task may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    Queued,
    Running(Manner),
    Waiting(For),
    Paused { trash: bool },
    Completed,
    Failed,
    Cancelled,
}

/// What it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum For {
    Key,
    Credit,
    User,
}

/// What the user wants of a running task, once its connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Nothing,
    Stop,
    Pause,
    Trash,
}

/// One way things may stand with one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct World {
    at: At,
    asked: Asked,
    attempts: u32,
    failures: u32,
    has_text: bool,
    restarts: u32,
    /// It went to the background while an attempt ran, which may have ended as a watched one.
    was_watched: bool,
}

/// What is done to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Stop,
    Pause,
    Resume,
    /// The same is asked again in its place.
    Replace,
    ToBackground,
    IntoTrash,
    OutOfTrash,
    /// The process ends, politely or not, and starts again.
    Restart,
}

/// A task as the reference knows it.
#[derive(Debug)]
pub struct Known {
    pub id: TaskId,
    pub chat: usize,
    pub model: usize,
    pub background: bool,
    /// Its chat was in the trash at some time.
    pub was_trashed: bool,
    /// Who looked by themselves need not be told.
    pub was_seen: bool,
    /// All that was seen of its answer.
    pub text: String,
    pub head: i64,
    worlds: BTreeSet<World>,
}

/// What all tasks share.
#[derive(Debug, Default)]
pub struct Around {
    /// Provider and present manner of each model, and whether it ever wanted money.
    pub models: Vec<(usize, Manner, bool)>,
    /// Providers that ever wanted a key.
    pub wanted_key: BTreeSet<usize>,
    /// Which chats are in the trash.
    pub trashed: Vec<bool>,
    /// Those who hold go on.
    pub is_released: bool,
}

impl Known {
    pub fn new(task: &Task, chat: usize, model: usize) -> Self {
        let world = World {
            at: At::Queued,
            asked: Asked::Nothing,
            attempts: 0,
            failures: 0,
            has_text: false,
            restarts: 0,
            was_watched: false,
        };
        Self {
            id: task.id.clone(),
            chat,
            model,
            background: task.lane == Lane::Background,
            was_trashed: false,
            was_seen: false,
            text: String::new(),
            head: 0,
            worlds: [world].into(),
        }
    }

    /// All that can have happened by itself by now.
    pub fn drift(&mut self, around: &Around) {
        let mut fresh: Vec<World> = self.worlds.iter().copied().collect();
        while let Some(world) = fresh.pop() {
            for next in world.by_itself(self, around) {
                if self.worlds.insert(next) {
                    fresh.push(next);
                }
            }
        }
    }

    /// Keeps the worlds in which `act` is answered as it was; false when there is none.
    pub fn act(&mut self, act: Act, accepted: bool, around: &Around) -> bool {
        self.drift(around);
        let (in_trash, background) = (around.trashed[self.chat], self.background);
        let after = |world: &World| match world.after(act, background, in_trash) {
            // Tried now if it waits for a moment or its provider, refused if it only waits for a place: queued in both.
            None if act == Act::Resume && world.at == At::Queued && !in_trash => Some(*world),
            Some(next) => accepted.then_some(next),
            None => (!accepted).then_some(*world),
        };
        self.worlds = self.worlds.iter().filter_map(after).collect();
        self.was_trashed |= act == Act::IntoTrash;
        !self.worlds.is_empty()
    }

    /// Keeps the worlds that look like `task`; false when there is none.
    pub fn see(&mut self, task: &Task, around: &Around) -> bool {
        self.drift(around);
        self.worlds.retain(|world| world.looks_like(task));
        !self.worlds.is_empty() && self.background == (task.lane == Lane::Background)
    }

    /// True when nothing will happen to a running task of this kind by itself.
    pub fn holds(&self) -> bool {
        self.worlds.iter().any(|w| w.at == At::Running(Manner::Holds) && w.asked == Asked::Nothing)
    }

    /// With one task all others of the background go on that wait for the same.
    pub fn resumed_alike(&mut self, found: &Task, same_provider: bool, same_model: bool) {
        let alike = match found.reason {
            Some(Reason::Key) if same_provider => For::Key,
            Some(Reason::Billing) if same_model => For::Credit,
            _ => return,
        };
        let go_on = |world: &World| if world.at == At::Waiting(alike) { world.queued_anew() } else { *world };
        self.worlds = self.worlds.iter().map(go_on).collect();
    }

    pub fn worlds(&self) -> String {
        self.worlds.iter().map(|world| format!("\n  {world:?}")).collect()
    }
}

impl At {
    fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

impl World {
    fn to(self, at: At) -> Self {
        Self { at, asked: Asked::Nothing, was_watched: false, ..self }
    }

    fn queued_anew(self) -> Self {
        Self { failures: 0, ..self.to(At::Queued) }
    }

    fn by_itself(self, known: &Known, around: &Around) -> Vec<Self> {
        let (provider, manner, wanted_money) = around.models[known.model];
        match self.at {
            At::Queued => {
                let mut next = vec![Self { attempts: self.attempts + 1, ..self.to(At::Running(manner)) }];
                // What another one found out holds this one back as well.
                if known.background && around.wanted_key.contains(&provider) {
                    next.push(self.to(At::Waiting(For::Key)));
                }
                if known.background && wanted_money {
                    next.push(self.to(At::Waiting(For::Credit)));
                }
                next
            }
            At::Running(manner) => {
                let mut next = self.attempt_ends(manner, known, around);
                if matches!(manner, Manner::Answers | Manner::Holds | Manner::BreaksOff) {
                    next.push(Self { has_text: true, ..self });
                }
                next
            }
            _ => Vec::new(),
        }
    }

    fn attempt_ends(self, asked: Manner, known: &Known, around: &Around) -> Vec<Self> {
        let mut next = Vec::new();
        // The model may have been healed before the request came to it.
        for manner in [asked, around.models[known.model].1] {
            let is_whole = manner == Manner::Answers || (manner == Manner::Holds && around.is_released);
            if is_whole && self.asked != Asked::Stop {
                next.push(self.to(At::Completed));
            }
            if self.asked == Asked::Nothing {
                let watched = !known.background || self.was_watched;
                next.extend(
                    [true, false]
                        .into_iter()
                        .filter(|w| if *w { watched } else { known.background })
                        .filter_map(|watched| self.fails(manner, watched)),
                );
            }
        }
        next.extend(match self.asked {
            Asked::Nothing => None,
            Asked::Stop => Some(self.to(At::Cancelled)),
            Asked::Pause => Some(self.to(At::Paused { trash: false })),
            Asked::Trash if around.trashed[known.chat] => Some(self.to(At::Paused { trash: true })),
            Asked::Trash => Some(self.queued_anew()),
        });
        next
    }

    /// Nothing when the model does not fail like this.
    fn fails(self, manner: Manner, is_watched: bool) -> Option<Self> {
        let tried_again = Self { failures: self.failures + 1, ..self.to(At::Queued) };
        Some(match manner {
            Manner::Answers | Manner::Holds => return None,
            Manner::Refuses => self.to(At::Failed),
            Manner::WantsMoney => self.to(At::Waiting(For::Credit)),
            Manner::WantsKey => self.to(At::Waiting(For::Key)),
            Manner::BreaksOff if is_watched => Self { has_text: true, ..self.to(At::Waiting(For::User)) },
            Manner::BreaksOff if self.failures < 2 => Self { has_text: true, ..tried_again },
            Manner::BreaksOff => self.to(At::Failed),
            Manner::IsBusy | Manner::LimitsRate => match (is_watched, self.failures) {
                (true, 0) | (false, 0..11) => tried_again,
                (true, _) if self.has_text => self.to(At::Waiting(For::User)),
                _ => self.to(At::Failed),
            },
        })
    }

    /// `None` when the core has to refuse it.
    fn after(self, act: Act, background: bool, in_trash: bool) -> Option<Self> {
        let ask = |asked| Some(Self { asked, ..self });
        let is_stopped = self.asked == Asked::Stop;
        match (act, self.at) {
            (Act::ToBackground, At::Running(_)) => {
                Some(Self { was_watched: self.was_watched || !background, ..self })
            }
            (Act::ToBackground, _) => Some(self),
            (Act::Replace, at) if at.is_final() => Some(self),
            (Act::Stop | Act::Pause, at) if at.is_final() => None,
            (Act::Stop | Act::Replace, At::Running(_)) => ask(Asked::Stop),
            (Act::Stop | Act::Replace, _) => Some(self.to(At::Cancelled)),
            (Act::Pause, At::Paused { .. }) => None,
            (Act::Pause, At::Running(_)) => ask(if is_stopped { Asked::Stop } else { Asked::Pause }),
            (Act::Pause, _) => Some(self.to(At::Paused { trash: false })),
            (Act::Resume, At::Waiting(_) | At::Paused { .. }) if !in_trash => Some(self.queued_anew()),
            (Act::Resume, _) => None,
            (Act::IntoTrash, At::Queued) => Some(self.to(At::Paused { trash: true })),
            (Act::IntoTrash, At::Running(_)) if self.asked == Asked::Nothing => ask(Asked::Trash),
            (Act::OutOfTrash, At::Paused { trash: true }) => Some(self.queued_anew()),
            (Act::IntoTrash | Act::OutOfTrash, _) => Some(self),
            (Act::Restart, at) if in_trash && !at.is_final() => Some(self.to(At::Cancelled)),
            (Act::Restart, At::Running(_)) => Some(match self.asked {
                Asked::Stop => self.to(At::Cancelled),
                Asked::Pause => self.to(At::Paused { trash: false }),
                Asked::Trash => self.queued_anew(),
                Asked::Nothing if background && self.restarts < 20 => {
                    Self { restarts: self.restarts + 1, ..self.to(At::Queued) }
                }
                Asked::Nothing => self.to(At::Waiting(For::User)),
            }),
            (Act::Restart, _) => Some(self),
        }
    }

    fn looks_like(&self, task: &Task) -> bool {
        let is_it = match self.at {
            At::Queued => task.state == TaskState::Queued,
            At::Running(_) => task.state == TaskState::Running,
            At::Waiting(For::Key) => (task.state, task.reason) == (TaskState::Waiting, Some(Reason::Key)),
            At::Waiting(For::Credit) => {
                (task.state, task.reason) == (TaskState::Waiting, Some(Reason::Billing))
            }
            At::Waiting(For::User) => {
                (task.state, task.reason) == (TaskState::Waiting, Some(Reason::Interrupted))
            }
            At::Paused { trash } => {
                (task.state, task.reason) == (TaskState::Paused, trash.then_some(Reason::Trash))
            }
            At::Completed => task.state == TaskState::Completed,
            At::Failed => task.state == TaskState::Failed,
            At::Cancelled => task.state == TaskState::Cancelled,
        };
        is_it && self.attempts == task.attempt
    }
}
