//! The pull-the-plug test from the window: the second process is this program again, without any desktop.

use crate::arguments::ANSWER_PROOF;
use crate::error::internal;
use meanwhile_core::proof::{self, Proof, ProofStep};
use meanwhile_core::{CommandError, Core, ErrorCode};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tauri::State;
use tauri::ipc::Channel;
use tokio::process::Command;
use tokio::sync::Mutex;

/// Held while a test runs: two of them would only slow each other down.
#[derive(Default)]
pub struct Proving(Mutex<()>);

/// Runs the test; each step goes to the page as it happens.
#[tauri::command]
pub async fn prove(
    core: State<'_, Core>,
    proving: State<'_, Proving>,
    on_step: Channel<ProofStep>,
) -> Result<Proof, CommandError> {
    let Ok(_held) = proving.0.try_lock() else {
        return Err(CommandError::new(
            ErrorCode::Conflict,
            "a test is running already; it takes about 15 seconds",
        ));
    };
    let program =
        std::env::current_exe().map_err(|error| internal("this program cannot find itself", error))?;
    let second = |folder: &Path| {
        let mut command = Command::new(&program);
        command.arg(ANSWER_PROOF).arg(folder);
        command
    };
    // A page that is gone wants no steps, and the test ends by itself.
    let tell = |step| drop(on_step.send(step));
    proof::run(core.data_dir(), second, tell)
        .await
        .map_err(|error| CommandError::new(ErrorCode::Storage, error.to_string()))
}

/// Is the second process, until the answer is there or the first one is gone.
pub fn answer(folder: PathBuf) -> ExitCode {
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().max_blocking_threads(8).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return refuse(&error.to_string()),
        };
    let answered = runtime.block_on(proof::answer_in(folder));
    // A read of standard input that never ends must not keep the process.
    runtime.shutdown_background();
    answered.map_or_else(|error| refuse(&error), |()| ExitCode::SUCCESS)
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("meanwhile-desktop: {why}");
    ExitCode::FAILURE
}
