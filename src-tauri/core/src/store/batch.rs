//! Tasks that are answered in a batch, for half the price and some time within a day: what can be, and what cannot.

use super::{StoreError, provider};
use crate::command::SendMessage;
use crate::model::{Budget, Lane};
use rusqlite::Connection;

/// Whether a prompt can be answered by this model in a batch.
///
/// # Errors
/// `Invalid` when it cannot, with what can be done instead.
pub fn check(sql: &Connection, message: &SendMessage, model: &str) -> Result<(), StoreError> {
    let refuse = |words: &str| Err(StoreError::Invalid(format!("{words}. Nothing was sent")));
    if message.lane != Lane::Background {
        return refuse(
            "a batch comes some time within a day, so it is only for the background; send it there",
        );
    }
    if !provider::has_batches(sql, model)? {
        return refuse(&format!(
            "{model} does not answer in batches, which only providers of the kind anthropic do; choose a model of one, or ask \
             without a batch"
        ));
    }
    if message.in_parts {
        return refuse(
            "a file is not worked on part by part in batches, because each part would wait up to a day for the one before it; \
             choose one of the two",
        );
    }
    match message.budget {
        Some(budget) if budget.seconds.is_some() => refuse(UNTIMED),
        _ => Ok(()),
    }
}

/// Whether what is answered in a batch can have this budget.
///
/// # Errors
/// `Invalid` when it cannot.
pub fn check_budget(budget: &Budget) -> Result<(), StoreError> {
    match budget.seconds {
        Some(_) => Err(StoreError::Invalid(format!("{UNTIMED}. Nothing was changed"))),
        None => Ok(()),
    }
}

const UNTIMED: &str =
    "a batch comes some time within a day, so it cannot have a cap in seconds; cap its dollars or its tokens";
