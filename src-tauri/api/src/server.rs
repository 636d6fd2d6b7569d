use crate::endpoint::Endpoint;
use crate::error::ApiError;
use crate::gate::Gate;
use crate::limits::Limits;
use crate::listener::{Address, Listen, Listener, Stream};
use crate::patient::Patient;
use crate::routes::{self, App};
use crate::token::Token;
use crate::tokens::Tokens;
use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use meanwhile_core::Core;
use meanwhile_core::model::TaskId;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Time for open connections to end by themselves when the server stops.
const GOODBYE: Duration = Duration::from_secs(1);

/// The window of a desktop process.
pub trait Window: Send + Sync {
    /// Raises it, and shows the task if there is one.
    fn open(&self, task: Option<TaskId>);
}

/// What a person sees of the process.
#[derive(Clone)]
pub enum Front {
    /// A desktop app.
    Window(Arc<dyn Window>),
    /// Nothing: somebody started it to work without a window, and it stays until it is ended.
    None,
    /// Nothing: a command started it because nobody else was there. It ends for a desktop app that wants the data.
    GivesWay,
}

/// Starts to answer calls.
///
/// # Errors
/// [`ApiError`] when nothing could be started.
pub async fn serve(core: Core, listen: Listen, front: Front) -> Result<Server, ApiError> {
    serve_with(core, listen, front, Limits::default()).await
}

/// The same with other limits.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(
    core: Core,
    listen: Listen,
    front: Front,
    limits: Limits,
) -> Result<Server, ApiError> {
    let data_dir = core.data_dir().to_owned();
    let token_file = Token::file(&data_dir);
    // What a crash left must not lead anybody to whoever listens there now.
    Endpoint::forget(&data_dir);
    let token = Token::create(&token_file)?;
    let (listener, address) = Listener::bind(listen, &data_dir).await?;
    let endpoint = Endpoint::new(&address, &token_file);
    endpoint
        .write(&data_dir)
        .map_err(|cause| ApiError::File { file: crate::endpoint::file(&data_dir), cause })?;

    let closing = CancellationToken::new();
    let quit = CancellationToken::new();
    let app = App { core: core.clone(), front, limits, closing: closing.clone(), quit: quit.clone() };
    let door = Door {
        gate: Arc::new(Gate::new(&address, token, Tokens::of(&data_dir))),
        router: routes::router(app),
        limits,
        seats: Arc::new(Semaphore::new(limits.connections)),
        clients: TaskTracker::new(),
        closing: closing.clone(),
        cut: CancellationToken::new(),
    };
    let work = tokio::spawn(async move {
        door.answer(listener, &core, &quit).await;
        endpoint.remove(&data_dir);
    });
    Ok(Server { address, token_file, closing, work })
}

/// A server that answers calls until it is shut down.
pub struct Server {
    /// Where it listens.
    pub address: Address,
    /// The file that holds the token.
    pub token_file: PathBuf,
    closing: CancellationToken,
    work: JoinHandle<()>,
}

impl Server {
    /// Takes no more calls, lets open ones end within a second, and takes `endpoint.json` away.
    pub async fn shutdown(self) {
        self.closing.cancel();
        if let Err(error) = self.work.await {
            tracing::error!(%error, "the API did not end by itself");
        }
    }
}

/// One of the places for a connection; a WebSocket holds it beyond its request.
#[derive(Clone)]
pub(crate) struct Seat {
    _held: Arc<(OwnedSemaphorePermit, TaskTrackerToken)>,
}

struct Door {
    gate: Arc<Gate>,
    router: Router,
    limits: Limits,
    seats: Arc<Semaphore>,
    clients: TaskTracker,
    closing: CancellationToken,
    cut: CancellationToken,
}

impl Door {
    async fn answer(self, listener: Listener, core: &Core, quit: &CancellationToken) {
        let mut is_open = true;
        while is_open {
            tokio::select! {
                _ = self.closing.cancelled() => is_open = false,
                _ = quit.cancelled() => {
                    core.shutdown().await;
                    self.closing.cancelled().await;
                    is_open = false;
                }
                client = listener.accept() => match client {
                    Ok(Some(stream)) => self.seat(stream),
                    Ok(None) => tracing::warn!("a connection of another user was refused"),
                    Err(error) => {
                        // Out of file descriptors, for example: accepting again at once would only spin.
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
        drop(listener);
        self.clients.close();
        if tokio::time::timeout(GOODBYE, self.clients.wait()).await.is_err() {
            self.cut.cancel();
        }
    }

    fn seat(&self, stream: Box<dyn Stream>) {
        match Arc::clone(&self.seats).try_acquire_owned() {
            Ok(permit) => {
                let seat = Seat { _held: Arc::new((permit, self.clients.token())) };
                self.clients.spawn(self.serve(stream, seat));
            }
            Err(_) => {
                self.clients.spawn(send_away(stream));
            }
        }
    }

    fn serve(&self, stream: Box<dyn Stream>, seat: Seat) -> impl Future<Output = ()> + Send + 'static {
        let io = TokioIo::new(Patient::new(stream, self.limits.stuck));
        let (gate, router) = (Arc::clone(&self.gate), self.router.clone());
        let (closing, cut, header) = (self.closing.clone(), self.cut.clone(), self.limits.header);
        async move {
            let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(seat.clone());
                let (gate, router) = (Arc::clone(&gate), router.clone());
                async move { Ok::<_, Infallible>(gate.admit(request.map(Body::new), router).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(header)
                .max_header_size(32 << 10)
                .serve_connection(io, service)
                .with_upgrades();
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                _ = closing.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        ended = connection => ended,
                        _ = cut.cancelled() => Ok(()),
                    }
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        }
    }
}

const TOO_MANY: &str = concat!(
    r#"{"type":"about:blank","title":"Service Unavailable","status":503,"code":"too_many_connections","#,
    r#""detail":"too many connections are open at once"}"#,
);

/// Says that there is no place, without reading what was asked.
async fn send_away(mut stream: Box<dyn Stream>) {
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         connection: close\r\ncache-control: no-store\r\nretry-after: 1\r\n\r\n{TOO_MANY}",
        TOO_MANY.len()
    );
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = tokio::time::timeout(Duration::from_millis(200), told).await;
}
