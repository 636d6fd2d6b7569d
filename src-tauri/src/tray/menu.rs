use meanwhile_core::model::{Summary, TaskId};

/// Running tasks in the menu; more are counted in its first line.
pub const RUNNING: usize = 5;
/// Waiting tasks in their submenu.
pub const WAITING: usize = 10;
/// Acts in the menu that wait for a yes; the tasks of all of them stand in the submenu of those that wait.
pub const ACTS: usize = 3;
/// Finished tasks in their submenu.
pub const FINISHED: usize = 3;

/// Everything the tray shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrayState {
    /// Counts.
    pub summary: Summary,
    /// Background tasks that are being answered, oldest first.
    pub running: Vec<Row>,
    /// Tasks that wait for the user, oldest first.
    pub waiting: Vec<Row>,
    /// Acts that wait for a yes, oldest first.
    pub acts: Vec<Act>,
    /// Background tasks that the user set aside.
    pub paused: usize,
    /// Background tasks that ended last, newest first.
    pub finished: Vec<Row>,
}

/// One task in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one.
    pub id: TaskId,
    /// One short line.
    pub title: String,
    /// Hours and minutes of its start or end.
    pub at: String,
    /// A count with a real total.
    pub count: Option<String>,
    /// True when it failed.
    pub failed: bool,
}

/// An act that waits for a yes. It is looked at before a yes, so the menu can only say no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// What asks for it.
    pub task_id: TaskId,
    /// The question.
    pub approval: i64,
    /// What exactly it is about.
    pub hash: String,
    /// What would be done, and for which task, in one short line.
    pub words: String,
}

/// The pictures there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Nothing runs.
    Idle,
    /// Something runs.
    Working,
    /// The user is needed.
    Attention,
    /// Something failed and nobody has looked.
    Failed,
}

/// A line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Words that cannot be clicked.
    Line(String),
    /// Something to click.
    Entry(String, Action),
    /// A submenu.
    Group(String, Vec<(String, Action)>),
    /// A line between.
    Separator,
}

/// What a click does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Raise the window.
    Open,
    /// Raise it with a new conversation.
    NewChat,
    /// Show the quick-ask field.
    QuickAsk,
    /// Raise the window on its settings.
    Settings,
    /// End the process, after a question if something would be interrupted.
    Quit,
    /// Raise the window on a task.
    Task(TaskId),
    /// Stop a task.
    Stop(TaskId),
    /// Set a task aside.
    Pause(TaskId),
    /// Say no to an act: the question, and what exactly it is about.
    Refuse(i64, String),
    /// Set aside everything in the background.
    PauseAll,
    /// Take up again everything that was set aside.
    ResumeAll,
}

/// The menu for a state.
pub fn menu(state: &TrayState) -> Vec<Item> {
    let mut items = vec![
        Item::Entry("Open Meanwhile".to_owned(), Action::Open),
        Item::Line(state.line()),
        Item::Separator,
        Item::Entry("New chat".to_owned(), Action::NewChat),
        Item::Entry("Quick ask".to_owned(), Action::QuickAsk),
        Item::Separator,
    ];
    for row in state.running.iter().take(RUNNING) {
        let entries = vec![
            ("Open".to_owned(), Action::Task(row.id.clone())),
            ("Pause".to_owned(), Action::Pause(row.id.clone())),
            ("Stop".to_owned(), Action::Stop(row.id.clone())),
        ];
        items.push(Item::Group(row.words("since"), entries));
    }
    for act in state.acts.iter().take(ACTS) {
        let entries = vec![
            ("Review".to_owned(), Action::Task(act.task_id.clone())),
            ("Say no".to_owned(), Action::Refuse(act.approval, act.hash.clone())),
        ];
        items.push(Item::Group(format!("Asks: {}", act.words), entries));
    }
    if !state.waiting.is_empty() {
        let rows = state.waiting.iter().take(WAITING);
        let entries = rows.map(|row| (row.title.clone(), Action::Task(row.id.clone()))).collect();
        items.push(Item::Group(format!("Needs you ({})", state.waiting.len()), entries));
    }
    if !state.finished.is_empty() {
        let entries = state.finished.iter().take(FINISHED);
        let entries = entries.map(|row| (row.words("at"), Action::Task(row.id.clone()))).collect();
        items.push(Item::Group("Last finished".to_owned(), entries));
    }
    if state.summary.working > 0 {
        items.push(Item::Entry("Pause all in the background".to_owned(), Action::PauseAll));
    }
    if state.paused > 0 {
        items.push(Item::Entry(format!("Resume all ({})", state.paused), Action::ResumeAll));
    }
    if items.last() != Some(&Item::Separator) {
        items.push(Item::Separator);
    }
    items.push(Item::Entry("Settings".to_owned(), Action::Settings));
    items.push(Item::Entry("Quit".to_owned(), Action::Quit));
    items
}

impl TrayState {
    /// Needs you before failed before working before idle.
    pub fn icon(&self) -> Icon {
        match &self.summary {
            summary if summary.needs_you > 0 => Icon::Attention,
            summary if summary.failed > 0 => Icon::Failed,
            summary if summary.working > 0 => Icon::Working,
            _ => Icon::Idle,
        }
    }

    /// The counts in words, what needs the user first.
    pub fn line(&self) -> String {
        let summary = &self.summary;
        let counts = [
            (summary.needs_you, if summary.needs_you == 1 { "needs you" } else { "need you" }),
            (summary.working, "working"),
            (u32::try_from(self.paused).unwrap_or(u32::MAX), "paused"),
            (summary.failed, "failed"),
            (summary.unread, "unread"),
        ];
        let words: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if words.is_empty() { "Nothing running".to_owned() } else { words.join(", ") }
    }

    /// The number beside the icon where the panel shows text.
    #[cfg_attr(not(target_os = "macos"), allow(dead_code))]
    pub fn count(&self) -> String {
        match self.summary.needs_you + self.summary.working {
            0 => String::new(),
            count => count.to_string(),
        }
    }
}

impl Row {
    fn words(&self, when: &str) -> String {
        let mut words = if self.failed { format!("Failed: {}", self.title) } else { self.title.clone() };
        if let Some(count) = &self.count {
            words = format!("{words}, {count}");
        } else if !self.at.is_empty() {
            words = format!("{words}, {when} {}", self.at);
        }
        words
    }
}

impl Action {
    /// The name under which the menu tells of a click.
    pub fn id(&self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::NewChat => "new-chat".to_owned(),
            Self::QuickAsk => "quick-ask".to_owned(),
            Self::Settings => "settings".to_owned(),
            Self::Quit => "quit".to_owned(),
            Self::Task(id) => format!("task:{id}"),
            Self::Stop(id) => format!("stop:{id}"),
            Self::Pause(id) => format!("pause:{id}"),
            Self::Refuse(approval, hash) => format!("refuse:{approval}:{hash}"),
            Self::PauseAll => "pause-all".to_owned(),
            Self::ResumeAll => "resume-all".to_owned(),
        }
    }

    /// The action of a name.
    pub fn read(id: &str) -> Option<Self> {
        Some(match id.split_once(':') {
            Some(("task", id)) => Self::Task(TaskId::from_text(id)),
            Some(("stop", id)) => Self::Stop(TaskId::from_text(id)),
            Some(("pause", id)) => Self::Pause(TaskId::from_text(id)),
            Some(("refuse", act)) => {
                let (approval, hash) = act.split_once(':')?;
                Self::Refuse(approval.parse().ok()?, hash.to_owned())
            }
            Some(_) => return None,
            None => match id {
                "open" => Self::Open,
                "new-chat" => Self::NewChat,
                "quick-ask" => Self::QuickAsk,
                "settings" => Self::Settings,
                "quit" => Self::Quit,
                "pause-all" => Self::PauseAll,
                "resume-all" => Self::ResumeAll,
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, title: &str) -> Row {
        Row {
            id: TaskId::from_text(id),
            title: title.to_owned(),
            at: "14:05".to_owned(),
            count: None,
            failed: false,
        }
    }

    fn entry(text: &str, action: Action) -> Item {
        Item::Entry(text.to_owned(), action)
    }

    #[test]
    fn with_nothing_to_do_the_menu_is_short_and_opens_first() {
        assert_eq!(
            menu(&TrayState::default()),
            [
                entry("Open Meanwhile", Action::Open),
                Item::Line("Nothing running".to_owned()),
                Item::Separator,
                entry("New chat", Action::NewChat),
                entry("Quick ask", Action::QuickAsk),
                Item::Separator,
                entry("Settings", Action::Settings),
                entry("Quit", Action::Quit),
            ]
        );
    }

    #[test]
    fn tasks_can_be_opened_and_running_ones_paused_and_stopped() {
        let state = TrayState {
            summary: Summary { working: 2, needs_you: 1, failed: 0, unread: 3, interactive: 1 },
            running: vec![
                row("tsk_1", "Tenders"),
                Row { count: Some("45 of 100 files".into()), ..row("tsk_2", "Tidy") },
            ],
            waiting: vec![row("tsk_3", "Clean up the build server")],
            acts: vec![Act {
                task_id: TaskId::from_text("tsk_3"),
                approval: 12,
                hash: "abc".to_owned(),
                words: "Delete a.log (Clean up the build server)".to_owned(),
            }],
            paused: 1,
            finished: vec![row("tsk_4", "Garden"), Row { failed: true, ..row("tsk_5", "Handbook") }],
        };
        let task = |id: &str| Action::Task(TaskId::from_text(id));
        let stop = |id: &str| Action::Stop(TaskId::from_text(id));
        let pause = |id: &str| Action::Pause(TaskId::from_text(id));
        let steps = |id: &str| {
            vec![
                ("Open".to_owned(), task(id)),
                ("Pause".to_owned(), pause(id)),
                ("Stop".to_owned(), stop(id)),
            ]
        };
        let items = menu(&state);
        assert_eq!(items[1], Item::Line("1 needs you, 2 working, 1 paused, 3 unread".to_owned()));
        assert_eq!(
            items[6..14],
            [
                Item::Group("Tenders, since 14:05".to_owned(), steps("tsk_1")),
                Item::Group("Tidy, 45 of 100 files".to_owned(), steps("tsk_2")),
                Item::Group(
                    "Asks: Delete a.log (Clean up the build server)".to_owned(),
                    vec![
                        ("Review".to_owned(), task("tsk_3")),
                        ("Say no".to_owned(), Action::Refuse(12, "abc".to_owned())),
                    ]
                ),
                Item::Group(
                    "Needs you (1)".to_owned(),
                    vec![("Clean up the build server".to_owned(), task("tsk_3"))]
                ),
                Item::Group(
                    "Last finished".to_owned(),
                    vec![
                        ("Garden, at 14:05".to_owned(), task("tsk_4")),
                        ("Failed: Handbook, at 14:05".to_owned(), task("tsk_5")),
                    ]
                ),
                entry("Pause all in the background", Action::PauseAll),
                entry("Resume all (1)", Action::ResumeAll),
                Item::Separator,
            ]
        );
    }

    #[test]
    fn no_more_than_five_running_tasks_fill_the_menu() {
        let running = (0..9).map(|n| row(&format!("tsk_{n}"), "One of many")).collect();
        let items = menu(&TrayState { running, ..TrayState::default() });
        assert_eq!(items.iter().filter(|item| matches!(item, Item::Group(..))).count(), RUNNING);
    }

    #[test]
    fn the_icon_shows_what_matters_most() {
        let icon = |needs_you, failed, working| {
            let summary = Summary { working, needs_you, failed, unread: 1, interactive: 1 };
            TrayState { summary, ..TrayState::default() }.icon()
        };
        assert_eq!(icon(1, 1, 1), Icon::Attention);
        assert_eq!(icon(0, 1, 1), Icon::Failed);
        assert_eq!(icon(0, 0, 1), Icon::Working);
        assert_eq!(icon(0, 0, 0), Icon::Idle, "unread results and watched answers ask for nobody");
    }

    #[test]
    fn every_click_finds_its_action_again() {
        let id = || TaskId::from_text("tsk_1");
        for action in [
            Action::Open,
            Action::NewChat,
            Action::QuickAsk,
            Action::Settings,
            Action::Quit,
            Action::Task(id()),
            Action::Stop(id()),
            Action::Pause(id()),
            Action::PauseAll,
            Action::ResumeAll,
            Action::Refuse(12, "abc".to_owned()),
        ] {
            assert_eq!(Action::read(&action.id()), Some(action));
        }
        assert_eq!(Action::read("nothing"), None);
    }
}
