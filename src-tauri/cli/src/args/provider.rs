use super::Json;
use clap::{Subcommand, ValueEnum};
use meanwhile_core::model::ProviderKind;

#[derive(Subcommand)]
pub(crate) enum ProviderVerb {
    /// Add one. Its key goes to the keychain and is never an argument.
    Add(Add),
    /// List them.
    List(Json),
    /// Ask one for its models now.
    Test(Named),
    /// Remove one, and its key.
    Remove(Named),
}

#[derive(clap::Args)]
pub(crate) struct Add {
    /// Take the place of the provider that has this name.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Your name for it, the first half of `provider/model`.
    #[arg(long)]
    pub(crate) name: String,
    /// What it speaks.
    #[arg(long)]
    pub(crate) kind: Kind,
    /// Where it is, up to and including `/v1` or its like; Ollama's own API has none.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: String,
    /// Take the key from this environment variable.
    #[arg(long, value_name = "VAR", conflicts_with_all = ["key", "key_stdin"])]
    pub(crate) key_env: Option<String>,
    /// Ask for the key on the terminal.
    #[arg(long, conflicts_with = "key_stdin")]
    pub(crate) key: bool,
    /// Read the key from standard input.
    #[arg(long)]
    pub(crate) key_stdin: bool,
    /// Send this header with each request; its value is taken now from that environment variable, and kept like a key.
    #[arg(long, value_name = "NAME=VAR", value_parser = header)]
    pub(crate) header: Vec<(String, String)>,
    /// Reach it through this proxy.
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, variable) =
        text.split_once('=').ok_or("write NAME=VAR, the name of a variable that holds the value")?;
    Ok((name.to_owned(), variable.to_owned()))
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// OpenAI's chat completions, and everything that speaks like it.
    OpenaiChat,
    /// OpenAI's responses.
    OpenaiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// Ollama's own API.
    Ollama,
}

impl From<Kind> for ProviderKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::OpenaiChat => Self::OpenaiChat,
            Kind::OpenaiResponses => Self::OpenaiResponses,
            Kind::Anthropic => Self::Anthropic,
            Kind::Gemini => Self::Gemini,
            Kind::Ollama => Self::Ollama,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Named {
    /// The provider's name.
    pub(crate) name: String,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}
