use super::budget::{LEAST, UNLIMITED, dollars};
use super::{Lane, Price, TaskError, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A day of the calendar on this computer; where clocks are changed one has 23 hours and one 25.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Such as `2025-11-21`.
    pub date: String,
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment of the next one.
    pub end: Timestamp,
}

impl Day {
    /// The day of a moment in UTC.
    pub fn utc(at: Timestamp) -> Self {
        const LENGTH: i64 = 24 * 3_600 * 1_000;
        let start = Timestamp::from_ms(at.as_ms().div_euclid(LENGTH) * LENGTH);
        let date = start.to_string().chars().take(10).collect();
        Self { date, start, end: Timestamp::from_ms(start.as_ms() + LENGTH) }
    }
}

/// What everything together may use in a day before the user is asked; each part by itself, `None` for as much as it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default, deny_unknown_fields)]
pub struct DayLimit {
    /// US dollars; what has no known price is not counted.
    pub usd: Option<f64>,
    /// Tokens written.
    pub tokens: Option<u64>,
    /// What the user allowed on top of it for one day.
    pub more: Option<MoreToday>,
}

/// The limit of one day, allowed some times more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct MoreToday {
    /// The end of that day.
    pub until: Timestamp,
    /// How often the limit was added to itself.
    pub times: u32,
    /// The same of its tokens, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token_times: Option<u32>,
}

impl DayLimit {
    /// True when it limits nothing.
    pub fn is_none(&self) -> bool {
        self.usd.is_none() && self.tokens.is_none()
    }

    /// True when each part is a number that can be kept.
    pub fn is_sound(&self) -> bool {
        self.usd.is_none_or(|usd| usd.is_finite() && usd > 0.0) && self.tokens != Some(0)
    }

    /// The dollars and the tokens of this day, with what was allowed on top.
    pub fn on(&self, day: &Day) -> (Option<f64>, Option<u64>) {
        let (times, of_tokens) = self.times(day);
        let all = |times: u32| u64::from(times) + 1;
        (self.usd.map(|usd| usd * all(times) as f64), self.tokens.map(|n| n.saturating_mul(all(of_tokens))))
    }

    /// The same limit with as much again for this day; as often as it takes for work to go on after what was spent already.
    #[must_use]
    pub fn with_more(self, day: &Day, spent: Used) -> Self {
        let (before, of_tokens) = self.times(day);
        // At least half of it is new. A float to an integer saturates.
        let passed = |spent: f64, all: Option<f64>| all.map_or(0, |all| (spent / all).round() as u32);
        let times = before.saturating_add(1).max(passed(spent.usd, self.usd));
        let tokens = self.tokens.map(|all| all as f64);
        let of_tokens = of_tokens.saturating_add(1).max(passed(spent.tokens as f64, tokens));
        let token_times = Some(of_tokens).filter(|of_tokens| *of_tokens != times);
        Self { more: Some(MoreToday { until: day.end, times, token_times }), ..self }
    }

    /// How often dollars and tokens were added to themselves.
    fn times(&self, day: &Day) -> (u32, u32) {
        let more = self.more.filter(|more| more.until == day.end);
        more.map_or((0, 0), |more| (more.times, more.token_times.unwrap_or(more.times)))
    }
}

/// Dollars, and tokens written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// Of requests with a known price.
    pub usd: f64,
    /// Of all of them.
    pub tokens: u64,
}

/// How a day with a limit stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Today {
    /// Its dollars.
    pub usd: Option<f64>,
    /// Its tokens.
    pub tokens: Option<u64>,
    /// What was used of it.
    pub spent: Used,
    /// What requests that are open may use of it.
    pub open: Used,
}

/// What one more request gets of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// As much as it takes: nothing that is limited is known to be used by it.
    Free,
    /// So many tokens to write.
    Tokens(u64),
    /// What is left is kept for requests that are open.
    Kept,
    /// Nothing.
    UsedUp,
}

/// A request gets half of what is left, so that others can be asked beside it, but not less than this while there is that much.
const ENOUGH: u64 = 4_096;
/// And not more than this. Source: the longest answers that models give.
const MOST: u64 = 65_536;

impl Today {
    /// What a request gets that reads about `input` tokens.
    pub fn share(&self, input: u64, price: Option<Price>) -> Share {
        let least = self.tokens.map_or(LEAST, |all| all.min(LEAST));
        if self.left(Used::default(), input, price) < least {
            return Share::UsedUp;
        }
        match self.left(self.open, input, price) {
            left if left < least => Share::Kept,
            left if left >= UNLIMITED => Share::Free,
            left => Share::Tokens((left / 2).max(left.min(ENOUGH)).min(MOST)),
        }
    }

    /// Tokens that can be written with what is left of the day when `open` is used as well.
    fn left(&self, open: Used, input: u64, price: Option<Price>) -> u64 {
        let tokens = self
            .tokens
            .map_or(u64::MAX, |all| all.saturating_sub(self.spent.tokens).saturating_sub(open.tokens));
        let Some((all, price)) = self.usd.zip(price.filter(|price| !price.is_free())) else { return tokens };
        let usd = all - self.spent.usd - open.usd - input as f64 * price.input / 1e6;
        let affordable = match price.output {
            _ if usd <= 0.0 => 0,
            0.0 => u64::MAX,
            // A float to an integer saturates.
            each => (usd / each * 1e6) as u64,
        };
        tokens.min(affordable)
    }

    /// What the user is told when a request gets nothing; `has_text` when there is some of the answer.
    pub fn explain(&self, price: Option<Price>, lane: Lane, has_text: bool) -> TaskError {
        let is_money = price.is_some_and(|price| !price.is_free())
            && self.tokens.is_none_or(|all| self.spent.tokens + self.open.tokens + LEAST <= all);
        let (all, spent, open) = match (is_money, self.usd, self.tokens) {
            (true, Some(usd), _) | (false, Some(usd), None) => (
                dollars(usd),
                format!("{} was spent", dollars(self.spent.usd)),
                Some(self.open.usd).filter(|usd| *usd > 0.0).map(dollars),
            ),
            (_, _, tokens) => (
                format!("{} written tokens", tokens.unwrap_or_default()),
                format!(
                    "{} {} written",
                    self.spent.tokens,
                    if self.spent.tokens == 1 { "was" } else { "were" }
                ),
                Some(self.open.tokens).filter(|n| *n > 0).map(|n| n.to_string()),
            ),
        };
        let open = open.map(|kept| format!(", {kept} is kept for tasks at work")).unwrap_or_default();
        let kept = if has_text { "The text so far is kept." } else { "Your prompt is kept." };
        let next = match lane {
            Lane::Background => "It goes on by itself tomorrow, or when you allow more today.",
            Lane::Interactive => "Allow more today, wait until tomorrow, or stop.",
        };
        TaskError {
            code: "day_limit".to_owned(),
            message: format!("This would pass today's limit of {all}: {spent}{open}."),
            hint: format!("{kept} {next}"),
            retryable: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price { input: 1.0, cached: None, output: 10.0 };

    fn today(usd: f64, spent: f64, open: f64) -> Today {
        let used = |usd| Used { usd, tokens: 0 };
        Today { usd: Some(usd), tokens: None, spent: used(spent), open: used(open) }
    }

    #[test]
    fn requests_beside_each_other_can_never_cost_more_than_the_day_has() {
        let mut day = today(0.5, 0.1, 0.0);
        let mut asked = 0;
        while let Share::Tokens(most) = day.share(1_000, Some(PRICE)) {
            day.open.usd += (1_000.0 * PRICE.input + most as f64 * PRICE.output) / 1e6;
            asked += 1;
        }
        assert!(asked >= 4, "the first one does not take all of it");
        assert!(day.spent.usd + day.open.usd <= 0.5 + 1e-12);
        assert_eq!(day.share(1_000, Some(PRICE)), Share::Kept, "those that are open may need less");
        assert_eq!(today(0.5, 0.5, 0.0).share(1_000, Some(PRICE)), Share::UsedUp);
    }

    #[test]
    fn what_costs_nothing_or_nobody_knows_is_not_held_back_by_dollars() {
        let free = Price { input: 0.0, cached: None, output: 0.0 };
        for price in [None, Some(free)] {
            assert_eq!(today(0.5, 9.0, 0.0).share(1_000, price), Share::Free);
        }
        let written = Today { tokens: Some(100), ..today(0.5, 9.0, 0.0) };
        assert_eq!(written.share(1_000, None), Share::Tokens(100));
    }

    #[test]
    fn what_is_allowed_on_top_is_more_than_what_was_spent_already() {
        let day = Day::utc(Timestamp::from_ms(0));
        let limit = DayLimit { usd: Some(0.01), tokens: Some(10), more: None };
        let most = |usd, tokens| limit.with_more(&day, Used { usd, tokens }).on(&day);
        assert_eq!(most(0.0729, 0).0.map(|usd| (usd * 100.0).round()), Some(8.0));
        assert_eq!(most(0.0, 47).1, Some(60));
        assert_eq!(most(0.0101, 9), (Some(0.02), Some(20)));
        assert_eq!(most(0.0, 2_000_000).0, Some(0.02), "tokens of a free model add nothing to the dollars");
    }

    #[test]
    fn what_was_allowed_on_top_ends_with_its_day() {
        let (first, second) = (Day::utc(Timestamp::from_ms(0)), Day::utc(Timestamp::from_ms(86_400_000)));
        let limit = DayLimit { usd: Some(2.0), tokens: Some(10), more: None };
        let none = Used::default();
        let more = limit.with_more(&first, none).with_more(&first, none);
        assert_eq!(more.on(&first), (Some(6.0), Some(30)));
        assert_eq!(more.on(&second), (Some(2.0), Some(10)));
        assert_eq!(more.with_more(&second, none).on(&second), (Some(4.0), Some(20)));
    }
}
