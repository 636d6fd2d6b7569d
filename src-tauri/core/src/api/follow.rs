use super::Core;
use crate::command::CommandError;
use crate::model::{Frame, Seq, TaskId};
use crate::store::{Interest, Scope, Store};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Reads the log from a cursor: once where things stand, then what happened since, without gap or repeat.
pub struct Follower {
    store: Store,
    task_id: Option<TaskId>,
    after: Option<Seq>,
    head: watch::Receiver<Seq>,
    stop: CancellationToken,
    _interest: Interest,
}

impl Core {
    /// Follows everything or one task. Without `after`, or with one that these data never reached, the first frame is a
    /// snapshot: a cursor of other data says nothing here.
    pub fn follow(&self, scope: Scope, after: Option<Seq>) -> Follower {
        let task_id = match &scope {
            Scope::All => None,
            Scope::Task(id) => Some(id.clone()),
        };
        let after = after.filter(|after| *after <= self.store().last_seq().unwrap_or(Seq::MAX));
        Follower {
            store: self.store().clone(),
            task_id,
            after,
            head: self.head(),
            stop: self.inner.stop.clone(),
            _interest: self.interest(scope),
        }
    }
}

impl Follower {
    /// The next frame; waits for one if there is none. `None` after shutdown.
    ///
    /// Cancel safe: the cursor moves only when a frame is given out.
    pub async fn next(&mut self) -> Option<Result<Frame, CommandError>> {
        let Some(after) = self.after else {
            return Some(self.snapshot().await);
        };
        loop {
            self.head.mark_unchanged();
            match self.store.events(self.task_id.as_ref(), after) {
                Ok(events) if events.is_empty() => {}
                Ok(events) => {
                    let head = events.last().map_or(after, |e| e.seq);
                    self.after = Some(head);
                    return Some(Ok(Frame::Events { events, head }));
                }
                Err(error) => return Some(Err(error.into())),
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                changed = self.head.changed() => if changed.is_err() { return None },
            }
        }
    }

    async fn snapshot(&mut self) -> Result<Frame, CommandError> {
        let frame = self.store.snapshot(self.task_id.clone()).await?;
        if let Frame::Snapshot { head, .. } = &frame {
            self.after = Some(*head);
        }
        Ok(frame)
    }
}
