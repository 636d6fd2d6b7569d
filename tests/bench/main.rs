//! Measures speed and size, and prints each figure beside its target.
//!
//!     bench [core] [desktop] [--only T3,T5] [--seconds 20] [--json]
//!     bench soak [--minutes 30] [--json]
//!
//! A plain run measures core and desktop; the soak takes as long as it is told and is asked for by its name.
//! Load, floor and the program under test are processes of their own; the follower is this one. Only ratios of one
//! run can be compared: the floor is measured in the same minute as the figure it stands beside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod decode;
#[cfg(target_os = "linux")]
mod desktop;
mod floor;
mod floor_noop;
mod follower;
mod load;
mod noop;
mod process;
mod report;
mod server;
mod soak;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the tests of the desktop use the rest")]
mod stage;
mod t13;
mod t1_t3;
mod t5;
mod t6;
mod t7;
mod t8;
mod t9;

use report::Report;
use std::process::ExitCode;

/// Whatever went wrong, in words; a measurement that did not work is not a figure.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What a run measures and for how long.
pub struct Choice {
    groups: Vec<String>,
    only: Vec<String>,
    /// Seconds of steady load behind each figure that needs one.
    pub seconds: u64,
    /// Minutes of the soak.
    pub minutes: u64,
    json: bool,
}

impl Choice {
    /// True when any of these figures is wanted.
    pub fn wants(&self, names: &[&str]) -> bool {
        self.only.is_empty() || names.iter().any(|name| self.only.iter().any(|only| only == name))
    }

    fn read(mut args: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut choice = Self { groups: Vec::new(), only: Vec::new(), seconds: 20, minutes: 30, json: false };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--json" => choice.json = true,
                "--seconds" => choice.seconds = value()?.parse()?,
                "--minutes" => choice.minutes = value()?.parse()?,
                "--only" => choice.only = value()?.split(',').map(str::to_uppercase).collect(),
                group if GROUPS.contains(&group) => choice.groups.push(arg),
                _ => return Err(format!("unknown word {arg}; there are {}", GROUPS.join(", ")).into()),
            }
        }
        if choice.groups.is_empty() {
            choice.groups = PLAIN.map(str::to_owned).to_vec();
        }
        Ok(choice)
    }
}

/// Figures that are measured on the same thing.
const GROUPS: [&str; 3] = ["core", "desktop", "soak"];
/// Those of a plain run.
const PLAIN: [&str; 2] = ["core", "desktop"];

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).peekable();
    let result = match args.peek().map(String::as_str) {
        Some("floor") => floor::child(args.skip(1)),
        Some("floor-noop") => floor_noop::child(args.skip(1)),
        Some("noop") => noop::child(args.skip(1)),
        _ => run(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: impl Iterator<Item = String>) -> Outcome<()> {
    let choice = Choice::read(args)?;
    process::check_machine()?;
    let mut report = Report::default();
    // One thread for the follower and one for everything else, as a window has.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut failed = Vec::new();
    for group in &choice.groups {
        let measured = runtime.block_on(async {
            match group.as_str() {
                "core" => Box::pin(core(&choice, &mut report)).await,
                "desktop" => Box::pin(desktop(&choice, &mut report)).await,
                "soak" => Box::pin(soak::measure(&choice, &mut report)).await,
                other => Err(format!("nothing measures {other}").into()),
            }
        });
        if let Err(error) = measured {
            eprintln!("bench: {group}: {error}");
            failed.push(group.as_str());
        }
    }
    // What was measured before something failed took minutes, and is as true as ever.
    if choice.json {
        report.print_json()
    } else {
        report.print_table()
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("{} was not measured in full", failed.join(" and ")).into())
    }
}

/// The desktop binary in a window.
#[cfg(target_os = "linux")]
async fn desktop(choice: &Choice, report: &mut Report) -> Outcome<()> {
    desktop::measure(choice, report).await
}

#[cfg(not(target_os = "linux"))]
async fn desktop(_choice: &Choice, _report: &mut Report) -> Outcome<()> {
    Err("the group desktop is measured on Linux only".into())
}

/// The core without a window: `meanwhile serve`, followed over its WebSocket.
async fn core(choice: &Choice, report: &mut Report) -> Outcome<()> {
    let paced = t1_t3::measure(choice, report).await?;
    t5::measure(choice, report).await?;
    t6::measure(choice, report).await?;
    t7::add(choice, &paced, report);
    t8::measure(choice, report).await?;
    t9::measure(choice, report).await?;
    decode::measure(choice, report).await?;
    t13::measure(choice, report).await
}
