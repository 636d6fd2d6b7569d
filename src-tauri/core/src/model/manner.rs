use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the models of a conversation are asked, beyond what is said in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default, deny_unknown_fields)]
pub struct Manner {
    /// Told the model before everything else, with each request; it counts as tokens read. At most 64 KiB, empty for none.
    pub system: String,
    /// 0 for the likeliest word each time, up to 2; `None` leaves it to the model.
    pub temperature: Option<f64>,
    /// Tokens that one answer may have; `None` for as many as the model writes.
    pub max_tokens: Option<u64>,
}

/// Bytes of a system prompt.
const SYSTEM: usize = 64 * 1024;

impl Manner {
    /// True when models are asked as they are.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it.
    ///
    /// # Errors
    /// Which part, its bounds, and that nothing was changed.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.system.len() > SYSTEM {
            return Err("a system prompt has at most 64 KiB; nothing was changed");
        }
        if self.temperature.is_some_and(|degrees| !(0.0..=2.0).contains(&degrees)) {
            return Err("a temperature is a number from 0 to 2; nothing was changed");
        }
        if self.max_tokens.is_some_and(|most| !(1..=10_000_000).contains(&most)) {
            return Err("an answer may have 1 to 10,000,000 tokens; nothing was changed");
        }
        Ok(())
    }
}
