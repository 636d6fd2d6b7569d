use super::Core;
use crate::command::CommandError;
use crate::model::{ListedModel, Model, ModelFacts, ProviderRow, Timestamp, published_on};
use crate::provider::{ProviderError, describe_models};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// A provider that does not name its models in this time is listed as a problem.
const LIST: Duration = Duration::from_secs(5);

/// The models that can be asked, as far as their providers ever named them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Models {
    /// Those of each provider as it named them last, in the order of the providers.
    pub models: Vec<Model>,
    /// Providers that were asked now and did not answer.
    pub problems: Vec<ModelProblem>,
    /// The day of the prices with the source `published`, such as `2025-10-01`.
    pub published_on: String,
}

/// A provider that did not name its models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ModelProblem {
    /// Its name.
    pub provider: String,
    /// Why, in plain words.
    pub message: String,
    /// When it named those that are listed; `None` when none are.
    pub listed_at: Option<Timestamp>,
}

impl Core {
    /// Asks every provider for its models, all at the same time. Of one that does not answer those it named last are given.
    pub async fn models(&self) -> Result<Models, CommandError> {
        let rows = self.providers().await?;
        let mut failed = Vec::new();
        for (row, answer) in rows.iter().zip(join_all(rows.iter().map(|row| self.ask_models(row))).await) {
            match answer {
                Ok(models) => self.store().keep_models(row.clone(), models).await?,
                Err(error) => failed.push((row.name.clone(), error.to_string())),
            }
        }
        self.listed(failed).await
    }

    /// The models that the providers named when they were asked last. Nobody is asked, so this takes no time and no network.
    pub async fn known_models(&self) -> Result<Models, CommandError> {
        self.listed(Vec::new()).await
    }

    /// What is known of `provider/model` without asking anybody: its context in tokens, its abilities, its price. The user's
    /// own price wins; what nobody said is `None`.
    pub fn model_facts(&self, model: &str) -> Result<ModelFacts, CommandError> {
        let own = ModelFacts {
            price: self.store().settings()?.prices.get(model).copied(),
            ..ModelFacts::default()
        };
        Ok(own.or(self.store().model_facts(model)?))
    }

    async fn ask_models(&self, row: &ProviderRow) -> Result<Vec<ListedModel>, ProviderError> {
        let access = self.inner.providers.access(row).await?;
        tokio::time::timeout(LIST, describe_models(row, access))
            .await
            .unwrap_or(Err(ProviderError::Stalled(LIST)))
    }

    async fn listed(&self, failed: Vec<(String, String)>) -> Result<Models, CommandError> {
        let prices = self.store().settings()?.prices;
        let mut found =
            Models { models: Vec::new(), problems: Vec::new(), published_on: published_on().to_owned() };
        for list in self.store().kept_models().await? {
            let row = list.provider;
            if let Some((_, message)) = failed.iter().find(|(name, _)| *name == row.name) {
                let (provider, message) = (row.name.clone(), message.clone());
                found.problems.push(ModelProblem { provider, message, listed_at: list.listed_at });
            }
            found.models.extend(list.models.into_iter().map(|listed| {
                let own = prices.get(&format!("{}/{}", row.name, listed.name)).copied();
                Model::of(&row, listed, own)
            }));
        }
        Ok(found)
    }
}
