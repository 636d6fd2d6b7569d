//! Refusals are judged by their code and their status, and their messages can be shown.

use crate::common::{KEY, chat, error_of, fold, provider, request};
use crate::dialect::http;
use meanwhile_core::provider::{Patience, Provider, ProviderError, Retry};
use meanwhile_support::model_server::{ModelServer, ReplayServer, refuse};
use std::time::Duration;

async fn refused(status: u16, headers: &[(&str, &str)], body: &str) -> ProviderError {
    let server = ModelServer::start().await;
    server.script("m", [refuse(status, headers, body)]);
    error_of(&server.base_url(), "m").await
}

// F39
#[tokio::test]
async fn a_wrong_key_is_named_and_never_retried() {
    let body =
        format!(r#"{{"error":{{"message":"Incorrect API key provided: {KEY}","code":"invalid_api_key"}}}}"#);
    for status in [401, 403] {
        let error = refused(status, &[], &body).await;
        assert_eq!(error, ProviderError::Unauthorized);
        assert_eq!(error.to_string(), "the provider refused the key");
        assert_eq!(error.retry(), Retry::Never);
    }
    let error = refused(403, &[], r#"{"error":{"message":"Your country is not supported"}}"#).await;
    assert_eq!(
        error,
        ProviderError::Forbidden("Your country is not supported".into()),
        "not the key's fault"
    );
}

#[tokio::test]
async fn a_provider_that_wants_a_key_where_there_is_none_says_so() {
    let server = ModelServer::start().await;
    let asked = chat(&server.base_url(), None, Patience::default());
    let error = fold(asked.stream(request("e401"))).await.error.unwrap();
    assert_eq!(error.to_string(), "there is no key for this provider yet");
}

#[tokio::test]
async fn a_key_that_cannot_be_sent_is_not_sent() {
    let server = ModelServer::start().await;
    let key = meanwhile_core::secrets::Secret::new("two\nlines");
    let asked = chat(&server.base_url(), Some(key), Patience::default());
    assert_eq!(fold(asked.stream(request("m"))).await.error, Some(ProviderError::KeyMissing));
    assert_eq!(server.requests().len(), 0);
}

// F39
#[tokio::test]
async fn an_account_without_credit_is_told_from_a_rate_limit() {
    let server = ModelServer::start().await;
    for words in ["sim-quota", "sim-e402", "sim-e429-code.billing_hard_limit_reached"] {
        let error = error_of(&server.base_url(), words).await;
        assert_eq!(error, ProviderError::Billing("simulated refusal".to_owned()), "for {words}");
        assert_eq!(error.to_string(), "the provider account has no credit left: simulated refusal");
        assert_eq!(error.retry(), Retry::Never);
    }
}

// F26
#[tokio::test]
async fn a_rate_limit_is_waited_for_as_long_as_it_says() {
    let date = ("date", "Wed, 21 Oct 2026 07:28:00 GMT");
    for (headers, seconds) in [
        (vec![("retry-after", "7")], Some(7.0)),
        (vec![("retry-after", "1.5")], Some(1.5)),
        (vec![("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT"), date], Some(30.0)),
        (vec![("retry-after", "Wed, 21 Oct 2026 07:00:00 GMT"), date], Some(0.0)),
        (vec![("retry-after-ms", "250"), ("retry-after", "9")], Some(0.25)),
        (vec![("x-ratelimit-reset-tokens", "6m0s"), ("x-ratelimit-remaining-tokens", "0")], Some(360.0)),
        (
            vec![
                ("x-ratelimit-reset-requests", "1s"),
                ("x-ratelimit-remaining-requests", "0"),
                ("x-ratelimit-reset-tokens", "6m0s"),
                ("x-ratelimit-remaining-tokens", "500"),
            ],
            Some(1.0),
        ),
        (vec![("x-ratelimit-reset-requests", "20ms")], Some(0.02)),
        (vec![("x-ratelimit-reset", "1792567690000"), date], Some(10.0)),
        (vec![("retry-after", "86400")], Some(900.0)),
        (vec![("retry-after", "soon")], None),
        (vec![("retry-after", "-5")], None),
        (vec![], None),
    ] {
        let error = refused(429, &headers, r#"{"error":{"code":"rate_limit_exceeded"}}"#).await;
        let retry_after = seconds.map(Duration::from_secs_f64);
        assert_eq!(error, ProviderError::RateLimited { retry_after }, "for {headers:?}");
        assert_eq!(error.to_string(), "the provider asked us to slow down");
    }
}

// F26
#[tokio::test]
async fn trouble_at_the_provider_is_retried() {
    for status in [408, 409, 500, 502, 503, 504, 529] {
        let error = refused(status, &[], r#"{"error":{"message":"try later","type":"server_error"}}"#).await;
        assert_eq!(error, ProviderError::overloaded(format!("try later ({status})")));
        assert_eq!(error.retry(), Retry::Backoff);
    }
    let error = refused(502, &[], "<html><h1>502 Bad Gateway</h1><hr>nginx</html>").await;
    assert_eq!(error.to_string(), "the provider is in trouble: 502 Bad Gateway nginx (502)");
    assert_eq!(refused(500, &[], "").await, ProviderError::overloaded("status 500".to_owned()));
}

#[tokio::test]
async fn a_request_that_cannot_succeed_is_not_retried() {
    for status in [400, 413, 422] {
        let error = refused(status, &[], r#"{"error":{"message":"max_tokens is too large"}}"#).await;
        assert_eq!(error, ProviderError::BadRequest(format!("max_tokens is too large ({status})")));
        assert_eq!(error.retry(), Retry::Never);
    }
}

// F40
#[tokio::test]
async fn an_unknown_model_is_told_from_an_unknown_address() {
    for (status, body) in [
        (404, r#"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#),
        (404, r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error"}}"#),
        (404, r#"{"error":"model 'm' not found"}"#),
        (404, r#"{"detail":"no such model"}"#),
        (400, r#"{"error":{"message":"gone","code":"model_not_found"}}"#),
    ] {
        let error = refused(status, &[], body).await;
        assert_eq!(error, ProviderError::ModelNotFound("m".to_owned()), "for {body}");
        assert_eq!(error.to_string(), "the provider does not know the model m");
    }
    let error = refused(404, &[], "404 page not found").await;
    assert_eq!(error.to_string(), "the address did not answer like a model server: 404, 404 page not found");
}

// F41
#[tokio::test]
async fn a_prompt_that_is_too_long_is_named_with_its_sizes() {
    let openai = r#"{"error":{"message":"This model's maximum context length is 8192 tokens, you sent 9000","code":"context_length_exceeded"}}"#;
    let vllm = r#"{"object":"error","message":"This model's maximum context length is 8192 tokens, you sent 9000","type":"BadRequestError","code":400}"#;
    for body in [openai, vllm] {
        let said = "This model's maximum context length is 8192 tokens, you sent 9000".to_owned();
        assert_eq!(refused(400, &[], body).await, ProviderError::ContextTooLong(said), "for {body}");
    }
}

// F43
#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_does_not_travel() {
    let elsewhere = ModelServer::start().await;
    let target = format!("{}/chat/completions?to=there", elsewhere.base_url());
    let error = refused(307, &[("location", &target)], "").await;
    assert_eq!(
        error.to_string(),
        format!("the address did not answer like a model server: it redirects to {}", elsewhere.address())
    );
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_address_of_the_request() {
    let server = ModelServer::start().await;
    let (base_url, address) = (server.base_url(), server.address());
    drop(server);
    let error = error_of(&format!("{base_url}?token=1"), "m").await;
    assert_eq!(
        error.to_string(),
        format!("the provider at {address} cannot be reached: nothing is listening there")
    );
    assert_eq!(error.retry(), Retry::Backoff);
}

// F25
#[tokio::test]
async fn a_name_that_does_not_exist_is_named() {
    let error = error_of("http://nowhere.invalid/v1", "m").await;
    assert_eq!(
        error.to_string(),
        "the provider at nowhere.invalid:80 cannot be reached: its name is not known; check the address and the network"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_before_an_answer_is_not_an_answer() {
    let server = ReplayServer::start("").await;
    let ProviderError::Unreachable { cause, .. } = error_of(&server.base_url(), "m").await else {
        panic!("there was no answer");
    };
    assert_eq!(cause, "the connection broke before an answer");
}

// F37
#[tokio::test]
async fn https_asked_of_a_server_without_it_is_named() {
    let server = ModelServer::start().await;
    let ProviderError::Unreachable { cause, .. } =
        error_of(&server.base_url().replace("http:", "https:"), "m").await
    else {
        panic!("there was no answer");
    };
    assert_eq!(cause, "it does not speak https");
}

#[tokio::test]
async fn an_address_that_is_none_is_named() {
    for address in ["", "localhost:1234", "ftp://example.org/v1", "not an address"] {
        assert_eq!(
            error_of(address, "m").await.to_string(),
            "the address did not answer like a model server: it is not an address that begins with https:// or http://",
            "for {address:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_repeats_the_key_or_an_address_does_not_get_it_shown() {
    let body =
        format!(r#"{{"error":{{"message":"bad call https://api.example.com/v1?key={KEY}\n with {KEY}"}}}}"#);
    for status in [400, 404, 500] {
        let text = refused(status, &[], &body).await.to_string();
        assert!(text.contains("bad call https://api.example.com/v1 with [key]"), "shown: {text}");
    }
    let page = format!("<p>You sent {KEY}</p>");
    let server = ReplayServer::start(http("text/html", &page)).await;
    let text = error_of(&server.base_url(), "m").await.to_string();
    assert!(text.ends_with("that begins \"You sent [key]\""), "shown: {text}");
}

#[tokio::test]
async fn a_list_of_models_is_refused_as_an_answer_is() {
    let server =
        ReplayServer::start("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .await;
    assert_eq!(provider(&server.base_url()).models().await, Err(ProviderError::Unauthorized));
    let server = ReplayServer::start(http("text/html", "<h1>Router</h1>")).await;
    assert_eq!(
        provider(&server.base_url()).models().await,
        Err(ProviderError::NotAProvider("it sent text/html that begins \"Router\"".to_owned()))
    );
}
