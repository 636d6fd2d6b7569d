use super::Core;
use super::tasks::PROMPT;
use crate::command::{CommandError, Proposed};
use crate::model::{Admission, Audit, Calibration, Timestamp};

/// Milliseconds.
const WEEK: i64 = 7 * 24 * 3_600 * 1_000;

impl Core {
    /// What would be suggested for a prompt if it were sent now, and why. Nothing is stored, and nobody is asked.
    ///
    /// # Errors
    /// `Invalid` for a prompt of more than 4 MiB, a file that is not here, or a model of no provider.
    pub async fn admit(&self, proposed: Proposed) -> Result<Admission, CommandError> {
        if proposed.text.len() > PROMPT {
            return Err(CommandError::invalid("the prompt has more than 4 MiB"));
        }
        Ok(self.store().admit(proposed).await?)
    }

    /// How good the forecasts of the newest tasks were.
    pub async fn calibration(&self) -> Result<Calibration, CommandError> {
        Ok(self.store().calibration().await?)
    }

    /// What was sat through in the last seven days, and what could be suggested better.
    pub async fn audit(&self) -> Result<Audit, CommandError> {
        let now = self.inner.clock.now().as_ms();
        Ok(self.store().audit(Timestamp::from_ms(now - WEEK)).await?)
    }
}
