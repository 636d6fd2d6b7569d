//! What was watched though it took long, and what was offered though it did not. Pure.

use super::{ConversationId, Forecast, Shape, Sign, TaskId, Tier, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// From here on an answer is one that somebody sat through. Source: below, nothing is ever suggested.
pub const LONG: Duration = Duration::from_secs(30);

/// Why the background was not suggested, or should not have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Miss {
    /// Nothing in its words says that it takes long, and there was no history.
    Wording,
    /// It was known for long work, and nothing may be suggested for its kind.
    Contract,
    /// The history said that it would be short.
    Gap,
    /// It was suggested, and it was short.
    FalsePositive,
}

/// An answer that was looked at afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Watched {
    /// Its task.
    pub task_id: TaskId,
    /// Where it was asked.
    pub conversation_id: ConversationId,
    /// The name of the task.
    pub title: String,
    /// `provider/model`.
    pub model: String,
    /// When it was done.
    pub ended_at: Timestamp,
    /// Milliseconds that it took.
    pub took_ms: u64,
    /// The signs of long work that it had.
    pub signs: Vec<Sign>,
    /// What went wrong; `None` when the background was suggested and its user chose to watch.
    pub miss: Option<Miss>,
}

/// What was sat through in some days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Audit {
    /// Answers that took half a minute or more while their user watched, and false alarms; the newest first.
    pub watched: Vec<Watched>,
    /// Kinds for which nothing is suggested and something was missed by that.
    pub offer_again: Vec<Shape>,
    /// Kinds for which what was suggested was mostly a false alarm.
    pub offer_no_more: Vec<Shape>,
}

/// What is known of an answer that was watched to its end.
pub struct Seen<'a> {
    /// When the background was to be suggested.
    pub tier: Tier,
    /// The signs of long work it had.
    pub signs: &'a [Sign],
    /// What was said of its length.
    pub forecast: Option<&'a Forecast>,
    /// How long it took.
    pub took: Duration,
}

impl Seen<'_> {
    /// Whether it is worth a line, and what went wrong with it.
    pub fn verdict(&self) -> Option<Option<Miss>> {
        let is_short = |forecast: &Forecast| Duration::from_millis(forecast.usual_ms) < LONG;
        let miss = match (self.took >= LONG, self.tier) {
            (false, Tier::Upfront) => Some(Miss::FalsePositive),
            (false, Tier::Inline | Tier::Detach) => return None,
            (true, Tier::Upfront | Tier::Detach) => None,
            (true, Tier::Inline) if self.forecast.is_some_and(is_short) => Some(Miss::Gap),
            (true, Tier::Inline) if self.signs.is_empty() && self.forecast.is_none() => Some(Miss::Wording),
            (true, Tier::Inline) => Some(Miss::Contract),
        };
        Some(miss)
    }
}

impl Audit {
    /// What follows of these for what may be suggested, where `without` is what may not.
    pub fn of(watched: Vec<Watched>, without: &[Shape]) -> Self {
        let count = |shape: Shape, miss: Option<Miss>| {
            let is_one =
                |one: &&Watched| one.miss == miss && one.signs.iter().any(|sign| sign.shape == shape);
            watched.iter().filter(is_one).count()
        };
        let kinds = [
            Shape::Document,
            Shape::Sources,
            Shape::Research,
            Shape::Verification,
            Shape::Maintenance,
            Shape::Release,
        ];
        let (off, on): (Vec<_>, Vec<_>) = kinds.into_iter().partition(|shape| without.contains(shape));
        let offer_again = off.into_iter().filter(|shape| count(*shape, Some(Miss::Contract)) > 0).collect();
        // One is chance; what was rightly suggested counts against it.
        let is_noise = |shape: &Shape| {
            let alarms = count(*shape, Some(Miss::FalsePositive));
            alarms >= 2 && alarms > count(*shape, None)
        };
        let offer_no_more = on.into_iter().filter(is_noise).collect();
        Self { watched, offer_again, offer_no_more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESEARCH: Sign = Sign { shape: Shape::Research, count: None };

    #[test]
    fn each_answer_is_classed_by_what_was_known_when_it_was_sent() {
        let short = Forecast { low_ms: 1_000, high_ms: 9_000, usual_ms: 5_000, from: 5 };
        let long = Forecast { usual_ms: 300_000, ..short };
        let verdict = |tier, signs: &[Sign], forecast: Option<&Forecast>, seconds| {
            Seen { tier, signs, forecast, took: Duration::from_secs(seconds) }.verdict()
        };
        for (tier, signs, forecast, seconds, expected) in [
            (Tier::Inline, &[][..], None, 29, None),
            (Tier::Inline, &[], None, 30, Some(Some(Miss::Wording))),
            (Tier::Inline, &[RESEARCH], None, 90, Some(Some(Miss::Contract))),
            (Tier::Inline, &[RESEARCH], Some(&short), 90, Some(Some(Miss::Gap))),
            (Tier::Inline, &[RESEARCH], Some(&long), 90, Some(Some(Miss::Contract))),
            (Tier::Inline, &[], Some(&short), 90, Some(Some(Miss::Gap))),
            (Tier::Upfront, &[RESEARCH], None, 10, Some(Some(Miss::FalsePositive))),
            (Tier::Upfront, &[RESEARCH], None, 90, Some(None)),
            (Tier::Detach, &[], Some(&short), 10, None),
            (Tier::Detach, &[], Some(&short), 90, Some(None)),
        ] {
            assert_eq!(verdict(tier, signs, forecast, seconds), expected, "{tier:?} {signs:?} {seconds}");
        }
    }

    #[test]
    fn rules_are_proposed_for_what_was_missed_and_for_what_was_noise() {
        let one = |miss| Watched {
            task_id: TaskId::from_text("tsk"),
            conversation_id: ConversationId::from_text("cnv"),
            title: String::new(),
            model: String::new(),
            ended_at: Timestamp::from_ms(0),
            took_ms: 0,
            signs: vec![RESEARCH],
            miss,
        };
        let audit = Audit::of(vec![one(Some(Miss::Contract))], &[Shape::Research, Shape::Release]);
        assert_eq!((audit.offer_again, audit.offer_no_more), (vec![Shape::Research], vec![]));
        let alarm = || one(Some(Miss::FalsePositive));
        assert_eq!(Audit::of(vec![alarm()], &[]).offer_no_more, [], "one is chance");
        assert_eq!(Audit::of(vec![alarm(), alarm()], &[]).offer_no_more, [Shape::Research]);
        let mixed = vec![alarm(), alarm(), one(None), one(None)];
        assert_eq!(Audit::of(mixed, &[]).offer_no_more, [], "it was right as often");
    }
}
