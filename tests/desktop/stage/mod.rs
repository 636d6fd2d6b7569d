//! Where the tests play: the desktop, the app on it, its page, its notices, its tray.

pub mod app;
pub mod desktop;
pub mod driver;
pub mod endpoint;
pub mod fact;
pub mod home;
pub mod notice_service;
pub mod notices;
pub mod page;
pub mod tray_menu;
