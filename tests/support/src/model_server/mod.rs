//! A deterministic model server on 127.0.0.1 for tests and measurements.
//!
//! What a request does is said by a script of the test, else by its `x-sim` header, else by its body's `sim`
//! string, else by the alias the server was given, else by the model's name itself; see [`Spec`].

mod batches;
mod filler;
mod history;
mod local;
mod question;
mod refusal;
mod remote;
mod replay;
mod reply;
mod routes;
mod script;
mod spec;
mod state;
mod wire;

pub use batches::BatchServer;
pub use filler::monotonic_us;
pub use local::{LocalFake, LocalProduct};
pub use remote::RemoteServer;
pub use replay::{ReplayServer, body_of};
pub use script::{
    Gate, Step, call, cut, done, error, fail, finish, hang, news, pause, raw, reasoning, refuse, stop, text,
    uncounted, usage, wait,
};
pub use spec::{ErrKind, Refuse, Spec, UnknownWord};
pub use state::{Seen, Stats};

use axum::Router;
use axum::serve::ListenerExt;
use meanwhile_core::model::ProviderKind;
use state::Sim;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// As long as the tests wait for any fact.
const FACT_LIMIT: Duration = Duration::from_secs(60);

/// A running server; dropping it closes its connections and frees its port.
pub struct ModelServer {
    sim: Arc<Sim>,
    running: Running,
}

impl ModelServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        Self::start_on(0).await
    }

    /// Starts on `port`, for a provider that comes back where it was.
    pub async fn start_on(port: u16) -> Self {
        let sim = Arc::new(Sim::new(vec![("sim".to_owned(), "sim".to_owned())]));
        let running = Running::start(port, routes::router(Arc::clone(&sim))).await;
        Self { sim, running }
    }

    /// Where a provider that speaks chat completions finds it: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        self.base_url_for(ProviderKind::OpenaiChat)
    }

    /// Where a provider of this kind finds it; it speaks all of them at once.
    pub fn base_url_for(&self, kind: ProviderKind) -> String {
        let below = match kind {
            ProviderKind::OpenaiChat | ProviderKind::OpenaiResponses | ProviderKind::Anthropic => "/v1",
            ProviderKind::Gemini => "/v1beta",
            ProviderKind::Ollama => "",
            ProviderKind::Practice => return String::new(),
        };
        format!("http://{}{below}", self.running.address)
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Makes every request for `model` follow `steps`, from now on.
    pub fn script(&self, model: &str, steps: impl IntoIterator<Item = Step>) {
        self.scripts(model, [steps.into_iter().collect()]);
    }

    /// Makes each request for `model` follow the next script; the last one stays.
    pub fn scripts(&self, model: &str, scripts: impl IntoIterator<Item = Vec<Step>>) {
        self.sim.set_scripts(model, scripts.into_iter().collect());
    }

    /// Makes each request in which exactly this was asked follow the next script, whatever its model is; the last one stays.
    pub fn scripts_about(&self, prompt: &str, scripts: impl IntoIterator<Item = Vec<Step>>) {
        self.sim.set_scripts_about(prompt, scripts.into_iter().collect());
    }

    /// Puts these fields to the entry of `model` in the list, where the list has fields.
    pub fn describe(&self, model: &str, fields: serde_json::Value) {
        self.sim.set_description(model, fields);
    }

    /// Has it list `model` as one that is in memory with so many tokens of context, as Ollama does.
    pub fn load(&self, model: &str, context: u64) {
        self.sim.load(model, context);
    }

    /// Gives the server a text for the word `file` (or `file.NAME`).
    pub fn with_text(self, name: &str, text: &str) -> Self {
        self.sim.add_text(name, text);
        self
    }

    /// Lets all answers go on that wait at the word `hold`.
    pub fn release(&self) {
        self.sim.release.open();
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Seen> {
        self.sim.seen()
    }

    /// The counters now.
    pub fn stats(&self) -> Stats {
        self.sim.stats()
    }

    /// Waits until the counters are as the test says.
    ///
    /// # Panics
    /// After a minute, with the counters as they are.
    #[allow(clippy::panic)]
    pub async fn until(&self, fact: impl Fn(&Stats) -> bool) {
        let mut changes = self.sim.changes();
        let wait = async {
            while !fact(&self.stats()) {
                let _ = changes.changed().await;
            }
        };
        if tokio::time::timeout(FACT_LIMIT, wait).await.is_err() {
            panic!("the server never came to that: {:?}", self.stats());
        }
    }
}

/// Serves on `port` until the future is dropped, for the program; `told` gets the address.
///
/// # Errors
/// Whatever the socket says.
pub async fn serve(
    port: u16,
    models: Vec<(String, String)>,
    texts: Vec<(String, String)>,
    told: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let sim = Arc::new(Sim::new(models));
    for (name, text) in texts {
        sim.add_text(&name, &text);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    told(listener.local_addr()?);
    run(listener, routes::router(sim)).await
}

async fn run(listener: TcpListener, app: Router) -> io::Result<()> {
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, app).await
}

/// A server on a thread of its own, so that its time and its end do not depend on the test's runtime.
struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    #[allow(clippy::expect_used)]
    async fn start(port: u16, app: Router) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime for the server").block_on(async move {
                let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
                let listener = bound.expect("a free port on loopback");
                let _ = tell.send(listener.local_addr().expect("the address of an open socket"));
                tokio::select! {
                    _ = run(listener, app) => {}
                    _ = stopped => {}
                }
            });
        });
        let address = told.await.expect("the server's thread tells its address");
        Self { address, stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
