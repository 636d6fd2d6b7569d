use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Forecast {
    /// What would be asked. `-` reads it from standard input. Nothing is sent.
    pub(crate) prompt: Option<String>,
    /// Which model, as `provider/model`.
    #[arg(long, value_name = "P/M", requires = "prompt")]
    pub(crate) model: Option<String>,
    /// Which agent would work on it.
    #[arg(long, value_name = "NAME", requires = "prompt")]
    pub(crate) agent: Option<String>,
    /// A file or folder that would go with it. May be given several times.
    #[arg(long, value_name = "FILE|FOLDER", requires = "prompt")]
    pub(crate) attach: Vec<PathBuf>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}
