use super::{Price, TaskError, Usage};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// What a task may use before its user is asked; each part by itself, `None` for as much as it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// US dollars; kept only where the price of the model is known.
    pub usd: Option<f64>,
    /// Tokens written, over all attempts.
    pub tokens: Option<u64>,
    /// Seconds at work, over all attempts.
    pub seconds: Option<u32>,
    /// Calls of tools that an agent makes; `None` for a hundred.
    #[ts(optional = nullable)]
    pub steps: Option<u32>,
    /// Files that an agent changes; `None` for two hundred.
    #[ts(optional = nullable)]
    pub files: Option<u32>,
}

/// What was used of a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Consumed {
    /// US dollars.
    pub usd: f64,
    /// Tokens written.
    pub tokens: u64,
    /// Time at work.
    pub worked: Duration,
    /// Calls of tools.
    pub steps: u32,
    /// Files changed.
    pub files: u32,
}

/// From this part of a cap on its user is told that it is near. Source: the promise about budgets.
const NEAR: f64 = 0.8;

/// What is left of a budget for one more request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowance {
    /// Tokens it may write at most.
    pub tokens: Option<u64>,
    /// The part of the budget that is used up when it has written them.
    pub by: Option<Overdrawn>,
    /// How long it may take.
    pub time: Option<Duration>,
    /// All the seconds of the budget.
    pub seconds: Option<u32>,
    /// What it can cost at most; `None` when that is not known or not limited.
    pub usd: Option<f64>,
}

/// No answer has as many; a model that costs nothing writes as much as it likes.
pub(super) const UNLIMITED: u64 = 1 << 24;
/// What one of several tasks that share a budget gets of it at least, while there is that much.
const ENOUGH: u64 = 4_096;
const ENOUGH_TIME: Duration = Duration::from_secs(60);
/// Fewer tokens are no answer.
pub(super) const LEAST: u64 = 16;

/// Which part of a budget is used up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Overdrawn {
    /// The dollars; all of them.
    Usd(f64),
    /// So many of the dollars that the rest is less than the next request costs at least.
    Question {
        /// All of them.
        cap: f64,
        /// What it costs at least.
        least: f64,
    },
    /// The tokens; all of them.
    Tokens(u64),
    /// The time; all of it in seconds.
    Seconds(u32),
    /// The calls of tools; all of them.
    Steps(u32),
    /// The files changed; all of them.
    Files(u32),
    /// There is a cap in dollars, and nobody knows what the model costs.
    UnknownPrice,
    /// What this request could have of today's limit; there may be more of that.
    Share,
}

impl Budget {
    /// True when it limits nothing.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// True when each part is a number that can be kept.
    pub fn is_sound(&self) -> bool {
        self.usd.is_none_or(|usd| usd.is_finite() && usd > 0.0)
            && self.tokens != Some(0)
            && self.seconds != Some(0)
            && self.steps != Some(0)
            && self.files != Some(0)
    }

    /// The cap that is nearly reached and not yet reached, if there is one.
    pub fn near(&self, used: &Consumed) -> Option<Overdrawn> {
        let parts = [
            self.usd.map(|cap| (used.usd, cap, Overdrawn::Usd(cap))),
            self.tokens.map(|cap| (used.tokens as f64, cap as f64, Overdrawn::Tokens(cap))),
            self.seconds.map(|cap| (used.worked.as_secs_f64(), cap.into(), Overdrawn::Seconds(cap))),
            self.steps.map(|cap| (used.steps.into(), cap.into(), Overdrawn::Steps(cap))),
            self.files.map(|cap| (used.files.into(), cap.into(), Overdrawn::Files(cap))),
        ];
        let near = |(used, cap, _): &(f64, f64, Overdrawn)| *used >= cap * NEAR && used < cap;
        parts.into_iter().flatten().find(near).map(|(_, _, cap)| cap)
    }

    /// What is left for a request that reads about `input` tokens, after `spent` and so much time at work.
    ///
    /// # Errors
    /// What is used up.
    pub fn left(
        &self,
        spent: &Usage,
        worked: Duration,
        input: u64,
        price: Option<Price>,
    ) -> Result<Allowance, Overdrawn> {
        let mut tokens = match self.tokens {
            Some(cap) => match cap.saturating_sub(spent.output_tokens.unwrap_or_default()) {
                left if left < LEAST.min(cap) => return Err(Overdrawn::Tokens(cap)),
                left => Some(left),
            },
            None => None,
        };
        let mut by = self.tokens.map(Overdrawn::Tokens);
        if let Some(cap) = self.usd {
            let price = price.ok_or(Overdrawn::UnknownPrice)?;
            let spent = spent.cost_usd.unwrap_or_default();
            let left = (cap - spent - input as f64 * price.input / 1e6).max(0.0) / price.output * 1e6;
            // A float to an integer saturates.
            let affordable = left as u64;
            if affordable < LEAST {
                let words = LEAST as f64 * price.output / 1e6;
                let least = input as f64 * price.input / 1e6 + words;
                // What is left would be enough for some words, and not for what has to be read for them.
                let is_question = cap - spent >= words;
                return Err(if is_question {
                    Overdrawn::Question { cap, least }
                } else {
                    Overdrawn::Usd(cap)
                });
            }
            if affordable < UNLIMITED && tokens.is_none_or(|tokens| affordable < tokens) {
                (tokens, by) = (Some(affordable), Some(Overdrawn::Usd(cap)));
            }
        }
        let time = match self.seconds {
            Some(cap) => match Duration::from_secs(cap.into()).checked_sub(worked) {
                Some(left) if !left.is_zero() => Some(left),
                _ => return Err(Overdrawn::Seconds(cap)),
            },
            None => None,
        };
        let usd = price.zip(tokens).map(|(price, tokens)| price.most(input, tokens));
        Ok(Allowance { tokens, by, time, seconds: self.seconds, usd })
    }
}

impl Allowance {
    /// What one of several tasks gets that share it: half, so that others can be asked beside it, but not so little that it is asked
    /// again and again.
    pub fn shared(self, input: u64, price: Option<Price>) -> Self {
        let tokens = self.tokens.map(|all| (all / 2).max(all.min(ENOUGH)));
        Self {
            tokens,
            time: self.time.map(|all| (all / 2).max(all.min(ENOUGH_TIME))),
            usd: price.zip(tokens).map(|(price, tokens)| price.most(input, tokens)),
            ..self
        }
    }

    /// What a request may use that gets `share` tokens of a day, and its own allowance if it has one.
    pub fn of_day(share: u64, own: Option<Self>, input: u64, price: Option<Price>) -> Self {
        if let Some(own) = own.filter(|own| own.tokens.is_some_and(|tokens| tokens <= share)) {
            return own;
        }
        Self {
            tokens: Some(share),
            by: Some(Overdrawn::Share),
            time: own.and_then(|own| own.time),
            seconds: own.and_then(|own| own.seconds),
            usd: price.map(|price| price.most(input, share)),
        }
    }
}

impl Overdrawn {
    /// What the user is told; `has_text` when there is some of the answer.
    pub fn explain(&self, has_text: bool) -> TaskError {
        let message = match self {
            Self::Question { cap, least } => format!(
                "Its cap of {} leaves less than what is asked next may cost, about {} or more.",
                dollars(*cap),
                dollars(*least)
            ),
            Self::UnknownPrice => {
                "The price of this model is not known, so a cap in dollars cannot be kept.".to_owned()
            }
            Self::Share => "Its part of today's limit is used up.".to_owned(),
            cap => format!("Its cap of {} is reached.", cap.amount()),
        };
        let kept = if has_text { "The text so far is kept." } else { "Your prompt is kept." };
        let next = match (self, has_text) {
            (Self::UnknownPrice, _) => "Enter its price in the settings, or cap its tokens instead.",
            (Self::Share, true) => "It goes on by itself if there is more of the limit.",
            (Self::Share, false) => {
                "Not a word came before. Allow more today, or it is tried again tomorrow."
            }
            (Self::Question { .. }, _) => "Change its cap, or stop.",
            (_, true) => "Add to the cap, finish with what is there, or stop.",
            (_, false) => "Add to the cap, or stop.",
        };
        TaskError { code: "budget".to_owned(), message, hint: format!("{kept} {next}"), retryable: true }
    }

    /// What the user is told when it is not far from it.
    pub fn warn(&self) -> TaskError {
        TaskError {
            code: "budget".to_owned(),
            message: format!("It has used more than four fifths of its cap of {}.", self.amount()),
            hint: "It goes on, and asks you when the cap is reached.".to_owned(),
            retryable: false,
        }
    }

    fn amount(&self) -> String {
        match self {
            Self::Usd(cap) | Self::Question { cap, .. } => dollars(*cap),
            Self::Tokens(cap) => format!("{cap} written tokens"),
            Self::Seconds(cap) => format!("{cap} s at work"),
            Self::Steps(cap) => format!("{cap} steps"),
            Self::Files(cap) => format!("{cap} changed files"),
            Self::UnknownPrice | Self::Share => "today".to_owned(),
        }
    }
}

/// `$0.05`, or as many digits as a small amount needs.
pub(super) fn dollars(usd: f64) -> String {
    if usd >= 0.1 {
        return format!("${usd:.2}");
    }
    let exact = if usd < 0.001 { format!("${usd:.6}") } else { format!("${usd:.4}") };
    let short = exact.trim_end_matches('0');
    // Two digits at least: `$0.05`.
    exact[..short.len().max("$0.00".len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price { input: 1.0, cached: None, output: 10.0 };

    fn spent(output_tokens: u64, cost_usd: f64) -> Usage {
        Usage { output_tokens: Some(output_tokens), cost_usd: Some(cost_usd), ..Usage::default() }
    }

    #[test]
    fn a_request_can_never_cost_more_than_what_is_left() {
        let budget = Budget { usd: Some(0.05), ..Budget::default() };
        for (already, input) in [(0.0, 0), (0.02, 1_000), (0.049, 3), (0.0, 40_000)] {
            let Ok(left) = budget.left(&spent(0, already), Duration::ZERO, input, Some(PRICE)) else {
                continue;
            };
            assert!(already + left.usd.unwrap() <= 0.05 + 1e-12, "{already} {input} {left:?}");
        }
        let all = budget.left(&Usage::default(), Duration::ZERO, 10_000, Some(PRICE)).unwrap();
        assert_eq!(all.tokens, Some(4_000));
    }

    #[test]
    fn each_part_is_used_up_by_itself() {
        let budget = Budget { usd: Some(1.0), tokens: Some(100), seconds: Some(60), ..Budget::default() };
        let left = |spent: &Usage, worked| budget.left(spent, Duration::from_secs(worked), 0, Some(PRICE));
        assert_eq!(left(&spent(40, 0.0), 20).unwrap().tokens, Some(60));
        assert_eq!(left(&spent(40, 0.0), 20).unwrap().time, Some(Duration::from_secs(40)));
        assert_eq!(left(&spent(90, 0.0), 0), Err(Overdrawn::Tokens(100)));
        assert_eq!(left(&spent(0, 1.0), 0), Err(Overdrawn::Usd(1.0)));
        assert_eq!(left(&spent(0, 0.0), 60), Err(Overdrawn::Seconds(60)));
    }

    #[test]
    fn one_of_several_tasks_gets_half_of_what_is_left_and_not_too_little_of_it() {
        let share = |tokens, seconds| {
            let budget = Budget { tokens: Some(tokens), seconds: Some(seconds), ..Budget::default() };
            let left = budget
                .left(&Usage::default(), Duration::ZERO, 0, Some(PRICE))
                .unwrap()
                .shared(0, Some(PRICE));
            (left.tokens.unwrap(), left.time.unwrap().as_secs(), left.usd.unwrap())
        };
        assert_eq!(share(100_000, 600), (50_000, 300, PRICE.most(0, 50_000)));
        assert_eq!(share(5_000, 90), (4_096, 60, PRICE.most(0, 4_096)));
        assert_eq!(share(300, 20), (300, 20, PRICE.most(0, 300)));
    }

    #[test]
    fn a_cap_is_near_from_four_fifths_on_until_it_is_reached() {
        let budget = Budget { usd: Some(1.0), steps: Some(10), ..Budget::default() };
        let near = |usd, steps| budget.near(&Consumed { usd, steps, ..Consumed::default() });
        assert_eq!(near(0.79, 7), None);
        assert_eq!(near(0.8, 7), Some(Overdrawn::Usd(1.0)));
        assert_eq!(near(1.0, 8), Some(Overdrawn::Steps(10)));
        assert_eq!(near(1.2, 10), None);
        assert_eq!(
            Overdrawn::Steps(10).warn().message,
            "It has used more than four fifths of its cap of 10 steps."
        );
    }

    #[test]
    fn a_question_that_is_too_dear_says_what_it_costs() {
        let budget = Budget { usd: Some(0.02), ..Budget::default() };
        let left =
            |cost, input| budget.left(&spent(0, cost), Duration::ZERO, input, Some(PRICE)).unwrap_err();
        assert_eq!(
            left(0.0, 450_000).explain(false).message,
            "Its cap of $0.02 leaves less than what is asked next may cost, about $0.45 or more."
        );
        assert_eq!(left(0.01999, 450_000).explain(true).message, "Its cap of $0.02 is reached.");
    }

    #[test]
    fn small_amounts_have_as_many_digits_as_they_need() {
        let shown = [12.345, 0.1, 0.05, 0.0123, 0.001, 0.00005].map(dollars);
        assert_eq!(shown, ["$12.35", "$0.10", "$0.05", "$0.0123", "$0.001", "$0.00005"]);
    }

    #[test]
    fn dollars_cannot_be_kept_where_the_price_is_unknown() {
        let budget = Budget { usd: Some(1.0), ..Budget::default() };
        assert_eq!(budget.left(&Usage::default(), Duration::ZERO, 0, None), Err(Overdrawn::UnknownPrice));
        let tokens = Budget { tokens: Some(5), ..Budget::default() };
        assert_eq!(tokens.left(&Usage::default(), Duration::ZERO, 0, None).unwrap().tokens, Some(5));
    }
}
