//! The pull-the-plug test that a user can run: a second process answers a practice prompt and is killed while it does.
//!
//! The process that asks sees only what the other one shows, as a window would, and holds it against what is left after each
//! kill. It looks at the data itself in the end.

mod answering;

pub use answering::answer_in;

use crate::doctor;
use crate::provider::practice_answer;
use crate::store::make_private;
use answering::{FOLDER, MODEL, PROMPT, Said};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::Instant;
use ts_rs::TS;

/// How often the plug is pulled.
const KILLS: u32 = 3;
/// Bytes of the answer between two kills, at least and at most. All kills together fall well before its end.
const BETWEEN: (usize, usize) = (220, 480);
/// No test takes as long, so what is older was left by one that was cut off.
const OLD: Duration = Duration::from_secs(3_600);
/// The other process says something within this time, or the test gives up.
const SILENCE: Duration = Duration::from_secs(30);

/// What happens while the test runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProofStep {
    /// So much of the answer was shown.
    Shown {
        /// Bytes.
        bytes: usize,
        /// Of the whole answer.
        whole: usize,
    },
    /// The process was killed.
    Killed {
        /// Bytes that had been shown.
        bytes: usize,
    },
    /// It was started again and shows what it has.
    Back {
        /// Bytes of what had been shown that are not there any more.
        lost: usize,
        /// From the kill until it showed something.
        after_ms: u64,
    },
}

/// What the test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Proof {
    /// How often the process was killed.
    pub kills: u32,
    /// Bytes that were shown in all.
    pub shown: usize,
    /// Bytes that had been shown and were gone after a kill.
    pub lost: usize,
    /// How often the end was told.
    pub told: usize,
    /// True when the answer is the one that an undisturbed process gives.
    pub is_whole: bool,
    /// Rules that the data break, in plain words.
    pub findings: Vec<String>,
    /// True when nothing was lost or changed, the end was told once, and the data are sound.
    pub holds: bool,
}

/// Why there is no result. It says nothing about the data of the user, which are not touched.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// There is no place for the data of the test.
    #[error("a folder for the test cannot be made in {folder}: {cause}. Free some space and try again")]
    Folder {
        /// Where.
        folder: String,
        /// What the system said.
        cause: io::Error,
    },
    /// The other process cannot be started.
    #[error("a second Meanwhile cannot be started: {0}. Your own data were not touched")]
    Start(io::Error),
    /// The other process ended, or said nothing.
    #[error("the second Meanwhile {0}. Your own data were not touched; try again")]
    Silent(String),
}

/// Runs the test in a folder of its own inside `data_dir`, so on the same disk. `program` is the process that answers in a
/// given folder by [`answer_in`]; it is killed when this future is dropped.
///
/// # Errors
/// [`ProofError`] when the test could not be made.
pub async fn run(
    data_dir: &Path,
    program: impl Fn(&Path) -> Command,
    mut tell: impl FnMut(ProofStep),
) -> Result<Proof, ProofError> {
    sweep(data_dir);
    let folder = make_private(data_dir)
        .and_then(|()| tempfile::Builder::new().prefix(FOLDER).tempdir_in(data_dir))
        .map_err(|cause| ProofError::Folder { folder: data_dir.display().to_string(), cause })?;
    let expected = practice_answer(MODEL, PROMPT).unwrap_or_default();
    let mut seen = Seen::default();
    for _ in 0..KILLS {
        let mut process = Process::start(program(folder.path()))?;
        let kill_at = seen.text.len() + fastrand::usize(BETWEEN.0..BETWEEN.1);
        while seen.text.len() < kill_at && !seen.is_done {
            process.next(&mut seen, expected.len(), &mut tell).await?;
        }
        process.kill().await?;
        seen.killed_at = Some(Instant::now());
        tell(ProofStep::Killed { bytes: seen.text.len() });
    }
    let mut process = Process::start(program(folder.path()))?;
    while !seen.is_done {
        process.next(&mut seen, expected.len(), &mut tell).await?;
    }
    process.ended().await?;
    let findings = match doctor::check(folder.path()) {
        Ok(findings) => findings.into_iter().map(|f| format!("{}: {}", f.invariant, f.message)).collect(),
        Err(error) => vec![error.to_string()],
    };
    let is_whole = seen.text == expected;
    let holds = seen.lost == 0 && seen.told == 1 && is_whole && findings.is_empty();
    Ok(Proof {
        kills: KILLS,
        shown: seen.text.len(),
        lost: seen.lost,
        told: seen.told,
        is_whole,
        findings,
        holds,
    })
}

/// Takes away what a test that was cut off has left.
fn sweep(data_dir: &Path) {
    for entry in std::fs::read_dir(data_dir).into_iter().flatten().flatten() {
        let is_left = entry.file_name().to_string_lossy().starts_with(FOLDER)
            && entry
                .metadata()
                .and_then(|m| m.modified())
                .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD));
        if is_left {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// What the other process has shown so far, over all its lives.
#[derive(Default)]
struct Seen {
    text: String,
    lost: usize,
    told: usize,
    is_done: bool,
    killed_at: Option<Instant>,
}

impl Seen {
    fn take(&mut self, said: Said, whole: usize, tell: &mut impl FnMut(ProofStep)) {
        match said {
            Said::Shows { from, text } => {
                // A new life shows all it has; what differs from what was shown before is lost.
                let old = self.text.as_bytes().get(from..).unwrap_or_default();
                let same = old.iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count();
                let lost = old.len() - same;
                self.lost += lost;
                self.text.truncate(self.text.floor_char_boundary(from));
                self.text += &text;
                if let Some(killed_at) = self.killed_at.take() {
                    let after_ms = u64::try_from(killed_at.elapsed().as_millis()).unwrap_or(u64::MAX);
                    tell(ProofStep::Back { lost, after_ms });
                }
                tell(ProofStep::Shown { bytes: self.text.len(), whole });
            }
            Said::Tells => self.told += 1,
            Said::Ends => self.is_done = true,
        }
    }
}

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(mut command: Command) -> Result<Self, ProofError> {
        // It ends when its input does, so also when this process is gone.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().map_err(ProofError::Start)?;
        let stdout = child.stdout.take().ok_or_else(|| ProofError::Silent("has no output".to_owned()))?;
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    async fn next(
        &mut self,
        seen: &mut Seen,
        whole: usize,
        tell: &mut impl FnMut(ProofStep),
    ) -> Result<(), ProofError> {
        let line = tokio::time::timeout(SILENCE, self.lines.next_line()).await;
        let line = match line {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) => return Err(ProofError::Silent("ended by itself".to_owned())),
            Ok(Err(error)) => return Err(ProofError::Silent(format!("cannot be read: {error}"))),
            Err(_) => return Err(ProofError::Silent(format!("said nothing for {} s", SILENCE.as_secs()))),
        };
        let said = serde_json::from_str(&line)
            .map_err(|_| ProofError::Silent("says things that make no sense".to_owned()))?;
        seen.take(said, whole, tell);
        Ok(())
    }

    /// SIGKILL, or what the system has instead; done when the process is gone.
    async fn kill(mut self) -> Result<(), ProofError> {
        self.child.kill().await.map_err(ProofError::Start)
    }

    async fn ended(mut self) -> Result<ExitStatus, ProofError> {
        match tokio::time::timeout(SILENCE, self.child.wait()).await {
            Ok(ended) => ended.map_err(ProofError::Start),
            Err(_) => Err(ProofError::Silent("does not end".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(from: usize, text: &str) -> Said {
        Said::Shows { from, text: text.to_owned() }
    }

    #[test]
    fn what_was_shown_and_is_gone_or_changed_counts_as_lost() {
        let mut seen = Seen::default();
        for said in [shows(0, "one "), shows(4, "two three")] {
            seen.take(said, 13, &mut |_| {});
        }
        assert_eq!((seen.text.as_str(), seen.lost), ("one two three", 0));

        seen.take(shows(0, "one two "), 13, &mut |_| {});
        assert_eq!(seen.lost, 5, "`three` is gone");
        seen.take(shows(0, "one t"), 13, &mut |_| {});
        assert_eq!(seen.lost, 8, "`wo ` too");
        seen.take(shows(0, "ONE t and more"), 13, &mut |_| {});
        assert_eq!(seen.lost, 13, "all is changed from its first byte");
    }

    #[test]
    fn every_kill_falls_before_the_end_of_the_answer() {
        let whole = practice_answer(MODEL, PROMPT).unwrap().len();
        // What is shown in one piece may go beyond the place of a kill.
        assert!(BETWEEN.1 * KILLS as usize + 300 < whole, "the answer has {whole} bytes");
    }
}
