//! Starting with the session, staying awake for work, and whether the keys of quick ask arrive.

use crate::stage::desktop::Desktop;
use crate::stage::fact::until;
use crate::stage::home::Home;
use meanwhile_support::model_server::{Gate, ModelServer, hang, stop, text, wait};
use serde_json::json;
use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use zbus::blocking::connection::{self, Connection};
use zbus::zvariant::OwnedFd;

/// Who was told to keep the computer awake: what was asked, and our end of the lock.
type Locks = Arc<Mutex<Vec<([String; 4], UnixStream)>>>;

/// logind, as far as it is asked here.
struct Login(Locks);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Login {
    fn inhibit(&self, what: String, who: String, why: String, mode: String) -> OwnedFd {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        self.0.lock().unwrap().push(([what, who, why, mode], ours));
        std::os::fd::OwnedFd::from(theirs).into()
    }
}

/// Where the power comes from.
struct Power {
    is_battery: bool,
}

#[zbus::interface(name = "org.freedesktop.UPower")]
impl Power {
    #[zbus(property)]
    fn on_battery(&self) -> bool {
        self.is_battery
    }

    #[zbus(property)]
    fn set_on_battery(&mut self, is_battery: bool) {
        self.is_battery = is_battery;
    }
}

/// Both on the bus of a desktop, until what is given back is dropped.
fn system(desktop: &Desktop) -> (Connection, Locks) {
    let locks = Locks::default();
    let builder = connection::Builder::address(desktop.bus()).unwrap();
    let builder = builder.serve_at("/org/freedesktop/login1", Login(Arc::clone(&locks))).unwrap();
    let builder = builder.serve_at("/org/freedesktop/UPower", Power { is_battery: true }).unwrap();
    let builder = builder.name("org.freedesktop.login1").unwrap().name("org.freedesktop.UPower").unwrap();
    (builder.build().unwrap(), locks)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_computer_stays_awake_for_background_work_on_mains_and_no_longer() {
    let server = ModelServer::start().await;
    let end = Gate::new();
    server.scripts("story", [vec![text("The night "), wait(&end), text("ferry."), stop()], vec![hang()]]);
    let home = Home::on(Desktop::without("").await, "awake").set_up(&server).await;
    let desktop_bus = home.desktop.bus().to_owned();
    let (bus, locks) = tokio::task::block_in_place(|| system(&home.desktop));
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.chord(&["ctrl", ","]).await.unwrap();
    page.press("Keep this computer awake").await;
    let id =
        app.api().start(&json!({ "prompt": "Compare the ferries" })).await["id"].as_str().unwrap().to_owned();
    app.api().until(&id, |task| task["text"] == "The night ").await;
    assert_eq!(locks.lock().unwrap().len(), 0, "on battery it sleeps as always");

    tokio::task::block_in_place(|| {
        let proxy = zbus::blocking::Proxy::new(
            &connection::Builder::address(desktop_bus.as_str()).unwrap().build().unwrap(),
            "org.freedesktop.UPower",
            "/org/freedesktop/UPower",
            "org.freedesktop.UPower",
        )
        .unwrap();
        proxy.set_property("OnBattery", false).unwrap();
    });
    let asked = until("it is asked to stay awake", async || {
        locks.lock().unwrap().first().map(|(asked, _)| asked.clone())
    })
    .await;
    assert_eq!(asked, ["sleep:idle", "Meanwhile", "Background tasks are running", "block"]);

    end.open();
    app.api().until(&id, |task| task["state"] == "completed").await;
    until("the lock is given back", async || {
        let held = locks.lock().unwrap();
        matches!((&held[0].1).read(&mut [0]), Ok(0)).then_some(())
    })
    .await;
    assert_eq!(locks.lock().unwrap().len(), 1, "it is taken once");
    app.assert_healthy().await;
    drop(bus);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_cannot_be_kept_awake_is_said_in_words() {
    let server = ModelServer::start().await;
    let home = Home::new("no logind").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.chord(&["ctrl", ","]).await.unwrap();
    page.press("Keep this computer awake").await;
    page.until_says("main", "This system has no logind, which would be asked to stay awake.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_work_was_cut_starting_with_the_session_is_offered_once_and_an_entry_written() {
    let server = ModelServer::start().await;
    server.scripts("story", [vec![text("The night "), hang()], vec![text("ferry."), stop()], vec![hang()]]);
    let home = Home::new("autostart").set_up(&server).await;
    let app = home.start(&[]).await;
    let id =
        app.api().start(&json!({ "prompt": "Compare the ferries" })).await["id"].as_str().unwrap().to_owned();
    app.api().until(&id, |task| task["text"] == "The night ").await;
    app.crash().await;

    let app = home.start(&[]).await;
    app.api().until(&id, |task| task["state"] == "completed").await;
    let page = app.page().await;
    page.until_says(".start-offer", "Work that was cut went on").await;
    page.press("Start when I log in").await;
    page.until_gone(".start-offer").await;
    let file = home.data_dir().with_file_name("config").join("autostart/app.meanwhile.desktop.desktop");
    let entry = std::fs::read_to_string(&file).unwrap();
    let command = entry.lines().find(|line| line.starts_with("Exec=")).unwrap();
    assert!(command.contains("meanwhile-desktop\" --hidden --data-dir \""), "{command}");

    page.chord(&["ctrl", ","]).await.unwrap();
    page.press("Start when I log in").await;
    until("the entry is gone", async || (!file.exists()).then_some(())).await;
    app.assert_healthy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_quick_ask_are_tested_in_the_settings_and_open_nothing_meanwhile() {
    let server = ModelServer::start().await;
    let home = Home::new("key test").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.chord(&["ctrl", ","]).await.unwrap();
    page.press("Test the keys").await;
    page.until_says("main", "Press Alt ⇧ Space now.").await;
    home.desktop.press("alt+shift+space").await;
    page.until_says("main", "Heard it. Alt ⇧ Space opens Quick ask from any program.").await;
    assert!(home.desktop.find(app.pid, crate::stage::app::QUICK_ASK).await.is_none(), "it was a test");
}
