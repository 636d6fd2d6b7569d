//! Time that stands still while anybody works, and then goes to the next moment at which somebody wants to be woken.
//!
//! The paused time of the runtime goes on as soon as the runtime has nothing to do, also while the thread of the store still
//! writes: its answer would come hours late. So the runtime is not let idle before the store has nothing to do either.

use meanwhile_core::model::{TaskId, Timestamp};
use meanwhile_core::{Clock, Core};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

/// 2027 on the wall.
pub const START: i64 = 1_800_000_000_000;

/// The time of one simulation: the clock on its wall, and the moments at which it goes on.
#[derive(Default)]
pub struct Pace {
    may_go_on: AtomicBool,
    driver: Mutex<Option<Waker>>,
    /// The store was asked and has not answered.
    is_asked: Mutex<bool>,
    answered: Condvar,
    /// How often the runtime had nothing to do.
    idle: AtomicU64,
    /// Things that happened outside of the core.
    happened: AtomicU64,
    began: Mutex<Option<Instant>>,
    elapsed_ms: AtomicI64,
    /// What sleeps and corrections added to the clock on the wall.
    ahead_ms: AtomicI64,
    jumps: Mutex<Vec<i64>>,
}

impl Clock for Pace {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(START + self.elapsed_ms() + self.ahead_ms.load(SeqCst))
    }
}

impl Pace {
    /// A runtime of one thread whose time goes on like this.
    pub fn runtime(self: &Arc<Self>) -> Runtime {
        let (parks, unparks) = (Arc::clone(self), Arc::clone(self));
        Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .on_thread_park(move || parks.parks())
            .on_thread_unpark(move || unparks.unparks())
            .build()
            .unwrap()
    }

    /// Milliseconds since the beginning, sleeps not counted.
    pub fn elapsed_ms(&self) -> i64 {
        self.elapsed_ms.load(SeqCst)
    }

    /// The clock on the wall is set forward or back.
    pub fn jump(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, SeqCst);
        self.jumps.lock().unwrap().push(self.elapsed_ms());
    }

    /// When the clock was set, in milliseconds since the beginning.
    pub fn jumps(&self) -> Vec<i64> {
        self.jumps.lock().unwrap().clone()
    }

    /// Something happened that the core may react to.
    pub fn happens(&self) {
        self.happened.fetch_add(1, SeqCst);
    }

    /// Lets time go on whenever core and store are at rest; never ends.
    pub async fn drive(self: &Arc<Self>, core: &Core) {
        *self.began.lock().unwrap() = Some(Instant::now());
        let head = core.head();
        let (mut before, mut quiet) = (None, 0);
        loop {
            self.until_idle().await;
            self.store_is_done(core).await;
            let now = Some((*head.borrow(), self.happened.load(SeqCst)));
            quiet = if now == before { quiet + 1 } else { 0 };
            before = now;
            // Followers are told of a commit after its callers: nobody who was told in between wrote anything.
            if quiet >= 2 {
                self.may_go_on.store(true, SeqCst);
                quiet = 0;
            }
        }
    }

    /// The store answers in the order in which it is asked; a question about nothing writes nothing.
    async fn store_is_done(self: &Arc<Self>, core: &Core) {
        let nothing = TaskId::from_text("tsk_nothing");
        let mut asked = Box::pin(core.mark_seen(&nothing));
        poll_fn(|cx| {
            self.wake_me(cx.waker());
            *self.is_asked.lock().unwrap() = true;
            let answered = asked.as_mut().poll(&mut Context::from_waker(&Arc::clone(self).into()));
            *self.is_asked.lock().unwrap() &= answered.is_pending();
            answered.map(drop)
        })
        .await;
    }

    async fn until_idle(&self) {
        let seen = self.idle.load(SeqCst);
        poll_fn(|cx| {
            self.wake_me(cx.waker());
            if self.idle.load(SeqCst) > seen { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn wake_me(&self, waker: &Waker) {
        *self.driver.lock().unwrap() = Some(waker.clone());
    }

    /// The runtime has nothing to do. Unless time may go on, it waits for the store, and gets the driver to do.
    fn parks(&self) {
        self.idle.fetch_add(1, SeqCst);
        if self.may_go_on.swap(false, SeqCst) {
            return;
        }
        drop(self.answered.wait_while(self.is_asked.lock().unwrap(), |is_asked| *is_asked));
        self.wake_driver();
    }

    fn wake_driver(&self) {
        if let Some(driver) = self.driver.lock().unwrap().take() {
            driver.wake();
        }
    }

    fn unparks(&self) {
        if let Some(began) = *self.began.lock().unwrap() {
            self.elapsed_ms.store(began.elapsed().as_millis() as i64, SeqCst);
        }
    }
}

/// The answer of the store.
impl Wake for Pace {
    fn wake(self: Arc<Self>) {
        *self.is_asked.lock().unwrap() = false;
        self.answered.notify_one();
        self.wake_driver();
    }
}
