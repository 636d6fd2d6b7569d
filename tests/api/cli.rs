//! The verbs, with the real program.

mod ask;
mod attach;
mod batch;
mod channel;
mod forecast;
mod import;
mod process;
mod prove;
mod provider;
mod salvage;
mod task;
mod token;
mod usage;

use meanwhile_support::binary::{Folder, Ran};
use meanwhile_support::model_server::ModelServer;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;

const QUICK: &str =
    "Practice model: sample text, not a real answer. Your prompt began \u{201c}What is up\u{201d}.\n";

/// A folder whose process knows a model server by the name `sim`.
async fn with_server() -> (Folder, ModelServer) {
    let folder = Folder::new();
    folder.names_no_chats().await;
    let server = ModelServer::start().await;
    let url = server.base_url();
    folder.run(&["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &url]).await.ok();
    (folder, server)
}

async fn background(folder: &Folder, model: &str) -> String {
    let out = folder.run(&["ask", "--background", "--model", model, "Summarise this"]).await.ok();
    out.trim().to_owned()
}

async fn until_state(folder: &Folder, id: &str, state: &str) {
    folder.client().until_state(id, state).await;
}

pub async fn with_input(folder: &Folder, args: &[&str], input: &str) -> Ran {
    let mut command = folder.meanwhile(args);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    child.wait_with_output().await.unwrap().into()
}
