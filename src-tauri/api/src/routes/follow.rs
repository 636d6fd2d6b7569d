//! The log as it grows, over a WebSocket or as server-sent events: the same frames the window gets.
//!
//! A frame is read only when the one before it was taken, so a slow client costs one frame of memory.

use super::App;
use super::background::After;
use crate::body::Params;
use crate::problem::Problem;
use crate::scope::Pass;
use crate::server::Seat;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use meanwhile_core::model::{Frame, Seq};
use meanwhile_core::{CommandError, Follower, Scope};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};

const FROM_CLIENT_BYTES: usize = 64 << 10;
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const REMOVED: &str = "the token was removed";

pub(super) async fn websocket(
    State(app): State<App>,
    Params(params): Params<After>,
    Extension(seat): Extension<Seat>,
    Extension(pass): Extension<Pass>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|error| {
        Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "upgrade_required",
            format!("this is a WebSocket: {error}"),
        )
        .hint("GET /events gives the same as server-sent events.")
    })?;
    let follower = app.core.follow(Scope::All, params.after);
    let upgrade = upgrade.max_message_size(FROM_CLIENT_BYTES).max_frame_size(FROM_CLIENT_BYTES);
    Ok(upgrade.on_upgrade(move |socket| async move {
        tell(socket, follower, params.after, pass, app).await;
        drop(seat);
    }))
}

async fn tell(mut socket: WebSocket, follower: Follower, after: Option<Seq>, pass: Pass, app: App) {
    let mut taken = after;
    let mut next = Box::pin(step(follower));
    let mut ping = interval(app.limits.ping);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut is_alive = true;
    loop {
        tokio::select! {
            _ = app.closing.cancelled() => return close(socket, close_code::AWAY, "closing".to_owned(), &app).await,
            (follower, frame) = &mut next => {
                let (head, message) = match frame {
                    None => return close(socket, close_code::AWAY, "closing".to_owned(), &app).await,
                    Some(Err(error)) => return close(socket, close_code::ERROR, error.message, &app).await,
                    Some(Ok(_)) if !pass.is_good() => return close(socket, close_code::POLICY, REMOVED.to_owned(), &app).await,
                    Some(Ok(frame)) => match serde_json::to_string(&frame) {
                        Ok(text) => (head_of(&frame), Message::text(text)),
                        Err(error) => return close(socket, close_code::ERROR, error.to_string(), &app).await,
                    },
                };
                match timeout(app.limits.frame, socket.send(message)).await {
                    Ok(Ok(())) => {
                        taken = Some(head);
                        next = Box::pin(step(follower));
                    }
                    Ok(Err(_)) => return,
                    Err(_) => {
                        let from = taken.map(|head| format!("; come back with after={head}")).unwrap_or_default();
                        return close(socket, close_code::AGAIN, format!("too slow{from}"), &app).await;
                    }
                }
            }
            heard = socket.recv() => match heard {
                None | Some(Err(_) | Ok(Message::Close(_))) => return,
                Some(Ok(_)) => is_alive = true,
            },
            _ = ping.tick() => {
                if !pass.is_good() {
                    return close(socket, close_code::POLICY, REMOVED.to_owned(), &app).await;
                }
                if !is_alive {
                    return close(socket, close_code::AGAIN, "no sign of life".to_owned(), &app).await;
                }
                is_alive = false;
                if !matches!(timeout(app.limits.frame, socket.send(Message::Ping(Vec::new().into()))).await, Ok(Ok(()))) {
                    return;
                }
            }
        }
    }
}

/// Owns the follower while it waits, so that a wait can be left and taken up again without losing a frame.
async fn step(mut follower: Follower) -> (Follower, Option<Result<Frame, CommandError>>) {
    let frame = follower.next().await;
    (follower, frame)
}

async fn close(mut socket: WebSocket, code: u16, reason: String, app: &App) {
    // The protocol allows 123 bytes of reason.
    let end = reason.floor_char_boundary(123);
    let frame = CloseFrame { code, reason: reason[..end].into() };
    let goodbye = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let patience = if app.closing.is_cancelled() { Duration::from_millis(500) } else { app.limits.stuck };
    let _ = timeout(patience, goodbye).await;
}

pub(super) async fn sse(
    State(app): State<App>,
    Params(params): Params<After>,
    Extension(pass): Extension<Pass>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = match headers.get("last-event-id") {
        None => params.after,
        Some(value) => Some(last_event_id(value.as_bytes())?),
    };
    let follower = app.core.follow(Scope::All, after);
    let frames = stream::unfold(Some((follower, app.closing, pass)), |state| async move {
        let (follower, closing, pass) = state?;
        tokio::select! {
            _ = closing.cancelled() => None,
            (follower, frame) = step(follower) => match frame? {
                Ok(_) if !pass.is_good() => None,
                Ok(frame) => Some((Ok(event(&frame)), Some((follower, closing, pass)))),
                Err(error) => Some((Ok(event_of_error(&error)), None)),
            },
        }
    });
    let frames: stream::BoxStream<'static, Result<Event, Infallible>> = Box::pin(frames);
    Ok(Sse::new(frames).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

fn last_event_id(value: &[u8]) -> Result<Seq, Problem> {
    std::str::from_utf8(value)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| Problem::invalid("Last-Event-ID is the number of an event"))
}

fn event(frame: &Frame) -> Event {
    let name = match frame {
        Frame::Snapshot { .. } => "snapshot",
        Frame::Events { .. } => "events",
    };
    match serde_json::to_string(frame) {
        Ok(text) => Event::default().id(head_of(frame).to_string()).event(name).data(text),
        Err(error) => Event::default().event("error").data(error.to_string().replace(['\r', '\n'], " ")),
    }
}

fn event_of_error(error: &CommandError) -> Event {
    let text = serde_json::to_string(error).unwrap_or_default();
    Event::default().event("error").data(text)
}

fn head_of(frame: &Frame) -> Seq {
    match frame {
        Frame::Snapshot { head, .. } | Frame::Events { head, .. } => *head,
    }
}
