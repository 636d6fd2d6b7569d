use crate::stage::desktop::Desktop;
use std::collections::HashMap;
use std::future::pending;
use zbus::blocking::connection::{self, Connection};
use zbus::fdo;
use zbus::zvariant::OwnedValue;

/// A notice service that says what it can do, and shows nothing.
#[derive(Clone, Copy)]
pub enum NoticeService {
    /// It takes a notice and never answers.
    Silent,
    /// It answers with an error.
    Refusing,
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
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _limit: i32,
    ) -> fdo::Result<u32> {
        match self {
            Self::Silent => pending().await,
            Self::Refusing => Err(fdo::Error::LimitsExceeded("too many notices".to_owned())),
        }
    }
}

impl NoticeService {
    /// On the bus of a desktop that has none, until what is given back is dropped.
    pub fn on(self, desktop: &Desktop) -> Connection {
        let builder = connection::Builder::address(desktop.bus()).unwrap();
        let builder = builder.serve_at("/org/freedesktop/Notifications", self).unwrap();
        builder.name("org.freedesktop.Notifications").unwrap().build().unwrap()
    }
}
