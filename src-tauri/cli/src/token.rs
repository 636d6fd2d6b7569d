use crate::args::{Json, NewToken, TokenVerb};
use crate::failure::Failure;
use crate::out;
use meanwhile_api::{Scope, Tokens, TokensError};
use meanwhile_core::{Clock, SystemClock};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Works on the file of the data folder, so nothing has to run; whoever runs looks there at each request.
pub(crate) fn token(folder: &Path, verb: TokenVerb) -> Result<ExitCode, Failure> {
    let tokens = Tokens::of(folder);
    match verb {
        TokenVerb::Add(token) => add(&tokens, token)?,
        TokenVerb::List(Json { json }) => list(&tokens, json)?,
        TokenVerb::Remove { name, json } => {
            tokens.remove(&name).map_err(refused)?;
            if json {
                out::line(&json!({ "removed": name }).to_string())?;
            } else {
                out::line(&format!("The token {name} is removed and refused from now on."))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(tokens: &Tokens, NewToken { name, scope, json }: NewToken) -> Result<(), Failure> {
    let scope = Scope::from(scope);
    let now = SystemClock.now();
    let token = tokens.add(&name, scope, now).map_err(refused)?;
    if json {
        let made = json!({ "name": name, "scope": scope, "created_at": now, "token": token });
        return out::line(&made.to_string());
    }
    out::line(&token)?;
    out::note(&format!("It is shown this once. Take it back with: meanwhile token remove {name}"));
    Ok(())
}

fn list(tokens: &Tokens, json: bool) -> Result<(), Failure> {
    let rows = tokens.list().map_err(refused)?;
    if json {
        return out::line(&json!({ "tokens": rows }).to_string());
    }
    if rows.is_empty() {
        out::note("There is no token. Make one with: meanwhile token add NAME --scope read|enqueue|control");
    }
    rows.iter().try_for_each(|row| {
        out::line(&format!("{:<16} {:<8} {}", row.name, row.scope.to_string(), row.created_at))
    })
}

fn refused(error: TokensError) -> Failure {
    match error {
        TokensError::Name | TokensError::Unknown(_) => Failure::usage(error.to_string()),
        TokensError::Taken(_)
        | TokensError::Full
        | TokensError::Unreadable { .. }
        | TokensError::System(_) => Failure::failed(error.to_string()),
    }
}
