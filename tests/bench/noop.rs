//! Tasks with next to nothing to do, as many as the core can take, in a process of its own.
//!
//! Two ways to have nothing to do. *Here*: the second turn of a conversation with the practice model asks it to go on, and
//! it has nothing to add; it answers at once and without text, so what is left is the store, the engine and the log.
//! *Over HTTP*: the first turn of a new conversation asks a model server, which answers at once with one piece.

use crate::floor_noop::Needed;
use crate::load::model;
use crate::{Outcome, process, server};
use meanwhile_core::model::{
    ChatNames, ConversationId, EventKind, Frame, GO_ON, Lane, Origin, ProviderKind, Settings,
};
use meanwhile_core::{Core, Follower, NewProvider, Options, Scope, SendMessage, SessionSecrets};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The most tasks that may run in parallel; the first turns are many, and each takes half a second.
const PLACES: u32 = 1024;

/// Nothing is open any more, and everybody was told.
const OPEN: &str = "SELECT (SELECT COUNT(*) FROM task WHERE ended_at IS NULL)
                         + (SELECT COUNT(*) FROM delivery WHERE state IN ('pending', 'claimed'))";

/// `bench noop FOLDER TASKS AT_ONCE [BASE_URL]`: the process itself. It prints what it needed.
pub fn child(args: impl Iterator<Item = String>) -> Outcome<()> {
    let args: Vec<String> = args.collect();
    let (folder, tasks, at_once, base_url) = match args.as_slice() {
        [folder, tasks, at_once] => (folder, tasks, at_once, None),
        [folder, tasks, at_once, url] => (folder, tasks, at_once, Some(url.clone())),
        _ => return Err("noop FOLDER TASKS AT_ONCE [BASE_URL]".into()),
    };
    // As `meanwhile serve` has it.
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(8).enable_all().build()?;
    let needed = runtime.block_on(run(Path::new(folder), tasks.parse()?, at_once.parse()?, base_url))?;
    println!("{}", serde_json::to_string(&needed)?);
    Ok(())
}

async fn run(folder: &Path, tasks: usize, at_once: usize, base_url: Option<String>) -> Outcome<Needed> {
    let secrets = Arc::new(SessionSecrets::default());
    let core = Core::open(Options { secrets, ..Options::new(folder.join("data")) }).await?;
    let settings = core.settings().await?;
    // Names of chats would be tasks that nobody counts.
    let settings = Settings { parallel_tasks: PLACES, chat_names: ChatNames::Off, ..settings };
    core.save_settings(settings).await?;
    let prompts = match base_url {
        Some(base_url) => {
            let (name, kind) = ("sim".to_owned(), ProviderKind::OpenaiChat);
            core.add_provider(NewProvider {
                name,
                kind,
                base_url,
                key: None,
                key_env: None,
                headers: Default::default(),
                proxy: None,
            })
            .await?;
            vec![prompt(None, "Summarise this", &format!("sim/{}", model(1, 0))); tasks]
        }
        None => second_turns(&core, tasks).await?,
    };
    let (began, before) = (Instant::now(), process::cpu_seconds(std::process::id()));
    complete(&core, prompts, at_once).await?;
    until_told(&core).await?;
    let needed = Needed {
        seconds: began.elapsed().as_secs_f64(),
        cpu_seconds: process::cpu_seconds(std::process::id()) - before,
        commits: None,
    };
    let found = core.doctor().await?;
    core.shutdown().await;
    if found.is_empty() { Ok(needed) } else { Err(format!("after the tasks: {found:?}").into()) }
}

/// Has that many first turns answered by the practice model, and gives a prompt for the second turn of each.
async fn second_turns(core: &Core, tasks: usize) -> Outcome<Vec<SendMessage>> {
    let first = vec![prompt(None, "hello", "practice/quick"); tasks];
    let asked = complete(core, first, PLACES as usize).await?;
    until_told(core).await?;
    Ok(asked.into_iter().map(|id| prompt(Some(id), GO_ON, "practice/quick")).collect())
}

fn prompt(conversation_id: Option<ConversationId>, text: &str, model: &str) -> SendMessage {
    SendMessage {
        conversation_id,
        model: Some(model.to_owned()),
        ..SendMessage::new(text, Lane::Background, Origin::Api)
    }
}

/// Sends all of them, never more than so many that are not completed, and gives their conversations.
async fn complete(core: &Core, prompts: Vec<SendMessage>, at_once: usize) -> Outcome<Vec<ConversationId>> {
    let (tasks, room) = (prompts.len(), Arc::new(Semaphore::new(at_once)));
    let follower = core.follow(Scope::All, Some(*core.head().borrow()));
    let following = tokio::spawn(until_completed(follower, tasks, Arc::clone(&room)));
    let mut sends = JoinSet::new();
    for prompt in prompts {
        // Its place is given back when its completion is in the log.
        room.acquire().await?.forget();
        let core = core.clone();
        sends.spawn(async move { core.send_message(prompt).await });
    }
    let mut conversations = Vec::with_capacity(tasks);
    while let Some(sent) = sends.join_next().await {
        conversations.push(sent??.task.conversation_id);
    }
    following.await??;
    Ok(conversations)
}

async fn until_completed(mut follower: Follower, tasks: usize, room: Arc<Semaphore>) -> Outcome<()> {
    let completed = read_completed(&mut follower, tasks, &room).await;
    if completed.is_err() {
        // Nobody gives places back any more.
        room.close();
    }
    completed
}

async fn read_completed(follower: &mut Follower, tasks: usize, room: &Semaphore) -> Outcome<()> {
    let mut left = tasks;
    while left > 0 {
        let Frame::Events { events, .. } = follower.next().await.ok_or("the core ended")?? else { continue };
        for event in events {
            match event.kind {
                EventKind::Completed { .. } => {
                    left -= 1;
                    room.add_permits(1);
                }
                EventKind::Failed { .. } | EventKind::Waiting { .. } | EventKind::Requeued { .. } => {
                    return Err(format!("a task came to {:?}", event.kind).into());
                }
                _ => {}
            }
        }
    }
    Ok(())
}

async fn until_told(core: &Core) -> Outcome<()> {
    let rows = server::rows(core.data_dir())?;
    let mut steps = core.steps();
    loop {
        steps.mark_unchanged();
        if rows.query_row(OPEN, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(());
        }
        steps.changed().await?;
    }
}
