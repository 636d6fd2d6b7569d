//! How long something would take, and how good such forecasts were, in words.

use crate::args::Forecast as Of;
use crate::ask::prompt;
use crate::attach;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::out;
use crate::words::one_line;
use meanwhile_core::model::{Admission, Calibration, Forecast, Shape, Sign, Tier};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn forecast(folder: &Path, of: Of) -> Result<ExitCode, Failure> {
    if of.prompt.is_none() {
        return score(folder, of.json).await;
    }
    let text = prompt(of.prompt.as_deref()).await?;
    let connection = Connection::open(folder).await?;
    let attachments = attach::files(&connection, &of.attach).await?;
    let proposed = json!({ "text": text, "attachments": attachments, "model": of.model, "agent": of.agent });
    let reply = connection.post("/admission", &proposed).await?;
    if of.json {
        out::line(&reply.text)?;
    } else {
        out::line(&explained(&reply.parse()?))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn score(folder: &Path, is_json: bool) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get("/forecasts").await?;
    if is_json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let score: Calibration = reply.parse()?;
    if score.of == 0 {
        out::note("No task had a forecast yet: it takes five of a kind that are done.");
        return Ok(ExitCode::SUCCESS);
    }
    out::line(&format!("{} of {} forecasts were right", score.right, score.of))?;
    for model in score.models {
        out::line(&format!("{:>5} of {:<5} {}", model.right, model.of, one_line(&model.name)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Why, how long, and what follows of it.
fn explained(admission: &Admission) -> String {
    let signs = admission.signs.iter().map(|sign| reason(*sign));
    let what = match (admission.tier, admission.signs.is_empty()) {
        (Tier::Upfront, _) => "The background fits: meanwhile ask --background.",
        (Tier::Detach, _) => "It may be sent to the background while it is answered.",
        (Tier::Inline, true) => "Nothing says that it takes long, so it is answered while you watch.",
        (Tier::Inline, false) => "The background is not suggested for it.",
    };
    let known = match admission.forecast {
        Some(forecast) => format!("{}, from {} tasks like it.", usually(&forecast), forecast.from),
        None => "No history yet.".to_owned(),
    };
    signs.chain([known, what.to_owned()]).collect::<Vec<_>>().join(" ")
}

fn reason(Sign { shape, count }: Sign) -> String {
    let counted = |one: &str, some: &str| match count {
        Some(1) => format!("1 {one}"),
        Some(count) => format!("about {count} {one}s"),
        None => some.to_owned(),
    };
    match shape {
        Shape::Document => format!("This reads {}.", counted("page", "many pages")),
        Shape::Sources if count.is_some() => format!("This reads {}.", counted("file", "several files")),
        Shape::Sources => "This reads several sources.".to_owned(),
        Shape::Research => "This is research.".to_owned(),
        Shape::Verification => "There is much to check.".to_owned(),
        Shape::Maintenance => "There is much to change.".to_owned(),
        Shape::Release => "All that a release needs is to be done.".to_owned(),
    }
}

/// `Usually 3–5 min`.
pub(crate) fn usually(forecast: &Forecast) -> String {
    format!("Usually {}", range(forecast.low_ms, forecast.high_ms))
}

/// Whole minutes or hours; below two minutes, steps of five seconds.
fn range(low_ms: u64, high_ms: u64) -> String {
    let (step, unit) = match high_ms {
        0..120_000 => (5_000, "s"),
        120_000..5_400_000 => (60_000, "min"),
        _ => (3_600_000, "h"),
    };
    let each = if unit == "s" { 5 } else { 1 };
    let (low, high) = (low_ms / step * each, high_ms.div_ceil(step).max(1) * each);
    if low == 0 { format!("up to {high} {unit}") } else { format!("{low}–{high} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_said_in_whole_steps_that_hold_it() {
        let said =
            [(0, 900), (41_000, 71_000), (30_000, 130_000), (185_000, 290_000), (3_700_000, 9_000_000)];
        let words = said.map(|(low, high)| range(low, high));
        assert_eq!(words, ["up to 5 s", "40–75 s", "up to 3 min", "3–5 min", "1–3 h"]);
    }

    #[test]
    fn what_is_suggested_is_explained() {
        let sign = |shape, count| Sign { shape, count };
        let forecast = Some(Forecast { low_ms: 185_000, high_ms: 290_000, usual_ms: 200_000, from: 7 });
        let long = Admission { tier: Tier::Upfront, signs: vec![sign(Shape::Document, Some(50))], forecast };
        assert_eq!(
            explained(&long),
            "This reads about 50 pages. Usually 3–5 min, from 7 tasks like it. The background fits: meanwhile ask --background."
        );
        assert_eq!(
            explained(&Admission::default()),
            "No history yet. Nothing says that it takes long, so it is answered while you watch."
        );
    }
}
