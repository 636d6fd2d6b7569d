use super::Core;
use crate::command::CommandError;
use crate::model::{Day, Settings, Timestamp, UsageReport};
use std::ops::RangeInclusive;

/// Days that can be looked back on: ten years.
const DAYS: RangeInclusive<u32> = 1..=3_660;

impl Core {
    /// What was used in the last days, today included; `None` for all of them.
    ///
    /// # Errors
    /// `Invalid` for none, or more than 3,660.
    pub async fn usage(&self, days: Option<u32>) -> Result<UsageReport, CommandError> {
        if days.is_some_and(|days| !DAYS.contains(&days)) {
            return Err(CommandError::invalid("days is a number from 1 to 3,660"));
        }
        let today = self.inner.clock.day(self.inner.clock.now());
        let settings = self.store().settings()?;
        let (limit_usd, limit_tokens) = settings.day_limit.on(&today);
        let first =
            if days.is_none() { self.store().first_used()?.unwrap_or(today.start) } else { today.start };
        let days = self.days_until(today, days.unwrap_or(*DAYS.end()), days.is_none().then_some(first));
        Ok(UsageReport { limit_usd, limit_tokens, ..self.store().usage(days).await? })
    }

    /// So many days up to this one, oldest first, but none that ended before `first`.
    fn days_until(&self, last: Day, most: u32, first: Option<Timestamp>) -> Vec<Day> {
        let mut days = vec![last];
        while let Some(next) = days.last()
            && days.len() < most as usize
            && first.is_none_or(|first| next.start > first)
        {
            // Asked of the clock each time: days are not all as long.
            let before = Timestamp::from_ms(next.start.as_ms() - 1);
            days.push(self.inner.clock.day(before));
        }
        days.reverse();
        days
    }

    /// Allows the limit of a day once more for today; what waits for it goes on.
    ///
    /// # Errors
    /// `Invalid` without a limit.
    pub async fn allow_today(&self) -> Result<Settings, CommandError> {
        Ok(self.store().allow_today().await?)
    }
}
