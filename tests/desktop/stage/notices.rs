use crate::stage::desktop::Desktop;
use crate::stage::fact::until;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use zbus::blocking::fdo::MonitoringProxy;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::Type;
use zbus::zvariant::OwnedValue;

/// Hears every notice that a program sends over the bus, and how often.
pub struct Notices {
    heard: Arc<Mutex<Heard>>,
    connection: Connection,
}

/// One notice as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub title: String,
    pub body: String,
    /// The number that the notification server gave it.
    pub number: Option<u32>,
    serial: u32,
    sender: String,
}

#[derive(Default)]
struct Heard {
    notices: Vec<Notice>,
    clicked: Vec<u32>,
}

type Notify = (String, u32, String, String, String, Vec<String>, HashMap<String, OwnedValue>, i32);

const RULES: [&str; 3] = [
    "type='method_call',interface='org.freedesktop.Notifications',member='Notify'",
    "type='method_return',sender='org.freedesktop.Notifications'",
    "type='signal',interface='org.freedesktop.Notifications',member='ActionInvoked'",
];

impl Notices {
    /// Listens from now on; notices of earlier tests are taken off the screen.
    pub async fn listen(desktop: &Desktop) -> Self {
        clear(desktop).await;
        let connection = connection::Builder::address(desktop.bus()).unwrap().build().unwrap();
        let rules: Vec<_> = RULES.iter().map(|rule| zbus::MatchRule::try_from(*rule).unwrap()).collect();
        MonitoringProxy::new(&connection).unwrap().become_monitor(&rules, 0).unwrap();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (messages, ear) = (MessageIterator::from(&connection), Arc::clone(&heard));
        std::thread::spawn(move || {
            for message in messages {
                match message {
                    Ok(message) => ear.lock().unwrap().take(&message),
                    Err(_) => return,
                }
            }
        });
        Self { heard, connection }
    }

    /// All so far, oldest first.
    pub fn all(&self) -> Vec<Notice> {
        self.heard.lock().unwrap().notices.clone()
    }

    /// The titles of all so far.
    pub fn titles(&self) -> Vec<String> {
        self.all().into_iter().map(|notice| notice.title).collect()
    }

    /// Waits until a notice with this title stands on the screen.
    pub async fn until(&self, title: &str) -> Notice {
        until(&format!("a notice {title:?}; so far {:?}", self.titles()), async || {
            self.all().into_iter().find(|notice| notice.title == title && notice.number.is_some())
        })
        .await
    }

    /// Clicks a notice that is the only one on the screen.
    pub async fn click(&self, desktop: &Desktop, notice: &Notice) {
        desktop.run("dunstctl", &["action", "0"]).await;
        let clicked = until("the click is told to the app", async || {
            self.heard.lock().unwrap().clicked.last().copied()
        })
        .await;
        assert_eq!(Some(clicked), notice.number, "this notice was clicked and no other");
    }
}

/// Takes every notice off the screen.
pub async fn clear(desktop: &Desktop) {
    desktop.run("dunstctl", &["close-all"]).await;
}

impl Drop for Notices {
    fn drop(&mut self) {
        let _ = self.connection.clone().close();
    }
}

impl Heard {
    fn take(&mut self, message: &zbus::Message) {
        let header = message.header();
        let name =
            |bus_name: Option<&dyn std::fmt::Display>| bus_name.map(ToString::to_string).unwrap_or_default();
        match header.message_type() {
            Type::MethodCall => {
                let Ok(call) = message.body().deserialize::<Notify>() else { return };
                let (_app, _replaces, _icon, title, body, ..) = call;
                let sender = name(header.sender().map(|name| name as _));
                let serial = header.primary().serial_num().get();
                self.notices.push(Notice { title, body, number: None, serial, sender });
            }
            Type::MethodReturn => {
                let (Some(serial), Ok(number)) = (header.reply_serial(), message.body().deserialize::<u32>())
                else {
                    return;
                };
                let to = name(header.destination().map(|name| name as _));
                let notice =
                    self.notices.iter_mut().find(|one| one.serial == serial.get() && one.sender == to);
                if let Some(notice) = notice {
                    notice.number = Some(number);
                }
            }
            Type::Signal => {
                if let Ok((number, _action)) = message.body().deserialize::<(u32, String)>() {
                    self.clicked.push(number);
                }
            }
            Type::Error => {}
        }
    }
}
