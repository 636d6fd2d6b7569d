//! What becomes of a task whose attempt failed. Pure.

use crate::model::{Lane, Reason, Timestamp};
use crate::provider::{ProviderError, Retry};
use crate::store::End;
use std::time::Duration;

/// Failed attempts before a background task is given up. Source: F26 of the reliability notes.
const BACKGROUND: u32 = 12;
/// The same once text had come, because each further attempt is paid for again.
const BACKGROUND_PAID: u32 = 3;
/// The same for an answer somebody watches.
const INTERACTIVE: u32 = 2;
/// Silent attempts in a row to hear an answer that is made at the provider, before its user is asked.
const REMOTE_SILENT: u32 = 3;
/// The most that the first pause can be; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The least that any pause can be.
const SHORTEST: Duration = Duration::from_millis(250);
/// The most that any pause can be while somebody watches, and in the background. Source: F26 of the reliability notes.
const LONGEST: [Duration; 2] = [Duration::from_secs(8), Duration::from_secs(120)];
/// A provider's own request for a pause is honoured up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(15 * 60);

/// What an attempt was, as far as it decides what comes next.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// Who waits for it.
    pub lane: Lane,
    /// Attempts of the task that failed before.
    pub failures: u32,
    /// Rounds in a row in which the provider failed before, other tasks included.
    pub setbacks: u32,
    /// Whether text had come.
    pub has_text: bool,
    /// Whether it went on from text of an earlier attempt.
    pub goes_on: bool,
    /// Whether its answer is made at the provider, and can be heard further at no cost.
    pub is_remote: bool,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// For the task.
    pub end: End,
    /// For its provider: why, and until when it is left alone.
    pub trouble: Option<(Reason, Timestamp)>,
}

/// `chance` is between 0 and 1. Pauses are spread by it, so that those who met the same trouble do not come back together.
pub fn after(error: &ProviderError, tried: Tried, chance: f64, now: Timestamp) -> Next {
    let asked = match error.retry() {
        // A provider that names no time worth the name is met with growing pauses, like one that names none.
        Retry::After(wait) if wait >= SHORTEST => Some(wait.min(LONGEST_ASKED)),
        _ => None,
    };
    let pause = |setbacks| now.after(asked.unwrap_or_else(|| backoff(tried.lane, setbacks, chance)));
    let due_at = pause(tried.failures.max(tried.setbacks));
    let end = match ask_or_give_up(error, tried) {
        Some(end) => end,
        None => End::Again { reason: reason(error), due_at: Some(due_at) },
    };
    let trouble = is_of_provider(error).then(|| (reason(error), pause(tried.setbacks)));
    Next { end, trouble }
}

/// `None` when it is tried again.
fn ask_or_give_up(error: &ProviderError, tried: Tried) -> Option<End> {
    let Tried { lane, failures, is_remote, .. } = tried;
    // To hear more of an answer that is made elsewhere costs nothing, whoever watches.
    let (has_text, goes_on) = (tried.has_text && !is_remote, tried.goes_on && !is_remote);
    match error {
        ProviderError::KeyMissing | ProviderError::Unauthorized | ProviderError::Forbidden(_) => {
            return Some(End::Ask(Reason::Key));
        }
        ProviderError::Billing(_) => return Some(End::Ask(Reason::Billing)),
        ProviderError::ModelNotFound(_) | ProviderError::NoTools(_) => {
            return Some(End::Ask(Reason::Model));
        }
        // A new one would be paid for again, and what was accepted and never begun may stay so for ever.
        ProviderError::RunGone => return Some(End::Ask(Reason::Interrupted)),
        // Its user may rather pay for it now than wait for another day.
        ProviderError::Expired | ProviderError::NoBatches | ProviderError::Unsure => {
            return Some(End::Ask(Reason::Interrupted));
        }
        // What is missing is for its user to bring: the program, a login, another version.
        ProviderError::ProgramUnusable { .. } => return Some(End::Ask(Reason::Interrupted)),
        ProviderError::Cancelled => return Some(End::Cancelled),
        ProviderError::Stalled(_) if is_remote && failures + 1 >= REMOTE_SILENT => {
            return Some(End::Ask(Reason::Interrupted));
        }
        // There is nothing to go on to.
        ProviderError::TooLong(_) => return Some(End::Failed),
        _ => {}
    }
    if has_text && lane == Lane::Interactive {
        return Some(End::Ask(Reason::Interrupted));
    }
    // An answer without text may have been paid for all the same: reasoning counts as output.
    let broke_off = matches!(error, ProviderError::Truncated | ProviderError::Stalled(_));
    // Nor does a program say what it paid for before it ended.
    let is_program = matches!(error, ProviderError::ProgramEnded { .. });
    let is_paid =
        is_program || has_text || matches!(error, ProviderError::Empty(_)) || (goes_on && broke_off);
    let most = match (lane, is_paid) {
        _ if is_remote => BACKGROUND,
        (Lane::Interactive, _) => INTERACTIVE,
        (Lane::Background, false) => BACKGROUND,
        (Lane::Background, true) => BACKGROUND_PAID,
    };
    // Offline, or before the keychain is unlocked, nothing was asked of the provider, and one that asks to slow down answers
    // those that do: all of that is waited out.
    let is_untried = matches!(
        error,
        ProviderError::Unreachable { .. }
            | ProviderError::KeyUnreadable(_)
            | ProviderError::RateLimited { .. }
    );
    // A sleep is nobody's failure, however often it comes.
    let is_waited_out = *error == ProviderError::Lost || (is_untried && lane == Lane::Background);
    let is_over = failures + 1 >= most && !is_waited_out;
    match error.retry() {
        Retry::Never => Some(End::Failed),
        _ if is_over && matches!(error, ProviderError::KeyUnreadable(_)) => Some(End::Ask(Reason::Key)),
        // Its text can still be gone on from, which giving up would end.
        _ if is_over && goes_on && lane == Lane::Interactive => Some(End::Ask(Reason::Interrupted)),
        _ if is_over => Some(End::Failed),
        Retry::After(_) | Retry::Backoff => None,
    }
}

fn backoff(lane: Lane, setbacks: u32, chance: f64) -> Duration {
    let longest = LONGEST[usize::from(lane == Lane::Background)];
    FIRST_PAUSE.saturating_mul(1 << setbacks.min(16)).min(longest).mul_f64(chance).max(SHORTEST)
}

/// Whether any other request to this provider would meet the same now.
fn is_of_provider(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::RateLimited { .. }
            | ProviderError::Overloaded { .. }
            | ProviderError::Unreachable { .. }
            | ProviderError::KeyUnreadable(_)
    )
}

fn reason(error: &ProviderError) -> Reason {
    match error {
        ProviderError::RateLimited { .. } => Reason::RateLimit,
        ProviderError::Overloaded { .. } => Reason::Overloaded,
        ProviderError::Unreachable { .. } | ProviderError::Lost => Reason::Network,
        ProviderError::KeyUnreadable(_) => Reason::Key,
        _ => Reason::BrokeOff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_000_000);

    fn tried(lane: Lane, failures: u32, has_text: bool) -> Tried {
        Tried { lane, failures, setbacks: failures, has_text, goes_on: false, is_remote: false }
    }

    fn at(pause: u64) -> Timestamp {
        NOW.after(Duration::from_millis(pause))
    }

    fn again(reason: Reason, pause: u64) -> End {
        End::Again { reason, due_at: Some(at(pause)) }
    }

    #[test]
    fn an_answer_that_broke_off_under_the_eyes_of_the_user_waits_for_the_user() {
        let next = after(&ProviderError::Truncated, tried(Lane::Interactive, 0, true), 1.0, NOW);
        assert_eq!(
            next.end,
            End::Ask(Reason::Interrupted),
            "continuing costs money, so it is not done by itself"
        );
    }

    #[test]
    fn a_background_answer_that_broke_off_is_tried_again_twice() {
        let ends: Vec<_> = (0..3)
            .map(|n| after(&ProviderError::Truncated, tried(Lane::Background, n, true), 1.0, NOW))
            .inspect(|next| assert_eq!(next.trouble, None, "another answer may become whole"))
            .map(|next| next.end)
            .collect();
        assert_eq!(ends, [again(Reason::BrokeOff, 1_000), again(Reason::BrokeOff, 2_000), End::Failed]);
    }

    // F47
    #[test]
    fn no_number_of_sleeps_fails_a_task() {
        for lane in [Lane::Interactive, Lane::Background] {
            let next = after(&ProviderError::Lost, tried(lane, 500, false), 1.0, NOW);
            assert!(matches!(next.end, End::Again { .. }), "{next:?}");
        }
        let watched = after(&ProviderError::Lost, tried(Lane::Interactive, 0, true), 1.0, NOW);
        assert_eq!(watched.end, End::Ask(Reason::Interrupted));
    }

    #[test]
    fn a_rate_limit_is_waited_out_as_long_as_the_provider_asks() {
        let limited = |wait| ProviderError::RateLimited { retry_after: Some(Duration::from_secs(wait)) };
        let next = after(&limited(7), tried(Lane::Background, 0, false), 0.0, NOW);
        let trouble = Some((Reason::RateLimit, at(7_000)));
        assert_eq!(next, Next { end: again(Reason::RateLimit, 7_000), trouble });
        let hundredth = after(&limited(7), tried(Lane::Background, 100, false), 0.0, NOW);
        assert_eq!(hundredth.end, again(Reason::RateLimit, 7_000), "and as often");
        let none = after(&limited(0), tried(Lane::Background, 3, false), 1.0, NOW);
        assert_eq!(none.end, again(Reason::RateLimit, 8_000), "no time at all is no answer");
    }

    // F44
    #[test]
    fn an_answer_beyond_what_is_kept_of_one_is_over_for_who_watches_it_too() {
        for lane in [Lane::Interactive, Lane::Background] {
            let next = after(&ProviderError::TooLong(128), tried(lane, 0, true), 1.0, NOW);
            assert_eq!(next, Next { end: End::Failed, trouble: None }, "{lane:?}");
        }
    }

    // F39
    #[test]
    fn money_and_keys_are_never_retried() {
        for error in [ProviderError::Billing("no credit".into()), ProviderError::Unauthorized] {
            let next = after(&error, tried(Lane::Background, 0, false), 1.0, NOW);
            assert!(matches!(next.end, End::Ask(_)));
        }
    }

    #[test]
    fn a_model_that_is_missing_or_has_no_use_for_tools_asks_for_another() {
        for error in [ProviderError::ModelNotFound("m".into()), ProviderError::NoTools("m cannot".into())] {
            for lane in [Lane::Interactive, Lane::Background] {
                let next = after(&error, tried(lane, 0, false), 1.0, NOW);
                assert_eq!(next.end, End::Ask(Reason::Model), "{error:?}");
            }
        }
    }

    // F25, F55
    #[test]
    fn background_work_waits_for_the_network_and_the_keychain_as_long_as_it_takes() {
        let offline = ProviderError::Unreachable { host: "h".into(), cause: "no network".into() };
        let locked = ProviderError::KeyUnreadable("it is locked".into());
        for (error, reason) in [(&offline, Reason::Network), (&locked, Reason::Key)] {
            let next = after(error, tried(Lane::Background, 500, false), 1.0, NOW);
            assert_eq!(next.end, again(reason, 120_000));
        }
        let watched = tried(Lane::Interactive, 1, false);
        assert_eq!(after(&offline, watched, 1.0, NOW).end, End::Failed);
        assert_eq!(after(&locked, watched, 1.0, NOW).end, End::Ask(Reason::Key));
    }

    // F26
    #[test]
    fn pauses_double_up_to_two_minutes() {
        let pauses: Vec<_> = (0..9).map(|n| backoff(Lane::Background, n, 1.0).as_millis()).collect();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]);
    }

    #[test]
    fn pauses_are_spread_and_never_nothing() {
        let pauses = [0.0, 0.25, 0.5].map(|chance| backoff(Lane::Background, 3, chance).as_millis());
        assert_eq!(pauses, [250, 2_000, 4_000]);
    }

    #[test]
    fn a_task_waits_for_its_provider_and_the_provider_not_for_a_task() {
        let error = ProviderError::overloaded("503");
        let first = after(&error, Tried { setbacks: 4, ..tried(Lane::Background, 0, false) }, 1.0, NOW);
        let trouble = Some((Reason::Overloaded, at(16_000)));
        assert_eq!(first, Next { end: again(Reason::Overloaded, 16_000), trouble });
        let own = after(&error, Tried { setbacks: 0, ..tried(Lane::Background, 5, false) }, 1.0, NOW);
        let trouble = Some((Reason::Overloaded, at(1_000)));
        assert_eq!(own, Next { end: again(Reason::Overloaded, 32_000), trouble });
        let last = after(&error, tried(Lane::Background, 11, false), 1.0, NOW);
        assert_eq!(last.end, End::Failed);
        assert!(last.trouble.is_some(), "the next one is not asked at once");
    }
}
