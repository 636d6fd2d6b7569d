//! Ways to tell the user beside the app and this desktop. What is secret about them is somewhere else.

use super::{KeySource, ProviderId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// The channel of this desktop's notification service.
pub const NATIVE: &str = "native";
/// The app's own list of what came of tasks; always on.
pub const INBOX: &str = "inbox";

/// A way to tell the user, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Under which its secret is kept; new with each adding.
    pub id: ProviderId,
    /// The user's name for it. Letters, digits, `-`, `_`, `.`; unique.
    pub name: String,
    /// Where it leads.
    pub place: ChannelPlace,
    /// Where its secret is.
    pub key_source: KeySource,
    /// When a test message was taken by it last.
    pub tested_at: Option<Timestamp>,
    /// When the user said that the test arrived; nothing else is sent before.
    pub confirmed_at: Option<Timestamp>,
    /// When it took a message last.
    pub used_at: Option<Timestamp>,
    /// Why it took none, if that was so the last time.
    pub failure: Option<ChannelFailure>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A way to tell the user, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Channel {
    /// The user's name for it.
    pub name: String,
    /// Where it leads.
    pub place: ChannelPlace,
    /// Whether it is used.
    pub state: ChannelState,
    /// Where its secret is.
    pub key_source: KeySource,
    /// When a test message was taken by it last.
    pub tested_at: Option<Timestamp>,
    /// When it took a message last.
    pub used_at: Option<Timestamp>,
    /// Why it took none, if that was so the last time.
    pub failure: Option<ChannelFailure>,
    /// Exactly what its test sends.
    pub preview: String,
}

/// Whether a channel is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ChannelState {
    /// No test was sent; it tells nobody of anything.
    New,
    /// A test was sent and nobody said yet that it arrived; it tells nobody of anything.
    Tested,
    /// It is used.
    Ready,
}

/// Where a channel leads. Addresses that open it for whoever knows them are no part of this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChannelPlace {
    /// E-mail by SMTP. Its secret is the password of `user`.
    Email {
        /// The server that takes mail.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is encrypted.
        security: MailSecurity,
        /// The name to log in with; `None` for a server that asks for none.
        #[serde(default)]
        #[ts(optional = nullable)]
        user: Option<String>,
        /// Who it is from.
        from: String,
        /// Who it goes to.
        to: String,
    },
    /// A request with JSON to an address. Its secret is that address.
    Webhook {
        /// The host of the address; read from it.
        #[serde(default)]
        host: String,
    },
    /// An incoming webhook of Slack, or of what speaks like it. Its secret is the address.
    Slack {
        /// The host of the address; read from it.
        #[serde(default)]
        host: String,
    },
    /// A topic of ntfy. Its secret is a token, if the topic needs one.
    Ntfy {
        /// The address of the server, such as `https://ntfy.sh`.
        server: String,
        /// The topic.
        topic: String,
    },
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// From the first byte, usually on port 465.
    Tls,
    /// Begun in the clear and encrypted before anything is said, usually on port 587.
    StartTls,
    /// Not at all; only to this computer.
    None,
}

/// A message that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChannelFailure {
    /// What to do next depends on this.
    pub kind: FailureKind,
    /// What happened, in plain words.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// Kinds of failure of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// Password, token or address were refused.
    Permission,
    /// There is nobody of that name, or nothing at that address.
    MissingTarget,
    /// Too much was sent; it is tried again a few times.
    RateLimit,
    /// There was no connection; it is tried again a few times.
    Transport,
    /// It was refused for another reason.
    Refused,
    /// It may have arrived. It is not sent again by itself.
    Unknown,
}

/// The pauses before a message that certainly did not arrive is sent again: through a short outage, and not for a day.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(60), Duration::from_secs(5 * 60), Duration::from_secs(30 * 60)];

impl FailureKind {
    /// The pause before the next try after so many failures before this one; never shorter than what was asked for. `None`
    /// when it is not tried again: nobody knows whether it arrived, the same would fail alike, or it was tried often enough.
    pub fn next_try(self, failures: u32, asked: Option<Duration>) -> Option<Duration> {
        if !matches!(self, Self::RateLimit | Self::Transport) {
            return None;
        }
        let pause = PAUSES.get(usize::try_from(failures).ok()?)?;
        Some(asked.map_or(*pause, |asked| asked.max(*pause)))
    }
}

/// What one channel did with one outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Receipt {
    /// The channel: `inbox`, `native`, or the name of one of the user's.
    pub channel: String,
    /// How far it is.
    pub state: ReceiptState,
    /// Why it failed, if it did.
    pub failure: Option<FailureKind>,
    /// The same in plain words.
    pub error: Option<String>,
    /// When it is sent, for one that waits.
    pub due_at: Option<Timestamp>,
    /// When that was so.
    pub at: Timestamp,
}

/// How far a channel is with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// It waits for its time: the end of quiet hours, or the next try.
    Due,
    /// It is being sent.
    Sending,
    /// Handed over.
    Sent,
    /// The user was looking, or had looked.
    Watched,
    /// Turned off, or the task was muted.
    Off,
    /// Not shown in quiet hours.
    Quiet,
    /// Not taken.
    Failed,
    /// Nobody knows whether it was taken; it is not sent again.
    Unknown,
}

impl ChannelRow {
    /// Whether it may be used.
    pub fn state(&self) -> ChannelState {
        match (self.confirmed_at, self.tested_at) {
            (Some(_), _) => ChannelState::Ready,
            (None, Some(_)) => ChannelState::Tested,
            (None, None) => ChannelState::New,
        }
    }
}

impl ChannelPlace {
    /// Whether people read what it takes, so that several outcomes are better told together.
    pub fn is_read_by_people(&self) -> bool {
        !matches!(self, Self::Webhook { .. })
    }
}
