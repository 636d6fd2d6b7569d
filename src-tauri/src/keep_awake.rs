//! Keeps this computer awake while background tasks run, where the user wants that and it is on mains: a lock of logind.

use crate::keep_awake::mains::Mains;
use meanwhile_core::model::{Lane, TaskState};
use meanwhile_core::{CommandError, Core};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager as _};
use zbus::zvariant::OwnedFd;

mod mains;

const LOGIND: &str = "org.freedesktop.login1";

/// A system that does not answer is one that cannot.
const PATIENCE: Duration = Duration::from_secs(2);

/// What came of the last wish to stay awake.
#[derive(Default)]
pub struct Awake {
    trouble: Mutex<Option<String>>,
}

/// Why this computer cannot be kept awake; `None` when nothing is known to be in the way.
pub async fn trouble(app: &AppHandle) -> Option<String> {
    let known = app.state::<Awake>().trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if known.is_some() || tokio::time::timeout(PATIENCE, has_logind()).await.is_ok_and(|has| has) {
        return known;
    }
    Some(
        "this system has no logind, which would be asked to stay awake. Change when it sleeps in its own settings"
            .to_owned(),
    )
}

/// Holds the lock while it is wanted, for as long as the core is open.
pub async fn follow(app: AppHandle) {
    let core = app.state::<Core>().inner().clone();
    let mut steps = core.steps();
    let mut mains = Mains::default();
    let mut held: Option<OwnedFd> = None;
    // A system that says no once is asked again for the next work, not at each step of this one.
    let mut is_refused = false;
    loop {
        steps.mark_unchanged();
        let is_wanted = match is_wanted(&core).await {
            Ok(is_wanted) => {
                is_wanted && tokio::time::timeout(PATIENCE, mains.is_on()).await.unwrap_or(false)
            }
            Err(_) => false,
        };
        if !is_wanted && held.take().is_some() {
            tracing::info!("this computer may sleep again");
        }
        is_refused &= is_wanted;
        if is_wanted && held.is_none() && !is_refused {
            held = take(&app).await;
            is_refused = held.is_none();
        }
        tokio::select! {
            () = core.closed() => return,
            changed = steps.changed() => if changed.is_err() { return },
            () = mains.changed() => {}
        }
    }
}

/// Something is made on this computer that nobody watches; what a provider makes goes on while it sleeps.
async fn is_wanted(core: &Core) -> Result<bool, CommandError> {
    if !core.settings().await?.keep_awake || core.summary().await?.working == 0 {
        return Ok(false);
    }
    let is_here = |task: &meanwhile_core::model::Task| {
        task.lane == Lane::Background && task.state == TaskState::Running && !task.is_remote && !task.in_batch
    };
    Ok(core.tasks(1, None).await?.active.iter().any(is_here))
}

async fn take(app: &AppHandle) -> Option<OwnedFd> {
    let asked = tokio::time::timeout(PATIENCE, inhibit()).await;
    let (held, trouble) = match asked {
        Ok(Ok(held)) => (Some(held), None),
        Ok(Err(error)) => (None, Some(format!("the system does not let Meanwhile keep it awake: {error}"))),
        Err(_) => (None, Some("the system does not answer when it is asked to stay awake".to_owned())),
    };
    match &trouble {
        None => tracing::info!("this computer stays awake while background tasks run"),
        Some(trouble) => tracing::warn!(trouble, "not kept awake"),
    }
    *app.state::<Awake>().trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    held
}

/// The lock lasts as long as what comes back is open.
async fn inhibit() -> zbus::Result<OwnedFd> {
    let bus = zbus::Connection::system().await?;
    let wish = ("sleep:idle", "Meanwhile", "Background tasks are running", "block");
    let manager = "org.freedesktop.login1.Manager";
    let reply =
        bus.call_method(Some(LOGIND), "/org/freedesktop/login1", Some(manager), "Inhibit", &wish).await?;
    reply.body().deserialize()
}

async fn has_logind() -> bool {
    let asked = async {
        let bus = zbus::Connection::system().await?;
        let bus = zbus::fdo::DBusProxy::new(&bus).await?;
        let here = bus.name_has_owner(LOGIND.try_into()?).await?;
        Ok::<_, zbus::Error>(
            here || bus.list_activatable_names().await?.iter().any(|name| name.as_str() == LOGIND),
        )
    };
    asked.await.unwrap_or(false)
}
