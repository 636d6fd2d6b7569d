use super::{Price, ProviderKind, ProviderRow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use ts_rs::TS;

/// What is known of a model. What is not known is `None`, which never means "no" or zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default)]
pub struct ModelFacts {
    /// Tokens that fit into one request: with what its server gives it now, else at most.
    pub context: Option<u64>,
    /// Whether it looks at pictures.
    pub images: Option<bool>,
    /// Whether it can ask for tools.
    pub tools: Option<bool>,
    /// Whether it can think before it answers.
    pub reasoning: Option<bool>,
    /// What it costs.
    pub price: Option<Price>,
}

impl ModelFacts {
    /// These, and where they say nothing, `other`.
    pub fn or(self, other: Self) -> Self {
        Self {
            context: self.context.or(other.context),
            images: self.images.or(other.images),
            tools: self.tools.or(other.tools),
            reasoning: self.reasoning.or(other.reasoning),
            price: self.price.or(other.price),
        }
    }

    /// What providers published about a model at their own address on [`published_on`].
    pub fn published(base_url: &str, model: &str) -> Self {
        let host = base_url.strip_prefix("https://").and_then(|rest| rest.split(['/', ':']).next());
        let Some(models) = host.and_then(|host| SNAPSHOT.hosts.get(host)) else { return Self::default() };
        // A dated name is the same model: `gpt-5-2025-08-07`, `claude-sonnet-4-20250514`, `…-latest`.
        let is_version = |rest: &str| {
            rest == "-latest"
                || rest.strip_prefix('-').is_some_and(|date| date.len() >= 4 && date.starts_with("20"))
        };
        let known = models.iter().find(|(name, _)| {
            model.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || is_version(rest))
        });
        known.map(|(_, facts)| *facts).unwrap_or_default()
    }
}

/// The day of what is shipped about models, such as `2025-10-01`.
pub fn published_on() -> &'static str {
    &SNAPSHOT.as_of
}

#[derive(Deserialize)]
struct Snapshot {
    as_of: String,
    /// By the host of the provider: the same model may cost something else elsewhere.
    hosts: BTreeMap<String, BTreeMap<String, ModelFacts>>,
}

#[allow(clippy::expect_used)]
static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    serde_json::from_str(include_str!("models.json")).expect("it is compiled in and tested")
});

/// A model in the list of its server.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedModel {
    /// Its name there.
    pub name: String,
    /// What the server says about it.
    pub facts: ModelFacts,
}

/// A model a provider offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Model {
    /// `provider/model`.
    pub id: String,
    /// The provider's name.
    pub provider: String,
    /// The model's name at the provider.
    pub name: String,
    /// What is known of it. The price is the one that counts: the user's, else the server's, else the published one.
    #[serde(flatten)]
    #[ts(flatten)]
    pub facts: ModelFacts,
    /// Who says what it costs.
    pub price_source: Option<PriceSource>,
    /// What it would cost if the user had not said otherwise.
    pub listed_price: Option<Price>,
    /// Who says that: its server, or what was published.
    pub listed_source: Option<PriceSource>,
    /// Whether an answer in the background is made at the provider also while this computer sleeps.
    pub resumes: bool,
    /// Whether it answers in batches: for half the price, some time within a day.
    pub has_batches: bool,
}

/// Who says what a model costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum PriceSource {
    /// The user, in the settings.
    User,
    /// Its server, with the list of models.
    Server,
    /// The list that is shipped, of the day in `published_on`.
    Published,
}

impl Model {
    /// What is known of a model that the provider of `row` listed; `own` is what the user says it costs.
    pub fn of(row: &ProviderRow, listed: ListedModel, own: Option<Price>) -> Self {
        let ListedModel { name, facts } = listed;
        let known = facts.or(ModelFacts::published(&row.base_url, &name));
        let listed_source = match (facts.price, known.price) {
            (Some(_), _) => Some(PriceSource::Server),
            (None, published) => published.map(|_| PriceSource::Published),
        };
        Self {
            id: format!("{}/{name}", row.name),
            provider: row.name.clone(),
            name,
            facts: ModelFacts { price: own.or(known.price), ..known },
            price_source: own.map(|_| PriceSource::User).or(listed_source),
            listed_price: known.price,
            listed_source,
            resumes: matches!(row.kind, ProviderKind::OpenaiResponses | ProviderKind::Gemini),
            has_batches: row.kind.has_batches(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENAI: &str = "https://api.openai.com/v1";

    #[test]
    fn a_dated_name_is_its_model_and_a_smaller_model_is_another() {
        let price = |model| ModelFacts::published(OPENAI, model).price.map(|price| price.output);
        assert_eq!(price("gpt-4o-2024-08-06"), price("gpt-4o"));
        assert_ne!(price("gpt-4o-mini"), price("gpt-4o"));
        assert!(price("gpt-4o").is_some());
        assert_eq!(ModelFacts::published(OPENAI, "gpt-4o").context, Some(128_000));
    }

    #[test]
    fn what_is_not_known_is_unknown_and_not_nothing() {
        let unknown = ModelFacts::default();
        assert_eq!(ModelFacts::published(OPENAI, "gpt-4o-audio"), unknown);
        assert_eq!(ModelFacts::published("https://proxy.example.com/v1", "gpt-4o"), unknown);
        assert_eq!(ModelFacts::published("http://api.openai.com/v1", "gpt-4o"), unknown);
    }

    #[test]
    fn what_is_published_has_a_day_and_makes_sense() {
        assert_eq!(published_on().len(), "2025-10-01".len());
        for facts in SNAPSHOT.hosts.values().flat_map(BTreeMap::values) {
            assert!(facts.context.is_none_or(|tokens| tokens >= 4_096));
            let price = facts.price.unwrap();
            assert!(
                price.input > 0.0
                    && price.output >= price.input
                    && price.cached.is_none_or(|cached| cached < price.input)
            );
        }
    }

    #[test]
    fn what_the_user_says_wins_over_the_server_and_the_server_over_what_is_published() {
        let row = ProviderRow {
            id: super::super::ProviderId::fresh(),
            name: "openai".to_owned(),
            kind: ProviderKind::OpenaiResponses,
            base_url: OPENAI.to_owned(),
            key_source: super::super::KeySource::None,
            key_env: None,
            headers: Default::default(),
            proxy: None,
            created_at: super::super::Timestamp::default(),
        };
        let price = |output| Price { input: 1.0, cached: None, output };
        let model = |told, own| {
            let facts = ModelFacts { price: told, context: Some(7), ..ModelFacts::default() };
            let model = Model::of(&row, ListedModel { name: "gpt-4o".to_owned(), facts }, own);
            assert_eq!((model.facts.context, model.facts.images, model.resumes), (Some(7), Some(true), true));
            let output = |price: Option<Price>| price.map(|price| price.output);
            (output(model.facts.price), model.price_source, output(model.listed_price), model.listed_source)
        };
        let (published, server) = (Some(PriceSource::Published), Some(PriceSource::Server));
        assert_eq!(model(None, None), (Some(10.0), published, Some(10.0), published));
        assert_eq!(model(Some(price(8.0)), None), (Some(8.0), server, Some(8.0), server));
        let all = model(Some(price(8.0)), Some(price(6.0)));
        assert_eq!(all, (Some(6.0), Some(PriceSource::User), Some(8.0), server));
    }
}
