//! The name of a chat: what is asked for it, and what is taken of an answer. Pure.

use super::{ProviderKind, ProviderRow, one_line};
use crate::model::KeySource;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use ts_rs::TS;

/// Whose models are asked for the names of chats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ChatNames {
    /// Those on this computer that need no key: nothing is billed, and nothing leaves it.
    #[default]
    Local,
    /// Whichever answered.
    Always,
    /// Nobody's: a chat is called as its prompt begins.
    Off,
}

impl ChatNames {
    /// Whether a model of this provider is asked. The practice model would only say the prompt again.
    pub fn asks(self, provider: &ProviderRow) -> bool {
        match self {
            Self::Off => false,
            _ if provider.kind == ProviderKind::Practice => false,
            Self::Always => true,
            Self::Local => provider.is_local(),
        }
    }
}

impl ProviderRow {
    /// True when it is on this computer and nobody can bill it: a server that wants a key may hand on to one that does.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.base_url) && self.key_source == KeySource::None && self.proxy.is_none()
    }
}

/// True when the address can only mean this computer; what cannot be told is elsewhere.
fn is_loopback(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Tokens that an answer with a name may have, over all attempts, and seconds. Source: six words are twelve tokens in languages
/// that models write least well; a model that was asked a moment ago is loaded.
pub const NAME_TOKENS: u64 = 64;
/// See [`NAME_TOKENS`].
pub const NAME_SECONDS: u32 = 60;

/// Characters of the prompt, and of the answer, that are shown to who names a chat.
const SHOWN: usize = 2_000;
/// Characters of a name.
const NAME: usize = 60;
/// Words of a name at most; what has more is a sentence. Six were asked for.
const WORDS: usize = 10;

const ASKS: &str = "Name the chat that begins below: 3 to 6 words, in the language of its prompt. Answer with the name alone, without \
                    quotes and without a full stop.";
const PROMPT: &str = "\n\nPrompt:\n";
const ANSWER: &str = "\n\nAnswer:\n";

/// What a model is asked for the name of a chat that begins with these.
pub fn ask_for_name(prompt: &str, answer: &str) -> String {
    let shown = |text: &str| text.trim().chars().take(SHOWN).collect::<String>();
    format!("{ASKS}{PROMPT}{}{ANSWER}{}", shown(prompt), shown(answer))
}

/// The name in an answer, on one line of 60 characters at most; `None` when there is none in it.
pub fn name_in(answer: &str) -> Option<String> {
    const MARKS: &[char] =
        &['"', '\'', '`', '*', '_', '#', '“', '”', '„', '‘', '’', '«', '»', '「', '」', ' '];
    let mut lines = answer.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.next()?;
    // More than a name was said, or it is not at its end.
    if lines.next().is_some() || line.starts_with('<') || line.ends_with([':', ',']) {
        return None;
    }
    let name = line.trim_matches(MARKS).trim_end_matches(['.', '。', '!']).trim_matches(MARKS);
    let name = one_line(name, NAME);
    let is_name = name.chars().any(char::is_alphanumeric) && name.split(' ').count() <= WORDS;
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_without_what_models_put_around_it() {
        for answer in [
            "Heat pump tenders",
            "\n\"Heat pump tenders.\"\n",
            "**Heat pump tenders**",
            "„Heat pump tenders“",
        ] {
            assert_eq!(name_in(answer).as_deref(), Some("Heat pump tenders"), "{answer}");
        }
        assert_eq!(name_in("Don't panic").as_deref(), Some("Don't panic"));
        assert_eq!(name_in("热泵招标").as_deref(), Some("热泵招标"));
        let long = name_in(&"word".repeat(30)).unwrap();
        assert_eq!(long.chars().count(), NAME);
    }

    #[test]
    fn what_is_no_name_is_not_taken() {
        let talk = "I am sorry, but I cannot think of a good name for such a chat";
        for answer in
            ["", "  \n", "...", "\"\"", "<think>", "Here is a name:", "Here is one:\nHeat pumps", talk]
        {
            assert_eq!(name_in(answer), None, "{answer}");
        }
    }

    #[test]
    fn of_what_was_said_no_more_than_its_beginning_is_shown() {
        let asked = ask_for_name(&"p".repeat(9_000), &"é".repeat(9_000));
        // The words around it have some of their own.
        assert_eq!(asked.matches("ppp").count(), SHOWN / 3);
        assert_eq!(asked.matches('é').count(), SHOWN);
    }

    #[test]
    fn only_an_address_that_can_mean_nothing_else_is_this_computer() {
        for here in [
            "http://localhost:11434/v1",
            "http://127.0.0.1:8000",
            "http://[::1]:8000/v1",
            "http://a.localhost",
        ] {
            assert!(is_loopback(here), "{here}");
        }
        for far in [
            "https://api.example.com/v1",
            "http://127.0.0.1@example.com/v1",
            "http://example.com\\@127.0.0.1/",
            "http://localhost.example.com",
            "http://10.0.0.7",
            "http://[::2]/",
            "",
        ] {
            assert!(!is_loopback(far), "{far}");
        }
    }
}
