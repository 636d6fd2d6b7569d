//! What an attempt has received so far, and what that comes to.

use crate::model::{AskedCall, Overdrawn, Usage, sent_bytes};
use crate::provider::TokenCount;
use crate::store::Claimed;

/// Hardly any text has more bytes a token.
const LONG_TOKEN: usize = 6;

/// What an attempt has received so far.
#[derive(Default)]
pub struct Received {
    pub text_bytes: usize,
    pub thought_bytes: usize,
    pub tokens: Option<TokenCount>,
    /// The answer is made at the provider, and goes on there.
    pub is_remote: bool,
    /// It was, and has ended there.
    pub remote_is_over: bool,
    /// There is no room for more of it, whatever may still be used.
    pub is_full: bool,
    /// The tools it asks for.
    pub calls: Vec<AskedCall>,
}

impl Received {
    /// What the provider said, else four characters a token. Nothing for what goes on elsewhere: that is billed once, when
    /// it is heard to its end.
    pub fn usage(&self, claimed: &Claimed) -> Usage {
        if self.is_remote && !self.remote_is_over {
            return Usage::default();
        }
        self.so_far(claimed)
    }

    /// Bytes that were written for this request, those among them that an earlier attempt heard.
    pub fn written(&self, claimed: &Claimed) -> usize {
        let heard = if claimed.remote.is_some() { claimed.heard_text.len() } else { 0 };
        self.text_bytes + self.thought_bytes + heard
    }

    pub fn so_far(&self, claimed: &Claimed) -> Usage {
        let written = self.written(claimed);
        let is_program = claimed.agent.as_ref().is_some_and(|agent| agent.program.is_some());
        let asked = sent_bytes(&claimed.manner.system, &claimed.messages);
        let mut usage = Usage {
            cached_tokens: self.tokens.map(|tokens| tokens.cache_read).filter(|n| *n > 0),
            reasoning_tokens: self.tokens.map(|tokens| tokens.reasoning).filter(|n| *n > 0),
            // A program does not say what it sends.
            input_tokens: (!is_program)
                .then_some(self.tokens.map_or(asked.div_ceil(4) as u64, |tokens| tokens.input)),
            output_tokens: Some(self.tokens.map_or(written.div_ceil(4) as u64, |tokens| tokens.output)),
            cost_usd: None,
            estimated: self.tokens.is_none(),
        };
        usage.cost_usd = claimed.price.and_then(|price| price.of(&usage));
        usage
    }

    /// The part of its budget that an answer used up which ended at a limit.
    pub fn used_up(&self, claimed: &Claimed) -> Option<Overdrawn> {
        let left = claimed.allowance?;
        let most = left.tokens?;
        // It was another limit: that of the chat's answers, or of what the model can read.
        if self.is_full || claimed.manner.max_tokens.is_some_and(|own| own < most) {
            return None;
        }
        // The model's own limit may have been lower. What nobody counted is known to half or double.
        let estimate = self.written(claimed) as u64 / 4 * 2;
        let written = self.tokens.map_or(estimate, |written| written.output);
        (written + most / 50 >= most).then_some(left.by).flatten()
    }

    /// The same of one that is written on by a server that knows no limit.
    pub fn is_far_over(&self, claimed: &Claimed) -> Option<Overdrawn> {
        let left = claimed.allowance?;
        let most = left.tokens?;
        let counted = self.tokens.is_some_and(|written| written.output > most + most / 50);
        let bytes = usize::try_from(most).unwrap_or(usize::MAX).saturating_mul(LONG_TOKEN);
        (counted || self.written(claimed) > bytes).then_some(left.by).flatten()
    }
}
