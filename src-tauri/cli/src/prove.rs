use crate::args::Json;
use crate::failure::{FAILED, Failure};
use crate::out;
use meanwhile_core::proof::{self, Proof, ProofStep};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::process::Command;

/// Runs the pull-the-plug test and says what it found; code 1 when something was lost.
pub(crate) async fn prove(folder: &Path, Json { json }: Json) -> Result<ExitCode, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::failed(format!("this program cannot find itself: {error}")))?;
    let second = |folder: &Path| {
        let mut command = Command::new(&program);
        command.arg("answer-proof").arg(folder);
        command
    };
    let tell = |step| {
        if let (false, Some(words)) = (json, words(&step)) {
            out::note(&words);
        }
    };
    let found = proof::run(folder, second, tell).await.map_err(|error| Failure::failed(error.to_string()))?;
    if json {
        let text = serde_json::to_string(&found).map_err(|error| Failure::failed(error.to_string()))?;
        out::line(&text)?;
    } else {
        for line in result(&found) {
            out::line(&line)?;
        }
    }
    Ok(if found.holds { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The second Meanwhile.
pub(crate) async fn answer(folder: PathBuf) -> Result<ExitCode, Failure> {
    proof::answer_in(folder).await.map_err(Failure::failed)?;
    Ok(ExitCode::SUCCESS)
}

fn words(step: &ProofStep) -> Option<String> {
    match step {
        ProofStep::Shown { .. } => None,
        ProofStep::Killed { bytes } => Some(format!("Killed after {bytes} bytes of its answer were shown.")),
        ProofStep::Back { lost: 0, after_ms } => {
            Some(format!("Back after {after_ms} ms with all of them. It goes on."))
        }
        ProofStep::Back { lost, after_ms } => {
            Some(format!("Back after {after_ms} ms WITHOUT {lost} of them."))
        }
    }
}

fn result(found: &Proof) -> Vec<String> {
    let mut lines = vec![
        format!("Killed:  {} times", found.kills),
        format!("Lost:    {} of {} bytes shown", found.lost, found.shown),
        format!(
            "Told:    {}",
            if found.told == 1 { "once".to_owned() } else { format!("{} times", found.told) }
        ),
        format!(
            "Answer:  {}",
            if found.is_whole { "the same as without a kill" } else { "NOT the same as without a kill" }
        ),
        format!(
            "Data:    {}",
            if found.findings.is_empty() {
                "every rule of `meanwhile doctor` holds"
            } else {
                "rules are broken"
            }
        ),
    ];
    lines.extend(found.findings.iter().map(|finding| format!("         {finding}")));
    lines
}
