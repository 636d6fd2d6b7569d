//! How long something will take, by what took how long before. Pure.

use super::{Settings, Shape, Sign};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// How long work is expected to take, without what it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Forecast {
    /// Milliseconds that it takes at least, as far as the past says.
    pub low_ms: u64,
    /// Milliseconds that it takes at most, as far as the past says.
    pub high_ms: u64,
    /// Milliseconds in the middle of what it took before.
    pub usual_ms: u64,
    /// Tasks that this is taken from.
    pub from: u32,
}

/// Tasks of the same kind below which nothing is forecast. Source: of five the range holds four of six that follow.
const FEWEST: usize = 5;
/// Tasks from which on the fastest and the slowest tenth are left out.
const ENOUGH: usize = 10;

/// The newest tasks that a forecast is made of. Source: what is read for it is part of each prompt that is sent.
pub const NEWEST: u32 = 20;

impl Forecast {
    /// What these times, in milliseconds, say of the next one; `None` for too few of them.
    pub fn of(mut past: Vec<u64>) -> Option<Self> {
        if past.len() < FEWEST {
            return None;
        }
        past.sort_unstable();
        let left_out = if past.len() < ENOUGH { 0 } else { past.len() / 10 };
        let low = *past.get(left_out)?;
        let high = *past.get(past.len() - 1 - left_out)?;
        Some(Self {
            // Few times never show the whole of what happens: a tenth below, a fifth above.
            low_ms: low - low / 10,
            high_ms: high + high / 5,
            usual_ms: *past.get(past.len() / 2)?,
            from: u32::try_from(past.len()).unwrap_or(u32::MAX),
        })
    }

    /// Whether what took so many milliseconds took as long as was said.
    pub fn holds(&self, took_ms: u64) -> bool {
        (self.low_ms..=self.high_ms).contains(&took_ms)
    }
}

/// Prompts of one class are taken to take about as long: less than 500 tokens, and then four times as many each.
pub fn size_class(tokens: u64) -> u32 {
    CLASSES.iter().take_while(|bound| tokens >= **bound).count() as u32
}

/// Where a class begins, in tokens. The migration has the same numbers.
const CLASSES: [u64; 6] = [500, 2_000, 8_000, 32_000, 128_000, 512_000];

/// When it is suggested to send something to the background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Never: it is answered at once.
    #[default]
    Inline,
    /// While its answer streams.
    Detach,
    /// Before it is sent.
    Upfront,
}

/// Below, nothing is suggested. Source: the mission, A08.
const SHORT: Duration = Duration::from_secs(30);
/// From here on it is suggested before something is sent. Source: the same.
const LONG: Duration = Duration::from_secs(120);

/// What is suggested for a prompt, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Admission {
    /// When.
    pub tier: Tier,
    /// What says that it takes long, also what its user wants no suggestion for.
    pub signs: Vec<Sign>,
    /// How long it will take; `None` without a history.
    pub forecast: Option<Forecast>,
}

impl Admission {
    /// The shape says whether something is suggested, the forecast only when; and its user whether at all.
    pub fn of(signs: Vec<Sign>, forecast: Option<Forecast>, offers: &Offers) -> Self {
        let is_wanted =
            !offers.never && (signs.is_empty() || signs.iter().any(|sign| offers.wants(sign.shape)));
        let usual = forecast.map(|forecast| Duration::from_millis(forecast.usual_ms));
        let tier = match usual {
            _ if !is_wanted => Tier::Inline,
            Some(usual) if usual < SHORT => Tier::Inline,
            Some(usual) if usual < LONG => Tier::Detach,
            _ if !signs.is_empty() => Tier::Upfront,
            // A slow model makes each short question long; that is no reason to ask before each of them.
            Some(_) => Tier::Detach,
            None => Tier::Inline,
        };
        Self { tier, signs, forecast }
    }
}

/// What may be suggested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default)]
pub struct Offers {
    /// Nothing at all.
    pub never: bool,
    /// Kinds of work for which nothing is.
    pub without: Vec<Shape>,
    /// The word about answers that take long was read.
    pub hint_seen: bool,
}

impl Offers {
    fn wants(&self, shape: Shape) -> bool {
        !self.without.contains(&shape)
    }
}

/// How good forecasts were, of the newest tasks that had one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Calibration {
    /// Tasks that took as long as was said.
    pub right: u32,
    /// Tasks that were looked at.
    pub of: u32,
    /// The same for each model or agent, the one with most tasks first.
    pub models: Vec<ModelCalibration>,
}

/// How good the forecasts of a model or an agent were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ModelCalibration {
    /// `provider/model`, or the name of an agent.
    pub name: String,
    /// Tasks that took as long as was said.
    pub right: u32,
    /// Tasks that were looked at.
    pub of: u32,
}

impl Calibration {
    /// Counts tasks by who answered, each with whether it took as long as was said.
    pub fn of(scored: impl IntoIterator<Item = (String, bool)>) -> Self {
        let mut all = Self::default();
        for (name, is_right) in scored {
            all.of += 1;
            all.right += u32::from(is_right);
            let at = all.models.iter().position(|model| model.name == name).unwrap_or_else(|| {
                all.models.push(ModelCalibration { name, right: 0, of: 0 });
                all.models.len() - 1
            });
            if let Some(model) = all.models.get_mut(at) {
                model.of += 1;
                model.right += u32::from(is_right);
            }
        }
        all.models.sort_by(|one, other| other.of.cmp(&one.of).then_with(|| one.name.cmp(&other.name)));
        all
    }
}

impl Settings {
    /// What is suggested for a prompt with these signs and this forecast.
    pub fn admit(&self, signs: Vec<Sign>, forecast: Option<Forecast>) -> Admission {
        Admission::of(signs, forecast, &self.offers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taking(seconds: u64) -> Option<Forecast> {
        Forecast::of(vec![seconds * 1_000; FEWEST])
    }

    const LONG_READ: Sign = Sign { shape: Shape::Document, count: Some(50) };
    const RESEARCH: Sign = Sign { shape: Shape::Research, count: None };

    #[test]
    fn too_few_times_forecast_nothing() {
        assert_eq!(Forecast::of(vec![]), None);
        assert_eq!(Forecast::of(vec![1_000; 4]), None);
    }

    #[test]
    fn a_forecast_is_the_range_of_what_it_took_without_the_ends_of_many() {
        let few = Forecast::of(vec![60_000, 20_000, 30_000, 50_000, 40_000]);
        assert_eq!(few, Some(Forecast { low_ms: 18_000, high_ms: 72_000, usual_ms: 40_000, from: 5 }));
        let mut many = vec![100_000; 18];
        many.extend([1, 10_000_000]);
        let range = Forecast::of(many).unwrap();
        assert_eq!((range.low_ms, range.high_ms), (90_000, 120_000), "one that went wrong says nothing");
        assert!(range.holds(90_000) && range.holds(120_000) && !range.holds(120_001) && !range.holds(0));
    }

    #[test]
    fn sizes_are_alike_within_a_factor_of_four() {
        let classes = [0, 499, 500, 1_999, 2_000, 24_000, 600_000, u64::MAX].map(size_class);
        assert_eq!(classes, [0, 0, 1, 1, 2, 3, 6, 6]);
    }

    #[test]
    fn the_shape_says_whether_and_the_forecast_when() {
        let offers = Offers::default();
        let tier = |signs: &[Sign], forecast| Admission::of(signs.to_vec(), forecast, &offers).tier;
        for (signs, forecast, expected) in [
            (&[][..], None, Tier::Inline),
            (&[], taking(29), Tier::Inline),
            (&[], taking(30), Tier::Detach),
            (&[], taking(600), Tier::Detach),
            (&[LONG_READ], taking(29), Tier::Inline),
            (&[LONG_READ], taking(119), Tier::Detach),
            (&[LONG_READ], taking(120), Tier::Upfront),
            (&[LONG_READ], None, Tier::Upfront),
        ] {
            assert_eq!(tier(signs, forecast), expected, "{signs:?} {forecast:?}");
        }
    }

    #[test]
    fn what_its_user_wants_no_offer_for_gets_none() {
        let without = Offers { without: vec![Shape::Document], ..Offers::default() };
        let tier = |signs: &[Sign], offers| Admission::of(signs.to_vec(), taking(300), offers).tier;
        assert_eq!(tier(&[LONG_READ], &without), Tier::Inline);
        assert_eq!(tier(&[LONG_READ, RESEARCH], &without), Tier::Upfront, "the other kind is still offered");
        let never = Offers { never: true, ..Offers::default() };
        assert_eq!(tier(&[RESEARCH], &never), Tier::Inline);
        assert_eq!(tier(&[], &never), Tier::Inline);
    }

    #[test]
    fn forecasts_are_counted_by_who_answered() {
        let scored =
            [("b/m", true), ("a/m", false), ("b/m", false)].map(|(name, right)| (name.to_owned(), right));
        let model = |name: &str, right, of| ModelCalibration { name: name.to_owned(), right, of };
        let expected = Calibration { right: 1, of: 3, models: vec![model("b/m", 1, 2), model("a/m", 0, 1)] };
        assert_eq!(Calibration::of(scored), expected);
    }
}
