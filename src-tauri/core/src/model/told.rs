//! Which event is told on which channel, and when none is told.

use super::{INBOX, NATIVE, Outcome, Settings, TaskError};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a user can choose to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum NoticeEvent {
    /// The answer is there.
    Done,
    /// It failed.
    Failed,
    /// It needs an answer, a yes or a key.
    NeedsYou,
    /// It is near its cap, or at it.
    Budget,
    /// Half of what it counts is done.
    Halfway,
    /// Its agent says something on the way.
    Says,
}

impl NoticeEvent {
    /// What is told when nobody chose otherwise. Source: reference/ux; what an agent says on the way is for this desktop.
    const USUAL: [Self; 4] = [Self::Done, Self::Failed, Self::NeedsYou, Self::Budget];

    /// Which event an outcome is; `None` for what the user did, which is not told.
    pub fn of(outcome: Outcome, error: Option<&TaskError>) -> Option<Self> {
        let is_at_cap = || error.is_some_and(|error| matches!(error.code.as_str(), "budget" | "day_limit"));
        match outcome {
            Outcome::Done => Some(Self::Done),
            Outcome::Failed => Some(Self::Failed),
            Outcome::NeedsYou if is_at_cap() => Some(Self::Budget),
            Outcome::NeedsYou => Some(Self::NeedsYou),
            Outcome::Nearly => Some(Self::Budget),
            Outcome::Halfway => Some(Self::Halfway),
            Outcome::Says => Some(Self::Says),
            Outcome::Cancelled => None,
        }
    }
}

/// A part of each day in which nobody is disturbed, in the user's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default)]
pub struct QuietHours {
    /// Whether there are any.
    pub on: bool,
    /// Minutes after midnight at which they begin.
    pub from: u16,
    /// Minutes after midnight at which they end.
    pub to: u16,
    /// What needs the user is told all the same.
    pub needs_you_passes: bool,
}

impl Default for QuietHours {
    /// Off; 22:00 to 7:00 once they are turned on.
    fn default() -> Self {
        Self { on: false, from: 22 * 60, to: 7 * 60, needs_you_passes: false }
    }
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

impl QuietHours {
    /// Whether these are moments of a day, and not the same one.
    pub fn is_sound(&self) -> bool {
        self.from < DAY && self.to < DAY && self.from != self.to
    }

    /// Minutes until they end; `None` when `outcome` is told at this minute of the day.
    pub fn left(&self, minute: u16, outcome: Outcome) -> Option<u16> {
        let after = |start: u16, at: u16| (at + DAY - start) % DAY;
        let passes = self.needs_you_passes && outcome == Outcome::NeedsYou;
        let is_quiet = self.on && !passes && after(self.from, minute % DAY) < after(self.from, self.to);
        is_quiet.then(|| after(minute % DAY, self.to))
    }
}

impl Settings {
    /// Whether a channel tells of an event.
    pub fn tells(&self, channel: &str, event: NoticeEvent) -> bool {
        if channel == INBOX {
            return true;
        }
        match self.notice_events.get(channel) {
            Some(chosen) => chosen.contains(&event),
            None if event == NoticeEvent::Says => channel == NATIVE,
            None => NoticeEvent::USUAL.contains(&event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_reach_over_midnight_and_end_on_the_minute() {
        let quiet = QuietHours { on: true, ..QuietHours::default() };
        let left = |minute| quiet.left(minute, Outcome::Done);
        assert_eq!(left(21 * 60 + 59), None);
        assert_eq!(left(22 * 60), Some(9 * 60));
        assert_eq!(left(0), Some(7 * 60));
        assert_eq!(left(6 * 60 + 59), Some(1));
        assert_eq!(left(7 * 60), None);
        let noon = QuietHours { from: 12 * 60, to: 13 * 60, ..quiet };
        assert_eq!((noon.left(12 * 60, Outcome::Done), noon.left(13 * 60, Outcome::Done)), (Some(60), None));
    }

    #[test]
    fn what_needs_its_user_passes_only_where_that_was_chosen() {
        let quiet = QuietHours { on: true, needs_you_passes: true, ..QuietHours::default() };
        assert_eq!(quiet.left(0, Outcome::NeedsYou), None);
        assert_eq!(quiet.left(0, Outcome::Failed), Some(420));
        assert_eq!(quiet.left(0, Outcome::Nearly), Some(420), "near its cap it goes on by itself");
        let strict = QuietHours { needs_you_passes: false, ..quiet };
        assert_eq!(strict.left(0, Outcome::NeedsYou), Some(420));
    }

    #[test]
    fn without_a_choice_outcomes_are_told_everywhere_and_milestones_nowhere() {
        let mut settings = Settings::default();
        for event in NoticeEvent::USUAL {
            assert!(settings.tells(NATIVE, event) && settings.tells("mail", event), "{event:?}");
        }
        assert!(!settings.tells(NATIVE, NoticeEvent::Halfway) && settings.tells(NATIVE, NoticeEvent::Says));
        assert!(!settings.tells("mail", NoticeEvent::Says) && settings.tells(INBOX, NoticeEvent::Halfway));
        settings.notice_events.insert("mail".to_owned(), vec![NoticeEvent::Halfway]);
        assert!(settings.tells("mail", NoticeEvent::Halfway) && !settings.tells("mail", NoticeEvent::Done));
    }
}
