//! Time comes from here and from nowhere else.

use crate::model::{Day, Timestamp};

/// What the core asks for the time. Waits use the runtime's timer and are re-checked against this.
pub trait Clock: Send + Sync {
    /// The wall clock now.
    fn now(&self) -> Timestamp;

    /// The day on which a moment lies for the user; of a clock without a zone that in UTC.
    fn day(&self, at: Timestamp) -> Day {
        Day::utc(at)
    }

    /// The minute of the user's day, from 0; of a clock without a zone that in UTC.
    fn minute(&self, at: Timestamp) -> u16 {
        minute_in(&jiff::tz::TimeZone::UTC, at)
    }
}

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(jiff::Timestamp::now().as_millisecond())
    }

    fn day(&self, at: Timestamp) -> Day {
        // Asked for each time: who travels, or changes the zone, has other days from then on.
        day_in(&jiff::tz::TimeZone::system(), at).unwrap_or_else(|_| Day::utc(at))
    }

    fn minute(&self, at: Timestamp) -> u16 {
        minute_in(&jiff::tz::TimeZone::system(), at)
    }
}

/// The minute of the day in a zone. A moment beyond the calendar is taken for midnight.
fn minute_in(zone: &jiff::tz::TimeZone, at: Timestamp) -> u16 {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.as_ms()) else { return 0 };
    let time = at.to_zoned(zone.clone()).time();
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// The day of a moment in a zone.
fn day_in(zone: &jiff::tz::TimeZone, at: Timestamp) -> Result<Day, jiff::Error> {
    let date = jiff::Timestamp::from_millisecond(at.as_ms())?.to_zoned(zone.clone()).date();
    let first = |date: jiff::civil::Date| -> Result<Timestamp, jiff::Error> {
        Ok(Timestamp::from_ms(date.to_zoned(zone.clone())?.timestamp().as_millisecond()))
    };
    Ok(Day { date: date.to_string(), start: first(date)?, end: first(date.tomorrow()?)? })
}

/// Waits for a moment; without one, for ever.
pub async fn until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_on_which_the_clock_is_changed_are_shorter_and_longer_and_leave_no_gap() {
        // Written as a rule, so that no database of zones is needed.
        let berlin = jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let day = |text: &str| {
            let at: jiff::Timestamp = text.parse().unwrap();
            day_in(&berlin, Timestamp::from_ms(at.as_millisecond())).unwrap()
        };
        let hours = |day: &Day| day.end.since(day.start).as_secs() / 3_600;
        let (spring, autumn) = (day("2025-03-30T12:00:00Z"), day("2025-10-26T12:00:00Z"));
        assert_eq!((hours(&spring), hours(&autumn)), (23, 25));
        assert_eq!(autumn.date, "2025-10-26");
        assert_eq!(autumn.start.to_string(), "2025-10-25T22:00:00.000Z");
        assert_eq!(day("2025-10-26T23:30:00Z").start, autumn.end);
        assert_eq!(day("2025-10-25T21:59:59Z").end, autumn.start);
    }
}
