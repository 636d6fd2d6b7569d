use crate::stage::desktop::Desktop;
use std::collections::HashMap;
use std::future::pending;
use zbus::blocking::connection::{self, Connection};
use zbus::fdo;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

/// A notice service that says what it can do, and shows nothing.
#[derive(Clone, Copy)]
pub enum NoticeService {
    /// It takes a notice and never answers.
    Silent,
    /// It answers with an error.
    Refusing,
    /// Its user presses "Say no" on every notice that has it, and looks at no other.
    SayingNo,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl NoticeService {
    fn get_capabilities(&self) -> Vec<String> {
        ["body", "actions"].map(str::to_owned).to_vec()
    }

    #[allow(clippy::too_many_arguments)]
    async fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        _title: String,
        _body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _limit: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> fdo::Result<u32> {
        let no = actions.chunks(2).find(|action| action.last().is_some_and(|words| words == "Say no"));
        match self {
            Self::SayingNo => {
                if let Some([name, _]) = no {
                    Self::action_invoked(&emitter, 1, name).await?;
                }
                Ok(1)
            }
            Self::Silent => pending().await,
            Self::Refusing => Err(fdo::Error::LimitsExceeded("too many notices".to_owned())),
        }
    }

    fn close_notification(&self, _number: u32) {}

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, number: u32, action: &str) -> zbus::Result<()>;
}

impl NoticeService {
    /// On the bus of a desktop that has none, until what is given back is dropped.
    pub fn on(self, desktop: &Desktop) -> Connection {
        let builder = connection::Builder::address(desktop.bus()).unwrap();
        let builder = builder.serve_at("/org/freedesktop/Notifications", self).unwrap();
        builder.name("org.freedesktop.Notifications").unwrap().build().unwrap()
    }
}
