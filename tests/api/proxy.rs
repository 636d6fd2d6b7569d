//! A proxy between this computer and the network: used for what is elsewhere, and for nothing that is here.

use meanwhile_support::api_client::Answer;
use meanwhile_support::binary::{Folder, Serve};
use meanwhile_support::model_server::ModelServer;
use serde_json::json;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Hands everything on to one model server, whoever was asked for; refuses tunnels.
struct Proxy {
    address: SocketAddr,
    /// The beginning of each connection, up to its first empty line.
    heads: Arc<Mutex<Vec<String>>>,
    serving: JoinSet<()>,
}

impl Proxy {
    async fn before(server: &ModelServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, behind) = (listener.local_addr().unwrap(), server.address());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        let seen = Arc::clone(&heads);
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(hand_on(client, behind, Arc::clone(&seen)));
            }
        });
        Self { address, heads, serving }
    }

    /// The first line of each connection.
    fn asked(&self) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        heads.iter().map(|head| head.lines().next().unwrap().to_owned()).collect()
    }

    /// `serve` with this proxy, as the system says it, and with these exceptions.
    async fn serve(&self, folder: &Folder, user: &str, exceptions: &str) -> Serve {
        let proxy = format!("http://{user}{}", self.address);
        folder
            .serve_with(&[], |command| {
                for name in ["HTTP_PROXY", "HTTPS_PROXY"] {
                    command.env(name, &proxy);
                }
                command.env("NO_PROXY", exceptions).env_remove("ALL_PROXY");
            })
            .await
    }
}

async fn hand_on(mut client: TcpStream, behind: SocketAddr, seen: Arc<Mutex<Vec<String>>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let is_tunnel = text.starts_with("CONNECT ");
    seen.lock().unwrap().push(text);
    if is_tunnel {
        return client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
    }
    let mut server = TcpStream::connect(behind).await?;
    server.write_all(&head).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

async fn add(serve: &Serve, name: &str, base_url: &str) {
    let provider = json!({ "name": name, "kind": "openai-chat", "base_url": base_url });
    serve.client.post("/providers", &provider).await.expect(201);
}

async fn ask(serve: &Serve, model: &str) {
    let task = serve.client.start(&json!({ "prompt": "x", "model": model })).await;
    serve.client.until_state(task["id"].as_str().unwrap(), "completed").await;
}

async fn test(serve: &Serve, name: &str) -> Answer {
    serve.client.post(&format!("/providers/{name}/test"), &json!({})).await
}

// F38
#[tokio::test]
async fn a_provider_elsewhere_is_asked_through_the_proxy_and_one_on_this_computer_never() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let proxy = Proxy::before(&server).await;
    let serve = proxy.serve(&folder, "", "").await;
    add(&serve, "here", &server.base_url()).await;
    add(&serve, "localhost", &server.base_url().replace("127.0.0.1", "localhost")).await;
    for name in ["here", "localhost"] {
        ask(&serve, &format!("{name}/sim-c1")).await;
        test(&serve, name).await.expect(200);
    }
    assert_eq!(proxy.asked(), [""; 0], "nothing for this computer leaves it");

    add(&serve, "far", "http://models.invalid/v1").await;
    ask(&serve, "far/sim-c1").await;
    assert_eq!(proxy.asked(), ["POST http://models.invalid/v1/chat/completions HTTP/1.1"]);
    test(&serve, "far").await.expect(200);
}

// F38
#[tokio::test]
async fn what_the_system_excepts_from_the_proxy_is_asked_directly() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let proxy = Proxy::before(&server).await;
    let serve = proxy.serve(&folder, "", "intern.invalid").await;
    add(&serve, "own", "http://models.intern.invalid/v1").await;
    let refused = test(&serve, "own").await;
    assert_eq!(refused.refusal(), (502, "provider"));
    assert!(refused.text.contains("its name is not known"), "{}", refused.text);
    assert_eq!(proxy.asked(), [""; 0]);
}

// F38
#[tokio::test]
async fn a_proxy_gets_its_own_name_and_password() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let proxy = Proxy::before(&server).await;
    let serve = proxy.serve(&folder, "ada:pass@", "").await;
    add(&serve, "far", "http://models.invalid/v1").await;
    test(&serve, "far").await.expect(200);
    let heads = proxy.heads.lock().unwrap().clone();
    // base64 of ada:pass
    assert!(heads[0].to_lowercase().contains("proxy-authorization: basic ywrhonbhc3m="), "{}", heads[0]);
}

// F38
#[tokio::test]
async fn a_proxy_that_refuses_or_is_not_there_is_named() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let mut proxy = Proxy::before(&server).await;
    let serve = proxy.serve(&folder, "", "").await;
    add(&serve, "far", "https://models.invalid/v1").await;
    let refused = test(&serve, "far").await;
    assert_eq!(proxy.asked(), ["CONNECT models.invalid:443 HTTP/1.1"]);
    assert!(refused.text.contains("the proxy did not let the request through"), "{}", refused.text);

    proxy.serving.shutdown().await;
    let refused = test(&serve, "far").await;
    assert!(refused.text.contains("the proxy cannot be reached"), "{}", refused.text);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_proxy_of_one_provider_is_used_for_it_and_for_no_other() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let proxy = Proxy::before(&server).await;
    let serve = folder
        .serve_with(&[], |command| {
            command.env("NO_PROXY", "*");
        })
        .await;
    let own = json!({ "name": "far", "kind": "openai-chat", "base_url": "http://models.invalid/v1",
        "proxy": format!("http://{}/", proxy.address) });
    serve.client.post("/providers", &own).await.expect(201);
    add(&serve, "here", &server.base_url()).await;
    ask(&serve, "here/sim-c1").await;
    assert_eq!(proxy.asked(), [""; 0]);
    ask(&serve, "far/sim-c1").await;
    assert_eq!(proxy.asked(), ["POST http://models.invalid/v1/chat/completions HTTP/1.1"]);
    let listed = serve.client.get("/providers").await.expect(200);
    assert_eq!(listed["providers"][1]["proxy"], format!("http://{}", proxy.address));
}
