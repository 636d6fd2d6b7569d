//! Asks one address for its models, and for what its list does not say about them.

use super::facts::{facts, shown};
use super::line::{Line, bytes_of};
use super::{CompletionRequest, ProviderError, address, http};
use crate::model::{ListedModel, ToolSpec, most_read};
use futures_util::future::join;
use futures_util::stream::{StreamExt, iter};
use reqwest::{RequestBuilder, Url};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::timeout;

/// A server is asked for its models by a person who waits. Source: F29, the limit for headers, halved.
const LIST_LIMIT: Duration = Duration::from_secs(30);
/// Lists of models are long at some aggregators, but not this long.
const LIST_BYTES: usize = 8 << 20;
/// Names in a list of models; the largest real one has a few hundred.
const MODELS: usize = 5_000;
/// What is not learned about the models in this time stays unknown: the list itself is there, and somebody waits for it.
const DESCRIBE_LIMIT: Duration = Duration::from_secs(2);
/// So many models are asked about one by one, so many of them at a time.
const DESCRIBED: usize = 200;
const AT_A_TIME: usize = 4;

/// Tokens of context that Ollama gives a model when nobody asks for more. Source: its notes on context length; it gives more where
/// there are 24 GiB of graphics memory.
const LEAST_CONTEXT: u64 = 4_096;
/// Tokens of it that are kept free for the answer: at least, and where more context is asked for anyway. A model that reasons
/// writes some thousands.
const ROOM_TO_ANSWER: (u64, u64) = (1_024, 8_192);
/// What is in memory is told at once, or not waited for.
const LOADED_LIMIT: Duration = Duration::from_secs(2);

/// The models in the list of a server, each where it came first.
pub(super) async fn listed(line: &Line) -> Result<Vec<ListedModel>, ProviderError> {
    let (base, client) = line.ready()?;
    let request = line.dressed(client.get(line.dialect.models_address(base)), "application/json")?;
    let limit = line.patience.first_event.min(LIST_LIMIT);
    let work = async {
        let response = request.send().await.map_err(|error| http::unreachable(base, &error))?;
        let response = line.checked(response, None).await?;
        let headers = response.headers().clone();
        let body = http::beginning(bytes_of(response), LIST_BYTES, line.patience, line.soon()).await;
        let list = serde_json::from_slice::<Value>(&body).ok();
        match list.and_then(|list| line.dialect.models(&list)) {
            Some(models) => Ok(each_once(models)),
            None => Err(line.not_a_provider(&headers, &body)),
        }
    };
    timeout(limit, work).await.unwrap_or(Err(ProviderError::Stalled(limit)))
}

fn each_once(models: Vec<ListedModel>) -> Vec<ListedModel> {
    let mut seen = HashSet::new();
    models.into_iter().filter(|model| seen.insert(model.name.clone())).take(MODELS).collect()
}

/// Adds what the list did not say, as far as the server tells it in time.
pub(super) async fn describe(line: &Line, models: &mut [ListedModel]) {
    let _ = timeout(DESCRIBE_LIMIT, async {
        one_by_one(line, models).await;
        from_other_lists(line, models).await;
    })
    .await;
}

async fn one_by_one(line: &Line, models: &mut [ListedModel]) {
    let Ok((base, client)) = line.ready() else { return };
    let asked: Vec<_> = models
        .iter()
        .enumerate()
        .filter_map(|(at, model)| Some((at, line.dialect.description(base, &model.name)?)))
        .take(DESCRIBED)
        .collect();
    let mut answers = iter(asked)
        .map(
            |(at, (url, question))| async move { (at, answer(line, client.post(url).json(&question)).await) },
        )
        .buffer_unordered(AT_A_TIME);
    while let Some((at, answer)) = answers.next().await {
        if let (Some(model), Some(answer)) = (models.get_mut(at), answer) {
            model.facts = shown(&answer).or(model.facts);
        }
    }
}

/// The context that a server has to be asked for, which would else read the prompt without its beginning; `None` when it
/// gives enough by itself. A model that is in memory keeps what it has there if that is enough: with more or less it would be
/// loaded anew.
pub(super) async fn context_for(line: &Line, request: &CompletionRequest) -> Option<u64> {
    let (base, client) = line.ready().ok()?;
    let url = line.dialect.loaded_address(base)?;
    let tools: usize = request.tools.iter().map(ToolSpec::bytes).sum();
    let read = most_read(&request.system, &request.messages) + tools.div_ceil(3) as u64;
    let with_room = |room: u64| read + request.max_tokens.map_or(room, |most| most.min(room));
    let needed = with_room(ROOM_TO_ANSWER.0);
    let list = timeout(LOADED_LIMIT, answer(line, client.get(url))).await.ok().flatten();
    let loaded = list.and_then(|list| line.dialect.models(&list)).into_iter().flatten();
    let has = loaded.filter(|model| same(&model.name, &request.model)).find_map(|model| model.facts.context);
    match has {
        Some(has) if has >= needed => Some(has),
        _ if needed <= LEAST_CONTEXT => None,
        _ => Some(with_room(ROOM_TO_ANSWER.1).next_power_of_two()),
    }
}

/// Ollama lists a model with its tag, and takes its name without the usual one.
fn same(listed: &str, asked: &str) -> bool {
    listed == asked || listed.strip_suffix(":latest") == Some(asked)
}

/// llama.cpp and LM Studio say more in places of their own than in the common list.
async fn from_other_lists(line: &Line, models: &mut [ListedModel]) {
    let Ok((base, client)) = line.ready() else { return };
    let is_near = base.scheme() == "http" && address::keeps_a_key_safe(base.as_str());
    let Some(root) = root_of(base).filter(|_| is_near) else { return };
    let get = |path| {
        let mut url = root.clone();
        url.set_path(path);
        answer(line, client.get(url))
    };
    if let [only] = models
        && let Some(props) = get("/props").await
    {
        only.facts = facts(&props).or(only.facts);
    }
    if models.iter().all(|model| model.facts.context.is_some()) {
        return;
    }
    let (newer, older) = join(get("/api/v1/models"), get("/api/v0/models")).await;
    for (list, entries, name) in [(newer, "models", "key"), (older, "data", "id")] {
        let entries = list.as_ref().and_then(|list| list.get(entries)?.as_array());
        for entry in entries.into_iter().flatten() {
            let same = models.iter_mut().find(|model| entry.get(name).is_some_and(|n| *n == model.name));
            if let Some(model) = same {
                model.facts = model.facts.or(facts(entry));
            }
        }
    }
}

/// The address of a server whose common API is at `/v1`.
fn root_of(base: &Url) -> Option<Url> {
    base.path().trim_end_matches('/').ends_with("/v1").then(|| base.clone())
}

async fn answer(line: &Line, request: RequestBuilder) -> Option<Value> {
    let response = line.dressed(request, "application/json").ok()?.send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    let body = http::beginning(bytes_of(response), LIST_BYTES, line.patience, line.soon()).await;
    serde_json::from_slice(&body).ok()
}
