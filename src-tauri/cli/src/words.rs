//! States, events and times as people say them.

use meanwhile_core::model::{
    AttemptEnd, CallState, ChildTask, Decision, Event, EventKind, FinishReason, Lane, Origin, Placement,
    Reason, StepState, Task, TaskError, TaskState, Timestamp,
};
use std::time::Duration;

/// The state, and what it is about.
pub(crate) fn state(task: &Task) -> String {
    let word = state_word(task.state);
    let state = match task.reason {
        Some(Reason::Children) if task.state == TaskState::Queued && !task.children.is_empty() => {
            format!("Working: {}", parts_done(task))
        }
        Some(reason) => format!("{word}: {}", short(reason)),
        None => word.to_owned(),
    };
    match part(task) {
        Some(part) => format!("{state}, {part}"),
        None if task.in_batch && task.is_remote => format!("{state}, in a batch"),
        None => state,
    }
}

fn state_word(state: TaskState) -> &'static str {
    match state {
        TaskState::Queued => "Queued",
        TaskState::Running => "Working",
        TaskState::Waiting => "Needs you",
        TaskState::Paused => "Paused",
        TaskState::Completed => "Done",
        TaskState::Failed => "Failed",
        TaskState::Cancelled => "Stopped",
    }
}

/// How many of the tasks that it started are done.
fn parts_done(task: &Task) -> String {
    let done = task.children.iter().filter(|child| child.state == TaskState::Completed).count();
    format!("{done} of {} parts done", task.children.len())
}

/// A task that another one started, below that one.
pub(crate) fn child(child: &ChildTask) -> String {
    let word = state_word(child.state);
    match child.reason.filter(|reason| *reason != Reason::Slot || child.state != TaskState::Queued) {
        Some(reason) => format!("{word}: {}", short(reason)),
        None => word.to_owned(),
    }
}

/// Which part of a task in parts is next; nothing once it is done.
fn part(task: &Task) -> Option<String> {
    let progress = task.progress.as_ref().filter(|progress| progress.done < progress.total)?;
    let what = progress.unit.trim_end_matches('s');
    Some(format!("{what} {} of {}", progress.done + 1, progress.total))
}

/// What to know before a task is tried that its provider asked to wait with.
pub(crate) fn asked_to_wait(task: &Task, now: Timestamp) -> Option<String> {
    let until = task.due_at.filter(|at| *at > now)?;
    (task.reason == Some(Reason::RateLimit)).then(|| {
        format!(
            "The provider asked to be left alone for {} more; it may refuse again.",
            span(until.since(now))
        )
    })
}

fn short(reason: Reason) -> &'static str {
    match reason {
        Reason::Slot => "next in line",
        Reason::Network => "no connection",
        Reason::BrokeOff => "broke off",
        Reason::RateLimit => "rate limit",
        Reason::Overloaded => "provider busy",
        Reason::Restarted => "restarted",
        Reason::Key => "key",
        Reason::Billing => "credit",
        Reason::Model => "model",
        Reason::Budget => "budget",
        Reason::DayLimit => "day limit",
        Reason::Interrupted => "interrupted",
        Reason::Approval => "wants your yes",
        Reason::Question => "asks you",
        Reason::Trash => "in the trash",
        Reason::Children => "with its parts",
    }
}

/// How long before `now` something was.
pub(crate) fn ago(now: Timestamp, at: Timestamp) -> String {
    let secs = now.since(at).as_secs();
    match secs {
        0..=9 => "just now".to_owned(),
        10..=59 => format!("{secs} s ago"),
        60..=3_599 => format!("{} min ago", secs / 60),
        3_600..=86_399 => format!("{} h ago", secs / 3_600),
        _ => at.to_string().chars().take(10).collect(),
    }
}

fn span(time: Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0..=59 => format!("{:.1} s", time.as_secs_f64()),
        60..=3_599 => format!("{} m {} s", secs / 60, secs % 60),
        _ => format!("{} h {} m", secs / 3_600, secs / 60 % 60),
    }
}

/// Text for a table or a list: no line breaks.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

/// What there is to know about a task beside its text.
pub(crate) fn facts(task: &Task, now: Timestamp) -> Vec<String> {
    let mut facts = vec![
        format!("State         {}", state(task)),
        format!("Title         {}", one_line(&task.title)),
        format!("Model         {}", task.model),
        format!("Asked         {}", ago(now, task.created_at)),
    ];
    if let Some(agent) = &task.agent {
        let place =
            task.folder.as_deref().map_or(String::new(), |folder| format!(" in {}", one_line(folder)));
        facts.push(format!("Agent         {}{place}", one_line(agent)));
    }
    if let Some(parent) = &task.parent_id {
        facts.push(format!("Part of       {parent}"));
    }
    for (part, label) in task.children.iter().zip(std::iter::once("Parts").chain(std::iter::repeat(""))) {
        facts.push(format!("{label:<13} {:<26} {}  {}", child(part), part.task_id, one_line(&part.title)));
    }
    if task.files_changed > 0 {
        facts.push(format!("Changed       {} files; meanwhile changes {}", task.files_changed, task.id));
    }
    if task.in_batch {
        facts.push(format!("Batch         {}", batch(task)));
    }
    if task.started_at.is_some() && task.ended_at.is_some() {
        facts.push(format!("Took          {}", span(task.worked(now))));
    }
    match &task.progress {
        // Each part takes a request of its own, which says nothing about how it went.
        Some(progress) if task.agent.is_some() => {
            facts.push(format!("Plan          {} of {} done", progress.done, progress.total));
        }
        Some(progress) => facts.push(format!("Parts         {} of {} done", progress.done, progress.total)),
        None if task.attempt > 1 => facts.push(format!("Attempts      {}", task.attempt)),
        None => {}
    }
    if let (Some(read), Some(written)) = (task.usage.input_tokens, task.usage.output_tokens) {
        let about = if task.usage.estimated { "about " } else { "" };
        facts.push(format!("Tokens        {about}{read} read, {about}{written} written"));
    }
    if let Some(cost) = task.usage.cost_usd {
        facts.push(format!("Cost          ${cost:.4}"));
    }
    if let Some(finish) = task.finish_reason.and_then(unusual_end) {
        facts.push(format!("End           {finish}"));
    }
    if let Some(error) = &task.error {
        facts.push(format!("Cause         {}", cause(error)));
    }
    facts.push(format!("Conversation  {}", task.conversation_id));
    facts
}

fn batch(task: &Task) -> String {
    if !task.is_remote {
        return "for half the price".to_owned();
    }
    let provider = task.model.split_once('/').map_or(task.model.as_str(), |(provider, _)| provider);
    format!(
        "for half the price; waits at {provider}, goes on while this computer sleeps, comes within a day, mostly within an hour"
    )
}

fn unusual_end(finish: FinishReason) -> Option<&'static str> {
    match finish {
        FinishReason::Stop | FinishReason::Cancelled => None,
        FinishReason::Accepted => Some("taken as it was when it was cut"),
        FinishReason::Length => Some("cut by the model's limit on length"),
        FinishReason::ContentFilter => Some("cut by the provider's filter"),
        FinishReason::ToolCalls => Some("the model asked for a tool"),
        FinishReason::Other => Some("ended in a way the provider did not name"),
    }
}

fn cause(error: &TaskError) -> String {
    let dot = |text: &str| if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{} {}", error.message, dot(&error.message), error.hint).trim().to_owned()
}

/// What happened to a task, one line for each fact; pieces of text that follow each other are one fact.
pub(crate) fn log(events: &[Event], now: Timestamp) -> Vec<String> {
    let start = events.first().map_or(now, |first| first.at);
    let in_parts = events.iter().any(|event| matches!(event.kind, EventKind::PartDone { .. }));
    let mut lines = Vec::new();
    let mut letters = 0;
    for (place, event) in events.iter().enumerate() {
        let mut words = match &event.kind {
            // Each part has a request of its own; what became whole is said with the part.
            EventKind::Started { model, .. } if in_parts => format!("Asks {model}"),
            EventKind::AttemptEnded { end: AttemptEnd::Complete, .. } if in_parts => continue,
            kind => self::event(kind),
        };
        if let EventKind::TextDelta { text, .. } = &event.kind {
            letters += text.chars().count();
            if matches!(events.get(place + 1).map(|next| &next.kind), Some(EventKind::TextDelta { .. })) {
                continue;
            }
            words = format!("{letters} characters of the answer");
            letters = 0;
        }
        let at = if lines.is_empty() { ago(now, start) } else { format!("+{}", span(event.at.since(start))) };
        lines.push(format!("{at:<12} {}", one_line(&words)));
    }
    lines
}

const fn ended(state: CallState) -> &'static str {
    match state {
        CallState::Done => "is done",
        CallState::Refused => "was refused",
        CallState::Unknown => "was cut, and nobody knows how far it came",
        CallState::Asked | CallState::Started | CallState::Failed => "did not work",
    }
}

const fn placed(placement: Option<Placement>) -> &'static str {
    match placement {
        None => "Brought back to where it was",
        Some(Placement::Inserted) => "Taken into the conversation",
        Some(Placement::Aside) => "Kept aside; models are not told it",
        Some(Placement::Discarded) => "Discarded; models are not told it",
    }
}

/// An event in one sentence.
pub(crate) fn event(kind: &EventKind) -> String {
    match kind {
        EventKind::Queued { ownership, .. } if ownership.origin == Origin::System => {
            "Begun by Meanwhile itself".to_owned()
        }
        EventKind::Queued { lane: Lane::Interactive, .. } => "Accepted, somebody watches".to_owned(),
        EventKind::Queued { lane: Lane::Background, .. } => "Accepted for the background".to_owned(),
        EventKind::Started { attempt, model } => format!("Attempt {attempt} asks {model}"),
        EventKind::WentRemote { in_batch: true, .. } => {
            "It waits at the provider in a batch, for half the price, and goes on there when nobody listens"
                .to_owned()
        }
        EventKind::WentRemote { .. } => {
            "Its answer is made at the provider, and goes on there when nobody listens".to_owned()
        }
        EventKind::BudgetChanged { budget } if budget.is_none() => "You took its budget away".to_owned(),
        EventKind::BudgetChanged { .. } => "You gave it another budget".to_owned(),
        EventKind::ModelChanged { model } => format!("You had {model} go on"),
        EventKind::TextDelta { text, .. } => format!("{} characters of the answer", text.chars().count()),
        EventKind::Thought { text, .. } => format!("{} characters of thought", text.chars().count()),
        EventKind::AttemptEnded { attempt, end, error, .. } => {
            let how = match end {
                AttemptEnd::Complete => "is complete",
                AttemptEnd::Interrupted => "was cut off",
                AttemptEnd::Refused => "was refused",
                AttemptEnd::Cancelled => "was stopped",
            };
            match error {
                Some(error) => format!("Attempt {attempt} {how}: {}", error.message),
                None => format!("Attempt {attempt} {how}"),
            }
        }
        EventKind::Requeued { reason, due_at } => {
            let when = due_at.map(|at| format!(", not before {at}")).unwrap_or_default();
            format!("Queued again ({}){when}", short(*reason))
        }
        EventKind::PartDone { done, total, label } => format!("{label} is done ({done} of {total})"),
        EventKind::ToolsAsked { calls: 1, .. } => "It asks for a tool".to_owned(),
        EventKind::ToolsAsked { calls, .. } => format!("It asks for {calls} tools"),
        EventKind::ToolsBegun => "Works with its tools".to_owned(),
        EventKind::CallStarted { call, label, approval: None, .. } => format!("Step {call}: {label}"),
        EventKind::CallStarted { call, label, approval: Some(yes), .. } => {
            format!("Step {call}: {label} (allowed by {yes})")
        }
        EventKind::CallEnded { call, state, fact } => {
            let fact = fact.as_deref().map_or(String::new(), |fact| format!(", {fact}"));
            format!("Step {call} {}{fact}", ended(*state))
        }
        EventKind::ToolsEnded => "What came of them goes to the model".to_owned(),
        EventKind::ApprovalAsked { approval, summary, .. } => format!("Asks you ({approval}): {summary}"),
        EventKind::ApprovalDecided { approval, decision, by } => {
            let what = match decision {
                Decision::AllowOnce => "Allowed once",
                Decision::AllowTask => "Allowed for this task",
                Decision::AllowAlways => "Allowed from now on",
                Decision::Reject => "Not allowed",
                Decision::RejectAlways => "Never allowed here",
            };
            format!("{what} ({approval}, {by})")
        }
        EventKind::PlanChanged { plan } => {
            let done = plan.iter().filter(|item| item.state == StepState::Done).count();
            format!("Its plan: {done} of {} done", plan.len())
        }
        EventKind::Said { text } => format!("You say: {}", one_line(text)),
        EventKind::PutBack { restored, conflicts: 0, .. } => format!("{restored} files put back"),
        EventKind::PutBack { restored, conflicts, .. } => {
            format!("{restored} files put back, {conflicts} left, because they were edited since")
        }
        EventKind::Waiting { error, .. } => format!("It waits for you: {}", cause(error)),
        EventKind::Resumed => "Taken up again".to_owned(),
        EventKind::PauseRequested => "Asked to pause".to_owned(),
        EventKind::Paused => "Paused; what was written is kept".to_owned(),
        EventKind::LaneChanged { lane: Lane::Background } => "Continues in the background".to_owned(),
        EventKind::LaneChanged { lane: Lane::Interactive } => "Somebody watches again".to_owned(),
        EventKind::CancelRequested => "Asked to stop".to_owned(),
        EventKind::Completed { .. } => "Done".to_owned(),
        EventKind::Failed { error, .. } => format!("Failed: {}", cause(error)),
        EventKind::Cancelled { .. } => "Stopped; what was written is kept".to_owned(),
        EventKind::Delivered { channel } => format!("Told ({channel})"),
        EventKind::NotDelivered { channel, error } => format!("Not told ({channel}): {error}"),
        EventKind::Seen => "Seen".to_owned(),
        EventKind::Pinned { pinned: true } => "Pinned".to_owned(),
        EventKind::Pinned { pinned: false } => "No longer pinned".to_owned(),
        EventKind::Placed { placement } => placed(*placement).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_relative_for_a_day_and_then_a_date() {
        let now = Timestamp::from_ms(1_763_700_000_000);
        let said = |secs: i64| ago(now, Timestamp::from_ms(now.as_ms() - secs * 1_000));
        assert_eq!(said(3), "just now");
        assert_eq!(said(59), "59 s ago");
        assert_eq!(said(300), "5 min ago");
        assert_eq!(said(7_200), "2 h ago");
        assert_eq!(said(172_800), "2025-11-19");
    }

    #[test]
    fn durations_read_like_durations() {
        assert_eq!(span(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(span(Duration::from_secs(135)), "2 m 15 s");
        assert_eq!(span(Duration::from_secs(3_720)), "1 h 2 m");
    }
}
