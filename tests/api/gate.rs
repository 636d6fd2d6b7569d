//! Web pages, other names and other users' programs stay outside.

use crate::fixture::Api;
use crate::raw::{self, Reply};
use futures_util::stream::{self, StreamExt};
use meanwhile_support::api_client::answer;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const START: &str = r#"{"prompt":"x","model":"sim/m"}"#;

/// One way to ask, and the only status it may get.
#[derive(Clone, Debug)]
struct Attack {
    head: Vec<String>,
    status: u16,
}

fn attacks(host: &str, token: &str) -> Vec<Attack> {
    let port = host.split_once(':').unwrap().1;
    let hosts = [
        (host.to_owned(), true),
        (format!("localhost:{port}"), true),
        (format!("evil.example:{port}"), false),
        ("127.0.0.1".to_owned(), false),
        (format!("0.0.0.0:{port}"), false),
    ];
    let origins = [
        None,
        Some("null".to_owned()),
        Some("https://evil.example".to_owned()),
        Some(format!("http://{host}")),
    ];
    let sites = [None, Some("none"), Some("same-origin"), Some("cross-site")];
    let requests = [
        ("GET", "/background-agents", None),
        ("OPTIONS", "/background-agents/start", None),
        ("POST", "/background-agents/start", Some("application/json")),
        ("POST", "/background-agents/start", Some("text/plain")),
        ("POST", "/background-agents/start", Some("application/x-www-form-urlencoded")),
        ("POST", "/background-agents/start", None),
    ];
    let tokens = [Some(format!("Bearer {token}")), Some("Bearer 0000".to_owned()), None];
    let mut attacks = Vec::new();
    for (name, is_ours) in &hosts {
        for origin in &origins {
            for site in sites {
                for (method, path, content_type) in requests {
                    for token in &tokens {
                        let mut head = vec![format!("{method} {path} HTTP/1.1"), format!("Host: {name}")];
                        head.extend(origin.iter().map(|origin| format!("Origin: {origin}")));
                        head.extend(site.map(|site| format!("Sec-Fetch-Site: {site}")));
                        head.extend(content_type.map(|kind| format!("Content-Type: {kind}")));
                        head.extend(token.iter().map(|token| format!("Authorization: {token}")));
                        let is_page =
                            origin.is_some() || !matches!(site, None | Some("none")) || method == "OPTIONS";
                        let has_token = token.as_ref().is_some_and(|token| token != "Bearer 0000");
                        let status = match (*is_ours, is_page, has_token) {
                            (false, _, _) => 421,
                            (true, true, _) => 403,
                            (true, false, false) => 401,
                            (true, false, true) if method == "POST" => 415,
                            (true, false, true) => continue,
                        };
                        // This one is the user's own program.
                        if status == 415 && content_type == Some("application/json") {
                            continue;
                        }
                        attacks.push(Attack { head, status });
                    }
                }
            }
        }
    }
    attacks
}

// F65
#[tokio::test]
async fn no_combination_of_host_origin_site_method_type_and_token_gets_in() {
    let api = Api::start().await;
    let host: Arc<str> = api.host().into();
    let attacks = attacks(&host, &api.client.token);
    assert!(attacks.len() > 1_000, "{} combinations", attacks.len());
    let results: Vec<(Attack, Reply)> = stream::iter(attacks)
        .map(|attack| {
            let host = Arc::clone(&host);
            async move {
                let reply = raw::send(&host, &attack.head, START).await;
                (attack, reply)
            }
        })
        .buffer_unordered(32)
        .collect()
        .await;

    let mut wrong = BTreeMap::new();
    for (attack, reply) in &results {
        let is_right = reply.status == attack.status
            && reply.head.contains("cross-origin-resource-policy: same-origin")
            && !reply.head.contains("access-control-")
            && !reply.head.contains("set-cookie")
            && !reply.body.to_lowercase().contains("meanwhile");
        if !is_right {
            wrong.insert(attack.head.join(" | "), format!("{} {}", reply.status, reply.head));
        }
    }
    assert_eq!(wrong, BTreeMap::new());
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!(page, json!({ "active": [], "history": [], "next": null }), "nothing was stored");
}

async fn status_of(api: &Api, head: &[&str]) -> u16 {
    let token = format!("Authorization: Bearer {}", api.client.token);
    let head: Vec<String> = head.iter().map(|line| (*line).to_owned()).chain([token]).collect();
    raw::send(&api.host(), &head, "").await.status
}

#[tokio::test]
async fn the_three_names_of_this_machine_are_answered() {
    let api = Api::start().await;
    let host = api.host();
    let port = host.split_once(':').unwrap().1;
    for name in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(
            status_of(&api, &["GET /status HTTP/1.1", &format!("Host: {name}:{port}")]).await,
            200,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_name_that_is_almost_ours_is_not_answered() {
    let api = Api::start().await;
    let host = api.host();
    let port = host.split_once(':').unwrap().1;
    for name in [
        format!("localhost.:{port}"),
        format!("localhost:{port}.evil.example"),
        format!("LOCALHOST:{port}"),
        format!("localhost:0{port}"),
        format!("127.1:{port}"),
        format!("[::]:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("user@127.0.0.1:{port}"),
        format!("127.0.0.1:{port}, evil.example"),
        "localhost".to_owned(),
        String::new(),
    ] {
        let status = status_of(&api, &["GET /status HTTP/1.1", &format!("Host: {name}")]).await;
        assert!(matches!(status, 400 | 421), "{name} was answered with {status}");
    }
}

#[tokio::test]
async fn two_hosts_or_none_are_not_answered() {
    let api = Api::start().await;
    let ours = format!("Host: {}", api.host());
    assert_eq!(status_of(&api, &["GET /status HTTP/1.1", &ours, "Host: evil.example"]).await, 421);
    assert_eq!(status_of(&api, &["GET /status HTTP/1.1", &ours, &ours]).await, 421);
    assert_eq!(status_of(&api, &["GET /status HTTP/1.0"]).await, 421);
}

#[tokio::test]
async fn a_request_line_with_another_host_is_not_answered() {
    let api = Api::start().await;
    let ours = format!("Host: {}", api.host());
    assert_eq!(status_of(&api, &["GET http://evil.example/status HTTP/1.1", &ours]).await, 421);
}

#[tokio::test]
async fn health_is_the_only_thing_told_without_a_token() {
    let api = Api::start().await;
    let health = raw_get(&api, "/healthz", "").await;
    assert_eq!((health.status, health.body.as_str()), (200, "{\"ok\":true}"));
    for path in [
        "/",
        "/openapi.json",
        "/status",
        "/background-agents",
        "/events",
        "/healthz/",
        "/nothing",
        "/HEALTHZ",
    ] {
        assert_eq!(raw_get(&api, path, "").await.status, 401, "{path}");
    }
}

async fn raw_get(api: &Api, path: &str, more: &str) -> Reply {
    let mut head = vec![format!("GET {path} HTTP/1.1"), format!("Host: {}", api.host())];
    head.extend((!more.is_empty()).then(|| more.to_owned()));
    raw::send(&api.host(), &head, "").await
}

// F65
#[tokio::test]
async fn health_is_not_told_to_pages_or_other_names() {
    let api = Api::start().await;
    assert_eq!(raw_get(&api, "/healthz", "Origin: null").await.status, 403);
    assert_eq!(raw_get(&api, "/healthz", "Sec-Fetch-Site: same-site").await.status, 403);
    let foreign = ["GET /healthz HTTP/1.1".to_owned(), "Host: evil.example".to_owned()];
    assert_eq!(raw::send(&api.host(), &foreign, "").await.status, 421);
}

#[tokio::test]
async fn a_token_is_taken_from_its_header_only() {
    let api = Api::start().await;
    let token = api.client.token.clone();
    for line in [
        format!("Cookie: token={token}"),
        format!("Authorization: Basic {token}"),
        format!("Authorization: {token}"),
        format!("Authorization: Bearer {}", &token[..63]),
        format!("Authorization: Bearer {token}0"),
        "Authorization: Bearer ".to_owned(),
        format!("Authorization: Bearer {token}\r\nAuthorization: Bearer {token}"),
    ] {
        assert_eq!(raw_get(&api, "/status", &line).await.status, 401, "{line}");
    }
    assert_eq!(raw_get(&api, &format!("/status?token={token}"), "").await.status, 401);
    assert_eq!(raw_get(&api, "/status", &format!("authorization: bearer {token}")).await.status, 200);
}

#[tokio::test]
async fn a_wrong_token_gets_a_problem_that_says_so() {
    let api = Api::start().await;
    let wrong = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = answer(wrong.get(format!("{}/status", api.client.url)).bearer_auth("wrong")).await;
    assert_eq!(answer.refusal(), (401, "unauthorized"));
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

// F66
#[tokio::test]
async fn guessing_tokens_becomes_slow_and_the_right_one_does_not() {
    let api = Api::start().await;
    for _ in 0..10 {
        raw_get(&api, "/status", "Authorization: Bearer guess").await;
    }
    let began = Instant::now();
    assert_eq!(raw_get(&api, "/status", "Authorization: Bearer guess").await.status, 401);
    assert!(began.elapsed() >= Duration::from_secs(1), "the eleventh guess took {:?}", began.elapsed());
    // Asked while another guess is being held back: it does not wait for it.
    let guess = raw_get(&api, "/status", "Authorization: Bearer guess");
    let right = api.client.get("/healthz");
    tokio::select! {
        biased;
        _ = guess => panic!("a guess was answered first"),
        answer = right => assert_eq!(answer.status, 200),
    }
}

#[tokio::test]
async fn every_answer_carries_the_protecting_headers() {
    let api = Api::start().await;
    let calls = [
        (Method::GET, "/healthz"),
        (Method::GET, "/background-agents"),
        (Method::GET, "/background-agents/tsk_unknown"),
        (Method::GET, "/nothing"),
        (Method::PATCH, "/status"),
        (Method::POST, "/background-agents/start"),
        (Method::GET, "/events"),
    ];
    for (method, path) in calls {
        let response = api.client.request(method.clone(), path).send().await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin", "{method} {path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{method} {path}");
        assert_eq!(headers["cache-control"], "no-store", "{method} {path}");
        assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{method} {path}");
        assert!(!headers.contains_key("server") && !headers.contains_key("set-cookie"), "{method} {path}");
    }
}

#[tokio::test]
async fn reading_changes_nothing() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let id = task["id"].as_str().unwrap();
    for path in ["/background-agents/start", "/quit", "/open", &format!("/background-agents/{id}/stop")] {
        let answer = api.client.get(path).await;
        assert!(matches!(answer.status, 404 | 405), "{path} was answered with {}", answer.status);
    }
    assert_eq!(api.client.task(id).await["state"], "running");
}

// F66
#[tokio::test]
async fn the_token_file_is_the_users_own() {
    use std::os::unix::fs::PermissionsExt;
    let api = Api::start().await;
    for name in ["api-token", "endpoint.json"] {
        let file = api.app.data_dir().join(name);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    assert_eq!(api.client.token.len(), 64, "256 bits as hexadecimal digits");
}

#[tokio::test]
async fn only_this_machine_can_be_listened_on() {
    let api = Api::start().await;
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "127.0.0.2:0"] {
        let listen = meanwhile_api::Listen::Tcp(address.parse().unwrap());
        let Err(error) = meanwhile_api::serve(api.app.core.clone(), listen, meanwhile_api::Front::None).await
        else {
            panic!("{address} was taken");
        };
        assert!(error.to_string().contains("127.0.0.1 or [::1] only"), "{error}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_request_end_the_connection() {
    let api = Api::start().await;
    for bytes in
        [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello"[..], b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n"]
    {
        let mut stream = TcpStream::connect(api.host()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let reply = raw::read(&mut stream).await;
        assert_eq!(reply.status, 400, "{bytes:?}");
    }
    assert_eq!(api.client.get("/healthz").await.status, 200);
}
