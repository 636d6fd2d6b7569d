use crate::answer::{Answer, Show};
use crate::args::One;
use crate::connection::{Connection, Reply, segment};
use crate::failure::{FAILED, Failure, INTERRUPTED, UNREACHABLE};
use crate::frames::Frames;
use crate::interrupt::{self, Choice, Press, Presses};
use crate::out;
use crate::task::{Log, TaskJson};
use meanwhile_core::model::{Event, Frame, Reason, TaskState};
use std::path::Path;
use std::process::ExitCode;

/// How the one who watches looks at a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watcher {
    /// Asked it here: Ctrl-C is about the task, and a task that waits for the user ends the wait.
    Asker,
    /// Looks on: Ctrl-C is about looking.
    Onlooker,
}

/// What is printed on standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    /// The answer as it comes.
    Answer,
    /// One event a line.
    Events,
    /// The task, once, at the end.
    Task,
}

pub(crate) async fn watch(folder: &Path, one: One) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let reply = connection.get(&path_of(&one.id)).await?;
    let print = if one.json { Print::Events } else { Print::Answer };
    follow(folder, connection, reply, Watcher::Onlooker, print, Presses::listen()?).await
}

/// Follows a task until it is final, or until the watcher goes.
pub(crate) async fn follow(
    folder: &Path,
    connection: Connection,
    task: Reply,
    watcher: Watcher,
    print: Print,
    mut presses: Presses,
) -> Result<ExitCode, Failure> {
    let first: TaskJson = task.parse()?;
    let id = first.task.id.clone();
    let mut view =
        View { folder, connection, answer: Answer::new(id.clone()), print, path: path_of(id.as_str()) };
    let mut after = first.task.head;
    if print == Print::Events {
        let log = Log::read(&view.connection, id.as_str()).await?;
        after = log.head;
        if let Some(Over::Ended) = view.take(&log.events, watcher).await? {
            return view.end().await;
        }
    }
    view.show(first.task.state, first.task.attempt, &first.text)?;
    if first.task.state.is_final() {
        return view.end().await;
    }
    if first.task.state == TaskState::Waiting
        && let Some(error) = &first.task.error
    {
        out::note(&format!("It waits for you: {} {}", error.message, error.hint));
    }

    let mut frames = view.follow_from(after).await?;
    loop {
        tokio::select! {
            frame = frames.next() => match frame? {
                Some(Frame::Events { events, head }) => {
                    after = head;
                    match view.take(&events, watcher).await? {
                        Some(Over::Ended) => return view.end().await,
                        Some(Over::Waits) => return view.waits(id.as_str()).await,
                        None => {}
                    }
                }
                Some(Frame::Snapshot { head, .. }) => {
                    after = head;
                    view.catch_up().await?;
                }
                None => frames = tokio::select! {
                    frames = view.follow_from(after) => frames?,
                    _ = presses.next() => return Ok(ExitCode::from(INTERRUPTED)),
                },
            },
            press = presses.next() => {
                if watcher == Watcher::Onlooker {
                    view.note(&format!("It goes on without you. Look again with: meanwhile watch {id}"));
                    return Ok(ExitCode::from(INTERRUPTED));
                }
                let choice = match press {
                    Press::HangUp => Choice::Background,
                    Press::CtrlC => interrupt::ask(&mut presses).await,
                };
                match choice {
                    Choice::Watch => {}
                    Choice::Background => {
                        view.connection.post(&format!("/tasks/{id}/background"), &serde_json::json!({})).await?;
                        out::note(&format!("It goes on in the background. Look at it with: meanwhile watch {id}"));
                        return Ok(ExitCode::SUCCESS);
                    }
                    Choice::Stop => {
                        // It may have ended in the meantime; then the events say so.
                        let path = format!("{}/stop", view.path);
                        if view.connection.post(&path, &serde_json::json!({})).await.is_err() {
                            view.catch_up().await?;
                        }
                    }
                }
            }
        }
    }
}

/// Why a watcher need not wait any more.
enum Over {
    Ended,
    Waits,
}

struct View<'a> {
    folder: &'a Path,
    connection: Connection,
    answer: Answer,
    print: Print,
    path: String,
}

impl View<'_> {
    /// The log from `after` on, from whoever works on the data folder now.
    async fn follow_from(&mut self, after: i64) -> Result<Frames, Failure> {
        if let Ok(body) = self.connection.events(after).await {
            return Ok(Frames::new(body));
        }
        let Some(connection) = Connection::next(self.folder).await? else {
            return Err(Failure::new(
                UNREACHABLE,
                "Meanwhile has ended. What is on the screen is stored, and the task goes on at the next start",
            ));
        };
        self.connection = connection;
        Ok(Frames::new(self.connection.events(after).await?))
    }

    /// Shows what happened; says when there is nothing more to wait for.
    async fn take(&mut self, events: &[Event], watcher: Watcher) -> Result<Option<Over>, Failure> {
        for event in events {
            if self.print == Print::Events && self.answer.is_about(event) {
                out::line(&serde_json::to_string(event).unwrap_or_default())?;
            }
            for show in self.answer.take(event) {
                match show {
                    Show::Text(text) => self.piece(&text)?,
                    Show::Note(text) => self.note(&text),
                    Show::Gap => self.catch_up().await?,
                    Show::End => return Ok(Some(Over::Ended)),
                    Show::Waits if watcher == Watcher::Asker => return Ok(Some(Over::Waits)),
                    Show::Waits => {}
                }
            }
        }
        Ok(None)
    }

    async fn read(&self) -> Result<(Reply, TaskJson), Failure> {
        let reply = self.connection.get(&self.path).await?;
        let task = reply.parse()?;
        Ok((reply, task))
    }

    async fn catch_up(&mut self) -> Result<(), Failure> {
        let (_, now) = self.read().await?;
        self.show(now.task.state, now.task.attempt, &now.text)
    }

    fn show(&mut self, state: TaskState, attempt: u32, text: &str) -> Result<(), Failure> {
        // An answer that was given up keeps its text elsewhere: what is on the screen is all there is.
        if state.is_final() && text.is_empty() {
            return Ok(());
        }
        for show in self.answer.catch_up(attempt, text) {
            if let Show::Text(text) = show {
                self.piece(&text)?;
            }
        }
        Ok(())
    }

    fn piece(&self, text: &str) -> Result<(), Failure> {
        if self.print == Print::Answer { out::piece(text) } else { Ok(()) }
    }

    fn note(&self, text: &str) {
        if self.print == Print::Answer && self.answer.is_mid_line() {
            out::note("");
        }
        out::note(text);
    }

    /// The task is final: the rest of its text, then the exit code that says how it went.
    async fn end(mut self) -> Result<ExitCode, Failure> {
        let (reply, now) = self.read().await?;
        self.show(now.task.state, now.task.attempt, &now.text)?;
        match self.print {
            Print::Answer if self.answer.is_mid_line() => out::piece("\n")?,
            Print::Task => out::line(&reply.text)?,
            Print::Answer | Print::Events => {}
        }
        Ok(if now.task.state == TaskState::Completed { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
    }

    async fn waits(self, id: &str) -> Result<ExitCode, Failure> {
        let (reply, now) = self.read().await?;
        if self.print == Print::Task {
            out::line(&reply.text)?;
        }
        out::note(&match now.task.reason {
            Some(Reason::DayLimit) => "Allow more today with: meanwhile limit --more-today".to_owned(),
            Some(Reason::Approval | Reason::Question) => {
                format!("See what it asks with: meanwhile approvals --task {id}")
            }
            _ => format!("Then go on with: meanwhile resume {id}"),
        });
        Ok(ExitCode::from(FAILED))
    }
}

pub(crate) fn path_of(id: &str) -> String {
    format!("/background-agents/{}", segment(id))
}
