//! A call of a tool that a server of somebody else has. What it does to the world nobody knows, whatever it says of itself.

use super::{Step, Work, hash};
use crate::model::{CallState, Detail, RemoteTool, ServerRow, ToolEffect, one_line};
use crate::servers::Unready;
use crate::store::{Begun, CallEnd, CallsEnd, OpenCall, StoreError, Wanted};
use meanwhile_mcp::{Said, ServerError};
use serde_json::{Map, Value};

impl Work<'_> {
    pub(super) async fn remote(
        &self,
        call: &OpenCall,
        remote: &RemoteTool,
        is_its_turn: bool,
    ) -> Result<Step, StoreError> {
        let arguments: Map<String, Value> = match serde_json::from_str(&call.arguments) {
            Ok(arguments) => arguments,
            Err(error) => {
                let words = format!("The arguments of {} are no JSON object: {error}", call.tool);
                return self.failed(call, "not understood", words).await;
            }
        };
        let row = match self.servers.accepted(remote).await {
            Ok(row) => row,
            Err(unready) => return self.unready(call, remote, unready).await,
        };
        let mut wanted = self.wanted_of(call, remote, &row, &arguments);
        self.heed_what_it_heard(&mut wanted).await?;
        match self.store.is_allowed(self.id.clone(), wanted.clone(), self.clock.now()).await? {
            Some(true) => {}
            Some(false) => return self.forbidden(call, wanted.summary).await,
            None => return Ok(Step::Asks(wanted)),
        }
        if !is_its_turn {
            return Ok(Step::Over);
        }
        // Before the yes is used up: a server that is not there, or says other things now, costs none.
        let open = match self.servers.ready(&row).await {
            Ok(open) => open,
            Err(unready) => return self.unready(call, remote, unready).await,
        };
        match self.store.start_call(self.id.clone(), wanted.clone()).await? {
            Begun::Yes => {}
            Begun::Unwanted => return Ok(Step::Cut(CallsEnd::Stopped)),
            Begun::NotAllowed | Begun::TooManyFiles(_) => return Ok(Step::Asks(wanted)),
        }
        let said = self.servers.call(&row, &open, &remote.tool.tool, arguments).await;
        self.ended(call, end_of(said)).await
    }

    /// What one of them wrote may have made the model read the folder and send it to another.
    pub(super) async fn heed_what_it_heard(&self, wanted: &mut Wanted) -> Result<(), StoreError> {
        let Some(source) = wanted.detail.source().filter(|_| self.agent.folder.is_some()) else {
            return Ok(());
        };
        if self.store.has_heard_another(self.id.clone(), source).await? {
            wanted.asks_each_time = true;
            wanted.note += "It has read what others wrote elsewhere, and can read this folder, so a standing yes is not enough.";
        }
        Ok(())
    }

    async fn unready(
        &self,
        call: &OpenCall,
        remote: &RemoteTool,
        unready: Unready,
    ) -> Result<Step, StoreError> {
        let words = match unready {
            Unready::Store(error) => return Err(error),
            Unready::Words(words) => words,
        };
        let end = CallEnd {
            label: Some(summary(remote)),
            state: CallState::Failed,
            fact: Some("not there".to_owned()),
            result: words,
            left: Vec::new(),
        };
        self.ended(call, end).await
    }

    fn wanted_of(
        &self,
        call: &OpenCall,
        remote: &RemoteTool,
        row: &ServerRow,
        arguments: &Map<String, Value>,
    ) -> Wanted {
        let shown = serde_json::to_string_pretty(arguments).unwrap_or_default();
        let tool = meanwhile_tool::visible(&remote.tool.tool);
        let note = match call.is_unknown {
            true => {
                "Meanwhile ended while this was being done, and nobody knows whether it happened. A yes does it again."
            }
            false => "",
        };
        Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: Some(ToolEffect::Send),
            summary: summary(remote),
            hash: hash(&[
                self.id.as_str(),
                &self.agent.name,
                &remote.definition,
                &shown,
                if call.is_unknown { "again" } else { "" },
            ]),
            detail: Detail::Remote {
                server: row.name.clone(),
                tool,
                arguments: meanwhile_tool::visible(&shown),
                place: row.place.line(),
                definition: remote.definition.clone(),
            },
            note: note.to_owned(),
            asks_each_time: call.is_unknown,
        }
    }
}

fn summary(remote: &RemoteTool) -> String {
    one_line(&format!("Use {} of {}", meanwhile_tool::visible(&remote.tool.tool), remote.server), 120)
}

fn end_of(said: Result<Said, ServerError>) -> CallEnd {
    let (state, fact, result) = match said {
        Ok(said) if said.is_error => (CallState::Failed, "it says it did not work".to_owned(), said.text),
        Ok(said) => (CallState::Done, said.fact, said.text),
        Err(error @ ServerError::Refused { .. }) => {
            (CallState::Failed, "refused".to_owned(), format!("{error}."))
        }
        Err(error) => (
            CallState::Failed,
            "no answer".to_owned(),
            format!("{error}. It may have been done all the same; do not repeat it before you know."),
        ),
    };
    CallEnd { label: None, state, fact: Some(fact), result, left: Vec::new() }
}
