use crate::args::{Add, Json, ProviderVerb};
use crate::connection::{Connection, Reply, segment};
use crate::failure::Failure;
use crate::out;
use crate::words;
use meanwhile_core::model::{KeySource, Model, PriceSource, ProviderKind, ProviderRow, ProviderTest};
use meanwhile_core::{AddedProvider, Clock, Models, SystemClock};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;

/// Names of models are set in a column up to this length.
const LONGEST_NAME: usize = 48;

pub(crate) async fn provider(folder: &Path, verb: ProviderVerb) -> Result<ExitCode, Failure> {
    match verb {
        ProviderVerb::Add(add) => self::add(folder, add).await?,
        ProviderVerb::List(Json { json }) => {
            let reply = Connection::open(folder).await?.get("/providers").await?;
            print(&reply, json, list)?;
        }
        ProviderVerb::Test(named) => {
            let path = format!("/providers/{}/test", segment(&named.name));
            let reply = Connection::open(folder).await?.post(&path, &json!({})).await?;
            print(&reply, named.json, |found: ProviderTest| {
                out::line(&format!(
                    "It answers, in {} ms. {} models:",
                    found.latency_ms,
                    found.models.len()
                ))?;
                found.models.iter().try_for_each(|model| out::line(&format!("{}/{model}", named.name)))
            })?;
        }
        ProviderVerb::Remove(named) => {
            let path = format!("/providers/{}", segment(&named.name));
            let reply = Connection::open(folder).await?.delete(&path).await?;
            print(&reply, named.json, |_: serde_json::Value| {
                out::line(&format!("{} and its key are removed.", named.name))
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn add(folder: &Path, add: Add) -> Result<(), Failure> {
    let key = key(&add)?;
    let headers: Result<BTreeMap<_, _>, _> =
        add.header.iter().map(|(name, variable)| Ok((name, from_env(variable)?))).collect();
    let headers = headers?;
    let provider = json!({
        "name": add.name,
        "kind": ProviderKind::from(add.kind),
        "base_url": add.base_url,
        "key": key,
        "key_env": add.key_env,
        "headers": headers,
        "proxy": add.proxy,
    });
    let connection = Connection::open(folder).await?;
    let known: Providers = connection.get("/providers").await?.parse()?;
    if !add.replace && known.providers.iter().any(|one| one.name.eq_ignore_ascii_case(&add.name)) {
        return Err(Failure::usage(format!(
            "there is a provider called {} already, and nothing was changed. With --replace this one takes its place, key and headers included",
            add.name
        )));
    }
    let reply = connection.post("/providers", &provider).await?;
    print(&reply, add.json, |added: AddedProvider| {
        let place = match added.key_source {
            KeySource::None => "No key is sent to it.",
            KeySource::Keychain => "Its key is in the keychain.",
            KeySource::Session => {
                "There is no keychain here: its key is kept until Meanwhile ends, and not on disk."
            }
            KeySource::Environment => "Its key is read from the environment whenever it is needed.",
        };
        out::line(&format!("{} is added. {place}", added.name))?;
        out::note(&format!("Try it with: meanwhile provider test {}", added.name));
        Ok(())
    })
}

/// The key, by one of the ways that leave no trace in a process list or a shell's history.
fn key(add: &Add) -> Result<Option<String>, Failure> {
    let key = if let Some(name) = &add.key_env {
        from_env(name)?
    } else if add.key {
        rpassword::prompt_password(format!("Key for {}: ", add.name))
            .map_err(|error| Failure::usage(format!("the key cannot be read from the terminal: {error}")))?
    } else if add.key_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(|error| {
            Failure::usage(format!("the key cannot be read from standard input: {error}"))
        })?;
        line
    } else {
        return Ok(None);
    };
    let key = key.trim();
    if key.is_empty() { Err(Failure::usage("the key is empty")) } else { Ok(Some(key.to_owned())) }
}

fn from_env(name: &str) -> Result<String, Failure> {
    std::env::var(name)
        .map_err(|_| Failure::usage(format!("the environment variable {name} is not set here")))
}

#[derive(Deserialize)]
struct Providers {
    providers: Vec<ProviderRow>,
}

fn list(found: Providers) -> Result<(), Failure> {
    for row in found.providers {
        let kind = match row.kind {
            ProviderKind::OpenaiChat => "openai-chat",
            ProviderKind::OpenaiResponses => "openai-responses",
            ProviderKind::Anthropic => "anthropic",
            ProviderKind::Gemini => "gemini",
            ProviderKind::Ollama => "ollama",
            ProviderKind::Practice => "practice",
        };
        let key = match row.key_source {
            KeySource::None => "no key".to_owned(),
            KeySource::Keychain => "key in the keychain".to_owned(),
            KeySource::Session => "key until Meanwhile ends".to_owned(),
            KeySource::Environment => format!("key from {}", row.key_env.unwrap_or_default()),
        };
        let proxy = row.proxy.map(|proxy| format!(" through {proxy}")).unwrap_or_default();
        let headers = match row.headers.is_empty() {
            true => String::new(),
            false => format!(" with {}", row.headers.join(", ")),
        };
        out::line(&format!("{:<16} {kind:<12} {key:<26} {}{proxy}{headers}", row.name, row.base_url))?;
    }
    Ok(())
}

pub(crate) async fn models(folder: &Path, Json { json }: Json) -> Result<ExitCode, Failure> {
    let reply = Connection::open(folder).await?.get("/models").await?;
    print(&reply, json, |found: Models| {
        for problem in &found.problems {
            let kept = problem
                .listed_at
                .map(|at| format!(" What it named {} is listed.", words::ago(SystemClock.now(), at)));
            let kept = kept.unwrap_or_default();
            out::note(&format!("{}: {}.{kept}", problem.provider, problem.message));
        }
        let longest =
            found.models.iter().map(|model| model.id.len()).max().unwrap_or_default().min(LONGEST_NAME);
        found.models.iter().try_for_each(|model| {
            let facts = [context(model), price(model), abilities(model)].into_iter().flatten();
            let facts = facts.collect::<Vec<_>>().join(", ");
            out::line(format!("{:longest$}  {facts}", model.id).trim_end())
        })
    })?;
    Ok(ExitCode::SUCCESS)
}

/// `128k tokens`: thousands, counted as the model's makers do.
fn context(model: &Model) -> Option<String> {
    let tokens = model.facts.context?;
    let thousand = if !tokens.is_multiple_of(1_000) && tokens.is_multiple_of(1_024) { 1_024 } else { 1_000 };
    Some(match tokens / thousand {
        0 => format!("{tokens} tokens"),
        thousands if thousands < thousand => format!("{thousands}k tokens"),
        thousands => format!("{:.1}M tokens", thousands as f64 / thousand as f64),
    })
}

/// `$2.5 / $10 per million`: read and written.
fn price(model: &Model) -> Option<String> {
    let price = model.facts.price?;
    let by = match model.price_source {
        Some(PriceSource::User) => " (yours)",
        _ => "",
    };
    Some(format!("${} / ${} per million{by}", price.input, price.output))
}

fn abilities(model: &Model) -> Option<String> {
    let facts = &model.facts;
    let all = [
        ("images", facts.images == Some(true)),
        ("tools", facts.tools == Some(true)),
        ("reasoning", facts.reasoning == Some(true)),
        ("goes on at the provider", model.resumes),
        ("batches for half the price", model.has_batches),
    ];
    let has: Vec<_> = all.into_iter().filter(|(_, has)| *has).map(|(word, _)| word).collect();
    (!has.is_empty()).then(|| has.join(", "))
}

fn print<T: for<'de> Deserialize<'de>>(
    reply: &Reply,
    json: bool,
    words: impl FnOnce(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if json { out::line(&reply.text) } else { words(reply.parse()?) }
}
