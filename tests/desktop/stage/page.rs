use crate::stage::desktop::Desktop;
use crate::stage::driver::{Driver, Element};
use crate::stage::fact::until;
use serde_json::{Value, json};
use std::ops::Deref;

/// `spoken(button)`: its name as it is read aloud.
const SPOKEN: &str = "
    const hidden = (node) => node.nodeType === 1 && node.getAttribute('aria-hidden') === 'true';
    const words = (node) => hidden(node) ? '' : node.nodeType === 3 ? node.data : [...node.childNodes].map(words).join('');
    const spoken = (button) => button.getAttribute('aria-label') ?? words(button).trim();";

/// The page of the main window, used as a person uses it.
pub struct Page {
    driver: Driver,
}

impl Deref for Page {
    type Target = Driver;

    fn deref(&self) -> &Driver {
        &self.driver
    }
}

impl Page {
    pub async fn attach(desktop: &Desktop, port: u16) -> Self {
        Self { driver: Driver::attach(desktop, port).await }
    }

    /// Waits until the page of the main window shows its first frame.
    ///
    /// A window that was closed and opened again has a new page: this goes to it.
    pub async fn until_up(&self) {
        self.until_open("main, [role=dialog]", "").await;
    }

    /// Goes to the page of the quick-ask window once it stands there.
    pub async fn until_quick_ask(&self) {
        self.until_open(".quick", "#quick-ask").await;
    }

    async fn until_open(&self, css: &str, hash: &str) {
        let is_there =
            "return location.hash === arguments[1] && document.querySelector(arguments[0]) !== null";
        until(&format!("a page with {css}"), async || {
            for handle in self.handles().await {
                if self.switch_to(&handle).await.is_ok()
                    && self.script(is_there, json!([css, hash])).await.is_ok_and(|there| there == true)
                {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// What stands in the first element of a selector; `None` when there is none.
    pub async fn text(&self, css: &str) -> Option<String> {
        let text = "return document.querySelector(arguments[0])?.innerText ?? null";
        Some(self.script(text, json!([css])).await.ok()?.as_str()?.to_owned())
    }

    /// Waits until these words stand in the first element of a selector.
    pub async fn until_says(&self, css: &str, words: &str) {
        let mut last = None;
        let found = crate::stage::fact::within(crate::stage::fact::FACT_LIMIT, async || {
            last = self.text(css).await;
            last.as_ref().is_some_and(|text| text.contains(words)).then_some(())
        })
        .await;
        if found.is_none() {
            let page = self.text("body").await;
            panic!("{css} never said {words:?}, but {last:?}; the page says {page:?}");
        }
    }

    /// Waits until nothing fits a selector.
    pub async fn until_gone(&self, css: &str) {
        let is_gone = "return document.querySelector(arguments[0]) === null";
        until(&format!("{css} is gone"), async || {
            self.script(is_gone, json!([css])).await.is_ok_and(|gone| gone == true).then_some(())
        })
        .await;
    }

    /// Waits until something fits a selector, and gives it.
    pub async fn until_there(&self, css: &str) -> Element {
        until(&format!("{css} is there"), async || self.find(css).await).await
    }

    /// Waits for a button that can be pressed and whose spoken name is this.
    pub async fn button(&self, name: &str) -> Element {
        let script = format!(
            "{SPOKEN}
            const can = (button) => !button.disabled && button.getAttribute('aria-disabled') !== 'true' && button.offsetParent !== null;
            return [...document.querySelectorAll('button')].find((one) => spoken(one) === arguments[0] && can(one)) ?? null"
        );
        until(&format!("a button {name:?}"), async || self.script_for_element(&script, json!([name])).await)
            .await
    }

    /// The spoken name of the button that has the focus; empty when none has.
    pub async fn focused_button(&self) -> String {
        let script = format!(
            "{SPOKEN} const focused = document.activeElement; return focused.matches('button') ? spoken(focused) : ''"
        );
        let name = self.script(&script, json!([])).await;
        name.ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Presses a button with the pointer.
    pub async fn press(&self, name: &str) {
        until(&format!("{name:?} can be pressed"), async || {
            // The page may draw the button anew between the look and the press.
            let button = self.button(name).await;
            self.click(&button).await.ok()
        })
        .await;
    }

    /// Types into the composer without sending.
    pub async fn write(&self, text: &str) {
        let composer = self.until_there("#composer").await;
        self.click(&composer).await.unwrap();
        self.type_into(&composer, text).await.unwrap();
        assert_eq!(self.composer().await, text, "what was typed stands in the composer");
    }

    /// Types a prompt and sends it with these keys.
    pub async fn send(&self, text: &str, keys: &[&str]) {
        self.write(text).await;
        self.chord(keys).await.unwrap();
        self.until_composer("").await;
    }

    /// What stands in the composer.
    pub async fn composer(&self) -> String {
        self.value("#composer").await
    }

    /// What stands in a field.
    pub async fn value(&self, css: &str) -> String {
        let value = self.script("return document.querySelector(arguments[0])?.value", json!([css])).await;
        value.ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Whether what has the focus fits a selector.
    pub async fn is_focused(&self, css: &str) -> bool {
        let fits = "return document.hasFocus() && document.activeElement.matches(arguments[0])";
        self.script(fits, json!([css])).await.is_ok_and(|fits| fits == true)
    }

    pub async fn until_composer(&self, text: &str) {
        until(&format!("{text:?} in the composer"), async || (self.composer().await == text).then_some(()))
            .await;
    }

    /// Waits until an answer in the open chat says this.
    pub async fn until_answer(&self, turn: u32, words: &str) {
        self.until_says(&answer(turn), words).await;
    }
}

/// The answer of a turn.
pub fn answer(turn: u32) -> String {
    format!("[data-turn=\"{turn}\"] .answer")
}
