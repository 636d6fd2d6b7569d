use crate::args::{By, Limit, UsageOf};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::out;
use crate::words::one_line;
use meanwhile_core::model::{Settings, Spent, UsageReport};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn usage(folder: &Path, of: UsageOf) -> Result<ExitCode, Failure> {
    let days = if of.all { "all".to_owned() } else { of.days.to_string() };
    let reply = Connection::open(folder).await?.get(&format!("/usage?days={days}")).await?;
    if of.json {
        out::line(&reply.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let report: UsageReport = reply.parse()?;
    let rows: Vec<(String, Spent)> = match of.by {
        By::Day => report.days.into_iter().map(|day| (day.date, day.spent)).collect(),
        By::Model => report.models.into_iter().map(|row| (row.model, row.spent)).collect(),
        By::Conversation => {
            report.conversations.into_iter().map(|row| (one_line(&row.title), row.spent)).collect()
        }
    };
    if report.total.requests == 0 {
        out::note("Nothing was used in these days.");
        return Ok(ExitCode::SUCCESS);
    }
    line("", "READ", "WRITTEN", "COST")?;
    // A day on which nothing was used says nothing.
    for (name, spent) in rows.iter().filter(|(_, spent)| spent.requests > 0) {
        tell(name, spent)?;
    }
    tell("Total", &report.total)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(name: &str, spent: &Spent) -> Result<(), Failure> {
    let about = |tokens: u64| if spent.estimated { format!("about {tokens}") } else { tokens.to_string() };
    line(name, &about(spent.input_tokens), &about(spent.output_tokens), &cost(spent))
}

fn line(name: &str, read: &str, written: &str, cost: &str) -> Result<(), Failure> {
    out::line(format!("{read:>14} {written:>14}  {cost:<20}  {name}").trim_end())
}

/// What is not known is said, and not taken for nothing.
fn cost(spent: &Spent) -> String {
    match (spent.cost_usd, spent.unpriced) {
        (Some(usd), 0) => format!("${usd:.4}"),
        (Some(usd), _) => format!("${usd:.4} + unknown"),
        (None, _) => "unknown".to_owned(),
    }
}

/// Says the limit of a day, after it was changed if that is asked for.
pub(crate) async fn limit(folder: &Path, limit: Limit) -> Result<ExitCode, Failure> {
    let connection = Connection::open(folder).await?;
    let mut settings: Settings = connection.get("/settings").await?.parse()?;
    if limit.more_today {
        settings = connection.post("/usage/more-today", &json!({})).await?.parse()?;
    } else if limit.off || limit.usd.is_some() || limit.tokens.is_some() {
        // What is not said is not limited, as with the budget of a task.
        let chosen = json!({ "day_limit": { "usd": limit.usd, "tokens": limit.tokens } });
        settings = connection.put("/settings", &chosen).await?.parse()?;
    }
    let report: UsageReport = connection.get("/usage?days=1").await?.parse()?;
    if limit.json {
        let said = json!({
            "day_limit": settings.day_limit,
            "limit_usd": report.limit_usd,
            "limit_tokens": report.limit_tokens,
            "today": report.total,
        });
        out::line(&said.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    if settings.day_limit.is_none() {
        out::line("A day has no limit. Set one with --usd or --tokens.")?;
    }
    if let Some(usd) = report.limit_usd {
        out::line(&format!("Today         {} of ${usd:.2}", cost(&report.total)))?;
    }
    if let Some(tokens) = report.limit_tokens {
        out::line(&format!("Today         {} of {tokens} tokens written", report.total.output_tokens))?;
    }
    Ok(ExitCode::SUCCESS)
}
