//! The parts of the desktop tests' stage that measure as well as they test. How the app is started differs: a figure of
//! memory or time is of the app as a user has it, without a driver attached.

#[path = "../desktop/stage/desktop.rs"]
pub mod desktop;
#[path = "../desktop/stage/driver.rs"]
pub mod driver;
#[path = "../desktop/stage/endpoint.rs"]
pub mod endpoint;
#[path = "../desktop/stage/fact.rs"]
pub mod fact;
#[path = "../desktop/stage/page.rs"]
pub mod page;
#[path = "../desktop/stage/tray_menu.rs"]
pub mod tray_menu;
