use super::App;
use crate::body::Json;
use crate::problem::Problem;
use axum::extract::State;
use meanwhile_core::Proposed;
use meanwhile_core::model::{Admission, Audit, Calibration};

pub(super) async fn admit(
    State(app): State<App>,
    Json(proposed): Json<Proposed>,
) -> Result<axum::Json<Admission>, Problem> {
    Ok(axum::Json(app.core.admit(proposed).await?))
}

pub(super) async fn forecasts(State(app): State<App>) -> Result<axum::Json<Calibration>, Problem> {
    Ok(axum::Json(app.core.calibration().await?))
}

pub(super) async fn audit(State(app): State<App>) -> Result<axum::Json<Audit>, Problem> {
    Ok(axum::Json(app.core.audit().await?))
}
