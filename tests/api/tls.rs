//! Certificates: one that the computer trusts is enough, and no other is taken.

use meanwhile_support::binary::{Folder, Serve};
use meanwhile_support::model_server::ModelServer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// An authority that signs certificates.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a certificate says.
fn for_name(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

/// A model server that speaks https with this certificate; what it sends is from the one behind.
struct Front {
    address: SocketAddr,
    _serving: JoinSet<()>,
}

impl Front {
    async fn before(
        server: &ModelServer,
        by: &CertifiedIssuer<'_, KeyPair>,
        says: CertificateParams,
    ) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = says.signed_by(&key, by).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.into()], key.into()).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, behind) = (listener.local_addr().unwrap(), server.address());
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    let mut client = acceptor.accept(client).await?;
                    let mut server = TcpStream::connect(behind).await?;
                    copy_bidirectional(&mut client, &mut server).await
                });
            }
        });
        Self { address, _serving: serving }
    }
}

/// `serve` on a computer that trusts this authority and no other.
async fn trusting(folder: &Folder, authority: &CertifiedIssuer<'_, KeyPair>) -> Serve {
    let file = folder.path().with_file_name("authorities.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let trust = |command: &mut Command| {
        command.env("SSL_CERT_FILE", &file).env_remove("SSL_CERT_DIR");
    };
    folder.serve_with(&[], trust).await
}

/// Adds a provider with a key at this front and tests it: the status, and what was said.
async fn tested(serve: &Serve, front: &Front) -> (u16, String) {
    let base_url = format!("https://localhost:{}/v1", front.address.port());
    let add = json!({ "name": "far", "kind": "openai-chat", "base_url": base_url, "key": "sk-canary" });
    serve.client.post("/providers", &add).await.expect(201);
    let answer = serve.client.post("/providers/far/test", &json!({})).await;
    (answer.status, answer.json["detail"].as_str().unwrap_or_default().to_owned())
}

/// What is said of a certificate that is not trusted.
fn refusal(front: &Front, why: &str) -> String {
    format!(
        "The provider at localhost:{} cannot be reached: its certificate is not trusted: {why}; check the computer's \
         clock and proxy. Check that it is running and that you are online, then retry.",
        front.address.port()
    )
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_the_computer_trusts_is_taken() {
    let (folder, server, ours) = (Folder::new(), ModelServer::start().await, authority("Ours"));
    let front = Front::before(&server, &ours, for_name("localhost")).await;
    let serve = trusting(&folder, &ours).await;
    assert_eq!(tested(&serve, &front).await, (200, String::new()));
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer sk-canary"));
}

// F37
#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_and_named() {
    let (folder, server) = (Folder::new(), ModelServer::start().await);
    let front = Front::before(&server, &authority("Theirs"), for_name("localhost")).await;
    let serve = trusting(&folder, &authority("Ours")).await;
    assert_eq!(
        tested(&serve, &front).await,
        (502, refusal(&front, "the computer does not know who signed it"))
    );
    assert_eq!(server.requests().len(), 0, "no key was sent");
}

// F37
#[tokio::test]
async fn a_certificate_that_is_over_or_for_another_name_is_refused_and_named() {
    let (server, ours) = (ModelServer::start().await, authority("Ours"));
    let mut over = for_name("localhost");
    over.not_after = date_time_ymd(2020, 1, 1);
    for (says, named) in [(over, "it has expired"), (for_name("elsewhere.invalid"), "it is for another name")]
    {
        let folder = Folder::new();
        let front = Front::before(&server, &ours, says).await;
        let serve = trusting(&folder, &ours).await;
        assert_eq!(tested(&serve, &front).await, (502, refusal(&front, named)));
    }
    assert_eq!(server.requests().len(), 0, "no key was sent");
}
