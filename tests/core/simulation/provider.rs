//! Providers that are played: what each request meets is drawn from the seed, and all of it is written down.

use super::pace::Pace;
use fastrand::Rng;
use futures_util::stream::{BoxStream, StreamExt, unfold};
use meanwhile_core::model::{FinishReason, ProviderRow};
use meanwhile_core::provider::{Build, CompletionRequest, Provider, ProviderError, ProviderEvent};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The first one is always well.
pub const PROVIDERS: usize = 4;
/// Silence after which an adapter gives up.
const SILENCE: Duration = Duration::from_secs(300);

/// What a provider saw.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Asked,
    Text,
    /// It sent the end or an error; the error's code, and for how long it asked to be left alone.
    Ended(&'static str, Option<Duration>),
    /// The connection was closed before that.
    Dropped,
}

/// One line of what the providers wrote down.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub at_ms: i64,
    pub provider: usize,
    /// Each request has its own.
    pub request: usize,
    /// The number of the task, and whether it was sent to the background.
    pub task: (usize, bool),
    pub what: What,
}

/// All providers of one simulation.
pub struct World {
    seed: u64,
    pace: Arc<Pace>,
    troubles: Vec<Vec<Trouble>>,
    seen: Mutex<Vec<Seen>>,
    asked: Mutex<HashMap<usize, u64>>,
}

/// A time in which a provider answers nobody.
struct Trouble {
    from_ms: i64,
    to_ms: i64,
    error: ProviderError,
}

impl World {
    pub fn new(seed: u64, pace: Arc<Pace>, hours: i64) -> Arc<Self> {
        let mut chance = Rng::with_seed(seed);
        let mut troubles: Vec<Vec<Trouble>> = (0..PROVIDERS).map(|_| Vec::new()).collect();
        for one in troubles.iter_mut().skip(1) {
            for _ in 0..chance.usize(1..4) {
                let from_ms = chance.i64(0..hours * 3_600_000);
                let to_ms = from_ms + chance.i64(20_000..45 * 60_000);
                one.push(Trouble { from_ms, to_ms, error: trouble(&mut chance) });
            }
        }
        Arc::new(Self { seed, pace, troubles, seen: Mutex::default(), asked: Mutex::default() })
    }

    /// The way in for the core.
    pub fn build(self: &Arc<Self>) -> Build {
        let world = Arc::clone(self);
        Arc::new(move |row: &ProviderRow, _, _| {
            let number = row.name.trim_start_matches('p').parse().unwrap();
            Arc::new(Played { number, world: Arc::clone(&world) })
        })
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// What a request meets: pauses, each followed by something that is said.
    fn script(&self, provider: usize, task: usize) -> VecDeque<(Duration, Said)> {
        let nth = {
            let mut asked = self.asked.lock().unwrap();
            let nth = asked.entry(task).or_default();
            *nth += 1;
            *nth
        };
        // By task and attempt, so that the order of requests in the same moment changes nothing.
        let mut chance = Rng::with_seed(self.seed ^ ((task as u64) << 32) ^ (nth << 20));
        let now = self.pace.elapsed_ms();
        let soon = Duration::from_millis(chance.u64(5..400));
        let mut trouble = self.troubles[provider].iter();
        if let Some(trouble) = trouble.find(|trouble| (trouble.from_ms..trouble.to_ms).contains(&now)) {
            return [(soon, Err(trouble.error.clone()))].into();
        }
        let mut said = VecDeque::from([(soon, Ok(ProviderEvent::Accepted))]);
        let rare = if provider == 0 { 99 } else { chance.u32(0..100) };
        match rare {
            0..4 => return [(soon, Err(fault(&mut chance)))].into(),
            4..6 => return [(soon, Err(super::provider::trouble(&mut chance)))].into(),
            6..8 => return [(SILENCE, Err(ProviderError::Stalled(SILENCE)))].into(),
            _ => {}
        }
        let pieces = chance.usize(1..5);
        let breaks_at = (8..16).contains(&rare).then(|| chance.usize(1..=pieces));
        for piece in 0..pieces {
            if breaks_at == Some(piece) {
                said.push_back((soon, Err(ProviderError::Truncated)));
                return said;
            }
            let pause = Duration::from_millis(chance.u64(10..20_000));
            said.push_back((pause, Ok(ProviderEvent::Text(format!("piece {piece} ")))));
        }
        said.push_back((soon, Ok(ProviderEvent::Finished(FinishReason::Stop))));
        said
    }
}

/// What any other request would meet as well.
fn trouble(chance: &mut Rng) -> ProviderError {
    let asked = [None, Some(0), Some(3), Some(60), Some(840), Some(90_000)];
    let retry_after = asked[chance.usize(..asked.len())].map(Duration::from_secs);
    match chance.u32(0..3) {
        0 => ProviderError::RateLimited { retry_after },
        1 => ProviderError::Overloaded { said: "too many".to_owned(), retry_after },
        _ => ProviderError::Unreachable { host: "p.example:443".to_owned(), cause: "no route".to_owned() },
    }
}

/// What this one request meets.
fn fault(chance: &mut Rng) -> ProviderError {
    match chance.u32(0..4) {
        0 => ProviderError::Billing("no credit".to_owned()),
        1 => ProviderError::Unauthorized,
        2 => ProviderError::BadRequest("no".to_owned()),
        _ => ProviderError::Empty(None),
    }
}

type Said = Result<ProviderEvent, ProviderError>;

struct Played {
    number: usize,
    world: Arc<World>,
}

impl Provider for Played {
    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Said> {
        let (kind, number) = request.model.split_at(1);
        let task = (number.parse().unwrap(), kind == "b");
        let line = Line { world: Arc::clone(&self.world), provider: self.number, task, request: None };
        unfold((line, VecDeque::new()), |(mut line, mut script)| async move {
            if line.request.is_none() {
                script = line.ask();
            }
            let (pause, said) = script.pop_front()?;
            tokio::time::sleep(pause).await;
            match &said {
                Ok(ProviderEvent::Text(_)) => line.note(What::Text),
                Ok(ProviderEvent::Finished(_)) => line.note(What::Ended("whole", None)),
                Ok(_) => {}
                Err(error) => line.note(What::Ended(error.code(), asked_wait(error))),
            }
            Some((said, (line, script)))
        })
        .fuse()
        .boxed()
    }

    fn is_here(&self) -> bool {
        false
    }
}

fn asked_wait(error: &ProviderError) -> Option<Duration> {
    match error {
        ProviderError::RateLimited { retry_after } | ProviderError::Overloaded { retry_after, .. } => {
            *retry_after
        }
        _ => None,
    }
}

/// One request on its way; says so when it is dropped before its end.
struct Line {
    world: Arc<World>,
    provider: usize,
    task: (usize, bool),
    /// `None` before it is asked and after its end.
    request: Option<usize>,
}

impl Line {
    fn ask(&mut self) -> VecDeque<(Duration, Said)> {
        self.request = Some(self.world.seen.lock().unwrap().len());
        self.note(What::Asked);
        self.world.script(self.provider, self.task.0)
    }

    fn note(&mut self, what: What) {
        let Some(request) = self.request else { return };
        let is_over = matches!(what, What::Ended(..) | What::Dropped);
        let (at_ms, provider, task) = (self.world.pace.elapsed_ms(), self.provider, self.task);
        self.world.seen.lock().unwrap().push(Seen { at_ms, provider, request, task, what });
        self.world.pace.happens();
        if is_over {
            self.request = None;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.note(What::Dropped);
    }
}
