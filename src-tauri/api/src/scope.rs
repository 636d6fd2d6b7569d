//! What a caller may do, from nothing to everything. Which call needs what stands in `routes()` and nowhere else.

use crate::problem::Problem;
use crate::tokens::{Digest, Tokens};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a token that the user made for another program allows; each scope has what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// See and follow everything there is; nothing is changed.
    Read,
    /// Start tasks, which may cost money.
    Enqueue,
    /// Stop, pause and resume tasks, and send them to the background.
    Control,
}

impl Scope {
    const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Enqueue => "enqueue",
            Self::Control => "control",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a call needs at least, and what a caller has, from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// No token at all.
    Nothing,
    /// A token with this scope.
    Token(Scope),
    /// The token of `api-token`. No other one changes what may be done: settings, providers, the end of the process.
    Owner,
}

impl Right {
    /// As in `openapi.json`; `None` for what needs no token.
    #[cfg(test)]
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Token(scope) => Some(scope.word()),
            Self::Owner => Some("owner"),
        }
    }
}

/// What the caller of a request has shown. The gate puts it into each request that it lets in.
#[derive(Clone)]
pub(crate) enum Pass {
    Nothing,
    Owner,
    Token { scope: Scope, digest: Digest, tokens: Tokens },
}

impl Pass {
    /// Refuses a caller who may not do so much.
    pub(crate) fn needs(&self, needed: Right) -> Result<(), Problem> {
        let has = self.right();
        if has >= needed { Ok(()) } else { Err(too_little(has, needed)) }
    }

    fn right(&self) -> Right {
        match self {
            Self::Nothing => Right::Nothing,
            Self::Owner => Right::Owner,
            Self::Token { scope, .. } => Right::Token(*scope),
        }
    }

    /// Whether it still counts; what lasts longer than a request asks again before it tells more.
    pub(crate) fn is_good(&self) -> bool {
        match self {
            Self::Nothing | Self::Owner => true,
            Self::Token { digest, tokens, .. } => tokens.scope_of(digest).is_some(),
        }
    }
}

/// Stands before each route, with what it needs. A request that did not come through the gate has nothing.
pub(crate) async fn only(State(needed): State<Right>, request: Request, next: Next) -> Response {
    match request.extensions().get().unwrap_or(&Pass::Nothing).needs(needed) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

fn too_little(has: Right, needed: Right) -> Problem {
    let has = match has {
        Right::Token(scope) => format!("this token has the scope \"{scope}\""),
        Right::Nothing | Right::Owner => "there is no token".to_owned(),
    };
    let detail = match needed {
        Right::Token(scope) => format!(
            "{has} and this call needs \"{scope}\"; make another token with: meanwhile token add NAME --scope {scope}"
        ),
        Right::Nothing | Right::Owner => format!(
            "{has} and this call needs the owner's token; it is in the file api-token of the data folder, and no other \
             token can do this"
        ),
    };
    Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", detail)
}
