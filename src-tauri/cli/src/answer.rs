use crate::words;
use meanwhile_core::model::{Event, EventKind, TaskId};

/// One answer on its way to the terminal: what was shown of it so far.
pub(crate) struct Answer {
    task_id: TaskId,
    attempt: u32,
    shown: String,
    is_thinking: bool,
    /// What comes next is another part, and no second try.
    is_next_part: bool,
}

/// What to do about an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// More of the answer.
    Text(String),
    /// Something about the work.
    Note(String),
    /// Text is missing in between: read the task again.
    Gap,
    /// The task waits for the user.
    Waits,
    /// The task is in a final state.
    End,
}

impl Answer {
    /// An answer of which nothing was shown.
    pub(crate) fn new(task_id: TaskId) -> Self {
        Self { task_id, attempt: 0, shown: String::new(), is_thinking: false, is_next_part: false }
    }

    /// Text as it was read with the task: gives what is new of it.
    pub(crate) fn catch_up(&mut self, attempt: u32, text: &str) -> Vec<Show> {
        let mut show = Vec::new();
        if !text.starts_with(&self.shown) {
            show.extend(self.begin_again());
        }
        self.attempt = attempt;
        let new = &text[self.shown.len()..];
        if !new.is_empty() {
            self.shown.push_str(new);
            show.push(Show::Text(new.to_owned()));
        }
        show
    }

    /// True when the event is one of this answer's task.
    pub(crate) fn is_about(&self, event: &Event) -> bool {
        event.task_id == self.task_id
    }

    /// What an event of any task means for this answer.
    pub(crate) fn take(&mut self, event: &Event) -> Vec<Show> {
        if !self.is_about(event) {
            return Vec::new();
        }
        match &event.kind {
            EventKind::PartDone { .. } => {
                self.is_next_part = true;
                vec![Show::Note(words::event(&event.kind))]
            }
            EventKind::Started { attempt, .. } if *attempt > self.attempt.max(1) => {
                if std::mem::take(&mut self.is_next_part) {
                    return Vec::new();
                }
                vec![Show::Note(format!("Attempt {attempt}."))]
            }
            EventKind::Thought { .. } if std::mem::replace(&mut self.is_thinking, true) => Vec::new(),
            EventKind::Thought { .. } => vec![Show::Note("Thinking.".to_owned())],
            EventKind::TextDelta { attempt, offset, text } => self.text(*attempt, *offset, text),
            EventKind::Waiting { .. } | EventKind::Paused => {
                vec![Show::Note(words::event(&event.kind)), Show::Waits]
            }
            EventKind::Failed { .. } | EventKind::Cancelled { .. } => {
                vec![Show::Note(words::event(&event.kind)), Show::End]
            }
            EventKind::Completed { .. } => vec![Show::End],
            EventKind::AttemptEnded { error: Some(_), .. } | EventKind::Requeued { .. } => {
                vec![Show::Note(words::event(&event.kind))]
            }
            EventKind::ToolsAsked { .. } => {
                self.is_next_part = true;
                Vec::new()
            }
            EventKind::CallStarted { .. }
            | EventKind::ApprovalDecided { .. }
            | EventKind::PlanChanged { .. } => {
                vec![Show::Note(words::event(&event.kind))]
            }
            EventKind::Resumed | EventKind::LaneChanged { .. } => vec![Show::Note(words::event(&event.kind))],
            _ => Vec::new(),
        }
    }

    /// True when what was shown leaves the cursor in the middle of a line.
    pub(crate) fn is_mid_line(&self) -> bool {
        !self.shown.is_empty() && !self.shown.ends_with('\n')
    }

    fn text(&mut self, attempt: u32, offset: u64, text: &str) -> Vec<Show> {
        if attempt < self.attempt {
            return Vec::new();
        }
        let mut show = Vec::new();
        if attempt > self.attempt {
            // Another attempt begins with the text that is there.
            if !text.starts_with(&self.shown) && !self.shown.starts_with(text) {
                show.extend(self.begin_again());
            }
            self.attempt = attempt;
        }
        let Ok(offset) = usize::try_from(offset) else { return vec![Show::Gap] };
        let Some(known) = self.shown.len().checked_sub(offset) else { return vec![Show::Gap] };
        if let Some(new) = text.get(known..).filter(|new| !new.is_empty()) {
            self.shown.push_str(new);
            show.push(Show::Text(new.to_owned()));
        }
        show
    }

    fn begin_again(&mut self) -> Option<Show> {
        let is_mid_line = self.is_mid_line();
        self.shown.clear();
        is_mid_line.then(|| Show::Text("\n".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use meanwhile_core::model::{ConversationId, Timestamp};

    fn event(kind: EventKind) -> Event {
        Event {
            seq: 1,
            task_id: TaskId::from_text("tsk_1"),
            conversation_id: ConversationId::from_text("cnv_1"),
            at: Timestamp::from_ms(0),
            kind,
        }
    }

    fn delta(attempt: u32, offset: u64, text: &str) -> Event {
        event(EventKind::TextDelta { attempt, offset, text: text.to_owned() })
    }

    fn answer() -> Answer {
        Answer::new(TaskId::from_text("tsk_1"))
    }

    fn text(text: &str) -> Vec<Show> {
        vec![Show::Text(text.to_owned())]
    }

    #[test]
    fn text_that_was_read_already_is_not_shown_twice() {
        let mut answer = answer();
        assert_eq!(answer.catch_up(1, "Hello w"), text("Hello w"));
        assert_eq!(answer.take(&delta(1, 0, "Hello ")), []);
        assert_eq!(answer.take(&delta(1, 6, "world")), text("orld"));
    }

    #[test]
    fn missing_text_is_noticed() {
        let mut answer = answer();
        assert_eq!(answer.take(&delta(1, 0, "one ")), text("one "));
        assert_eq!(answer.take(&delta(1, 8, "three")), [Show::Gap]);
        assert_eq!(answer.catch_up(1, "one two three"), text("two three"));
    }

    #[test]
    fn a_second_attempt_goes_on_where_the_first_stopped() {
        let mut answer = answer();
        answer.take(&delta(1, 0, "half"));
        let started = event(EventKind::Started { attempt: 2, model: "a/b".to_owned() });
        assert_eq!(answer.take(&started), [Show::Note("Attempt 2.".to_owned())]);
        assert_eq!(answer.take(&delta(2, 0, "half")), [], "it is there already");
        assert_eq!(answer.take(&delta(2, 4, " an answer")), text(" an answer"));
        assert_eq!(answer.take(&delta(1, 4, "late")), []);
    }

    #[test]
    fn the_next_part_is_no_second_attempt() {
        let mut answer = answer();
        answer.take(&delta(1, 0, "one"));
        let label = "Pages 1–9".to_owned();
        let done = [Show::Note("Pages 1–9 is done (1 of 3)".to_owned())];
        assert_eq!(answer.take(&event(EventKind::PartDone { done: 1, total: 3, label })), done);
        let started = |attempt| event(EventKind::Started { attempt, model: "a/b".to_owned() });
        assert_eq!(answer.take(&started(2)), []);
        answer.take(&delta(2, 0, "one"));
        assert_eq!(
            answer.take(&started(3)),
            [Show::Note("Attempt 3.".to_owned())],
            "that part is tried again"
        );
    }

    #[test]
    fn an_attempt_that_had_to_begin_anew_begins_on_its_own_line() {
        let mut answer = answer();
        answer.take(&delta(1, 0, "half"));
        assert_eq!(
            answer.take(&delta(2, 0, "whole")),
            [Show::Text("\n".to_owned()), Show::Text("whole".to_owned())]
        );
    }

    #[test]
    fn other_tasks_are_none_of_its_business() {
        let mut answer = Answer::new(TaskId::from_text("tsk_2"));
        assert_eq!(answer.take(&delta(1, 0, "x")), []);
    }
}
