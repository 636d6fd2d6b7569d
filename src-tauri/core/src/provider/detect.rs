//! Finds the model servers that already run on this computer.

use super::http;
use crate::model::{LocalServer, ProviderKind};
use futures_util::future::join_all;
use reqwest::{Client, Url};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How long one address may take to answer. Source: section 4 of the library notes.
pub const DETECT_PATIENCE: Duration = Duration::from_millis(300);
/// Ollama, LM Studio, llama.cpp, Jan, vLLM: where to look, not what is there.
const USUAL_PORTS: [u16; 5] = [11434, 1234, 8080, 1337, 8000];
/// It has a dialect of its own beside the common one.
const OLLAMA: &str = "Ollama";
/// The most of one answer that is looked at.
const ANSWER_LIMIT: usize = 4 << 20;

/// Where servers usually listen, with the address in `OLLAMA_HOST` if that is this computer.
pub fn usual_targets(ollama_host: Option<&str>) -> Vec<SocketAddr> {
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut targets: Vec<SocketAddr> = USUAL_PORTS.iter().map(|port| SocketAddr::new(here, *port)).collect();
    if let Some(target) = ollama_host.and_then(ollama_target)
        && !targets.contains(&target)
    {
        targets.insert(0, target);
    }
    targets
}

/// Asks every target at once and tells what answered, by the form of its answers. Targets on other computers are
/// not asked, and no key is ever sent.
pub async fn detect_local(patience: Duration, targets: &[SocketAddr]) -> Vec<LocalServer> {
    let here = targets.iter().filter(|target| target.ip().is_loopback());
    let mut found: Vec<LocalServer> =
        join_all(here.map(|target| ask(*target, patience))).await.into_iter().flatten().collect();
    let mut taken: Vec<String> = Vec::new();
    for server in &mut found {
        let name = server.name.clone();
        let mut number = 1;
        while taken.contains(&server.name) {
            number += 1;
            server.name = format!("{name}-{number}");
        }
        taken.push(server.name.clone());
    }
    found
}

async fn ask(target: SocketAddr, patience: Duration) -> Option<LocalServer> {
    let root = Url::parse(&format!("http://{target}/")).ok()?;
    let client = http::client(&root, patience, None).ok()?;
    let paths = [
        "/v1/models",
        "/props",
        "/api/v1/models",
        "/api/v0/models",
        "/api/version",
        "/api/tags",
        "/openapi.json",
    ];
    let answers = join_all(paths.map(|path| get(&client, &root, path, patience))).await;
    let [list, props, lm_v1, lm_v0, version, tags, openapi]: [Option<Value>; 7] = answers.try_into().ok()?;
    let seen = Answers { list, props, lm_v1, lm_v0, version, tags, openapi };
    let (product, name, models) = seen.identify()?;
    let (kind, base_url) = match product {
        OLLAMA => (ProviderKind::Ollama, format!("http://{target}")),
        _ => (ProviderKind::OpenaiChat, format!("http://{target}/v1")),
    };
    Some(LocalServer { product: product.to_owned(), name: name.to_owned(), kind, base_url, models })
}

async fn get(client: &Client, root: &Url, path: &str, patience: Duration) -> Option<Value> {
    let work = async {
        let mut response = client.get(root.join(path).ok()?).send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_LIMIT {
                return None;
            }
        }
        serde_json::from_slice(&body).ok()
    };
    tokio::time::timeout(patience, work).await.ok().flatten()
}

/// What one address said to each question; `None` where it said nothing in JSON.
struct Answers {
    list: Option<Value>,
    props: Option<Value>,
    lm_v1: Option<Value>,
    lm_v0: Option<Value>,
    version: Option<Value>,
    tags: Option<Value>,
    openapi: Option<Value>,
}

type Found = (&'static str, &'static str, Vec<String>);

impl Answers {
    /// The most telling forms first: several products imitate each other's lists.
    fn identify(&self) -> Option<Found> {
        let listed = self.listed();
        let owner = |owner: &str| listed.iter().flatten().any(|model| text(model, "owned_by") == Some(owner));
        let names =
            || listed.iter().flatten().filter_map(|model| text(model, "id")).map(str::to_owned).collect();
        let has_props =
            self.props.as_ref().is_some_and(|props| props.get("default_generation_settings").is_some());
        if has_props || owner("llamacpp") {
            return Some(("llama.cpp", "llama-cpp", names()));
        }
        if let Some(models) = self.lm_studio() {
            return Some(("LM Studio", "lm-studio", models));
        }
        if let Some(models) = self.ollama() {
            return Some((OLLAMA, "ollama", models));
        }
        let listed = listed.as_ref()?;
        if owner("vllm") || listed.iter().any(|model| model.get("max_model_len").is_some_and(Value::is_u64)) {
            return Some(("vLLM", "vllm", names()));
        }
        let title = self.openapi.as_ref().and_then(|api| api.pointer("/info/title")).and_then(Value::as_str);
        if title.is_some_and(|title| title.starts_with("Jan")) {
            return Some(("Jan", "jan", names()));
        }
        Some(("OpenAI-compatible server", "local", names()))
    }

    /// The models of the common list, when it has the common form.
    fn listed(&self) -> Option<Vec<Value>> {
        let list = self.list.as_ref().filter(|list| text(list, "object") == Some("list"))?;
        let models = list.get("data")?.as_array()?;
        models.iter().all(|model| text(model, "id").is_some()).then(|| models.clone())
    }

    fn lm_studio(&self) -> Option<Vec<String>> {
        let newer = self.lm_v1.as_ref().and_then(|answer| answer.get("models")).and_then(Value::as_array);
        let older = self
            .lm_v0
            .as_ref()
            .filter(|answer| text(answer, "object") == Some("list"))
            .and_then(|answer| answer.get("data"))
            .and_then(Value::as_array);
        let (models, field) = match (newer, older) {
            (Some(models), _) if models.iter().all(|model| model.get("loaded_instances").is_some()) => {
                (models, "key")
            }
            (_, Some(models)) if models.iter().all(|model| model.get("state").is_some()) => (models, "id"),
            _ => return None,
        };
        let speaks = |model: &&Value| !text(model, "type").is_some_and(|kind| kind.starts_with("embedding"));
        Some(models.iter().filter(speaks).filter_map(|model| text(model, field)).map(str::to_owned).collect())
    }

    fn ollama(&self) -> Option<Vec<String>> {
        text(self.version.as_ref()?, "version")?;
        let models = self.tags.as_ref()?.get("models")?.as_array()?;
        Some(models.iter().filter_map(|model| text(model, "name")).map(str::to_owned).collect())
    }
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str)
}

/// `OLLAMA_HOST` may be a host, `host:port` or an address with a scheme; `0.0.0.0` listens here as well.
fn ollama_target(host: &str) -> Option<SocketAddr> {
    const OLLAMA_PORT: u16 = 11434;
    let host = host.trim();
    let url =
        if host.contains("://") { Url::parse(host) } else { Url::parse(&format!("http://{host}")) }.ok()?;
    let name = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
    let address = match name {
        "localhost" | "0.0.0.0" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        name => name.parse().ok()?,
    };
    let target = SocketAddr::new(address, url.port().unwrap_or(OLLAMA_PORT));
    target.ip().is_loopback().then_some(target)
}
