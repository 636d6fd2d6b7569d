use super::App;
use crate::body::{Nothing, OptionalJson, Params};
use crate::problem::Problem;
use axum::extract::State;
use meanwhile_core::model::{Settings, UsageReport};
use serde::Deserialize;

/// Days that are looked back on unless the caller says.
const USUAL_DAYS: u32 = 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    /// A number, or `all`.
    #[serde(default)]
    days: String,
}

pub(super) async fn usage(
    State(app): State<App>,
    Params(Back { days }): Params<Back>,
) -> Result<axum::Json<UsageReport>, Problem> {
    let days = match days.as_str() {
        "all" => None,
        "" => Some(USUAL_DAYS),
        number => {
            Some(number.parse().map_err(|_| Problem::invalid("days is a number from 1 to 3660, or all"))?)
        }
    };
    Ok(axum::Json(app.core.usage(days).await?))
}

pub(super) async fn allow_today(
    State(app): State<App>,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<axum::Json<Settings>, Problem> {
    Ok(axum::Json(app.core.allow_today().await?))
}
