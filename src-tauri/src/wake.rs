//! Listens for the end of a sleep (logind) and for the network coming back (NetworkManager). A system that does not tell costs
//! time and nothing else: pauses are looked at again every half minute, and silence is noticed by its limits.

use futures_util::StreamExt as _;
use meanwhile_core::{Clock as _, Core, SystemClock};
use std::time::Duration;
use zbus::proxy::{CacheProperties, SignalStream};

/// From this state of NetworkManager on there is a way out of this computer.
const CONNECTED: u32 = 60;

/// Before a system bus that went away is looked for again.
const AGAIN: Duration = Duration::from_secs(60);

/// Wakes the core for as long as it is open.
pub async fn listen(core: Core) {
    tokio::select! {
        () = core.closed() => {}
        Err(error) = follow(&core) => {
            tracing::debug!(%error, "the system does not tell when it slept or when the network is back");
        }
    }
}

/// Ends when the system has no bus, or nobody on it can be followed.
async fn follow(core: &Core) -> zbus::Result<()> {
    loop {
        let bus = zbus::Connection::system().await?;
        // Apart, because one of the two may be missing.
        let (slept, network) = tokio::join!(sleep(&bus, core), network(&bus, core));
        slept.or(network)?;
        tokio::time::sleep(AGAIN).await;
    }
}

async fn sleep(bus: &zbus::Connection, core: &Core) -> zbus::Result<()> {
    let name = "org.freedesktop.login1";
    let mut told =
        signals(bus, name, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep")
            .await?;
    let mut asleep_since = None;
    while let Some(message) = told.next().await {
        if message.body().deserialize::<bool>()? {
            asleep_since = Some(SystemClock.now());
            continue;
        }
        tracing::info!("awake: what waits is tried at once");
        core.wake().await;
        if let Some(from) = asleep_since.take()
            && let Err(error) = core.slept(from, SystemClock.now()).await
        {
            tracing::debug!(%error, "how long the computer slept is not known");
        }
    }
    Ok(())
}

async fn network(bus: &zbus::Connection, core: &Core) -> zbus::Result<()> {
    let name = "org.freedesktop.NetworkManager";
    let mut told = signals(bus, name, "/org/freedesktop/NetworkManager", name, "StateChanged").await?;
    // Only a way out that was not there before is news.
    let mut is_connected = true;
    while let Some(message) = told.next().await {
        let before = is_connected;
        is_connected = message.body().deserialize::<u32>()? >= CONNECTED;
        if is_connected && !before {
            tracing::info!("the network is back: what waits is tried at once");
            core.wake().await;
        }
    }
    Ok(())
}

/// Signals of whoever owns the name, and of nobody else: others may send what looks the same.
async fn signals(
    bus: &zbus::Connection,
    name: &'static str,
    path: &'static str,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<SignalStream<'static>> {
    let proxy: zbus::Proxy<'static> = zbus::proxy::Builder::new(bus)
        .destination(name)?
        .path(path)?
        .interface(interface)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    proxy.receive_signal(member).await
}
