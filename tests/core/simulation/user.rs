//! Somebody who asks for hours, stops and sets aside, comes back now and then, and whose laptop sleeps.

use super::pace::Pace;
use super::provider::PROVIDERS;
use fastrand::Rng;
use meanwhile_core::model::{ConversationId, Lane, Task, TaskId, TaskState};
use meanwhile_core::{Core, SendMessage};
use meanwhile_support::harness::prompt;
use std::time::Duration;

const CHATS: usize = 12;

/// A task that was sent, by its number.
pub struct Sent {
    pub id: TaskId,
    pub chat: usize,
}

/// Sends `count` prompts in so many hours, each chat to a provider of its own, and does what people do in between.
pub async fn ask_for_hours(core: &Core, pace: &Pace, seed: u64, count: usize, hours: u64) -> Vec<Sent> {
    let mut chance = Rng::with_seed(seed.wrapping_mul(31));
    let mut chats: Vec<Option<ConversationId>> = vec![None; CHATS];
    let mut sent: Vec<Sent> = Vec::new();
    let pause = hours * 3_600_000 / count as u64;
    while sent.len() < count {
        tokio::time::sleep(Duration::from_millis(chance.u64(1..2 * pause))).await;
        // Now and then many at once.
        for _ in 0..if chance.u8(0..12) == 0 { 15 } else { 1 } {
            let chat = chance.usize(..CHATS);
            let (lane, kind) =
                if chance.u8(0..4) == 0 { (Lane::Interactive, 'i') } else { (Lane::Background, 'b') };
            let model = format!("p{}/{kind}{}", chat % PROVIDERS, sent.len());
            let message =
                SendMessage { conversation_id: chats[chat].clone(), model: Some(model), ..prompt("", lane) };
            let task = core.send_message(message).await.unwrap().task;
            chats[chat] = Some(task.conversation_id);
            sent.push(Sent { id: task.id, chat });
        }
        let id = &sent[chance.usize(..sent.len())].id;
        // What is not possible by now is refused, which is as good.
        let _ = match chance.u8(0..24) {
            0 => core.stop_task(id).await.map(drop),
            1 => core.pause_task(id).await.map(drop),
            2 | 3 => core.continue_in_background(id).await.map(drop),
            4 | 5 => {
                // Whoever has a task tried now ends the pause of its provider, like a clock that is set.
                if core.task(id).await.is_ok_and(|task| task.state == TaskState::Queued) {
                    pace.jump(0);
                }
                core.resume_task(id).await.map(drop)
            }
            6 => core.mark_seen(id).await,
            7 => {
                // The laptop sleeps: timers stand still and the clock does not.
                pace.jump(chance.i64(60_000..3_600_000));
                core.wake().await;
                pace.happens();
                Ok(())
            }
            8 => {
                pace.jump(chance.i64(-600_000..600_000));
                pace.happens();
                Ok(())
            }
            _ => Ok(()),
        };
    }
    sent
}

/// Comes back every hour, and takes up what waits, until everything has come to its end. Gives it back.
pub async fn come_back(core: &Core, sent: &[Sent]) -> Vec<Task> {
    loop {
        let mut tasks = Vec::new();
        for one in sent {
            tasks.push(core.task(&one.id).await.unwrap());
        }
        if tasks.iter().all(|task| task.state.is_final()) {
            return tasks;
        }
        for task in tasks {
            if matches!(task.state, TaskState::Waiting | TaskState::Paused) {
                // Another one may have taken it up by now.
                let _ = core.resume_task(&task.id).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(3_600)).await;
    }
}
