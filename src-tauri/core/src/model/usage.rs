//! What was used, summed up. Requests that used nothing are not counted: refused ones, and those of other apps.

use super::{ConversationId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What some requests used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Spent {
    /// How many.
    pub requests: u64,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars of those whose price was known; `None` when it was of none of them, never zero.
    pub cost_usd: Option<f64>,
    /// Those whose price was not known.
    pub unpriced: u64,
    /// True when the counts of some are our own estimate.
    pub estimated: bool,
}

impl Spent {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cost_usd: match (self.cost_usd, other.cost_usd) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            },
            unpriced: self.unpriced + other.unpriced,
            estimated: self.estimated || other.estimated,
        }
    }
}

/// What was used in a stretch of days. A request belongs to the day on which it was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UsageReport {
    /// All of it.
    pub total: Spent,
    /// Each day, oldest first; today is the last.
    pub days: Vec<DaySpent>,
    /// By model, what cost most first.
    pub models: Vec<ModelSpent>,
    /// By conversation, what cost most first; deleted ones, and those beyond the first hundred, are one row each at the end.
    pub conversations: Vec<ConversationSpent>,
    /// The dollars of today, with what was allowed on top; `None` without a limit.
    pub limit_usd: Option<f64>,
    /// The tokens of today.
    pub limit_tokens: Option<u64>,
}

/// A day, and what was used on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DaySpent {
    /// Such as `2025-11-21`, by the clock of this computer.
    pub date: String,
    /// Its first moment.
    pub start: Timestamp,
    /// What was used.
    pub spent: Spent,
}

/// A model, and what was used of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ModelSpent {
    /// `provider/model`.
    pub model: String,
    /// What was used.
    pub spent: Spent,
}

/// A conversation, and what was used in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConversationSpent {
    /// Which; `None` for deleted ones, and for all that have no row of their own.
    pub conversation_id: Option<ConversationId>,
    /// Its title, or what it is.
    pub title: String,
    /// What was used.
    pub spent: Spent,
}
