//! The API on a socket file, as the desktop app has it.

use meanwhile_api::{Address, Endpoint, Front, Listen};
use meanwhile_support::api_client::{ApiClient, answer};
use meanwhile_support::harness::Harness;
use reqwest::Method;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};

#[tokio::test]
async fn the_socket_lies_in_the_data_folder_and_is_the_users_own() {
    let app = Harness::start().await;
    let server = meanwhile_api::serve(app.core.clone(), Listen::Unix, Front::None).await.unwrap();
    let path = app.data_dir().join("meanwhile.sock");
    assert_eq!(server.address, Address::Unix(path.clone()));
    let found = std::fs::metadata(&path).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    let endpoint = Endpoint::read(&app.data_dir()).unwrap();
    assert_eq!((endpoint.socket, endpoint.url, endpoint.pid), (Some(path.clone()), None, std::process::id()));

    let client = ApiClient::over_socket(&path, &server.token_file);
    assert_eq!(client.get("/status").await.expect(200)["pid"], std::process::id());
    server.shutdown().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn the_token_and_the_host_count_on_a_socket_too() {
    let app = Harness::start().await;
    let server = meanwhile_api::serve(app.core.clone(), Listen::Unix, Front::None).await.unwrap();
    let mut client = ApiClient::over_socket(&app.data_dir().join("meanwhile.sock"), &server.token_file);
    let foreign = client.request(Method::GET, "/status").header("Host", "evil.example");
    assert_eq!(answer(foreign).await.refusal(), (421, "misdirected"));
    client.token = "wrong".to_owned();
    assert_eq!(client.get("/status").await.refusal(), (401, "unauthorized"));
}

#[tokio::test]
async fn a_socket_that_a_crash_left_behind_is_replaced() {
    let app = Harness::start().await;
    let path = app.data_dir().join("meanwhile.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let server = meanwhile_api::serve(app.core.clone(), Listen::Unix, Front::None).await.unwrap();
    let client = ApiClient::over_socket(&path, &server.token_file);
    assert_eq!(client.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_command_line_finds_a_process_by_its_socket() {
    let app = Harness::start().await;
    let _server = meanwhile_api::serve(app.core.clone(), Listen::Unix, Front::None).await.unwrap();
    let mut command = tokio::process::Command::new(meanwhile_support::binary::binary());
    command.args(["status", "--json", "--data-dir"]).arg(app.data_dir());
    let status = meanwhile_support::binary::ran(command).await.json();
    assert_eq!(status["pid"], std::process::id());
}
