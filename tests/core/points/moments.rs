//! Right before and right after each step, each time that it comes.

use crate::TOGETHER;
use futures_util::{FutureExt, StreamExt, stream};
use meanwhile_support::harness::FACT_LIMIT;
use std::panic::AssertUnwindSafe;

/// Lets a program die at each moment, and demands that each run goes well; `steps` come with the times that each of them comes.
pub async fn die_at_each<const N: usize>(steps: [(&str, u32); N], run: impl AsyncFn(&str)) {
    let moments = steps.into_iter().flat_map(|(step, times)| {
        (1..=times).flat_map(move |time| ["before", "after"].map(|when| format!("{step}:{when}@{time}")))
    });
    let run = &run;
    let runs = moments.map(|point| async move {
        let run = tokio::time::timeout(FACT_LIMIT * 3, run(&point));
        let is_well = matches!(AssertUnwindSafe(run).catch_unwind().await, Ok(Ok(())));
        (!is_well).then_some(point)
    });
    let all: Vec<_> = stream::iter(runs).buffer_unordered(TOGETHER).collect().await;
    println!("{} programs died at their moment and went on", all.len());
    let wrong: Vec<_> = all.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "these went wrong, the reasons stand above: {wrong:#?}");
}
