use clap::ValueEnum;

#[derive(clap::Args)]
pub(crate) struct Channels {
    #[command(subcommand)]
    pub(crate) verb: Option<ChannelVerb>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Subcommand)]
pub(crate) enum ChannelVerb {
    /// List them, as without a verb.
    List(Listed),
    /// Add one, or change the one of that name. Nothing is sent to it before its test arrived.
    Add(AddChannel),
    /// Send its test, which is shown when it is added.
    Test(NamedChannel),
    /// Say that the test arrived: from then on it is used.
    Confirm(ConfirmChannel),
    /// Remove one with what is secret about it.
    Remove(NamedChannel),
}

#[derive(clap::Args)]
pub(crate) struct Listed {
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("kind").required(true).args(["email", "webhook", "slack", "ntfy"]))]
pub(crate) struct AddChannel {
    /// Your name for it: letters, digits, dots, dashes and underscores.
    pub(crate) name: String,
    /// Mail to this address; the password is asked for.
    #[arg(long, value_name = "TO", requires_all = ["host", "from"])]
    pub(crate) email: Option<String>,
    /// The server that takes your mail.
    #[arg(long, requires = "email")]
    pub(crate) host: Option<String>,
    /// Its port; 465, 587 or 25, as the encryption has it.
    #[arg(long, requires = "email")]
    pub(crate) port: Option<u16>,
    /// How the connection to it is encrypted.
    #[arg(long, value_enum, default_value = "tls")]
    pub(crate) security: Security,
    /// The name to log in with; without it no password is asked for.
    #[arg(long, requires = "email")]
    pub(crate) user: Option<String>,
    /// Who the mail is from.
    #[arg(long, requires = "email")]
    pub(crate) from: Option<String>,
    /// A POST with JSON to an address, which is asked for.
    #[arg(long)]
    pub(crate) webhook: bool,
    /// An incoming webhook of Slack, whose address is asked for.
    #[arg(long)]
    pub(crate) slack: bool,
    /// A topic of ntfy.
    #[arg(long, value_name = "TOPIC")]
    pub(crate) ntfy: Option<String>,
    /// The ntfy server.
    #[arg(long, value_name = "URL", default_value = "https://ntfy.sh")]
    pub(crate) server: String,
    /// Ask for a token that the topic needs.
    #[arg(long, requires = "ntfy")]
    pub(crate) token: bool,
    /// Read what is secret from standard input instead of asking on the terminal.
    #[arg(long, conflicts_with = "secret_env")]
    pub(crate) secret_stdin: bool,
    /// Read what is secret from this environment variable.
    #[arg(long, value_name = "NAME")]
    pub(crate) secret_env: Option<String>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Security {
    /// From the first byte.
    Tls,
    /// Before anything is said.
    Starttls,
    /// Not at all; only to this computer.
    None,
}

#[derive(clap::Args)]
pub(crate) struct NamedChannel {
    /// Its name.
    pub(crate) name: String,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct ConfirmChannel {
    /// Its name.
    pub(crate) name: String,
    /// It did not arrive: the channel is not used.
    #[arg(long)]
    pub(crate) no: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}
