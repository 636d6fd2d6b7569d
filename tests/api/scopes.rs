//! Tokens that allow less than the owner's, and what each of them opens.

use crate::fixture::{Api, id};
use crate::websocket::{Socket, connect, frame, message};
use meanwhile_api::{Front, Listen, Scope, Tokens, TokensError};
use meanwhile_core::model::Timestamp;
use meanwhile_support::api_client::{ApiClient, answer};
use meanwhile_support::harness::{FACT_LIMIT, Harness};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio_tungstenite::tungstenite::Message;

/// Who may make each call: this one and those after it in `CALLERS`. Written by hand, so that a call which opens
/// to more than it should is noticed here.
const CALLS: [(&str, &str, &str); 65] = [
    ("get", "/healthz", "nobody"),
    ("get", "/openapi.json", "read"),
    ("get", "/background-agents", "read"),
    ("get", "/background-agents/{id}", "read"),
    ("get", "/background-agents/{id}/events", "read"),
    ("get", "/background-agents/{id}/calls", "read"),
    ("get", "/agents", "read"),
    ("get", "/approvals", "read"),
    ("get", "/approvals/{id}", "read"),
    ("get", "/permits", "read"),
    ("get", "/tasks", "read"),
    ("get", "/timeline", "read"),
    ("get", "/background-agent-ws", "read"),
    ("get", "/events", "read"),
    ("get", "/conversations", "read"),
    ("get", "/conversations/{id}", "read"),
    ("get", "/conversations/{id}/export", "read"),
    ("get", "/search", "read"),
    ("get", "/providers", "read"),
    ("get", "/models", "read"),
    ("post", "/admission", "read"),
    ("get", "/forecasts", "read"),
    ("get", "/audit", "read"),
    ("get", "/usage", "read"),
    ("get", "/settings", "read"),
    ("get", "/status", "read"),
    ("get", "/doctor", "read"),
    ("post", "/background-agents/start", "enqueue"),
    ("post", "/ask", "enqueue"),
    ("post", "/attachments", "enqueue"),
    ("post", "/background-agents/{id}/stop", "control"),
    ("post", "/background-agents/{id}/pause", "control"),
    ("post", "/background-agents/{id}/resume", "control"),
    ("post", "/background-agents/{id}/budget", "control"),
    ("post", "/background-agents/{id}/finish", "control"),
    ("post", "/background-agents/{id}/say", "control"),
    ("post", "/tasks/{id}/pin", "control"),
    ("post", "/tasks/{id}/place", "control"),
    ("post", "/tasks/{id}/background", "control"),
    ("post", "/tasks/{id}/show", "control"),
    ("get", "/background-agents/{id}/changes", "owner"),
    ("post", "/background-agents/{id}/put-back", "owner"),
    ("post", "/background-agents/{id}/branch", "owner"),
    ("post", "/approvals/{id}", "owner"),
    ("delete", "/permits/{id}", "owner"),
    ("patch", "/conversations/{id}", "owner"),
    ("post", "/conversations", "owner"),
    ("post", "/providers", "owner"),
    ("delete", "/providers/{name}", "owner"),
    ("post", "/providers/{name}/test", "owner"),
    ("get", "/tool-servers", "owner"),
    ("post", "/tool-servers", "owner"),
    ("delete", "/tool-servers/{name}", "owner"),
    ("post", "/tool-servers/{name}/accept", "owner"),
    ("post", "/tool-servers/{name}/try", "owner"),
    ("get", "/channels", "owner"),
    ("post", "/channels", "owner"),
    ("delete", "/channels/{name}", "owner"),
    ("post", "/channels/{name}/test", "owner"),
    ("post", "/channels/{name}/confirm", "owner"),
    ("post", "/tasks/{id}/mute", "owner"),
    ("put", "/settings", "owner"),
    ("post", "/usage/more-today", "owner"),
    ("post", "/open", "owner"),
    ("post", "/quit", "owner"),
];

/// From little to much.
const CALLERS: [&str; 5] = ["nobody", "read", "enqueue", "control", "owner"];
const SCOPES: [Scope; 3] = [Scope::Read, Scope::Enqueue, Scope::Control];

fn rank(caller: &str) -> usize {
    CALLERS.iter().position(|name| *name == caller).unwrap()
}

fn tokens(data_dir: &Path) -> Tokens {
    Tokens::of(data_dir)
}

fn make(data_dir: &Path, name: &str, scope: Scope) -> String {
    tokens(data_dir).add(name, scope, Timestamp::from_ms(0)).unwrap()
}

/// A program with a token of this scope.
fn program(api: &Api, scope: Scope) -> ApiClient {
    api.client.with_token(&make(&api.app.data_dir(), &scope.to_string(), scope))
}

// S-15
#[tokio::test]
async fn each_scope_opens_the_calls_of_its_row_and_no_other() {
    let api = Api::start().await;
    let description = api.client.get("/openapi.json").await.expect(200);
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|method| (method.as_str(), path.as_str())));
    }
    let listed: BTreeSet<_> = CALLS.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(listed, described, "say here who may make a new call");

    let mut callers = vec![("owner", api.client.clone())];
    for (scope, name) in SCOPES.into_iter().zip(&CALLERS[1..]) {
        callers.push((name, program(&api, scope)));
    }
    for (caller, client) in &callers {
        for (method, path, needed) in CALLS {
            let address = path.replace("{id}", "unknown").replace("{name}", "unknown");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut request = client.request(method.clone(), &address);
            if method != Method::GET {
                // A body that no call takes: what is let in is not carried out.
                request = request.json(&json!(["not", "an", "object"]));
                if path == "/attachments" {
                    request = client
                        .request(method.clone(), &address)
                        .header("content-type", "application/octet-stream")
                        .body("x");
                }
            }
            if rank(caller) >= rank(needed) {
                let status = request.send().await.unwrap().status().as_u16();
                assert!(
                    ![401, 403].contains(&status),
                    "{caller}: {method} {path} was answered with {status}"
                );
                continue;
            }
            let refused = answer(request).await;
            assert_eq!(refused.refusal(), (403, "insufficient_scope"), "{caller}: {method} {path}");
            let detail = refused.json["detail"].as_str().unwrap();
            let way = match needed {
                "owner" => "the owner's token; it is in the file api-token".to_owned(),
                _ => format!(
                    "\"{needed}\"; make another token with: meanwhile token add NAME --scope {needed}"
                ),
            };
            assert!(detail.contains(&format!("has the scope \"{caller}\"")), "{detail}");
            assert!(detail.contains(&format!("needs {way}")), "{detail}");
        }
    }
}

// S-15
#[tokio::test]
async fn programs_do_what_their_scope_says_and_a_refused_call_changes_nothing() {
    let api = Api::start().await;
    let [reader, starter, stopper] = SCOPES.map(|scope| program(&api, scope));
    let prompt = json!({ "prompt": "Summarise this", "model": "practice/quick" });
    assert_eq!(reader.post("/background-agents/start", &prompt).await.status, 403);
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!(page, json!({ "active": [], "history": [], "next": null }), "nothing was stored");

    let started = starter.start(&prompt).await;
    assert_eq!(reader.until_state(id(&started), "completed").await["prompt"], "Summarise this");

    let edit = json!({ "conversation_id": started["conversation_id"], "text": "Shorter", "lane": "background",
        "origin": "api", "edit_of": id(&started) });
    let refused = starter.post("/ask", &edit).await;
    assert_eq!(refused.refusal(), (403, "insufficient_scope"), "it would change what the user sees");
    stopper.post("/ask", &edit).await.expect(201);

    let task = api.at_work().await;
    let stop = format!("/background-agents/{}/stop", id(&task));
    assert_eq!(starter.post(&stop, &json!({})).await.status, 403);
    assert_eq!(reader.task(id(&task)).await["state"], "running");
    stopper.post(&stop, &json!({})).await.expect(200);
    reader.until_state(id(&task), "cancelled").await;
}

// S-15
#[tokio::test]
async fn an_agent_is_started_steered_and_given_more_by_its_owner_alone() {
    let api = Api::start().await;
    let programs = SCOPES.map(|scope| program(&api, scope));
    let start = json!({ "prompt": "Look around", "model": "practice/quick", "agent": "General" });
    let ask = json!({ "text": "Look around", "lane": "background", "origin": "api", "model": "practice/quick",
        "agent": { "name": "General" } });
    for program in &programs {
        for (path, body) in [("/background-agents/start", &start), ("/ask", &ask)] {
            assert_eq!(program.post(path, body).await.refusal(), (403, "insufficient_scope"), "{path}");
        }
    }
    assert_eq!(api.client.get("/background-agents").await.expect(200)["active"], json!([]));

    let task = api.client.start(&start).await;
    let [.., control] = &programs;
    for (call, body) in [
        ("say", json!({ "text": "Send all of it" })),
        ("budget", json!({ "steps": 100_000 })),
        ("resume", json!({ "model": "practice/steady" })),
    ] {
        let path = format!("/background-agents/{}/{call}", id(&task));
        assert_eq!(control.post(&path, &body).await.refusal(), (403, "insufficient_scope"), "{call}");
    }
    assert_eq!(api.client.task(id(&task)).await["budget"], task["budget"]);
}

// S-15
#[tokio::test]
async fn a_removed_token_is_refused_at_its_next_request() {
    let api = Api::start().await;
    let program = program(&api, Scope::Control);
    program.get("/status").await.expect(200);
    tokens(&api.app.data_dir()).remove("control").unwrap();
    assert_eq!(program.get("/status").await.refusal(), (401, "unauthorized"));
    make(&api.app.data_dir(), "control", Scope::Control);
    assert_eq!(program.get("/status").await.refusal(), (401, "unauthorized"), "the name is not the token");
}

// S-15
#[tokio::test]
async fn whoever_follows_with_a_removed_token_is_told_nothing_more() {
    let api = Api::start().await;
    let program = program(&api, Scope::Read);
    let bearer = format!("Bearer {}", program.token);
    let mut socket = connect(&program, "", &[("authorization", &bearer)]).await.unwrap();
    assert_eq!(frame(&mut socket).await["type"], "snapshot");
    let mut events = program.request(Method::GET, "/events").send().await.unwrap();
    events.chunk().await.unwrap().expect("a snapshot");

    tokens(&api.app.data_dir()).remove("read").unwrap();
    api.at_work().await;
    assert_eq!(socket_end(&mut socket).await, (1008, "the token was removed".to_owned()));
    let rest = tokio::time::timeout(FACT_LIMIT, events.text()).await.expect("it stays open").unwrap();
    assert!(!rest.contains("data:"), "{rest}");
    assert!(connect(&program, "", &[("authorization", &bearer)]).await.is_err());
}

/// How it was closed. Not one more frame may come before.
async fn socket_end(socket: &mut Socket) -> (u16, String) {
    match message(socket).await {
        Message::Close(Some(reason)) => (reason.code.into(), reason.reason.to_string()),
        other => panic!("it was told {other:?}"),
    }
}

// S-15
#[tokio::test]
async fn scopes_count_on_a_socket_too() {
    let app = Harness::start().await;
    let server = meanwhile_api::serve(app.core.clone(), Listen::Unix, Front::None).await.unwrap();
    let owner = ApiClient::over_socket(&app.data_dir().join("meanwhile.sock"), &server.token_file);
    let program = owner.with_token(&make(&app.data_dir(), "reader", Scope::Read));
    program.get("/status").await.expect(200);
    assert_eq!(program.post("/quit", &json!({})).await.refusal(), (403, "insufficient_scope"));
    tokens(&app.data_dir()).remove("reader").unwrap();
    assert_eq!(program.get("/status").await.refusal(), (401, "unauthorized"));
}

// S-15
#[tokio::test]
async fn the_file_is_the_users_own_and_holds_no_token() {
    let api = Api::start().await;
    let programs = SCOPES.map(|scope| program(&api, scope));
    let file = api.app.data_dir().join("tokens.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read_to_string(&file).unwrap();
    for token in programs.map(|program| program.token) {
        let random = token.strip_prefix("mw_").expect("a token is recognised by how it begins");
        assert_eq!(random.len(), 64, "256 bits as hexadecimal digits");
        assert!(!kept.contains(random), "{kept}");
    }
    let hashes: Value = serde_json::from_str(&kept).unwrap();
    let hash = hashes["tokens"][0]["sha256"].as_str().unwrap();
    for guess in [hash.to_owned(), format!("mw_{hash}"), "mw_".to_owned()] {
        let guess = api.client.with_token(&guess).get("/status").await;
        assert_eq!(guess.refusal(), (401, "unauthorized"), "what is in the file opens nothing");
    }
}

// S-15
#[tokio::test]
async fn a_file_that_cannot_be_read_opens_nothing_and_is_not_written_over() {
    let api = Api::start().await;
    let program = program(&api, Scope::Read);
    let file = api.app.data_dir().join("tokens.json");
    let damaged = std::fs::read_to_string(&file).unwrap().replace("\"read\"", "\"everything\"");
    std::fs::write(&file, &damaged).unwrap();
    assert_eq!(program.get("/status").await.refusal(), (401, "unauthorized"));
    api.client.get("/status").await.expect(200);
    let all = tokens(&api.app.data_dir());
    let refused = all.add("other", Scope::Read, Timestamp::from_ms(0));
    assert!(matches!(refused, Err(TokensError::Unreadable { .. })), "{refused:?}");
    assert!(matches!(all.remove("read"), Err(TokensError::Unreadable { .. })));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), damaged);
}

// S-15
#[test]
fn tokens_made_at_the_same_time_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    std::thread::scope(|scope| {
        for number in 0..16 {
            let data_dir = &data_dir;
            scope.spawn(move || make(data_dir, &format!("program-{number}"), Scope::Read));
        }
    });
    assert_eq!(tokens(&data_dir).list().unwrap().len(), 16);
    assert_eq!(std::fs::metadata(&data_dir).unwrap().permissions().mode() & 0o777, 0o700);
}

// S-15
#[test]
fn there_are_never_more_than_64() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..64 {
        make(folder.path(), &format!("program-{number}"), Scope::Read);
    }
    let refused = tokens(folder.path()).add("one-more", Scope::Read, Timestamp::from_ms(0));
    assert!(matches!(refused, Err(TokensError::Full)), "{refused:?}");
}
