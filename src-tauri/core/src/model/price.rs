use super::Usage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;
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

/// Prices as the providers published them on a day.
#[derive(Deserialize)]
struct Snapshot {
    as_of: String,
    /// By the host of the provider: the same model may cost something else elsewhere.
    hosts: BTreeMap<String, BTreeMap<String, Price>>,
}

#[allow(clippy::expect_used)]
static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    serde_json::from_str(include_str!("prices.json")).expect("it is compiled in and tested")
});

impl Price {
    /// The published price of a model at the address of its provider; `None` when it is not known, which is never free.
    pub fn published(base_url: &str, model: &str) -> Option<Self> {
        let host = base_url.strip_prefix("https://")?.split(['/', ':']).next()?;
        let models = SNAPSHOT.hosts.get(host)?;
        // A dated name is the same model: `gpt-5-2025-08-07`, `claude-sonnet-4-20250514`, `…-latest`.
        let is_version = |rest: &str| {
            rest == "-latest"
                || rest.strip_prefix('-').is_some_and(|date| date.len() >= 4 && date.starts_with("20"))
        };
        let known = models.iter().find(|(name, _)| {
            model.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || is_version(rest))
        });
        known.map(|(_, price)| *price)
    }

    /// True when each part is an amount of money.
    pub fn is_sound(&self) -> bool {
        let is_amount = |usd: f64| usd.is_finite() && (0.0..=1e6).contains(&usd);
        is_amount(self.input) && is_amount(self.output) && self.cached.is_none_or(is_amount)
    }

    /// The day of the published prices, such as `2025-10-01`.
    pub fn as_of() -> &'static str {
        &SNAPSHOT.as_of
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

    const OPENAI: &str = "https://api.openai.com/v1";

    #[test]
    fn a_dated_name_has_the_price_of_its_model_and_a_smaller_model_has_its_own() {
        let price = |model| Price::published(OPENAI, model).map(|price| price.output);
        assert_eq!(price("gpt-4o-2024-08-06"), price("gpt-4o"));
        assert_ne!(price("gpt-4o-mini"), price("gpt-4o"));
        assert!(price("gpt-4o").is_some());
    }

    #[test]
    fn what_is_not_known_costs_something_unknown_and_not_nothing() {
        assert_eq!(Price::published(OPENAI, "gpt-4o-audio"), None);
        assert_eq!(Price::published("https://proxy.example.com/v1", "gpt-4o"), None);
        assert_eq!(Price::published("http://api.openai.com/v1", "gpt-4o"), None);
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

    #[test]
    fn the_published_prices_have_a_day_and_make_sense() {
        assert_eq!(Price::as_of().len(), "2025-10-01".len());
        for price in SNAPSHOT.hosts.values().flat_map(BTreeMap::values) {
            assert!(
                price.input > 0.0
                    && price.output >= price.input
                    && price.cached.is_none_or(|c| c < price.input)
            );
        }
    }
}
