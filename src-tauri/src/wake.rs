//! Listens for the end of a sleep and for the network coming back. A system that does not tell costs time and nothing else:
//! pauses are looked at again every half minute, and silence is noticed by its limits.

use futures_util::StreamExt as _;
use meanwhile_core::Core;
use zbus::{MatchRule, MessageStream, message};

/// From this state of NetworkManager on there is a way out of this computer.
const CONNECTED: u32 = 60;

/// Wakes the core for as long as the system bus lives.
pub async fn listen(core: Core) {
    if let Err(error) = follow(&core).await {
        tracing::debug!(%error, "the system does not tell when it slept or when the network is back");
    }
}

async fn follow(core: &Core) -> zbus::Result<()> {
    let bus = zbus::Connection::system().await?;
    let slept =
        signals(&bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep").await?;
    let network =
        signals(&bus, "org.freedesktop.NetworkManager", "org.freedesktop.NetworkManager", "StateChanged")
            .await?;
    let mut told = futures_util::stream::select(slept, network);
    while let Some(message) = told.next().await {
        if is_news(&message?) {
            tracing::info!("awake, or on another network: what waits is tried at once");
            core.wake().await;
        }
    }
    Ok(())
}

async fn signals(
    bus: &zbus::Connection,
    sender: &'static str,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .sender(sender)?
        .interface(interface)?
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, None).await
}

/// A sleep that is over, or a network that is there; what begins is no news.
fn is_news(message: &zbus::Message) -> bool {
    let body = message.body();
    match body.deserialize::<bool>() {
        Ok(falls_asleep) => !falls_asleep,
        Err(_) => body.deserialize::<u32>().is_ok_and(|state| state >= CONNECTED),
    }
}
