//! Every call there is, and nothing else. The description in `openapi.json` is held against this list by a test.

mod admission;
mod agent;
mod attachment;
mod background;
mod channel;
mod chat;
mod follow;
mod history;
mod process;
mod provider;
mod server;
mod usage;

use crate::body::{Nothing, parse};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::scope::{Right, Scope, only};
use crate::server::Front;
use axum::Router;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{self, MethodRouter};
use meanwhile_core::model::Imported;
use meanwhile_core::{Core, NewChannel, NewProvider, NewToolServer, Proposed, SendMessage};
use tokio_util::sync::CancellationToken;

/// What every call may use.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) core: Core,
    pub(crate) front: Front,
    pub(crate) limits: Limits,
    /// Cancelled when followers should leave.
    pub(crate) closing: CancellationToken,
    /// Cancelled by the call that ends the process.
    pub(crate) quit: CancellationToken,
}

/// Whether these bytes are the body of any call. Public for the fuzz targets only.
#[doc(hidden)]
pub fn is_body(bytes: &[u8]) -> bool {
    let read = [
        parse::<SendMessage>(bytes).is_ok(),
        parse::<Proposed>(bytes).is_ok(),
        parse::<background::Start>(bytes).is_ok(),
        parse::<chat::Change>(bytes).is_ok(),
        parse::<Imported>(bytes).is_ok(),
        parse::<NewProvider>(bytes).is_ok(),
        parse::<NewToolServer>(bytes).is_ok(),
        parse::<NewChannel>(bytes).is_ok(),
        parse::<Nothing>(bytes).is_ok(),
    ];
    read.contains(&true)
}

pub(crate) fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        // Around the answer alone, so that a method that is not there is told as such to everybody with a token.
        let guard = middleware::from_fn_with_state(route.needs, only);
        router = router.route(route.path, route.answer.route_layer(guard));
    }
    router
        .fallback(|| async {
            Problem::new(StatusCode::NOT_FOUND, "no_such_route", "there is nothing at this address")
        })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address does not take that method",
            )
        })
        .with_state(app)
}

struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test that compares with openapi.json"))]
    method: &'static str,
    path: &'static str,
    needs: Right,
    answer: MethodRouter<App>,
}

const NOTHING: Right = Right::Nothing;
const READ: Right = Right::Token(Scope::Read);
const ENQUEUE: Right = Right::Token(Scope::Enqueue);
const CONTROL: Right = Right::Token(Scope::Control);
const OWNER: Right = Right::Owner;

/// Each call with the least that its caller needs. Whatever is neither reading nor work on a task is the owner's.
fn routes() -> Vec<Route> {
    vec![
        get("/healthz", NOTHING, process::healthz),
        get("/openapi.json", READ, process::openapi),
        get("/background-agents", READ, background::list),
        post("/background-agents/start", ENQUEUE, background::start),
        get("/background-agents/{id}", READ, background::show),
        get("/background-agents/{id}/events", READ, background::events),
        post("/background-agents/{id}/stop", CONTROL, background::stop),
        post("/background-agents/{id}/pause", CONTROL, background::pause),
        post("/background-agents/{id}/resume", CONTROL, background::resume),
        post("/background-agents/{id}/budget", CONTROL, background::budget),
        post("/background-agents/{id}/finish", CONTROL, background::finish),
        post("/background-agents/{id}/say", CONTROL, agent::say),
        get("/background-agents/{id}/calls", READ, agent::calls),
        get("/background-agents/{id}/changes", OWNER, agent::changes),
        post("/background-agents/{id}/put-back", OWNER, agent::put_back),
        post("/background-agents/{id}/branch", OWNER, agent::branch),
        get("/agents", READ, agent::list),
        get("/approvals", READ, agent::approvals),
        get("/approvals/{id}", READ, agent::approval),
        post("/approvals/{id}", OWNER, agent::decide),
        get("/permits", READ, agent::permits),
        delete("/permits/{id}", OWNER, agent::revoke),
        get("/background-agent-ws", READ, follow::websocket),
        get("/events", READ, follow::sse),
        post("/ask", ENQUEUE, chat::ask),
        post("/attachments", ENQUEUE, attachment::attach),
        get("/tasks", READ, history::find),
        get("/timeline", READ, history::timeline),
        post("/tasks/{id}/pin", CONTROL, history::pin),
        post("/tasks/{id}/place", CONTROL, history::place),
        post("/tasks/{id}/background", CONTROL, chat::continue_in_background),
        post("/tasks/{id}/show", CONTROL, chat::show),
        get("/conversations", READ, chat::conversations),
        get("/conversations/{id}", READ, chat::thread),
        post("/conversations", OWNER, chat::import),
        get("/conversations/{id}/export", READ, chat::export),
        patch("/conversations/{id}", OWNER, chat::change),
        get("/search", READ, chat::search),
        get("/providers", READ, provider::list),
        post("/providers", OWNER, provider::add),
        delete("/providers/{name}", OWNER, provider::remove),
        post("/providers/{name}/test", OWNER, provider::test),
        get("/tool-servers", OWNER, server::list),
        post("/tool-servers", OWNER, server::add),
        delete("/tool-servers/{name}", OWNER, server::remove),
        post("/tool-servers/{name}/accept", OWNER, server::accept),
        post("/tool-servers/{name}/try", OWNER, server::look),
        get("/channels", OWNER, channel::list),
        post("/channels", OWNER, channel::add),
        delete("/channels/{name}", OWNER, channel::remove),
        post("/channels/{name}/test", OWNER, channel::test),
        post("/channels/{name}/confirm", OWNER, channel::confirm),
        post("/tasks/{id}/mute", OWNER, channel::mute),
        get("/models", READ, provider::models),
        post("/admission", READ, admission::admit),
        get("/forecasts", READ, admission::forecasts),
        get("/audit", READ, admission::audit),
        get("/usage", READ, usage::usage),
        post("/usage/more-today", OWNER, usage::allow_today),
        get("/settings", READ, process::settings),
        put("/settings", OWNER, process::save_settings),
        get("/status", READ, process::status),
        get("/doctor", READ, process::doctor),
        post("/open", OWNER, process::open),
        post("/quit", OWNER, process::quit),
    ]
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, needs: Right, answer: H) -> Route {
    Route { method: "get", path, needs, answer: routing::get(answer) }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, needs: Right, answer: H) -> Route {
    Route { method: "post", path, needs, answer: routing::post(answer) }
}

fn patch<H: Handler<T, App>, T: 'static>(path: &'static str, needs: Right, answer: H) -> Route {
    Route { method: "patch", path, needs, answer: routing::patch(answer) }
}

fn put<H: Handler<T, App>, T: 'static>(path: &'static str, needs: Right, answer: H) -> Route {
    Route { method: "put", path, needs, answer: routing::put(answer) }
}

fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, needs: Right, answer: H) -> Route {
    Route { method: "delete", path, needs, answer: routing::delete(answer) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn described() -> serde_json::Value {
        serde_json::from_str(crate::OPENAPI).unwrap()
    }

    #[test]
    fn the_description_names_every_route_and_no_other() {
        let served: BTreeSet<_> = routes().iter().map(|r| (r.path.to_owned(), r.method.to_owned())).collect();
        let mut named = BTreeSet::new();
        for (path, methods) in described()["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys().filter(|key| *key != "parameters") {
                named.insert((path.clone(), method.clone()));
            }
        }
        assert_eq!(named, served);
    }

    // S-15
    #[test]
    fn the_description_names_what_each_call_needs() {
        let description = described();
        for route in routes() {
            let named = &description["paths"][route.path][route.method]["security"];
            let needed = match route.needs.word() {
                None => serde_json::json!([]),
                Some(word) => serde_json::json!([{ "token": [word] }]),
            };
            assert_eq!(*named, needed, "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn every_reference_of_the_description_leads_somewhere() {
        fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
            match value {
                serde_json::Value::Object(members) => {
                    for (name, member) in members {
                        match member.as_str() {
                            Some(target) if name == "$ref" => found.push(target.to_owned()),
                            _ => collect(member, found),
                        }
                    }
                }
                serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
                _ => {}
            }
        }
        let description = described();
        let mut references = Vec::new();
        collect(&description, &mut references);
        assert!(!references.is_empty());
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(description.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }
}
