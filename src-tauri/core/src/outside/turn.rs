//! One request to a program: started or taken up where it waits, told what was decided, and heard until it asks or is done.

use super::{Live, Outside, Sessions, prompt};
use crate::model::{
    AgentAtWork, AgentProgram, AskedCall, FinishReason, GO_ON, MadeStep, PERMISSION, PlanItem, START_PROGRAM,
    SaidCall, StepState, TaskId, one_line,
};
use crate::provider::{CompletionRequest, ProviderError, ProviderEvent};
use meanwhile_acp::{AcpError, Ending, Entry, EntryState, Heard, Permission, Session, Stopped};
use meanwhile_tool::{Program, visible};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long a program has to say that it is there.
const START: Duration = Duration::from_secs(30);
/// How long it may be silent. A test suite that it runs says nothing for minutes.
const SILENCE: Duration = Duration::from_secs(600);
/// What it asks for within this time is asked together.
const GATHER: Duration = Duration::from_millis(200);
/// Lines of a plan, and letters of a line and of a label.
const PLAN_LINES: usize = 40;
const LETTERS: usize = 200;

/// One request.
pub(super) struct Turn {
    sessions: Arc<Sessions>,
    task: TaskId,
    is_again: bool,
    agent: AgentAtWork,
    request: CompletionRequest,
    live: Option<Live>,
    events: VecDeque<ProviderEvent>,
    asked: Vec<AskedCall>,
    asks_at: Option<Instant>,
    is_over: bool,
}

impl Turn {
    pub fn of(outside: &Outside, request: CompletionRequest) -> Self {
        Self {
            sessions: Arc::clone(&outside.sessions),
            task: outside.task.clone(),
            // The first attempt asks for the start, the second one starts.
            is_again: outside.attempt > 2,
            agent: outside.agent.clone(),
            request,
            live: None,
            events: VecDeque::new(),
            asked: Vec::new(),
            asks_at: None,
            is_over: false,
        }
    }

    pub async fn next(&mut self) -> Option<Result<ProviderEvent, ProviderError>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(event));
            }
            if self.is_over {
                return None;
            }
            let gone_on = if self.live.is_none() { self.begin().await } else { self.hear().await };
            if let Err(error) = gone_on {
                (self.is_over, self.live) = (true, None);
                return Some(Err(self.named(error)));
            }
        }
    }

    /// Asks for the start, or starts, or takes up what waits.
    async fn begin(&mut self) -> Result<(), AcpError> {
        let Some(program) = self.agent.program.clone() else {
            return Err(AcpError::Unusable("is no program".to_owned()));
        };
        let opaque = own(&self.task);
        let calls = || self.request.messages.iter().flat_map(|said| &said.calls);
        let starts: Vec<&SaidCall> = calls()
            .filter(|call| call.tool == START_PROGRAM && call.opaque.as_ref() == Some(&opaque))
            .collect();
        match starts.last() {
            None => {
                self.asked.push(self.start(&program, opaque));
                self.ask();
                return Ok(());
            }
            Some(refused) if starts.iter().all(|start| start.is_error) => {
                let words = format!("{} was not started. {}", self.agent.name, refused.result);
                self.events.push_back(ProviderEvent::Text(words));
                self.finish(FinishReason::Stop);
                return Ok(());
            }
            Some(_) => {}
        }
        let said = prompt::said_by_user(&self.request.messages);
        let mut live = match self.sessions.take(&self.task) {
            Some(mut live) => {
                for name in live.session.waiting() {
                    let answer = calls().find(|call| call.opaque.as_ref() == Some(&live.opaque(&name)));
                    live.session.answer(&name, answer.is_some_and(|call| !call.is_error));
                    // The protocol has no place for the words of a no.
                    live.owed.extend(answer.filter(|call| call.is_error).and_then(prompt::words_of));
                }
                live
            }
            None => {
                let patience = self.request.silence.map_or(START, |silence| silence.min(START));
                let mut session = Session::open(&self.program(&program), patience).await?;
                session.prompt(&prompt::whole(&self.request, &opaque, self.is_again));
                Live { session, heard: said.len(), name: fastrand::u64(..), owed: Vec::new() }
            }
        };
        // A text that goes on after a call has its gap already.
        live.session.follows(self.request.messages.last().is_some_and(|last| last.text == GO_ON));
        live.owed
            .extend(said.get(live.heard..).map(str::trim).filter(|new| !new.is_empty()).map(str::to_owned));
        live.heard = said.len();
        if !live.session.is_at_work() {
            let words = if live.owed.is_empty() { "Go on.".to_owned() } else { live.owed.join("\n\n") };
            live.owed.clear();
            live.session.prompt(&words);
        }
        self.live = Some(live);
        self.events.push_back(ProviderEvent::Accepted);
        Ok(())
    }

    async fn hear(&mut self) -> Result<(), AcpError> {
        let Some(live) = &mut self.live else { return Ok(()) };
        let next = live.session.next(self.request.silence.unwrap_or(SILENCE));
        let heard = match self.asks_at {
            None => next.await?,
            Some(at) => match timeout_at(at, next).await {
                Ok(heard) => heard?,
                Err(_) => {
                    self.ask();
                    return Ok(());
                }
            },
        };
        match heard {
            Heard::Text(text) => self.events.push_back(ProviderEvent::Text(text)),
            Heard::Thought(text) => self.events.push_back(ProviderEvent::Reasoning(text)),
            Heard::Plan(entries) => self.events.push_back(ProviderEvent::Plan(plan(entries))),
            Heard::Step(ending) => self.events.push_back(ProviderEvent::Step(step(ending))),
            Heard::Permission(name, permission) => {
                let (opaque, arguments) = (live.opaque(&name), arguments(&permission));
                self.asked.push(AskedCall { tool: PERMISSION.to_owned(), arguments, opaque: Some(opaque) });
                self.asks_at.get_or_insert_with(|| Instant::now() + GATHER);
            }
            Heard::Stopped(_) if !live.owed.is_empty() => {
                let words = std::mem::take(&mut live.owed).join("\n\n");
                live.session.prompt(&words);
            }
            Heard::Stopped(stopped) => {
                // Its user may have said more meanwhile.
                self.put_back();
                self.finish(match stopped {
                    Stopped::Done => FinishReason::Stop,
                    Stopped::Length => FinishReason::Length,
                    Stopped::Refusal => FinishReason::ContentFilter,
                    Stopped::Other => FinishReason::Other,
                });
            }
        }
        Ok(())
    }

    /// Hands over what is asked for; the program waits.
    fn ask(&mut self) {
        self.put_back();
        self.events.extend(self.asked.drain(..).map(ProviderEvent::Call));
        self.finish(FinishReason::ToolCalls);
    }

    fn put_back(&mut self) {
        if let Some(live) = self.live.take() {
            self.sessions.put(&self.task, live);
        }
    }

    fn finish(&mut self, reason: FinishReason) {
        self.events.push_back(ProviderEvent::Finished(reason));
        self.is_over = true;
    }

    fn start(&self, program: &AgentProgram, opaque: String) -> AskedCall {
        let mut arguments = json!({ "program": program.line(), "folder": self.agent.folder });
        if let Some(fields) = arguments.as_object_mut().filter(|_| !program.variables.is_empty()) {
            fields.insert("variables".to_owned(), json!(program.variables));
        }
        AskedCall { tool: START_PROGRAM.to_owned(), arguments: arguments.to_string(), opaque: Some(opaque) }
    }

    fn program(&self, program: &AgentProgram) -> Program {
        let value = |name: &String| Some((name.clone(), std::env::var(name).ok()?));
        let mut words = program.words.iter().cloned();
        Program {
            name: words.next().unwrap_or_default(),
            arguments: words.collect(),
            folder: self.agent.folder.clone().unwrap_or_default().into(),
            variables: program.variables.iter().filter_map(value).collect(),
            watched_by: None,
        }
    }

    fn named(&self, error: AcpError) -> ProviderError {
        let agent = self.agent.name.clone();
        match error {
            AcpError::Unusable(said) => ProviderError::ProgramUnusable { agent, said },
            AcpError::Ended(said) => ProviderError::ProgramEnded { agent, said },
        }
    }
}

/// What the call that starts a task's program comes with. One that goes on from another task needs a yes of its own.
fn own(task: &TaskId) -> String {
    json!({ "task": task }).to_string()
}

/// All of it in one order, so that the same is the same.
fn arguments(permission: &Permission) -> String {
    serde_json::to_value(permission).unwrap_or_default().to_string()
}

fn plan(entries: Vec<Entry>) -> Vec<PlanItem> {
    let item = |entry: Entry| {
        let (label, counted) = prompt::counted(&entry.label);
        PlanItem {
            label: one_line(&visible(label), LETTERS),
            state: match entry.state {
                EntryState::Pending => StepState::Pending,
                EntryState::Current => StepState::Current,
                EntryState::Done => StepState::Done,
            },
            done: counted.map(|(done, _)| done),
            total: counted.map(|(_, total)| total),
        }
    };
    entries.into_iter().take(PLAN_LINES).map(item).collect()
}

fn step(ending: Ending) -> MadeStep {
    // Some say only which file it was.
    let is_name = !ending.title.trim().contains(' ') && ending.kind != "other";
    let title = if is_name { format!("{}: {}", ending.kind, ending.title) } else { ending.title };
    let label = one_line(&visible(&title), LETTERS);
    MadeStep {
        label: if label.is_empty() { "A step of its own".to_owned() } else { label },
        kind: one_line(&visible(&ending.kind), 20),
        is_failed: ending.is_failed,
        result: visible(&ending.text),
    }
}
