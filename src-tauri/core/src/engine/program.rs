//! What the program of an agent asks: to be started, and before it does something. A yes lets it go on; it acts itself.

use super::history::History;
use super::tools::{Step, Work, hash, held};
use crate::model::{
    AgentAtWork, CallState, Detail, Overdrawn, PERMISSION, START_PROGRAM, ToolEffect, one_line,
};
use crate::outside::Permission;
use crate::store::{Begun, CallEnd, CallsEnd, Claimed, OpenCall, Store, StoreError, Wanted};
use crate::tool;
use meanwhile_tool::{Effect, Planned, Workspace, difference, visible};

/// Letters of a summary.
const SUMMARY: usize = 120;

/// What a started program is kept by.
const FREE: &str = "Nothing keeps it in its folder: it can do on this computer whatever you can. It asks before it changes \
                    something, but nothing makes it.";

/// Whether a program asks for this.
pub fn is_its(agent: &AgentAtWork, tool: &str) -> bool {
    agent.program.is_some() && [START_PROGRAM, PERMISSION].contains(&tool)
}

/// From now on a program may change its folder.
pub async fn begins(store: &Store, claimed: &Claimed) {
    if claimed.agent.as_ref().is_some_and(|agent| agent.program.is_some())
        && let Err(error) = store.program_works(claimed.task_id.clone()).await
    {
        tracing::warn!(task = %claimed.task_id, %error, "that a program works could not be noted");
    }
}

/// Notes what a program changed by itself, however its attempt ended.
pub async fn note_changes(store: &Store, history: &History, claimed: &Claimed) {
    let Some(agent) = claimed.agent.as_ref().filter(|agent| agent.program.is_some()) else { return };
    let Some(folder) = agent.folder.clone() else { return };
    let Ok(Ok(workspace)) = tokio::task::spawn_blocking(move || held(&folder)).await else {
        return;
    };
    if let Err(error) = history.catch_up(store, &claimed.task_id, &workspace).await {
        tracing::warn!(task = %claimed.task_id, %error, "what a program changed could not be noted");
    }
}

impl Work<'_> {
    /// Asks its user what the program asks, and hands the answer on.
    pub(super) async fn of_program(&self, call: &OpenCall, is_its_turn: bool) -> Result<Step, StoreError> {
        let Some(workspace) = &self.workspace else {
            return self.failed(call, "no folder", "There is no folder.".to_owned()).await;
        };
        let is_start = call.tool == START_PROGRAM;
        if !is_start && !self.sessions.is_waiting_for(self.id, call.opaque.as_deref()) {
            let words = "The program that asked this had ended before it was answered, so nothing was done.";
            let end = CallEnd {
                label: Some(one_line(&visible(&asked(call).title), SUMMARY))
                    .filter(|label| !label.is_empty()),
                state: CallState::Failed,
                fact: Some("its program had ended".to_owned()),
                result: words.to_owned(),
                left: Vec::new(),
            };
            return self.ended(call, end).await;
        }
        let (mut wanted, writes) = match is_start {
            true => (self.start_wanted(call), None),
            false => self.permission_wanted(call, workspace, &asked(call)),
        };
        let said = self.store.is_allowed(self.id.clone(), wanted.clone(), self.clock.now()).await?;
        if said == Some(false) {
            return self.forbidden(call, wanted.summary).await;
        }
        if said.is_none() {
            if is_start {
                wanted.note += &self.history.uncovered(workspace).await;
            }
            return Ok(Step::Asks(wanted));
        }
        if !is_its_turn {
            return Ok(Step::Over);
        }
        // All of the folder is kept before the program begins. A file that it names is kept as it is then, too.
        if is_start || writes.is_some() {
            let planned = Planned {
                effect: if is_start { Effect::Run } else { Effect::Write },
                summary: wanted.summary.clone(),
                writes: writes.into_iter().collect(),
                detail: meanwhile_tool::Detail::None,
                basis: wanted.hash.clone(),
            };
            if let Err(error) =
                self.history.keep(self.store, self.id, call.number, workspace, &planned).await?
            {
                let words = format!("Nothing was done, because the file could not be kept before: {error}.");
                return self.failed(call, "not kept", words).await;
            }
        }
        match self.store.start_call(self.id.clone(), wanted.clone()).await? {
            Begun::Yes => {}
            Begun::NotAllowed => return Ok(Step::Asks(wanted)),
            Begun::Unwanted => return Ok(Step::Cut(CallsEnd::Stopped)),
            Begun::TooManyFiles(most) => return Ok(Step::Cut(CallsEnd::TooMany(Overdrawn::Files(most)))),
        }
        let end = CallEnd {
            label: None,
            state: CallState::Done,
            fact: Some("allowed".to_owned()),
            result: "The user allowed it.".to_owned(),
            left: Vec::new(),
        };
        self.ended(call, end).await
    }

    fn start_wanted(&self, call: &OpenCall) -> Wanted {
        let line = self.agent.program.as_ref().map(|program| visible(&program.line())).unwrap_or_default();
        let variables = self.agent.program.iter().flat_map(|program| &program.variables);
        let variables: Vec<&str> = variables.map(String::as_str).collect();
        let mut note =
            "Where it ends before its work is done, it is started again for this task. ".to_owned();
        if !variables.is_empty() {
            note += &format!("It gets what is in {}. ", variables.join(", "));
        }
        Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: Some(ToolEffect::Run),
            summary: one_line(&format!("Start `{line}`"), SUMMARY),
            detail: Detail::Command {
                line,
                folder: self.agent.folder.clone().unwrap_or_default(),
                sandbox: FREE.to_owned(),
                is_contained: false,
                network: true,
            },
            note,
            hash: self.hash_of(call),
            asks_each_time: call.is_unknown,
        }
    }

    /// What it asks, for people, and the one file that it would write.
    fn permission_wanted(
        &self,
        call: &OpenCall,
        workspace: &Workspace,
        asked: &Permission,
    ) -> (Wanted, Option<String>) {
        let writes = match (asked.kind.as_str(), asked.diffs.as_slice()) {
            ("edit" | "delete" | "move", [diff]) => workspace.inside(&diff.path).filter(|path| path != "."),
            _ => None,
        };
        let title = visible(if asked.title.trim().is_empty() { "Go on" } else { asked.title.trim() });
        let (detail, summary) = match (&writes, asked.diffs.as_slice()) {
            (Some(path), [diff]) => {
                let change = difference(path, diff.old.as_deref(), &diff.new);
                (tool::detail(change), format!("Edit {}", visible(path)))
            }
            _ => {
                let line = match (asked.kind.as_str(), asked.command()) {
                    ("execute", Some(command)) => visible(&command),
                    _ => said(workspace, asked),
                };
                let detail = Detail::Command {
                    line,
                    folder: self.agent.folder.clone().unwrap_or_default(),
                    sandbox: FREE.to_owned(),
                    is_contained: false,
                    network: true,
                };
                (detail, title)
            }
        };
        let outside = outside(workspace, asked);
        let note = match outside.as_slice() {
            [] => String::new(),
            paths => format!("This is outside of the folder, and cannot be put back: {}. ", paths.join(", ")),
        };
        let effect = if writes.is_some() { ToolEffect::Write } else { ToolEffect::Run };
        let wanted = Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: Some(effect),
            summary: one_line(&summary, SUMMARY),
            detail,
            note,
            hash: self.hash_of(call),
            asks_each_time: effect == ToolEffect::Run || !outside.is_empty() || call.is_unknown,
        };
        (wanted, writes)
    }

    fn hash_of(&self, call: &OpenCall) -> String {
        let again = if call.is_unknown { "again" } else { "" };
        hash(&[self.id.as_str(), &self.agent.name, &call.tool, &call.arguments, again])
    }
}

/// What the program asks. Its arguments were written here, so they can be read.
fn asked(call: &OpenCall) -> Permission {
    serde_json::from_str(&call.arguments).unwrap_or_default()
}

/// Files that it names and that do not belong to the folder.
fn outside(workspace: &Workspace, asked: &Permission) -> Vec<String> {
    let named = asked.diffs.iter().map(|diff| &diff.path).chain(&asked.locations);
    let mut outside: Vec<String> =
        named.filter(|path| workspace.inside(path).is_none()).map(|path| visible(path)).collect();
    outside.dedup();
    outside.truncate(10);
    outside
}

/// All that it says about what it wants, to be read.
fn said(workspace: &Workspace, asked: &Permission) -> String {
    let mut parts = vec![visible(&asked.title)];
    parts.extend(Some(visible(&asked.text)).filter(|text| !text.is_empty()));
    for diff in &asked.diffs {
        let path = workspace.inside(&diff.path).unwrap_or_else(|| diff.path.clone());
        if let meanwhile_tool::Detail::Diff { text, .. } = difference(&path, diff.old.as_deref(), &diff.new) {
            parts.push(text);
        }
    }
    if asked.diffs.is_empty() {
        parts.extend(asked.locations.iter().map(|path| visible(path)));
    }
    if !asked.input.is_null() {
        parts.push(visible(&serde_json::to_string_pretty(&asked.input).unwrap_or_default()));
    }
    parts.join("\n")
}
