use super::App;
use crate::body::Params;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use futures_util::TryStreamExt;
use meanwhile_core::model::{Attached, Attachment};
use serde::Deserialize;
use std::io;
use tokio_util::io::StreamReader;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: String,
}

/// The body is the file.
pub(super) async fn attach(
    State(app): State<App>,
    Params(Named { name }): Params<Named>,
    body: Body,
) -> Result<axum::Json<Attachment>, Problem> {
    let mut file = StreamReader::new(body.into_data_stream().map_err(io::Error::other));
    let kept = tokio::time::timeout(app.limits.body, app.core.keep_file(&mut file)).await;
    let hash = kept.map_err(|_| {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the file took too long to arrive; nothing was attached",
        )
    })??;
    let file = Attached { hash, name, from: None, to: None };
    Ok(axum::Json(app.core.read_file(file, |_| {}).await?))
}
