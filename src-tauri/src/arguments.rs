use std::ffi::OsString;
use std::path::PathBuf;

/// What the app was started with.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// No window: tray, tasks and notices only.
    pub hidden: bool,
    /// Another data folder than the usual one.
    pub data_dir: Option<PathBuf>,
    /// Without the graphics path that some drivers break.
    pub safe_graphics: bool,
}

/// What to do with a command line.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// Start.
    Start(Arguments),
    /// Be the process that the pull-the-plug test kills, with its data here.
    AnswerProof(PathBuf),
    /// Print this and end.
    Print(String),
    /// It makes no sense; exit code 2.
    Refuse(String),
}

/// Not in the help: only the app starts itself with it.
pub const ANSWER_PROOF: &str = "--answer-proof";

const HELP: &str = "\
Meanwhile: chat with language models while work goes on without you

  --hidden           start in the tray, without a window
  --data-dir FOLDER  keep everything in FOLDER (else MEANWHILE_DATA_DIR, else the usual place)
  --safe-graphics    for a window that stays blank: draw with the processor alone
  --version, --help

For work without any desktop use `meanwhile serve`.";

impl Arguments {
    /// Reads a command line without the program's name.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Asked {
        let mut words = words.into_iter();
        let mut read = Self::default();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--hidden") => read.hidden = true,
                Some("--safe-graphics") => read.safe_graphics = true,
                Some("--data-dir") => match words.next() {
                    Some(folder) => read.data_dir = Some(folder.into()),
                    None => return Asked::Refuse("--data-dir needs a folder".to_owned()),
                },
                Some(ANSWER_PROOF) => match words.next() {
                    Some(folder) => return Asked::AnswerProof(folder.into()),
                    None => return Asked::Refuse(format!("{ANSWER_PROOF} needs a folder")),
                },
                Some("--help" | "-h") => return Asked::Print(HELP.to_owned()),
                Some("--version") => return Asked::Print(format!("Meanwhile {}", env!("CARGO_PKG_VERSION"))),
                _ => return Asked::Refuse(format!("unknown argument {}\n\n{HELP}", word.to_string_lossy())),
            }
        }
        Asked::Start(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Asked {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn every_argument_is_understood() {
        let all = Arguments { hidden: true, data_dir: Some(PathBuf::from("a folder")), safe_graphics: true };
        assert_eq!(read(&["--hidden", "--data-dir", "a folder", "--safe-graphics"]), Asked::Start(all));
        assert_eq!(read(&[]), Asked::Start(Arguments::default()));
    }

    #[test]
    fn an_argument_that_makes_no_sense_is_refused_by_name() {
        assert!(
            matches!(read(&["--hiden"]), Asked::Refuse(words) if words.starts_with("unknown argument --hiden"))
        );
        assert_eq!(read(&["--data-dir"]), Asked::Refuse("--data-dir needs a folder".to_owned()));
    }
}
