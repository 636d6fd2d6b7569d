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
/// The first pause; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause while somebody watches, and in the background.
const LONGEST: [Duration; 2] = [Duration::from_secs(8), Duration::from_secs(60)];
/// A provider's own request for a pause is honoured up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(15 * 60);

/// `failures` counts the attempts that failed before this one.
pub fn after(error: &ProviderError, lane: Lane, failures: u32, has_text: bool, now: Timestamp) -> End {
    match error {
        ProviderError::KeyMissing | ProviderError::Unauthorized => return End::Ask(Reason::Key),
        ProviderError::Billing(_) => return End::Ask(Reason::Billing),
        ProviderError::ModelNotFound(_) => return End::Ask(Reason::Model),
        _ => {}
    }
    if has_text && lane == Lane::Interactive {
        return End::Ask(Reason::Interrupted);
    }
    // An answer without text may have been paid for all the same: reasoning counts as output.
    let is_paid = has_text || *error == ProviderError::Empty;
    let most = match (lane, is_paid) {
        (Lane::Interactive, _) => INTERACTIVE,
        (Lane::Background, false) => BACKGROUND,
        (Lane::Background, true) => BACKGROUND_PAID,
    };
    // Offline, or before the keychain is unlocked, nothing was asked of the provider: that is waited out.
    let is_untried = matches!(error, ProviderError::Unreachable { .. } | ProviderError::KeyUnreadable(_));
    let is_over = failures + 1 >= most && !(is_untried && lane == Lane::Background);
    let pause = match error.retry() {
        Retry::Never => return End::Failed,
        _ if is_over && matches!(error, ProviderError::KeyUnreadable(_)) => return End::Ask(Reason::Key),
        _ if is_over => return End::Failed,
        Retry::After(wait) => wait.min(LONGEST_ASKED),
        Retry::Backoff => backoff(lane, failures),
    };
    End::Again { reason: reason(error), due_at: Some(now.after(pause)) }
}

fn backoff(lane: Lane, failures: u32) -> Duration {
    let longest = LONGEST[usize::from(lane == Lane::Background)];
    FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(longest)
}

fn reason(error: &ProviderError) -> Reason {
    match error {
        ProviderError::RateLimited { .. } => Reason::RateLimit,
        ProviderError::Overloaded(_) => Reason::Overloaded,
        _ => Reason::Network,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_000_000);

    #[test]
    fn an_answer_that_broke_off_under_the_eyes_of_the_user_waits_for_the_user() {
        let end = after(&ProviderError::Truncated, Lane::Interactive, 0, true, NOW);
        assert_eq!(end, End::Ask(Reason::Interrupted), "continuing costs money, so it is not done by itself");
    }

    #[test]
    fn a_background_answer_that_broke_off_is_tried_again_twice() {
        let ends: Vec<_> =
            (0..3).map(|n| after(&ProviderError::Truncated, Lane::Background, n, true, NOW)).collect();
        assert!(matches!(ends[..2], [End::Again { .. }, End::Again { .. }]));
        assert_eq!(ends[2], End::Failed);
    }

    #[test]
    fn a_rate_limit_is_waited_out_as_long_as_the_provider_asks() {
        let error = ProviderError::RateLimited { retry_after: Some(Duration::from_secs(7)) };
        let end = after(&error, Lane::Background, 0, false, NOW);
        assert_eq!(
            end,
            End::Again { reason: Reason::RateLimit, due_at: Some(Timestamp::from_ms(1_007_000)) }
        );
    }

    #[test]
    fn money_and_keys_are_never_retried() {
        for error in [ProviderError::Billing("no credit".into()), ProviderError::Unauthorized] {
            assert!(matches!(after(&error, Lane::Background, 0, false, NOW), End::Ask(_)));
        }
    }

    #[test]
    fn background_work_waits_for_the_network_and_the_keychain_as_long_as_it_takes() {
        let offline = ProviderError::Unreachable { host: "h".into(), cause: "no network".into() };
        let locked = ProviderError::KeyUnreadable("it is locked".into());
        let minute = End::Again { reason: Reason::Network, due_at: Some(NOW.after(Duration::from_secs(60))) };
        for error in [&offline, &locked] {
            assert_eq!(after(error, Lane::Background, 500, false, NOW), minute);
        }
        assert_eq!(after(&offline, Lane::Interactive, 1, false, NOW), End::Failed);
        assert_eq!(after(&locked, Lane::Interactive, 1, false, NOW), End::Ask(Reason::Key));
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses: Vec<_> = (0..9).map(|n| backoff(Lane::Background, n).as_millis()).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
    }
}
