//! What must be true of the application when everything came to its end.

use super::super::reference::{Act, Known, Manner};
use super::{App, RESUMES, brief, is_untold};
use meanwhile_core::doctor;
use meanwhile_core::model::{EventKind, Outcome, TaskState};
use meanwhile_support::harness::FACT_LIMIT;
use std::time::Duration;

impl App {
    /// All obstacles are removed, and everything comes to its end.
    pub async fn end(mut self) {
        for model in 0..self.around.models.len() {
            self.set_manner(model, Manner::Answers);
        }
        self.around.is_released = true;
        self.gate.open();
        for chat in 0..self.chats.len() {
            self.trash(chat, false).await;
        }
        let mut resumes = vec![0; self.tasks.len()];
        let mut head = self.app.core.head();
        let end = async {
            loop {
                head.mark_unchanged();
                self.look().await;
                let mut is_over = true;
                for (number, resumes) in resumes.iter_mut().enumerate() {
                    let task = self.app.core.task(&self.tasks[number].id).await.unwrap();
                    is_over &= task.state.is_final() && !is_untold(&task);
                    if matches!(task.state, TaskState::Waiting | TaskState::Paused) {
                        self.ask(Act::Resume, number).await;
                        *resumes += 1;
                        assert!(*resumes <= RESUMES, "it does not go on: {}", brief(&task));
                    } else if task.state == TaskState::Queued {
                        self.move_clock(60).await;
                    }
                }
                if is_over {
                    return;
                }
                let _ = tokio::time::timeout(Duration::from_secs(1), head.changed()).await;
            }
        };
        if tokio::time::timeout(FACT_LIMIT, end).await.is_err() {
            panic!("these came to no end: {:?}", self.restless().await);
        }
        self.look().await;
        self.assert_ends().await;
        self.app.core.shutdown().await;
        assert_eq!(doctor::check(&self.app.data_dir()).unwrap(), [], "also without a process");
    }

    async fn assert_ends(&self) {
        let notices = self.app.notifier.notices();
        let requests = self.app.server.requests();
        let mut attempts = vec![0; self.around.models.len()];
        for known in &self.tasks {
            let task = self.app.core.task(&known.id).await.unwrap();
            attempts[known.model] += task.attempt as usize;
            let ends = [Outcome::Done, Outcome::Failed, Outcome::Cancelled];
            let told = notices.iter().filter(|n| n.task_id == known.id && ends.contains(&n.outcome)).count();
            let is_news = known.background && task.state != TaskState::Cancelled;
            let least = usize::from(is_news && !known.was_trashed && !known.was_seen);
            let most = if is_news { 1 + self.crashes } else { 0 };
            assert!((least..=most).contains(&told), "told {told} times of {}", brief(&task));
            assert_eq!(task.delivery.is_some(), known.background);
            let halves = known.text.trim_end_matches("whole.").matches("half ").count();
            let is_whole = known.text.ends_with("whole.");
            assert!(is_whole || task.state != TaskState::Completed, "{} with {:?}", brief(&task), known.text);
            let pieces = format!("{}{}", "half ".repeat(halves), if is_whole { "whole." } else { "" });
            assert_eq!(known.text, pieces, "each piece once");
            assert!(halves <= task.attempt as usize, "what an attempt said is there once");
            self.assert_legal(known).await;
        }
        for (id, model) in &self.beside {
            attempts[*model] += self.app.core.task(id).await.unwrap().attempt as usize;
        }
        for (model, attempts) in attempts.into_iter().enumerate() {
            let asked = requests.iter().filter(|r| r.body["model"] == format!("m{model}")).count();
            assert!(asked <= attempts, "model {model} was asked {asked} times in {attempts} attempts");
        }
    }

    /// I4: each step in the log is one that the state before it allows.
    async fn assert_legal(&self, known: &Known) {
        use TaskState::{Cancelled, Completed, Failed, Paused, Queued, Running, Waiting};
        let log = self.app.core.log(&known.id).await.unwrap();
        let mut state = None;
        for event in &log {
            let (from, to): (&[TaskState], _) = match &event.kind {
                EventKind::Queued { .. } => (&[], Queued),
                EventKind::Started { .. } => (&[Queued], Running),
                EventKind::Requeued { .. } => (&[Running, Queued], Queued),
                EventKind::PartDone { .. } => (&[Running], Queued),
                EventKind::Waiting { .. } => (&[Running, Queued], Waiting),
                EventKind::Paused => (&[Queued, Running, Waiting], Paused),
                EventKind::Resumed => (&[Waiting, Paused, Queued], Queued),
                EventKind::Completed { .. } => (&[Running], Completed),
                EventKind::Failed { .. } => (&[Running], Failed),
                EventKind::Cancelled { .. } => (&[Queued, Running, Waiting, Paused], Cancelled),
                _ => continue,
            };
            let is_legal = state.map_or(from.is_empty(), |state| from.contains(&state));
            assert!(is_legal, "{:?} after {state:?} in {log:#?}", event.kind);
            state = Some(to);
        }
        assert!(log.windows(2).all(|pair| pair[0].seq < pair[1].seq), "{log:#?}");
    }
}
