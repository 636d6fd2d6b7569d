//! Every call there is, and nothing else. The description in `openapi.json` is held against this list by a test.

mod background;
mod chat;
mod follow;
mod process;
mod provider;

use crate::body::{Nothing, parse};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::server::Front;
use axum::Router;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::routing::{self, MethodRouter};
use meanwhile_core::{Core, NewProvider, SendMessage};
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
        parse::<background::Start>(bytes).is_ok(),
        parse::<NewProvider>(bytes).is_ok(),
        parse::<Nothing>(bytes).is_ok(),
    ];
    read.contains(&true)
}

pub(crate) fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.answer);
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
    answer: MethodRouter<App>,
}

fn routes() -> Vec<Route> {
    vec![
        get("/healthz", process::healthz),
        get("/openapi.json", process::openapi),
        get("/background-agents", background::list),
        post("/background-agents/start", background::start),
        get("/background-agents/{id}", background::show),
        get("/background-agents/{id}/events", background::events),
        post("/background-agents/{id}/stop", background::stop),
        post("/background-agents/{id}/pause", background::pause),
        post("/background-agents/{id}/resume", background::resume),
        get("/background-agent-ws", follow::websocket),
        get("/events", follow::sse),
        post("/ask", chat::ask),
        post("/tasks/{id}/background", chat::continue_in_background),
        get("/conversations", chat::conversations),
        get("/conversations/{id}", chat::thread),
        get("/providers", provider::list),
        post("/providers", provider::add),
        delete("/providers/{name}", provider::remove),
        post("/providers/{name}/test", provider::test),
        get("/models", provider::models),
        get("/settings", process::settings),
        put("/settings", process::save_settings),
        get("/status", process::status),
        get("/doctor", process::doctor),
        post("/open", process::open),
        post("/quit", process::quit),
    ]
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, answer: H) -> Route {
    Route { method: "get", path, answer: routing::get(answer) }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, answer: H) -> Route {
    Route { method: "post", path, answer: routing::post(answer) }
}

fn put<H: Handler<T, App>, T: 'static>(path: &'static str, answer: H) -> Route {
    Route { method: "put", path, answer: routing::put(answer) }
}

fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, answer: H) -> Route {
    Route { method: "delete", path, answer: routing::delete(answer) }
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
