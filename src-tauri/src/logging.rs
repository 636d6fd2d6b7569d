//! The log: fields to stderr, and one file a day in the data folder, seven kept; no key in either.

use meanwhile_core::secrets::Redacted;
use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Days of log kept.
const DAYS: usize = 7;

/// Starts the log. Keep the guard until the process ends: it writes the last lines. `None` when there is no file.
pub fn start(data_dir: &Path) -> Option<WorkerGuard> {
    let (file, guard) = match daily_file(data_dir) {
        Ok(appender) => {
            let (writer, guard) = tracing_appender::non_blocking(appender);
            let layer = tracing_subscriber::fmt::layer()
                .json()
                .with_writer(move || Redacted::new(writer.clone()))
                // What servers of tools say is no matter of ours.
                .with_filter(
                    Targets::new().with_default(LevelFilter::INFO).with_target("rmcp", LevelFilter::ERROR),
                );
            (Some(layer), Ok(guard))
        }
        Err(error) => (None, Err(error)),
    };
    let chosen =
        EnvFilter::builder().with_env_var("MEANWHILE_LOG").with_default_directive(LevelFilter::WARN.into());
    let console = tracing_subscriber::fmt::layer()
        .with_writer(|| Redacted::new(std::io::stderr()))
        .with_filter(chosen.from_env_lossy());
    tracing_subscriber::registry().with(console).with(file).init();
    guard.inspect_err(|error| tracing::warn!(%error, "no log file")).ok()
}

fn daily_file(data_dir: &Path) -> Result<RollingFileAppender, Box<dyn std::error::Error>> {
    let folder = data_dir.join("logs");
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(&folder)?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("meanwhile")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(&folder)?;
    Ok(appender)
}
