//! What somebody has behind them who has used the app for long: 10,000 ended tasks, in a thousand chats and a long one.

use crate::Outcome;
use crate::desktop::answer;
use crate::stage::desktop::Desktop;
use meanwhile_core::model::{Imported, ImportedAnswer, ImportedTurn, ImportedVersion, Timestamp};
use meanwhile_core::{Clock as _, Core, Options, SessionSecrets, SystemClock};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Chats of a few prompts.
const CHATS: u32 = 1_000;
const PROMPTS: u32 = 9;
/// The prompts of the long one: 2,000 messages.
pub const LONG: u32 = 1_000;
/// Its name, and where the last answer in it ends.
pub const LONG_TITLE: &str = "The log of the night ferry";
/// Every ended task of them.
pub const TASKS: u32 = CHATS * PROMPTS + LONG;
/// Bytes of an answer: a paragraph and some code.
const ANSWER: usize = 700;
const MINUTE_MS: i64 = 60_000;

/// A data folder with it, made once in a run; whoever wants it copies it.
async fn folder(desktop: &Desktop) -> Outcome<&'static Path> {
    static MADE: OnceCell<PathBuf> = OnceCell::const_new();
    let made = MADE.get_or_try_init(|| make(desktop.folder().join("past"))).await?;
    Ok(made)
}

/// Gives somebody this past.
pub async fn give(desktop: &Desktop, data_dir: &Path) -> Outcome<()> {
    let from = folder(desktop).await?;
    std::fs::create_dir_all(data_dir)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), data_dir.join(entry.file_name()))?;
        }
    }
    Ok(())
}

async fn make(folder: PathBuf) -> Outcome<PathBuf> {
    eprintln!("a past of {TASKS} tasks is made");
    let secrets = Arc::new(SessionSecrets::default());
    let core = Core::open(Options { secrets, ..Options::new(folder.clone()) }).await?;
    // The long one first in the list, so that it is in sight.
    let now = SystemClock.now().as_ms() - MINUTE_MS;
    for chat in 0..CHATS {
        let at = now - i64::from(chat + 1) * 60 * MINUTE_MS;
        core.import(held(&format!("Notes of voyage {chat}"), PROMPTS, at)).await?;
    }
    core.import(held(LONG_TITLE, LONG, now)).await?;
    core.shutdown().await;
    Ok(folder)
}

/// A chat in which something was said last at `ended`, in milliseconds.
fn held(title: &str, prompts: u32, ended: i64) -> Imported {
    let at = |prompt: u32| Timestamp::from_ms(ended - i64::from(prompts - prompt) * MINUTE_MS);
    let turn = |prompt: u32| {
        let begin = answer::TEXT.ceil_char_boundary(prompt as usize * 97 % (answer::TEXT.len() - 2 * ANSWER));
        let end = answer::TEXT.floor_char_boundary(begin + ANSWER);
        let text = format!("{}\n\n{}", &answer::TEXT[begin..end], last_words(prompt));
        let answer = ImportedAnswer { text, model: "other/story".to_owned(), at: at(prompt), is_whole: true };
        let prompt = format!("What came after knot {prompt}?");
        let version = ImportedVersion { prompt, asked_at: answer.at, answer: Some(answer), then: Vec::new() };
        ImportedTurn { versions: vec![version] }
    };
    Imported {
        source: format!("other/{title}"),
        title: title.to_owned(),
        created_at: at(0),
        updated_at: at(prompts),
        turns: (1..=prompts).map(turn).collect(),
    }
}

/// What the answer to that prompt of a chat ends with.
pub fn last_words(prompt: u32) -> String {
    format!("That was knot {prompt}.")
}
