//! The practice model can be tried without a key or a network, and says what it is.

use crate::common::{Folded, fold, request};
use meanwhile_core::model::{
    FinishReason, KeySource, ProviderId, ProviderKind, ProviderRow, Said, Timestamp,
};
use meanwhile_core::provider::{
    CompletionRequest, PRACTICE_LABEL, PRACTICE_MODELS, Patience, ProviderError, build, list_models,
};
use meanwhile_core::secrets::Access;
use tokio::time::{Duration, Instant};

fn row() -> ProviderRow {
    ProviderRow {
        id: ProviderId::fresh(),
        name: "practice".to_owned(),
        kind: ProviderKind::Practice,
        base_url: String::new(),
        key_source: KeySource::None,
        key_env: None,
        headers: Default::default(),
        proxy: None,
        created_at: Timestamp::from_ms(0),
    }
}

async fn ask(request: CompletionRequest) -> (Folded, Duration) {
    let started = Instant::now();
    let answer = fold(build(&row(), Access::default(), Patience::default()).stream(request)).await;
    (answer, started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn every_answer_says_first_that_it_is_not_a_real_one() {
    for model in PRACTICE_MODELS {
        let (answer, _) = ask(request(model)).await;
        let start = answer.text.trim_start_matches('*');
        assert!(start.starts_with(PRACTICE_LABEL), "{model} begins with {start:.60}");
        assert_eq!((answer.accepted, answer.finish), (1, Some(FinishReason::Stop)));
        assert!(answer.usage.is_some_and(|(input, output)| input > 0 && output > 10), "{:?}", answer.usage);
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_prompt_gives_the_same_answer() {
    for model in PRACTICE_MODELS {
        assert_eq!(ask(request(model)).await, ask(request(model)).await);
    }
}

#[tokio::test(start_paused = true)]
async fn the_tour_shows_what_the_window_can_render() {
    let (answer, took) = ask(request("tour")).await;
    for part in ["Ctrl+Shift+Enter", "Continue in background", "tray", "| --- |", "```sh", "$$", "# "] {
        assert!(answer.text.contains(part), "the tour has no {part}");
    }
    let characters_a_second = answer.text.chars().count() as f64 / took.as_secs_f64();
    assert!((150.0..250.0).contains(&characters_a_second), "{characters_a_second} characters a second");
}

#[tokio::test(start_paused = true)]
async fn the_long_task_counts_its_steps_for_about_90_seconds() {
    let (answer, took) = ask(request("long-task")).await;
    for step in 1..=12 {
        assert!(answer.text.contains(&format!("Step {step} of 12")), "no step {step}");
    }
    assert!((85..=95).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn the_quick_answer_quotes_the_beginning_of_the_last_prompt() {
    let mut asked = request("quick");
    asked.messages.push(Said::by_assistant("Hi"));
    asked.messages.push(Said::by_user(format!("Grüße an\nalle {}", "x".repeat(100))));
    let (answer, _) = ask(asked).await;
    assert!(answer.text.contains("\u{201c}Grüße an alle xxx"), "{}", answer.text);
    assert!(answer.text.contains("…\u{201d}"), "{}", answer.text);
}

#[tokio::test]
async fn it_lists_its_models_and_refuses_others() {
    assert_eq!(list_models(&row(), Access::default()).await, Ok(PRACTICE_MODELS.map(str::to_owned).to_vec()));
    let (answer, _) = ask(request("gpt")).await;
    assert_eq!(answer.error, Some(ProviderError::ModelNotFound("gpt".to_owned())));
}
