//! How long a provider asks us to wait.

use reqwest::header::HeaderMap;
use std::time::Duration;

/// No wait is longer than this, whatever a server says. Source: F26 of the reliability notes.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The wait a refusal asks for, at most 15 minutes; `None` when it does not say.
///
/// Public for the fuzz targets only.
pub fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let exact =
        text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()).and_then(|ms| seconds(ms / 1000.0));
    let asked = exact
        .or_else(|| {
            text("retry-after").and_then(|value| number(value).or_else(|| until(value, text("date"))))
        })
        .or_else(|| reset(&text));
    asked.map(|wait| wait.min(LONGEST))
}

fn number(value: &str) -> Option<Duration> {
    value.parse().ok().and_then(seconds)
}

fn seconds(value: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(value).ok()
}

/// Measured against the server's own clock, so that a wrong clock here does not matter.
fn until(date: &str, now: Option<&str>) -> Option<Duration> {
    let parse = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp().as_second());
    let wait = parse(date)? - parse(now?)?;
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or_default()))
}

/// The longest reset among the limits that are used up.
fn reset<'a>(text: &impl Fn(&str) -> Option<&'a str>) -> Option<Duration> {
    ["", "-requests", "-tokens"]
        .into_iter()
        .filter(|kind| text(&format!("x-ratelimit-remaining{kind}")).is_none_or(|left| left == "0"))
        .filter_map(|kind| text(&format!("x-ratelimit-reset{kind}")))
        .filter_map(|value| span(value, text("date")))
        .max()
}

/// A wait written as a span such as `37s`, at most 15 minutes.
pub(super) fn span_of(value: &str) -> Option<Duration> {
    span(value, None).map(|wait| wait.min(LONGEST))
}

/// A number of seconds, a span such as `6m0s` or `20ms`, or a moment in Unix seconds or milliseconds.
fn span(value: &str, now: Option<&str>) -> Option<Duration> {
    /// Larger numbers are moments, not spans: 2001 in seconds.
    const FIRST_MOMENT: f64 = 1e9;
    if let Ok(plain) = value.parse::<f64>() {
        if plain < FIRST_MOMENT {
            return seconds(plain);
        }
        let moment = if plain < FIRST_MOMENT * 1000.0 { plain } else { plain / 1000.0 };
        let now = jiff::fmt::rfc2822::parse(now?).ok()?.timestamp().as_second();
        return seconds((moment - now as f64).max(0.0));
    }
    let (mut total, mut rest) = (0.0, value);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..digits].parse().ok()?;
        let unit = &rest[digits..];
        let end = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
        total += amount
            * match &unit[..end] {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                "d" => 86_400.0,
                _ => return None,
            };
        rest = &unit[end..];
    }
    seconds(total)
}
