use super::Usage;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a model costs, in US dollars for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Price {
    /// Read.
    pub input: f64,
    /// Read from the provider's cache; `None` when that is no cheaper.
    #[serde(default)]
    pub cached: Option<f64>,
    /// Written, reasoning included.
    pub output: f64,
}

impl Price {
    /// True when each part is an amount of money.
    pub fn is_sound(&self) -> bool {
        let is_amount = |usd: f64| usd.is_finite() && (0.0..=1e6).contains(&usd);
        is_amount(self.input) && is_amount(self.output) && self.cached.is_none_or(is_amount)
    }

    /// Of what costs nothing.
    pub const FREE: Self = Self { input: 0.0, cached: None, output: 0.0 };

    /// What the same costs in a batch.
    #[must_use]
    pub fn halved(self) -> Self {
        Self { input: self.input / 2.0, cached: self.cached.map(|usd| usd / 2.0), output: self.output / 2.0 }
    }

    /// True when nothing of it costs anything.
    pub fn is_free(&self) -> bool {
        self.input == 0.0 && self.output == 0.0
    }

    /// The most that a request costs which reads and writes so many tokens, in dollars.
    pub fn most(&self, read: u64, written: u64) -> f64 {
        (read as f64 * self.input + written as f64 * self.output) / 1e6
    }

    /// What was used, in dollars; `None` when it was not counted.
    pub fn of(&self, usage: &Usage) -> Option<f64> {
        let (input, output) = (usage.input_tokens?, usage.output_tokens?);
        let cached = usage.cached_tokens.unwrap_or_default().min(input);
        let cached_price = self.cached.unwrap_or(self.input);
        let millionths =
            (input - cached) as f64 * self.input + cached as f64 * cached_price + output as f64 * self.output;
        Some(millionths / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_costs_something_unknown_and_not_nothing() {
        assert_eq!(Price { input: 1.0, cached: None, output: 1.0 }.of(&Usage::default()), None);
    }

    #[test]
    fn what_came_from_the_cache_costs_its_own_price_and_is_not_counted_twice() {
        let price = Price { input: 2.0, cached: Some(0.5), output: 10.0 };
        let usage = Usage {
            input_tokens: Some(1_000_000),
            cached_tokens: Some(400_000),
            output_tokens: Some(100_000),
            ..Usage::default()
        };
        assert_eq!(price.of(&usage), Some(1.2 + 0.2 + 1.0));
    }
}
