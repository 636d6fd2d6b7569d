use super::{Budget, ChatNames, DayLimit, NoticeEvent, Offers, Price, QuietHours};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What the user chose. Unknown fields of a newer version are ignored, missing ones take their default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(default)]
pub struct Settings {
    /// `system`, `light`, `dark` or `high_contrast`.
    pub theme: Theme,
    /// `provider/model` for new conversations; `None` until one is chosen.
    pub default_model: Option<String>,
    /// `provider/model` for background work that names none; `None` means the default model.
    pub background_model: Option<String>,
    /// Models that stand first where one is chosen, by `provider/model`.
    pub favourites: Vec<String>,
    /// Background tasks answered at the same time, 1 to 1,024.
    pub parallel_tasks: u32,
    /// The same for one provider, by its name; one that is not named has them all.
    pub provider_tasks: BTreeMap<String, u32>,
    /// What a background task that names no budget may use before its user is asked.
    pub task_budget: Budget,
    /// What everything together may use in a day before the user is asked.
    pub day_limit: DayLimit,
    /// Whose models are asked for the name of a chat after its first answer: one short request for each.
    pub chat_names: ChatNames,
    /// Prices that the user knows better, by `provider/model`.
    pub prices: BTreeMap<String, Price>,
    /// Seconds of silence after which the answer of a model counts as broken off, by `provider/model`; 300 for all others.
    pub silence: BTreeMap<String, u32>,
    /// Whether desktop notices were allowed; `None` until the user was asked.
    pub notices: Option<bool>,
    /// Whether notices hide titles and text, on every channel.
    pub private_notices: bool,
    /// What a channel tells of, by its name, `native` for this desktop; one that is not named tells of the usual.
    pub notice_events: BTreeMap<String, Vec<NoticeEvent>>,
    /// When nobody is disturbed.
    pub quiet_hours: QuietHours,
    /// The global shortcut for quick ask, such as `Alt+Shift+Space`; `None` turns it off.
    pub quick_ask_shortcut: Option<String>,
    /// Keys of the window's shortcuts by their ids, such as `Mod+Shift+B`, where the user wants others; `None` for no keys.
    pub shortcuts: BTreeMap<String, Option<String>>,
    /// Whether this computer is kept awake while background tasks run and it is on mains.
    pub keep_awake: bool,
    /// Whether starting with the session was offered, and answered or dismissed.
    pub start_offered: bool,
    /// Whether closing the window ends the process.
    pub quit_on_close: bool,
    /// Whether the first closing of the window has been explained.
    pub close_explained: bool,
    /// When the background may be suggested.
    pub offers: Offers,
    /// Whether the first-run steps were finished or skipped.
    pub welcomed: bool,
}

/// Light, dark, with high contrast, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// Text at 7:1 and every edge drawn; light or dark as the system says.
    HighContrast,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            default_model: None,
            background_model: None,
            favourites: Vec::new(),
            parallel_tasks: 4,
            provider_tasks: BTreeMap::new(),
            task_budget: Budget::default(),
            day_limit: DayLimit::default(),
            chat_names: ChatNames::default(),
            prices: BTreeMap::new(),
            silence: BTreeMap::new(),
            notices: None,
            private_notices: false,
            notice_events: BTreeMap::new(),
            quiet_hours: QuietHours::default(),
            quick_ask_shortcut: Some("Alt+Shift+Space".to_owned()),
            shortcuts: BTreeMap::new(),
            keep_awake: false,
            start_offered: false,
            quit_on_close: false,
            close_explained: false,
            offers: Offers::default(),
            welcomed: false,
        }
    }
}
