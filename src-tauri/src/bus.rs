//! Questions to the session bus about the desktop around us. Each answer takes two seconds at most.

use std::time::Duration;
use zbus::proxy::CacheProperties;

const PATIENCE: Duration = Duration::from_secs(2);

/// What the notification service of this desktop can do; `None` when there is none.
pub async fn notification_service() -> Option<Vec<String>> {
    within(async {
        let bus = zbus::Connection::session().await?;
        let reply = bus
            .call_method(
                Some("org.freedesktop.Notifications"),
                "/org/freedesktop/Notifications",
                Some("org.freedesktop.Notifications"),
                "GetCapabilities",
                &(),
            )
            .await?;
        reply.body().deserialize()
    })
    .await
}

/// True when something shows tray icons.
pub async fn has_tray_host() -> bool {
    within(async {
        let bus = zbus::Connection::session().await?;
        let watcher: zbus::Proxy<'_> = zbus::proxy::Builder::new(&bus)
            .destination("org.kde.StatusNotifierWatcher")?
            .path("/StatusNotifierWatcher")?
            .interface("org.kde.StatusNotifierWatcher")?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        watcher.get_property::<bool>("IsStatusNotifierHostRegistered").await
    })
    .await
    .unwrap_or(false)
}

/// True when keys can be kept: somebody owns the secret service, or the bus would start it.
pub async fn has_secret_service() -> bool {
    within(async {
        let bus = zbus::Connection::session().await?;
        let bus = zbus::fdo::DBusProxy::new(&bus).await?;
        let name = "org.freedesktop.secrets";
        let here = bus.name_has_owner(name.try_into()?).await?;
        Ok(here || bus.list_activatable_names().await?.iter().any(|other| other.as_str() == name))
    })
    .await
    .unwrap_or(false)
}

async fn within<T>(question: impl Future<Output = zbus::Result<T>>) -> Option<T> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the session bus has no answer");
            None
        }
        Err(_) => {
            tracing::debug!("the session bus is silent");
            None
        }
    }
}
