//! A refusal means the same whoever words it: what is named is the remedy.

use crate::common::{KINDS, ask, error_of, scripted, speaker};
use meanwhile_core::model::ProviderKind;
use meanwhile_core::provider::{Provider, ProviderError, Retry};
use meanwhile_support::answer::{fold, request};
use meanwhile_support::model_server::{ErrKind, ModelServer, ReplayServer, error, fail, raw, refuse, text};
use std::time::Duration;

/// Each fault with the code of its remedy.
const REMEDIES: [(ErrKind, &str); 7] = [
    (ErrKind::Server, "overloaded"),
    (ErrKind::Overloaded, "overloaded"),
    (ErrKind::Rate, "rate_limited"),
    (ErrKind::Quota, "billing"),
    (ErrKind::Context, "context_too_long"),
    (ErrKind::Model, "model_not_found"),
    (ErrKind::Key, "unauthorized"),
];

// F26, F39, F40, F41
#[tokio::test]
async fn a_refusal_is_judged_by_its_remedy() {
    for kind in KINDS {
        for (fault, code) in REMEDIES {
            let error = error_of(kind, [fail(fault)]).await;
            assert_eq!(error.code(), code, "{fault:?} of {kind:?}: {error:?}");
        }
    }
}

// F27
#[tokio::test]
async fn an_error_inside_a_stream_is_judged_as_a_refusal_is() {
    for kind in KINDS {
        for (fault, code) in REMEDIES {
            // Ollama has a sentence for it and nothing else, and what it says of these it says before an answer.
            let is_told_before =
                matches!(fault, ErrKind::Rate | ErrKind::Quota | ErrKind::Model | ErrKind::Key);
            if kind == ProviderKind::Ollama && is_told_before {
                continue;
            }
            for said in ["", "so far"] {
                let first = (!said.is_empty()).then(|| text(said));
                let answer = scripted(kind, first.into_iter().chain([error(fault)])).await;
                let ended = answer.error.expect("an error");
                let expected = (answer.text.as_str(), ended.code());
                assert_eq!(expected, (said, code), "{fault:?} of {kind:?}: {ended:?}");
            }
        }
    }
}

// F26
#[tokio::test]
async fn a_rate_limit_is_waited_for_as_long_as_it_says() {
    for kind in KINDS {
        let error = error_of(kind, [fail(ErrKind::Rate)]).await;
        assert_eq!(error.retry(), Retry::After(Duration::from_secs(7)), "{kind:?}");
    }
}

// F28
#[tokio::test]
async fn a_web_page_is_told_from_a_model_server() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        let error = ask(kind, &server, "sim-html").await.error.unwrap();
        assert_eq!(
            error.to_string(),
            "the address did not answer like a model server: it sent text/html that begins \
             \"Guest network Welcome Please sign in to use the guest network.\"",
            "{kind:?}"
        );
    }
}

/// The error of a server that says this with status 200.
async fn said_in_json(kind: ProviderKind, body: &str) -> ProviderError {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
    let server = ReplayServer::start(format!("{head}{body}")).await;
    fold(speaker(kind, &server.base_url()).stream(request("m"))).await.error.expect("an error")
}

// F28
#[tokio::test]
async fn an_error_in_json_under_status_200_is_read() {
    for kind in KINDS {
        let body = r#"{"error":{"message":"The key is used up","type":"insufficient_quota"}}"#;
        let expected = ProviderError::Billing("The key is used up".to_owned());
        assert_eq!(said_in_json(kind, body).await, expected, "{kind:?}");
    }
}

// F28
#[tokio::test]
async fn json_without_an_answer_is_not_a_provider() {
    for kind in KINDS {
        let expected = ProviderError::NotAProvider("it sent JSON without an answer in it".to_owned());
        assert_eq!(said_in_json(kind, r#"{"status":"ok"}"#).await, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn another_address_is_told_from_an_unknown_model() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        let elsewhere = format!("http://{}/elsewhere", server.address());
        let answer = fold(speaker(kind, &elsewhere).stream(request("m"))).await;
        assert_eq!(answer.error.map(|error| error.code()), Some("not_a_provider"), "{kind:?}");
    }
}

/// Refused by `kind` with this status and body.
async fn refused(kind: ProviderKind, status: u16, body: &str) -> ProviderError {
    error_of(kind, [refuse(status, &[], body)]).await
}

// F26, F39
#[tokio::test]
async fn a_limit_of_gemini_for_a_day_is_no_pace_to_wait_for() {
    let body = |limit: &str| {
        format!(
            r#"[{{"error":{{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[
                {{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{{"quotaId":"GenerateRequestsPer{limit}PerProjectPerModel-FreeTier"}}]}},
                {{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37.5s"}}]}}}}]"#
        )
    };
    for shape in [|body: String| body, |body: String| body.trim_matches(['[', ']']).to_owned()] {
        let day = refused(ProviderKind::Gemini, 429, &shape(body("Day"))).await;
        assert_eq!(day, ProviderError::Billing("You exceeded your current quota.".to_owned()));
        let minute = refused(ProviderKind::Gemini, 429, &shape(body("Minute"))).await;
        let retry_after = Some(Duration::from_millis(37_500));
        assert_eq!(minute, ProviderError::RateLimited { retry_after });
    }
}

// F39
#[tokio::test]
async fn a_limit_that_the_owner_of_an_account_set_is_no_pace_to_wait_for() {
    for (status, said) in [
        (400, "You have reached your specified API usage limits. You will regain access on 2026-12-01."),
        (429, "This request would exceed your account's monthly spend limit."),
        (400, "Your credit balance is too low to access the API."),
    ] {
        let kind = if status == 429 { "rate_limit_error" } else { "invalid_request_error" };
        let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{said}"}}}}"#);
        let error = refused(ProviderKind::Anthropic, status, &body).await;
        assert_eq!(error, ProviderError::Billing(said.to_owned()));
    }
}

// F27
#[tokio::test]
async fn an_answer_that_ended_with_a_failure_says_which() {
    let failed = |error: &str| {
        format!(
            "event: response.failed\ndata: {{\"type\":\"response.failed\",\"response\":{{\"status\":\"failed\",\"error\":{error}}}}}\n\n"
        )
    };
    for (error, expected) in [
        (
            r#"{"code":"rate_limit_exceeded","message":"slow"}"#,
            ProviderError::RateLimited { retry_after: None },
        ),
        (r#"{"code":"server_error","message":"sorry"}"#, ProviderError::overloaded("sorry")),
        (r#"{"code":"invalid_prompt","message":"no"}"#, ProviderError::BadRequest("no".to_owned())),
        ("null", ProviderError::overloaded("it ended the answer with an error")),
    ] {
        let answer = scripted(ProviderKind::OpenaiResponses, [text("a"), raw(failed(error))]).await;
        assert_eq!((answer.text.as_str(), answer.error), ("a", Some(expected)));
    }
}
