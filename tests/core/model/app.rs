//! The application beside its reference: what is done to one is done to the other, and both are asked how things stand.

mod ending;

use super::Action;
use super::reference::{Act, Around, Known, Manner};
use meanwhile_core::model::{
    ConversationId, DeliveryState, Draft, Lane, Origin, ProviderKind, Reason, Task, TaskId, TaskState,
};
use meanwhile_core::{Clock, ErrorCode, NewProvider, SendMessage};
use meanwhile_support::harness::{FACT_LIMIT, Harness, SetClock, code, prompt};
use meanwhile_support::model_server::{Gate, Step, cut, refuse, stop, text, wait};
use std::sync::Arc;

const START: i64 = 1_800_000_000_000;
const PROVIDERS: [&str; 2] = ["one", "two"];
/// A task that only meets models that answer is taken up by the user no more often than this.
const RESUMES: usize = 2;

pub struct App {
    app: Harness,
    clock: Arc<SetClock>,
    gate: Gate,
    chats: Vec<ConversationId>,
    tasks: Vec<Known>,
    around: Around,
    /// Prompts that were sent with a key, and their tasks.
    keyed: Vec<(SendMessage, usize)>,
    /// Tasks beside the reference, with their models: what was over goes on in one of its own.
    beside: Vec<(TaskId, usize)>,
    crashes: usize,
}

impl App {
    pub async fn start() -> Self {
        let clock = SetClock::at(START);
        let app = Harness::at(Arc::clone(&clock)).await;
        for name in PROVIDERS {
            let (name, base_url) = (name.to_owned(), app.server.base_url());
            let kind = ProviderKind::OpenaiChat;
            app.core
                .add_provider(NewProvider {
                    name,
                    kind,
                    base_url,
                    key: None,
                    key_env: None,
                    headers: Default::default(),
                    proxy: None,
                })
                .await
                .unwrap();
        }
        Self {
            app,
            clock,
            gate: Gate::new(),
            chats: Vec::new(),
            tasks: Vec::new(),
            around: Around::default(),
            keyed: Vec::new(),
            beside: Vec::new(),
            crashes: 0,
        }
    }

    pub async fn take(&mut self, action: Action) {
        let pick = |number: u8, among: usize| (among > 0).then(|| usize::from(number) % among);
        let task = |number: u8| pick(number, self.tasks.len());
        let chat = |number: u8| pick(number, self.chats.len());
        match action {
            Action::Send { chat: in_chat, in_background, provider, manner, with_key } => {
                let in_chat = in_chat.and_then(chat);
                self.send(in_chat, lane(in_background), usize::from(provider), manner, with_key).await;
            }
            Action::SendAgain { which, other_words } => {
                let which = pick(which, self.keyed.len());
                if let Some(which) = which {
                    self.send_again(which, other_words).await;
                }
            }
            Action::Ask { act, task: number } => match task(number) {
                Some(task) => self.ask(act, task).await,
                None => return,
            },
            Action::Retry { task: number, in_background } => match task(number) {
                Some(task) => self.retry(task, lane(in_background)).await,
                None => return,
            },
            Action::MarkSeen { task: number } => {
                let Some(task) = task(number) else { return };
                self.app.core.mark_seen(&self.tasks[task].id).await.unwrap();
                self.tasks[task].was_seen = true;
            }
            Action::Delete { chat: number } => match chat(number) {
                Some(chat) => self.trash(chat, true).await,
                None => return,
            },
            Action::Restore { chat: number } => match chat(number) {
                Some(chat) => self.trash(chat, false).await,
                None => return,
            },
            Action::HealModel { task: number } => {
                let Some(task) = task(number) else { return };
                self.set_manner(self.tasks[task].model, Manner::Answers);
            }
            Action::MoveClock { seconds } => self.move_clock(seconds).await,
            Action::Settle => self.settle().await,
            Action::LetTimePass => {
                // As often as a task is tried that has begun to answer.
                for _ in 0..3 {
                    self.settle().await;
                    self.look().await;
                    self.move_clock(130).await;
                }
            }
            Action::Restart => self.restart(false).await,
            Action::Crash => self.restart(true).await,
        }
        self.look().await;
    }

    async fn send(
        &mut self,
        chat: Option<usize>,
        lane: Lane,
        provider: usize,
        manner: Manner,
        with_key: bool,
    ) {
        let model = self.around.models.len();
        self.around.models.push((provider, manner, false));
        self.set_manner(model, manner);
        let message = SendMessage {
            conversation_id: chat.map(|chat| self.chats[chat].clone()),
            model: Some(format!("{}/m{model}", PROVIDERS[provider])),
            idempotency_key: with_key.then(|| format!("key {model}")),
            ..prompt("", lane)
        };
        let sent = self.app.core.send_message(message.clone()).await;
        if chat.is_some_and(|chat| self.around.trashed[chat]) {
            assert_eq!(code(sent), ErrorCode::Invalid, "nothing is asked in the trash");
            return;
        }
        let sent = sent.unwrap();
        assert!(sent.is_new);
        let chat = chat.unwrap_or_else(|| {
            self.chats.push(sent.task.conversation_id.clone());
            self.around.trashed.push(false);
            self.chats.len() - 1
        });
        if with_key {
            self.keyed.push((message, self.tasks.len()));
        }
        self.tasks.push(Known::new(&sent.task, chat, model));
    }

    async fn send_again(&self, which: usize, other_words: bool) {
        let (message, task) = &self.keyed[which];
        if other_words {
            let other = SendMessage { text: "Something else".to_owned(), ..message.clone() };
            assert_eq!(code(self.app.core.send_message(other).await), ErrorCode::Conflict);
        } else {
            let again = self.app.core.send_message(message.clone()).await.unwrap();
            assert_eq!((&again.task.id, again.is_new), (&self.tasks[*task].id, false));
        }
    }

    async fn ask(&mut self, act: Act, task: usize) {
        let (core, id) = (&self.app.core, self.tasks[task].id.clone());
        let before = core.task(&id).await.unwrap();
        let is_over = matches!(before.state, TaskState::Cancelled | TaskState::Failed);
        if act == Act::Resume && is_over && !self.app.text(&id).await.is_empty() {
            // That begins a task of its own, which `hand_over` is about.
            return;
        }
        let answer = match act {
            Act::Stop => core.stop_task(&id).await,
            Act::Pause => core.pause_task(&id).await,
            Act::ToBackground => core.continue_in_background(&id).await,
            _ => core.resume_task(&id).await,
        };
        if let Ok(other) = &answer
            && other.id != id
        {
            // It was over only by then.
            core.stop_task(&other.id).await.unwrap();
            self.beside.push((other.id.clone(), self.tasks[task].model));
            return;
        }
        let agree = self.tasks[task].act(act, answer.is_ok(), &self.around);
        assert!(agree, "{act:?} of {task} was answered with {answer:?}");
        if let Ok(after) = &answer {
            self.tasks[task].background = after.lane == Lane::Background;
        }
        if act == Act::Resume && answer.is_ok() && before.state == TaskState::Waiting {
            let model = self.tasks[task].model;
            for (other, known) in self.tasks.iter_mut().enumerate() {
                let is_kept = !self.around.trashed[known.chat];
                if other != task && known.background && is_kept {
                    let provider = |model: usize| self.around.models[model].0;
                    known.resumed_alike(
                        &before,
                        provider(known.model) == provider(model),
                        known.model == model,
                    );
                }
            }
        }
    }

    async fn retry(&mut self, task: usize, lane: Lane) {
        let (id, chat, model) = (self.tasks[task].id.clone(), self.tasks[task].chat, self.tasks[task].model);
        let again = self.app.core.retry_task(&id, lane, Origin::Window, None).await;
        if self.around.trashed[chat] {
            assert_eq!(code(again), ErrorCode::Invalid, "nothing is asked again in the trash");
            return;
        }
        let again = again.unwrap();
        if !again.is_new {
            assert_eq!(again.task.retry_of, Some(id), "a second click gives what the first one began");
            return;
        }
        assert!(self.tasks[task].act(Act::Replace, true, &self.around));
        self.tasks.push(Known::new(&again.task, chat, model));
    }

    async fn trash(&mut self, chat: usize, is_deleted: bool) {
        let (core, id) = (&self.app.core, &self.chats[chat]);
        let act = if is_deleted {
            core.delete_conversation(id).await.unwrap();
            Act::IntoTrash
        } else {
            core.restore_conversation(id).await.unwrap();
            Act::OutOfTrash
        };
        let mut tasks = std::mem::take(&mut self.tasks);
        for known in tasks.iter_mut().filter(|known| known.chat == chat) {
            assert!(known.act(act, true, &self.around));
        }
        self.tasks = tasks;
        self.around.trashed[chat] = is_deleted;
    }

    async fn restart(&mut self, by_crash: bool) {
        let head = *self.app.core.head().borrow();
        if by_crash {
            self.crashes += 1;
            self.app.crash().await;
        } else {
            self.app.restart().await;
        }
        assert!(*self.app.core.head().borrow() >= head, "no number is used twice");
        for known in &mut self.tasks {
            assert!(known.act(Act::Restart, true, &self.around));
        }
    }

    async fn move_clock(&self, seconds: i64) {
        self.clock.set(self.clock.now().as_ms() + seconds * 1_000);
        // Any change makes the core look what is due by now.
        self.app
            .core
            .save_draft(Draft { conversation_id: None, text: String::new(), attachments: Vec::new() })
            .await
            .unwrap();
    }

    fn set_manner(&mut self, model: usize, manner: Manner) {
        let (provider, _, wanted_money) = &mut self.around.models[model];
        *wanted_money |= manner == Manner::WantsMoney;
        if manner == Manner::WantsKey {
            self.around.wanted_key.insert(*provider);
        }
        // Whoever has asked met the one before.
        self.tasks.iter_mut().for_each(|task| task.drift(&self.around));
        self.around.models[model].1 = manner;
        self.app.server.script(&format!("m{model}"), steps(manner, &self.gate));
    }

    /// Core and reference agree on each task, and nothing that was shown is gone.
    async fn look(&mut self) {
        for (number, known) in self.tasks.iter_mut().enumerate() {
            let task = self.app.core.task(&known.id).await.unwrap();
            let worlds = known.worlds();
            let agree = known.see(&task, &self.around);
            assert!(agree, "task {number} may be one of {worlds}, and is {}", brief(&task));
            let text = self.app.core.task_text(&known.id).await.unwrap().text;
            assert!(text.starts_with(&known.text), "{:?} became {text:?}", known.text);
            assert!(task.head >= known.head, "a row never goes back");
            (known.text, known.head) = (text, task.head);
        }
        self.app.assert_healthy().await;
    }

    /// Waits until nothing more happens by itself.
    async fn settle(&mut self) {
        self.tasks.iter_mut().for_each(|task| task.drift(&self.around));
        let mut head = self.app.core.head();
        let quiet = async {
            loop {
                head.mark_unchanged();
                if self.restless().await.is_empty() {
                    return;
                }
                let _ = head.changed().await;
            }
        };
        if tokio::time::timeout(FACT_LIMIT, quiet).await.is_err() {
            panic!("these never came to rest: {:?}", self.restless().await);
        }
    }

    async fn restless(&self) -> Vec<String> {
        let mut tasks = Vec::new();
        for known in &self.tasks {
            tasks.push((known, self.app.core.task(&known.id).await.unwrap()));
        }
        let places = self.app.core.settings().await.unwrap().parallel_tasks as usize;
        let is_running = |t: &Task| t.state == TaskState::Running && t.lane == Lane::Background;
        let is_full = tasks.iter().filter(|(_, task)| is_running(task)).count() >= places;
        let rests = |(known, task): &(&Known, Task)| match task.state {
            TaskState::Running => known.holds(),
            TaskState::Queued => {
                let is_held =
                    matches!(task.reason, Some(Reason::Network | Reason::RateLimit | Reason::Overloaded));
                let is_early = task.due_at.is_some_and(|at| at > self.clock.now());
                is_held || is_early || (is_full && task.lane == Lane::Background)
            }
            _ => !(task.state.is_final() && is_untold(task)),
        };
        tasks.iter().filter(|one| !rests(one)).map(|(known, task)| brief(task) + &known.worlds()).collect()
    }
}

fn lane(in_background: bool) -> Lane {
    if in_background { Lane::Background } else { Lane::Interactive }
}

fn brief(task: &Task) -> String {
    let Task { lane, state, reason, attempt, due_at, delivery, .. } = task;
    format!("{lane:?} {state:?} {reason:?}, attempt {attempt}, due {due_at:?}, {delivery:?}")
}

fn is_untold(task: &Task) -> bool {
    use DeliveryState::{Claimed, Pending};
    task.delivery.as_ref().is_some_and(|delivery| matches!(delivery.state, Pending | Claimed))
}

fn steps(manner: Manner, gate: &Gate) -> Vec<Step> {
    match manner {
        Manner::Answers => vec![text("whole."), stop()],
        Manner::Holds => vec![text("half "), wait(gate), text("whole."), stop()],
        Manner::BreaksOff => vec![text("half "), cut()],
        Manner::IsBusy => vec![refuse(503, &[], "{}")],
        Manner::LimitsRate => {
            vec![refuse(429, &[("retry-after", "30")], r#"{"error":{"code":"rate_limit_exceeded"}}"#)]
        }
        Manner::WantsMoney => vec![refuse(402, &[], r#"{"error":{"code":"insufficient_quota"}}"#)],
        Manner::WantsKey => vec![refuse(401, &[], r#"{"error":{"code":"invalid_api_key"}}"#)],
        Manner::Refuses => vec![refuse(400, &[], "{}")],
    }
}
