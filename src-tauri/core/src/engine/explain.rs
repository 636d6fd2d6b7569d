//! Errors in plain words: cause, what is kept, next step.

use crate::model::{Manner, TaskError, sentence};
use crate::provider::{ProviderError, Retry};

/// The words for an attempt in this manner that failed with `text_bytes` of answer on disk.
pub fn explain(
    error: &ProviderError,
    manner: &Manner,
    text_bytes: usize,
    will_retry: bool,
    can_continue: bool,
) -> TaskError {
    let kept = if text_bytes == 0 { "Your prompt is kept." } else { "The text so far is kept." };
    let next = match (will_retry, text_bytes) {
        (true, 0) => "It is tried again by itself.",
        (true, _) => "It goes on from there by itself.",
        (false, bytes) => unset(error, manner).unwrap_or_else(|| next_step(error, bytes > 0, can_continue)),
    };
    TaskError {
        code: error.code().to_owned(),
        message: sentence(&error.to_string()),
        hint: format!("{kept} {next}"),
        retryable: error.retry() != Retry::Never,
    }
}

fn next_step(error: &ProviderError, has_text: bool, can_continue: bool) -> &'static str {
    match error {
        ProviderError::KeyMissing => "Enter a key in the settings, or choose another model.",
        ProviderError::KeyUnreadable(_) => "Unlock the keychain, then continue.",
        ProviderError::Unauthorized => "Enter another key in the settings, then continue.",
        ProviderError::Forbidden(_) => {
            "Choose another model, or enter another key in the settings, then continue."
        }
        ProviderError::Billing(_) => "Add credit at the provider, then continue.",
        ProviderError::ModelNotFound(_) => "Choose another model.",
        ProviderError::NoTools(_) => "Choose another model, or ask without tools.",
        ProviderError::BadRequest(_) => "Change the prompt or choose another model.",
        ProviderError::ContextTooLong(_) => "Start a new conversation, or choose a model that reads more.",
        ProviderError::TooLong(_) => "Ask for less at once.",
        ProviderError::RunGone => "Continue from here, which asks anew, or start again.",
        ProviderError::Unsure => {
            "See in the provider's console whether it is there. Asking again may be paid for twice."
        }
        ProviderError::Expired => "Ask for another batch, or for an answer now, at full price.",
        ProviderError::Cancelled => "Ask again when you like.",
        ProviderError::NoBatches => "Ask for an answer now, at full price, or choose another model.",
        ProviderError::Unreachable { .. } => "Check that it is running and that you are online, then retry.",
        ProviderError::ProgramUnusable { .. } => "Mend that, or the file of this agent, then continue.",
        ProviderError::ProgramEnded { .. } if !can_continue => {
            "Start it again, or give the work to another agent."
        }
        ProviderError::NotAProvider(_) => "Check the address in the settings.",
        _ if can_continue => "Continue from here, or start again.",
        ProviderError::Protocol(_) => "Retry, or choose another model.",
        ProviderError::Stalled(_) => "Start again, or give this model more time in the settings.",
        _ if has_text => "It broke off too often to go on by itself. Start again, or choose another model.",
        _ => "Retry in a moment, or choose another model.",
    }
}

/// What its user set for the chat and this model does not take, as the next step.
fn unset(error: &ProviderError, manner: &Manner) -> Option<&'static str> {
    let ProviderError::BadRequest(said) = error else { return None };
    let said = said.to_ascii_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if manner.temperature.is_some() && names(&["temperature"]) {
        return Some("Take the temperature out of this chat's instructions, or choose another model.");
    }
    if !manner.system.is_empty() && names(&["system", "developer instruction"]) {
        return Some("Take the system prompt out of this chat's instructions, or choose another model.");
    }
    (manner.max_tokens.is_some() && names(&["max_tokens", "output_tokens", "completion_tokens"]))
        .then_some("Change the longest answer in this chat's instructions, or choose another model.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_names_cause_what_is_kept_and_the_next_step() {
        let error = explain(&ProviderError::Unauthorized, &Manner::default(), 0, false, false);
        assert_eq!(error.message, "The provider refused the key.");
        assert_eq!(error.hint, "Your prompt is kept. Enter another key in the settings, then continue.");
        assert!(!error.retryable);
    }

    #[test]
    fn a_text_that_broke_off_too_often_is_begun_anew_and_not_retried() {
        let error = explain(&ProviderError::Truncated, &Manner::default(), 9, false, false);
        let hint = "The text so far is kept. It broke off too often to go on by itself. Start again, or choose another model.";
        assert_eq!(error.hint, hint);
    }
}
