//! Notices over the session bus. The service answers each of them in time, or it has failed: nothing waits for it on a
//! thread, and nothing counts as told that the service did not take.

use super::{About, NotifyError, Words, clicked, refused};
use futures_util::StreamExt as _;
use std::collections::HashMap;
use std::time::Duration;
use tauri::{AppHandle, Manager as _};
use tokio::sync::Mutex;
use tokio::time::timeout;
use zbus::proxy::CacheProperties;
use zbus::zvariant::Value;
use zbus::{Connection, Proxy};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// The name of the button that says no.
const REFUSE: &str = "refuse";

/// For one answer of the service. Shorter than what the core bears, whose words would say less.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// What stands on the desktop.
#[derive(Default)]
struct Board {
    /// Kept open: some services take a notice off when the connection it came on goes away. Made anew when it broke.
    service: Mutex<Option<Proxy<'static>>>,
    /// What each notice is about, by the number that the service gave it. Held while one is sent, so that a click on it
    /// cannot be heard before its number is known.
    shown: Mutex<HashMap<u32, Option<About>>>,
}

pub fn start(app: &AppHandle) {
    app.manage(Board::default());
}

pub async fn show(
    app: &AppHandle,
    words: Words,
    about: Option<About>,
    asks: bool,
) -> Result<(), NotifyError> {
    let board = app.state::<Board>();
    let sent = timeout(PATIENCE, board.send(app, words, about, asks)).await;
    match sent {
        Ok(Ok(())) => Ok(()),
        Ok(Err(zbus::Error::MethodError(name, said, _))) => Err(NotifyError(format!(
            "the notification service refused it: {}",
            said.filter(|said| !said.is_empty()).unwrap_or_else(|| name.to_string())
        ))),
        Ok(Err(error)) => {
            board.service.lock().await.take();
            Err(NotifyError(error.to_string()))
        }
        Err(_) => Err(NotifyError("the notification service does not answer".to_owned())),
    }
}

impl Board {
    async fn send(
        &self,
        app: &AppHandle,
        words: Words,
        about: Option<About>,
        asks: bool,
    ) -> zbus::Result<()> {
        let service = self.connected(app).await?;
        let mut shown = self.shown.lock().await;
        // Told again, an outcome takes the place of its notice.
        let task = |about: &Option<About>| about.as_ref().map(|about| about.task_id.clone());
        let same = shown.iter().find(|(_, known)| about.is_some() && task(known) == task(&about));
        let before = same.map_or(0, |(number, _)| *number);
        // A click on the notice itself is told only for one that offers it.
        let mut actions = vec!["default", ""];
        if about.as_ref().is_some_and(|about| about.act.is_some()) {
            actions.extend(["review", "Review", REFUSE, "Say no"]);
        }
        let mut hints = HashMap::new();
        if asks {
            hints.insert("sound-name", Value::from("dialog-warning"));
        }
        let number: u32 = service
            .call(
                "Notify",
                &("Meanwhile", before, "meanwhile-desktop", words.title, words.body, actions, hints, -1_i32),
            )
            .await?;
        shown.insert(number, about);
        Ok(())
    }

    async fn connected(&self, app: &AppHandle) -> zbus::Result<Proxy<'static>> {
        let mut service = self.service.lock().await;
        if let Some(known) = &*service {
            return Ok(known.clone());
        }
        let new = connect(app.clone()).await?;
        *service = Some(new.clone());
        Ok(new)
    }
}

async fn connect(app: AppHandle) -> zbus::Result<Proxy<'static>> {
    let bus = Connection::session().await?;
    let service: Proxy<'static> = zbus::proxy::Builder::new(&bus)
        .destination(NAME)?
        .path(PATH)?
        .interface(NAME)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let mut told = service.receive_all_signals().await?;
    let mut owners = service.receive_owner_changed().await?;
    let there = service.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::select! {
                signal = told.next() => match signal {
                    Some(signal) => heard(&app, &there, &signal).await,
                    None => return,
                },
                // Another one numbers its notices from the beginning, and those of this one are gone.
                Some(None) = owners.next() => app.state::<Board>().shown.lock().await.clear(),
            }
        }
    });
    Ok(service)
}

async fn heard(app: &AppHandle, service: &Proxy<'static>, signal: &zbus::Message) {
    let header = signal.header();
    let body = signal.body();
    match header.member().map(|member| member.as_str()) {
        Some("ActionInvoked") => {
            let Ok((number, action)) = body.deserialize::<(u32, String)>() else { return };
            let about = app.state::<Board>().shown.lock().await.get(&number).cloned();
            // Other programs have notices too.
            if let Some(about) = about {
                match about {
                    Some(about) if action == REFUSE => refused(app, about).await,
                    about => clicked(app, about),
                }
                // Some services leave a clicked notice where it is.
                let _ = timeout(PATIENCE, service.call::<_, _, ()>("CloseNotification", &number)).await;
            }
        }
        Some("NotificationClosed") => {
            if let Ok((number, _reason)) = body.deserialize::<(u32, u32)>() {
                app.state::<Board>().shown.lock().await.remove(&number);
            }
        }
        _ => {}
    }
}
