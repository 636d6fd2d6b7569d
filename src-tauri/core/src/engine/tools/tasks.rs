//! Parts of its work that an agent gives away as tasks of their own.

use super::{Step, Work};
use crate::store::{OpenCall, Started, StoreError};
use crate::tool;

impl Work<'_> {
    /// Starts them once, and waits until all are over: what they come to is stored as the result of this call when the last of
    /// them ends.
    pub(super) async fn tasks(&self, call: &OpenCall, is_its_turn: bool) -> Result<Step, StoreError> {
        if !is_its_turn {
            return Ok(Step::Over);
        }
        let portions = match tool::portions(&call.arguments) {
            Ok(portions) => portions,
            Err(words) => return self.failed(call, "not understood", words).await,
        };
        match self.store.start_tasks(self.id.clone(), call.number, portions).await? {
            Started::Waits => Ok(Step::Waits),
            Started::Over => Ok(Step::Over),
            Started::Refused(words) => self.failed(call, "not started", words).await,
        }
    }
}
