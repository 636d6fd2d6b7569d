//! Everything that is kept, and the only place with SQL. It knows no engine, no provider and no network.
//!
//! One thread owns the writing connection and commits for all callers together; readers have connections of their own.

mod alike;
mod approval;
mod attempt;
mod audit;
mod away;
pub mod backup;
mod batch;
mod branch;
mod call;
mod catalogue;
mod channel;
mod child;
mod circuit;
mod context;
mod conversation;
mod day;
mod delivery;
mod doctor;
mod document;
mod error;
mod event;
mod family;
mod forecast;
mod history;
mod import;
mod intake;
mod ledger;
mod mend;
mod message;
mod open;
mod outcome;
mod part;
#[cfg(debug_assertions)]
mod point;
mod program;
mod provider;
mod queue;
mod recovery;
mod remark;
mod remote;
mod round;
mod row;
mod rule;
pub mod salvage;
#[cfg(test)]
mod scans;
mod search;
mod sending;
mod server;
mod settings;
mod snapshot;
mod snippet;
mod step;
mod system;
mod task;
mod text;
mod thought;
mod timeline;
mod tx;
mod unmarked;
mod usage;
mod writer;

pub use approval::Wanted;
pub use attempt::Claimed;
pub use backup::Backup;
pub use call::{Begun, CallEnd, NEVER_HERE, OpenCall};
pub use child::Started;
pub use delivery::{NoticeResult, Told};
pub use doctor::{Finding, check_folder};
pub use document::{Document, name_of};
pub use error::StoreError;
pub use event::Changes;
pub use intake::NO_MODEL;
use open::Opened;
pub use open::make_private;
pub use outcome::{End, Settled};
pub use program::NO_DOLLARS;
pub use recovery::Unfinished;
pub use remote::Unwanted;
pub use round::CallsEnd;
pub use sending::Due;
pub use snapshot::{Kept, Snapshot};
pub use text::{Interest, Scope};

use crate::clock::Clock;
use crate::error::OpenError;
use crate::model::{RunId, Seq};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use text::Interests;
use tokio::sync::{mpsc, oneshot, watch};
use tx::Tx;
use writer::{Change, Job};

/// Connections for reading that are kept open; each holds pages and statements in memory.
const SPARE_READERS: usize = 4;

/// A handle to the data; clones share one writer. The data folder stays locked while any of them lives.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    jobs: mpsc::Sender<Job>,
    head: watch::Receiver<Seq>,
    steps: watch::Receiver<Seq>,
    readers: Mutex<Vec<Connection>>,
    interests: Arc<Mutex<Interests>>,
    file: PathBuf,
    closed: watch::Receiver<bool>,
}

impl Store {
    /// Locks the folder, brings the database up to date and starts the writing thread.
    ///
    /// # Errors
    /// [`OpenError`]; in every case the data is as it was.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let Opened { connection, file, lock } = open::open(folder)?;
        let interests = Arc::new(Mutex::new(Interests::default()));
        let started = writer::start(connection, lock, clock, RunId::fresh(), Arc::clone(&interests))
            .map_err(|e| OpenError::Database { file: file.clone(), cause: e.to_string() })?;
        Ok(Self {
            shared: Arc::new(Shared {
                jobs: started.jobs,
                head: started.head,
                steps: started.steps,
                closed: started.closed,
                readers: Mutex::new(Vec::new()),
                interests,
                file,
            }),
        })
    }

    /// The newest stored event, text included. Carries a number and nothing else.
    pub fn head(&self) -> watch::Receiver<Seq> {
        self.shared.head.clone()
    }

    /// The newest stored change that is more than text.
    pub fn steps(&self) -> watch::Receiver<Seq> {
        self.shared.steps.clone()
    }

    /// Stores what is still in memory, marks the run as cleanly ended and gives the folder free.
    pub async fn close(&self) {
        self.shared.readers().clear();
        // An error means that it is closed already.
        let _ = self.shared.jobs.send(Job::Close).await;
        let _ = self.shared.closed.clone().wait_for(|closed| *closed).await;
    }

    /// Runs `change` together with others in one transaction, or again in its own if that failed; returns after the commit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, result) = oneshot::channel();
        let write = Box::new(Change { change, outcome: None, done });
        self.shared.jobs.send(Job::Write(write)).await.map_err(|_| StoreError::Closed)?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a query of a few rows on a read-only connection, here and now: it takes less time than handing it to another
    /// thread and back. Readers never wait for the writer.
    pub(crate) fn glance<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.shared.with_reader(query)
    }

    /// Runs a query that may read much on a read-only connection, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = Arc::clone(&self.shared);
        let run = move || shared.with_reader(query);
        tokio::task::spawn_blocking(run).await.map_err(|_| StoreError::Closed)?
    }
}

impl Shared {
    fn with_reader<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let spare = self.readers().pop();
        let connection = match spare {
            Some(connection) => connection,
            None => open::reader(&self.file)?,
        };
        let result = query(&connection);
        let mut readers = self.readers();
        if readers.len() < SPARE_READERS {
            readers.push(connection);
        }
        result
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
