//! Running a command, seen from our own process.

use super::RUN;
use super::orders::{Orders, Report};
use super::output::Output;
use super::surroundings::Surroundings;
use crate::call::Run;
use crate::text::count;
use crate::workspace::{Seen, Stop, Walk, rules_on_disk};
use crate::{Done, Limits, ToolError, Workspace};
use std::io;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;

/// Repositories in a folder that are protected one by one.
const KEPT: usize = 200;

/// How long the process that runs a command has, after its time, to end it and say so.
const GRACE: Duration = Duration::from_secs(8);

/// What is read of the report.
const REPORT: u64 = 64 << 10;

/// Runs a command and hears it to its end. Dropping the future closes the input of the process that runs it, which thereby
/// knows that nobody wants it any more.
pub(crate) async fn run(workspace: &Workspace, call: &Run, limits: &Limits) -> Result<Done, ToolError> {
    let time = call.timeout_s.map_or(limits.time, |asked| Duration::from_secs(asked).min(limits.time));
    let (orders, surroundings) = prepare(workspace, call, time, limits).await?;
    let header = serde_json::to_string(&orders).map_err(failed)?;
    let (reader, writer) = io::pipe().map_err(failed)?;
    let mut command = Command::new(workspace.program().map_err(failed)?);
    command.arg(RUN).arg(header).env_clear().envs(surroundings.variables).current_dir("/");
    command.stdin(Stdio::piped()).stdout(writer).stderr(Stdio::piped());
    // What is typed in a terminal to end us must not end it before it has ended the command.
    command.process_group(0);
    let began = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    // Our own copy of the end that is written to goes with it.
    drop(command);
    let mut open = child.stdin.take();
    let Some(report) = child.stderr.take() else { return Err(failed("it has no output")) };

    let mut output = Output::new(limits.result_bytes.saturating_sub(STATUS));
    let mut flooded = false;
    let hearing = async {
        let mut from = Receiver::from_owned_fd(OwnedFd::from(reader))?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = from.read(&mut buffer).await?;
            if read == 0 {
                return io::Result::Ok(());
            }
            output.take(&buffer[..read]);
            if output.bytes > limits.output_bytes && !flooded {
                flooded = true;
                // Nobody wants to hear more of it.
                open.take();
            }
        }
    };
    let reporting = async {
        let mut said = Vec::new();
        report.take(REPORT).read_to_end(&mut said).await.map(|_| said)
    };
    let both = async { tokio::join!(hearing, reporting) };
    let (heard, said) = match tokio::time::timeout(time + GRACE, both).await {
        Ok((heard, said)) => (heard, said.map_err(failed)?),
        Err(_) => return Err(failed("the process that runs it does not answer")),
    };
    drop(open);
    heard.map_err(failed)?;
    let status = child.wait().await.map_err(failed)?;
    let report = serde_json::from_slice(&said).unwrap_or_else(|_| {
        let said = String::from_utf8_lossy(&said);
        Report::Failed(format!("{status} {}", said.lines().next().unwrap_or_default()))
    });
    let report = if flooded { Told::Flood } else { Told::Report(report) };
    told(report, output, began.elapsed(), time, limits)
}

/// Room for how it ended.
const STATUS: usize = 160;

enum Told {
    Flood,
    Report(Report),
}

fn told(
    report: Told,
    output: Output,
    took: Duration,
    time: Duration,
    limits: &Limits,
) -> Result<Done, ToolError> {
    let after = match took.as_secs() {
        0 => format!("{} ms", took.as_millis()),
        seconds => format!("{seconds} s"),
    };
    let (status, fact, is_error) = match report {
        Told::Report(Report::Failed(why)) => {
            return Err(ToolError::Failed(format!("the command could not be run: {}", why.trim())));
        }
        Told::Report(Report::Exit(code)) => {
            (format!("exit {code}"), format!("exit {code} after {after}"), code != 0)
        }
        Told::Report(Report::Signal(signal)) => {
            (format!("ended by signal {signal}"), format!("signal {signal} after {after}"), true)
        }
        Told::Report(Report::Time) => {
            let limit = time.as_secs_f32();
            (format!("ended because it took longer than {limit} s"), format!("stopped after {after}"), true)
        }
        Told::Report(Report::Processes) => {
            let most = count(limits.processes as usize, "process");
            (format!("ended because it had more than {most}"), "too many processes".to_owned(), true)
        }
        Told::Report(Report::Memory) => {
            let most = limits.memory_bytes >> 20;
            (
                format!("ended because it took more than {most} MiB of memory"),
                "too much memory".to_owned(),
                true,
            )
        }
        Told::Report(Report::Unwanted) => ("stopped".to_owned(), format!("stopped after {after}"), true),
        Told::Flood => {
            let most = limits.output_bytes >> 20;
            (format!("ended because it wrote more than {most} MiB"), "too much output".to_owned(), true)
        }
    };
    let text = output.text();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    Ok(Done { text: format!("{text}{end}({status})"), fact, is_error })
}

async fn prepare(
    workspace: &Workspace,
    call: &Run,
    time: Duration,
    limits: &Limits,
) -> Result<(Orders, Surroundings), ToolError> {
    let (workspace, call, limits) = (workspace.clone(), call.clone(), limits.clone());
    let prepared = tokio::task::spawn_blocking(move || {
        if !workspace.is_in_place() {
            return Err(ToolError::Folder("it was moved".to_owned()));
        }
        let sandbox = workspace.sandbox();
        let surroundings = Surroundings::of(sandbox);
        let is_confined = sandbox != super::Sandbox::None;
        let orders = Orders {
            command: call.command,
            sandbox,
            folder: workspace.path().to_owned(),
            folder_id: workspace.id()?,
            kept: if is_confined { kept(&workspace, &limits)? } else { Vec::new() },
            home: surroundings.home.clone(),
            seen: surroundings.seen.clone(),
            scratch: (sandbox == super::Sandbox::Landlock).then(std::env::temp_dir),
            time_ms: time.as_millis().try_into().unwrap_or(u64::MAX),
            memory_bytes: limits.memory_bytes,
            written_bytes: limits.written_bytes,
            processes: limits.processes,
        };
        Ok((orders, surroundings))
    });
    prepared.await.map_err(failed)?
}

/// What git keeps, wherever it is in the folder but for ignored ones.
fn kept(workspace: &Workspace, limits: &Limits) -> Result<Vec<String>, ToolError> {
    let began = Instant::now();
    let (mut kept, mut too_much) = (Vec::new(), None);
    let walk = Walk { depth: usize::MAX, rules: &rules_on_disk };
    let walked = walk.go(workspace.dir(), &workspace.place(".")?, &mut |path, seen, dir, name| {
        if let Seen::Git = seen {
            if dir.symlink_metadata(name).is_ok_and(|found| found.is_symlink()) {
                too_much = Some(format!("{path} is a link, which no sandbox can protect"));
            }
            kept.push(path.to_owned());
        }
        if kept.len() > KEPT {
            too_much = Some("there are too many repositories in the folder".to_owned());
        }
        if began.elapsed() > limits.search_time {
            too_much = Some("the folder is too large to look for repositories".to_owned());
        }
        if too_much.is_some() { Err(Stop) } else { Ok(()) }
    });
    walked.map_err(failed)?;
    match too_much {
        Some(why) => Err(ToolError::Refused(format!("no command is run: {why}"))),
        None => Ok(kept),
    }
}

fn failed(error: impl ToString) -> ToolError {
    ToolError::Failed(format!("the command could not be run: {}", error.to_string()))
}
