//! A user of this computer: a desktop, an empty home, a data folder, and a model server of one's own.

use crate::Outcome;
use crate::desktop::answer as answers;
use crate::desktop::app::App;
use crate::desktop::past;
use crate::stage::desktop::Desktop;
use crate::stage::fact::until;
use meanwhile_support::api_client::answer;
use meanwhile_support::model_server::ModelServer;
use reqwest::Method;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The model of the prompts that are typed into the window.
const MODEL: &str = "story";

/// Somebody who has set up one provider, and has used the app for long.
pub struct Home {
    pub desktop: Desktop,
    pub server: ModelServer,
    folder: tempfile::TempDir,
}

impl Home {
    /// Somebody whose prompts are answered by what `model` says, in the words of the model server.
    pub async fn new(model: &str) -> Outcome<Self> {
        let desktop = Desktop::here();
        // In the folder of the session, which goes with it: web processes may write after the app is gone.
        let folder = tempfile::Builder::new().prefix("home-").tempdir_in(desktop.folder())?;
        let server = ModelServer::start().await.with_text("answer", answers::TEXT);
        let home = Self { desktop, server, folder };
        past::give(&home.desktop, &home.data_dir()).await?;
        // Through the app itself, so that what is measured may be another build than this program's.
        let app = App::spawn(&home, &["--hidden"])?;
        app.until_answers().await;
        let api = app.api()?;
        let provider = json!({
            "name": "sim", "kind": "openai-chat", "base_url": home.server.base_url(), "key_env": "SIM_KEY",
        });
        api.post("/providers", &provider).await.expect(201);
        // What asks something at a first start or a first closing was answered long ago.
        let settings = json!({
            "default_model": format!("sim/{model}"), "parallel_tasks": 1_024,
            "notices": true, "welcomed": true, "close_explained": true, "chat_names": "off",
        });
        answer(api.request(Method::PUT, "/settings").json(&settings)).await.expect(200);
        app.quit().await?;
        Ok(home)
    }

    /// Somebody whose prompts follow the scripts that the model server is given later.
    pub async fn scripted() -> Outcome<Self> {
        Self::new(MODEL).await
    }

    /// Somebody who asked for the long answer, has it, and left the window on it. The next window shows it folded, as every
    /// long answer that is opened.
    pub async fn with_chat() -> Outcome<Self> {
        let home = Self::new(&answers::at_once()).await?;
        let app = App::driven(&home).await?;
        let page = app.page().await;
        page.send("Compare the ways to store a log", &["Enter"]).await;
        until("the answer is sent", async || (home.server.stats().completed == 1).then_some(())).await;
        page.until_gone(".live-bar").await;
        app.quit().await?;
        Ok(home)
    }

    /// Makes every prompt follow these steps, from now on.
    pub fn script(&self, steps: Vec<meanwhile_support::model_server::Step>) {
        self.server.script(MODEL, steps);
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path().join("data")
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
