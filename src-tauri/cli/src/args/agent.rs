use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Waiting {
    /// Only of this task.
    #[arg(long, value_name = "ID")]
    pub(crate) task: Option<String>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Yes {
    /// The number that `approvals` names; several are allowed one after the other.
    #[arg(required = true)]
    pub(crate) ids: Vec<i64>,
    /// The same tool in this folder, or of this server, as well, for the rest of this task.
    #[arg(long, conflicts_with = "always")]
    pub(crate) for_task: bool,
    /// The same tool in this folder, or of this server, as well, from now on; of commands exactly this one.
    #[arg(long)]
    pub(crate) always: bool,
    /// Do not ask me once more.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Reject {
    /// The number that `approvals` names.
    pub(crate) id: i64,
    /// Tell the agent why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Never again in this folder, without being asked: the same tool, of commands exactly this one.
    #[arg(long)]
    pub(crate) always: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Answered {
    /// The number that `approvals` names.
    pub(crate) id: i64,
    /// What you say.
    pub(crate) text: String,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Permits {
    /// Take the one with this number back.
    #[arg(long, value_name = "N")]
    pub(crate) revoke: Option<i64>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct PutBack {
    /// The id of the task.
    pub(crate) id: String,
    /// Only this file, as `changes` names it.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Remark {
    /// The id of the task.
    pub(crate) id: String,
    /// What you say.
    pub(crate) text: String,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}
