use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Servers {
    #[command(subcommand)]
    pub(crate) verb: Option<ServersVerb>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Subcommand)]
pub(crate) enum ServersVerb {
    /// Add one: its tools are shown, and used by agents once you accept them.
    Add(AddServer),
    /// Accept the tools of one as it describes them now; what changed is shown first.
    Accept(AcceptServer),
    /// Ask one anew which tools it has.
    Try(NamedServer),
    /// Remove one with its secrets.
    Remove(NamedServer),
}

#[derive(clap::Args)]
pub(crate) struct AddServer {
    /// Your name for it: letters, digits and dashes.
    pub(crate) name: String,
    /// Its address, if it is no program: https, or http on this computer.
    #[arg(long, value_name = "URL", conflicts_with_all = ["program", "folder", "variable"])]
    pub(crate) url: Option<String>,
    /// Ask for a token that is shown to the address.
    #[arg(long, requires = "url")]
    pub(crate) token: bool,
    /// Give the program this variable; its value is asked for, and kept like a key.
    #[arg(long, value_name = "NAME")]
    pub(crate) variable: Vec<String>,
    /// Read what is secret from standard input, a line for each, instead of asking on the terminal.
    #[arg(long)]
    pub(crate) secrets_stdin: bool,
    /// The folder it works in; your own folder when nothing is said.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// Accept its tools without asking me once more.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
    /// The program and its arguments, after `--`. Everybody on this computer can read them; secrets belong in variables.
    #[arg(last = true, required_unless_present = "url")]
    pub(crate) program: Vec<String>,
}

#[derive(clap::Args)]
pub(crate) struct AcceptServer {
    /// Its name.
    pub(crate) name: String,
    /// Do not ask me once more.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct NamedServer {
    /// Its name.
    pub(crate) name: String,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}
