//! Whether this computer is on mains: asked of UPower, which also tells when it changes; without it, of the kernel.

use futures_util::StreamExt as _;
use std::path::Path;
use zbus::proxy::{CacheProperties, PropertyStream};

/// Where the kernel lists what gives power.
const SUPPLIES: &str = "/sys/class/power_supply";

/// The source of power.
#[derive(Default)]
pub struct Mains {
    upower: Option<(zbus::Proxy<'static>, PropertyStream<'static, bool>)>,
}

impl Mains {
    /// A computer without a battery is on mains.
    pub async fn is_on(&mut self) -> bool {
        if self.upower.is_none() {
            self.upower = upower().await.ok();
        }
        if let Some((proxy, _)) = &self.upower {
            match proxy.get_property::<bool>("OnBattery").await {
                Ok(on_battery) => return !on_battery,
                // It went away; it is looked for again at the next step.
                Err(_) => self.upower = None,
            }
        }
        is_on(Path::new(SUPPLIES))
    }

    /// Waits until it may have changed; without UPower nothing tells.
    pub async fn changed(&mut self) {
        if let Some((_, changes)) = &mut self.upower
            && changes.next().await.is_some()
        {
            return;
        }
        self.upower = None;
        std::future::pending().await
    }
}

async fn upower() -> zbus::Result<(zbus::Proxy<'static>, PropertyStream<'static, bool>)> {
    let bus = zbus::Connection::system().await?;
    let proxy: zbus::Proxy<'static> = zbus::proxy::Builder::new(&bus)
        .destination("org.freedesktop.UPower")?
        .path("/org/freedesktop/UPower")?
        .interface("org.freedesktop.UPower")?
        .cache_properties(CacheProperties::Lazily)
        .build()
        .await?;
    proxy.get_property::<bool>("OnBattery").await?;
    let changes = proxy.receive_property_changed("OnBattery").await;
    Ok((proxy, changes))
}

fn is_on(supplies: &Path) -> bool {
    let said = |folder: &Path, what: &str| std::fs::read_to_string(folder.join(what)).unwrap_or_default();
    let mut has_battery = false;
    for supply in std::fs::read_dir(supplies).into_iter().flatten().flatten() {
        let folder = supply.path();
        match said(&folder, "type").trim() {
            // Batteries of mice and pens do not run this computer.
            "Battery" if said(&folder, "scope").trim() != "Device" => has_battery = true,
            "Mains" | "USB" if said(&folder, "online").trim() == "1" => return true,
            _ => {}
        }
    }
    !has_battery
}

#[cfg(test)]
mod tests {
    use super::is_on;
    use std::path::Path;

    fn supply(folder: &Path, name: &str, says: &[(&str, &str)]) {
        let here = folder.join(name);
        std::fs::create_dir_all(&here).unwrap();
        for (file, text) in says {
            std::fs::write(here.join(file), format!("{text}\n")).unwrap();
        }
    }

    #[test]
    fn a_battery_alone_is_not_mains_and_no_battery_is() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        assert!(is_on(&here.join("nothing")), "a desktop computer");
        supply(here, "hidpp_battery_0", &[("type", "Battery"), ("scope", "Device")]);
        assert!(is_on(here), "the battery of a mouse");
        supply(here, "BAT0", &[("type", "Battery")]);
        assert!(!is_on(here));
        supply(here, "AC", &[("type", "Mains"), ("online", "0")]);
        assert!(!is_on(here));
        supply(here, "AC", &[("online", "1")]);
        assert!(is_on(here));
    }
}
