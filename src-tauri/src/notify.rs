//! Native notices: the channel `native` of the core's delivery.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use elsewhere as board;
#[cfg(target_os = "linux")]
use linux as board;

use crate::subscribe::Subscriptions;
use crate::window;
use meanwhile_core::model::{
    ConversationId, Decision, Notice, Outcome, Settings, TaskId, compose_several, hidden_title,
};
use meanwhile_core::{CommandError, Core, ErrorCode, Notifier, NotifyError, Shown};
use meanwhile_view::ViewFrame;
use std::pin::Pin;
use std::sync::Arc;
use tauri::{AppHandle, Manager as _};
use tokio::sync::watch;

/// Tells through the desktop's notification service. Notices of the time before the app is up wait for it.
#[derive(Clone)]
pub struct Native {
    app: Arc<watch::Sender<Option<AppHandle>>>,
}

/// What this desktop can do with notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Shows them and tells of clicks.
    Ready {
        /// It reads marks in the body, so that `<` and `&` have to be written out.
        markup: bool,
    },
    /// Shows them, but a click leads nowhere.
    NoActions {
        /// As above.
        markup: bool,
    },
    /// There is none.
    Missing,
}

impl Default for Native {
    fn default() -> Self {
        Self { app: Arc::new(watch::Sender::new(None)) }
    }
}

/// Hands over the app, and opens what is clicked.
pub fn start(app: &AppHandle, native: &Native) {
    board::start(app);
    native.app.send_replace(Some(app.clone()));
}

/// Sends a sample notice.
#[tauri::command]
pub async fn test_notice(app: AppHandle) -> Result<(), CommandError> {
    let words = Words {
        title: "Notices work".to_owned(),
        body: "Background work is told like this, once.".to_owned(),
    };
    show(&app, words, None, false).await.map_err(|error| CommandError::new(ErrorCode::Internal, error.0))
}

impl Notifier for Native {
    fn channel(&self) -> &'static str {
        "native"
    }

    fn notify(
        &self,
        notices: Vec<Notice>,
    ) -> Pin<Box<dyn Future<Output = Vec<Result<Shown, NotifyError>>> + Send + '_>> {
        Box::pin(async move {
            let mut up = self.app.subscribe();
            let app = up.wait_for(Option::is_some).await.ok().and_then(|app| app.clone());
            let Some(app) = app else {
                return vec![Err(NotifyError("the desktop is not up".to_owned())); notices.len()];
            };
            let watched: Vec<bool> =
                notices.iter().map(|notice| is_watched(&app, &notice.conversation_id)).collect();
            let news = notices.into_iter().zip(&watched).filter(|(_, is_watched)| !**is_watched);
            let told = tell(&app, news.map(|(notice, _)| notice).collect()).await;
            watched
                .into_iter()
                .map(|watched| if watched { Ok(Shown::Watched) } else { told.clone() })
                .collect()
        })
    }

    /// Before the app is up nobody looks at anything.
    fn is_watched(&self, notice: &Notice) -> bool {
        let app = self.app.borrow().clone();
        app.is_some_and(|app| is_watched(&app, &notice.conversation_id))
    }
}

/// One notice for all of them. A click leads to the one that most wants somebody.
async fn tell(app: &AppHandle, notices: Vec<Notice>) -> Result<Shown, NotifyError> {
    let urgency = |outcome| match outcome {
        Outcome::NeedsYou => 3,
        Outcome::Failed => 2,
        Outcome::Done => 1,
        Outcome::Nearly | Outcome::Halfway | Outcome::Says | Outcome::Cancelled => 0,
    };
    let Some(first) = notices.iter().max_by_key(|notice| urgency(notice.outcome)) else {
        return Ok(Shown::Watched);
    };
    let core = app.state::<Core>().inner().clone();
    let settings = core.settings().await.map_err(|error| NotifyError(error.message))?;
    if settings.notices != Some(true) {
        return Ok(Shown::Off);
    }
    let asks = matches!(first.outcome, Outcome::Failed | Outcome::NeedsYou);
    let about = About {
        task_id: first.task_id.clone(),
        conversation_id: first.conversation_id.clone(),
        act: match notices.as_slice() {
            // Nobody can judge what is not shown.
            [one] if one.outcome == Outcome::NeedsYou && !settings.private_notices => {
                only_act(&core, &one.task_id).await
            }
            _ => None,
        },
    };
    show(app, words(&notices, &settings), Some(about), asks).await.map(|()| Shown::Yes)
}

/// What a task asks for, if that is one act and nothing else.
async fn only_act(core: &Core, task_id: &TaskId) -> Option<Act> {
    let open = core.approvals(Some(task_id)).await.ok()?;
    let [approval] = open.as_slice() else { return None };
    approval.effect.map(|_| Act { approval: approval.id, hash: approval.hash.clone() })
}

/// What the notification service of this desktop can do.
pub async fn service() -> Service {
    #[cfg(target_os = "linux")]
    {
        match crate::bus::notification_service().await {
            None => Service::Missing,
            Some(can) => read(&can),
        }
    }
    #[cfg(not(target_os = "linux"))]
    Service::Ready { markup: false }
}

#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn read(capabilities: &[String]) -> Service {
    let can = |what: &str| capabilities.iter().any(|capability| capability == what);
    let markup = can("body-markup");
    if can("actions") { Service::Ready { markup } } else { Service::NoActions { markup } }
}

/// Where a click on a notice leads.
#[derive(Clone, Debug)]
struct About {
    task_id: TaskId,
    conversation_id: ConversationId,
    /// What the notice itself can say no to.
    act: Option<Act>,
}

/// An act that waits for a yes. A no is for exactly this one.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
#[derive(Clone, Debug)]
struct Act {
    approval: i64,
    hash: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Words {
    title: String,
    body: String,
}

/// The core's words, or none of them when the user wants notices private.
fn words(notices: &[Notice], settings: &Settings) -> Words {
    let [notice] = notices else {
        let (title, body) = compose_several(notices);
        return Words { title, body: if settings.private_notices { String::new() } else { body } };
    };
    if !settings.private_notices {
        return Words { title: notice.title.clone(), body: notice.body.clone() };
    }
    Words { title: hidden_title(notice.outcome).to_owned(), body: String::new() }
}

async fn show(app: &AppHandle, words: Words, about: Option<About>, asks: bool) -> Result<(), NotifyError> {
    let markup = match service().await {
        Service::Ready { markup } | Service::NoActions { markup } => markup,
        Service::Missing => {
            return Err(NotifyError("no notification service is running on this desktop".to_owned()));
        }
    };
    let body = if markup { escape(&words.body) } else { words.body };
    board::show(app, Words { body, ..words }, about, asks).await
}

/// True when the conversation is open in a window that has the focus.
fn is_watched(app: &AppHandle, conversation_id: &ConversationId) -> bool {
    let subscriptions = app.state::<Subscriptions>();
    app.webview_windows().values().any(|window| {
        subscriptions.open_in(window.label()).as_ref() == Some(conversation_id)
            && window.is_focused().unwrap_or(false)
    })
}

/// A notice that is about nothing leads to the window.
fn clicked(app: &AppHandle, about: Option<About>) {
    tracing::info!(task = about.as_ref().map(|about| about.task_id.as_str()), "a notice was clicked");
    let wish = about.map(|about| ViewFrame::Show {
        conversation_id: Some(about.conversation_id),
        task_id: Some(about.task_id),
        page: None,
    });
    window::spawn_open(app, wish);
}

/// A no on the notice itself. One that came too late, or is about something else by now, leads to the task instead.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
async fn refused(app: &AppHandle, about: About) {
    let Some(act) = about.act.clone() else { return clicked(app, Some(about)) };
    let core = app.state::<Core>().inner().clone();
    if let Err(error) = core.decide(act.approval, Decision::Reject, &act.hash, None, "notice").await {
        tracing::warn!(%error, "a no on a notice did not count");
        clicked(app, Some(about));
    }
}

/// Servers with `body-markup` read the body as marks.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use meanwhile_core::model::Timestamp;

    fn notice(outcome: Outcome) -> Notice {
        Notice {
            task_id: TaskId::from_text("tsk_1"),
            conversation_id: ConversationId::from_text("cnv_1"),
            outcome,
            title: "Done: Tenders".to_owned(),
            body: "Nordkai is the cheapest. 3 m 12 s".to_owned(),
            at: Timestamp::from_ms(0),
        }
    }

    // F49
    #[test]
    fn a_private_notice_says_that_something_happened_and_nothing_else() {
        let private = Settings { private_notices: true, ..Settings::default() };
        for (outcome, title) in [
            (Outcome::Done, "A task is done"),
            (Outcome::Failed, "A task failed"),
            (Outcome::NeedsYou, "A task needs you"),
            (Outcome::Says, "An agent says something"),
            (Outcome::Cancelled, "A task was stopped"),
        ] {
            let hidden = Words { title: title.to_owned(), body: String::new() };
            assert_eq!(words(&[notice(outcome)], &private), hidden);
        }
        let several = words(&[notice(Outcome::Done), notice(Outcome::Failed)], &private);
        assert_eq!((several.title.as_str(), several.body.as_str()), ("2 tasks: 1 done, 1 failed", ""));
    }

    #[test]
    fn an_open_notice_carries_the_words_of_the_core() {
        let told = words(&[notice(Outcome::Done)], &Settings::default());
        assert_eq!(told.title, "Done: Tenders");
        assert_eq!(told.body, "Nordkai is the cheapest. 3 m 12 s");
    }

    // F49
    #[test]
    fn text_of_a_model_is_no_markup() {
        assert_eq!(escape("<b>a</b> & b"), "&lt;b&gt;a&lt;/b&gt; &amp; b");
    }

    #[test]
    fn the_service_is_what_it_says_it_is() {
        let can = |names: &[&str]| read(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(can(&["body", "actions", "body-markup"]), Service::Ready { markup: true });
        assert_eq!(can(&["body"]), Service::NoActions { markup: false });
    }
}
