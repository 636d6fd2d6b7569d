//! A small WebDriver client: the commands of the W3C protocol that the tests use, over `WebKitWebDriver`.

use crate::stage::desktop::Desktop;
use crate::stage::fact::{FACT_LIMIT, until};
use reqwest::Method;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use tokio::process::Child;

/// Drives the pages of one running app.
pub struct Driver {
    http: reqwest::Client,
    /// The address of the session.
    session: String,
    // Killed by its id on drop; the app does not end with it.
    _process: Child,
}

/// Something on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

/// Why a command was not done.
#[derive(Debug)]
pub struct Refusal {
    /// A word of the protocol, such as `no such window`.
    #[expect(dead_code, reason = "read in the output of a failed test")]
    error: String,
    #[expect(dead_code, reason = "as above")]
    message: String,
}

/// The name under which the protocol passes elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Driver {
    /// Attaches to the app whose web view listens for it on `port`.
    pub async fn attach(desktop: &Desktop, port: u16) -> Self {
        let own = free_port();
        let process = desktop
            .command("WebKitWebDriver")
            .arg(format!("--port={own}"))
            .arg(format!("--target=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is not installed");
        let http = reqwest::Client::builder().no_proxy().timeout(FACT_LIMIT).build().unwrap();
        let mut driver = Self { http, session: format!("http://127.0.0.1:{own}/session"), _process: process };
        let asked = json!({ "capabilities": { "alwaysMatch": {} } });
        let answer = until("the driver has a session with the web view", async || {
            driver.call(Method::POST, "", Some(&asked)).await.ok()
        })
        .await;
        let id = answer["sessionId"].as_str().expect("a session has an id");
        driver.session = format!("{}/{id}", driver.session);
        driver
    }

    /// The pages there are, one for each window.
    pub async fn handles(&self) -> Vec<String> {
        match self.get("/window/handles").await {
            Ok(handles) => serde_json::from_value(handles).unwrap(),
            Err(_) => Vec::new(),
        }
    }

    /// Talks to another page from now on.
    pub async fn switch_to(&self, handle: &str) -> Result<(), Refusal> {
        self.post("/window", json!({ "handle": handle })).await.map(drop)
    }

    /// The first element of a selector.
    pub async fn find(&self, css: &str) -> Option<Element> {
        element(&self.post("/element", json!({ "using": "css selector", "value": css })).await.ok()?)
    }

    /// Clicks in the middle of an element, as a pointer does.
    pub async fn click(&self, element: &Element) -> Result<(), Refusal> {
        self.post(&format!("/element/{}/click", element.0), json!({})).await.map(drop)
    }

    /// Gives an element the focus and types into it.
    pub async fn type_into(&self, element: &Element, text: &str) -> Result<(), Refusal> {
        self.post(&format!("/element/{}/value", element.0), json!({ "text": text })).await.map(drop)
    }

    /// The name a screen reader says.
    pub async fn label(&self, element: &Element) -> String {
        let label = self.get(&format!("/element/{}/computedlabel", element.0)).await.unwrap();
        label.as_str().unwrap_or_default().to_owned()
    }

    /// What a screen reader takes it for.
    pub async fn role(&self, element: &Element) -> String {
        let role = self.get(&format!("/element/{}/computedrole", element.0)).await.unwrap();
        role.as_str().unwrap_or_default().to_owned()
    }

    /// Holds the keys down in this order and lets them go again: `["ctrl", "shift", "Enter"]`.
    pub async fn chord(&self, keys: &[&str]) -> Result<(), Refusal> {
        let step = |kind: &str, key: &str| json!({ "type": kind, "value": code(key) });
        let down = keys.iter().map(|key| step("keyDown", key));
        let up = keys.iter().rev().map(|key| step("keyUp", key));
        let steps: Vec<Value> = down.chain(up).collect();
        self.post("/actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": steps }] }))
            .await
            .map(drop)
    }

    /// Runs a function body in the page and gives what it returns.
    pub async fn script(&self, body: &str, args: Value) -> Result<Value, Refusal> {
        self.post("/execute/sync", json!({ "script": body, "args": args })).await
    }

    /// The same for a script that returns an element or null.
    pub async fn script_for_element(&self, body: &str, args: Value) -> Option<Element> {
        element(&self.script(body, args).await.ok()?)
    }

    async fn get(&self, path: &str) -> Result<Value, Refusal> {
        self.call(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, Refusal> {
        self.call(Method::POST, path, Some(&body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Refusal> {
        let lost = |error: reqwest::Error| Refusal { error: "driver".to_owned(), message: error.to_string() };
        let mut request = self.http.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(lost)?;
        let is_done = response.status().is_success();
        let mut answer: Value = response.json().await.map_err(lost)?;
        let value = answer["value"].take();
        if is_done {
            return Ok(value);
        }
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Err(Refusal { error: word("error"), message: word("message") })
    }
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn element(value: &Value) -> Option<Element> {
    Some(Element(value[ELEMENT].as_str()?.to_owned()))
}

/// The protocol's own letter for a key that writes none.
fn code(key: &str) -> String {
    let code = match key {
        "ctrl" => '\u{E009}',
        "shift" => '\u{E008}',
        "alt" => '\u{E00A}',
        "Enter" => '\u{E006}',
        "Escape" => '\u{E00C}',
        "Tab" => '\u{E004}',
        _ => return key.to_owned(),
    };
    code.to_string()
}
