use crate::connection::Connection;
use crate::failure::{FAILED, Failure, UNREACHABLE};
use crate::out;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

// A large database is migrated and checked before the first answer.
const START: Duration = Duration::from_secs(60);
const LOG_BYTES: u64 = 5 << 20;

/// Starts `meanwhile serve` for the folder so that it outlives this program and its terminal.
pub(crate) async fn launch(folder: &Path) -> Result<Connection, Failure> {
    let cannot = |what: &str, error: io::Error| {
        Failure::unreachable(format!("Meanwhile is not running and cannot be started: {what}: {error}"))
    };
    make_folder(folder).map_err(|error| cannot(&folder.display().to_string(), error))?;
    let log_file = folder.join("serve.log");
    let mut log = open_log(&log_file).map_err(|error| cannot(&log_file.display().to_string(), error))?;
    let start = log.seek(SeekFrom::End(0)).map_err(|error| cannot("the log", error))?;
    let program = std::env::current_exe().map_err(|error| cannot("this program", error))?;
    let errors = log.try_clone().map_err(|error| cannot("the log", error))?;

    let mut command = Command::new(program);
    command.args(["serve", "--give-way"]).arg("--data-dir").arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| cannot("this program", error))?;
    let pid = child.id().unwrap_or_default();

    let mut ready = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut lines = BufReader::new(stdout);
        let _ = tokio::time::timeout(START, lines.read_line(&mut ready)).await;
    }
    if ready.contains("\"ready\":true") {
        out::note(&format!(
            "Meanwhile was not running. It now works in the background (process {pid}); `meanwhile quit` ends it."
        ));
        return match Connection::running(folder).await? {
            Some(connection) => Ok(connection),
            None => Err(Failure::unreachable("Meanwhile was started and has ended again")),
        };
    }
    match tokio::time::timeout(Duration::from_secs(5), child.wait()).await {
        Ok(Ok(status)) => after_all(folder, status, &mut log, start).await,
        _ => Err(Failure::unreachable(format!(
            "Meanwhile was started (process {pid}) but is not ready yet. Try again in a moment; its log is {}",
            log_file.display()
        ))),
    }
}

/// The started process ended: because another one was faster, or because it cannot run.
async fn after_all(
    folder: &Path,
    status: ExitStatus,
    log: &mut File,
    start: u64,
) -> Result<Connection, Failure> {
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(FAILED);
    if code == UNREACHABLE {
        for _ in 0..50 {
            if let Some(connection) = Connection::running(folder).await? {
                return Ok(connection);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    let mut said = String::new();
    let _ = log.seek(SeekFrom::Start(start)).and_then(|_| log.read_to_string(&mut said));
    let said = said
        .lines()
        .rfind(|line| line.starts_with("meanwhile: "))
        .unwrap_or("meanwhile: it cannot be started");
    Err(Failure::new(code, said.trim_start_matches("meanwhile: ")))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

fn open_log(file: &Path) -> io::Result<File> {
    let is_long = std::fs::metadata(file).is_ok_and(|found| found.len() > LOG_BYTES);
    if is_long {
        std::fs::remove_file(file)?;
    }
    OpenOptions::new().read(true).append(true).create(true).open(file)
}
