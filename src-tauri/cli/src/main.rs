//! The command line of Meanwhile, and `meanwhile serve`: the core and its API without a window.

mod agent;
mod answer;
mod args;
mod ask;
mod attach;
mod backup;
mod channel;
mod connection;
mod conversation;
mod doctor;
mod failure;
mod forecast;
mod frames;
mod import;
mod interrupt;
mod launch;
mod out;
mod process;
mod prove;
mod provider;
mod serve;
mod server;
mod task;
mod token;
mod usage;
mod watch;
mod words;

use args::{Args, Verb};
use clap::Parser;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else is there that somebody could get hold of.
    if let Some(code) = meanwhile_extract::reading().or_else(meanwhile_tool::running) {
        return code;
    }
    let args = Args::parse();
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().max_blocking_threads(8).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return Failure::failed(format!("cannot start: {error}")).tell(),
        };
    let result = runtime.block_on(run(args));
    // A thread may still wait for a line from the terminal; it must not keep the process.
    runtime.shutdown_background();
    match result {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}

async fn run(args: Args) -> Result<ExitCode, Failure> {
    let folder = args.data_dir.unwrap_or_else(meanwhile_core::default_data_dir);
    // Other programs read this path later, from other folders.
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    match args.verb {
        Verb::Serve(serve) => serve::serve(&folder, serve).await,
        Verb::Ask(ask) => ask::ask(&folder, ask).await,
        Verb::Tasks(tasks) => task::list(&folder, tasks).await,
        Verb::Show(one) => task::show(&folder, one).await,
        Verb::Watch(one) => watch::watch(&folder, one).await,
        Verb::Stop(one) => task::step(&folder, one, "stop").await,
        Verb::Pause(one) => task::step(&folder, one, "pause").await,
        Verb::Resume(one) => task::resume(&folder, one).await,
        Verb::Budget(new) => task::budget(&folder, new).await,
        Verb::Finish(one) => task::step(&folder, one, "finish").await,
        Verb::Agents(json) => agent::list(&folder, json).await,
        Verb::Approvals(of) => agent::approvals(&folder, of).await,
        Verb::Approve(yes) => agent::approve(&folder, yes).await,
        Verb::Reject(no) => agent::reject(&folder, no).await,
        Verb::Answer(answer) => agent::answer(&folder, answer).await,
        Verb::Say(remark) => agent::say(&folder, remark).await,
        Verb::Permits(permits) => agent::permits(&folder, permits).await,
        Verb::Steps(one) => agent::steps(&folder, one).await,
        Verb::Changes(one) => agent::changes(&folder, one).await,
        Verb::Branch(one) => agent::branch(&folder, one).await,
        Verb::PutBack(what) => agent::put_back(&folder, what).await,
        Verb::Logs(one) => task::logs(&folder, one).await,
        Verb::Forecast(of) => forecast::forecast(&folder, of).await,
        Verb::Usage(of) => usage::usage(&folder, of).await,
        Verb::Limit(limit) => usage::limit(&folder, limit).await,
        Verb::Search(search) => conversation::search(&folder, search).await,
        Verb::Import(import) => import::import(&folder, import).await,
        Verb::Export(export) => conversation::export(&folder, export).await,
        Verb::Provider(verb) => provider::provider(&folder, verb).await,
        Verb::Servers(servers) => server::servers(&folder, servers).await,
        Verb::Channel(channels) => channel::channels(&folder, channels).await,
        Verb::Mute(one) => channel::mute(&folder, one, true).await,
        Verb::Unmute(one) => channel::mute(&folder, one, false).await,
        Verb::Token(verb) => token::token(&folder, verb),
        Verb::Models(json) => provider::models(&folder, json).await,
        Verb::Doctor(doctor) => doctor::doctor(&folder, doctor).await,
        Verb::Prove(json) => prove::prove(&folder, json).await,
        Verb::AnswerProof { folder } => prove::answer(folder).await,
        Verb::Backup(made) => backup::backup(&folder, made),
        Verb::Restore(back) => backup::restore(&folder, back),
        Verb::Salvage(json) => backup::salvage(&folder, json),
        Verb::Open(open) => process::open(&folder, open).await,
        Verb::Status(json) => process::status(&folder, json).await,
        Verb::Quit(quit) => process::quit(&folder, quit).await,
    }
}
