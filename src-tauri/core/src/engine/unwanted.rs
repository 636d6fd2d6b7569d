//! Answers that are made at a provider and not wanted any more: it is asked to stop them until it has.

use crate::providers::{Providers, Unresolved};
use crate::store::{Store, Unwanted};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Those that a provider is being asked about.
#[derive(Default)]
pub struct Stops {
    asking: JoinSet<Unwanted>,
    asked: HashSet<Unwanted>,
}

impl Stops {
    /// Asks about each of them that is not being asked about.
    pub fn ask(&mut self, store: &Store, providers: &Arc<Providers>, unwanted: Vec<Unwanted>) {
        for one in unwanted {
            if self.asked.insert(one.clone()) {
                self.asking.spawn(stop(store.clone(), Arc::clone(providers), one));
            }
        }
    }

    /// Waits until one of them was asked about; for ever when there is none.
    pub async fn one_asked(&mut self) {
        match self.asking.join_next().await {
            Some(Ok(one)) => {
                self.asked.remove(&one);
            }
            // One that panicked is asked about again after the next start.
            Some(Err(_)) => {}
            None => std::future::pending().await,
        }
    }
}

async fn stop(store: Store, providers: Arc<Providers>, one: Unwanted) -> Unwanted {
    let asked = match providers.resolve(&one.model).await {
        Ok((provider, _)) => provider.stop(one.id.clone()).await.map_err(|error| error.to_string()),
        Err(Unresolved::Provider(error)) => Err(error.to_string()),
        Err(Unresolved::Store(error)) => Err(error.to_string()),
    };
    let noted = match asked {
        Ok(()) => store.stopped(one.clone()).await,
        Err(error) => {
            tracing::warn!(task = %one.task_id, %error, "an answer could not be stopped at its provider; asking again");
            store.not_stopped(one.clone()).await
        }
    };
    if let Err(error) = noted {
        tracing::warn!(task = %one.task_id, %error, "what a provider said about a stop could not be stored");
    }
    one
}
