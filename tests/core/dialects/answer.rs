//! An answer on its way: its text, its reasoning, its tokens and its end.

use crate::common::{KINDS, ask, provider, scripted};
use futures_util::StreamExt;
use meanwhile_core::model::{FinishReason, ProviderKind};
use meanwhile_core::provider::{Provider, ProviderError, ProviderEvent};
use meanwhile_support::answer::{Folded, fold, request};
use meanwhile_support::model_server::{
    Gate, ModelServer, call, cut, done, finish, hang, news, raw, reasoning, stop, text, uncounted, usage,
    wait,
};
use serde_json::json;

#[tokio::test]
async fn text_comes_in_order_and_whole_with_its_tokens() {
    for kind in KINDS {
        let answer = scripted(kind, [text("Half "), text("an "), text("answer"), stop()]).await;
        let whole = Folded {
            accepted: 1,
            text: "Half an answer".to_owned(),
            usage: Some((2, 3)),
            finish: Some(FinishReason::Stop),
            ..Folded::default()
        };
        assert_eq!(answer, whole, "{kind:?}");
    }
}

#[tokio::test]
async fn text_is_given_on_before_the_next_piece_exists() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        let gate = Gate::new();
        server.script("m", [text("a"), wait(&gate), text("b"), stop()]);
        let mut events = provider(kind, &server).stream(request("m"));
        while events.next().await != Some(Ok(ProviderEvent::Text("a".to_owned()))) {}
        gate.reached().await;
        gate.open();
        assert_eq!(fold(events).await.text, "b", "{kind:?}");
    }
}

#[tokio::test]
async fn reasoning_is_told_apart_from_text() {
    for kind in KINDS {
        let answer =
            scripted(kind, [reasoning("hm, "), reasoning("so"), text("Yes"), text("."), stop()]).await;
        assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), ("hm, so", "Yes."), "{kind:?}");
        assert_eq!(answer.finish, Some(FinishReason::Stop), "{kind:?}");
    }
}

#[tokio::test]
async fn reasoning_after_text_belongs_to_no_text() {
    for kind in KINDS {
        let answer = scripted(kind, [text("One"), reasoning("hm"), stop()]).await;
        assert_eq!((answer.reasoning.as_str(), answer.text.as_str()), ("hm", "One"), "{kind:?}");
    }
}

// F42
#[tokio::test]
async fn each_reason_for_the_end_is_understood() {
    for kind in KINDS {
        for (word, reason) in [
            ("stop", FinishReason::Stop),
            ("length", FinishReason::Length),
            ("content_filter", FinishReason::ContentFilter),
        ] {
            let answer = scripted(kind, [text("a"), finish(word), done()]).await;
            assert_eq!((answer.finish, answer.error), (Some(reason), None), "{word} of {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_reason_that_nobody_knows_yet_is_an_end_too() {
    for kind in KINDS.into_iter().filter(|kind| *kind != ProviderKind::OpenaiResponses) {
        let answer = scripted(kind, [text("a"), finish("hologram"), done()]).await;
        assert_eq!((answer.finish, answer.error), (Some(FinishReason::Other), None), "{kind:?}");
    }
}

#[tokio::test]
async fn a_call_of_a_tool_that_was_not_offered_is_an_empty_answer_that_says_so() {
    for kind in KINDS {
        let answer =
            scripted(kind, [call("look_up", json!({"word": "tide"})), finish("tool_calls"), done()]).await;
        let expected = ProviderError::Empty(Some(FinishReason::ToolCalls));
        assert_eq!((answer.text.as_str(), answer.error), ("", Some(expected)), "{kind:?}");
    }
}

#[tokio::test]
async fn a_call_of_a_tool_that_was_not_offered_takes_nothing_from_the_text_around_it() {
    for kind in KINDS {
        let steps = [
            reasoning("hm"),
            text("I look. "),
            call("look_up", json!({"word": "tide"})),
            finish("tool_calls"),
            done(),
        ];
        let answer = scripted(kind, steps).await;
        assert_eq!((answer.text.as_str(), answer.reasoning.as_str()), ("I look. ", "hm"), "{kind:?}");
        assert_eq!(answer.finish, Some(FinishReason::ToolCalls), "{kind:?}");
    }
}

// F34
#[tokio::test]
async fn the_last_count_of_tokens_counts_and_none_are_added_up() {
    for kind in KINDS {
        let steps = [text("a"), usage(1), text("b"), usage(2), usage(2), text("c"), stop()];
        let answer = scripted(kind, steps).await;
        assert_eq!((answer.text.as_str(), answer.usage), ("abc", Some((2, 3))), "{kind:?}");
    }
}

// F34
#[tokio::test]
async fn tokens_that_nobody_counted_are_unknown_and_not_none() {
    for kind in KINDS {
        let answer = scripted(kind, [uncounted(), text("a"), text("b"), stop()]).await;
        assert_eq!((answer.text.as_str(), answer.usage), ("ab", None), "{kind:?}");
    }
}

// F34
#[tokio::test]
async fn a_count_without_a_number_in_it_is_none() {
    for (kind, name) in [(ProviderKind::Anthropic, "usage"), (ProviderKind::Gemini, "usageMetadata")] {
        for count in ["null", "{}", "[]", "\"none\""] {
            let piece = format!("data: {{\"type\":\"message_delta\",\"delta\":{{}},\"{name}\":{count}}}\n\n");
            let answer = scripted(kind, [uncounted(), text("a"), raw(piece), stop()]).await;
            assert_eq!((answer.text.as_str(), answer.usage), ("a", None), "{count} of {kind:?}");
        }
    }
}

// F33
#[tokio::test]
async fn what_only_a_newer_version_knows_is_passed_over() {
    for kind in KINDS {
        let steps = [news(), reasoning("hm"), news(), text("a"), news(), text("b"), news(), stop()];
        let answer = scripted(kind, steps).await;
        let expected = Folded {
            calls: Vec::new(),
            accepted: 1,
            text: "ab".to_owned(),
            reasoning: "hm".to_owned(),
            usage: Some((2, 2)),
            finish: Some(FinishReason::Stop),
            error: None,
        };
        assert_eq!(answer, expected, "{kind:?}");
    }
}

// F30
#[tokio::test]
async fn a_stream_that_just_ends_is_truncated_and_keeps_its_text() {
    for kind in KINDS {
        let answer = scripted(kind, [reasoning("hm"), text("Half an ")]).await;
        assert_eq!(
            (answer.text.as_str(), answer.error),
            ("Half an ", Some(ProviderError::Truncated)),
            "{kind:?}"
        );
    }
}

// F25, F36
#[tokio::test]
async fn a_connection_cut_in_the_middle_is_truncated_and_keeps_its_text() {
    for kind in KINDS {
        let answer = scripted(kind, [text("Half an "), cut()]).await;
        assert_eq!(
            (answer.text.as_str(), answer.error),
            ("Half an ", Some(ProviderError::Truncated)),
            "{kind:?}"
        );
        let answer = scripted(kind, [cut()]).await;
        assert_eq!((answer.text.as_str(), answer.error), ("", Some(ProviderError::Truncated)), "{kind:?}");
    }
}

// F30
#[tokio::test]
async fn a_reason_for_the_end_is_enough_whatever_becomes_of_the_connection() {
    for kind in KINDS {
        for step in [None, Some(cut()), Some(hang())] {
            let steps = [Some(text("a")), Some(finish("length")), step.clone()];
            let answer = scripted(kind, steps.into_iter().flatten()).await;
            let end = (answer.finish, answer.error);
            assert_eq!(end, (Some(FinishReason::Length), None), "{kind:?}, then {step:?}");
        }
    }
}

// F28
#[tokio::test]
async fn an_answer_without_text_is_empty_unless_the_filter_emptied_it() {
    for kind in KINDS {
        let answer = scripted(kind, [reasoning("hm"), stop()]).await;
        assert_eq!(answer.error, Some(ProviderError::Empty(Some(FinishReason::Stop))), "{kind:?}");
        let answer = scripted(kind, [finish("content_filter"), done()]).await;
        assert_eq!((answer.finish, answer.error), (Some(FinishReason::ContentFilter), None), "{kind:?}");
    }
}

// F42
#[tokio::test]
async fn a_prompt_that_gemini_blocks_is_an_answer_that_the_filter_emptied() {
    let blocked =
        r#"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4}}"#;
    let answer = scripted(ProviderKind::Gemini, [raw(format!("data: {blocked}\n\n"))]).await;
    let end = (answer.text.as_str(), answer.usage, answer.finish, answer.error);
    assert_eq!(end, ("", Some((4, 0)), Some(FinishReason::ContentFilter), None));
}

// F31, F32
#[tokio::test]
async fn crlf_keep_alives_and_torn_characters_change_nothing() {
    for kind in KINDS {
        let server = ModelServer::start().await.with_text("t", "Grüße, 漢字 und 🙂 — fertig.");
        let plain = ask(kind, &server, "file.t-b5").await;
        assert_eq!(plain.text, "Grüße, 漢字 und 🙂 — fertig.", "{kind:?}");
        for words in ["crlf", "ka1", "split", "bom", "crlf-ka2-split-bom"] {
            let answer = ask(kind, &server, &format!("file.t-b5-{words}")).await;
            assert_eq!(answer, plain, "{kind:?} with {words}");
        }
    }
}

// F31
#[tokio::test]
async fn an_invalid_byte_becomes_a_replacement_character_and_stalls_nothing() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        let answer = ask(kind, &server, "sim-c3-b4-nostamp-bad").await;
        let end = (answer.text.as_str(), answer.finish);
        assert_eq!(end, ("lore\u{fffd}lorelore", Some(FinishReason::Stop)), "{kind:?}");
    }
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("m", [text("a"), hang()]);
        let mut events = provider(kind, &server).stream(request("m"));
        while !matches!(events.next().await, Some(Ok(ProviderEvent::Text(_)))) {}
        server.until(|stats| stats.active == 1).await;
        drop(events);
        server.until(|stats| (stats.active, stats.dropped) == (0, 1)).await;
    }
}

#[tokio::test]
async fn dropping_the_stream_while_the_server_thinks_closes_the_connection() {
    for kind in KINDS {
        let server = ModelServer::start().await;
        server.script("m", [hang()]);
        let events = provider(kind, &server).stream(request("m"));
        let reading = tokio::spawn(fold(events));
        server.until(|stats| stats.active == 1).await;
        reading.abort();
        server.until(|stats| (stats.active, stats.dropped) == (0, 1)).await;
    }
}
