//! Calls that concern the task itself: its plan, a question to its user, a word to them on the way.

use super::{Step, Work, hash};
use crate::model::{BEGIN, CallState, Detail, one_line};
use crate::store::{CallEnd, OpenCall, StoreError, Wanted};
use crate::tool;

impl Work<'_> {
    pub(super) async fn plan(&self, call: &OpenCall) -> Result<Step, StoreError> {
        let plan = match tool::plan(&call.arguments) {
            Ok(plan) => plan,
            Err(words) => return self.failed(call, "not understood", words).await,
        };
        self.store.set_plan(self.id.clone(), plan).await?;
        let end = CallEnd {
            label: Some("Update the plan".to_owned()),
            state: CallState::Done,
            fact: None,
            result: "The user sees it.".to_owned(),
            left: Vec::new(),
        };
        self.ended(call, end).await
    }

    /// The plan as a question, to which one answer alone is a yes.
    pub(super) async fn proposal(&self, call: &OpenCall) -> Result<Step, StoreError> {
        let plan = match tool::plan(&call.arguments) {
            Ok(plan) => plan,
            Err(words) => return self.failed(call, "not understood", words).await,
        };
        let lines: Vec<_> = plan.iter().zip(1..).map(|(item, n)| format!("{n}. {}", item.label)).collect();
        self.store.set_plan(self.id.clone(), plan).await?;
        Ok(Step::Asks(Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: None,
            summary: "Agree to its plan".to_owned(),
            hash: hash(&[self.id.as_str(), &call.arguments]),
            detail: Detail::Question {
                text: format!(
                    "This is my plan:\n\n{}\n\nShall I begin? Any other answer changes the plan.",
                    lines.join("\n")
                ),
                options: vec![BEGIN.to_owned()],
            },
            note: String::new(),
            asks_each_time: true,
        }))
    }

    pub(super) async fn question(&self, call: &OpenCall) -> Result<Step, StoreError> {
        let (text, options) = match tool::question(&call.arguments) {
            Ok(question) => question,
            Err(words) => return self.failed(call, "not understood", words).await,
        };
        Ok(Step::Asks(Wanted {
            call: call.number,
            tool: call.tool.clone(),
            effect: None,
            summary: one_line(&text, 120),
            hash: hash(&[self.id.as_str(), &call.arguments]),
            detail: Detail::Question { text, options },
            note: String::new(),
            asks_each_time: true,
        }))
    }

    /// What the agent says on the way: told, and over, in one transaction.
    pub(super) async fn notice(&self, call: &OpenCall) -> Result<Step, StoreError> {
        let text = match tool::notice(&call.arguments) {
            Ok(text) => text,
            Err(words) => return self.failed(call, "not understood", words).await,
        };
        let end = CallEnd {
            label: Some(one_line(&format!("Tell you: {text}"), 240)),
            state: CallState::Done,
            fact: None,
            result: "The user is told. Go on.".to_owned(),
            left: Vec::new(),
        };
        if self.store.tell(self.id.clone(), call.number, text, end).await? {
            return Ok(Step::Over);
        }
        self.failed(call, "said enough", tool::SAID_ENOUGH.to_owned()).await
    }
}
