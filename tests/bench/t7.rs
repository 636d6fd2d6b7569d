//! T7: memory of the core under live streams, from the runs of T3.

use crate::Choice;
use crate::floor::Floor;
use crate::report::{Figure, Report};
use crate::t1_t3::{Paced, Runs};

pub fn add(choice: &Choice, runs: &Runs, report: &mut Report) {
    if choice.wants(&["T7"]) {
        one("most RSS with 64 live streams", 20.0, &runs.usual, report);
        one("most RSS with 1,000 live streams", 64.0, &runs.many, report);
    }
}

fn one(what: &str, most: f64, run: &Option<(Paced, Floor)>, report: &mut Report) {
    let Some((ours, floor)) = run else { return };
    report.add(
        Figure::against("T7", what, ours.peak_rss_mib, "MiB", ("floor", floor.peak_rss_mib))
            .target(&format!("{most} MiB"), ours.peak_rss_mib <= most),
    );
}
