use crate::model::Notice;
use futures_util::future::BoxFuture;

/// A channel that tells the user. It may be asked again for the same outcome after a crash, and should then replace.
pub trait Notifier: Send + Sync {
    /// The channel's name as it is stored, such as `native`.
    fn channel(&self) -> &'static str;

    /// Shows the notices, several as one; done when the channel has taken it. Called with a limit of five seconds. Gives what
    /// became of each, in order; one that was refused is recorded, said once, and not tried again by itself.
    fn notify(&self, notices: Vec<Notice>) -> BoxFuture<'_, Vec<Result<Shown, NotifyError>>>;

    /// Whether the user is looking at it right now. Asked of what is not shown, too, so that no other channel tells of it.
    fn is_watched(&self, _: &Notice) -> bool {
        false
    }
}

/// What became of a notice that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It was handed over.
    Yes,
    /// The user is looking at the outcome right now, so nothing was shown and it counts as seen.
    Watched,
    /// The user turned this channel off.
    Off,
}

/// Why a channel did not show a notice, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotifyError(pub String);
