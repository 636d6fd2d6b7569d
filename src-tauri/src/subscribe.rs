//! Frames to windows: one follower for each window, and what the shell wants a window to show.

use meanwhile_core::model::{ConversationId, Seq};
use meanwhile_core::{CommandError, Core};
use meanwhile_view::{Pace, Texts, ViewFollower, ViewFrame};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager as _, State, WebviewWindow};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::task::LocalPoolHandle;

/// Before a follower tries again after its rows could not be read, as with a full disk.
const AGAIN: Duration = Duration::from_secs(1);

/// Frames on their way to a page. One that hangs gets no more until it has taken some: what it missed is read from the
/// store then, so nothing piles up for it.
const ON_THEIR_WAY: usize = 512;

/// Wishes kept for a window whose page is not there yet; the last ones count.
const WISHES: usize = 8;

/// Who follows what, by window.
pub struct Subscriptions {
    inner: Mutex<Inner>,
    texts: Texts,
    /// The thread on which what streams is laid out.
    drawing: LocalPoolHandle,
}

#[derive(Default)]
struct Inner {
    windows: HashMap<String, Followed>,
    last_id: u32,
}

/// One window.
#[derive(Default)]
struct Followed {
    live: Option<Live>,
    /// What the shell wants to be shown, until a page is there to show it.
    wishes: VecDeque<ViewFrame>,
}

struct Live {
    id: u32,
    conversation_id: Option<ConversationId>,
    frames: Channel<ViewFrame>,
    /// Places for frames on their way.
    places: Arc<Semaphore>,
    pace: Pace,
    /// True once the page has its first snapshot and can act on a wish.
    has_snapshot: bool,
    work: Option<JoinHandle<()>>,
}

/// Follows for a window; the window's subscription before this one ends. A window that knows every row up to `known` gets no
/// snapshot, but what it opens.
#[tauri::command]
pub async fn subscribe(
    window: WebviewWindow,
    core: State<'_, Core>,
    subscriptions: State<'_, Subscriptions>,
    conversation_id: Option<ConversationId>,
    known: Option<Seq>,
    on_frame: Channel<ViewFrame>,
) -> Result<u32, CommandError> {
    let label = window.label().to_owned();
    let (core, texts, open) = (core.inner().clone(), subscriptions.texts.clone(), conversation_id.clone());
    let (places, pace) = (Arc::new(Semaphore::new(ON_THEIR_WAY)), Pace::default());
    let frames = on_frame.clone();
    let id = subscriptions.replace(&label, |id| Live {
        id,
        conversation_id,
        frames,
        places: Arc::clone(&places),
        pace: pace.clone(),
        has_snapshot: false,
        work: None,
    });
    let app = window.app_handle().clone();
    let there = label.clone();
    let work = subscriptions.drawing.spawn_pinned(move || async move {
        let follower = ViewFollower::new(core, texts, open).paced(pace);
        let follower = match known {
            Some(head) => follower.knowing(head),
            None => follower,
        };
        follow(app, there, id, follower, on_frame, places).await;
    });
    subscriptions.keep(&label, id, work);
    Ok(id)
}

/// The page has taken that many frames of a subscription; one that was replaced has ended already.
#[tauri::command]
pub async fn frames_taken(
    window: WebviewWindow,
    subscriptions: State<'_, Subscriptions>,
    id: u32,
    count: usize,
) -> Result<(), CommandError> {
    subscriptions.make_room(window.label(), id, count);
    Ok(())
}

/// The pause that a page wants between two frames, in milliseconds.
#[tauri::command]
pub fn set_pace(window: WebviewWindow, subscriptions: State<'_, Subscriptions>, id: u32, ms: u32) {
    subscriptions.set_pace(window.label(), id, ms);
}

/// A wish for a page instead of a conversation, such as `settings`.
pub fn wish_for_page(name: &str) -> ViewFrame {
    ViewFrame::Show { conversation_id: None, task_id: None, page: Some(name.to_owned()) }
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self { inner: Mutex::default(), texts: Texts::default(), drawing: LocalPoolHandle::new(1) }
    }
}

impl Subscriptions {
    /// Has a window show something: at once if its page is there, else as soon as it is. True when it was at once.
    pub fn show(&self, label: &str, wish: ViewFrame) -> bool {
        let mut inner = self.lock();
        let window = inner.windows.entry(label.to_owned()).or_default();
        if let Some(live) = &window.live
            && live.has_snapshot
            && live.frames.send(wish.clone()).is_ok()
        {
            return true;
        }
        if window.wishes.len() == WISHES {
            window.wishes.pop_front();
        }
        window.wishes.push_back(wish);
        false
    }

    /// The conversation a window has open.
    pub fn open_in(&self, label: &str) -> Option<ConversationId> {
        self.lock().windows.get(label)?.live.as_ref()?.conversation_id.clone()
    }

    /// Parsed texts, kept between windows and subscriptions.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The window is gone. With the last one go the parsed texts: nobody looks at them.
    pub fn forget(&self, label: &str) {
        let mut inner = self.lock();
        if let Some(live) = inner.windows.remove(label).and_then(|window| window.live) {
            live.stop();
        }
        if inner.windows.values().all(|window| window.live.is_none()) {
            self.texts.clear();
        }
    }

    fn replace(&self, label: &str, live: impl FnOnce(u32) -> Live) -> u32 {
        let mut inner = self.lock();
        inner.last_id += 1;
        let id = inner.last_id;
        if let Some(before) = inner.windows.entry(label.to_owned()).or_default().live.replace(live(id)) {
            before.stop();
        }
        id
    }

    fn keep(&self, label: &str, id: u32, work: JoinHandle<()>) {
        match self.lock().windows.get_mut(label).and_then(|window| window.live.as_mut()) {
            Some(live) if live.id == id => live.work = Some(work),
            // Replaced or closed meanwhile.
            _ => work.abort(),
        }
    }

    fn make_room(&self, label: &str, id: u32, count: usize) {
        let inner = self.lock();
        if let Some(live) = inner.windows.get(label).and_then(|window| window.live.as_ref())
            && live.id == id
        {
            let taken = ON_THEIR_WAY.saturating_sub(live.places.available_permits());
            live.places.add_permits(count.min(taken));
        }
    }

    fn set_pace(&self, label: &str, id: u32, ms: u32) {
        let inner = self.lock();
        if let Some(live) = inner.windows.get(label).and_then(|window| window.live.as_ref())
            && live.id == id
        {
            live.pace.set(ms);
        }
    }

    /// The page has its snapshot: gives it what the shell wished meanwhile.
    fn has_snapshot(&self, label: &str, id: u32) {
        let mut inner = self.lock();
        let Some(window) = inner.windows.get_mut(label) else { return };
        if let Some(live) = window.live.as_mut().filter(|live| live.id == id && !live.has_snapshot) {
            live.has_snapshot = true;
            for wish in window.wishes.drain(..) {
                let _ = live.frames.send(wish);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    fn stop(self) {
        if let Some(work) = self.work {
            work.abort();
        }
    }
}

async fn follow(
    app: AppHandle,
    label: String,
    id: u32,
    mut follower: ViewFollower,
    frames: Channel<ViewFrame>,
    places: Arc<Semaphore>,
) {
    while let Ok(place) = places.acquire().await {
        let Some(next) = follower.next().await else { return };
        match next {
            Ok(frame) => {
                let is_snapshot = matches!(frame, ViewFrame::Snapshot { .. } | ViewFrame::Opened { .. });
                if frames.send(frame).is_err() {
                    return;
                }
                place.forget();
                if is_snapshot {
                    app.state::<Subscriptions>().has_snapshot(&label, id);
                }
            }
            Err(error) => {
                tracing::warn!(%error, window = label, "a window is not up to date");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}
