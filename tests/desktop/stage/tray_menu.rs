use crate::stage::desktop::Desktop;
use crate::stage::fact::until;
use std::collections::HashMap;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

/// The app's icon in the tray, as the panel sees it.
pub struct TrayMenu {
    bus: Connection,
    item: String,
    menu: OwnedObjectPath,
    path: String,
}

/// One line of the menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    id: i32,
    pub label: String,
    pub enabled: bool,
    pub entries: Vec<Entry>,
}

const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl TrayMenu {
    /// Waits until the process has an icon in the tray.
    pub async fn of(desktop: &Desktop, pid: u32) -> Self {
        let bus = connection::Builder::address(desktop.bus()).unwrap().build().unwrap();
        until("an icon in the tray", async || Self::find(&bus, pid)).await
    }

    fn find(bus: &Connection, pid: u32) -> Option<Self> {
        let watcher = Proxy::new(
            bus,
            "org.kde.StatusNotifierWatcher",
            "/StatusNotifierWatcher",
            "org.kde.StatusNotifierWatcher",
        );
        let items: Vec<String> = watcher.ok()?.get_property("RegisteredStatusNotifierItems").ok()?;
        for registered in items {
            let (item, path) = registered.split_at(registered.find('/')?);
            let owner = zbus::blocking::fdo::DBusProxy::new(bus)
                .ok()?
                .get_connection_unix_process_id(item.try_into().ok()?);
            if owner.is_ok_and(|owner| owner == pid) {
                let menu = Proxy::new(bus, item, path, ITEM).ok()?.get_property("Menu").ok()?;
                return Some(Self { bus: bus.clone(), item: item.to_owned(), menu, path: path.to_owned() });
            }
        }
        None
    }

    /// True once its process has left the bus.
    pub fn is_gone(&self) -> bool {
        let bus = zbus::blocking::fdo::DBusProxy::new(&self.bus).unwrap();
        !bus.name_has_owner(self.item.as_str().try_into().unwrap()).unwrap()
    }

    /// The name of the picture it shows now.
    pub fn icon(&self) -> String {
        let item = Proxy::new(&self.bus, self.item.as_str(), self.path.as_str(), ITEM).unwrap();
        item.get_property("IconName").unwrap()
    }

    /// The lines of the menu as they are now.
    pub fn entries(&self) -> Vec<Entry> {
        let (_revision, layout): (u32, Layout) =
            self.proxy().call("GetLayout", &(0, -1, Vec::<&str>::new())).unwrap();
        read(layout).entries
    }

    /// Waits until the menu has such a line, and gives it.
    pub async fn until_entry(&self, what: &str, fits: impl Fn(&Entry) -> bool) -> Entry {
        until(&format!("{what} in the tray; it has {:?}", self.entries()), async || {
            self.entries().into_iter().find(|entry| fits(entry))
        })
        .await
    }

    /// Clicks a line of the menu by its words.
    pub async fn click(&self, label: &str) {
        let entry = self.until_entry(label, |entry| entry.label == label).await;
        self.click_entry(&entry);
    }

    /// Clicks one line.
    pub fn click_entry(&self, entry: &Entry) {
        assert!(entry.enabled, "{entry:?} can be clicked");
        let () = self.proxy().call("Event", &(entry.id, "clicked", Value::from(0_i32), 0_u32)).unwrap();
    }

    fn proxy(&self) -> Proxy<'_> {
        Proxy::new(&self.bus, self.item.as_str(), self.menu.as_str(), MENU).unwrap()
    }
}

fn read((id, properties, children): Layout) -> Entry {
    let label =
        properties.get("label").and_then(|label| <&str>::try_from(label).ok()).unwrap_or_default().to_owned();
    let enabled = properties.get("enabled").is_none_or(|enabled| bool::try_from(enabled).unwrap_or(true));
    let children = children.into_iter().filter_map(|child| {
        let child = Structure::try_from(Value::from(child)).ok()?;
        let (id, properties, children): Layout = child.try_into().ok()?;
        Some(read((id, properties, children)))
    });
    Entry { id, label, enabled, entries: children.collect() }
}
