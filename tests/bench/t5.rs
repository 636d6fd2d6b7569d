//! T5: how much later the first token comes than over a direct connection.

use crate::follower::{Follower, Frame};
use crate::load::{Load, model, monotonic_us, quantile, stamps};
use crate::report::{Figure, Report};
use crate::server::{self, Server};
use crate::{Choice, Outcome, floor, process};
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use std::collections::HashMap;
use tokio::task::JoinSet;

/// Answers started at the same moment.
const AT_ONCE: usize = 64;
/// Rounds of each; a round is one number, or one for each of the answers. With 10 of them the median moved by 4 ms from run
/// to run, with 60 by 1 to 2.
const ROUNDS: usize = 60;
const ALONE_ROUNDS: usize = 40;

/// What Open WebUI adds. Source: recorded in November 2026 on two cores.
const OPEN_WEBUI_AT_ONCE: f64 = 2_046.0;
const OPEN_WEBUI_ALONE: f64 = 41.0;

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&["T5"]) {
        return Ok(());
    }
    eprintln!("the first token, {AT_ONCE} at once and one alone, direct and through the core in turn");
    let load = Load::start().await?;
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), &load).await?;
    let client = server::client()?;
    let mut follower = server.follow().await?;

    let (at_once, direct) = rounds(&load, &client, &server, &mut follower, AT_ONCE, ROUNDS).await?;
    let beside = ("Open WebUI", OPEN_WEBUI_AT_ONCE);
    let what = format!("first token, {AT_ONCE} at once, p50, added to {direct:.1} ms");
    let added = at_once - direct;
    report.add(Figure::against("T5", &what, added, "ms", beside).target("10 ms", added <= 10.0));

    let (alone, direct) = rounds(&load, &client, &server, &mut follower, 1, ALONE_ROUNDS).await?;
    let what = format!("first token, one alone, p50, added to {direct:.1} ms");
    let beside = ("Open WebUI", OPEN_WEBUI_ALONE);
    let added = alone - direct;
    report.add(Figure::against("T5", &what, added, "ms", beside).target("2 ms", added <= 2.0));
    report.add(Figure::alone(
        "",
        "one row in a commit of its own, p50 in the same minute",
        floor::commit_ms()?,
        "ms",
    ));
    server.kill().await
}

/// A second piece a tenth of a second after the first: the text of an answer that is over comes with its message.
fn answer() -> String {
    model(2, 10)
}

/// Median of both ways in milliseconds: through the core, direct. They alternate, so that both meet the same machine.
async fn rounds(
    load: &Load,
    client: &reqwest::Client,
    server: &Server,
    follower: &mut Follower,
    at_once: usize,
    rounds: usize,
) -> Outcome<(f64, f64)> {
    let (mut through, mut direct) = (Vec::new(), Vec::new());
    // The first round of each opens connections and is not counted.
    for round in 0..=rounds {
        let straight = direct_round(load, client, at_once).await?;
        let ours = our_round(server, follower, at_once).await?;
        if round > 0 {
            direct.extend(straight);
            through.extend(ours);
        }
    }
    Ok((quantile(&mut through, 0.5) / 1e3, quantile(&mut direct, 0.5) / 1e3))
}

async fn direct_round(load: &Load, client: &reqwest::Client, at_once: usize) -> Outcome<Vec<u32>> {
    let mut answers: JoinSet<Outcome<u32>> = (0..at_once)
        .map(|_| {
            let (client, url) = (client.clone(), format!("{}/chat/completions", load.base_url()));
            async move {
                let began = monotonic_us();
                let body = serde_json::json!({
                    "model": answer(), "stream": true, "messages": [{"role": "user", "content": "Summarise this"}],
                });
                let mut events = client.post(url).json(&body).send().await?.bytes_stream().eventsource();
                let mut first = None;
                // Read to the end, so that the connection can be used again.
                while let Some(event) = events.next().await {
                    stamps(&event?.data, |_, _| {
                        first.get_or_insert_with(monotonic_us);
                    });
                }
                Ok(u32::try_from(first.ok_or("an answer without text")? - began)?)
            }
        })
        .collect();
    let mut all = Vec::new();
    while let Some(answer) = answers.join_next().await {
        all.push(answer??);
    }
    Ok(all)
}

/// From the call that starts the task to its first text at the follower. Everything is on disk before: the task before
/// the request leaves, the text before it is shown.
async fn our_round(server: &Server, follower: &mut Follower, at_once: usize) -> Outcome<Vec<u32>> {
    let began = monotonic_us();
    let api = server.api();
    let mut starting = tokio::spawn(async move { api.begin(vec![answer(); at_once]).await });
    let mut are_started = false;
    let mut first = HashMap::new();
    let (mut intents, mut told) = (Vec::new(), 0);
    while told < at_once {
        let frame = tokio::select! {
            frame = follower.next() => frame.ok_or("the server closed the WebSocket")?,
            called = &mut starting, if !are_started => {
                called??;
                are_started = true;
                continue;
            }
        };
        let now = monotonic_us();
        for event in serde_json::from_str::<Frame<'_>>(&frame)?.events {
            match event.kind {
                "started" => intents.push(event.task_id.to_owned()),
                "text_delta" => {
                    if !intents.iter().any(|id| id == event.task_id) {
                        return Err("text came before the stored intent to ask for it".into());
                    }
                    first.entry(event.task_id.to_owned()).or_insert(now);
                }
                "completed" => {}
                // The inbox, in the transaction of the outcome.
                "delivered" => told += 1,
                _ => {}
            }
        }
    }
    if !are_started {
        starting.await??;
    }
    if first.len() != at_once {
        return Err(format!("{} of {at_once} tasks showed text", first.len()).into());
    }
    first.into_values().map(|at| Ok(u32::try_from(at - began)?)).collect()
}
