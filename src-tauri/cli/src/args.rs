mod agent;
mod channel;
mod forecast;
mod provider;
mod server;
mod usage;

pub(crate) use agent::{Answered, Permits, PutBack, Reject, Remark, Waiting, Yes};
pub(crate) use channel::{AddChannel, ChannelVerb, Channels, ConfirmChannel, NamedChannel, Security};
pub(crate) use forecast::Forecast;
pub(crate) use provider::{Add, ProviderVerb};
pub(crate) use server::{AcceptServer, AddServer, NamedServer, Servers, ServersVerb};
pub(crate) use usage::{By, Limit, UsageOf};

use clap::{Parser, Subcommand, ValueEnum};
use meanwhile_api::Scope;
use serde::Serialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Ask models, and let the answers come while you do something else.
#[derive(Parser)]
#[command(name = "meanwhile", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Where everything is stored. Default: MEANWHILE_DATA_DIR, else the system's folder for application data.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 the task failed or the step was refused, 2 usage, \
3 the data is newer than this program, 4 not reachable, 130 ended by Ctrl-C";

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Work without a window: the core and its HTTP API, until it is ended.
    Serve(Serve),
    /// Ask something and read the answer as it comes, or send it to the background.
    Ask(Ask),
    /// List what is being worked on and what is done.
    Tasks(Tasks),
    /// Print the answer of a task, and the facts about it.
    Show(One),
    /// Follow a task until it is finished.
    Watch(One),
    /// Stop a task; what was written so far is kept.
    Stop(One),
    /// Set a task aside.
    Pause(One),
    /// Go on with a task that waits for you or was paused; try one now that waits for a moment.
    Resume(ResumeOne),
    /// Let a task use more, or less; what is not said is not limited. One that waits because of that goes on.
    Budget(NewBudget),
    /// Take what a waiting task has written so far as its answer.
    Finish(One),
    /// List who can be given work in a folder, and what each is good for.
    Agents(Json),
    /// List what waits for your yes or your answer, with all that would happen.
    Approvals(Waiting),
    /// Allow what an agent wants to do; it is shown first.
    Approve(Yes),
    /// Do not allow it.
    Reject(Reject),
    /// Answer what an agent asks.
    Answer(Answered),
    /// Tell an agent at work something; it hears that with its next step.
    Say(Remark),
    /// List what is always or never allowed without being asked, or take one of them back.
    Permits(Permits),
    /// Print what the agent of a task did, step by step.
    Steps(One),
    /// Print what a task changed in its folder, as a diff.
    Changes(One),
    /// Put back what a task changed in its folder; what you edited since stays.
    PutBack(PutBack),
    /// Make a branch of what a task changed in its copy of a folder; the folder stays as it is.
    Branch(One),
    /// Print what happened to a task, in plain words.
    Logs(One),
    /// Say how long something would take and whether the background fits, before it is asked; without a prompt, how good that was.
    Forecast(Forecast),
    /// Say what was used: tokens and money, by day, model or conversation.
    Usage(UsageOf),
    /// Say how much a day may use before you are asked, or change it.
    Limit(Limit),
    /// Find words in the names of chats and in everything that was said.
    Search(Search),
    /// Write a chat, or all of them, to standard output.
    Export(Export),
    /// Bring in the chats of an export of ChatGPT, Claude or Meanwhile; again brings in only what is new.
    Import(Import),
    /// The places that answer.
    #[command(subcommand)]
    Provider(ProviderVerb),
    /// The servers of tools that agents may ask: list, add, accept, remove.
    Servers(Servers),
    /// Be told beside the app: by e-mail, in Slack, by ntfy or by a request to a program of yours.
    Channel(Channels),
    /// Be told nothing of a task outside the app.
    Mute(One),
    /// Be told of it again.
    Unmute(One),
    /// Let other programs use the API, with a token that allows less than yours.
    #[command(subcommand)]
    Token(TokenVerb),
    /// List the models of every provider.
    Models(Json),
    /// Check the stored data.
    Doctor(Doctor),
    /// Pull the plug on a second Meanwhile while it answers, and see that nothing is lost; takes about 15 seconds.
    Prove(Json),
    /// The second Meanwhile of `prove`.
    #[command(hide = true)]
    AnswerProof {
        /// Its data folder.
        folder: PathBuf,
    },
    /// Make a checked copy of all data now; one is made every day by itself, and seven are kept.
    Backup(Backup),
    /// Go back to a copy of the data; what is there now is kept beside it.
    Restore(Restore),
    /// Read what can be read of damaged data, put it in their place, and keep them beside it.
    Salvage(Json),
    /// Raise the window, or start the desktop app.
    Open(Open),
    /// Say whether Meanwhile runs and what it is working on.
    Status(Json),
    /// End the running Meanwhile; it names what it would interrupt.
    Quit(Quit),
}

#[derive(clap::Args)]
pub(crate) struct Json {
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Doctor {
    /// Also say what would put each finding right; nothing is changed.
    #[arg(long)]
    pub(crate) repair_plan: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Backup {
    /// Only list the copies there are.
    #[arg(long)]
    pub(crate) list: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Restore {
    /// The copy; the newest when none is named.
    pub(crate) file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Serve {
    /// The address of this machine to listen on; port 0 takes a free one.
    #[arg(long, value_name = "127.0.0.1:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// Accepted for symmetry: the line that says it is ready is JSON anyway.
    #[arg(long, hide = true)]
    pub(crate) json: bool,
    /// Started by another verb, and not to stay: it ends for a desktop app that starts.
    #[arg(long, hide = true)]
    pub(crate) give_way: bool,
}

#[derive(clap::Args)]
pub(crate) struct Ask {
    /// What to ask. `-` reads it from standard input; text piped in is added to it.
    pub(crate) prompt: Option<String>,
    /// Which model, as `provider/model`.
    #[arg(long, value_name = "P/M")]
    pub(crate) model: Option<String>,
    /// Do not wait for the answer.
    #[arg(long)]
    pub(crate) background: bool,
    /// Ask in a conversation that exists.
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// Ask about this file: text, code, PDF, Word, Excel, PowerPoint or a picture. Of a folder go all files that are not
    /// hidden, no pictures, and not named by .gitignore or .ignore. May be given several times.
    #[arg(long, value_name = "FILE|FOLDER")]
    pub(crate) attach: Vec<PathBuf>,
    /// Ask about the files part by part, and then about what that came to: for what is too long for one request.
    #[arg(long, requires = "attach")]
    pub(crate) in_parts: bool,
    /// Have it answered in a batch, for half the price: within a day, mostly within an hour, also while this computer sleeps.
    /// For models of Anthropic.
    #[arg(long, requires = "background", conflicts_with_all = ["in_parts", "seconds"])]
    pub(crate) batch: bool,
    /// Give it to this agent, which works in steps; see `meanwhile agents`.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["in_parts", "batch"])]
    pub(crate) agent: Option<String>,
    /// The folder the agent works in.
    #[arg(long, value_name = "FOLDER", requires = "agent")]
    pub(crate) folder: Option<PathBuf>,
    /// The agent shows its plan and waits for a yes to it, before anything is changed.
    #[arg(long, requires = "agent")]
    pub(crate) plan_first: bool,
    /// The agent works in a copy of the folder, which is one that git knows; `meanwhile branch` makes a branch of what it changed.
    #[arg(long, requires = "folder")]
    pub(crate) in_copy: bool,
    #[command(flatten)]
    pub(crate) manner: HowAsked,
    #[command(flatten)]
    pub(crate) most: Most,
    /// Print the task as JSON, when it is finished or, in the background, at once.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How the models of a new conversation are asked, now and later.
#[derive(clap::Args, Serialize)]
pub(crate) struct HowAsked {
    /// Tell the model this before everything else, in a new conversation.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        conflicts_with = "conversation"
    )]
    pub(crate) system: String,
    /// How freely it chooses its words: 0 for the likeliest each time, up to 2; in a new conversation.
    #[arg(long, value_name = "N", conflicts_with = "conversation")]
    pub(crate) temperature: Option<f64>,
    /// End each answer after so many tokens, in a new conversation.
    #[arg(long = "max-answer-tokens", value_name = "N", conflicts_with = "conversation")]
    pub(crate) max_tokens: Option<u64>,
}

impl HowAsked {
    /// True when anything is said.
    pub(crate) fn is_some(&self) -> bool {
        !self.system.is_empty() || self.temperature.is_some() || self.max_tokens.is_some()
    }
}

/// What a task may use before you are asked.
#[derive(clap::Args, Default, PartialEq, Serialize)]
pub(crate) struct Most {
    /// Ask me before it costs more, in US dollars.
    #[arg(long = "max-usd", value_name = "USD")]
    pub(crate) usd: Option<f64>,
    /// Ask me before it writes more tokens.
    #[arg(long = "max-tokens", value_name = "N")]
    pub(crate) tokens: Option<u64>,
    /// Ask me before it works longer.
    #[arg(long = "max-seconds", value_name = "S")]
    pub(crate) seconds: Option<u32>,
    /// Ask me before an agent takes more steps; a hundred when nothing is said.
    #[arg(long = "max-steps", value_name = "N")]
    pub(crate) steps: Option<u32>,
    /// Ask me before an agent changes more files; two hundred when nothing is said.
    #[arg(long = "max-files", value_name = "N")]
    pub(crate) files: Option<u32>,
}

impl Most {
    /// True when anything is limited.
    pub(crate) fn is_some(&self) -> bool {
        *self != Self::default()
    }
}

#[derive(clap::Args)]
pub(crate) struct NewBudget {
    /// The id of the task.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) most: Most,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Tasks {
    /// How many finished tasks to list.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) limit: u32,
    /// Only those in whose prompt or answer all of these words stand.
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// Only those in one of these states, such as `failed,waiting`.
    #[arg(long, value_name = "STATES")]
    pub(crate) state: Option<String>,
    /// Only those of this model, as `provider/model`.
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Only those whose outcome nobody looked at.
    #[arg(long)]
    pub(crate) unread: bool,
    /// What Meanwhile gave itself to do, such as names of chats, and nothing else.
    #[arg(long)]
    pub(crate) system: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Search {
    /// All of them stand in one text, each anywhere in it; words in double quotes are one.
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// How many places to list.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Import {
    /// The `conversations.json` of the export, the zip it came in, or the JSON lines of `export --format jsonl`.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Only say what would be brought in.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Export {
    /// The id of the conversation; all of them when none is named, the trash left out.
    pub(crate) conversation: Option<String>,
    /// What it is written as.
    #[arg(long, default_value = "markdown")]
    pub(crate) format: WrittenAs,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum WrittenAs {
    /// To read: what is shown, of each prompt and each answer one version.
    Markdown,
    /// For programs: a JSON object a line, every version of everything.
    Jsonl,
}

#[derive(clap::Args)]
pub(crate) struct One {
    /// The id of the task.
    pub(crate) id: String,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct ResumeOne {
    #[command(flatten)]
    pub(crate) one: One,
    /// Have this model go on from the text that is there, also of a task that failed.
    #[arg(long, value_name = "P/M")]
    pub(crate) model: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct Open {
    /// The task to show.
    pub(crate) id: Option<String>,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Quit {
    /// Also while something is being worked on; it goes on at the next start.
    #[arg(long)]
    pub(crate) force: bool,
    /// Print the JSON of the API.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum TokenVerb {
    /// Make one and print it; it is shown this once.
    Add(NewToken),
    /// List them, without what they are made of.
    List(Json),
    /// Take one back; it is refused from its next request on.
    Remove {
        /// The token's name.
        name: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args)]
pub(crate) struct NewToken {
    /// Your name for it, such as that of the program it is for.
    pub(crate) name: String,
    /// What it allows.
    #[arg(long)]
    pub(crate) scope: Allowed,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Allowed {
    /// See and follow everything.
    Read,
    /// Also start tasks, which may cost money.
    Enqueue,
    /// Also stop, pause and resume tasks, and send them to the background.
    Control,
}

impl From<Allowed> for Scope {
    fn from(allowed: Allowed) -> Self {
        match allowed {
            Allowed::Read => Self::Read,
            Allowed::Enqueue => Self::Enqueue,
            Allowed::Control => Self::Control,
        }
    }
}
