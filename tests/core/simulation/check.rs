//! What has to be true of a simulation, read from the log of the core and from what the providers wrote down.

use super::Played;
use super::provider::What;
use meanwhile_core::model::{Event, EventKind, Lane, Outcome, TaskState};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// The least pause after a failure.
const SHORTEST_MS: i64 = 250;
/// The longest pause that a provider is given.
const LONGEST_MS: i64 = 15 * 60_000;
/// After the longest pause the time is looked at every 30 s, and a place may be held by a silent provider for five minutes.
const LATEST: Duration = Duration::from_secs((15 + 6) * 60);
/// Refusals of the background in one minute that growing pauses leave, beside those that were on their way.
const PROBES_A_MINUTE: usize = 24;

pub fn all(played: &Played, again: &str) {
    everything_is_told_once(played, again);
    places_are_kept(played, again);
    trouble_is_met_by_one_at_a_time_after_its_pause(played, again);
    whoever_waits_for_a_moment_is_taken_up_at_it(played, again);
    the_order_is_fair_and_no_place_is_left_empty(played, again);
}

/// What happened to each task and when, without ids; the same for the same seed.
pub fn story(played: &Played) -> Vec<Vec<String>> {
    let line = |event: &Event| {
        let kind = match &event.kind {
            EventKind::Completed { finish_reason, .. } => format!("Completed {finish_reason:?}"),
            EventKind::Failed { error, .. } => format!("Failed {}", error.code),
            EventKind::Cancelled { .. } => "Cancelled".to_owned(),
            EventKind::Queued { lane, .. } => format!("Queued {lane:?}"),
            other => format!("{other:?}"),
        };
        format!("{} {kind}", event.at.as_ms())
    };
    played.logs.iter().map(|log| log.iter().map(line).collect()).collect()
}

/// How much was played.
pub fn summary(played: &Played) -> String {
    let count = |state| played.tasks.iter().filter(|task| task.state == state).count();
    let minutes = played.seen.last().map_or(0, |seen| seen.at_ms / 60_000);
    let asked = played.seen.iter().filter(|seen| seen.what == What::Asked).count();
    format!(
        "{} tasks, {} completed, {} failed, {} stopped, {asked} requests in {minutes} minutes",
        played.tasks.len(),
        count(TaskState::Completed),
        count(TaskState::Failed),
        count(TaskState::Cancelled),
    )
}

fn everything_is_told_once(played: &Played, again: &str) {
    let notices = played.notifier.notices();
    let mut completed = 0;
    for task in &played.tasks {
        let ends = [Outcome::Done, Outcome::Failed, Outcome::Cancelled];
        let told = notices.iter().filter(|n| n.task_id == task.id && ends.contains(&n.outcome)).count();
        let is_news = task.lane == Lane::Background && task.state != TaskState::Cancelled;
        assert_eq!(told, usize::from(is_news), "{again}: {task:#?}");
        completed += usize::from(task.state == TaskState::Completed);
    }
    assert!(completed * 2 > played.tasks.len(), "{again}: only {completed} were answered");
}

fn places_are_kept(played: &Played, again: &str) {
    let mut live = BTreeSet::new();
    for seen in played.seen.iter().filter(|seen| seen.task.1) {
        match seen.what {
            What::Asked => live.insert(seen.request),
            What::Text => true,
            What::Ended(..) | What::Dropped => live.remove(&seen.request),
        };
        assert!(live.len() <= played.places, "{again}: {} at once, {seen:?}", live.len());
    }
}

/// A provider in trouble, as it sees it itself.
#[derive(Default)]
struct Trouble {
    /// When it refused last; `None` when it is well.
    since_ms: Option<i64>,
    not_before_ms: i64,
}

fn trouble_is_met_by_one_at_a_time_after_its_pause(played: &Played, again: &str) {
    let mut troubles: HashMap<usize, Trouble> = HashMap::new();
    // When each request that is open was made.
    let mut open: BTreeMap<usize, (usize, bool, i64)> = BTreeMap::new();
    let mut refused: BTreeMap<(usize, i64), usize> = BTreeMap::new();
    let mut jumps = played.jumps.iter().peekable();
    for seen in &played.seen {
        while jumps.next_if(|at| **at <= seen.at_ms).is_some() {
            // Pauses are over then, or said to be by another clock.
            troubles.values_mut().for_each(|trouble| trouble.not_before_ms = 0);
        }
        let trouble = troubles.entry(seen.provider).or_default();
        let in_background = seen.task.1;
        match &seen.what {
            What::Asked => {
                if let Some(since) = trouble.since_ms.filter(|since| in_background && *since < seen.at_ms) {
                    let probes = open.values().filter(|(provider, background, at)| {
                        *provider == seen.provider && *background && *at > since
                    });
                    assert_eq!(probes.count(), 0, "{again}: a second one asks at once, {seen:?}");
                    assert!(seen.at_ms >= trouble.not_before_ms, "{again}: too early, {seen:?}");
                }
                open.insert(seen.request, (seen.provider, in_background, seen.at_ms));
            }
            What::Text => {
                let (.., asked_at) = open[&seen.request];
                if trouble.since_ms.is_some_and(|since| asked_at > since) {
                    *trouble = Trouble::default();
                }
            }
            What::Ended(code, asked) => {
                open.remove(&seen.request);
                if matches!(*code, "rate_limited" | "overloaded" | "unreachable") {
                    let asked = asked.map_or(0, |asked| asked.as_millis() as i64);
                    let pause = asked.clamp(SHORTEST_MS, LONGEST_MS);
                    trouble.since_ms = Some(seen.at_ms);
                    trouble.not_before_ms = trouble.not_before_ms.max(seen.at_ms + pause);
                    if in_background {
                        *refused.entry((seen.provider, seen.at_ms / 60_000)).or_default() += 1;
                    }
                }
            }
            What::Dropped => drop(open.remove(&seen.request)),
        }
    }
    for ((provider, minute), count) in refused {
        let most = played.places + PROBES_A_MINUTE;
        assert!(count <= most, "{again}: {count} refusals by {provider} in minute {minute}");
    }
}

/// All that happened, with the number of its task, in order.
fn in_order(played: &Played) -> Vec<(usize, &Event)> {
    let logs = played.logs.iter().enumerate();
    let mut events: Vec<(usize, &Event)> =
        logs.flat_map(|(number, log)| log.iter().map(move |event| (number, event))).collect();
    events.sort_by_key(|(_, event)| event.seq);
    events
}

fn whoever_waits_for_a_moment_is_taken_up_at_it(played: &Played, again: &str) {
    let provider = |number: usize| played.sent[number].chat % super::PROVIDERS;
    let events = in_order(played);
    let calm = events.iter().enumerate().filter(|(_, (_, event))| event.at >= played.calm_from);
    for (place, (number, event)) in calm {
        if matches!(event.kind, EventKind::Requeued { .. }) {
            let next = events[place + 1..].iter().find(|(other, next)| {
                let is_start = matches!(next.kind, EventKind::Started { .. });
                other == number || (is_start && provider(*other) == provider(*number))
            });
            let waited = next.map(|(_, next)| next.at.since(event.at));
            assert!(waited.is_some_and(|waited| waited <= LATEST), "{again}: {waited:?} after {event:?}");
        }
    }
}

/// A task on the way through the log.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Away,
    Queued,
    /// Queued until some moment of a clock that may be set.
    Later,
    Running,
}

/// Where every task is at one moment.
struct Line<'a> {
    played: &'a Played,
    at: Vec<At>,
    in_background: Vec<bool>,
}

fn the_order_is_fair_and_no_place_is_left_empty(played: &Played, again: &str) {
    let events = in_order(played);
    let started = |(number, event): &(usize, &Event)| {
        matches!(event.kind, EventKind::Started { .. }).then_some((*number, event.at))
    };
    let starts: BTreeSet<_> = events.iter().filter_map(started).collect();
    let count = played.sent.len();
    let mut line = Line { played, at: vec![At::Away; count], in_background: vec![false; count] };
    for (place, (number, event)) in events.iter().enumerate() {
        if started(&(*number, event)).is_some() {
            let passed = line.passed_over(*number).into_iter().find(|n| !starts.contains(&(*n, event.at)));
            assert_eq!(passed, None, "{again}: {number} goes before it in {event:?}");
        }
        line.take(*number, &event.kind);
        // Between two moments nobody waits who could run.
        if events.get(place + 1).is_some_and(|(_, next)| next.at != event.at) {
            let running = line.those(At::Running).filter(|n| line.in_background[*n]).count();
            let waiting = line.those(At::Queued).find(|n| line.is_ready(*n));
            let is_full = running >= played.places;
            assert!(
                is_full || waiting.is_none(),
                "{again}: {waiting:?} waits beside {running} after {event:?}"
            );
        }
    }
}

impl Line<'_> {
    fn take(&mut self, number: usize, kind: &EventKind) {
        self.at[number] = match kind {
            EventKind::Queued { lane, .. } => {
                self.in_background[number] = *lane == Lane::Background;
                At::Queued
            }
            EventKind::LaneChanged { lane } => {
                self.in_background[number] = *lane == Lane::Background;
                return;
            }
            EventKind::Started { .. } => At::Running,
            EventKind::Requeued { .. } | EventKind::PartDone { .. } => At::Later,
            EventKind::Resumed => At::Queued,
            EventKind::Waiting { .. }
            | EventKind::Paused
            | EventKind::Completed { .. }
            | EventKind::Failed { .. }
            | EventKind::Cancelled { .. } => At::Away,
            _ => return,
        };
    }

    fn those(&self, at: At) -> impl Iterator<Item = usize> {
        (0..self.at.len()).filter(move |number| self.at[*number] == at)
    }

    /// In the background, of a provider that is always well, in a chat in which nothing has to wait for a moment.
    fn is_ready(&self, number: usize) -> bool {
        let chat = self.played.sent[number].chat;
        let waits = self.those(At::Later).any(|other| self.played.sent[other].chat == chat);
        self.in_background[number] && chat.is_multiple_of(super::PROVIDERS) && !waits
    }

    /// Who should have gone before `number`: those with less work of their own chat before them, then the older ones.
    fn passed_over(&self, number: usize) -> Vec<usize> {
        if !self.is_ready(number) {
            return Vec::new();
        }
        let own = (self.rank(number), number);
        self.those(At::Queued).filter(|n| self.is_ready(*n) && (self.rank(*n), *n) < own).collect()
    }

    fn rank(&self, number: usize) -> usize {
        let chat = self.played.sent[number].chat;
        let same = |other: &usize| self.played.sent[*other].chat == chat;
        let queued = self.those(At::Queued).filter(|n| *n <= number && self.in_background[*n]);
        self.those(At::Running).filter(same).count() + queued.filter(same).count()
    }
}
