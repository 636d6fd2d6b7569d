//! Providers and their keys on the command line.

use super::{with_input, with_server};
use meanwhile_core::model::ProviderKind;
use meanwhile_support::binary::{Folder, ran};
use meanwhile_support::canary::Canary;

#[tokio::test]
async fn a_key_comes_from_the_environment_and_stays_out_of_every_file_and_answer() {
    let folder = Folder::new();
    let canary = Canary::new("sk-");
    let args =
        ["provider", "add", "--name", "mine", "--kind", "openai-chat", "--base-url", "http://127.0.0.1:9/v1"];
    let mut command = folder.meanwhile(&[&args[..], &["--key-env", "MINE_KEY"]].concat());
    command.env("MINE_KEY", canary.key());
    let ran = ran(command).await;
    canary.assert_not_in("what was said", format!("{}{}", ran.out, ran.err));
    ran.ok();
    let listed = folder.run(&["provider", "list", "--json"]).await.ok();
    assert!(listed.contains("\"MINE_KEY\""), "{listed}");
    canary.assert_not_in("the list", listed);
    canary.assert_not_below(&folder.path());
}

#[tokio::test]
async fn a_key_can_be_piped_in() {
    let (folder, server) = with_server().await;
    let url = server.base_url();
    let args =
        ["provider", "add", "--name", "keyed", "--kind", "openai-chat", "--base-url", &url, "--key-stdin"];
    with_input(&folder, &args, "sk-piped\n").await.ok();
    folder.run(&["ask", "--model", "keyed/sim-c1", "x"]).await.ok();
    let requests = server.requests();
    assert_eq!(requests.last().unwrap().header("authorization"), Some("Bearer sk-piped"));
}

#[tokio::test]
async fn the_value_of_a_header_comes_from_the_environment_and_stays_out_of_every_file_and_answer() {
    let (folder, server) = with_server().await;
    let (url, canary) = (server.base_url(), Canary::new("hdr-"));
    let add = ["provider", "add", "--name", "team", "--kind", "openai-chat", "--base-url", &url];
    let mut command = folder.meanwhile(&[&add[..], &["--header", "X-Team=TEAM_HEADER"]].concat());
    command.env("TEAM_HEADER", canary.key());
    let added = ran(command).await;
    canary.assert_not_in("what was said", format!("{}{}", added.out, added.err));
    added.ok();
    folder.run(&["ask", "--model", "team/sim-c1", "x"]).await.ok();
    assert_eq!(server.requests().last().unwrap().header("x-team"), Some(canary.key()));
    let listed = folder.run(&["provider", "list", "--json"]).await.ok();
    assert!(listed.contains(r#""headers":["x-team"]"#), "{listed}");
    canary.assert_not_below(&folder.path());
}

#[tokio::test]
async fn a_variable_that_is_not_set_is_named() {
    let folder = Folder::new();
    let args =
        ["provider", "add", "--name", "mine", "--kind", "openai-chat", "--base-url", "http://127.0.0.1:9/v1"];
    let ran = folder.run(&[&args[..], &["--key-env", "MEANWHILE_TEST_UNSET"]].concat()).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("MEANWHILE_TEST_UNSET is not set"), "{}", ran.err);
}

#[tokio::test]
async fn a_key_is_never_an_argument() {
    let folder = Folder::new();
    let ran = folder
        .run(&[
            "provider",
            "add",
            "--name",
            "mine",
            "--kind",
            "openai-chat",
            "--base-url",
            "http://x",
            "--key",
            "sk-1",
        ])
        .await;
    assert_eq!(ran.code, 2);
}

#[tokio::test]
async fn a_provider_of_each_kind_answers() {
    let (folder, server) = with_server().await;
    for (name, kind) in [
        ("openai-chat", ProviderKind::OpenaiChat),
        ("openai-responses", ProviderKind::OpenaiResponses),
        ("anthropic", ProviderKind::Anthropic),
        ("gemini", ProviderKind::Gemini),
        ("ollama", ProviderKind::Ollama),
    ] {
        let url = server.base_url_for(kind);
        let add = ["provider", "add", "--name", name, "--kind", name, "--base-url", &url];
        folder.run(&add).await.ok();
        assert!(folder.run(&["provider", "test", name]).await.ok().starts_with("It answers, in "), "{name}");
        let model = format!("{name}/sim-c2-b4-nostamp");
        assert_eq!(folder.run(&["ask", "--model", &model, "x"]).await.ok().trim_end(), "lorelore", "{name}");
    }
}

#[tokio::test]
async fn providers_can_be_listed_tested_and_removed() {
    let (folder, server) = with_server().await;
    let listed = folder.run(&["provider", "list"]).await.ok();
    assert!(
        listed.lines().any(|line| line.starts_with("sim ") && line.ends_with(&server.base_url())),
        "{listed}"
    );
    assert!(folder.run(&["provider", "test", "sim"]).await.ok().starts_with("It answers, in "));
    assert!(folder.run(&["models"]).await.ok().lines().any(|line| line == "practice/quick"));
    folder.run(&["provider", "remove", "sim"]).await.ok();
    let ran = folder.run(&["provider", "test", "sim"]).await;
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[tokio::test]
async fn models_are_listed_with_what_is_known_about_them() {
    let (folder, server) = with_server().await;
    let told = serde_json::json!({"context_length": 128_000, "supported_parameters": ["tools"],
        "architecture": {"input_modalities": ["image"]}, "pricing": {"prompt": "0.0000025", "completion": "0.00001"}});
    server.describe("sim", told);
    let listed = folder.run(&["models"]).await.ok();
    let line = listed.lines().find(|line| line.starts_with("sim/sim ")).unwrap();
    let (_, facts) = line.split_once("  ").unwrap();
    assert_eq!(facts.trim_start(), "128k tokens, $2.5 / $10 per million, images, tools");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_a_failure_with_the_cause() {
    let folder = Folder::new();
    let args =
        ["provider", "add", "--name", "gone", "--kind", "openai-chat", "--base-url", "http://127.0.0.1:9/v1"];
    folder.run(&args).await.ok();
    let ran = folder.run(&["provider", "test", "gone"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("127.0.0.1:9"), "{}", ran.err);
}
