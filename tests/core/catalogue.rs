//! The models that providers named are there at once, also when nobody answers.

use meanwhile_core::model::{Lane, Price, PriceSource, TaskState};
use meanwhile_core::{Models, NewProvider};
use meanwhile_support::harness::{Harness, sim};
use meanwhile_support::model_server::{ModelServer, stop, text};
use serde_json::json;

fn names(found: &Models, provider: &str) -> Vec<String> {
    found.models.iter().filter(|model| model.provider == provider).map(|model| model.name.clone()).collect()
}

/// An application whose server named two models, the first of them with all that can be said.
async fn described() -> Harness {
    let app = Harness::start().await;
    app.server.script("m", [text("x"), stop()]);
    let told = json!({"context_length": 64_000, "supported_parameters": ["tools"],
        "pricing": {"prompt": "0.001", "completion": "0.002"}});
    app.server.describe("m", told);
    app
}

#[tokio::test]
async fn what_the_providers_named_is_known_after_a_restart_without_asking() {
    let mut app = described().await;
    assert_eq!(app.core.known_models().await.unwrap().models, [], "nobody was asked yet");
    let asked = app.core.models().await.unwrap();
    app.restart().await;
    let requests = app.server.requests().len();
    let known = app.core.known_models().await.unwrap();
    assert_eq!(known, asked);
    assert_eq!(names(&known, "sim"), ["sim", "m"]);
    assert_eq!(names(&known, "practice").len(), 3);
    assert_eq!(app.server.requests().len(), requests, "nobody was asked");
    let facts = app.core.model_facts("sim/m").unwrap();
    assert_eq!((facts.context, facts.tools, facts.images), (Some(64_000), Some(true), None));
    assert_eq!(app.core.model_facts("sim/unheard-of").unwrap().context, None);
    assert_eq!(app.core.model_facts("nobody/m").unwrap().context, None);
}

#[tokio::test]
async fn of_a_provider_that_does_not_answer_the_old_list_is_shown_with_its_age() {
    let mut app = described().await;
    app.core
        .add_provider(NewProvider { name: "gone".to_owned(), ..sim("http://127.0.0.1:9/v1") })
        .await
        .unwrap();
    let first = app.core.models().await.unwrap();
    let problem = |found: &Models, name: &str| {
        found.problems.iter().find(|problem| problem.provider == name).map(|problem| problem.listed_at)
    };
    assert_eq!((problem(&first, "gone"), problem(&first, "sim")), (Some(None), None));
    drop(std::mem::replace(&mut app.server, ModelServer::start().await));
    let second = app.core.models().await.unwrap();
    assert!(problem(&second, "sim").unwrap().is_some(), "the age of what is shown");
    assert_eq!(names(&second, "sim"), ["sim", "m"]);
}

#[tokio::test]
async fn a_provider_with_another_address_or_none_has_none_of_its_old_models() {
    let app = described().await;
    app.core.models().await.unwrap();
    app.core.add_provider(sim("http://127.0.0.1:9/v1")).await.unwrap();
    assert_eq!(names(&app.core.known_models().await.unwrap(), "sim"), [""; 0]);
    app.core.add_provider(sim(&app.server.base_url())).await.unwrap();
    app.core.models().await.unwrap();
    app.core.remove_provider("sim").await.unwrap();
    assert_eq!(names(&app.core.known_models().await.unwrap(), "sim"), [""; 0]);
    assert_eq!(app.core.model_facts("sim/m").unwrap().context, None);
}

#[tokio::test]
async fn a_task_costs_what_its_server_said_unless_the_user_knows_better() {
    let app = described().await;
    app.core.models().await.unwrap();
    let task = app.send("m", Lane::Interactive).await;
    let usage = app.until_state(&task.id, TaskState::Completed).await.usage;
    let expected = usage.input_tokens.unwrap() as f64 * 0.001 + usage.output_tokens.unwrap() as f64 * 0.002;
    assert!((usage.cost_usd.unwrap() - expected).abs() < 1e-9, "{usage:?}");

    let mut settings = app.core.settings().await.unwrap();
    settings.prices.insert("sim/m".to_owned(), Price { input: 0.0, cached: None, output: 0.0 });
    app.core.save_settings(settings).await.unwrap();
    let known = app.core.known_models().await.unwrap();
    let model = known.models.iter().find(|model| model.id == "sim/m").unwrap();
    assert_eq!(model.price_source, Some(PriceSource::User));
    assert_eq!(
        model.listed_price.map(|price| price.input),
        Some(1000.0),
        "what its server says is shown too"
    );
    let task = app.send("m", Lane::Interactive).await;
    assert_eq!(app.until_state(&task.id, TaskState::Completed).await.usage.cost_usd, Some(0.0));
}
