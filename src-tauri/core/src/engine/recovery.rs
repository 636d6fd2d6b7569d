//! What becomes of work that a dead run left behind. Pure.

use crate::model::{AttemptEnd, Lane, Reason, TaskError, Usage};
use crate::store::{End, Settled, Unfinished};

/// Restarts after which a background task is no longer taken up by itself: it may be what ends the process.
const RESTARTS: u32 = 20;
/// Crashes within minutes after which it is not taken up again by itself. Source: F5 of the reliability notes.
const CRASHES: u32 = 3;

/// The settlement of one unfinished attempt.
pub fn plan(task: &Unfinished) -> Settled {
    let end = if task.cancel_requested {
        End::Cancelled
    // Whether a batch was taken that has no name yet is not known, and another one may be paid for twice.
    } else if (task.is_remote || (task.lane == Lane::Background && !task.in_batch))
        && task.restarts < RESTARTS
        && task.crashes < CRASHES
    {
        End::Again { reason: Reason::Restarted, due_at: None }
    } else {
        // Somebody watched this, and going on is paid for again; or it may be what ends the process.
        End::Ask(Reason::Interrupted)
    };
    let error = (!task.cancel_requested).then(|| error(&end, task.crashes));
    // An answer that goes on elsewhere is billed once, when it is heard to its end.
    let usage = if task.is_remote { Usage::default() } else { task.usage.clone() };
    Settled { attempt: AttemptEnd::Interrupted, error, usage, end, trouble: None, remote_is_over: false }
}

fn error(end: &End, crashes: u32) -> TaskError {
    if crashes >= CRASHES {
        return TaskError {
            code: "crashed".to_owned(),
            message: format!("Meanwhile crashed {crashes} times within minutes while this was being answered."),
            hint: "It was set aside so that everything else goes on. The text so far is kept. Continue when you like, and \
                   report it if it happens again."
                .to_owned(),
            retryable: true,
        };
    }
    let hint = match end {
        End::Again { .. } => "The text so far is kept. It goes on from there by itself.",
        _ => "The text so far is kept. Continue from here, or start again.",
    };
    TaskError {
        code: "interrupted".to_owned(),
        message: "Meanwhile was closed or restarted while this was being answered.".to_owned(),
        hint: hint.to_owned(),
        retryable: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TaskId, Timestamp};

    // F5
    #[test]
    fn a_task_that_was_there_in_three_crashes_is_set_aside_whoever_watches_it() {
        for lane in [Lane::Background, Lane::Interactive] {
            let third = plan(&Unfinished { crashes: 3, ..unfinished(lane, 3, false) });
            assert_eq!(third.end, End::Ask(Reason::Interrupted));
            assert_eq!(third.error.unwrap().code, "crashed");
        }
        let second = plan(&Unfinished { crashes: 2, ..unfinished(Lane::Background, 2, false) });
        assert_eq!(second.end, End::Again { reason: Reason::Restarted, due_at: None });
    }

    fn unfinished(lane: Lane, restarts: u32, cancel_requested: bool) -> Unfinished {
        let task_id = TaskId::fresh();
        Unfinished {
            task_id,
            attempt: 1,
            lane,
            cancel_requested,
            restarts,
            crashes: 0,
            is_remote: false,
            in_batch: false,
            is_at_tools: false,
            worked_until: Timestamp::from_ms(0),
            usage: Usage::default(),
        }
    }

    // F10
    #[test]
    fn background_work_goes_on_and_watched_work_waits_for_the_user() {
        let end = |lane| plan(&unfinished(lane, 0, false)).end;
        assert_eq!(end(Lane::Background), End::Again { reason: Reason::Restarted, due_at: None });
        assert_eq!(end(Lane::Interactive), End::Ask(Reason::Interrupted));
    }

    #[test]
    fn a_recorded_stop_wins_over_going_on() {
        assert_eq!(plan(&unfinished(Lane::Background, 0, true)).end, End::Cancelled);
    }

    // F5
    #[test]
    fn a_task_that_was_cut_by_many_restarts_is_set_aside_for_the_user() {
        assert_eq!(plan(&unfinished(Lane::Background, RESTARTS, false)).end, End::Ask(Reason::Interrupted));
    }
}
