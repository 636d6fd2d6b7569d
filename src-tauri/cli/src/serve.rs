use crate::args::Serve;
use crate::failure::{FAILED, Failure, INTERRUPTED, NEWER, UNREACHABLE};
use crate::out;
use meanwhile_api::{ApiError, Front, Listen};
use meanwhile_core::secrets::Redacted;
use meanwhile_core::{Core, OpenError, Options};
use serde_json::json;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Architecture promise: a polite end takes at most this long.
const END: Duration = Duration::from_millis(2_900);

/// Core and API without a window, until a signal or `meanwhile quit`.
pub(crate) async fn serve(folder: &Path, args: Serve) -> Result<ExitCode, Failure> {
    log_to_stderr();
    // What this process writes is the user's own. Not for the other verbs: `open` starts the desktop app, and what the
    // user saves from a browser that it opens is none of ours.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let mut signals = Signals::listen().map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    // Said before any work is taken up: a request to a provider costs money.
    if args.listen.port() != 0 && std::net::TcpListener::bind(args.listen).is_err_and(is_in_use) {
        return Err(refused(ApiError::PortInUse(args.listen)));
    }
    let core = Core::open(Options::new(folder.to_owned())).await.map_err(not_open)?;
    let front = if args.give_way { Front::GivesWay } else { Front::None };
    let server = match meanwhile_api::serve(core.clone(), Listen::Tcp(args.listen), front).await {
        Ok(server) => server,
        Err(error) => {
            core.shutdown().await;
            return Err(refused(error));
        }
    };
    out::line(
        &json!({ "ready": true, "url": server.address.url(), "token_file": server.token_file }).to_string(),
    )?;
    tracing::info!(url = server.address.url(), "ready");

    tokio::select! {
        () = signals.next() => {}
        () = core.closed() => {}
    }
    tracing::info!("ending");
    let end = async { tokio::join!(server.shutdown(), core.shutdown()) };
    tokio::select! {
        ended = tokio::time::timeout(END, end) => {
            if ended.is_err() {
                tracing::warn!("the end took too long and was cut; what is stored goes on at the next start");
            }
            Ok(ExitCode::SUCCESS)
        }
        () = signals.next() => Ok(ExitCode::from(INTERRUPTED)),
    }
}

fn not_open(error: OpenError) -> Failure {
    let code = match error {
        OpenError::NewerSchema { .. } => NEWER,
        OpenError::AlreadyRunning { .. } => UNREACHABLE,
        OpenError::Folder { .. } | OpenError::Database { .. } => FAILED,
    };
    Failure::new(code, error.to_string())
}

fn refused(error: ApiError) -> Failure {
    match error {
        ApiError::NotLoopback(_) => Failure::usage(error.to_string()),
        ApiError::PortInUse(_) | ApiError::Bind { .. } => Failure::unreachable(error.to_string()),
        ApiError::File { .. } | ApiError::Random(_) => Failure::failed(error.to_string()),
    }
}

fn is_in_use(error: std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::AddrInUse
}

fn log_to_stderr() {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // At their chatty levels these print parts of requests, and a request holds prompts and keys; of servers, what they say.
    for quiet in ["hyper=info", "h2=info", "rustls=info", "reqwest=info", "tungstenite=info", "rmcp=error"] {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Redacted::new(std::io::stderr()))
        .with_ansi(std::io::stderr().is_terminal());
    let _ = subscriber.try_init();
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn next(&mut self) {
        let [terminate, interrupt, hangup] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
